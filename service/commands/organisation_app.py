"""`bowbell admin organisation`: let organisations in that buy, or that help firms."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from service.commands.command_line import read_settings

app = typer.Typer(help="Organisations that post what they buy, or enter programmes of support.", no_args_is_help=True)


@app.command()
def add(
    key: Annotated[
        str, typer.Argument(help="A buyer by key, like hackney; for the others a short name of your choice.")
    ],
    *,
    person: Annotated[str, typer.Option(help="The e-mail address of one of its people, who signs in with it.")],
    role: Annotated[str, typer.Option(help="viewer, poster, approver or administrator.")] = "approver",
    domain: Annotated[
        list[str] | None, typer.Option(help="A mail domain of it: only addresses at one publish.")
    ] = None,
    kind: Annotated[str, typer.Option(help="buyer, support or contractor.")] = "buyer",
    name: Annotated[str, typer.Option(help="Its name in full, the first time; buyers have theirs.")] = "",
) -> None:
    """Let an organisation in with one of its people; again for each further person or domain."""
    from service.commands.people import add_to_organisation

    said = add_to_organisation(
        read_settings(), key, domains=domain or [], person=person, role=role, kind=kind, name=name
    )
    typer.echo(asyncio.run(said))


@app.command("list")
def list_() -> None:
    """Say which buyers can be let in."""
    from service.usecases.organisations import known_buyers

    for key, name in known_buyers().items():
        typer.echo(f"{key}  {name}")
