"""A message as an e-mail: the headers that let a mailbox trust, file and stop it.

RFC 5322 (Message-ID, Date), RFC 3834 (Auto-Submitted), RFC 2919 (List-Id), RFC 2369 and RFC 8058 (one-click stop).
"""

from __future__ import annotations

import re
import unicodedata
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from service.domain.message import Message
from service.errors import BadAddress, Refused

#: Headers whose value is one long word. The standard folding would turn such a word into an encoded one that no mailbox
#: reads as an address.
_NEVER_FOLDED = frozenset(
    {"list-unsubscribe", "list-help", "list-id", "message-id", "in-reply-to", "references", "reply-to"}
)
#: RFC 5322, 2.1.1: no line is longer, its end not counted.
_LONGEST_LINE = 998
#: Of a Message-ID that others made; a longer one is left out.
_LONGEST_ID = 250
_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
_LINK = re.compile(r"https?://[^\s<>,\"]+")


class _LettersPolicy(EmailPolicy):
    """The SMTP policy, with addresses in headers left whole."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in _NEVER_FOLDED:
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _NEVER_FOLDED:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _LettersPolicy(linesep="\r\n")


def as_email(message: Message, *, sender: str, list_id: str) -> EmailMessage:
    """Build the e-mail of a message; the same message always has the same headers.

    Args:
        message: what is sent. Its account mail carries no List-* headers.
        sender: who writes, an address with or without a name ("Bowbell <alerts@bowbell.example>").
        list_id: name of the list as a domain ("alerts.bowbell.example").

    Raises:
        BadAddress: the sender's or the receiver's address has a line break or is none.
        Refused: the message can never be sent: its Message-ID is none, or it is an alert that nobody could stop.
    """
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = _address(sender)
    letter["To"] = _address(message.to)
    letter["Subject"] = one_line(message.subject)
    letter["Date"] = format_datetime(message.created)
    letter["Message-ID"] = _checked(_ID, message.message_id, what="Message-ID")
    letter["Auto-Submitted"] = "auto-replied" if message.in_reply_to else "auto-generated"
    if message.in_reply_to and _ID.fullmatch(message.in_reply_to) and len(message.in_reply_to) <= _LONGEST_ID:
        letter["In-Reply-To"] = message.in_reply_to
        letter["References"] = message.in_reply_to
    if message.reply_to:
        letter["Reply-To"] = _address(message.reply_to)
    if message.kind != "account":
        stop = _checked(_LINK, message.unsubscribe_url, what="address to stop it")
        letter["List-Id"] = f"Bowbell alerts <{one_line(list_id)}>"
        by_mail = f", <mailto:{bare_address(message.reply_to)}?subject=STOP>" if message.reply_to else ""
        letter["List-Unsubscribe"] = f"<{stop}>{by_mail}"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        if message.reply_to:
            letter["List-Help"] = f"<mailto:{bare_address(message.reply_to)}?subject=HELP>"
    letter.set_content(message.text, cte="quoted-printable")
    letter.add_alternative(message.html, subtype="html", cte="quoted-printable")
    # The boundary is otherwise drawn by lot; a repeat must be the same letter byte for byte.
    letter.set_boundary(f"=_{re.sub(r'[^A-Za-z0-9]', '', message.message_id)[:60]}_=")
    return letter


def bare_address(written: str) -> str:
    """The address in "Name <address>", its domain in ASCII: what MAIL and RCPT say. Raises BadAddress."""
    return _address(written).addr_spec


def one_line(text: str) -> str:
    """Text without line breaks, control or invisible characters, on one line."""
    kept = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text)
    return " ".join("".join(sign for sign in kept if unicodedata.category(sign) not in {"Cf", "Cs"}).split())


def _address(written: str) -> Address:
    if written != one_line(written):
        raise BadAddress("It has a line break or another character that no address has.")
    name, plain = parseaddr(written)
    local, at, domain = plain.rpartition("@")
    if not at or not local or not domain or (plain != written and not written.endswith(f"<{plain}>")):
        raise BadAddress("It needs the form name@example.org.")
    try:
        return Address(display_name=name, addr_spec=f"{local}@{domain.encode('idna').decode('ascii')}")
    except (HeaderParseError, UnicodeError, ValueError, IndexError) as trouble:
        raise BadAddress("It needs the form name@example.org, in plain letters before the @.") from trouble


def _checked(form: re.Pattern[str], value: str, *, what: str) -> str:
    if form.fullmatch(value) is None or not value.isascii() or len(value) > _LONGEST_LINE - len("List-Unsubscribe: <>"):
        raise Refused(f"The message has no usable {what}.")
    return value
