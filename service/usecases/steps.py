"""How every step of the flow drains its events: a few at a time, all in one transaction, one bad event never the rest.

An event that fails is tried again later, and parked with its reason after several tries, for an operator to see.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from service.failpoints import reached
from service.ports import Clock
from service.usecases.ledger import Ledger, Transaction, Waiting

_log = structlog.get_logger()

#: Events in one transaction: writers on SQLite wait for one another, so none holds the door for long.
BATCH = 100
_MOST_TRIES = 6
_FIRST_PAUSE = timedelta(seconds=5)

Handle = Callable[[Transaction, Waiting], Awaitable[None]]


async def drain_batch(
    ledger: Ledger, clock: Clock, *, kind: str, step: str, handle: Handle, alone: bool = False, most: int = BATCH
) -> int:
    """Do the step for the oldest waiting events; how many were taken in hand."""
    async with ledger.writing(alone=alone) as transaction:
        events = await transaction.take(kind, most=most, now=clock.now())
        done: list[int] = []
        for event in events:
            try:
                async with transaction.attempt():
                    await handle(transaction, event)
                done.append(event.identity)
            except Exception as trouble:
                _log.exception("step failed", action=f"{step}_failed", event_id=event.identity)
                parked = f"{type(trouble).__name__}: {trouble}" if event.attempts + 1 >= _MOST_TRIES else ""
                until = clock.now() + _FIRST_PAUSE * 2**event.attempts
                await transaction.put_off(event.identity, until=until, parked=parked)
        await transaction.finish(done)
        if done:
            reached(f"{step}.before_commit")
    if done:
        reached(f"{step}.committed")
    return len(events)
