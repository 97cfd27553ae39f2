"""People and accounts for tests: over a real database, or for pages where nobody is ever signed in."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from service.store.database import Database
from service.store.ledger import SqlLedger
from service.usecases.accounts import Accounts
from service.usecases.links import Links
from service.wiring.people import accounts_of
from tests.builders import NOW

PUBLIC = "https://bowbell.example.org"


class TurnedClock:
    """A clock that tests turn."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        """The time it was turned to."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Turn it on."""
        self.at += timedelta(seconds=seconds)


def links_for(clock: TurnedClock, *, public_url: str = PUBLIC) -> Links:
    """Links signed with a sample key, by a clock that tests turn."""
    return Links("sample-key-" * 4, public_url, now=lambda: clock.now().timestamp())


def accounts_over(database: Database, clock: TurnedClock, *, public_url: str = PUBLIC) -> Accounts:
    """The real use cases over a database."""
    numbers = itertools.count(1)
    return accounts_of(
        SqlLedger(database),
        clock=clock,
        links=links_for(clock, public_url=public_url),
        message_id=lambda: f"<{next(numbers)}@sample.example>",
    )


def nobodys_accounts() -> Accounts:
    """For pages that anyone sees: the database is never opened, since no cookie names a session."""
    return accounts_over(Database("sqlite+aiosqlite:///:memory:"), TurnedClock())


@asynccontextmanager
async def a_database(url: str) -> AsyncIterator[Database]:
    """A database brought up to this version, closed at the end."""
    made = Database(url)
    await made.migrate()
    yield made
    await made.close()
