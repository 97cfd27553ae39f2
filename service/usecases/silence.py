"""Silence: once a month say to firms that heard nothing that we looked, and why nothing fitted.

The sentence a firm agrees to names it. It goes to firms whose alerts are on, tells of nothing new, and has a switch of
its own. One for each firm and month: the slot of the message is its promise, and a run that
was lost is made good at the next look, as long as the month lasts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

import structlog

from service.domain.message import Links, Message, Written
from service.domain.rhythm import Rhythm, is_quiet
from service.domain.silence import Choice, Receipt
from service.domain.wording import LONDON
from service.domain.working_days import is_working_day
from service.errors import NotFound
from service.ports import Clock
from service.usecases.ledger import Addressed, Reach, Subscriber, Target
from service.usecases.subscribe import Firm

_log = structlog.get_logger()

_JOB = "receipts"
#: From this hour in London, on a working day.
_MORNING = 8
#: A firm that began later in the month is not told of it.
_LEAST_DAYS = timedelta(days=14)


class SilenceTransaction(Protocol):
    """What receipts ask of the store, within one transaction."""

    async def subscribers(self) -> Sequence[Subscriber]:
        """Every active firm."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number."""

    async def firm_began(self, firm: int) -> datetime | None:
        """When a firm confirmed."""

    async def receipt_choice(self, firm: int) -> Choice:
        """When a firm wants a receipt."""

    async def keep_receipt_choice(self, firm: int, choice: Choice, *, at: datetime) -> None:
        """When a firm wants a receipt from now on."""

    async def alerts_told(self, firm: int, *, since: datetime, until: datetime) -> int:
        """How many alerts a firm was to be told of between two moments."""

    async def has_message(self, firm: int, slot: str) -> bool:
        """Whether a firm has a message of a slot."""

    async def reach(self, firms: Sequence[int]) -> Mapping[int, Reach]:
        """How active firms are reached."""

    async def keep_messages(self, messages: Sequence[Addressed]) -> None:
        """Store messages that wait to be sent, once for each destination and slot."""

    async def rhythms(self, firms: Sequence[int]) -> Mapping[int, Rhythm]:
        """What firms chose; one that chose nothing is left out."""

    async def was_ticked(self, job: str, due_at: str) -> bool:
        """Whether a job was done for a time."""

    async def tick(self, job: str, due_at: str) -> None:
        """Say that a job is done for a time."""


class SilenceLedger(Protocol):
    """Opens transactions."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[SilenceTransaction]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[SilenceTransaction]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptChoices:
    """A firm chooses when it wants a receipt."""

    ledger: SilenceLedger
    clock: Clock

    async def choice(self, firm: int) -> Choice:
        """What it chose."""
        async with self.ledger.reading() as book:
            return await book.receipt_choice(firm)

    async def choose(self, firm: int, choice: Choice) -> None:
        """Choose. Raises NotFound for a firm that is not there or has stopped."""
        async with self.ledger.writing() as book:
            found = await book.firm(firm)
            if found is None or found.state in {"waiting", "stopped"}:
                raise NotFound("Your alerts have stopped. You can sign up again at any time.")
            await book.keep_receipt_choice(firm, choice, at=self.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Everything the monthly receipts need."""

    ledger: SilenceLedger
    clock: Clock
    #: The receipt of a firm for a time: firm, since, until.
    receipt: Callable[[int, datetime, datetime], Awaitable[Receipt]]
    write: Callable[[Receipt, Links], Written]
    links: Callable[[int, str, int], Links]
    mail_domain: str
    #: Channels whose messages look otherwise.
    write_by_channel: Mapping[str, Callable[[Receipt, Links], Written]] = field(default_factory=dict)

    async def look(self) -> int:
        """Where last month's receipts are due and not made, make them; how many messages were written.

        A firm in its quiet hours, or on a day off of its own, gets its receipt at the first look after them.
        """
        now = self.clock.now()
        local = now.astimezone(LONDON)
        if local.hour < _MORNING or not is_working_day(local.date()):
            return 0
        since, until = last_month(now)
        slot = f"receipt:{since.astimezone(LONDON):%Y-%m}"
        async with self.ledger.reading() as book:
            if await book.was_ticked(_JOB, slot):
                return 0
            firms = list(dict.fromkeys(each.firm for each in await book.subscribers()))
            rhythms = await book.rhythms(firms)
        written, failed = 0, 0
        resting = {firm for firm in firms if is_quiet(now, rhythms.get(firm, Rhythm()))}
        for firm in firms:
            if firm in resting:
                continue
            try:
                written += await self._tell(firm, since=since, until=until, slot=slot)
            except Exception:
                failed += 1
                _log.exception("a receipt was not made", action="receipt_failed", firm_number=firm)
        if not failed and not resting:  # else the rest is made good at the next look
            async with self.ledger.writing() as book:
                await book.tick(_JOB, slot)
        return written

    async def _tell(self, firm: int, *, since: datetime, until: datetime, slot: str) -> int:
        async with self.ledger.reading() as book:
            choice, began = await book.receipt_choice(firm), await book.firm_began(firm)
            told = await book.alerts_told(firm, since=since, until=until)
            if choice == "never" or (choice == "quiet" and told) or await book.has_message(firm, slot):
                return 0
        if began is None or began > until - _LEAST_DAYS:
            return 0
        receipt = await self.receipt(firm, max(since, began), until)
        async with self.ledger.writing() as book:
            reach = (await book.reach([firm])).get(firm)
            if reach is None:
                return 0
            messages = [
                self.message(receipt, target, firm=firm, secret=reach.secret, slot=slot) for target in reach.targets
            ]
            await book.keep_messages(messages)
        return len(messages)

    def message(self, receipt: Receipt, target: Target, *, firm: int, secret: str, slot: str) -> Addressed:
        """A receipt for one destination, as its channel shows it; what a firm asked for is word about its account."""
        links = self.links(firm, secret, target.identity)
        written = self.write_by_channel.get(target.channel, self.write)(receipt, links)
        return Addressed(
            message=Message(
                message_id=f"<{slot.replace(':', '.')}.{target.identity}@{self.mail_domain}>",
                channel=target.channel,
                to=target.address,
                subject=written.subject,
                text=written.text,
                html=written.html,
                kind="account" if receipt.days else "receipt",
                created=self.clock.now(),
                unsubscribe_url="" if receipt.days else links.unsubscribe,
                buttons=written.buttons,
            ),
            firm=firm,
            target=target.identity,
            slot=slot,
            alerts=(),
        )


def last_month(now: datetime) -> tuple[datetime, datetime]:
    """The month before the one it is in London: its first moment, and the first moment after it."""
    first = now.astimezone(LONDON).date().replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return _midnight(before), _midnight(first)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
