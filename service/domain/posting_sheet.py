"""Postings as named fields: the columns of a file of many, and the fields of the API. One meaning, two ways in.

Whatever is wrong is told by its field in a sentence, and what was said stays as it was said.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.gazetteer import gazetteer
from service.domain.posting import Draft
from service.domain.posting_answers import LONDON, QUESTIONS, check
from service.domain.sectors import all_sectors

#: The columns of a file, in the order of the sample.
COLUMNS = (
    *("title", "description", "trade", "areas", "worth", "starts", "months"),
    *("closes", "closes_time", "reply", "asks"),
)
#: May be left out of a file.
EXTRA = ("part_of", "find_a_tender")
#: What we say of a row in a file that we hand back; it is passed over when it comes again.
PROBLEM = "problem"
#: Rows that are looked at together; those below wait their turn.
MOST_ROWS = 100
#: Lines and columns of a file, so that no file takes all memory; the longest honest one is far below.
_MOST_LINES, _MOST_COLUMNS = 20_000, 200
#: Characters of a cell; what `csv` takes when nobody says otherwise.
_LONGEST_CELL = 131_072
#: Which field a problem of the form belongs to here, where the two differ.
_SAME = {"sector": "trade", "area": "areas"}
#: What a spreadsheet takes for a formula (OWASP, CSV injection). A minus is left out where a number may stand.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBERS = frozenset({"worth", "months"})
#: Beyond this a line is told as too long, and not put in order: that would take an object for each word.
_LONGEST_LINE = 20_000
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_BRITISH = re.compile(r"(\d{1,2})[/. ](\d{1,2})[/. ](\d{4})", re.ASCII)
_BETWEEN = re.compile(r"[;|\n]")

Problems = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row of a file: its number as a spreadsheet counts, what it says, and what is wrong by column."""

    number: int
    cells: Mapping[str, str]
    draft: Draft
    problems: Mapping[str, str]

    def identity_for(self, organisation: int, *, on: datetime) -> str:
        """An id that is the same whenever the same row is sent again on the same day: nothing is made twice."""
        said = "\x1f".join(f"{name}={self.cells.get(name, '')}" for name in (*COLUMNS, *EXTRA))
        return hashlib.sha256(f"{organisation}\x1f{on.date()}\x1f{said}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file that was read: its first rows, the cells of those that wait, or why it cannot be read in a sentence."""

    rows: Sequence[SheetRow] = ()
    later: Sequence[Mapping[str, str]] = ()
    problem: str = ""

    @property
    def fine(self) -> list[SheetRow]:
        """The rows with which nothing is wrong."""
        return [row for row in self.rows if not row.problems]

    @property
    def wrong(self) -> list[SheetRow]:
        """The rows with something to put right."""
        return [row for row in self.rows if row.problems]


def filled(before: Draft, fields: Mapping[str, str], *, now: datetime) -> tuple[Draft, Problems]:
    """A draft with some fields written over, and what is wrong with it then, by field."""
    formulas = {
        name: f"This begins with {said.lstrip(' ')[:1]!r} like a formula of a spreadsheet. Write the words alone"
        for name, said in fields.items()
        if _is_formula(name, said)
    }
    draft = before
    for name, said in fields.items():
        draft = _TAKES[name](draft, said)
    problems: Problems = {}
    done = []
    for question in QUESTIONS:
        found = check(question, draft, now=now)
        problems |= {_SAME.get(name, name): sentence for name, sentence in found.items()}
        if not found:
            done.append(question)
    return replace(draft, done=tuple(done)), problems | formulas


def sheet_in(text: str, *, start: Draft, now: datetime) -> Sheet:
    """A file; each of its rows is begun as `start`."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\x00", "").strip("\n")
    if not plain.strip():
        return Sheet(problem="The file is empty. Begin with the line of column names")
    first = plain.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    if plain.count("\n") > _MOST_LINES or first.count(delimiter) > _MOST_COLUMNS:
        return Sheet(problem=f"It has more than {_MOST_LINES:,} lines or {_MOST_COLUMNS} columns. Send it in parts")
    lines, wrong = _lines_in(plain, delimiter)
    names = [_name(each) for each in lines[0]] if lines else []
    if wrong := wrong or _header_problem(names):
        return Sheet(problem=wrong)
    rows = [(number, line) for number, line in enumerate(lines[1:], start=2) if any(cell.strip() for cell in line)]
    if not rows:
        return Sheet(problem=f"There are 0 rows below the column names. Send 1 to {MOST_ROWS} at a time")
    return Sheet(
        rows=[_row(number, names, line, start=start, now=now) for number, line in rows[:MOST_ROWS]],
        later=[_cells(names, line) for _, line in rows[MOST_ROWS:]],
    )


def _lines_in(plain: str, delimiter: str) -> tuple[list[list[str]], str]:
    """The cells of each line; or none, and what is wrong."""
    reader = csv.reader(io.StringIO(plain), delimiter=delimiter, strict=True)
    lines: list[list[str]] = []
    try:
        for line in reader:
            # The reader's own limit is one for the whole process, and others set it.
            if max(map(len, line), default=0) > _LONGEST_CELL:
                return [], _too_long(reader.line_num)
            lines.append(line)
    except csv.Error as trouble:
        return [], _not_whole(trouble, line=reader.line_num)
    return lines, ""


def _too_long(line: int) -> str:
    return (
        f"Line {line}: a cell holds more than {_LONGEST_CELL:,} characters. Shorten it, or close its quotation marks: "
        "everything you sent is in the box"
    )


def _not_whole(trouble: csv.Error, *, line: int) -> str:
    if "field larger" in str(trouble):
        return _too_long(line)
    return f"The file is not whole CSV (line {line}: {trouble}). Save it again as CSV from your spreadsheet"


def _name(said: str) -> str:
    name = said.strip().lower().replace(" ", "_")
    return "" if name == PROBLEM else name


def _header_problem(names: Sequence[str]) -> str:
    """What is wrong with the line of column names; "" where nothing is."""
    given = [name for name in names if name]
    if missing := [name for name in COLUMNS if name not in given]:
        return f"These columns are missing: {', '.join(missing)}. The first line names them, as in the sample"
    if unknown := [name for name in given if name not in {*COLUMNS, *EXTRA}]:
        said = ", ".join(unknown)[:200]
        return f"We do not know these columns: {said}. Take them out or name them as in the sample"
    return "A column is there twice. Take one of the two out" if len(set(given)) < len(given) else ""


def as_file(rows: Sequence[Mapping[str, str]]) -> str:
    """Cells as a file again, as they came, so that nothing typed is lost. They are not made safe: they go in a box."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = columns_of(rows)
    writer.writerow(names)
    writer.writerows([cells.get(name, "") for name in names] for cells in rows)
    return out.getvalue()


def columns_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The columns that a file of some cells needs."""
    return [*COLUMNS, *(name for name in EXTRA if any(cells.get(name) for cells in rows))]


def shown(draft: Draft) -> dict[str, str]:
    """A draft as named fields, for a program that reads its postings back."""
    return {
        "title": draft.title,
        "description": draft.description,
        "trade": draft.sector,
        "areas": ";".join(draft.areas),
        "worth": draft.worth,
        "starts": _iso(draft.starts_year, draft.starts_month, draft.starts_day),
        "months": draft.months,
        "closes": _iso(draft.closes_year, draft.closes_month, draft.closes_day),
        "closes_time": draft.closes_time,
        "reply": draft.reply or ("here" if draft.by_form else ""),
        "asks": draft.asks,
        "part_of": draft.part_of,
        "find_a_tender": draft.find_a_tender,
    }


def _row(number: int, names: Sequence[str], line: Sequence[str], *, start: Draft, now: datetime) -> SheetRow:
    cells = _cells(names, line)
    problems: Problems = {}
    if len(line) > len(names):
        problems["row"] = "It has more cells than there are columns. Put texts with commas in quotation marks"
    draft, found = filled(start, cells | {name: "" for name in COLUMNS if name not in cells}, now=now)
    return SheetRow(number=number, cells=cells, draft=draft, problems=problems | found)


def _cells(names: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    """Cells by column. The apostrophe that keeps a cell from acting as a formula in a spreadsheet is taken away."""
    return {
        name: cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
        for name, cell in zip(names, line, strict=False)
        if name
    }


def _is_formula(name: str, said: str) -> bool:
    if not said.startswith(_FORMULA):
        return False
    return not (name in _NUMBERS and said.startswith("-"))


def _iso(year: str, month: str, day: str) -> str:
    return f"{year}-{month:0>2}-{day:0>2}" if year and month and day else ""


def _line(said: str) -> str:
    plain = said.replace("\x00", "")
    return " ".join(plain.split()) if len(plain) <= _LONGEST_LINE else plain.strip()


def _day(said: str) -> tuple[str, str, str]:
    """Day, month and year as they go in three boxes; what is no day goes in the first, so that it is told and kept."""
    plain = said.strip()
    if found := _ISO.fullmatch(plain):
        return found[3], found[2], found[1]
    if found := _BRITISH.fullmatch(plain):
        return found[1], found[2], found[3]
    return plain, "", ""


def _sector(said: str) -> str:
    plain = _line(said).lower()
    return next((each.key for each in all_sectors() if plain in {each.key, each.label.lower()}), _line(said))


def _areas(said: str) -> tuple[str, ...]:
    if len(said) > _LONGEST_LINE:
        return (said,)
    known = {LONDON: LONDON, "all of london": LONDON}
    for code, each in gazetteer().authorities.items():
        known |= dict.fromkeys((code.lower(), each.name.lower(), each.official.lower(), each.slug), code)
    parts = [_line(part) for part in _BETWEEN.split(said) if part.strip()]
    return tuple(dict.fromkeys(known.get(part.lower(), part) for part in parts))


def _starts(draft: Draft, said: str) -> Draft:
    day, month, year = _day(said)
    return replace(draft, starts_day=day, starts_month=month, starts_year=year)


def _closes(draft: Draft, said: str) -> Draft:
    day, month, year = _day(said)
    return replace(draft, closes_day=day, closes_month=month, closes_year=year)


def _reply(draft: Draft, said: str) -> Draft:
    """An address; or the word "here" for replies that are written on our page."""
    here = _line(said).lower() == "here"
    return replace(draft, reply="" if here else _line(said), by_form="yes" if here else "")


_TAKES: Mapping[str, Callable[[Draft, str], Draft]] = {
    "title": lambda draft, said: replace(draft, title=_line(said)),
    "description": lambda draft, said: replace(draft, description=said.replace("\x00", "").strip()),
    "trade": lambda draft, said: replace(draft, sector=_sector(said)),
    "areas": lambda draft, said: replace(draft, areas=_areas(said)),
    "worth": lambda draft, said: replace(draft, worth=_line(said)),
    "starts": _starts,
    "months": lambda draft, said: replace(draft, months=_line(said)),
    "closes": _closes,
    "closes_time": lambda draft, said: replace(draft, closes_time=_line(said) or "12 noon"),
    "reply": _reply,
    "asks": lambda draft, said: replace(draft, asks=said.replace("\x00", "").strip()),
    "part_of": lambda draft, said: replace(draft, part_of=_line(said)),
    "find_a_tender": lambda draft, said: replace(draft, find_a_tender=_line(said)),
}
