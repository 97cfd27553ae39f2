"""The commands. Nothing heavy is imported before a command runs, so that `bowbell --help` answers at once."""

from __future__ import annotations

import sys

import typer

from service.commands import (
    admin_app,
    backup_app,
    gathering_app,
    judging_app,
    keeping_app,
    learning_app,
    mail_app,
    opportunity_app,
    serving_app,
    source_app,
    support_app,
)

app = typer.Typer(
    name="bowbell",
    help="Tells small London firms of the public work they can win, and of the free help to win it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serving_app.serve)
app.command()(serving_app.worker)
app.command()(gathering_app.collect)
app.command("import")(gathering_app.import_)
app.command()(judging_app.classify)
app.command()(judging_app.match)
app.command()(serving_app.send)
app.command()(gathering_app.sources)
app.command()(keeping_app.doctor)
app.command()(keeping_app.settings)
app.command()(backup_app.backup)
app.command()(backup_app.restore)
app.command()(learning_app.evaluate)
app.command()(learning_app.train)
app.command()(learning_app.correct)
app.command()(learning_app.bench)
app.command()(gathering_app.replay)
app.add_typer(admin_app.app, name="admin")
app.add_typer(opportunity_app.app, name="opportunity")
app.add_typer(support_app.app, name="support")
app.add_typer(mail_app.app, name="mail")
app.add_typer(source_app.app, name="source")


def main() -> None:
    """Run a command: exit 0 done, 1 failed with a sentence, 2 wrong use."""
    from service.errors import BowbellError

    try:
        app()
    except BowbellError as trouble:
        typer.echo(str(trouble), err=True)
        sys.exit(1)
    except (OSError, UnicodeDecodeError) as trouble:
        typer.echo(f"That did not work: {trouble}.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
