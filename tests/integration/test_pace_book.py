"""The pace book in the database keeps what every pace book promises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.store.database import Database
from service.store.pacing import DatabasePaceBook
from tests.contract.pace_book_promises import NOON, PaceBookPromises, after


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'bowbell.db'}")
    await made.migrate()
    yield made
    await made.close()


@pytest.fixture
def pace_book(database: Database) -> DatabasePaceBook:
    return DatabasePaceBook(database)


class TestDatabasePaceBook(PaceBookPromises):
    """All of them, on a file."""


async def test_another_book_on_the_same_database_goes_on_where_the_first_was(database: Database) -> None:
    await DatabasePaceBook(database).reserve("one.example", 10, NOON)
    assert await DatabasePaceBook(database).reserve("one.example", 10, NOON) == after(10)
