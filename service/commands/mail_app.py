"""`bowbell mail`: what we write, to be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="What we write, to be looked at.", no_args_is_help=True)


@app.command("render")
def render(*, out: Annotated[Path, typer.Option(help="Folder for the files; made where absent.")]) -> None:
    """Write every kind of letter to files, with sample data: HTML, text and the whole mail."""
    from service.commands.mail import render as run

    for line in run(out):
        typer.echo(line)
