"""Send: claim messages with a lease, ask once more whether they may go, hand them over, write down what was said.

SMTP cannot promise exactly once. A message whose fate is unknown is sent again under the same Message-ID: once after
an answer that left doubt, and after a lost worker until the lease has run out several times; then it is put aside.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from service.domain.message import Message
from service.errors import InDoubt, Refused, TryLater
from service.failpoints import reached
from service.ports import Channel, Clock
from service.usecases.ledger import Claimed, Ledger
from service.usecases.marks import Marks

_log = structlog.get_logger()

_MOST_ATTEMPTS = 24
#: Answers or lost workers that left doubt before a message is put aside.
_MOST_DOUBTS = 5
_DOUBTS_AFTER_ANSWERS = 1
_LONGEST_PAUSE = 3600.0
_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Does the step for waiting messages."""

    ledger: Ledger
    clock: Clock
    channels: Mapping[str, Channel]
    #: Seconds a worker may hold a message.
    lease: float = 120.0
    #: Messages taken in hand together.
    most: int = 8
    #: Gives each message addresses of its own for answers and for what comes back; None where mail is not taken in.
    marks: Marks | None = None

    async def drain(self) -> int:
        """Send the oldest waiting messages; how many were taken in hand."""
        async with self.ledger.writing() as transaction:
            claimed = await transaction.claim_messages(most=self.most, now=self.clock.now(), lease=self.lease)
        if claimed:
            reached("send.claimed")
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(message: Claimed) -> None:
            async with gate:
                await self._send(message)

        await asyncio.gather(*(one(message) for message in claimed))
        return len(claimed)

    async def _send(self, claimed: Claimed) -> None:
        if claimed.forbidden:
            await self._give_up(claimed, state="dropped", said=claimed.forbidden)
            return
        if claimed.doubts > _MOST_DOUBTS:
            await self._give_up(claimed, state="parked", said="workers were lost with it in hand too often")
            return
        channel = self.channels.get(claimed.message.channel)
        if channel is None:
            await self._give_up(claimed, state="failed", said=f"there is no channel {claimed.message.channel}")
            return
        try:
            receipt = await channel.deliver(self._marked(claimed))
        except TryLater as trouble:
            await self._later(claimed, said=str(trouble), after=trouble.after)
        except Refused as trouble:
            await self._give_up(claimed, state="refused", said=str(trouble), close=True)
        except InDoubt as trouble:
            await self._doubt(claimed, said=str(trouble))
        except Exception as trouble:
            _log.exception("channel failed", action="send_failed", message_number=claimed.identity)
            await self._later(claimed, said=f"{type(trouble).__name__}: {trouble}", after=None)
        else:
            reached("send.delivered")
            async with self.ledger.writing() as transaction:
                await transaction.sent(claimed.identity, said=receipt.said)
            reached("send.recorded")

    def _marked(self, claimed: Claimed) -> Message:
        if self.marks is None or claimed.message.channel != "email":
            return claimed.message
        number = claimed.identity
        return replace(
            claimed.message,
            reply_to=self.marks.made("reply", number),
            return_path=self.marks.made("bounce", number),
        )

    async def _later(self, claimed: Claimed, *, said: str, after: float | None) -> None:
        if claimed.attempts + 1 >= _MOST_ATTEMPTS:
            await self._give_up(claimed, state="failed", said=said)
            return
        pause = after if after is not None else _pause(claimed.attempts)
        await self._give_back(claimed, until=self.clock.now() + timedelta(seconds=pause), said=said, doubtful=False)

    async def _doubt(self, claimed: Claimed, *, said: str) -> None:
        if claimed.doubts >= _DOUBTS_AFTER_ANSWERS:
            await self._give_up(claimed, state="in_doubt", said=said)
            return
        until = self.clock.now() + timedelta(seconds=_pause(claimed.attempts))
        await self._give_back(claimed, until=until, said=said, doubtful=True)

    async def _give_back(self, claimed: Claimed, *, until: datetime, said: str, doubtful: bool) -> None:
        async with self.ledger.writing() as transaction:
            await transaction.give_back(claimed.identity, until=until, said=said, doubtful=doubtful)

    async def _give_up(self, claimed: Claimed, *, state: str, said: str, close: bool = False) -> None:
        _log.warning("message not sent", action="send_given_up", state=state, message_number=claimed.identity)
        async with self.ledger.writing() as transaction:
            await transaction.give_up(claimed.identity, state=state, said=said, close_destination=close)


def _pause(attempts: int) -> float:
    """Seconds until the next try: full jitter below 1, 2, 4 ... 60 minutes."""
    return random.uniform(1.0, min(60.0 * 2**attempts, _LONGEST_PAUSE))
