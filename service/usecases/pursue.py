"""Pursue: a firm's own list of what it saved, bids for, won or lost; the same verbs for every channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from service.domain.opportunity import Opportunity
from service.domain.pursuit import LABELS, Course, Pursuit
from service.errors import AskedWrongly, NotFound
from service.ports import Clock
from service.usecases.subscribe import Firm
from service.usecases.timing import living
from service.usecases.when import WhenBook

#: Opportunities on one list; more is no list that anybody reads.
MOST_LISTED = 500


class PursuitBook(WhenBook, Protocol):
    """What a list asks of the store, within one transaction."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number."""

    async def opportunities(self, identities: Sequence[str]) -> Mapping[str, Opportunity]:
        """Opportunities as they stand; those that are not there are left out."""


class PursuitLedger(Protocol):
    """Opens transactions over lists."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[PursuitBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[PursuitBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The verbs of a firm about its list. All raise NotFound for a firm that is not there or has stopped."""

    ledger: PursuitLedger
    clock: Clock

    async def of(self, firm: int) -> tuple[Pursuit, ...]:
        """Everything on the list: what is to be done first, and within each what was changed last."""
        async with self.ledger.reading() as book:
            await living(book, firm)
            found = await book.pursuits_of(firm)
        places = {course: place for place, course in enumerate(LABELS)}
        return tuple(sorted(found, key=lambda each: (places[each.course], -each.changed.timestamp())))

    async def course(self, firm: int, opportunity: str) -> Course | None:
        """What the firm does about an opportunity; None: it is not on the list."""
        async with self.ledger.reading() as book:
            await living(book, firm)
            mine = [each for each in await book.pursuits_about([opportunity]) if each.firm == firm]
        return mine[0].course if mine else None

    async def mark(self, firm: int, opportunity: str, course: Course) -> None:
        """Say what the firm does about an opportunity; saying it twice is the same as once.

        Raises:
            NotFound: There is no such opportunity.
            AskedWrongly: The list has MOST_LISTED.
        """
        async with self.ledger.writing() as book:
            await living(book, firm)
            found = (await book.opportunities([opportunity])).get(opportunity)
            if found is None:
                raise NotFound
            mine = await book.pursuits_of(firm)
            if len(mine) >= MOST_LISTED and opportunity not in {each.opportunity for each in mine}:
                raise AskedWrongly(f"Your list has {MOST_LISTED}, the most there can be. Take something off it first.")
            await book.pursue(firm, opportunity, course, revision=found.revision, at=self.clock.now())

    async def leave(self, firm: int, opportunity: str) -> None:
        """Take something off the list; twice is the same as once."""
        async with self.ledger.writing() as book:
            await living(book, firm)
            await book.leave(firm, opportunity)
