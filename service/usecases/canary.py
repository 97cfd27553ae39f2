"""The canary: a made-up notice walks through every step of the flow, and nothing of it stays.

It is read, recorded, tagged, matched, composed and laid down for sending by the same code, over the real tables, within
one transaction that is undone at the end. Events stay in its hand, so no worker meets them; its firm is one that nobody
is. Where it does not arrive, the step at which it was lost is named.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast

import structlog

from service.domain.interest import Interest
from service.domain.notice import Notice
from service.ports import Clock
from service.usecases.ledger import (
    ALERT_DUE,
    NOTICE_SEEN,
    OPPORTUNITY_RECORDED,
    OPPORTUNITY_TAGGED,
    Addressed,
    Ledger,
    Payload,
    Reach,
    Subscriber,
    Target,
    Transaction,
    Waiting,
)

_log = structlog.get_logger()

NAME = "walk"
#: Seconds the whole walk may take.
_PATIENCE = 30.0
#: No firm and no destination has this number.
_NOBODY = -1

_LOST: dict[str, str] = {
    NOTICE_SEEN: "it was not recorded",
    OPPORTUNITY_RECORDED: "it was not tagged",
    OPPORTUNITY_TAGGED: "it was not matched",
    ALERT_DUE: "no message was composed",
}


class CanaryTransaction(Transaction, Protocol):
    """What the canary asks of the store."""

    async def keep_canary(self, name: str, *, trouble: str, at: datetime) -> None:
        """Write down how a canary fares."""


class CanaryLedger(Protocol):
    """Opens transactions."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[CanaryTransaction]:
        """A transaction."""


class Undo(Exception):
    """Takes back everything the walk wrote."""


def _undo() -> None:
    raise Undo


@dataclass(slots=True)
class _Hand:
    """The transaction of a walk, with events and messages kept in hand and nobody but the canary to be told."""

    transaction: CanaryTransaction
    interest: Interest
    events: list[Waiting] = field(default_factory=list)
    messages: list[Addressed] = field(default_factory=list)
    trouble: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transaction, name)

    async def emit(self, kind: str, subject: str, payload: Payload, *, at: datetime) -> None:
        """Keep an event in hand."""
        del subject, at
        self.events.append(Waiting(identity=len(self.events) + 1, kind=kind, payload=payload, attempts=0))

    async def emit_each(self, kind: str, events: Sequence[tuple[str, Payload]], *, at: datetime) -> None:
        """Keep several in hand."""
        for subject, payload in events:
            await self.emit(kind, subject, payload, at=at)

    async def take(self, kind: str, *, most: int, now: datetime) -> Sequence[Waiting]:
        """The events in hand of a kind."""
        del most, now
        return [each for each in self.events if each.kind == kind]

    async def finish(self, events: Sequence[int]) -> None:
        """They are done with."""

    async def put_off(self, event: int, *, until: datetime, parked: str) -> None:
        """A step failed: the walk ends."""
        del event, until, parked
        self.trouble = "a step failed; the log says how"

    async def subscribers(self) -> Sequence[Subscriber]:
        """Nobody but the canary."""
        return [Subscriber(firm=_NOBODY, size="micro", interests=(self.interest,))]

    async def reach(self, firms: Sequence[int]) -> Mapping[int, Reach]:
        """Where the canary is reached: nowhere."""
        targets = (Target(identity=_NOBODY, channel="email", address="canary@bowbell.invalid"),)
        return {firm: Reach(size="micro", secret="canary", targets=targets) for firm in firms}  # noqa: S106 - opens nothing

    async def keep_messages(self, messages: Sequence[Addressed]) -> None:
        """Keep the letters in hand, and prove that they can be laid down."""
        self.messages += messages
        await self.transaction.keep_messages(messages)


@dataclass(frozen=True, slots=True)
class _HandLedger:
    """Every step of the walk writes in the one transaction."""

    hand: _Hand

    @asynccontextmanager
    async def writing(self, *, alone: bool = False) -> AsyncIterator[Transaction]:
        """The walk's own transaction."""
        del alone
        yield cast("Transaction", self.hand)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """Walks.

    Attributes:
        sample: a made-up notice of a source we read, as of a moment.
        interest: one that it fits.
        steps: the steps of the flow over a ledger, each with the event it drains, in order.
    """

    ledger: CanaryLedger
    clock: Clock
    sample: Callable[[datetime], Notice]
    interest: Interest
    steps: Callable[[Ledger], Sequence[tuple[str, Callable[[], Awaitable[int]]]]]

    async def look(self) -> str:
        """Walk once, and write down how it went; what is wrong, in a sentence, "" for nothing."""
        try:
            async with asyncio.timeout(_PATIENCE):
                trouble = await self._walk()
        except TimeoutError:
            trouble = f"it took longer than {_PATIENCE:.0f} seconds"
        except Exception as error:
            _log.exception("the canary fell", action="canary_fell")
            trouble = f"{type(error).__name__}; the log says more"
        if trouble:
            _log.error("the canary did not arrive", action="canary_lost", trouble=trouble)
        async with self.ledger.writing() as transaction:
            await transaction.keep_canary(NAME, trouble=trouble, at=self.clock.now())
        return trouble

    async def _walk(self) -> str:
        trouble = "it was not taken in"
        try:
            async with self.ledger.writing(alone=True) as transaction:
                trouble = await self._through(_Hand(transaction, self.interest))
                _undo()
        except Undo:
            pass
        return trouble

    async def _through(self, hand: _Hand) -> str:
        now = self.clock.now()
        numbers = await hand.transaction.keep_notices([(self.sample(now), "")])
        if not numbers or numbers[0] is None:
            return "its notice was not kept"
        await hand.emit(NOTICE_SEEN, str(numbers[0]), {"notice": numbers[0], "quiet": False}, at=now)
        for kind, drain in self.steps(cast("Ledger", _HandLedger(hand))):
            taken = await drain()
            if hand.trouble or not taken:
                return hand.trouble or _LOST[kind]
        return "" if hand.messages else _LOST[ALERT_DUE]
