"""What a mail asks of us: a word like STOP, or a sentence about the work somebody wants to hear of.

Only what the person wrote counts: quoted mail, signatures and what mail programs add are cut away first, so that the
"Stop" at the foot of our own letter, quoted below a question, stops nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Act = Literal["list", "pause", "resume", "stop", "why", "receipt", "help", "words"]

_MOST_LINES = 200
_LONGEST_LINE = 500
_LONGEST_ORDER = 8

_ORDERS: dict[Act, str] = {
    "stop": (
        "stop|stop all|stop alerts|stop emails|stop emailing me|stop sending me emails|stop it|"
        "stop now|unsubscribe|unsubscribe me|unsubscribe from all|remove|remove me|"
        "remove me from your list|remove me from this list|remove me from the list|take me off|"
        "take me off your list|take me off this list|opt out|optout|cancel|cancel alerts|"
        "cancel my alerts|cancel my subscription|no more emails|no more alerts|no more|delete me|"
        "end|quit"
    ),
    "pause": ("pause|pause alerts|pause my alerts|pause emails|hold|on hold|pause for now|put on hold|snooze"),
    "resume": ("resume|resume alerts|restart|start again|unpause|continue|start|turn on|start alerts|carry on"),
    "list": (
        "list|list alerts|list interests|my alerts|my interests|show|status|what do i get|"
        "what am i signed up for|what have i asked for|show my alerts"
    ),
    "why": (
        "why|why this|why did i get this|why am i getting this|why was i sent this|"
        "why did you send me this|why me|explain"
    ),
    "receipt": (
        "receipt|receipts|send receipt|send me a receipt|what did you check|what have you checked|what was checked|"
        "why nothing|why no alerts|why have i heard nothing|is it working|are you there"
    ),
    "help": ("help|help me|info|information|how does this work|how does it work|what is this|commands"),
}
_PHRASES: dict[Act, frozenset[str]] = {act: frozenset(said.split("|")) for act, said in _ORDERS.items()}
_POLITE = re.compile(
    r"\b(?:please|pls|plz|thanks|thank you|many thanks|cheers|hi|hello|dear sir or madam|kindly|bowbell|ok|okay)\b"
)
_MARKS = re.compile(r"[^\w\s'-]+")
_REPLY = re.compile(r"^\s*(?:(?:re|aw|sv|antw|fwd?|wg|tr)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_QUOTE_BEGINS = (
    re.compile(r"^\s*-{2,}\s*(?:original message|forwarded message|original appointment)\s*-{2,}", re.IGNORECASE),
    re.compile(r"^\s*begin forwarded message\s*:", re.IGNORECASE),
    re.compile(r"^\s*_{10,}\s*$"),
    re.compile(r"^\s*on\b.{4,200}\bwrote\s*:\s*$", re.IGNORECASE),
    re.compile(r"^\s*(?:le|am|el|op)\b.{4,200}(?:écrit|schrieb|escribió|schreef)\b[^:]{0,80}:?\s*$", re.IGNORECASE),
    re.compile(r"^\s*\*?(?:from|von|de)\s*:\*?\s.*@", re.IGNORECASE),
)  # fmt: skip
_SIGNATURE_BEGINS = (
    re.compile(r"^--\s?$"),
    re.compile(r"^\s*(?:sent|get|envoyé|gesendet)\s+(?:from|outlook|via|depuis|von)\b.{0,60}$", re.IGNORECASE),
    re.compile(
        r"^\s*(?:this|the)\s+(?:e-?mail|message|communication)\b.{0,80}\b(?:confidential|intended|privileged|attachments)",
        re.IGNORECASE,
    ),
    re.compile(r"^\s*(?:disclaimer|confidentiality(?:\s+notice)?)\s*:?", re.IGNORECASE),
    re.compile(r"^\s*virus[- ]free\b", re.IGNORECASE),
)  # fmt: skip
_FAREWELL = re.compile(
    r"^\s*(?:(?:with\s+)?(?:kind(?:est)?|best|warm(?:est)?|many)?\s*(?:regards|wishes)|best|cheers|"
    r"thanks(?:\s+(?:again|a\s+lot|very\s+much|and\s+regards))?|"
    r"(?:many\s+)?thank(?:s|\s+you)(?:\s+(?:again|very\s+much|in\s+advance))?|yours(?:\s+(?:sincerely|faithfully|truly))?|sincerely|br|rgds)"
    r"\s*[,.!]*\s*$",
    re.IGNORECASE,
)  # fmt: skip
_ADDED = re.compile(r"^\s*\[?(?:caution|external(?:\s+(?:e-?mail|sender))?|warning)\b\s*[:\]!-]", re.IGNORECASE)
_GREETING = re.compile(
    r"^\s*(?:hi|hello|hey|dear|good\s+(?:morning|afternoon|evening))\b[^,.!?]{0,30}[,.!]?\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedByMail:
    """What a mail asks. `words` is the sentence, where it is no order."""

    act: Act
    words: str = ""


def asked_by_mail(subject: str, body: str) -> AskedByMail:
    """Read a mail. The first line decides; an empty body leaves it to the subject.

    The subject of a reply is ours, not theirs, so it never adds words of its own.
    """
    own = own_words(body)
    first = next((line for line in own.splitlines() if _order_words(line)), "")
    act = _act(first) if first else None
    if act is not None:
        return AskedByMail(act=act)
    if not first:
        act = _act(_REPLY.sub("", subject))
        if act is not None:
            return AskedByMail(act=act)
    title = "" if _REPLY.match(subject) or _act(subject) else " ".join(subject.split())
    words = f"{title}\n{own}".strip()
    return AskedByMail(act="words" if words else "help", words=words)


def own_words(body: str) -> str:
    """The lines of a mail that its sender wrote: without quotes, signature, farewell and what programs add."""
    kept: list[str] = []
    lines = [line[:_LONGEST_LINE].replace("\u00a0", " ") for line in body.splitlines()[:_MOST_LINES]]
    for number, line in enumerate(lines):
        wrapped = f"{line} {lines[number + 1]}" if number + 1 < len(lines) else line
        if any(sign.match(line) for sign in (*_QUOTE_BEGINS, *_SIGNATURE_BEGINS)):
            break
        if line.casefold().lstrip().startswith(("on ", "le ", "am ")) and any(
            sign.match(wrapped) for sign in _QUOTE_BEGINS
        ):
            break
        if _FAREWELL.match(line) and any(each.strip() for each in kept):
            break
        if line.lstrip().startswith((">", "|")) or _ADDED.match(line) or _GREETING.match(line):
            continue
        kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _act(line: str) -> Act | None:
    said = _order_words(line)
    if not said or len(said.split()) > _LONGEST_ORDER:
        return None
    return next((act for act, phrases in _PHRASES.items() if said in phrases), None)


def _order_words(line: str) -> str:
    """A line as orders are compared: small letters, no marks, no politeness."""
    plain = _MARKS.sub(" ", line.casefold().replace("\u2019", "'").replace("e-mail", "email"))
    return " ".join(_POLITE.sub(" ", plain).split())
