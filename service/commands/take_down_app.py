"""`bowbell admin take-down`: end a posting, a programme or a firm, with a reason that is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.settings import Settings


class Thing(StrEnum):
    """What can be taken down."""

    posting = "posting"
    programme = "programme"
    firm = "firm"


def command(settings: Callable[[], Settings]) -> Callable[..., None]:
    """The command, which asks for the settings only when it runs."""

    def take_down(
        thing: Annotated[Thing, typer.Argument(help="What it is.")],
        what: Annotated[str, typer.Argument(help="A posting's number, a programme's key, a firm's e-mail address.")],
        *,
        because: Annotated[str, typer.Option(help="Why, in a sentence: it is shown and kept in the log.")],
    ) -> None:
        """End a posting, a programme or a firm, with a reason."""
        from service.bootstrap import open_house

        async def run() -> str:
            async with open_house(settings()) as house:
                return await house.accounts.take_down(thing.value, what, why=because)

        typer.echo(asyncio.run(run()))

    return take_down
