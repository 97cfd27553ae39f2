"""`bowbell admin helpline`: where organisations of support take questions of firms and of buyers."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from service.commands.command_line import read_settings

app = typer.Typer(help="Where people answer questions of firms and buyers.", no_args_is_help=True)


@app.command()
def add(
    key: Annotated[str, typer.Argument(help="A short name of the organisation, like sample_advice.")],
    *,
    name: Annotated[str, typer.Option(help="Its name, as those who ask read it.")],
    address: Annotated[str, typer.Option(help="The e-mail address of a team there, never of a person.")],
    area: Annotated[list[str], typer.Option(help="london, or GSS codes of boroughs.")],
    audience: Annotated[str, typer.Option(help="firms or buyers.")] = "firms",
    subject: Annotated[list[str] | None, typer.Option(help="A kind of help; none: all of them.")] = None,
    size: Annotated[list[str] | None, typer.Option(help="micro, small or medium; none: every size.")] = None,
    person: Annotated[str, typer.Option(help="One of its people, who signs in and answers.")] = "",
) -> None:
    """Open a helpline, and let one of its people in; again to change it or for each further person."""
    from service.commands import helplines

    asked = helplines.Asked(
        key=key, name=name, address=address, audience=audience, subjects=tuple(subject or ()), areas=tuple(area),
        sizes=tuple(size or ()), person=person,
    )  # fmt: skip
    typer.echo(asyncio.run(helplines.add(read_settings(), asked)))


@app.command("list")
def list_() -> None:
    """Say which helplines there are."""
    from service.commands import helplines

    for line in asyncio.run(helplines.listed(read_settings())):
        typer.echo(line)
