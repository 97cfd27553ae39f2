"""A receipt on demand: somebody asks in a chat or by mail what we checked, and gets it there a moment later.

What was published in 30 days takes seconds to compare, and a conversation holds a transaction open, so asking leaves an
event and the receipt is made apart from it: the same receipt, in the same words, as that of the month.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from service.domain.silence import Receipt
from service.ports import Clock
from service.usecases.ledger import Addressed, Payload, Target, Waiting
from service.usecases.silence import Receipts
from service.usecases.subscribe import Firm

_log = structlog.get_logger()

RECEIPT_ASKED = "receipt_asked"
#: Longer than a receipt may take; after a lost worker it is made that much later.
_LEASE = timedelta(minutes=1)
_MOST_TRIES = 6


class AskingBook(Protocol):
    """What asking needs of the store, within one transaction."""

    async def emit(self, kind: str, subject: str, payload: Payload, *, at: datetime) -> None:
        """Add an event, once for each kind and subject."""


class AskedBook(Protocol):
    """What making it needs of the store, within one transaction."""

    async def take(self, kind: str, *, most: int, now: datetime) -> Sequence[Waiting]:
        """The oldest events that wait."""

    async def put_off(self, event: int, *, until: datetime, parked: str) -> None:
        """Try this one again later; or never, with the reason."""

    async def finish(self, events: Sequence[int]) -> None:
        """These are done."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number."""

    async def open_target(self, firm: int, target: int) -> Target | None:
        """A destination of a firm; None where it is none of its, or closed."""

    async def keep_messages(self, messages: Sequence[Addressed]) -> None:
        """Store messages that wait to be sent, once for each destination and slot."""


class AskedLedger(Protocol):
    """Opens transactions."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[AskedBook]:
        """A transaction."""


async def ask_for_receipt(book: AskingBook, firm: Firm, *, at: datetime) -> None:
    """Ask for the receipt of a firm at the destination it speaks from; within one minute it is asked for once."""
    subject = f"{firm.target}:{at:%Y-%m-%dT%H:%M}"
    await book.emit(RECEIPT_ASKED, subject, {"firm": firm.identity, "target": firm.target, "asked": subject}, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedReceipts:
    """Makes the receipts that were asked for."""

    ledger: AskedLedger
    clock: Clock
    #: The receipt of a firm up to this moment.
    receipt: Callable[[int], Awaitable[Receipt]]
    #: Writes it, as that of the month.
    receipts: Receipts

    async def drain(self) -> int:
        """Make the oldest receipt that was asked for; how many were taken in hand."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            waiting = await book.take(RECEIPT_ASKED, most=1, now=now)
            for event in waiting:
                parked = "it was tried often enough" if event.attempts >= _MOST_TRIES else ""
                await book.put_off(event.identity, until=now + _LEASE, parked=parked)
        for event in waiting:
            if event.attempts < _MOST_TRIES:
                await self._make(event)
        return len(waiting)

    async def _make(self, event: Waiting) -> None:
        try:
            firm, target = int(str(event.payload["firm"])), int(str(event.payload["target"]))
            receipt = await self.receipt(firm)
            async with self.ledger.writing() as book:
                found, place = await book.firm(firm), await book.open_target(firm, target)
                if found is not None and found.state in {"active", "paused"} and place is not None:
                    slot = f"receipt:{event.payload['asked']}"
                    one = self.receipts.message(receipt, place, firm=firm, secret=found.secret, slot=slot)
                    await book.keep_messages([one])
                await book.finish([event.identity])
        except Exception:
            _log.exception("a receipt was not made", action="receipt_failed", event_id=event.identity)
