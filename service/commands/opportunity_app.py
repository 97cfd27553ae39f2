"""`bowbell opportunity`: look at what was joined, and undo a join that was wrong."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from service.commands.command_line import AsJson, read_settings

app = typer.Typer(help="Look at joined opportunities, and split what was joined wrongly.", no_args_is_help=True)


@app.command()
def joins(*, as_json: AsJson = False) -> None:
    """Say what was joined, and on what evidence."""
    from service.commands.joining import joins as run

    found = asyncio.run(run(read_settings()))
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
    from service.commands.joining import split as run

    scheme, _, value = key.partition(":")
    if not value:
        raise typer.BadParameter(f"{key!r} is no key: write scheme:value, like ocid:ocds-h6vhtk-06da5f")
    done = asyncio.run(run(read_settings(), opportunity, scheme=scheme, value=value, reason=reason))
    if as_json:
        typer.echo(json.dumps(done))
        return
    typer.echo(
        f"{done['restored']} is an opportunity of its own again, with {done['notices_restored']} notices; "
        f"{done['kept']} keeps {done['notices_kept']}."
    )
