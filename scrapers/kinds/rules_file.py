"""Reads a declarative source file; whatever is wrong with it is told with the file, the line and the key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pydantic import ValidationError

from scrapers.kinds.rules import SourceRules
from service.errors import WrongRules

_TABLE = re.compile(r"\s{0,80}\[\[?\s{0,80}([^\]]{1,200}?)\s{0,80}\]\]?\s{0,80}(?:#.*)?$")
_KEY = re.compile(r"\s{0,80}([A-Za-z0-9_.-]{1,80})\s{0,80}=")
_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def rules_in(path: Path) -> SourceRules:
    """Return the rules in a file. Raises WrongRules."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        raise WrongRules(file=path.name, line=None, key="", why=f"it cannot be read ({trouble}).") from None
    rules = rules_from(text, file=path.name)
    if rules.key != path.stem:
        line = line_of(text, ("key",))
        raise WrongRules(file=path.name, line=line, key="key", why=f"it must be the file's name, {path.stem!r}.")
    return rules


def rules_from(text: str, *, file: str) -> SourceRules:
    """Return the rules in a text. Raises WrongRules."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        found = _LINE.search(str(trouble))
        why = f"{_LINE.sub('', str(trouble)).strip()}."
        line = int(found.group(1)) if found else len(text.splitlines())
        raise WrongRules(file=file, line=line, key="", why=why) from None
    try:
        return SourceRules.model_validate(said)
    except ValidationError as trouble:
        path, why = _first(trouble)
        raise WrongRules(file=file, line=line_of(text, path), key=".".join(path), why=why) from None


def _first(trouble: ValidationError) -> tuple[tuple[str, ...], str]:
    """Return the key and the reason of the first thing that is wrong."""
    error = trouble.errors(include_url=False)[0]
    path = tuple(str(part) for part in error["loc"] if not isinstance(part, int))
    why = str(error["msg"]).removeprefix("Value error, ")
    if not path and "|" in why:
        key, _, why = why.partition("|")
        path = tuple(key.split("."))
    if error["type"] == "extra_forbidden":
        why = "there is no such key"
    elif error["type"] == "missing":
        why = "it is missing"
    return path, f"{why}."


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """Return the line on which a key stands, or else the table it belongs to or should follow; None where none is."""
    table: tuple[str, ...] = ()
    best, depth = None, 0
    neighbour = None
    for number, line in enumerate(text.splitlines(), start=1):
        here: tuple[str, ...] = ()
        if head := _TABLE.match(line):
            table = tuple(part.strip().strip("\"'") for part in head.group(1).split("."))
            here = table
            if path and here[:1] == path[:1]:
                neighbour = neighbour or number
        elif key := _KEY.match(line):
            here = (*table, *key.group(1).split("."))
        if here and len(here) > depth and here == path[: len(here)]:
            best, depth = number, len(here)
    return best or neighbour
