"""What a source remembers between two polls of a list that shows everything each time: which rows it showed.

A list gives the day on which a row was first published, and not the day on which it was changed. A row that is known
and now says something else was therefore changed since the last poll, and is taken to be of now; otherwise a new
deadline would count as old news, or lose against what it replaces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

_LETTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The rows of the last good poll.

    Attributes:
        rows: a short hash of what each row said, by its id.
    """

    rows: Mapping[str, str] = field(default_factory=dict)

    def changed(self, identity: str, body: bytes) -> bool:
        """Tell whether a row was known and says something else now."""
        return self.rows.get(identity, now := mark(body)) != now

    def bookmark(self, at: datetime) -> str:
        """Return the memory as text."""
        return orjson.dumps({"at": at.isoformat(), "rows": dict(self.rows)}).decode()


def mark(body: bytes) -> str:
    """Return a short hash of what a row says."""
    return hashlib.sha256(body).hexdigest()[:_LETTERS]


def remembered(bookmark: str | None) -> Memory:
    """Return what a bookmark holds; nothing where there is none or it cannot be read: then every row is new."""
    try:
        rows = orjson.loads(bookmark or "{}").get("rows", {})
        return Memory(rows={str(name): str(said) for name, said in rows.items()})
    except (orjson.JSONDecodeError, AttributeError):
        return Memory()
