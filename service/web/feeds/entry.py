"""One opportunity as a feed tells it: words made ready, addresses absolute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every kind of feed needs of an opportunity.

    `closes` is None where no deadline is stated; `closes_words` says so in that case.
    """

    identity: str
    href: str
    official: str
    title: str
    buyer: str
    place: str
    worth: str
    length: str
    closes: datetime | None
    closes_words: str
    tags: tuple[str, ...]
    published: datetime
    updated: datetime
    summary: str
    #: What its source asks to be said with it.
    attribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A list of entries with its own name and addresses."""

    title: str
    self_href: str
    page_href: str
    updated: datetime
    entries: tuple[Entry, ...]
    #: Said of all of it, before what the sources of the entries ask.
    rights: tuple[str, ...] = ()

    @property
    def attributions(self) -> tuple[str, ...]:
        """What the sources of the entries ask to be said, each once; the licence of the British services always."""
        return tuple(dict.fromkeys((*(self.rights or (ATTRIBUTION,)), *(entry.attribution for entry in self.entries))))


#: Said by every feed, as the licence of the sources asks.
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
