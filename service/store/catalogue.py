"""The catalogue: what every list is narrowed, counted and put in order by, a column each, held in memory.

Counting how many of a hundred thousand opportunities each of seventy boxes would show is a few million steps. A
database takes them row by row; here they are a bit for each opportunity in a row for each box, and a count is one pass
over twelve kilobytes. The database stays the truth: before every answer the catalogue reads what changed since the
last one, and words are looked up in the index of the database (ADR 11 has the figures).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.opportunity import Status
from service.domain.search_words import sought_in
from service.store.bit_rows import BitRows, Bits, held, packed, room_for, size
from service.store.database import Database, stored
from service.store.search import ANYWHERE, SEARCH, UNION, Index, Numbers

Order = Literal["newest", "best", "closing"]
#: Rows read at a time: the loop is free in between.
_AT_A_TIME = 5_000
_LONDON = "london"
_NEVER = int(np.iinfo(np.int64).max)
#: More than any moment of this century in microseconds: a better tier of words comes before any newer one.
_TIER = 1 << 52
#: The first change that may not be seen yet, from where to read the next time; and one past the last: see ADR 11.
_HORIZON = {
    "sqlite": "SELECT coalesce(max(changed), 0) + 1 AS next, coalesce(max(changed), 0) + 1 AS past FROM search_row",
    "postgresql": (
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS next, "
        "pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS past"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; empty means no limit.

    Attributes:
        words: what was typed, see `service.domain.search_words`.
        areas: GSS or region codes, or "london".
        union: contracts of the European journal outside Britain: "" leaves them out, "yes" shows them as well, wherever
            they are, "only" shows nothing else.
        standing: "open": there is still time; a status; or "" for everything.
        value_min: pounds; what is not stated passes.
        value_max: pounds.
        order: "best" puts words in the title first; without words it is "newest".
    """

    words: str = ""
    sectors: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    union: str = ""
    closes_from: datetime | None = None
    closes_before: datetime | None = None
    value_min: Decimal | None = None
    value_max: Decimal | None = None
    below_threshold: bool = False
    standing: str = "open"
    order: Order = "newest"


