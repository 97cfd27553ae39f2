"""What every part of the ledger leans on: the connection and the dialect's insert."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Row, Select, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

_Value = TypeVar("_Value")
#: SQLite built with its own defaults takes 32,766 values in a statement, older ones 999.
_MOST_VALUES = 500


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
        result = await self.connection.execute(self._insert(row).values(**values).on_conflict_do_nothing())
        return bool(result.rowcount)

    async def insert_each_once(self, row: type[SQLModel], each: Sequence[Mapping[str, Any]]) -> None:
        """Insert several rows at once, passing over those that are there."""
        if each:
            await self.connection.execute(self._insert(row).on_conflict_do_nothing(), list(each))

    async def insert_each_numbered(
        self, row: type[SQLModel], each: Sequence[Mapping[str, Any]], *, known_by: Sequence[str]
    ) -> dict[tuple[Any, ...], int]:
        """Insert several rows at once; the numbers of the new ones, by the columns that tell them apart."""
        if not each:
            return {}
        found = table(row)
        names = [found.c[name] for name in known_by]
        made = self._insert(row).on_conflict_do_nothing().returning(found.c.id, *names)
        rows = (await self.connection.execute(made, list(each))).all()
        return {tuple(values): number for number, *values in rows}

    async def insert_numbered(self, row: type[SQLModel], values: Mapping[str, Any]) -> int | None:
        """Insert, on conflict do nothing; the new row's number or None."""
        found = table(row)
        result = await self.connection.execute(
            self._insert(row).values(**values).on_conflict_do_nothing().returning(found.c.id)
        )
        number: int | None = result.scalar_one_or_none()
        return number

    async def put(self, row: type[SQLModel], values: Mapping[str, Any]) -> None:
        """Insert, or overwrite the row with the same primary key."""
        await self.put_each(row, [values])

    async def put_each(
        self, row: type[SQLModel], each: Sequence[Mapping[str, Any]], *, but: Collection[str] = ()
    ) -> None:
        """Insert several rows at once, or overwrite those with the same primary keys, all but the columns named."""
        if not each:
            return
        keys = [column.name for column in table(row).primary_key]
        made = self._insert(row)
        others = {name: made.excluded[name] for name in each[0] if name not in {*keys, *but}}
        await self.connection.execute(made.on_conflict_do_update(index_elements=keys, set_=others), list(each))

    async def _all(self, asked: Select[Any]) -> Sequence[Row[Any]]:
        """Every row of an answer."""
        found: Sequence[Row[Any]] = (await self.connection.execute(asked)).all()
        return found

    def _insert(self, row: type[SQLModel]) -> Any:
        """An insert in the database's own dialect; the two share no type with `on_conflict_do_nothing`."""
        make = sqlite_insert if self.connection.dialect.name == "sqlite" else postgresql_insert
        return make(table(row))


def in_parts(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    """Values in parts that fit into one statement on every database."""
    rest = iter(values)
    while part := list(islice(rest, _MOST_VALUES)):
        yield part
