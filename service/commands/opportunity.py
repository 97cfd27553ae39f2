"""`bowbell opportunity`: look at what was joined, and undo a join that was wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from service.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Machine output on stdout.")]


def commands(settings: Callable[[], Settings]) -> typer.Typer:
    """The commands, which ask for the settings only when one of them runs."""
    app = typer.Typer(help="Look at joined opportunities, and split what was joined wrongly.", no_args_is_help=True)

    @app.command()
    def joins(*, as_json: AsJson = False) -> None:
        """Say what was joined, and on what evidence."""
        from service.commands.joining import joins as run  # noqa: PLC0415 - nothing heavy before a command runs

        found = asyncio.run(run(settings()))
        if as_json:
            typer.echo(json.dumps(found))
            return
        for each in found:
            typer.echo(f"{each['opportunity']}  {each['key']}  {each['evidence']}")
        if not found:
            typer.echo("Nothing was joined.", err=True)

    @app.command()
    def split(
        opportunity: Annotated[str, typer.Argument(help="The id of the opportunity that two were joined in.")],
        key: Annotated[str, typer.Argument(help="A key of the one to take out, like ocid:ocds-h6vhtk-06da5f.")],
        *,
        reason: Annotated[str, typer.Option(help="Why, for those who look later.")] = "split by hand",
        as_json: AsJson = False,
    ) -> None:
        """Take a procurement out of an opportunity again. Nobody is told, and the two are never joined again."""
        from service.commands.joining import split as run  # noqa: PLC0415 - nothing heavy before a command runs

        scheme, _, value = key.partition(":")
        if not value:
            raise typer.BadParameter(f"{key!r} is no key: write scheme:value, like ocid:ocds-h6vhtk-06da5f")
        done = asyncio.run(run(settings(), opportunity, scheme=scheme, value=value, reason=reason))
        if as_json:
            typer.echo(json.dumps(done))
            return
        typer.echo(
            f"{done['restored']} is an opportunity of its own again, with {done['notices_restored']} notices; "
            f"{done['kept']} keeps {done['notices_kept']}."
        )

    return app
