"""Whether a list can still be believed: the rules that tell a page laid out anew from a page with new rows.

A moved column is worse than a broken page, since it looks like news. So a set of rows is judged as a whole before a
single one is used: by headings, by how many rows have each field, by what the values look like, and by how fields of a
row agree with one another. What fails names the field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scrapers.kinds.cells import Moment, Said, value_of
from scrapers.kinds.rules import FieldRules, SourceRules
from scrapers.kinds.shapes import is_company, is_public_body, is_title
from scrapers.kinds.sheet import Row, Sheet
from service.errors import LayoutDrift, UnreadableField

#: Of the values a field has, so many may be unreadable.
_BAD_SHARE = 0.1
#: From so many rows on, one bad row is a bad row and not a bad page.
_FEW = 3
_HALF = 0.5

_SHAPES: dict[str, tuple[Callable[[str], bool], str]] = {
    "public_body": (is_public_body, "few of its values look like names of public bodies"),
    "company": (is_company, "few of its values look like names of companies"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One row, field by field: what it says, or why it cannot be read."""

    raw: Row
    said: dict[str, Said]
    trouble: dict[str, UnreadableField]


def judged_rows(rows: Sequence[Row], rules: SourceRules) -> list[Judged]:
    """Read every field of every row; nothing is raised for a bad one."""
    return [_judged(row, rules) for row in rows]


def _judged(row: Row, rules: SourceRules) -> Judged:
    said: dict[str, Said] = {}
    trouble: dict[str, UnreadableField] = {}
    for name, field in rules.fields.items():
        try:
            value = value_of(name, field, row.get(name, ""))
        except UnreadableField as bad:
            trouble[name] = bad
        else:
            if value is not None:
                said[name] = value
    return Judged(raw=row, said=said, trouble=trouble)


def check(sheet: Sheet, judged: Sequence[Judged], rules: SourceRules) -> None:
    """Raise LayoutDrift for the first rule a page breaks."""
    found = next(iter(breaks(sheet, judged, rules)), None)
    if found is not None:
        raise found


def breaks(sheet: Sheet, judged: Sequence[Judged], rules: SourceRules) -> list[LayoutDrift]:
    """Return every rule a page breaks, the plainest first."""
    found = [LayoutDrift(field=name, why=f"{why}.") for name, why in sheet.misplaced.items()]
    if not judged:
        return found
    for name, field in _in_order(rules):
        found += filter(None, (_unread(name, judged), _missing(name, field, judged)))
    found += filter(None, (_repeated(judged, rules), *_out_of_order(judged), *_shapes(judged, rules)))
    # Of a field that breaks several rules the first is told: the rest mostly follows from it.
    told: dict[str, LayoutDrift] = {}
    for each in found:
        told.setdefault(each.field, each)
    return list(told.values())


def _in_order(rules: SourceRules) -> list[tuple[str, FieldRules]]:
    return sorted(rules.fields.items(), key=lambda pair: not pair[1].required)


def _allowed(share: float, rows: int) -> int:
    """How many of so many rows may be bad: the share, and always one of three or more unless none may be."""
    return max(int(share * rows + 1e-9), 1 if rows >= _FEW and share > 0 else 0)


def _unread(name: str, judged: Sequence[Judged]) -> LayoutDrift | None:
    bad = [row.trouble[name] for row in judged if name in row.trouble]
    filled = len(bad) + sum(name in row.said for row in judged)
    if len(bad) <= _allowed(_BAD_SHARE, filled):
        return None
    return LayoutDrift(field=name, why=f"{len(bad)} of {filled} values cannot be read, for example: {bad[0]}")


def _missing(name: str, field: FieldRules, judged: Sequence[Judged]) -> LayoutDrift | None:
    if field.least_share is None:
        return None
    missing = sum(name not in row.said and name not in row.trouble for row in judged)
    if missing <= _allowed(1 - field.least_share, len(judged)):
        return None
    return LayoutDrift(field=name, why=f"{missing} of {len(judged)} rows have none.")


def _repeated(judged: Sequence[Judged], rules: SourceRules) -> LayoutDrift | None:
    names = [identity for row in judged if (identity := identity_of(row, rules))]
    again = sum(times - 1 for times in Counter(names).values())
    if again <= _allowed(_BAD_SHARE, len(names)):
        return None
    return LayoutDrift(field=rules.rows.identity[0], why=f"{again} of {len(names)} rows repeat one that came before.")


def identity_of(row: Judged, rules: SourceRules) -> tuple[str, ...]:
    """Return what names a row: its texts, read where they could be; () where a part of it is missing."""
    parts = tuple(_plain(row, name) for name in rules.rows.identity)
    return parts if all(parts) else ()


def _plain(row: Judged, name: str) -> str:
    said = row.said.get(name)
    return said if isinstance(said, str) else row.raw.get(name, "")


def _out_of_order(judged: Sequence[Judged]) -> list[LayoutDrift | None]:
    return [
        _pairs(judged, first="published", second="deadline"),
        _pairs(judged, first="published", second="decision_due"),
        _pairs(judged, first="starts", second="ends"),
        _pairs(judged, first="enquiries_until", second="deadline"),
    ]


def _pairs(judged: Sequence[Judged], *, first: str, second: str) -> LayoutDrift | None:
    both = [
        (one, other)
        for row in judged
        if isinstance(one := row.said.get(first), Moment) and isinstance(other := row.said.get(second), Moment)
    ]
    wrong = sum(one.day > other.day for one, other in both)
    if wrong <= _allowed(_BAD_SHARE, len(both)):
        return None
    return LayoutDrift(field=second, why=f"in {wrong} of {len(both)} rows it lies before {first}.")


def _shapes(judged: Sequence[Judged], rules: SourceRules) -> list[LayoutDrift | None]:
    found = [_mostly("title", judged, is_title, "few of its values read like titles")]
    for name, field in rules.fields.items():
        shape = field.shape or ("public_body" if name == "buyer" else "")
        if shape in _SHAPES:
            looks_right, why = _SHAPES[shape]
            found.append(_mostly(name, judged, looks_right, why))
    return [*found, _long_titles(judged)]


def _mostly(name: str, judged: Sequence[Judged], looks_right: Callable[[str], bool], why: str) -> LayoutDrift | None:
    """Drift where more than half of the texts of a field look wrong."""
    texts = [text for row in judged if isinstance(text := row.said.get(name), str)]
    wrong = [text for text in texts if not looks_right(text)]
    if len(wrong) <= _HALF * len(texts):
        return None
    return LayoutDrift(field=name, why=f"{why}, for example {wrong[0][:60]!r}.")


def _long_titles(judged: Sequence[Judged]) -> LayoutDrift | None:
    """Titles longer than the descriptions beside them are descriptions."""
    both = [
        (title, text)
        for row in judged
        if isinstance(title := row.said.get("title"), str) and isinstance(text := row.said.get("description"), str)
    ]
    longer = sum(len(title) > len(text) for title, text in both)
    if longer <= _HALF * len(both):
        return None
    return LayoutDrift(field="title", why=f"in {longer} of {len(both)} rows it is longer than the description.")
