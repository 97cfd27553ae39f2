"""How often something changed, counted by the database itself in the transaction of each change.

Whoever keeps the interests of all firms ready asks the count to know whether they are still those. Triggers count, so
no use case can forget to. SQLite loses triggers where a migration makes a table anew: they are made again after every
migration.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

#: What decides who is told of what.
WATCHED = ("firm", "interest")
_VERBS = ("INSERT", "UPDATE", "DELETE")
_COUNT = "UPDATE changes SET number = number + 1 WHERE subject = 'interests'"


def is_watched(connection: Connection) -> bool:
    """Whether every change is counted already; only reads."""
    is_sqlite = connection.dialect.name == "sqlite"
    triggers = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'interests_changed_%'"
        if is_sqlite
        else "SELECT count(*) FROM pg_trigger WHERE tgname = 'interests_changed'"
    )
    counted: int = connection.execute(text("SELECT count(*) FROM changes WHERE subject = 'interests'")).scalar_one()
    found: int = connection.execute(text(triggers)).scalar_one()
    return counted == 1 and found == len(WATCHED) * (len(_VERBS) if is_sqlite else 1)


def watch(connection: Connection) -> None:
    """Count every change of firms and interests from now on; the same again changes nothing."""
    connection.execute(text("INSERT INTO changes (subject, number) VALUES ('interests', 0) ON CONFLICT DO NOTHING"))
    if connection.dialect.name == "sqlite":
        for row in WATCHED:
            for verb in _VERBS:
                name = f"interests_changed_{row}_{verb.lower()}"
                connection.execute(
                    text(f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {verb} ON {row} BEGIN {_COUNT}; END")
                )
        return
    connection.execute(
        text(
            "CREATE OR REPLACE FUNCTION interests_changed() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {_COUNT}; RETURN NULL; END $$"
        )
    )
    for row in WATCHED:
        connection.execute(text(f"DROP TRIGGER IF EXISTS interests_changed ON {row}"))
        connection.execute(
            text(
                f"CREATE TRIGGER interests_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {row} "
                "FOR EACH STATEMENT EXECUTE FUNCTION interests_changed()"
            )
        )


def stop_watching(connection: Connection) -> None:
    """Count no more."""
    if connection.dialect.name == "sqlite":
        for row in WATCHED:
            for verb in _VERBS:
                connection.execute(text(f"DROP TRIGGER IF EXISTS interests_changed_{row}_{verb.lower()}"))
        return
    for row in WATCHED:
        connection.execute(text(f"DROP TRIGGER IF EXISTS interests_changed ON {row}"))
    connection.execute(text("DROP FUNCTION IF EXISTS interests_changed()"))
