"""`bowbell classify` and `match`: notices as lines of JSON, judged and matched."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.commands.command_line import AsJson, read_settings


def classify(*, as_json: AsJson = False) -> None:
    """Judge trade and size of notices given as lines of JSON on standard input."""
    from service.commands import lines
    from service.registry import the_tagger

    del as_json  # one line of JSON for each line is the only form
    for answer in lines.classify(sys.stdin, the_tagger(read_settings().trade_model)):
        typer.echo(lines.written(answer))


def match(firm: Annotated[Path, typer.Option(help="An interest file (JSON).")], *, as_json: AsJson = False) -> None:
    """Match notices given as lines of JSON on standard input with an interest file."""
    from service.commands import lines
    from service.domain.interest_file import firm_from
    from service.errors import BadInterest
    from service.registry import the_tagger

    del as_json  # one line of JSON for each line is the only form
    try:
        said = json.loads(firm.read_text(encoding="utf-8"))
    except ValueError as trouble:
        raise BadInterest(f"{firm} is not JSON: {trouble}.") from None
    chosen = read_settings()
    now = chosen.now or datetime.now(UTC)
    for answer in lines.matched(sys.stdin, firm_from(said), the_tagger(chosen.trade_model), now=now):
        typer.echo(lines.written(answer))
