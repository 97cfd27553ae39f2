"""How fast the flow is on this machine: invented notices, the real steps, a database of its own.

The notices are the demo's samples made many: every one has its own id, title, buyer and value. Nothing is sent.
"""

from __future__ import annotations

import copy
import json
import math
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from service.bootstrap import House, open_house
from service.errors import AskedWrongly, UnreadableBody
from service.settings import Settings
from service.store.session import table
from service.store.tables import OpportunityRow
from service.usecases.collect import Report, import_payload

BENCHES = ("ingest",)
#: Releases in a package: what Find a Tender puts on a page.
_PAGE = 100
_SEED = 20261123


async def bench(settings: Settings, name: str, *, notices: int) -> dict[str, Any]:
    """Run one bench; the result in the shape all benches share, times in milliseconds.

    Raises:
        AskedWrongly: there is no such bench.
    """
    if name not in BENCHES:
        raise AskedWrongly(f"There is no bench {name}. There are: {', '.join(BENCHES)}.")
    return await _ingest(settings, notices)


async def _ingest(settings: Settings, notices: int) -> dict[str, Any]:
    """Import, record and tag notices in a fresh SQLite file; the time to make them is not counted."""
    with tempfile.TemporaryDirectory(prefix="bowbell-bench-") as folder:
        packages = list(_packages(notices, Path(folder) / "samples", now=datetime.now(UTC)))
        address = f"sqlite:///{Path(folder) / 'bench.db'}"
        apart = {"home": Path(folder), "secret_key_file": None, "database_url": address, "smtp_url": "", "sources": ()}
        async with open_house(settings.model_copy(update=apart)) as house:
            taken_in = await _timed_each([_importing(house, package) for package in packages])
            recorded = await _timed_drain(house.recorder().drain)
            tagged = await _timed_drain(house.judge().drain)
            differences = await _differences(house, notices)
    spent = sum((*taken_in, *recorded, *tagged))
    return {
        "bench": "ingest",
        "sizes": {"notices": notices, "package": _PAGE, "package_bytes": sum(map(len, packages))},
        "engines": {
            "bowbell": {
                "mean_ms": _ms(spent / notices),
                "per_second": round(notices / spent, 1),
                "seconds": round(spent, 2),
                "import_mean_ms": _ms(sum(taken_in) / notices),
                "record_mean_ms": _ms(sum(recorded) / notices),
                "tag_mean_ms": _ms(sum(tagged) / notices),
                "import_batch_p99_ms": _ms(_p99(taken_in)),
                "record_batch_p99_ms": _ms(_p99(recorded)),
                "tag_batch_p99_ms": _ms(_p99(tagged)),
            }
        },
        "ratios": {},
        "differences": differences,
        "machine": _machine(),
    }


def as_text(result: dict[str, Any]) -> str:
    """The result for a person."""
    engine, machine = result["engines"]["bowbell"], result["machine"]
    return (
        f"{result['sizes']['notices']} notices in {engine['seconds']} s: {engine['per_second']} a second, "
        f"{engine['mean_ms']} ms each (import {engine['import_mean_ms']}, record {engine['record_mean_ms']}, "
        f"tag {engine['tag_mean_ms']}). {result['differences']} lost. "
        f"{machine['cores']} cores, at most {machine['peak_rss_mb']} MiB of memory."
    )


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


async def _differences(house: House, notices: int) -> int:
    """How many opportunities are missing, too many, or without tags."""
    row = table(OpportunityRow)
    async with house.database.reading() as connection:
        held = (await connection.execute(select(func.count()).select_from(row))).scalar_one()
        tagged = (
            await connection.execute(select(func.count()).select_from(row).where(row.c.tagged_revision > 0))
        ).scalar_one()
    return abs(notices - held) + abs(held - tagged)


def _packages(notices: int, folder: Path, *, now: datetime) -> Iterator[bytes]:
    """Release packages of invented notices, the same ones for the same number and moment."""
    from scrapers.replay.samples import write_samples  # noqa: PLC0415 - only a bench or a demo needs it

    folder.mkdir()
    write_samples(folder, now=now)
    samples = (json.loads(file.read_bytes().decode("utf-8", "replace")) for file in sorted(folder.rglob("*.json")))
    package = next(each for each in samples if each["releases"][0]["ocid"].startswith("ocds-h6vhtk-"))
    templates = [each for each in package.pop("releases") if each["tag"] == ["tender"]]
    lot = random.Random(_SEED)
    for start in range(0, notices, _PAGE):
        rows = [
            _varied(lot.choice(templates), number, lot=lot, now=now)
            for number in range(start, min(start + _PAGE, notices))
        ]
        yield json.dumps(package | {"releases": rows}).encode()


def _varied(template: dict[str, Any], number: int, *, lot: random.Random, now: datetime) -> dict[str, Any]:
    """A sample notice as another procurement."""
    release = copy.deepcopy(template)
    old, new = release["id"], f"{number:06d}-2099"
    tender, net = release["tender"], lot.randrange(2_000, 2_000_000)
    buyer = f"Sample Council {lot.randrange(400)}"
    release |= {"ocid": f"ocds-h6vhtk-{0xB00000 + number:06x}", "id": new}
    release["date"] = (now - timedelta(seconds=number)).isoformat(timespec="seconds")
    release["buyer"]["name"] = buyer
    for party in release.get("parties", ()):
        if "buyer" in party.get("roles", ()):
            party["name"] = buyer
    tender["id"] = f"SAMPLE-BENCH-{number}"
    tender["title"] = f"{tender['title']}, sample lot {number}"
    tender["description"] = f"{tender['description']} Sample reference {number}."
    tender["value"] = {"amount": net, "amountGross": round(net * 1.2, 2), "currency": "GBP"}
    for document in tender.get("documents", ()):
        document |= {key: value.replace(old, new) for key, value in document.items() if isinstance(value, str)}
    return release


def _p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[max(0, math.ceil(len(seconds) * 0.99) - 1)]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _machine() -> dict[str, Any]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        # macOS counts bytes, Linux KiB.
        "peak_rss_mb": round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1),
    }
