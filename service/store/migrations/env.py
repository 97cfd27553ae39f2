"""How Alembic meets the tables: on a connection that Bowbell opened."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

import service.store.tables  # noqa: F401 - fills the metadata


def run() -> None:
    """Migrate on the connection given, in batch mode where SQLite needs it."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_as_batch=connection.dialect.name == "sqlite"
    )
    with context.begin_transaction():
        context.run_migrations()


run()
