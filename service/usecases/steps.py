"""How every step of the flow drains its events: a batch in one transaction, and one bad event never the rest.

A step is given the whole batch, so that it can read and write with few statements. Where the batch fails, what it did
is undone and its events are taken one by one, so that only the bad one waits. It is tried again later, and parked with
its reason after several tries, for an operator to see.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
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

#: Does a step for some events: all of them, or it raises and nothing is done.
Handle = Callable[[Transaction, Sequence[Waiting]], Awaitable[None]]


def one_by_one(handle: Callable[[Transaction, Waiting], Awaitable[None]]) -> Handle:
    """A step for single events, where nothing is won by taking them together."""

    async def each(transaction: Transaction, events: Sequence[Waiting]) -> None:
        for event in events:
            await handle(transaction, event)

    return each


async def drain_batch(
    ledger: Ledger, clock: Clock, *, kind: str, step: str, handle: Handle, alone: bool = False
) -> int:
    """Do the step for the oldest waiting events; how many were taken in hand."""
    async with ledger.writing(alone=alone) as transaction:
        events = await transaction.take(kind, most=BATCH, now=clock.now())
        done = await _do(transaction, events, clock=clock, step=step, handle=handle)
        await transaction.finish(done)
        if done:
            reached(f"{step}.before_commit")
    if done:
        reached(f"{step}.committed")
    return len(events)


async def _do(
    transaction: Transaction, events: Sequence[Waiting], *, clock: Clock, step: str, handle: Handle
) -> list[int]:
    """Do the step for events, together where that goes well; the numbers of those that are done."""
    if not events:
        return []
    try:
        async with transaction.attempt():
            await handle(transaction, events)
    except Exception as trouble:
        if len(events) == 1:
            await _put_off(transaction, events[0], trouble, clock=clock, step=step)
            return []
        _log.warning("a batch failed and is taken one by one", action=f"{step}_batch_failed", events=len(events))
    else:
        return [event.identity for event in events]
    done: list[int] = []
    for event in events:
        done += await _do(transaction, [event], clock=clock, step=step, handle=handle)
    return done


async def _put_off(transaction: Transaction, event: Waiting, trouble: Exception, *, clock: Clock, step: str) -> None:
    """Try an event again later, or park it with the reason."""
    _log.error("step failed", action=f"{step}_failed", event_id=event.identity, exc_info=trouble)
    parked = f"{type(trouble).__name__}: {trouble}" if event.attempts + 1 >= _MOST_TRIES else ""
    until = clock.now() + _FIRST_PAUSE * 2**event.attempts
    await transaction.put_off(event.identity, until=until, parked=parked)
