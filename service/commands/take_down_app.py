"""`bowbell admin take-down`: end a posting, a programme or a firm, with a reason that is kept."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from service.commands.command_line import read_settings


class Thing(StrEnum):
    """What can be taken down."""

    posting = "posting"
    programme = "programme"
    firm = "firm"


def take_down(
    thing: Annotated[Thing, typer.Argument(help="What it is.")],
    what: Annotated[str, typer.Argument(help="A posting's number, a programme's key, a firm's e-mail address.")],
    *,
    because: Annotated[str, typer.Option(help="Why, in a sentence: it is shown and kept in the log.")],
) -> None:
    """End a posting, a programme or a firm, with a reason."""
    from service.bootstrap import open_house

    async def run() -> str:
        async with open_house(read_settings()) as house:
            return await house.accounts.take_down(thing.value, what, why=because)

    typer.echo(asyncio.run(run()))
