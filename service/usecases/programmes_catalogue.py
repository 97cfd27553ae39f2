"""The catalogue of support as it is at this moment: what is shipped, what was found out about it, what is entered.

It is asked for with every letter and every page, so it is read anew only when something changed: one short question
tells. A pause or an end counts from the next question on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import structlog

from service.domain.programme import Programme, ProgrammeError, State, shipped_programmes
from service.domain.programme_stand import Entry

_log = structlog.get_logger()
#: Counts of rows and of their versions: it differs whenever anything of the catalogue does.
Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What whoever runs this copy says of a shipped programme, in place of what its file says."""

    key: str
    state: State
    last_checked: date | None
    review_by: date | None
    #: Number of a person.
    by: int = 0


class CatalogueBook(Protocol):
    """What the catalogue asks of the store, within one transaction."""

    async def catalogue_stamp(self) -> Stamp:
        """What changes whenever the stored part of the catalogue does."""

    async def entries_seen(self) -> Sequence[Entry]:
        """Every entry that firms see or have seen, in the order of their keys."""

    async def programme_checks(self) -> Mapping[str, Check]:
        """What was said of shipped programmes, by key."""


@dataclass(slots=True, kw_only=True)
class LiveCatalogue:
    """Everything there is, current or not."""

    shipped: Callable[[], Sequence[Programme]] = shipped_programmes
    _stamp: Stamp | None = field(default=None, init=False)
    _held: tuple[Programme, ...] = field(default=(), init=False)

    async def programmes(self, book: CatalogueBook) -> tuple[Programme, ...]:
        """Every programme as the transaction sees it, by key: shipped ones first."""
        stamp = await book.catalogue_stamp()
        if stamp != self._stamp:
            checks = await book.programme_checks()
            shipped = [checked(each, checks.get(each.key)) for each in self.shipped()]
            self._held = (*shipped, *_entered(await book.entries_seen()))
            self._stamp = stamp
        return self._held


def checked(programme: Programme, check: Check | None) -> Programme:
    """A shipped programme with what was found out about it."""
    if check is None:
        return programme
    return replace(programme, state=check.state, last_checked=check.last_checked, review_by=check.review_by)


def _entered(entries: Sequence[Entry]) -> list[Programme]:
    """What is entered; an entry that an older version let through and this one does not is left out and logged."""
    found = []
    for entry in entries:
        try:
            programme = entry.programme
        except ProgrammeError:
            _log.exception("an entry cannot be read", action="entry_unreadable", entry=entry.identity)
            continue
        if programme is not None:
            found.append(programme)
    return found
