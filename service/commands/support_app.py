"""`bowbell support`: programmes of support read in from elsewhere, and whether the pages we point to are there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from service.commands.command_line import read_settings

app = typer.Typer(help="The catalogue of support.", no_args_is_help=True)


@app.command("import")
def import_(
    places: Annotated[
        list[str], typer.Argument(help="Files, or web addresses of /services of Open Referral UK 3.0 directories.")
    ],
) -> None:
    """Read programmes in, as entries that wait to be checked at /operator/support."""
    from service.commands.support import read_in

    for line in asyncio.run(read_in(read_settings(), places)):
        typer.echo(line)


@app.command()
def export(out: Annotated[Path, typer.Argument(help="A file to write.")]) -> None:
    """Write the catalogue as services of Open Referral UK 3.0."""
    from service.commands.support import write_out

    typer.echo(asyncio.run(write_out(read_settings(), out)))


@app.command()
def links() -> None:
    """Ask the pages that are due whether they are there, a few at a time, and say which do not answer."""
    from service.commands.support import ask_links

    for line in asyncio.run(ask_links(read_settings())):
        typer.echo(line)
