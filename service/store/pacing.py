"""The pace book in the database: a restart or a second worker never doubles our pace."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from service.store.database import Database, known_moment, stored
from service.store.session import Part, table
from service.store.tables import PaceRow

PACE = table(PaceRow)


class DatabasePaceBook:
    """Books starts of requests host by host in the table `pace`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(self, host: str, pace: float, now: datetime) -> datetime:
        """Book the next start for a host and return it: never before `now`, `pace` seconds after the last one."""
        async with self._database.writing() as connection:
            free_from = await _Pace(connection).free_from(host, otherwise=now)
            start = max(now, free_from)
            await _Pace(connection).set(host, start + timedelta(seconds=pace))
            return start

    async def hold(self, host: str, until: datetime) -> None:
        """Let no request to a host start before `until`; a shorter hold never shortens a longer one."""
        async with self._database.writing() as connection:
            free_from = await _Pace(connection).free_from(host, otherwise=until)
            await _Pace(connection).set(host, max(until, free_from))


class _Pace(Part):
    async def free_from(self, host: str, *, otherwise: datetime) -> datetime:
        """From when a host may be asked; the row is ours until the transaction ends."""
        await self.insert_once(PaceRow, {"host": host, "next_start": stored(otherwise)})
        asked = select(PACE.c.next_start).where(PACE.c.host == host).with_for_update()
        return known_moment((await self.connection.execute(asked)).scalar_one())

    async def set(self, host: str, moment: datetime) -> None:
        await self.connection.execute(update(PACE).where(PACE.c.host == host).values(next_start=stored(moment)))
