"""Working days in England: what a source's silence is measured in. Offices shut at weekends and on bank holidays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from service.domain.shipped import toml_rows
from service.domain.wording import LONDON
from service.errors import ReferenceDataError

_FILE = "bank_holidays.toml"
_SATURDAY = 5
_WEEK = 7
#: The longest run of days off that is looked through for a working day.
_LONGEST_BREAK = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class BankHolidays:
    """The bank holidays in England, and the last day the list was made for."""

    days: frozenset[date]
    until: date


@cache
def bank_holidays() -> BankHolidays:
    """The shipped list. Raises ReferenceDataError."""
    row = toml_rows(_FILE, "list")[0]
    days, until = row.get("days"), row.get("until")
    if not isinstance(days, list) or not days or not all(_is_day(day) for day in days):
        raise ReferenceDataError(f"{_FILE}: days must be a list of days.")
    if not isinstance(until, date) or until < max(days):
        raise ReferenceDataError(f"{_FILE}: until must be a day, the last listed one or later.")
    return BankHolidays(days=frozenset(days), until=until)


def is_working_day(day: date) -> bool:
    """Whether offices in England are open."""
    return day.weekday() < _SATURDAY and day not in bank_holidays().days


def working_days_since(moment: datetime, *, now: datetime) -> int:
    """Whole working days in London that began after a moment and are over; 0 within the same day."""
    first = moment.astimezone(LONDON).date() + timedelta(days=1)
    return sum(is_working_day(day) for day in _days(first, now.astimezone(LONDON).date()))


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after the first day up to and including the last; 0 where it is not later.

    Both may be centuries apart, as a mistyped year makes them: the days are reckoned and not walked through.
    """
    if last <= first:
        return 0
    weeks, rest = divmod((last - first).days, _WEEK)
    over = (first + timedelta(days=number) for number in range(1, rest + 1))
    weekdays = weeks * _SATURDAY + sum(day.weekday() < _SATURDAY for day in over)
    return weekdays - sum(first < day <= last and day.weekday() < _SATURDAY for day in bank_holidays().days)


def last_whole_working_day(now: datetime) -> date:
    """The newest working day in London that is over."""
    day = now.astimezone(LONDON).date() - timedelta(days=1)
    for _ in range(_LONGEST_BREAK):
        if is_working_day(day):
            return day
        day -= timedelta(days=1)
    return day


def day_begins(day: date) -> datetime:
    """The moment a day begins in London."""
    return datetime.combine(day, time(), LONDON)


def _is_day(said: object) -> bool:
    return isinstance(said, date) and not isinstance(said, datetime)


def _days(first: date, end: date) -> Iterator[date]:
    day = first
    while day < end:
        yield day
        day += timedelta(days=1)
