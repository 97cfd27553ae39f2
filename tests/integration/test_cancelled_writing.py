"""A task that is cancelled while it writes leaves nothing behind: no row, and no lock that others wait for."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from service.settings import Settings
from service.store.database import Database
from tests.accounts import a_database

_ROUNDS = 200
#: Seconds within which every step of a write begins.
_LONGEST = 0.006
#: Far more than a write takes, and less than the 30 seconds for which a writer waits for a lock.
_PATIENCE = 20.0


@pytest.fixture
async def database(each_database: str, tmp_path: Path) -> AsyncIterator[Database]:
    settings = Settings(database_url=each_database, home=tmp_path, _env_file=None)
    async with a_database(settings.database) as made:
        async with made.writing() as connection:
            await connection.execute(text("CREATE TABLE pair (half TEXT NOT NULL)"))
        yield made


async def write_a_pair(database: Database) -> None:
    """Two rows in one transaction, with a look in between."""
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO pair VALUES ('one')"))
        await connection.execute(text("SELECT half FROM pair ORDER BY half LIMIT 3"))
        await connection.execute(text("INSERT INTO pair VALUES ('two')"))


async def test_others_write_at_once_after_a_writer_was_cancelled_and_no_half_is_left(database: Database) -> None:
    moments = random.Random(20261124)
    raised: list[object] = []
    for _ in range(_ROUNDS):
        writer = asyncio.create_task(write_a_pair(database))
        others = [asyncio.create_task(write_a_pair(database)) for _ in range(moments.randint(0, 2))]
        await asyncio.sleep(moments.uniform(0, _LONGEST))
        writer.cancel()
        async with asyncio.timeout(_PATIENCE):
            raised += await asyncio.gather(writer, return_exceptions=True)
            await asyncio.gather(write_a_pair(database), *others)

    assert any(isinstance(each, asyncio.CancelledError) for each in raised)
    async with database.reading() as connection:
        rows = await connection.execute(text("SELECT half, count(*) FROM pair GROUP BY half ORDER BY half"))
        halves = [tuple(row) for row in rows]
    assert halves[0][1] == halves[1][1] >= _ROUNDS
