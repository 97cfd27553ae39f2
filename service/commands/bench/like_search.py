"""The search as it was before it had an index: every question reads every row. The bench compares with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, MetaData, Table, Text, and_, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.search_words import sought_in
from service.store.catalogue import Page, Wanted, Windows
from service.store.database import stored

_META = MetaData()
ROWS = Table(
    "like_search",
    _META,
    Column("number", Integer, primary_key=True),
    *(Column(name, Text) for name in ("id", "published", "closes", "sectors", "areas", "sizes", "sources", "words")),
    Column("below_threshold", Text),
)
_COUNTED = ("sectors", "areas", "sizes", "sources", "below_threshold")
_LONDON = "london"


def like_row(identity: str, values: Mapping[str, Any], words: str) -> dict[str, str]:
    """A row from what the index holds, its words with a space at either end."""
    areas = values["areas"].split()
    if any(area.startswith("E09") for area in areas):
        areas.append(_LONDON)
    keys = {
        "sectors": values["sectors"],
        "areas": " ".join(areas),
        "sizes": values["sizes"],
        "sources": values["source"],
        "below_threshold": "yes" if values["below_threshold"] else "",
        "words": words,
    }
    padded = {name: f" {said} " if said else "" for name, said in keys.items()}
    return padded | {"id": identity, "published": values["published"], "closes": values["closes"]}


async def make_rows(connection: AsyncConnection) -> None:
    """The table."""
    await connection.run_sync(_META.create_all)


async def add_rows(connection: AsyncConnection, rows: Sequence[Mapping[str, str]]) -> None:
    """Rows from `like_row`."""
    await connection.execute(insert(ROWS), list(rows))


async def like_search(
    connection: AsyncConnection, wanted: Wanted, *, now: str, most: int, after: int, windows: Windows
) -> Page:
    """The same answer as the catalogue's for what is open, the newest first."""
    conditions = _conditions(wanted)
    still = or_(ROWS.c.closes == "", ROWS.c.closes > now)
    listed = (
        select(ROWS.c.id)
        .where(still, *conditions.values())
        .order_by(ROWS.c.published.desc(), ROWS.c.id.desc())
        .limit(most)
        .offset(after)
    )
    ids = tuple((await connection.execute(listed)).scalars())
    total = (
        await connection.execute(select(func.count()).select_from(ROWS).where(still, *conditions.values()))
    ).scalar_one()
    counts: dict[str, Mapping[str, int]] = {}
    for name in _COUNTED:
        others = [condition for key, condition in conditions.items() if key != name]
        asked = select(ROWS.c[name], func.count()).where(still, *others).group_by(ROWS.c[name])
        counts[name] = _tally([(said, number) for said, number in (await connection.execute(asked)).all()])
    others = [condition for key, condition in conditions.items() if key != "closing"]
    spans = [
        func.count().filter(_window(*span)).label(f"window_{place}") for place, span in enumerate(windows.values())
    ]
    row = (await connection.execute(select(*spans).select_from(ROWS).where(still, *others))).one()
    counts["closing"] = dict(zip(windows, row, strict=True))
    return Page(ids=ids, total=total, counts=counts)


def _conditions(wanted: Wanted) -> dict[str, ColumnElement[bool]]:
    made = {
        name: or_(*(_has(ROWS.c[name], key) for key in getattr(wanted, name)))
        for name in ("sectors", "areas", "sizes")
        if getattr(wanted, name)
    }
    sought = sought_in(wanted.words)
    if sought.wanted:
        made["words"] = and_(*(_has(ROWS.c.words, " ".join(term)) for term in sought.wanted))
    if wanted.closes_from is not None or wanted.closes_before is not None:
        made["closing"] = _window(wanted.closes_from, wanted.closes_before)
    return made


def _window(first: Any, before: Any) -> ColumnElement[bool]:
    parts = [ROWS.c.closes != ""]
    if first is not None:
        parts.append(ROWS.c.closes >= stored(first))
    if before is not None:
        parts.append(ROWS.c.closes < stored(before))
    return and_(*parts)


def _has(column: ColumnElement[Any], said: str) -> ColumnElement[bool]:
    return column.contains(f" {said} ", autoescape=True)


def _tally(groups: Sequence[tuple[str, int]]) -> Mapping[str, int]:
    counted: dict[str, int] = {}
    for words, number in groups:
        for word in set(words.split()):
            counted[word] = counted.get(word, 0) + number
    return counted
