"""Poll: ask a source that may be asked and whose time has come, and write down how it fares.

Everything that decides is a row (permits, leases, health, the next poll), so restarts and many workers agree: a circuit
that opened stays open for all of them, and the probe that may close it is sent by one.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.domain.source_health import (
    Health,
    Manner,
    SourceRecord,
    Standing,
    after_bad,
    after_good,
    circuit,
    empty_working_day,
    is_back,
    is_due,
    standing,
)
from service.errors import (
    GoneStale,
    HttpTrouble,
    NotLetIn,
    PrivateAddress,
    SlowDown,
    UnexpectedAnswer,
    WrongSettings,
)
from service.ports import Access, Clock, Source
from service.usecases.collect import Collector, Report
from service.usecases.permit import Permit, why_closed

#: A poll renews its lease so many times before it would run out.
_RENEWALS = 3
#: A day a busy source left out is looked for again from its last news, but no further back than this.
_READ_AGAIN = timedelta(days=14)
_TURNED_AWAY = frozenset({401, 403, 407, 429, 451})


class PollBook(Protocol):
    """Leases, permits and health."""

    async def lease(self, source: str, *, holder: str, now: datetime, seconds: float) -> bool:
        """Take a source to poll it alone; False where another worker has it."""

    async def release(self, source: str, *, holder: str) -> None:
        """Give a source back."""

    async def records(self) -> Mapping[str, SourceRecord]:
        """What is written down of every source that was ever polled."""

    async def permits(self) -> Mapping[str, Permit]:
        """The permits that hold, by source."""


class Watcher(Protocol):
    """Writes down how a source fares, with the history of it, and tells the operator where it must."""

    async def keep(self, source: str, record: SourceRecord) -> None:
        """Write down what came of a poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """Everything a poll needs."""

    book: PollBook
    watcher: Watcher
    #: Makes the collector; the word says whether it is a probe, which asks once and never again.
    collector: Callable[..., Collector]
    clock: Clock
    sources: Mapping[str, Source]
    #: Keys an operator chose; what is not chosen is not asked.
    chosen: frozenset[str]
    access_to: Callable[[str], Access]
    every: Callable[[Source], float]
    #: Seconds of a lease.
    lease: float
    #: A new name for each poll: two polls of one process exclude each other too.
    holder: Callable[[], str]

    async def due(self) -> list[Source]:
        """The sources that may be asked and whose next poll has come."""
        records, now = await self.book.records(), self.clock.now()
        closed = await self.closed()
        return [each for key, each in self.sources.items() if not closed[key] and is_due(records.get(key), now=now)]

    async def closed(self) -> Mapping[str, str]:
        """For every source why it is not asked, in a sentence; "" where it is."""
        return closed_sources(self.sources, await self.book.permits(), chosen=self.chosen)

    async def poll(
        self, source: Source, report: Report, *, since: datetime | None = None, until: datetime | None = None
    ) -> str:
        """Poll one source now and write down how it went; the reason where it was not, or went wrong, else ""."""
        closed = (await self.closed()).get(source.key, "")
        if closed:
            return closed
        holder = self.holder()
        if not await self._lease(source, holder):
            return "it is being polled already"
        renewing = asyncio.create_task(self._renew(source, holder))
        try:
            return await self._poll(source, report, since=since, until=until)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await self.book.release(source.key, holder=holder)

    async def _poll(self, source: Source, report: Report, *, since: datetime | None, until: datetime | None) -> str:
        record, now = (await self.book.records()).get(source.key), self.clock.now()
        every, counts = self.every(source), report.of(source.key)
        left_out = record is not None and empty_working_day(record, manner=manner_of(source), now=now)
        if record is not None and left_out and since is None:
            since = max(record.last_new or now - _READ_AGAIN, now - _READ_AGAIN)
        before = counts.notices_new
        collector = self.collector(is_probe=circuit(record, now=now) == "half_open")
        try:
            has_rows = await collector.poll(
                source,
                access=self.access_to(source.key),
                report=report,
                since=since,
                until=until,
                quiet=is_back(record, now=now),
            )
        except GoneStale as trouble:
            # It was read to its end, so nothing is put off: only its newest row is older than it ever should be.
            return await self._well(source, record, new=counts.notices_new - before, stale=str(trouble))
        except Exception as trouble:
            reason = str(trouble) or type(trouble).__name__
            bad = after_bad(
                record,
                now=self.clock.now(),
                every=every,
                health=health_of(trouble),
                reason=reason,
                asked=trouble.after if isinstance(trouble, SlowDown) else 0.0,
            )
            await self.watcher.keep(source.key, bad)
            return reason
        return await self._well(source, record, new=counts.notices_new - before, has_rows=has_rows)

    async def _well(
        self, source: Source, record: SourceRecord | None, *, new: int, has_rows: bool = True, stale: str = ""
    ) -> str:
        """Write down a poll that came to its end; the reason where what it did not bring says we are turned away.

        `stale`: what the source itself says of its newest row.
        """
        now, every = self.clock.now(), self.every(source)
        good = after_good(record, now=now, every=every, new=new, rows=has_rows)
        if stale:
            good = dataclasses.replace(good, health="stale", reason=stale)
        said = standing(good, manner=manner_of(source), closed="", now=now)
        if said.health == "blocked":
            failed = dataclasses.replace(good, failures=record.failures if record is not None else 0)
            good = after_bad(failed, now=now, every=every, health=said.health, reason=said.reason)
        await self.watcher.keep(source.key, good)
        return said.reason if said.health == "blocked" else ""

    async def _lease(self, source: Source, holder: str) -> bool:
        return await self.book.lease(source.key, holder=holder, now=self.clock.now(), seconds=self.lease)

    async def _renew(self, source: Source, holder: str) -> None:
        """Keep a source for as long as its poll lasts; a worker that is killed loses it when the lease runs out."""
        while True:
            await asyncio.sleep(self.lease / _RENEWALS)
            if not await self._lease(source, holder):
                return


def manner_of(source: Source) -> Manner:
    """How a source behaves when it is well."""
    return Manner(silence=source.card.silence, busy=source.card.busy)


def health_of(trouble: Exception) -> Health:
    """What a poll that failed says of the source."""
    if isinstance(trouble, SlowDown | PrivateAddress | NotLetIn):
        return "blocked"
    if isinstance(trouble, UnexpectedAnswer) and trouble.status in _TURNED_AWAY:
        return "blocked"
    if isinstance(trouble, HttpTrouble | WrongSettings):
        return "down"
    return "drift"


def closed_sources(
    sources: Mapping[str, Source], permits: Mapping[str, Permit], *, chosen: Collection[str]
) -> Mapping[str, str]:
    """For every source why it is not asked, in a sentence; "" where it is."""
    return {
        key: why_closed(key, source.card, permits.get(key), is_chosen=key in chosen) for key, source in sources.items()
    }


def standings(
    sources: Mapping[str, Source], records: Mapping[str, SourceRecord], *, closed: Mapping[str, str], now: datetime
) -> Mapping[str, Standing]:
    """How every source fares now."""
    return {
        key: standing(records.get(key), manner=manner_of(source), closed=closed[key], now=now)
        for key, source in sources.items()
    }
