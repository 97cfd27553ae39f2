"""`bowbell doctor` and `settings`: what whoever runs this copy looks at."""

from __future__ import annotations

import asyncio

import typer

from service.commands.command_line import read_settings


def doctor() -> None:
    """Look for trouble, and say for each what to do."""
    from service.commands.inspect import troubles

    found = asyncio.run(troubles(read_settings()))
    for line in found:
        typer.echo(line)
    typer.echo("Nothing is wrong." if not found else f"{len(found)} things to look at.")
    if found:
        raise typer.Exit(1)


def settings() -> None:
    """Print every setting with its value and description; secrets are not shown."""
    from service.commands.inspect import setting_lines

    for line in setting_lines(read_settings()):
        typer.echo(line)
