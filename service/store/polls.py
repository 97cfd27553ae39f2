"""When each source is next polled, by whom, and how it fares: rows, so that restarts and many workers agree."""

from __future__ import annotations

import os
import socket
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from service.domain.source_health import Health, SourceRecord, Spell
from service.store.database import Database, stored
from service.store.notices import Notices
from service.store.session import Part, table
from service.store.source_book import SourceBook
from service.store.tables import PollLeaseRow
from service.usecases.permit import Permit

_LEASE = table(PollLeaseRow)


class Polls:
    """Health, permits, leases and bookmarks of sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bookmark(self, source: str) -> str | None:
        """The bookmark after the last page committed; None: never polled."""
        async with self._database.reading() as connection:
            return await Notices(connection).bookmark(source)

    async def records(self) -> Mapping[str, SourceRecord]:
        """What is written down of every source that was ever polled."""
        async with self._database.reading() as connection:
            return await SourceBook(connection).source_records()

    async def permits(self) -> Mapping[str, Permit]:
        """The permits that hold, by source."""
        async with self._database.reading() as connection:
            return await SourceBook(connection).permits()

    async def spells(self, *, since: datetime, until: datetime, healths: Collection[Health] = ()) -> Sequence[Spell]:
        """How sources fared between two moments: "these two were down from ... to ..."."""
        async with self._database.reading() as connection:
            return await SourceBook(connection).spells(since=since, until=until, healths=healths)

    async def lease(self, source: str, *, holder: str, now: datetime, seconds: float) -> bool:
        """Take a source to poll it alone; False where another worker has it."""
        async with self._database.writing() as connection:
            asked = select(_LEASE).where(_LEASE.c.source == source).with_for_update()
            row = (await connection.execute(asked)).one_or_none()
            if row is not None and row.holder != holder and row.until > stored(now) and not is_gone(row.holder):
                return False
            until = stored(now + timedelta(seconds=seconds))
            await Part(connection).put(PollLeaseRow, {"source": source, "holder": holder, "until": until})
            return True

    async def release(self, source: str, *, holder: str) -> None:
        """Give a source back."""
        async with self._database.writing() as connection:
            await connection.execute(_LEASE.delete().where(_LEASE.c.source == source, _LEASE.c.holder == holder))


def is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine that no longer runs: then nobody need wait for its lease."""
    host, _, rest = holder.partition(":")
    process = rest.partition(":")[0]
    if host != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
