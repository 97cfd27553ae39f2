"""What a report about our own mail does.

A lasting failure shuts the destination, a passing one makes us wait, a complaint stops at once.
Passing failures wait 2, 4, 8 ... 64 hours; the seventh in a row shuts the destination. Thirty days without one and
counting begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.domain.bounces import MailReport

_FIRST_WAIT = timedelta(hours=2)
_MOST_IN_A_ROW = 6
_FORGET_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBefore:
    """A message of ours: whom it went to. Firm and target are 0 for mail to a person."""

    message: int
    target: int
    firm: int


class BounceBook(Protocol):
    """What reports ask of the store, within one transaction."""

    async def sent_before(self, message: int) -> SentBefore | None:
        """A message of ours by its number."""

    async def shut_destination(self, target: int, *, reason: str) -> bool:
        """Send nothing there any more; False where it was shut before."""

    async def address_of(self, target: int) -> str | None:
        """The address of an open destination; None where it is closed."""

    async def suppress(self, address: str, *, reason: str, at: datetime) -> None:
        """Write to this address no more."""

    async def close_destination(self, target: int, *, reason: str, at: datetime) -> None:
        """Write there no more, and keep of the address a salted hash only."""

    async def count_bounce(
        self, target: int, *, message: int, said: str, at: datetime, forget_after: timedelta, first: timedelta
    ) -> int:
        """Note a passing failure: how many in a row, 0 where the message was counted before."""


async def bounced(book: BounceBook, report: MailReport, *, message: int | None, now: datetime) -> str:
    """Do what a report asks; what became of it. `message`: ours by its mark, None where it bears none."""
    sent = await book.sent_before(message) if message is not None else None
    if sent is None or not sent.target:
        return f"a report ({report.kind}) about no message of ours to a firm"
    if report.kind == "late":
        return "a report that it takes longer"
    if report.kind == "complaint":
        address = await book.address_of(sent.target)
        if address:
            await book.suppress(address, reason=report.said, at=now)
        await book.close_destination(sent.target, reason=report.said, at=now)
        return "a complaint: the destination is closed and never written to again"
    if report.kind == "hard":
        shut = await book.shut_destination(sent.target, reason=f"mail came back for good: {report.said}")
        return "mail came back for good: the destination is shut" if shut else "mail came back; it was shut before"
    times = await book.count_bounce(
        sent.target,
        message=sent.message,
        said=report.said,
        at=now,
        forget_after=_FORGET_AFTER,
        first=_FIRST_WAIT,
    )
    if times > _MOST_IN_A_ROW:
        await book.shut_destination(sent.target, reason=f"mail came back {times} times in a row: {report.said}")
        return "mail came back too often in a row: the destination is shut"
    return f"mail came back for now, {times} in a row" if times else "a report that was counted before"
