"""Collect: poll a source page by page, keep what it said and where to go on, each page in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from service.domain.notice import Notice, SetAside
from service.failpoints import reached
from service.ports import Access, Clock, Http, Page, Source
from service.usecases.ledger import NOTICE_SEEN, Ledger, Payload, Transaction

#: A first poll goes back this far.
FIRST_POLL = timedelta(days=3)


@dataclass(slots=True, kw_only=True)
class Counts:
    """What a poll or an import brought, for one source. Each notice read is new, known or set aside."""

    pages: int = 0
    notices_read: int = 0
    notices_new: int = 0
    notices_known: int = 0
    set_aside: int = 0
    opportunities_new: int = 0
    opportunities_revised: int = 0
    seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Report:
    """What a run brought, by source, and each row set aside with its reason."""

    sources: dict[str, Counts] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)

    def of(self, source: str) -> Counts:
        """The counts of a source."""
        return self.sources.setdefault(source, Counts())


class Bookmarks(Protocol):
    """How far each source was read."""

    async def bookmark(self, source: str) -> str | None:
        """The bookmark after the last page committed; None: never polled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Everything a poll needs."""

    ledger: Ledger
    bookmarks: Bookmarks
    http: Http
    clock: Clock

    async def poll(
        self,
        source: Source,
        *,
        access: Access,
        report: Report,
        since: datetime | None = None,
        until: datetime | None = None,
        quiet: bool = False,
    ) -> bool:
        """Poll one source to its end; whether its list had rows, as far as it was read.

        `quiet`: the source was away for long, so what it brings is told of only where it is fresh and open, as with a
        first poll. Raises HttpTrouble, UnreadableBody, PagingBroke or GoneStale; what was read stays read.
        """
        name = _bookmark_name(source.key, since=since, until=until)
        bookmark = await self.bookmarks.bookmark(name) or None
        quiet = quiet or bookmark is None
        has_rows = True
        started = self.clock.now()
        counts = report.of(source.key)
        try:
            async for page in source.pages(
                self.http, access=access, bookmark=bookmark, since=since, until=until or started, seen=started
            ):
                reached("collect.body_read")
                counts.pages += 1
                has_rows = not page.empty
                await self._keep_page(source, page, name=name, quiet=quiet, report=report)
                reached("collect.committed")
        finally:
            counts.seconds += (self.clock.now() - started).total_seconds()
        return has_rows

    async def _keep_page(self, source: Source, page: Page, *, name: str, quiet: bool, report: Report) -> None:
        judged = await asyncio.to_thread(_judged, source, page.notices)
        async with self.ledger.writing() as transaction:
            await keep(transaction, judged, quiet=quiet or page.quiet, report=report, now=self.clock.now())
            for row in page.set_aside:
                await _keep_row(transaction, row, report=report, now=self.clock.now())
            # A back-fill that came to its end begins anew when it is asked for again.
            over = page.done and name != source.key
            await transaction.advance(name, "" if over else page.bookmark, self.clock.now())
            reached("collect.before_commit")


def _bookmark_name(key: str, *, since: datetime | None, until: datetime | None) -> str:
    """A back-fill of a named period has a bookmark of its own, so that it neither moves nor follows the poll's."""
    if since is None:
        return key
    return f"{key} from {since.isoformat()} to {until.isoformat() if until else 'now'}"


def _judged(source: Source, notices: Iterable[Notice]) -> list[tuple[Notice, str]]:
    """Each notice with the reason it is set aside; "" where it is used."""
    return [(notice, read.reason if isinstance(read := source.read(notice), SetAside) else "") for notice in notices]


async def keep(
    transaction: Transaction, judged: Iterable[tuple[Notice, str]], *, quiet: bool, report: Report, now: datetime
) -> None:
    """Store notices and pass on those that are new and can be used."""
    rows = list(judged)
    numbers = await transaction.keep_notices(rows)
    seen: list[tuple[str, Payload]] = []
    for (notice, reason), number in zip(rows, numbers, strict=True):
        counts = report.of(notice.source)
        counts.notices_read += 1
        if reason:
            counts.set_aside += 1
            report.set_aside.append(SetAside(source=notice.source, source_id=notice.source_id, reason=reason))
        elif number is None:
            counts.notices_known += 1
        else:
            counts.notices_new += 1
            seen.append((str(number), {"notice": number, "quiet": quiet}))
    await transaction.emit_each(NOTICE_SEEN, seen, at=now)


async def _keep_row(transaction: Transaction, row: SetAside, *, report: Report, now: datetime) -> None:
    """Keep a row that is no notice at all, with its reason."""
    counts = report.of(row.source)
    counts.notices_read += 1
    counts.set_aside += 1
    report.set_aside.append(row)
    nothing = Notice(
        source=row.source,
        source_id=row.source_id,
        published=None,
        seen=now,
        body=row.reason.encode(),
        form="unreadable",
    )
    await transaction.keep_notices([(nothing, row.reason)])


async def import_payload(
    ledger: Ledger, clock: Clock, sources: Mapping[str, Source], payload: bytes, *, report: Report, batch: int = 200
) -> bool:
    """Take in one file by its content; False where no source knows it. Raises UnreadableBody."""
    source = next((each for each in sources.values() if each.recognises(payload)), None)
    if source is None:
        return False
    found = await asyncio.to_thread(lambda: list(source.notices_in(payload, seen=clock.now())))
    report.of(source.key).pages += 1
    for start in range(0, len(found), batch):
        part = found[start : start + batch]
        judged = await asyncio.to_thread(_judged, source, [each for each in part if isinstance(each, Notice)])
        async with ledger.writing() as transaction:
            await keep(transaction, judged, quiet=True, report=report, now=clock.now())
            for row in part:
                if isinstance(row, SetAside):
                    await _keep_row(transaction, row, report=report, now=clock.now())
    return True
