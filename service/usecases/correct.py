"""Correct: a person says that a trade is wrong, and what would be right. The next training learns from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.domain.correction import MOST_A_DAY, Correction, Example, Origin
from service.domain.opportunity import Opportunity
from service.domain.sectors import all_sectors
from service.errors import AskedWrongly, NotFound, TooManyRequests
from service.ports import Clock

_DAY = timedelta(days=1)


class CorrectionBook(Protocol):
    """Where corrections are kept."""

    async def person_behind(self, address: str) -> str:
        """A hash that is the same for the same address and tells nobody what it is."""

    async def keep_correction(self, said: Correction) -> None:
        """Write down a correction; a later word of the same person on the same opportunity replaces it."""

    async def correction_of(self, opportunity: str, person: str) -> Correction | None:
        """What somebody said of an opportunity; None: nothing."""

    async def corrections_since(self, person: str, since: datetime) -> int:
        """How many of somebody were written down since a moment."""

    async def take_back_correction(self, opportunity: str, person: str) -> None:
        """Forget what somebody said of an opportunity."""

    async def corrected_examples(self) -> Sequence[Example]:
        """Every correction with the text it is about, oldest first."""

    async def opportunities(self, identities: Sequence[str]) -> Mapping[str, Opportunity]:
        """Opportunities as they stand; those that are not there are left out."""


class CorrectionLedger(Protocol):
    """Opens the book."""

    def writing(self) -> AbstractAsyncContextManager[CorrectionBook]:
        """A transaction that writes."""

    def reading(self) -> AbstractAsyncContextManager[CorrectionBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correcting:
    """Takes corrections."""

    ledger: CorrectionLedger
    clock: Clock

    async def correct(
        self, opportunity: str, *, by: str, origin: Origin, sectors: Sequence[str] = (), not_sectors: Sequence[str] = ()
    ) -> Correction:
        """Write down what a person says of the trade of an opportunity.

        Args:
            opportunity: its identity.
            by: the person's e-mail address; only a salted hash of it is kept.
            origin: by what act.
            sectors: keys of sectors that it is of.
            not_sectors: keys of sectors that it is not of.

        Raises:
            NotFound: there is no such opportunity.
            AskedWrongly: a key is no sector, a sector is on both sides, or nothing is said.
            TooManyRequests: the person said `MOST_A_DAY` things within a day; keepers may say more.
        """
        _check(sectors, not_sectors)
        async with self.ledger.writing() as book:
            if opportunity not in await book.opportunities([opportunity]):
                raise NotFound(f"No opportunity {opportunity[:60]!r}.")
            person, now = await book.person_behind(by), self.clock.now()
            if origin is not Origin.KEEPER and await book.corrections_since(person, now - _DAY) >= MOST_A_DAY:
                raise TooManyRequests
            said = Correction(
                opportunity=opportunity,
                person=person,
                origin=origin,
                sectors=tuple(dict.fromkeys(sectors)),
                not_sectors=tuple(dict.fromkeys(not_sectors)),
                at=now,
            )
            await book.keep_correction(said)
        return said

    async def said_by(self, address: str, opportunity: str) -> Correction | None:
        """What a person said of the trade of an opportunity; None: nothing."""
        async with self.ledger.reading() as book:
            return await book.correction_of(opportunity, await book.person_behind(address))

    async def take_back(self, opportunity: str, *, by: str) -> None:
        """Forget what a person said of the trade of an opportunity."""
        async with self.ledger.writing() as book:
            await book.take_back_correction(opportunity, await book.person_behind(by))

    async def newest(self, most: int) -> tuple[int, int, Sequence[Example]]:
        """How many corrections there are, of how many people, and the newest of them."""
        async with self.ledger.reading() as book:
            found = await book.corrected_examples()
        people = {each.correction.person for each in found}
        return len(found), len(people), tuple(reversed(found[-most:]))


def _check(sectors: Sequence[str], not_sectors: Sequence[str]) -> None:
    known = {sector.key for sector in all_sectors()}
    strange = sorted({*sectors, *not_sectors} - known)
    if strange:
        raise AskedWrongly(f"There is no sector {strange[0][:40]!r}. There are: {', '.join(sorted(known))}.")
    both = sorted({*sectors} & {*not_sectors})
    if both:
        raise AskedWrongly(f"The sector {both[0]} is said to be right and wrong.")
    if not sectors and not not_sectors:
        raise AskedWrongly("Say which sector it is, or which it is not.")
