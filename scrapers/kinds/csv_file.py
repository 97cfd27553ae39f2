"""Lists as CSV files: contracts registers, downloads of portals. Columns are found by what their heading says."""

from __future__ import annotations

import csv
import io

from scrapers.kinds.doors import door_of, looks_like_html
from scrapers.kinds.sheet import MOST_ROWS, Row, Selection, Sheet, cell, plain_heading

#: Registers often begin with a title and a blank line.
_HEADING_WITHIN = 12
_DELIMITERS = (",", ";", "\t", "|")


def sheet_of(body: bytes, selection: Selection, *, url: str) -> Sheet:
    """Cut up a file. Never raises for what a file holds."""
    if looks_like_html(body):
        text = body[:20_000].decode("utf-8", "replace")
        door = door_of(url=url, title="", text=text, asks_password="password" in text.lower())
        return Sheet(door=f"{door or 'a web page'} where a CSV file should be")
    text = _decoded(body)
    try:
        return _cut(text, selection)
    except csv.Error as trouble:
        return Sheet(trouble=f"it is no CSV file ({trouble})")


def _cut(text: str, selection: Selection) -> Sheet:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    best: dict[str, int] = {}
    head: list[str] = []
    for _, cells in zip(range(_HEADING_WITHIN), lines, strict=False):
        found = _columns(cells, selection)
        if len(found) > len(best) or not head:
            best, head = found, cells
        if len(best) == len(selection.fields):
            break
    misplaced = {
        name: f"no column is headed {where.column[0]!r}; there are {_listed(head)}"
        for name, where in selection.fields.items()
        if name not in best
    }
    if not best:
        return Sheet(trouble=f"no line of the first {_HEADING_WITHIN} has our columns", misplaced=misplaced)
    if misplaced:
        # The search for the heading may have run past it: what follows is of no use anyway.
        return Sheet(misplaced=misplaced, rows=({},))
    rows: list[Row] = []
    for cells in lines:
        row = {name: said for name, at in best.items() if at < len(cells) and (said := cell(cells[at]))}
        if row:
            rows.append(row)
        if len(rows) > MOST_ROWS:
            return Sheet(trouble=f"there are more than {MOST_ROWS} rows")
    says_empty = not rows and any(words.casefold() in text[:4_000].casefold() for words in selection.empty)
    return Sheet(rows=tuple(rows), says_empty=says_empty)


def _columns(cells: list[str], selection: Selection) -> dict[str, int]:
    headings = [plain_heading(said) for said in cells]
    found: dict[str, int] = {}
    for name, where in selection.fields.items():
        for wanted in where.column:
            if plain_heading(wanted) in headings:
                found[name] = headings.index(plain_heading(wanted))
                break
    return found


def _delimiter(text: str) -> str:
    start = text[:4_000]
    return max(_DELIMITERS, key=start.count)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _listed(head: list[str]) -> str:
    return ", ".join(repr(said[:40]) for said in head[:12]) or "no headings"
