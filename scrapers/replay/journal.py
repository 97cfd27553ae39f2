"""TED on loopback: its search and the XML of its notices, from a folder of recorded answers and notices.

The search understands the questions our collector asks and refuses any other with the service's own kinds of error, so
that a collector which leans on luck fails in a test. Sources: https://docs.ted.europa.eu/reuse/search-api.html and a
recorded answer of May 2026. How the last page of an iteration looks is not documented; here its token is null.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

from scrapers.replay.material import stamps

SEARCH_PATH = "/v3/notices/search"
NOTICE_PATH = "/en/notice/{number}/xml"
_KEYS = frozenset(
    (
        *("query", "fields", "page", "limit", "scope", "checkQuerySyntax"),
        *("paginationMode", "iterationNextToken", "onlyLatestVersions"),
    )
)
#: Names of fields, as far as anybody here asks for them.
_FIELDS = re.compile(r"[a-z]+(?:-[a-z0-9]+){0,6}", re.ASCII)
_QUERY = re.compile(
    r"notice-type IN \((?P<kinds>[a-z -]+)\) AND publication-date >= (?P<since>\d{8}) "
    r"AND publication-date <= (?P<until>\d{8}) SORT BY publication-date",
    re.ASCII,
)
_NUMBER = re.compile(rb"(?:NoticePublicationID[^>]{0,80}>|\bDOC_ID=\")0*(\d{1,9}-\d{4})", re.ASCII)
_LARGEST_PAGE, _LARGEST_ASK = 250, 10_000


class Refused(Exception):
    """400 with the service's error object."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.body = json.dumps({"message": message, "error": {"type": kind, "message": message}}).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issues:
    """What the folder holds of TED: rows of the search, the oldest first, and notices by publication number."""

    rows: tuple[Mapping[str, object], ...] = ()
    notices: Mapping[str, bytes] = field(default_factory=dict)


class Journal:
    """A folder that is looked at again before every answer, so that a file dropped into it is served at once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._stamps: dict[Path, tuple[int, int]] = {}
        self._issues = Issues()

    def refresh(self) -> Issues:
        """Read the folder if it changed. Blocks: call it off the event loop."""
        now = dict(stamps(self._directory))
        if now != self._stamps:
            self._stamps = now
            self._issues = _read(sorted(now))
        return self._issues


def answer(issues: Issues, body: bytes) -> bytes:
    """The answer of the search to a question. Raises Refused where the service would answer 400."""
    try:
        asked = json.loads(body)
    except ValueError:
        raise Refused("INVALID_REQUEST", "The body is not JSON.") from None
    if not isinstance(asked, dict):
        raise Refused("INVALID_REQUEST", "The body is not an object.")
    for name in asked:
        if name not in _KEYS:
            raise Refused("INVALID_REQUEST", f'Unrecognized field "{name}"')
    fields, limit = _fields(asked), _limit(asked)
    if len(fields) * limit > _LARGEST_ASK:
        raise Refused("UNSUPPORTED_VALUE", f"Parameter limit: fields times limit may be {_LARGEST_ASK} at most")
    query = str(asked.get("query") or "")
    found = _QUERY.fullmatch(query)
    if found is None:
        raise Refused("QUERY_SYNTAX_ERROR", "Parameter query: the expert query cannot be read")
    kinds = set(found["kinds"].split())
    since, until = (date.fromisoformat(found[name]) for name in ("since", "until"))
    rows = [row for row in issues.rows if row.get("notice-type") in kinds and since <= _day(row) <= until]
    begins = _place(str(asked.get("iterationNextToken") or ""), query)
    page = rows[begins : begins + limit]
    more = begins + limit < len(rows)
    said = {
        "notices": [{name: row[name] for name in (*fields, "links") if name in row} for row in page],
        "totalNoticeCount": len(rows),
        "iterationNextToken": _token(begins + limit, query) if more else None,
        "timedOut": False,
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _fields(asked: Mapping[str, object]) -> list[str]:
    fields = asked.get("fields")
    if not isinstance(fields, list) or not fields:
        raise Refused("INVALID_REQUEST", "Parameter fields must not be empty")
    for name in fields:
        if not isinstance(name, str) or not _FIELDS.fullmatch(name):
            raise Refused("UNSUPPORTED_VALUE", f"Parameter 'fields' contains unsupported value ({name})")
    return cast("list[str]", fields)


def _limit(asked: Mapping[str, object]) -> int:
    limit = asked.get("limit", 10)
    if asked.get("paginationMode") != "ITERATION":
        raise Refused("UNSUPPORTED_VALUE", "Parameter paginationMode: only ITERATION is replayed")
    if not isinstance(limit, int) or not 1 <= limit <= _LARGEST_PAGE:
        raise Refused("UNSUPPORTED_VALUE", f"Parameter limit must be 1 to {_LARGEST_PAGE}")
    return limit


def _token(place: int, query: str) -> str:
    mark = hashlib.blake2b(query.encode(), digest_size=8).hexdigest()
    return base64.b64encode(f"{place}|{mark}".encode()).decode()


def _place(token: str, query: str) -> int:
    """Where a token goes on; it holds only for the very query it was given for."""
    if not token:
        return 0
    try:
        place = int(base64.b64decode(token, validate=True).decode("ascii").split("|")[0])
    except ValueError:
        place = -1
    if place < 0 or _token(place, query) != token:
        raise Refused("UNSUPPORTED_VALUE", "Parameter iterationNextToken is not valid for this query")
    return place


def _read(paths: list[Path]) -> Issues:
    """What the files hold; a file of anything else, or only half written, is passed over until it changes."""
    rows: dict[str, Mapping[str, object]] = {}
    notices: dict[str, bytes] = {}
    for path in paths:
        try:
            body = path.read_bytes()
        except OSError:  # it was moved away between the listing and now
            continue
        start = body[:200].lstrip()
        if start.startswith(b"<"):
            number = _NUMBER.search(body)
            if number is not None:
                notices[number[1].decode()] = body
        elif start.startswith(b"{") and b'"publication-number"' in body:
            rows |= _rows(body)
    ordered = sorted(rows.values(), key=lambda row: (_day(row), str(row["publication-number"])))
    return Issues(rows=tuple(ordered), notices=notices)


def _rows(body: bytes) -> dict[str, Mapping[str, object]]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    found = said.get("notices") if isinstance(said, dict) else None
    listed = found if isinstance(found, list) else []
    return {
        str(row["publication-number"]): row for row in listed if isinstance(row, dict) and "publication-number" in row
    }


def _day(row: Mapping[str, object]) -> date:
    try:
        return date.fromisoformat(str(row.get("publication-date"))[:10])
    except ValueError:
        return date.min
