"""`bowbell admin key`: keys with which programs of organisations ask."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from service.commands.command_line import read_settings

app = typer.Typer(help="Keys with which programs of organisations ask.", no_args_is_help=True)


@app.command()
def make(
    organisation: Annotated[str, typer.Argument(help="The key of an organisation that was let in, like hackney.")],
    *,
    what_for: Annotated[str, typer.Option("--for", help="What the key is for, in a few words.")],
    kind: Annotated[str, typer.Option(help="buyer, support or contractor.")] = "buyer",
    role: Annotated[str, typer.Option(help="What it may do: viewer, poster, approver.")] = "poster",
) -> None:
    """Make a key and print it, once."""
    from service.commands.api_keys import make_key

    typer.echo("The key, which is not shown again; send it as `Authorization: Bearer KEY`:", err=True)
    typer.echo(asyncio.run(make_key(read_settings(), organisation, kind=kind, role=role, label=what_for)))


@app.command("list")
def list_() -> None:
    """Say which keys there are."""
    from service.commands.api_keys import key_lines

    for line in asyncio.run(key_lines(read_settings())):
        typer.echo(line)


@app.command()
def revoke(identity: Annotated[str, typer.Argument(help="The eight characters in the middle of the key.")]) -> None:
    """Let a key work no more."""
    from service.commands.api_keys import revoke_key

    typer.echo(asyncio.run(revoke_key(read_settings(), identity)))
