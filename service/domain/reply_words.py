"""How to reply to what was posted here, as the last lines of its text: there is no other notice to look it up in.

The source of postings writes these lines, the summary and the letters read them again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.domain.opportunity import Details

_ASKS, _SEND, _WRITE = "How to reply: ", "Send it to: ", "Write it on this page: "
_WHERE = re.compile(rf"^({_SEND}|{_WRITE})(\S{{1,200}})$", re.MULTILINE)
#: The page of an opportunity on a copy of ours.
_OWN_PAGE = re.compile(r"https?://\S+/opportunities/[0-9a-f]{16,}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWords:
    """What a reply is to hold, and where it goes; "" where that is not said."""

    asks: str
    #: An address.
    where: str
    #: Whether it is written on our own page.
    is_here: bool
    #: The line that says where, and its place in the text.
    line: str
    start: int


def lines_of(asks: str, where: str) -> str:
    """The last lines of a text; "" where nothing is said."""
    verb = _WRITE if _OWN_PAGE.fullmatch(where) else _SEND
    return "\n".join((*((f"{_ASKS}{asks}",) if asks else ()), *((f"{verb}{where}",) if where else ())))


def reply_of(details: Details) -> ReplyWords | None:
    """How to reply to what was posted here; None: it was published elsewhere too, or its text does not say."""
    if details.official_url or not (found := _WHERE.search(details.description)):
        return None
    _, _, asks = details.description[: found.start()].rpartition(_ASKS)
    return ReplyWords(
        asks=asks.strip() if _ASKS in details.description[: found.start()] else "",
        where=found[2],
        is_here=found[1] == _WRITE,
        line=found[0],
        start=found.start(),
    )