#: Each window's name, and between which moments it closes; None: no limit.
Windows = Mapping[str, tuple[datetime | None, datetime | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Ids in order, how many there are in all, and for each kind of filter what each choice would show.

    Counts are by "sectors", "areas", "sizes", "sources", "below_threshold" and "closing"; each keeps all other filters.
    """

    ids: tuple[str, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]]


class Catalogue:
    """Answers which opportunities fit; one for a process, used from its event loop."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._columns = Columns()
        self._next = 0
        self._one_at_a_time = asyncio.Lock()

    async def find(
        self, wanted: Wanted, *, now: datetime, most: int, after: int = 0, windows: Windows | None = None
    ) -> Page:
        """A page of what fits: at most so many, after so many; counts only where the closing windows are given."""
        async with self._one_at_a_time, self.database.reading() as connection:
            await self._catch_up(connection)
            sought = sought_in(wanted.words)
            words = await Index(connection).numbers(sought, ranked=wanted.order == "best")
            return await asyncio.to_thread(
                self._columns.page, wanted, words, now=now, most=most, after=after, windows=windows
            )

    async def _catch_up(self, connection: AsyncConnection) -> None:
        """Read every row that may have changed since the last time."""
        horizon = (await connection.execute(text(_HORIZON[connection.dialect.name]))).one()
        if connection.dialect.name == "sqlite" and horizon.next == self._next:
            return
        after = -1
        while True:
            rows = (await connection.execute(_changed(self._next, horizon.past, after))).all()
            if rows:
                await asyncio.to_thread(self._columns.take_in, rows)
            if len(rows) < _AT_A_TIME:
                break
            after = rows[-1].number
        self._next = horizon.next


def _changed(since: int, before: int, after: int) -> Select[Any]:
    """Rows changed in a span, the numbers in order."""
    return (
        select(SEARCH)
        .where(SEARCH.c.changed >= since, SEARCH.c.changed < before, SEARCH.c.number > after)
        .order_by(SEARCH.c.number)
        .limit(_AT_A_TIME)
    )


class Columns:
    """The columns themselves: plain numbers, no database."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._room = 0
        self._published, self._closes = _column(0), _column(_NEVER)
        self._worth_from, self._worth_to = _column(-1), _column(-1)
        self._keyed = {name: BitRows() for name in ("sectors", "areas", "sizes", "sources", "below_threshold")}
        self._status = BitRows()

    def take_in(self, rows: Sequence[Row[Any]]) -> None:
        """Put rows in the place of what was known of them. A row that was joined into another has no status."""
        numbers = [row.number for row in rows]
        self._make_room(max(numbers))
        known = [number for number in numbers if self._ids[number]]
        for shelf in (*self._keyed.values(), self._status):
            shelf.forget(known)
        at = np.asarray(numbers, np.int64)
        self._published[at] = _moments([row.published for row in rows], none=0)
        self._closes[at] = _moments([row.closes for row in rows], none=_NEVER)
        self._worth_from[at] = [row.worth_from for row in rows]
        self._worth_to[at] = [row.worth_to for row in rows]
        status: defaultdict[str, list[int]] = defaultdict(list)
        keyed: dict[str, defaultdict[str, list[int]]] = {name: defaultdict(list) for name in self._keyed}
        for row in rows:
            self._ids[row.number] = row.opportunity_id
            if not row.joined:
                status[row.status].append(row.number)
            for name, keys in _keys_of(row).items():
                for key in keys:
                    keyed[name][key].append(row.number)
        self._status.add(status)
        for name, members in keyed.items():
            self._keyed[name].add(members)

    def page(
        self, wanted: Wanted, words: Numbers, *, now: datetime, most: int, after: int, windows: Windows | None
    ) -> Page:
        """A page of what fits."""
        if not self._room:
            nothing: dict[str, Mapping[str, int]] = {name: {} for name in (*self._keyed, "closing")}
            return Page(ids=(), total=0, counts={} if windows is None else nothing)
        standing = self._standing(wanted.standing, _moment(now))
        if words.wanted is not None:
            standing = standing & self._of(words.wanted)
        if words.without:
            standing = standing & ~self._of(words.without)
        abroad = self._keyed["areas"].any_of((UNION,))
        if wanted.union != "yes":
            standing = standing & (abroad if wanted.union == "only" else ~abroad)
        conditions = self._conditions(wanted)
        fitting = _all_of(standing, conditions.values())
        counts = {} if windows is None else self._counts(standing, conditions, windows)
        return Page(
            ids=self._in_order(held(fitting), wanted.order, words.tiers, most=most, after=after),
            total=size(fitting),
            counts=counts,
        )

    def _conditions(self, wanted: Wanted) -> dict[str, Bits]:
        """One set for each filter that is chosen."""
        chosen: dict[str, Sequence[str]] = {
            "sectors": wanted.sectors,
            "areas": _areas_wanted(wanted),
            "sizes": wanted.sizes,
            "sources": wanted.sources,
            "below_threshold": ("yes",) if wanted.below_threshold else (),
        }
        made = {name: self._keyed[name].any_of(keys) for name, keys in chosen.items() if keys}
        if wanted.closes_from is not None or wanted.closes_before is not None:
            made["closing"] = self._window(wanted.closes_from, wanted.closes_before)
        if wanted.value_min is not None or wanted.value_max is not None:
            low = 0 if wanted.value_min is None else _pence(wanted.value_min)
            high = _NEVER if wanted.value_max is None else _pence(wanted.value_max)
            inside = (self._worth_to >= low) & (self._worth_from <= high)
            made["value"] = packed(inside | (self._worth_from < 0))
        return made

    def _counts(
        self, standing: Bits, conditions: Mapping[str, Bits], windows: Windows
    ) -> Mapping[str, Mapping[str, int]]:
        def others(name: str) -> Bits:
            return _all_of(standing, [each for key, each in conditions.items() if key != name])

        counted = {name: shelf.counts(others(name)) for name, shelf in self._keyed.items()}
        among = others("closing")
        return counted | {"closing": {name: size(among & self._window(*span)) for name, span in windows.items()}}

    def _standing(self, asked: str, now: int) -> Bits:
        """Whatever stands so at a moment: what is open is closed once its deadline has passed."""
        if not asked:
            return self._status.any_of(tuple(Status))
        if asked not in {Status.OPEN, Status.CLOSED}:
            return self._status.any_of((asked,))
        still, said_open = packed(self._closes > now), self._status.any_of((Status.OPEN,))
        return said_open & still if asked == Status.OPEN else self._status.any_of((asked,)) | (said_open & ~still)

    def _window(self, first: datetime | None, before: datetime | None) -> Bits:
        least = 0 if first is None else _moment(first)
        most = _NEVER if before is None else _moment(before)
        return packed((self._closes >= least) & (self._closes < most))

    def _in_order(
        self, fitting: NDArray[np.int64], order: Order, tiers: Sequence[str], *, most: int, after: int
    ) -> tuple[str, ...]:
        """The ids of a page; the greater id first where all else is equal."""
        if after >= len(fitting):
            return ()
        if order == "closing":
            keys = self._closes[fitting]
        else:
            keys = -np.clip(self._published[fitting], 0, _TIER - 1)
            for tier in tiers if order == "best" else ():
                keys = keys - _TIER * self._flags(tier)[fitting]
        last = min(after + most, len(fitting)) - 1
        first_key, last_key = np.partition(keys, (after, last))[[after, last]]
        near = np.flatnonzero((keys >= first_key) & (keys <= last_key))
        by_id = sorted(near.tolist(), key=lambda place: self._ids[fitting[place]], reverse=True)
        by_key = sorted(by_id, key=keys.__getitem__)
        before = after - int((keys < first_key).sum())
        return tuple(self._ids[fitting[place]] for place in by_key[before : before + most])

    def _of(self, numbers: str) -> Bits:
        return packed(self._flags(numbers))

    def _flags(self, numbers: str) -> NDArray[np.bool_]:
        """A flag for each number in a text; what was written since the catalogue looked is not there yet."""
        flags = np.zeros(self._room, np.bool_)
        said = np.fromstring(numbers, np.int64, sep=",") if numbers else np.zeros(0, np.int64)
        flags[said[said < self._room]] = True
        return flags

    def _make_room(self, greatest: int) -> None:
        if greatest < self._room:
            return
        room = room_for(greatest)
        more = room - self._room
        self._ids.extend([""] * more)
        self._published = np.append(self._published, np.zeros(more, np.int64))
        self._closes = np.append(self._closes, np.full(more, _NEVER))
        self._worth_from = np.append(self._worth_from, np.full(more, -1))
        self._worth_to = np.append(self._worth_to, np.full(more, -1))
        for shelf in (*self._keyed.values(), self._status):
            shelf.widen(room)
        self._room = room


def _areas_wanted(wanted: Wanted) -> tuple[str, ...]:
    """The areas that narrow: none of ours holds a contract abroad, so those are let in beside them where asked for."""
    if wanted.union == "only" or not wanted.areas:
        return ()
    return (*wanted.areas, UNION) if wanted.union else wanted.areas


def _column(value: int) -> NDArray[np.int64]:
    return np.full(0, value, np.int64)


def _keys_of(row: Row[Any]) -> Mapping[str, Sequence[str]]:
    areas = row.areas.split()
    if any(area == ANYWHERE or area.startswith("E09") for area in areas):
        areas.append(_LONDON)
    return {
        "sectors": row.sectors.split(),
        "areas": areas,
        "sizes": row.sizes.split(),
        "sources": (row.source,),
        "below_threshold": ("yes",) if row.below_threshold else (),
    }


def _all_of(first: Bits, others: Iterable[Bits]) -> Bits:
    for each in others:
        first = first & each
    return first


def _moments(texts: Sequence[str], *, none: int) -> NDArray[np.int64]:
    """Moments as the tables hold them, as microseconds."""
    read = np.array([said[:-1] or "NaT" for said in texts], "datetime64[us]")
    return np.where(np.isnat(read), none, read.astype(np.int64))


def _moment(at: datetime) -> int:
    return int(_moments([stored(at)], none=0)[0])


def _pence(pounds: Decimal) -> int:
    return int(min(max(pounds * 100, Decimal(0)), Decimal(_NEVER - 1)))
