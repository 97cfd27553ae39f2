"""Keys, questions, what became of help, and days to meet buyers, up and down through the versions of the tables.

Each row is written at the version that brought its table, so that every later migration has it to carry.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from service.store.database import Database, migration_config
from tests.integration.test_both_databases import settings, url

__all__ = ["url"]

_ORGANISATION = "INSERT INTO organisation (id, kind, key, name, created) VALUES (1, 'support', 's', 'Sample', 'a')"
_FIRST = "0012"
#: The version that brought a table, the table, one row of it, and what of the row is looked for at the end.
_ROWS = (
    (
        "0013",
        "api_key",
        (
            "(id, organisation_id, role, label, secret_hash, made, used, revoked) "
            "VALUES ('abcdefgh', 1, 'poster', 'a sample program', 'hash', 'a', '', '')"
        ),
        ("id", "abcdefgh"),
    ),
    (
        "0014",
        "helpline",
        (
            "(organisation_id, audience, address, subjects, areas, sizes, is_open, changed) "
            "VALUES (1, 'firms', 'help@sample.example', '[]', '[\"london\"]', '[]', true, 'a')"
        ),
        ("address", "help@sample.example"),
    ),
    (
        "0014",
        "help_request",
        (
            "(firm_id, asker_id, person_id, opportunity_id, audience, subject, areas, size, passed, consent, "
            "consented, state, organisation_id, since, reminded, turn, tried, secret, once, useful, version) "
            "VALUES (5, 2, 7, 'o', 'firms', 'bid', '[]', 'micro', '[[\"Question\", \"How?\"]]', "
            "'The words agreed to.', 'a', 'waiting', 1, 'a', 0, 1, '[]', 'secret', 'page-1', '', 1)"
        ),
        ("consent", "The words agreed to."),
    ),
    (
        "0014",
        "help_step",
        "(request_id, version, step, held_by, organisation_id, person_id, at) VALUES (1, 1, 'ask', 0, 1, 7, 'a')",
        ("step", "ask"),
    ),
    ("0018", "alert_help", "(alert_id, programme) VALUES (3, 'sample_programme')", ("programme", "sample_programme")),
    ("0018", "programme_opening", "(programme, day, times) VALUES ('sample_programme', '2026-11-24', 4)", ("times", 4)),
    (
        "0018",
        "programme_use",
        "(firm_id, programme, use, at) VALUES (5, 'sample_programme', 'finished', 'a')",
        ("use", "finished"),
    ),
    (
        "0019",
        "buyer_day",
        (
            "(organisation_id, title, begins, ends, place, url, changed) "
            "VALUES (1, 'A sample day', 'b', 'c', 'Here', 'https://sample.example', 'a')"
        ),
        ("title", "A sample day"),
    ),
)


def put_in(connection: Connection) -> None:
    """Each row at the version of its table, then on to the newest."""
    config = migration_config(connection)
    for version, table, row, _ in _ROWS:
        command.upgrade(config, version)
        connection.execute(text(f"INSERT INTO {table} {row}"))
    command.upgrade(config, "head")


def held(connection: Connection) -> list[object]:
    """What is looked for, table by table."""
    return [
        connection.execute(text(f"SELECT {column} FROM {table}")).scalar()  # noqa: S608 - both are written above
        for _, table, _, (column, _) in _ROWS
    ]


async def test_what_came_with_later_versions_is_carried_up_and_its_tables_go_and_come_back(
    url: str, tmp_path: Path
) -> None:
    database = Database(settings(url, tmp_path).database)
    seen: list[list[object]] = []

    def walk(connection: Connection) -> None:
        config = migration_config(connection)
        command.upgrade(config, _FIRST)
        connection.execute(text(_ORGANISATION))
        put_in(connection)
        seen.append(held(connection))
        command.downgrade(config, _FIRST)
        assert connection.execute(text("SELECT name FROM organisation")).scalar_one() == "Sample"
        command.upgrade(config, "head")
        seen.append(held(connection))
        command.downgrade(config, _FIRST)
        put_in(connection)  # nothing of the first time is in the way
        seen.append(held(connection))

    async with database.engine.connect() as connection:
        await connection.run_sync(walk)
        await connection.commit()
    await database.close()
    whole = [value for _, _, _, (_, value) in _ROWS]
    assert seen == [whole, [None] * len(_ROWS), whole]


@pytest.mark.parametrize("table", ["help_request", "help_step", "alert_help", "programme_use"])
async def test_the_database_itself_refuses_the_same_row_twice(url: str, tmp_path: Path, table: str) -> None:
    database = Database(settings(url, tmp_path).database)
    await database.migrate()
    row = next(row for _, name, row, _ in _ROWS if name == table)
    statement = text(f"INSERT INTO {table} {row}")
    async with database.writing() as connection:
        await connection.execute(statement)
    with pytest.raises(IntegrityError):
        async with database.writing() as connection:
            await connection.execute(statement)
    await database.close()
