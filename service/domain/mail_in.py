"""A mail that came in, read from its bytes: who wrote it, what it says, and whether a machine wrote it.

Whatever comes is read without raising: headers that lie, charsets that do not exist, parts within parts. Limits keep a
small mail from becoming much work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from html.parser import HTMLParser

#: Parts of a mail that are looked at, and letters of its text that are kept.
_MOST_PARTS = 60
_MOST_LETTERS = 40_000
_MOST_RECIPIENTS = 20
_MOST_HOPS = 40
_LONGEST_HEADER = 2_000
_LONGEST_ADDRESS = 254
#: More openings of parts than this are a bomb, not a mail.
_MOST_BOUNDARIES = 400
#: What the standard library raises for mail that is not sound.
_UNREADABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
_ADDRESS = re.compile(
    r"[^\s@<>\"',;:\\()\[\]\x00-\x1f\x7f]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z0-9-]{2,}", re.IGNORECASE
)
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|donotreply|bounces?|majordomo|listserv|autoreply|auto-reply|daemon|root|"
    r"owner-.*|.*-owner|.*-request|.*-bounces?|bounces?[+=-].*)",
    re.IGNORECASE,
)  # fmt: skip
_ANSWERED_BY_MACHINE = ("X-Autoreply", "X-Autorespond", "X-Autorespond-To")
_OF_LISTS = ("List-Id", "List-Post", "List-Unsubscribe", "Mailing-List")
_RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")

Standing = str
"""How a mail stands with the operator's mail server: "passed", "failed" or "unknown"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailIn:
    """A mail, read."""

    #: The one address in From, in small letters; "" where there is none, or more than one.
    sender: str
    subject: str
    #: Its text; an HTML part without its tags where there is no plain one.
    text: str
    #: Message-ID, with angle brackets; "" where it has none.
    message_id: str
    #: Why a machine must have written it, in words; "" where a person did.
    automatic: str
    #: "passed", "failed" or "unknown".
    standing: Standing
    #: Message-IDs it answers, the nearest last.
    answers: tuple[str, ...]


def read_mail(raw: bytes, *, envelope_from: str, trusted: str = "", own: str = "") -> MailIn:
    """Read a mail.

    Args:
        raw: its bytes.
        envelope_from: the return path; "" for the empty one.
        trusted: the authserv-id whose Authentication-Results are believed (RFC 8601); "" for none.
        own: our own address, without anything behind a plus.
    """
    mail = parsed(raw)
    sender = sender_of(mail)
    return MailIn(
        sender=sender,
        subject=header(mail, "Subject"),
        text=text_of(mail),
        message_id=next(iter(_ids(header(mail, "Message-ID"))), ""),
        automatic=_automatic(mail, sender=sender, envelope_from=envelope_from, own=own),
        standing=standing_of(mail, sender=sender, trusted=trusted),
        answers=(*_ids(header(mail, "References")), *_ids(header(mail, "In-Reply-To")))[-_MOST_RECIPIENTS:],
    )


def parsed(raw: bytes) -> Message:
    """The mail as parts; one that is built to be taken apart for ever is read as its headers only."""
    if raw.count(b"\n--") + raw.lower().count(b"multipart/") > _MOST_BOUNDARIES:
        return message_from_bytes(_head(raw), policy=compat32)
    try:
        return message_from_bytes(raw, policy=compat32)
    except _UNREADABLE:
        return message_from_bytes(_head(raw), policy=compat32)


def header(mail: Message, name: str) -> str:
    """A header in words on one line; "" where it is not there."""
    return next(headers(mail, name), "")


def headers(mail: Message, name: str) -> Iterator[str]:
    """Every header of a name, decoded, on one line each."""
    try:
        found = mail.get_all(name) or []
    except _UNREADABLE:
        return
    for value in found[:_MOST_HOPS]:
        yield " ".join(_decoded(str(value)[:_LONGEST_HEADER]).split())


def sender_of(mail: Message) -> str:
    """The one address in From, in small letters; "" where there is none or more than one: nobody knows who meant it."""
    said = list(headers(mail, "From"))
    if len(said) != 1:
        return ""
    try:
        found = [address for _, address in getaddresses([str((mail.get_all("From") or [""])[0])[:_LONGEST_HEADER]])]
    except _UNREADABLE:
        return ""
    address = found[0].strip().casefold() if len(found) == 1 else ""
    return address if len(address) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(address) else ""


def text_of(mail: Message) -> str:
    """What the mail says: the first plain part, else the first HTML part without its tags."""
    html = ""
    for part in parts_of(mail):
        if part.is_multipart() or (part.get_filename() or part.get_content_disposition() == "attachment"):
            continue
        kind = part.get_content_type()
        if kind == "text/plain" and (said := _part_text(part)).strip():
            return said
        if kind == "text/html" and not html:
            html = _part_text(part)
    return _without_tags(html)


