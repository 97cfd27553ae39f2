"""Poll sources or take in files by hand, and say what came of it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from service.bootstrap import House, open_house
from service.domain.notice import SetAside
from service.errors import AskedWrongly, BowbellError, NotFound, UnreadableBody
from service.settings import Settings
from service.usecases.collect import Report, import_payload
from service.usecases.record import Recorder

_LARGEST_FILE = 512 * 1024 * 1024


async def collect(
    settings: Settings, keys: Sequence[str], *, since: datetime | None, until: datetime | None, console: Console
) -> tuple[Report, list[str]]:
    """Poll the named sources now, or all that are open; what came, and what went wrong in sentences.

    Where none is open, why each is not: a poll that asks nobody is no success.
    """
    report, troubles = Report(), []
    async with open_house(settings) as house:
        unknown = [key for key in keys if key not in house.sources]
        if unknown:
            raise AskedWrongly(f"There is no source {', '.join(unknown)}. There are: {', '.join(house.sources)}.")
        closed = await house.polling().closed()
        with console.status("Polling") as status:
            for key, source in house.sources.items():
                if key not in keys and (keys or closed[key]):
                    continue
                status.update(f"Polling {source.card.name}")
                report.of(key)
                reason = await house.poll(source, report, since=since, until=until)
                if reason:
                    troubles.append(f"{key}: {reason}")
                await record_all(house, report)
        if not report.sources:
            troubles += [f"{key}: {reason}" for key, reason in closed.items()]
    return report, troubles


async def import_files(settings: Settings, paths: Sequence[Path], *, console: Console) -> Report:
    """Take in every file, or every file under a folder, by its content. Raises NotFound or UnreadableBody."""
    files = _files(paths)
    report = Report()
    async with open_house(settings) as house:
        for key in house.sources:
            report.of(key)  # a source that none of the files is of is said to have brought nothing
        with Progress(console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task("Reading", total=len(files))
            named = {path for path in paths if path.is_file()}
            for file in files:
                await _import_file(house, file, report=report, was_named=file in named)
                progress.advance(task)
            progress.add_task("Recording", total=None)
            await record_all(house, report)
    return report


async def record_all(house: House, report: Report) -> None:
    """Turn every waiting notice into opportunities, counting what is new and what is revised."""

    def count(source: str, is_new: bool | None) -> None:  # noqa: FBT001 - the shape of Watch
        counts = report.of(source)
        counts.opportunities_new += is_new is True
        counts.opportunities_revised += is_new is False

    recorder: Recorder = house.recorder(count)
    started = time.monotonic()
    while await recorder.drain():
        pass
    spent = time.monotonic() - started
    for counts in report.sources.values():
        counts.seconds += spent / len(report.sources)


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        elif path.is_file():
            found.append(path)
        else:
            raise NotFound(f"No file or folder: {path}")
    return found


async def _import_file(house: House, file: Path, *, report: Report, was_named: bool) -> None:
    """Read one file; what nobody knows is an error where it was named and passed over where its folder was."""
    if file.stat().st_size > _LARGEST_FILE:
        raise UnreadableBody(f"{file}: larger than 512 MiB.")
    try:
        known = await import_payload(house.ledger, house.clock, house.sources, file.read_bytes(), report=report)
    except BowbellError as trouble:
        if was_named:
            raise UnreadableBody(f"{file}: {trouble}") from trouble
        report.set_aside.append(SetAside(source="", source_id=file.name, reason=str(trouble)))
        return
    if not known and was_named:
        raise UnreadableBody(f"{file}: no source publishes anything like it.")


def as_json(report: Report) -> dict[str, object]:
    """The report in the shape of the contract."""
    return {
        "sources": {key: dataclasses.asdict(counts) for key, counts in report.sources.items()},
        "set_aside": [{"source": row.source, "id": row.source_id, "reason": row.reason} for row in report.set_aside],
    }


def as_table(report: Report) -> Table:
    """The report for a person."""
    table = Table("source", "pages", "read", "new", "known", "set aside", "opportunities new", "revised", "seconds")
    for key, counts in report.sources.items():
        table.add_row(
            key,
            *(
                str(number)
                for number in (
                    counts.pages,
                    counts.notices_read,
                    counts.notices_new,
                    counts.notices_known,
                    counts.set_aside,
                    counts.opportunities_new,
                    counts.opportunities_revised,
                )
            ),
            f"{counts.seconds:.1f}",
        )
    return table
