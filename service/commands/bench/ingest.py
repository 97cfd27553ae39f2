"""How fast notices are taken in: invented ones, the real steps, a database of its own. Nothing is sent."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from service.bootstrap import House, open_house
from service.commands.bench.figures import Sizes, machine, ms, share
from service.commands.bench.sample_notices import PAGE, sample_packages
from service.errors import UnreadableBody
from service.settings import Settings
from service.store.session import table
from service.store.tables import OpportunityRow
from service.usecases.collect import Report, import_payload


async def run(settings: Settings, sizes: Sizes) -> dict[str, Any]:
    """Import, record and tag notices in a fresh SQLite file; the time to make them is not counted."""
    notices = sizes.notices
    with tempfile.TemporaryDirectory(prefix="bowbell-bench-") as folder:
        packages = list(sample_packages(notices, Path(folder) / "samples", now=datetime.now(UTC)))
        address = f"sqlite:///{Path(folder) / 'bench.db'}"
        apart = {"home": Path(folder), "secret_key_file": None, "database_url": address, "smtp_url": "", "sources": ()}
        async with open_house(settings.model_copy(update=apart)) as house:
            taken_in = await _timed_each([_importing(house, package) for package in packages])
            recorded = await _timed_drain(house.recorder().drain)
            tagged = await _timed_drain(house.judge().drain)
            differences = await differences_held(house, notices)
    spent = sum((*taken_in, *recorded, *tagged))
    return {
        "bench": "ingest",
        "sizes": {"notices": notices, "package": PAGE, "package_bytes": sum(map(len, packages))},
        "engines": {
            "bowbell": {
                "mean_ms": ms(spent / notices),
                "per_second": round(notices / spent, 1),
                "seconds": round(spent, 2),
                "import_mean_ms": ms(sum(taken_in) / notices),
                "record_mean_ms": ms(sum(recorded) / notices),
                "tag_mean_ms": ms(sum(tagged) / notices),
                "import_batch_p99_ms": ms(share(taken_in, 0.99)),
                "record_batch_p99_ms": ms(share(recorded, 0.99)),
                "tag_batch_p99_ms": ms(share(tagged, 0.99)),
            }
        },
        "ratios": {},
        "differences": differences,
        "machine": machine(),
    }


def as_text(result: dict[str, Any]) -> str:
    """The result for a person."""
    engine, computer = result["engines"]["bowbell"], result["machine"]
    return (
        f"{result['sizes']['notices']} notices in {engine['seconds']} s: {engine['per_second']} a second, "
        f"{engine['mean_ms']} ms each (import {engine['import_mean_ms']}, record {engine['record_mean_ms']}, "
        f"tag {engine['tag_mean_ms']}). {result['differences']} lost. "
        f"{computer['cores']} cores, at most {computer['peak_rss_mb']} MiB of memory."
    )


async def differences_held(house: House, notices: int) -> int:
    """How many opportunities are missing, too many, or without tags."""
    row = table(OpportunityRow)
    async with house.database.reading() as connection:
        held = (await connection.execute(select(func.count()).select_from(row))).scalar_one()
        tagged = (
            await connection.execute(select(func.count()).select_from(row).where(row.c.tagged_revision > 0))
        ).scalar_one()
    return abs(notices - held) + abs(held - tagged)


def _importing(house: House, package: bytes) -> Callable[[], Awaitable[None]]:
    async def take_in() -> None:
        if not await import_payload(house.ledger, house.clock, house.sources, package, report=Report()):
            raise UnreadableBody("No source knows the notices of the bench.")

    return take_in


async def _timed_each(works: Sequence[Callable[[], Awaitable[None]]]) -> list[float]:
    """Seconds of each piece of work."""
    spent = []
    for work in works:
        started = time.perf_counter()
        await work()
        spent.append(time.perf_counter() - started)
    return spent


async def _timed_drain(drain: Callable[[], Awaitable[int]]) -> list[float]:
    """Seconds of each batch until nothing waits."""
    spent: list[float] = []
    while True:
        started = time.perf_counter()
        if not await drain():
            return spent
        spent.append(time.perf_counter() - started)
