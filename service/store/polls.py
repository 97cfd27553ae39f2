"""When each source is next polled, by whom, and how it fares: rows, so that restarts and many workers agree."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from service.store.database import Database, moment, stored
from service.store.recorded import Recorded
from service.store.session import Part, table
from service.store.tables import PollLeaseRow, SourceHealthRow

_HEALTH, _LEASE = table(SourceHealthRow), table(PollLeaseRow)
#: Pauses after failures double up to this.
_LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source fares. None: never."""

    health: str
    reason: str
    last_poll: datetime | None
    last_good: datetime | None
    last_new: datetime | None
    next_poll: datetime | None
    failures: int


class Polls:
    """Health, leases and bookmarks of sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bookmark(self, source: str) -> str | None:
        """The bookmark after the last page committed; None: never polled."""
        async with self._database.reading() as connection:
            return await Recorded(connection).bookmark(source)

    async def health(self) -> Mapping[str, SourceHealth]:
        """Every source that was ever polled."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(select(_HEALTH))).all()
        return {
            row.source: SourceHealth(
                health=row.health,
                reason=row.reason,
                last_poll=moment(row.last_poll),
                last_good=moment(row.last_good),
                last_new=moment(row.last_new),
                next_poll=moment(row.next_poll),
                failures=row.failures,
            )
            for row in rows
        }

    async def lease(self, source: str, *, holder: str, now: datetime, seconds: float) -> bool:
        """Take a source to poll it alone; False where another worker has it."""
        async with self._database.writing() as connection:
            asked = select(_LEASE).where(_LEASE.c.source == source).with_for_update()
            row = (await connection.execute(asked)).one_or_none()
            if row is not None and row.holder != holder and row.until > stored(now) and not _is_gone(row.holder):
                return False
            until = stored(now + timedelta(seconds=seconds))
            await Part(connection).put(PollLeaseRow, {"source": source, "holder": holder, "until": until})
            return True

    async def release(self, source: str, *, holder: str) -> None:
        """Give a source back."""
        async with self._database.writing() as connection:
            await connection.execute(_LEASE.delete().where(_LEASE.c.source == source, _LEASE.c.holder == holder))

    async def went_well(self, source: str, *, now: datetime, every: float, new: int) -> None:
        """A poll came to its end."""
        known = (await self.health()).get(source)
        await self._write(
            source,
            SourceHealth(
                health="ok",
                reason="",
                last_poll=now,
                last_good=now,
                last_new=now if new else (known.last_new if known else None),
                next_poll=now + timedelta(seconds=every),
                failures=0,
            ),
        )

    async def went_wrong(self, source: str, *, now: datetime, every: float, health: str, reason: str) -> None:
        """A poll failed: the pause until the next doubles with every failure."""
        known = (await self.health()).get(source)
        failures = (known.failures if known else 0) + 1
        pause = min(timedelta(seconds=every) * 2 ** min(failures - 1, 8), _LONGEST_PAUSE)
        await self._write(
            source,
            SourceHealth(
                health=health,
                reason=reason,
                last_poll=now,
                last_good=known.last_good if known else None,
                last_new=known.last_new if known else None,
                next_poll=now + pause,
                failures=failures,
            ),
        )

    async def _write(self, source: str, health: SourceHealth) -> None:
        async with self._database.writing() as connection:
            await Part(connection).put(
                SourceHealthRow,
                {
                    "source": source,
                    "health": health.health,
                    "reason": health.reason[:2000],
                    "last_poll": stored(health.last_poll),
                    "last_good": stored(health.last_good),
                    "last_new": stored(health.last_new),
                    "next_poll": stored(health.next_poll),
                    "failures": health.failures,
                },
            )


def _is_gone(holder: str) -> bool:
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
