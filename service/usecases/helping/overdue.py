"""Overdue: remind an organisation of a question that waits, and wait no longer when it has waited too long.

What is due is worked out from the rows each time, so a worker that slept does what is due once and no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from service.domain.help_request import WITH_SOMEBODY, due
from service.errors import NotNow
from service.failpoints import reached
from service.ports import Clock
from service.usecases.helping.book import HelpLedger
from service.usecases.helping.carry import Carry

_log = structlog.get_logger()
#: Requests looked at in one go; the longest there first, so nobody is passed over.
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueHelp:
    """Looks through what organisations have."""

    ledger: HelpLedger
    clock: Clock
    carry: Carry

    async def look(self) -> int:
        """Do what is due, each in a transaction of its own; how many."""
        async with self.ledger.reading() as book:
            waiting = await book.help_requests_in(sorted(WITH_SOMEBODY), most=_MOST)
        done = 0
        for each in waiting:
            if due(each, now=self.clock.now()) is None:
                continue
            try:
                done += await self._one(each.number)
            except NotNow:
                _log.info("somebody was faster than time", action="help_not_due", help_request=each.number)
        return done

    async def _one(self, number: int) -> bool:
        async with self.ledger.writing() as book:
            request = await book.help_request(number)
            step = due(request, now=self.clock.now()) if request is not None else None
            if request is None or step is None:
                return False
            await self.carry.step(book, request, step, person=0, late=True)
            reached("help.due")
        reached("help.committed")
        return True
