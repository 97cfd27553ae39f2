"""A posted form, and what every page reads out of one in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

#: As many digits as every column of a database holds.
_MOST_DIGITS = 9


class Fields(Protocol):
    """A posted form, as aiohttp gives it."""

    def get(self, key: str, default: str) -> str:
        """The first value under a name."""

    def getall(self, key: str, default: Sequence[str]) -> Sequence[str]:
        """Every value under a name."""


def number_said(said: str) -> int | None:
    """A number that we may have given, as a form or an address holds it; None for anything else."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS else None


def version_seen(fields: Fields) -> int:
    """The version that whoever presses a button has read; 0 where the form does not say."""
    return number_said(fields.get("seen", "")) or 0


def line(fields: Fields, name: str, *, most: int) -> str:
    """One line, whatever was pressed between the words, cut at `most` characters."""
    return " ".join(fields.get(name, "").split())[:most]


def passage(fields: Fields, name: str) -> str:
    """Some lines, as they were typed."""
    return fields.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()
