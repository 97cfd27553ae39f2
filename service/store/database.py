"""The engine: SQLite or PostgreSQL, with the settings that keep promises on each."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from service.store.changes import is_watched, watch

_MIGRATIONS = Path(__file__).parent / "migrations"
#: One number for the whole house: the lock under which notices become opportunities on PostgreSQL.
RECORDING_LOCK = 0x0B0B_BE11


class Database:
    """Connections to the one store."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        options: dict[str, Any] = {}
        if self.is_sqlite:
            file = make_url(url).database
            if file and file != ":memory:":
                Path(file).parent.mkdir(parents=True, exist_ok=True)
            options["connect_args"] = {"timeout": 30.0}
        self.engine: AsyncEngine = create_async_engine(url, **options)
        if self.is_sqlite:
            _keep_promises_on_sqlite(self.engine)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that only reads; sees one moment on SQLite."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self, *, alone: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes: all of it or nothing. `alone`: no other such transaction runs meanwhile."""
        async with self.engine.connect() as connection:
            if self.is_sqlite:
                await connection.execution_options(bowbell_writes=True)
            async with connection.begin():
                if alone and not self.is_sqlite:
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": RECORDING_LOCK})
                yield connection

    async def migrate(self) -> None:
        """Bring the tables up to this version."""
        async with self.engine.connect() as connection:
            await connection.run_sync(upgrade)
            await connection.commit()
        await self._keep_watching()

    async def _keep_watching(self) -> None:
        """Have changes counted where they are not. Usually this only looks: a start never waits for a writer."""
        async with self.reading() as connection:
            if await connection.run_sync(is_watched):
                return
        async with self.writing() as connection:
            await connection.run_sync(watch)

    async def close(self) -> None:
        """Give back every connection."""
        await self.engine.dispose()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations on an open connection."""
    command.upgrade(migration_config(connection), revision)


def migration_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def stored(moment: datetime | None) -> str:
    """A moment as the tables hold it; None becomes ""."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text_: str) -> datetime | None:
    """The moment a table holds; "" becomes None."""
    return datetime.strptime(text_, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC) if text_ else None


def known_moment(text_: str) -> datetime:
    """The moment a table holds where it always holds one."""
    return datetime.strptime(text_, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _keep_promises_on_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        # SQLAlchemy says when a transaction begins, not the driver: else reads and writes lose each other.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("bowbell_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @event.listens_for(engine.sync_engine, "invalidate")
    def _on_invalidate(connection: Any, _record: object, _trouble: BaseException | None) -> None:
        # A task that was cancelled has its connection closed. SQLite keeps the transaction of a closed connection, and
        # with it the lock, for as long as a statement of it lives that was read in part (sqlite.org/c3ref/close.html),
        # and the traceback of what was raised holds one: so the transaction is ended first.
        with suppress(sqlite3.Error):
            connection.rollback()
