"""`bowbell collect`, `import`, `sources` and `replay`: where notices come from."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.command_line import AsJson, console_for, moment, read_settings

if TYPE_CHECKING:
    from rich.console import Console


def collect(
    keys: Annotated[list[str] | None, typer.Argument(help="Sources to poll; all where none is named.")] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="Poll once and stop (always so by hand).")] = False,
    since: Annotated[str | None, typer.Option(help="Poll from this moment (ISO 8601; London where no offset).")] = None,
    until: Annotated[str | None, typer.Option(help="Poll up to this moment.")] = None,
    as_json: AsJson = False,
) -> None:
    """Poll now and print what was fetched, new, revised and set aside."""
    from service.commands import gather

    del once  # polling by hand always ends
    console = console_for(to_stderr=as_json)
    report, troubles = asyncio.run(
        gather.collect(read_settings(), keys or [], since=moment(since), until=moment(until), console=console)
    )
    _say(report, as_json=as_json, console=console)
    for trouble in troubles:
        typer.echo(trouble, err=True)
    if troubles:
        raise typer.Exit(1)


def import_(paths: list[Path], *, as_json: AsJson = False) -> None:
    """Take in files by content: OCDS packages and releases, Contracts Finder CSV."""
    from service.commands import gather

    console = console_for(to_stderr=as_json)
    report = asyncio.run(gather.import_files(read_settings(), paths, console=console))
    _say(report, as_json=as_json, console=console)


def _say(report: object, *, as_json: bool, console: Console) -> None:
    from service.commands import gather
    from service.usecases.collect import Report

    if not isinstance(report, Report):
        raise TypeError(type(report))
    if as_json:
        typer.echo(json.dumps(gather.as_json(report), ensure_ascii=False))
        return
    console.print(gather.as_table(report))
    for row in report.set_aside:
        console.print(f"set aside {row.source} {row.source_id}: {row.reason}", markup=False)


def sources(*, as_json: AsJson = False) -> None:
    """Say how every source fares."""
    from service.commands.inspect import source_rows

    rows = asyncio.run(source_rows(read_settings()))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    from rich.table import Table

    table = Table("source", "health", "last poll", "last new", "reason")
    shut = [str(row["key"]) for row in rows if row["health"] == "disabled"]
    for row in rows:
        if row["key"] not in shut:
            table.add_row(*(str(row[name] or "") for name in ("key", "health", "last_poll", "last_new", "reason")))
    console_for(to_stderr=False).print(table)
    if shut:
        typer.echo(f"Switched off: {', '.join(shut)}. Why, for each: bowbell sources --json")


def replay(
    directory: Path,
    port: Annotated[int, typer.Option(help="Port on loopback; 0 takes any.")] = 8099,
    rate: Annotated[str, typer.Option(help='Requests and seconds, like "12/120", or "off".')] = "off",
    script: Annotated[str, typer.Option(help='What goes wrong, like "find_a_tender@3=429:2".')] = "",
) -> None:
    """Serve recorded pages as the national services do."""
    from scrapers.replay.interruptions import RateLimit, Script
    from scrapers.replay.server import serve as run

    asyncio.run(
        run(
            directory,
            port,
            rate=RateLimit.parse(rate),
            script=Script.parse(script) if script else None,
            ready=lambda address: typer.echo(f"Replaying {directory} at {address}"),
        )
    )
