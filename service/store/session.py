"""What every part of the ledger leans on: the connection and the dialect's insert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel


def table(row: type[SQLModel]) -> Table:
    """The table of a row class."""
    found: Table = row.__table__  # type: ignore[attr-defined]  # SQLModel sets it on every table class
    return found


class Part:
    """A part of the ledger on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def insert_once(self, row: type[SQLModel], values: Mapping[str, Any]) -> bool:
        """Insert, on conflict do nothing; tell whether it was new."""
        make = sqlite_insert if self.connection.dialect.name == "sqlite" else postgresql_insert
        result = await self.connection.execute(make(table(row)).values(**values).on_conflict_do_nothing())
        return bool(result.rowcount)

    async def insert_each_once(self, row: type[SQLModel], each: Sequence[Mapping[str, Any]]) -> None:
        """Insert several rows in one statement, passing over those that are there."""
        make = sqlite_insert if self.connection.dialect.name == "sqlite" else postgresql_insert
        if each:
            await self.connection.execute(make(table(row)).values(list(each)).on_conflict_do_nothing())

    async def insert_numbered(self, row: type[SQLModel], values: Mapping[str, Any]) -> int | None:
        """Insert, on conflict do nothing; the new row's number or None."""
        make = sqlite_insert if self.connection.dialect.name == "sqlite" else postgresql_insert
        found = table(row)
        result = await self.connection.execute(
            make(found).values(**values).on_conflict_do_nothing().returning(found.c.id)
        )
        number: int | None = result.scalar_one_or_none()
        return number

    async def put(self, row: type[SQLModel], values: Mapping[str, Any]) -> None:
        """Insert, or overwrite the row with the same primary key."""
        make = sqlite_insert if self.connection.dialect.name == "sqlite" else postgresql_insert
        found = table(row)
        keys = [column.name for column in found.primary_key]
        statement = make(found).values(**values)
        others = {name: statement.excluded[name] for name in values if name not in keys}
        await self.connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others))
