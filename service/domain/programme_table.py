"""Many programmes at once, as rows of a table: read from what a spreadsheet gives, and written for one.

The columns are the fields of the form by name. A cell of several words has ";" between them. A cell that a spreadsheet
would take for a formula is refused when it comes in and gets an apostrophe before it when it goes out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from service.domain.programme_draft import ProgrammeDraft, check, known_words

COLUMNS: tuple[str, ...] = tuple(each.name for each in fields(ProgrammeDraft))
#: Rows in one table.
MOST_ROWS = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CELL_CAP = 4000


class NoTable(ValueError):
    """What was pasted is no table: the message is a sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One programme of a table."""

    #: As a spreadsheet counts: the names of the columns are row 1.
    number: int
    draft: ProgrammeDraft
    #: What is wrong, by column.
    problems: dict[str, str]


def rows_in(text: str, *, today: date) -> list[Row]:
    """The rows of a table, with commas as CSV has them or with tabs as a spreadsheet copies them.

    Raises:
        NoTable: There are no columns we know, or too many rows.
    """
    lines = text.removeprefix("\ufeff").replace("\x00", "").strip("\r\n")
    delimiter = "\t" if "\t" in lines.partition("\n")[0] else ","
    try:
        table = list(csv.reader(io.StringIO(lines), delimiter=delimiter, strict=True))
    except csv.Error as trouble:
        raise NoTable(f"It cannot be read as a table: {trouble}") from None
    header = [cell.strip().lower() for cell in table[0]] if table else []
    if strange := [cell for cell in header if cell not in COLUMNS]:
        raise NoTable(f"There is no column {strange[0][:40]!r}. The columns are: {', '.join(COLUMNS)}")
    if "name" not in header or len(set(header)) != len(header):
        raise NoTable("The first row must name the columns, each once, and name must be one of them")
    body = [(number, cells) for number, cells in enumerate(table[1:], 2) if any(cell.strip() for cell in cells)]
    if not body:
        raise NoTable("There is no row below the names of the columns")
    if len(body) > MOST_ROWS:
        raise NoTable(f"At most {MOST_ROWS} rows at once; there are {len(body)}")
    return [_row(number, header, cells, today=today) for number, cells in body]


def table_of(drafts: Iterable[ProgrammeDraft]) -> bytes:
    """Programmes as CSV, UTF-8 with a byte order mark; no cell can act as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for draft in drafts:
        writer.writerow([_safe(_said(getattr(draft, name))) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _row(number: int, header: Sequence[str], cells: Sequence[str], *, today: date) -> Row:
    if len(cells) > len(header):
        return Row(number=number, draft=ProgrammeDraft(), problems={"name": "The row has more cells than columns"})
    said = {name: _plain(cell) for name, cell in zip(header, cells, strict=False)}
    formulas = {
        name: f"{cell[:20]!r} begins as a formula does: write it as words" for name, cell in said.items() if _acts(cell)
    }
    several = known_words()
    values: dict[str, object] = {
        name: tuple(dict.fromkeys(word.strip() for word in cell.split(";") if word.strip()))
        if name in several
        else cell
        for name, cell in said.items()
    }
    draft = ProgrammeDraft(**values)  # type: ignore[arg-type]  # the names are those of its fields
    return Row(number=number, draft=draft, problems=check(draft, today=today) | formulas)


def _plain(cell: str) -> str:
    """One line; the apostrophe with which we write is taken off again."""
    line = " ".join(cell.split())[:_CELL_CAP]
    return line[1:] if line[:1] == "'" and line[1:].startswith(_FORMULA) else line


def _acts(cell: str) -> bool:
    return cell.startswith(_FORMULA)


def _safe(cell: str) -> str:
    return f"'{cell}" if _acts(cell) else cell


def _said(value: object) -> str:
    return ";".join(value) if isinstance(value, tuple) else str(value)
