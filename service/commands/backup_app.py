"""`bowbell backup` and `restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.commands.command_line import read_settings, to_people


def backup(file: Annotated[Path, typer.Argument(help="The file to write; one that is there is replaced.")]) -> None:
    """Write everything into one file: the rows, the papers of postings and the signing key."""
    from service.commands.backup import backup as write

    kept = write(read_settings(), file, at=datetime.now(UTC))
    typer.echo(f"{file}: {kept.size:,} bytes, with {kept.papers} papers. Keep it where only you can read it.")
    for identity in kept.missing:
        to_people(f"The paper {identity} is not in it: it is not on the disk as it was taken in.")


def restore(file: Annotated[Path, typer.Argument(help="A file that `bowbell backup` wrote.")]) -> None:
    """Put a backup in place, where there is no database yet. Everything is checked before."""
    from service.commands.backup import restore as put_back

    kept = put_back(read_settings(), file)
    typer.echo(f"Restored {kept.size:,} bytes, with {kept.papers} papers. Start it with bowbell serve.")
