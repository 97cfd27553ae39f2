"""`bowbell source`: what whoever adds a source needs, step by step; and who may be asked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from service.commands.command_line import read_settings

FileOrKey = Annotated[str, typer.Argument(help="A source file (.toml), or the key of a source.")]


app = typer.Typer(help="Add, check, permit and forbid single sources.", no_args_is_help=True)


@app.command("new")
def new(
    key: Annotated[str, typer.Option(prompt="Key: small letters and _, for ever", help="Key of the source.")],
    name: Annotated[str, typer.Option(prompt="Name, as people should see it", help="Its name.")],
    url: Annotated[str, typer.Option(prompt="Address of the list", help="Address of the list.")],
    kind: Annotated[
        str, typer.Option(prompt="Kind: html_list, csv_file, json_api or feed", help="How the list comes.")
    ] = "html_list",
    authority: Annotated[str, typer.Option(help="GSS code of the London authority whose listing it is.")] = "",
    folder: Annotated[Path, typer.Option(help="Where the file is written.")] = Path("scrapers/sources"),
) -> None:
    """Write the skeleton of a source file, to be filled in."""
    from service.commands.source_files import write_skeleton

    path = write_skeleton(folder, key=key, name=name, url=url, kind=kind, authority=authority)
    typer.echo(f"Written: {path}\nNext: fill in the lines marked FILL IN, then: bowbell source record {path}")


@app.command("check")
def check(
    file: FileOrKey,
    page: Annotated[Path | None, typer.Option(help="The page to try it on; the recorded one if not said.")] = None,
) -> None:
    """Try a source file on its recorded page: print the rows found and every rule that is broken."""
    from service.commands.source_files import check_lines

    lines, is_good = check_lines(file, page)
    for line in lines:
        typer.echo(line)
    if not is_good:
        raise typer.Exit(1)


@app.command("record")
def record(
    file: FileOrKey,
    terms_read: Annotated[
        str, typer.Option(help="The day you read the site's robots.txt and terms, like 2026-11-24.")
    ] = "",
) -> None:
    """Fetch the first page of a source, politely, take contact people out of it, and keep it beside the tests."""
    from service.commands.source_files import record_page

    typer.echo(asyncio.run(record_page(read_settings(), file, terms_read=terms_read)))


@app.command("permit")
def permit(
    key: str,
    *,
    basis: Annotated[str, typer.Option(help="On what basis it may be read, in words; shown in public.")],
    robots_read: Annotated[str, typer.Option(help="The day its robots.txt was read, like 2026-11-24.")],
    terms_read: Annotated[str, typer.Option(help="The day its terms were read.")],
    by: Annotated[str, typer.Option(help="The role of who decided, never a name; shown in public.")],
) -> None:
    """Record that robots.txt and terms of a source were read, so that it may be polled."""
    from service.commands.permission import permit as run

    kept = run(read_settings(), key, basis=basis, robots_read=robots_read, terms_read=terms_read, by=by)
    typer.echo(asyncio.run(kept))


@app.command("forbid")
def forbid(key: str, *, why: Annotated[str, typer.Option(help="Why, in words.")]) -> None:
    """Take the permit of a source back: it is asked no more."""
    from service.commands.permission import forbid as run

    typer.echo(asyncio.run(run(read_settings(), key, why=why)))
