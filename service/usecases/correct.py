"""Correct: a person says that a trade is wrong, and what would be right. The next training learns from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from service.domain.correction import Correction, Origin
from service.domain.opportunity import Opportunity
from service.domain.sectors import all_sectors
from service.errors import AskedWrongly, NotFound
from service.ports import Clock


class CorrectionBook(Protocol):
    """Where corrections are kept."""

    async def person_behind(self, address: str) -> str:
        """A hash that is the same for the same address and tells nobody what it is."""

    async def keep_correction(self, said: Correction) -> None:
        """Write down a correction; a later word of the same person on the same opportunity replaces it."""

    async def opportunities(self, identities: Sequence[str]) -> Mapping[str, Opportunity]:
        """Opportunities as they stand; those that are not there are left out."""


class CorrectionLedger(Protocol):
    """Opens the book."""

    def writing(self) -> AbstractAsyncContextManager[CorrectionBook]:
        """A transaction that writes."""


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
        """
        _check(sectors, not_sectors)
        async with self.ledger.writing() as book:
            if opportunity not in await book.opportunities([opportunity]):
                raise NotFound(f"No opportunity {opportunity[:60]!r}.")
            said = Correction(
                opportunity=opportunity,
                person=await book.person_behind(by),
                origin=origin,
                sectors=tuple(dict.fromkeys(sectors)),
                not_sectors=tuple(dict.fromkeys(not_sectors)),
                at=self.clock.now(),
            )
            await book.keep_correction(said)
        return said


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
