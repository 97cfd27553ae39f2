"""Working days: what silence is measured in."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from service.domain.working_days import (
    bank_holidays,
    day_begins,
    is_working_day,
    last_whole_working_day,
    working_days_between,
    working_days_since,
)


def at(said: str) -> datetime:
    return datetime.fromisoformat(said)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 24), True),  # a Tuesday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2026, 8, 31), False),  # the summer bank holiday
        (date(2026, 12, 28), False),  # in place of Boxing Day, which is a Saturday
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 7), True),  # the Tuesday after Easter
    ],
)
def test_offices_are_shut_at_weekends_and_on_bank_holidays(day: date, *, works: bool) -> None:
    assert is_working_day(day) is works


def test_only_whole_working_days_count() -> None:
    friday = at("2026-11-20T09:00:00+00:00")
    assert working_days_since(friday, now=at("2026-11-20T23:00:00+00:00")) == 0
    assert working_days_since(friday, now=at("2026-11-23T12:00:00+00:00")) == 0
    assert working_days_since(friday, now=at("2026-11-24T00:00:00+00:00")) == 1
    assert working_days_since(friday, now=at("2026-11-25T12:00:00+00:00")) == 2


def test_a_day_is_over_when_it_is_over_in_london() -> None:
    # 23:30 UTC on Monday 10 August is already Tuesday in London.
    assert last_whole_working_day(at("2026-08-10T23:30:00+00:00")) == date(2026, 8, 10)
    assert last_whole_working_day(at("2026-08-10T22:30:00+00:00")) == date(2026, 8, 7)
    assert day_begins(date(2026, 8, 10)).isoformat() == "2026-08-10T00:00:00+01:00"


def test_christmas_is_passed_over() -> None:
    assert last_whole_working_day(at("2026-12-29T08:00:00+00:00")) == date(2026, 12, 24)


def test_the_list_of_bank_holidays_has_eight_days_a_year_and_says_how_long_it_is_good() -> None:
    years = {year: [day for day in bank_holidays().days if day.year == year] for year in range(2024, 2029)}
    assert {year: len(days) for year, days in years.items()} == dict.fromkeys(range(2024, 2029), 8)
    assert all(day.weekday() < 5 for day in bank_holidays().days)
    assert bank_holidays().until == date(2028, 12, 31)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 20), date(2026, 11, 23), 1),
        (date(2026, 11, 20), date(2026, 11, 22), 0),
        (date(2026, 11, 16), date(2026, 11, 20), 4),
        (date(2026, 11, 16), date(2026, 11, 30), 10),
        (date(2026, 11, 30), date(2026, 11, 16), 0),
        (date(2026, 12, 24), date(2026, 12, 29), 1),  # Christmas Day, a weekend, the day in place of Boxing Day
        (date(2026, 12, 23), date(2027, 1, 4), 5),
    ],
)
def test_the_days_between_two_are_reckoned_without_weekends_and_bank_holidays(
    first: date, last: date, days: int
) -> None:
    assert working_days_between(first, last) == days


def test_a_mistyped_century_is_reckoned_at_once() -> None:
    assert working_days_between(date(1, 1, 1), date(9999, 12, 31)) > 2_600_000
