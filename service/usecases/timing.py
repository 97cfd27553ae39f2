"""When a firm hears from us: what it chose, and choosing anew. What already waits follows the new choice at once."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.rhythm import Rhythm, Slot, digest_slot, held_slot, next_allowed
from service.errors import NotFound
from service.ports import Clock
from service.usecases.subscribe import Firm
from service.usecases.when import WhenBook


class TimingBook(WhenBook, Protocol):
    """What choosing asks of the store, within one transaction."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number."""

    async def organisation_at(self, *, kind: str, key: str) -> int | None:
        """The number of an organisation."""

    async def write_audit(
        self, *, act: str, subject: str, at: datetime, person: int = 0, organisation: int = 0, detail: str = ""
    ) -> None:
        """Add to the log."""


class TimingLedger(Protocol):
    """Opens transactions."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[TimingBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[TimingBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What a firm chose, and when its next letter of several comes (None: nothing waits)."""

    rhythm: Rhythm
    waiting: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The verbs. All raise NotFound for a firm that is not there or has stopped."""

    ledger: TimingLedger
    clock: Clock

    async def of(self, firm: int) -> Timed:
        """What a firm chose."""
        async with self.ledger.reading() as book:
            await living(book, firm)
            rhythm = (await book.rhythms([firm])).get(firm, Rhythm())
            runs = await book.waiting_runs(firm)
        return Timed(rhythm=rhythm, waiting=min((run.slot.due for run in runs), default=None))

    async def choose(self, firm: int, rhythm: Rhythm, *, person: int) -> None:
        """Hear by another rhythm from now on; what waits for a letter comes with the first of the new ones.

        `person`: who chose, for the log; 0 for somebody with a link.
        """
        now = self.clock.now()
        async with self.ledger.writing() as book:
            await living(book, firm)
            if (await book.rhythms([firm])).get(firm, Rhythm()) == rhythm:
                return
            await book.keep_rhythm(firm, rhythm, at=now)
            slot = first_slot(rhythm, now=now)
            runs = await book.waiting_runs(firm, to_move=True)
            moving = [run.identity for run in runs if run.slot != slot]
            alerts = [alert for run in moving for alert in await book.parts_of(run)]
            if alerts:
                kept = await book.hold(firm, slot, ())
                target = next(run for run in await book.waiting_runs(firm) if run.slot == kept)
                await book.move_parts(moving, into=target.identity)
                await book.run_made(moving, at=now)
            organisation = await book.organisation_at(kind="firm", key=str(firm))
            await book.write_audit(
                act="rhythm.changed",
                subject=f"firm:{firm}",
                person=person,
                organisation=organisation or 0,
                detail=rhythm.pace,
                at=now,
            )


def first_slot(rhythm: Rhythm, *, now: datetime) -> Slot:
    """The letter that what waits goes with: the next digest, or for a firm that hears at once, the first possible."""
    if rhythm.pace == "at_once":
        return held_slot(next_allowed(now, rhythm))
    return digest_slot(rhythm, now=now)


class HasFirms(Protocol):
    """Knows firms."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number."""


async def living(book: HasFirms, firm: int) -> Firm:
    """The firm, where it has not stopped. Raises NotFound."""
    found = await book.firm(firm)
    if found is None or found.state in {"waiting", "stopped"}:
        raise NotFound("Your alerts have stopped. You can sign up again at any time.")
    return found
