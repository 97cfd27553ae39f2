"""Past letters: everything of a letter of several alerts as it stands now, also what was over the letter's cap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from service.domain.digest import Entry
from service.domain.opportunity import Opportunity
from service.domain.rhythm import Slot
from service.errors import NotFound
from service.ports import Clock
from service.usecases.digest import gather
from service.usecases.ledger import Alert
from service.usecases.when import WhenBook


class LetterBook(WhenBook, Protocol):
    """What a letter's page asks of the store, on one connection."""

    async def alerts(self, identities: Sequence[int]) -> Sequence[Alert]:
        """Alerts by their numbers."""

    async def opportunities(self, identities: Sequence[str]) -> Mapping[str, Opportunity]:
        """Opportunities as they stand."""


class LetterLedger(Protocol):
    """Reads letters."""

    def reading(self) -> AbstractAsyncContextManager[LetterBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLetter:
    """A letter: its slot, and what it told of in order."""

    slot: Slot
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLetters:
    """Shows a firm its own letters."""

    ledger: LetterLedger
    clock: Clock

    async def of(self, firm: int, run: int) -> PastLetter:
        """One of the firm's letters. Raises NotFound."""
        async with self.ledger.reading() as book:
            found = await book.run_of(firm, run)
            if found is None:
                raise NotFound
            alerts = await book.alerts(await book.parts_of(run))
            opportunities = await book.opportunities([alert.opportunity for alert in alerts])
        gathered = gather(alerts, opportunities, {}, now=self.clock.now(), keep_all=True)
        return PastLetter(slot=found.slot, entries=gathered.entries)
