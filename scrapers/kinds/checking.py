"""Tries the rules of a source file on a recorded page, for whoever writes them: every row, and every rule it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scrapers.kinds.cells import Moment
from scrapers.kinds.declared import DeclaredSource
from scrapers.kinds.drift import breaks, judged_rows
from scrapers.kinds.rules_file import rules_in
from service.domain.money import Value
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Reading
from service.errors import BowbellError

#: Columns of a row as shown: our fields, in the order a person looks for them.
SHOWN = ("reference", "title", "buyer", "published", "deadline", "decision_due", "starts", "ends", "value", "url")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What the rules make of a page.

    Attributes:
        key: of the source.
        columns: the fields the file fills, as shown.
        rows: what each row says, in the order of the columns; what cannot be read begins with "!".
        broken: the rules the page breaks, in sentences. One is enough for the source to be stopped.
        set_aside: rows that would be put aside, in sentences.
        readings: how many rows would become notices.
        passed_over: how many rows are of other buyers or about other things.
    """

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    broken: tuple[str, ...]
    set_aside: tuple[str, ...]
    readings: int
    passed_over: int


def check_file(path: Path, page: bytes, *, seen: datetime) -> CheckReport:
    """Try the rules in a file on a page. Raises WrongRules where the file itself is wrong."""
    rules = rules_in(path)
    source = DeclaredSource(rules)
    columns = tuple(name for name in SHOWN if name in rules.fields)
    broken: list[str] = []
    found: list[Notice | SetAside] = []
    shown: tuple[tuple[str, ...], ...] = ()
    try:
        sheet = source.sheet_of(page)
        judged = judged_rows(sheet.rows, rules)
        shown = tuple(
            tuple(f"! {row.raw[name]}" if name in row.trouble else _told(row.said.get(name)) for name in columns)
            for row in judged
        )
        broken = [f"{each.field}: {each.detail.partition(': ')[2]}" for each in breaks(sheet, judged, rules)]
        found = list(source.notices_in(page, seen=seen))
    except BowbellError as trouble:
        broken = broken or [str(trouble)]
    broken += [f"line {number}: it still says FILL IN" for number in _unfilled(path)]
    read = [source.read(each) if isinstance(each, Notice) else each for each in found]
    aside = tuple(each.reason for each in read if isinstance(each, SetAside))
    readings = sum(isinstance(each, Reading) for each in read)
    return CheckReport(
        key=rules.key,
        columns=columns,
        rows=shown,
        broken=tuple(broken),
        set_aside=aside,
        readings=readings,
        passed_over=len(shown) - len(found) if found else 0,
    )


def _unfilled(path: Path) -> list[int]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, start=1) if "FILL IN" in line]


def _told(said: object) -> str:
    if isinstance(said, Moment):
        return f"{said.at:%d %b %Y}" if said.date_only else f"{said.at:%d %b %Y %H:%M}"
    if isinstance(said, Value):
        return f"{said.currency} {said.net:,}"
    return said if isinstance(said, str) else ""
