"""The sums of money that decide which rules a public contract follows, as they stood on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from service.domain.shipped import Row, text_in, toml_rows
from service.errors import ReferenceDataError

_FILE = "thresholds.toml"
_WHO = ("central", "other", "utilities", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One sum.

    Attributes:
        key: stable name; one key has one sum on a day.
        label: what begins there, in a sentence.
        what: goods_and_services, works, light_touch, concessions, notice or transparency.
        who: whose purchases: central, other, utilities or all.
        amount: pounds.
        vat: whether VAT is in it: included, excluded or not stated.
        begins: first day.
        ends: last day; None while it is in force.
        source: what says so.
    """

    key: str
    label: str
    what: str
    who: str
    amount: Decimal
    vat: str
    begins: date
    ends: date | None
    source: str

    def counts_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.begins <= day and (self.ends is None or day <= self.ends)


def in_force(day: date) -> Sequence[Threshold]:
    """The sums in force on a day, in the order of the data file. Raises ReferenceDataError."""
    return [each for each in all_thresholds() if each.counts_on(day)]


def threshold_for(what: str, *, who: str, day: date) -> Threshold | None:
    """The sum for a kind of purchase and of buyer on a day; None where none is known. Raises ReferenceDataError."""
    fitting = [each for each in in_force(day) if each.what == what and each.who in {who, "all"}]
    return next(iter(fitting), None)


@cache
def all_thresholds() -> tuple[Threshold, ...]:
    """Every sum of the data, also those that are over.

    Raises:
        ReferenceDataError: A field is missing or wrong, or one key has two sums on a day.
    """
    found: list[Threshold] = []
    for row in toml_rows(_FILE, "threshold"):
        made = _threshold(row)
        clash = next((each for each in found if each.key == made.key and _meet(each, made)), None)
        if clash is not None:
            raise ReferenceDataError(f"{_FILE}: {made.key} has two sums on one day.")
        found.append(made)
    return tuple(found)


def _threshold(row: Row) -> Threshold:
    key = text_in(row, "key", where=_FILE)
    where = f"{_FILE}, {key}"
    amount, begins, ends, who = row.get("amount"), row.get("from"), row.get("until"), text_in(row, "who", where=where)
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
        raise ReferenceDataError(f"{where}: amount must be whole pounds above 0.")
    if not isinstance(begins, date) or not isinstance(ends, date | None):
        raise ReferenceDataError(f"{where}: from and until must be days like 2026-01-01.")
    if who not in _WHO:
        raise ReferenceDataError(f"{where}: who must be one of {', '.join(_WHO)}.")
    return Threshold(
        key=key,
        label=text_in(row, "label", where=where),
        what=text_in(row, "what", where=where),
        who=who,
        amount=Decimal(amount),
        vat=text_in(row, "vat", where=where),
        begins=begins,
        ends=ends,
        source=text_in(row, "source", where=where),
    )


def _meet(first: Threshold, second: Threshold) -> bool:
    return first.counts_on(second.begins) or second.counts_on(first.begins)
