"""Working days between two days: Monday to Friday. Bank holidays count as working days, so allow a few more."""

from __future__ import annotations

from datetime import date, timedelta

_FRIDAY = 4
_WEEK, _WORKING = 7, 5


def working_days_between(first: date, last: date) -> int:
    """Return how many working days lie after the first day up to and including the last; 0 where it is not later."""
    if last <= first:
        return 0
    weeks, rest = divmod((last - first).days, _WEEK)
    days = (first + timedelta(days=number) for number in range(1, rest + 1))
    return weeks * _WORKING + sum(day.weekday() <= _FRIDAY for day in days)
