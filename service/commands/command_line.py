"""What every command of the command line shares: the settings, where its output goes, and how a moment is read."""

from __future__ import annotations

import logging
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from service.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Machine output on stdout, people's output on stderr.")]


def read_settings() -> Settings:
    """The settings, and a log on stderr as they want it. Raises WrongSettings with every one that is wrong."""
    import structlog
    from pydantic import ValidationError

    from service.errors import WrongSettings
    from service.settings import Settings

    try:
        settings = Settings()
    except ValidationError as trouble:
        said = "; ".join(
            f"BOWBELL_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in trouble.errors()
        )
        raise WrongSettings(said) from None
    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.INFO)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_logger_on_stderr,
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr)
    return settings


def _logger_on_stderr(*_: object) -> object:
    """A logger on the stderr of this moment: the one of start-up may be closed by the time something is said."""
    import structlog

    return structlog.PrintLogger(sys.stderr)


def console_for(*, to_stderr: bool) -> Console:
    """Where tables for people go."""
    from rich.console import Console

    return Console(stderr=to_stderr)


def to_people(said: str) -> None:
    """Say something that no program reads."""
    typer.echo(said, err=True)


def moment(said: str | None) -> datetime | None:
    """A moment as it was typed; London where it has no offset, None where nothing was. Raises BadParameter."""
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter(f"{said!r} is no ISO 8601 moment, like 2026-08-10T00:00:00+01:00") from None
    from zoneinfo import ZoneInfo

    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo("Europe/London"))