def parts_of(mail: Message) -> Iterator[Message]:
    """The parts of a mail from the outside in, up to a limit."""
    waiting = [mail]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        inner = part.get_payload()
        if part.is_multipart() and isinstance(inner, list):
            waiting.extend(each for each in inner[:_MOST_PARTS] if isinstance(each, Message))


def standing_of(mail: Message, *, sender: str, trusted: str) -> Standing:
    """Whether the operator's own mail server found the address in From to be true (RFC 8601, RFC 7489).

    Only headers of the `trusted` server count; it has to take away those that a stranger forged in its name. A failed
    DMARC counts whatever else is said. A pass counts for the domain of From alone.
    """
    domain = sender.rpartition("@")[2]
    if not trusted or not domain:
        return "unknown"
    passed = failed = False
    for value in headers(mail, "Authentication-Results"):
        who, _, results = _COMMENT.sub(" ", value).partition(";")
        if who.split()[:1] != [trusted] and who.strip().casefold() != trusted.casefold():
            continue
        for method, result, details in _RESULT.findall(results):
            failed |= (method.casefold(), result.casefold()) == ("dmarc", "fail")
            passed |= result.casefold() == "pass" and _is_about(domain, method.casefold(), details.casefold())
    return "failed" if failed else "passed" if passed else "unknown"


def _is_about(domain: str, method: str, details: str) -> bool:
    """Whether a result is about the domain of From, and not about some other that the sender owns."""
    key = {"dmarc": "header.from", "dkim": "header.d", "spf": "smtp.mailfrom"}[method]
    found = re.search(rf"{re.escape(key)}\s*=\s*\"?([^\s;\"]+)", details)
    named = found.group(1).rpartition("@")[2].strip(".") if found else ""
    return named == domain or (method == "dkim" and "." in named and domain.endswith(f".{named}"))


def _automatic(mail: Message, *, sender: str, envelope_from: str, own: str) -> str:
    """Why a machine must have written this (RFC 3834, section 2); "" where a person did."""
    local = sender.rpartition("@")[0]
    said_automatic = header(mail, "Auto-Submitted").casefold().partition(";")[0].strip()
    recipients = sum(value.count("@") for name in ("To", "Cc") for value in map(str, mail.get_all(name) or []))
    signs = (
        (not envelope_from.strip("<> "), "it has no return path"),
        (said_automatic not in {"", "no"}, "it says Auto-Submitted"),
        (header(mail, "Precedence").casefold() in {"bulk", "list", "junk", "auto_reply"}, "it says Precedence"),
        (bool(header(mail, "X-Auto-Response-Suppress")), "it asks for no automatic answer"),
        (any(header(mail, name) for name in _ANSWERED_BY_MACHINE), "it is an automatic answer"),
        (any(header(mail, name) for name in _OF_LISTS), "it came over a list"),
        (mail.get_content_type() in {"multipart/report", "message/delivery-status"}, "it is a report"),
        (not sender, "it does not say clearly who wrote it"),
        (_MACHINES.fullmatch(local) is not None, "its sender is a machine"),
        (bool(own) and _plain_address(sender) == _plain_address(own), "it comes from ourselves"),
        (len(mail.get_all("Received") or []) > _MOST_HOPS, "it goes round in circles"),
        (recipients > _MOST_RECIPIENTS, "it went to many"),
    )
    return next((why for is_so, why in signs if is_so), "")


def _plain_address(address: str) -> str:
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _ids(said: str) -> list[str]:
    return re.findall(r"<[^<>\s]{3,250}>", said)


def _head(raw: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0][: _LONGEST_HEADER * _MOST_HOPS] + b"\n\n"


def _decoded(value: str) -> str:
    try:
        pieces = decode_header(value)
    except _UNREADABLE:
        return value
    return "".join(
        piece if isinstance(piece, str) else _as_text(piece, charset or "latin-1") for piece, charset in pieces
    )


def _part_text(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
        charset = str(part.get_content_charset("utf-8"))
    except _UNREADABLE:
        return ""
    return _as_text(payload, charset)[:_MOST_LETTERS] if isinstance(payload, bytes) else ""


def _as_text(payload: bytes, charset: str) -> str:
    try:
        return payload[: _MOST_LETTERS * 4].decode(charset, errors="replace").replace("\x00", "")
    except _UNREADABLE:
        return payload[: _MOST_LETTERS * 4].decode("utf-8", errors="replace").replace("\x00", "")


class _Tags(HTMLParser):
    """Keeps the words of HTML, with a line for each block, and leaves out quotes of other mail."""

    _BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table"})
    _UNSEEN = frozenset({"style", "script", "head", "title", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block; begin to leave out at what is not seen or is a quote."""
        del attrs
        if tag in self._UNSEEN:
            self._unseen.append(tag)
        if tag in self._BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End what began."""
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
        if tag in self._BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words."""
        if not self._unseen:
            self.said.append(data)


def _without_tags(html: str) -> str:
    reader = _Tags()
    try:
        reader.feed(html[:_MOST_LETTERS])
        reader.close()
    except _UNREADABLE:
        return ""
    lines = (" ".join(line.split()) for line in "".join(reader.said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
