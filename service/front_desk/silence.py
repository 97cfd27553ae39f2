"""The silence receipt of a firm: for last month's letter, and on demand for the last 30 days."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property

from service.domain.silence import Published, Receipt, weigh
from service.domain.source_health import UNWELL
from service.front_desk.answers import AnswersRoom
from service.front_desk.lookback import DAYS, made_ready
from service.store.accounts import FirmAccounts
from service.store.lookback import Lookback
from service.store.silence import Silences
from service.store.source_book import SourceBook

#: Opportunities compared for one receipt, the newest first.
_MOST = 8_000
_AT_ONCE = 100
#: A source that was unwell for less is no reason for anybody to have missed anything.
_SHORTEST_TROUBLE = timedelta(hours=1)


class SilenceRoom(AnswersRoom):
    """Says what did not happen, and why."""

    @cached_property
    def _spans(self) -> dict[tuple[datetime, datetime], Sequence[Published]]:
        """The last month that was made ready: the same for every firm of a run."""
        return {}

    @cached_property
    def _spans_lock(self) -> asyncio.Lock:
        return asyncio.Lock()

    async def receipt_now(self, firm: int) -> Receipt:
        """The receipt of a firm for the last 30 days, up to this moment."""
        now = self.now()
        since = now - timedelta(days=DAYS)
        ready = await self.ready_since(since)
        published = [
            Published(identity=key, published=each.published, subject=each.subject) for key, each in ready.items()
        ]
        return await self._receipt(firm, since=since, until=now, published=published, days=DAYS)

    async def receipt(self, firm: int, since: datetime, until: datetime) -> Receipt:
        """The receipt of a firm for a time that is over."""
        published = [each for each in await self._published(since, until) if each.published >= since]
        return await self._receipt(firm, since=since, until=until, published=published)

    async def _receipt(
        self, firm: int, *, since: datetime, until: datetime, published: Sequence[Published], days: int = 0
    ) -> Receipt:
        async with self._database.reading() as connection:
            silences, book, account = Silences(connection), SourceBook(connection), FirmAccounts(connection)
            interests = await account.interests_of(firm)
            found = await account.firm(firm)
            notices = await silences.notices_seen(since=since, until=until)
            told = await silences.alerts_told(firm, since=since, until=until)
            records = await book.source_records()
            spells = await book.spells(since=since, until=until, healths=UNWELL)
        weighed = await asyncio.to_thread(weigh, [each.interest for each in interests], published)
        read = [key for key, each in records.items() if each.last_good is not None and each.last_good >= since]
        return Receipt(
            since=since,
            until=until,
            sources=len(read),
            notices=notices,
            told=told,
            weighed=weighed,
            troubles=tuple(
                (self._source_name(each.source), each)
                for each in spells
                if (each.ended or until) - each.began >= _SHORTEST_TROUBLE
            ),
            is_on=found is not None and found.state == "active",
            days=days,
        )

    async def _published(self, since: datetime, until: datetime) -> Sequence[Published]:
        """What was first published in the month that ends at a moment, made ready once for every firm."""
        month = (until - timedelta(days=31), until)
        async with self._spans_lock:
            if month not in self._spans:
                self._spans.clear()
                self._spans[month] = await self._made_ready(min(since, month[0]), until)
            return self._spans[month]

    async def _made_ready(self, since: datetime, until: datetime) -> Sequence[Published]:
        async with self._database.reading() as connection:
            recent = Lookback(connection)
            marks = {each.identity: each for each in await recent.marks_since(since, most=_MOST)}
            ended = await recent.ended_since(since)
            found = await recent.listed_all(list(marks))
        made: list[Published] = []
        for start in range(0, len(found), _AT_ONCE):
            ready = await asyncio.to_thread(made_ready, found[start : start + _AT_ONCE], marks, ended)
            made += [
                Published(identity=key, published=each.published, subject=each.subject)
                for key, each in ready.items()
                if each.published < until
            ]
        return made
