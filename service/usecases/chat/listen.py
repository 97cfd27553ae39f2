"""Hear, deal with, answer: three steps with rows between them, so that a worker may be lost at any moment.

What comes in is stored before the far side is told that it may forget it. Each thing said is dealt with once: what it
changes, what is said back, and that it is dealt with are one transaction. Answers wait in rows for their delivery.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape

import structlog

from service.domain.chat import Answer, Incoming
from service.errors import InDoubt, Refused, TryLater, WrongSettings
from service.failpoints import reached
from service.ports import Clock, Inbox
from service.usecases.chat.book import ClaimedAnswer, InboxBook, InboxLedger, TalkBook
from service.usecases.rights import TALK_KEPT

_log = structlog.get_logger()

_LEASE = timedelta(seconds=90)
_WAIT = 20.0
_NOT_MINE = 5.0
_TROUBLE = (2.0, 60.0)
_MOST_TRIES = 3
_MOST_ATTEMPTS = 12
_MOST_DOUBTS = 1
#: Longer than a turn and an answer may take; after a lost worker the chat waits that long.
_ANSWER_LEASE = 45.0
_ANSWERS_AT_ONCE = 8
_SORRY = "Sorry, something went wrong here, and nothing was changed. Please try again, or send /help."

#: Deals with one thing said; what is said back.
Hear = Callable[[TalkBook, Incoming], Awaitable[Sequence[Answer]]]


@dataclass(slots=True, kw_only=True)
class Listener:
    """Hears and answers for one channel."""

    ledger: InboxLedger
    inbox: Inbox
    clock: Clock
    hear: Hear
    #: Names this worker among all.
    holder: str
    wait: float = _WAIT
    _troubles: int = field(default=0)

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until told to stop; a long wait for something to be said is cut short."""
        while not stop.is_set():
            task = asyncio.create_task(self.listen_once())
            told = asyncio.create_task(stop.wait())
            await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            if not task.done():
                task.cancel()
            pause = (await asyncio.gather(task, return_exceptions=True))[0]
            if isinstance(pause, Exception):
                _log.error("listening stumbled", action="chat_stumbled", channel=self.inbox.name, exc_info=pause)
                pause = self._pause()
            if isinstance(pause, float) and pause and not stop.is_set():
                await _sleep(stop, pause)
        async with self.ledger.writing() as book:
            await book.stop_listening(self.inbox.name, holder=self.holder)

    async def listen_once(self) -> float:
        """Hear what there is and store it; seconds to pause before the next time."""
        name, now = self.inbox.name, self.clock.now()
        async with self.ledger.writing() as book:
            confirmed = await book.listen(name, holder=self.holder, now=now, until=now + _LEASE)
        if confirmed is None:
            return _NOT_MINE
        try:
            heard = await self.inbox.incoming(confirmed=confirmed, wait=self.wait)
        except (TryLater, WrongSettings) as trouble:
            _log.warning(str(trouble), action="chat_not_heard", channel=name)
            after = trouble.after if isinstance(trouble, TryLater) else _TROUBLE[1]
            return after if after is not None else self._pause()
        self._troubles = 0
        if heard:
            reached("chat.heard")
        # Once a confirmation was taken and nothing new came there is nothing to confirm any more: after a quiet week
        # the numbers begin anew, perhaps below it (core.telegram.org/bots/api#update).
        upto = max((each.number for each in heard), default=-1) + 1
        if heard or confirmed:
            async with self.ledger.writing() as book:
                kept = await book.keep_heard(name, heard, holder=self.holder, confirmed=upto, at=self.clock.now())
            if not kept:
                return _NOT_MINE
        if heard:
            reached("chat.stored")
        for each in heard:
            if each.press:
                await self.inbox.acknowledge(each.press)
        return 0.0

    async def introduce(self) -> str:
        """Ask how people find us there, and remember it. Raises TryLater or WrongSettings."""
        name = await self.inbox.call_name()
        async with self.ledger.writing() as book:
            await book.keep_call_name(self.inbox.name, name)
        return name

    async def drain(self) -> int:
        """Deal with the oldest thing said; how many were taken in hand."""
        name = self.inbox.name
        async with self.ledger.writing() as book:
            heard = await book.next_heard(name)
            if heard is None:
                return 0
            said = heard.said
            try:
                async with book.attempt():
                    answers = await self.hear(book, said)
            except Exception as trouble:
                _log.error("something said was not dealt with", action="chat_failed", channel=name, exc_info=trouble)
                if heard.attempts + 1 < _MOST_TRIES:
                    await book.try_heard_again(name, said.number)
                    return 1
                await self._say(book, said, [Answer(html=escape(_SORRY))])
                await book.settle_heard(name, said.number, state="parked")
                return 1
            await self._say(book, said, answers)
            await book.settle_heard(name, said.number, state="done")
            reached("chat.before_commit")
        reached("chat.committed")
        return 1

    async def answer(self) -> int:
        """Deliver the oldest answers, in order within each chat; how many were taken in hand."""
        async with self.ledger.writing() as book:
            claimed = await book.claim_answers(
                self.inbox.name, most=_ANSWERS_AT_ONCE, now=self.clock.now(), lease=_ANSWER_LEASE
            )
        await asyncio.gather(*(self._deliver(each) for each in claimed))
        return len(claimed)

    async def tidy(self) -> None:
        """Keep nothing of a talk longer than promised."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            await book.forget_old_talk(before=now - TALK_KEPT, now=now)

    async def _say(self, book: InboxBook, said: Incoming, answers: Sequence[Answer]) -> None:
        if said.chat and answers:
            await book.keep_answers(self.inbox.name, said.number, said.chat, answers, at=self.clock.now())

    async def _deliver(self, claimed: ClaimedAnswer) -> None:
        if claimed.doubts > _MOST_DOUBTS:
            await self._give_up(claimed, "it may have arrived, and was repeated once")
            return
        try:
            receipt = await self.inbox.answer(claimed.chat, claimed.answer)
        except TryLater as trouble:
            await self._later(claimed, str(trouble), after=trouble.after, is_doubtful=False)
        except InDoubt as trouble:
            await self._later(claimed, str(trouble), after=None, is_doubtful=True)
        except Refused as trouble:
            await self._give_up(claimed, str(trouble))
        except Exception as trouble:
            _log.exception("an answer failed", action="chat_answer_failed", channel=self.inbox.name)
            await self._later(claimed, f"{type(trouble).__name__}: {trouble}", after=None, is_doubtful=False)
        else:
            reached("chat.answered")
            async with self.ledger.writing() as book:
                await book.answered(claimed.identity, said=receipt.said)

    async def _later(self, claimed: ClaimedAnswer, said: str, *, after: float | None, is_doubtful: bool) -> None:
        if claimed.attempts + 1 >= _MOST_ATTEMPTS:
            await self._give_up(claimed, said)
            return
        pause = after if after is not None else random.uniform(0.5, min(2.0 * 2**claimed.attempts, 600.0))
        until = self.clock.now() + timedelta(seconds=pause)
        async with self.ledger.writing() as book:
            await book.answer_later(claimed.identity, until=until, said=said, is_doubtful=is_doubtful)

    async def _give_up(self, claimed: ClaimedAnswer, said: str) -> None:
        _log.warning("an answer was not delivered", action="chat_answer_given_up", answer_id=claimed.identity)
        async with self.ledger.writing() as book:
            await book.give_answer_up(claimed.identity, said=said)

    def _pause(self) -> float:
        """Seconds to pause after trouble: longer each time in a row."""
        self._troubles += 1
        shortest, longest = _TROUBLE
        return random.uniform(shortest, min(shortest * 2**self._troubles, longest))


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
