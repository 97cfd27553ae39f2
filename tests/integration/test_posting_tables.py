"""Postings and what is said about them on the way up and down through the versions of the tables, on both databases."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from sqlalchemy import text
from sqlalchemy.engine import Connection

from service.store.database import Database, migration_config
from tests.integration.test_both_databases import settings, url

__all__ = ["url"]


async def test_postings_keep_their_words_and_get_somebody_who_looks_after_them(url: str, tmp_path: Path) -> None:
    database = Database(settings(url, tmp_path).database)
    seen: list[tuple[object, ...]] = []

    def walk(connection: Connection) -> None:
        config = migration_config(connection)
        command.upgrade(config, "0012")
        made = "INSERT INTO organisation (id, kind, key, name, created) VALUES (1, 'buyer', 'hackney', 'Hackney', 'a')"
        connection.execute(text(made))
        connection.execute(
            text(
                "INSERT INTO posting (id, organisation_id, ocid, state, draft, live, version, live_version, notices, "
                "made_by, asked_by, note, published, changed) "
                "VALUES ('abc', 1, 'ocds-bowbel-abc', 'published', '{}', '{}', 3, 3, 1, 7, 0, '', 'a', 'b')"
            )
        )
        command.upgrade(config, "head")
        held = "SELECT id, state, version, made_by, held_by, due, due_by FROM posting"
        seen.extend(tuple(row) for row in connection.execute(text(held)))
        connection.execute(
            text(
                "INSERT INTO posting_question (posting_id, firm_id, text, answer, state, asked, decided) "
                "VALUES ('abc', 5, 'How many?', 'Sixty.', 'answered', 'a', 'b')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO posting_reply (posting_id, firm_id, text, price, contact, at) "
                "VALUES ('abc', 5, 'We clean.', '1', 'Sample', 'a')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO posting_file (id, posting_id, name, kind, size, sha, at) "
                "VALUES ('f', 'abc', 'plan.png', 'image/png', 9, 'x', 'a')"
            )
        )
        command.downgrade(config, "0012")
        seen.extend(tuple(row) for row in connection.execute(text("SELECT id, state, version, made_by FROM posting")))
        command.upgrade(config, "head")
        for table in ("posting_question", "posting_reply", "posting_file"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0  # noqa: S608 - three names

    async with database.engine.connect() as connection:
        await connection.run_sync(walk)
        await connection.commit()
    await database.close()
    assert seen == [("abc", "published", 3, 7, 7, "", 0), ("abc", "published", 3, 7)]
