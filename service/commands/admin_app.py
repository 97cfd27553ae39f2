"""`bowbell admin`: who looks after this copy, and whom it lets in."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from service.commands import helpline_app, key_app, organisation_app, take_down_app
from service.commands.command_line import read_settings

app = typer.Typer(help="Who looks after this copy.", no_args_is_help=True)
app.add_typer(key_app.app, name="key")
app.command("take-down")(take_down_app.take_down)
app.add_typer(organisation_app.app, name="organisation")
app.add_typer(helpline_app.app, name="helpline")


@app.command("add")
def add(email: Annotated[str, typer.Argument(help="The address of the administrator.")]) -> None:
    """Make the owner of an address an administrator of this copy, who then signs in by an e-mailed link."""
    from service.commands.people import add_administrator

    typer.echo(asyncio.run(add_administrator(read_settings(), email)))


@app.command("list")
def list_() -> None:
    """Say who the administrators of this copy are."""
    from service.commands.people import administrators

    for line in asyncio.run(administrators(read_settings())):
        typer.echo(line)
