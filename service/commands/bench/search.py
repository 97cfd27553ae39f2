"""How fast a search with all its counts is answered among many opportunities, while others are being taken in.

What is timed is the whole answer of the desk: the page of opportunities as the web shows them, how many there are in
all, and how many each box would show. Beside it stands the search as it was (`like_search`), on some of the same
searches and with nothing taken in meanwhile; answers that are not equal are counted.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text

from service.bootstrap import House, open_house
from service.commands.bench.figures import Sizes, machine, ms, share
from service.commands.bench.like_search import add_rows, like_row, like_search, make_rows
from service.commands.bench.postgresql import a_postgresql
from service.commands.bench.sample_opportunities import Sample, SampleTrade
from service.front_desk.noticeboard import wanted_of, windows_of
from service.settings import Settings
from service.store.catalogue import Catalogue, Wanted
from service.store.database import stored
from service.store.ledger import SqlTransaction
from service.store.search import searchable
from service.usecases.ledger import Judged, Standing
from service.web.forms.filters import Filters

SEARCHES = 200
#: Searches that the old way answers too: it takes seconds for each.
COMPARED = 20
#: Opportunities searched where no number is given.
_OPPORTUNITIES = 100_000
#: Opportunities on a page, as on the web.
_ON_A_PAGE = 20
_AT_A_TIME = 1_000
#: Opportunities taken in by one transaction meanwhile, and the seconds of rest after it: a page of Find a Tender, and
#: the next a second later. The national services together publish about a thousand notices a day.
_TAKEN_IN = 100
_REST = 1.0


async def run(settings: Settings, sizes: Sizes) -> dict[str, Any]:
    """Both databases, one after the other; PostgreSQL only where a server can be had."""
    engines: dict[str, dict[str, float]] = {}
    sizes = replace(sizes, opportunities=sizes.opportunities or _OPPORTUNITIES)
    differences = 0
    with tempfile.TemporaryDirectory(prefix="bowbell-bench-") as folder:
        home = Path(folder)
        await _one("sqlite", f"sqlite:///{home / 'bench.db'}", settings, sizes, home, engines)
        with a_postgresql() as address:
            if address is not None:
                await _one("postgresql", address, settings, sizes, home, engines)
    for engine in engines.values():
        differences += int(engine.pop("differences", 0))
    return {
        "bench": "search",
        "sizes": {"opportunities": sizes.opportunities, "searches": SEARCHES, "compared": COMPARED},
        "engines": engines,
        "ratios": {
            f"{name}_like": round(engines[f"{name}_like"]["mean_ms"] / engines[f"{name}_alone"]["mean_ms"], 1)
            for name in ("sqlite", "postgresql")
            if f"{name}_like" in engines
        },
        "differences": differences,
        "machine": machine(),
    }


def as_text(result: dict[str, Any]) -> str:
    """The result for a person."""
    lines = [f"{result['sizes']['opportunities']:,} opportunities, {result['sizes']['searches']} searches with counts"]
    for name, engine in result["engines"].items():
        said = f"  {name}: p50 {engine['p50_ms']} ms, p95 {engine['p95_ms']} ms, p99 {engine['p99_ms']} ms"
        if "taken_in" in engine:
            said += f", {engine['taken_in']} opportunities taken in meanwhile"
        lines.append(said)
    lines.extend(f"  {name}: {times} times slower" for name, times in result["ratios"].items())
    lines.append(f"{result['differences']} answers differ. {result['machine']['cores']} cores.")
    return "\n".join(lines)


async def _one(
    name: str, address: str, settings: Settings, sizes: Sizes, home: Path, engines: dict[str, dict[str, float]]
) -> None:
    apart = {"home": home, "secret_key_file": None, "database_url": address, "smtp_url": "", "sources": ()}
    async with open_house(settings.model_copy(update=apart)) as house:
        trade = SampleTrade(now=datetime.now(UTC))
        samples = trade.opportunities(sizes.opportunities)
        while batch := list(islice(samples, _AT_A_TIME)):
            await _put(house, batch)
        async with house.database.engine.connect() as connection:
            raw = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await raw.execute(text("ANALYZE" if name == "sqlite" else "VACUUM ANALYZE"))
        searches = trade.searches(SEARCHES)
        await house.desk.open_opportunities(Filters(), size=_ON_A_PAGE, counted=True)
        await _compare(name, house, searches[:COMPARED], engines)
        async with _taking_in(house, trade) as taken_in:
            spent = await _timed(house, searches)
        engines[f"{name}_while_ingesting"] = _figures(spent) | {"taken_in": len(taken_in)}
        page = await Catalogue(house.database).find(Wanted(standing=""), now=house.clock.now(), most=1)
        engines[f"{name}_alone"]["differences"] += abs(page.total - sizes.opportunities - len(taken_in))


async def _put(house: House, samples: Sequence[Sample]) -> None:
    likes = [
        like_row(each.identity, *searchable(state=each.state, tags=each.tags, place=each.place)) for each in samples
    ]
    async with house.ledger.writing() as transaction:
        await _write(transaction, samples)
        await make_rows(transaction.connection)
        await add_rows(transaction.connection, likes)


async def _write(transaction: SqlTransaction, samples: Sequence[Sample]) -> None:
    """As the steps of the flow write them."""
    await transaction.keep_standing(
        [
            Standing(
                identity=each.identity,
                state=each.state,
                revision=1,
                first_seen=each.state.as_of,
                buyer_key="sample",
                title_key=each.identity,
            )
            for each in samples
        ]
    )
    await transaction.keep_judged(
        [
            Judged(identity=each.identity, tags=each.tags, place=each.place, state=each.state, revision=1)
            for each in samples
        ]
    )


async def _compare(name: str, house: House, searches: Sequence[Filters], engines: dict[str, dict[str, float]]) -> None:
    """The same searches by both, one after the other, so that both meet the same machine."""
    catalogue = Catalogue(house.database)
    now = house.clock.now()
    windows = windows_of(now)
    await catalogue.find(wanted_of(Filters(), now=now), now=now, most=1)
    ours, like, differences = [], [], 0
    for filters in searches:
        wanted, after = wanted_of(filters, now=now), (filters.page - 1) * _ON_A_PAGE
        started = time.perf_counter()
        found = await catalogue.find(wanted, now=now, most=_ON_A_PAGE, after=after, windows=windows)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        async with house.database.reading() as connection:
            naive = await like_search(
                connection, wanted, now=stored(now), most=_ON_A_PAGE, after=after, windows=windows
            )
        like.append(time.perf_counter() - started)
        differences += found != naive
    engines[f"{name}_alone"] = _figures(ours) | {"differences": differences}
    engines[f"{name}_like"] = _figures(like)


@asynccontextmanager
async def _taking_in(house: House, trade: SampleTrade) -> AsyncIterator[list[str]]:
    """Opportunities are written by the steps of the flow for as long as this lasts; which, so far."""
    written: list[str] = []
    enough = asyncio.Event()

    async def take_in() -> None:
        fresh = trade.opportunities(1_000_000)
        while not enough.is_set():
            batch = [replace(each, identity=f"fresh-{each.identity}") for each in islice(fresh, _TAKEN_IN)]
            async with house.ledger.writing() as transaction:
                await _write(transaction, batch)
            written.extend(sample.identity for sample in batch)
            with suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), timeout=_REST)

    task = asyncio.create_task(take_in())
    try:
        yield written
    finally:
        enough.set()
        await task


async def _timed(house: House, searches: Sequence[Filters]) -> list[float]:
    spent = []
    for filters in searches:
        started = time.perf_counter()
        await house.desk.open_opportunities(filters, size=_ON_A_PAGE, counted=True)
        spent.append(time.perf_counter() - started)
    return spent


def _figures(spent: Sequence[float]) -> dict[str, float]:
    return {
        "mean_ms": ms(sum(spent) / len(spent)),
        "p50_ms": ms(share(spent, 0.5)),
        "p95_ms": ms(share(spent, 0.95)),
        "p99_ms": ms(share(spent, 0.99)),
    }
