"""When a firm hears from us: slots, quiet hours, working days and reminders, on the nights clocks change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from service.domain.rhythm import Rhythm, digest_slot, is_quiet, next_allowed, reminder_due
from service.domain.wording import LONDON

DAILY, WEEKLY = Rhythm(pace="daily"), Rhythm(pace="weekly")
NIGHTS = Rhythm(quiet_from=20, quiet_until=7)
OFFICE = Rhythm(working_days_only=True)


def london(text: str) -> datetime:
    """A moment as a clock in London shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("rhythm", "now", "name", "due"),
    [
        (DAILY, "2026-11-24 06:59", "day:2026-11-24", "2026-11-24 07:00"),
        (DAILY, "2026-11-24 07:00", "day:2026-11-25", "2026-11-25 07:00"),
        (DAILY, "2026-11-24 23:59", "day:2026-11-25", "2026-11-25 07:00"),
        (WEEKLY, "2026-11-24 09:00", "week:2026-W49", "2026-11-30 07:00"),
        (WEEKLY, "2026-11-23 06:00", "week:2026-W48", "2026-11-23 07:00"),
        # the last days of a year belong to its week 53
        (WEEKLY, "2026-12-25 09:00", "week:2026-W53", "2026-12-28 07:00"),
        # 28 March 2027 has no hour from one to two; 31 October 2027 has it twice
        (DAILY, "2027-03-27 22:00", "day:2027-03-28", "2027-03-28 07:00"),
        (DAILY, "2027-10-30 22:00", "day:2027-10-31", "2027-10-31 07:00"),
        # Saturday, Sunday and the bank holiday of 28 December wait for Tuesday
        (Rhythm(pace="daily", working_days_only=True), "2026-12-24 08:00", "day:2026-12-29", "2026-12-29 07:00"),
        # Easter Monday is a bank holiday: the week's letter comes on Tuesday, under the name of its week
        (Rhythm(pace="weekly", working_days_only=True), "2027-03-26 09:00", "week:2027-W13", "2027-03-30 07:00"),
        (Rhythm(pace="weekly", working_days_only=True), "2027-03-29 12:00", "week:2027-W13", "2027-03-30 07:00"),
        # quiet hours put it off within its day
        (Rhythm(pace="daily", quiet_from=20, quiet_until=9), "2026-11-24 08:00", "day:2026-11-24", "2026-11-24 09:00"),
    ],
)
def test_the_next_digest_is_named_for_its_day_or_week_in_london(rhythm: Rhythm, now: str, name: str, due: str) -> None:
    slot = digest_slot(rhythm, now=london(now))
    assert (slot.name, slot.due) == (name, london(due))


@pytest.mark.parametrize("pace", ["daily", "weekly"])
def test_through_a_whole_year_each_slot_comes_once_and_nothing_is_due_in_the_past(pace: str) -> None:
    """Every half hour of a year, both nights on which clocks change included."""
    rhythm = Rhythm(pace="daily" if pace == "daily" else "weekly", quiet_from=0, quiet_until=2)
    now, seen = datetime(2026, 12, 31, 23, 45, tzinfo=UTC), dict[str, datetime]()
    for _ in range(366 * 48):
        slot = digest_slot(rhythm, now=now)
        assert slot.due > now
        assert seen.setdefault(slot.name, slot.due) == slot.due, "one slot, one moment"
        assert slot.due.astimezone(LONDON).time() == time(7)
        now += timedelta(minutes=30)
    expected = {"daily": 367, "weekly": 53}[pace]
    assert len(seen) in {expected, expected + 1}
    assert len(set(seen.values())) == len(seen)


@pytest.mark.parametrize(
    ("rhythm", "now", "then"),
    [
        (Rhythm(), "2026-11-24 03:00", "2026-11-24 03:00"),
        (NIGHTS, "2026-11-24 19:59", "2026-11-24 19:59"),
        (NIGHTS, "2026-11-24 20:00", "2026-11-25 07:00"),
        (NIGHTS, "2026-11-24 06:30", "2026-11-24 07:00"),
        (Rhythm(quiet_from=12, quiet_until=14), "2026-11-24 13:00", "2026-11-24 14:00"),
        (Rhythm(quiet_from=9, quiet_until=9), "2026-11-24 09:30", "2026-11-24 09:30"),
        (OFFICE, "2026-11-27 23:00", "2026-11-27 23:00"),
        (OFFICE, "2026-11-28 00:00", "2026-11-30 07:00"),
        (OFFICE, "2026-12-24 23:59", "2026-12-24 23:59"),
        (OFFICE, "2026-12-25 10:00", "2026-12-29 07:00"),
        # days off end in the morning, and then quiet hours count
        (Rhythm(working_days_only=True, quiet_from=18, quiet_until=9), "2026-11-28 10:00", "2026-11-30 09:00"),
        (Rhythm(working_days_only=True, quiet_from=18, quiet_until=9), "2026-11-27 19:00", "2026-11-30 09:00"),
    ],
)
def test_nothing_is_sent_in_quiet_hours_and_on_days_off(rhythm: Rhythm, now: str, then: str) -> None:
    assert next_allowed(london(now), rhythm) == london(then)
    assert not is_quiet(next_allowed(london(now), rhythm), rhythm)


def test_quiet_hours_end_also_on_the_nights_that_clocks_change() -> None:
    one = Rhythm(quiet_from=22, quiet_until=1)
    # one o'clock is left out: it is two at once
    assert next_allowed(london("2027-03-27 23:00"), one) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    # one o'clock comes twice: the first ends the quiet, and the second does not begin it again
    assert next_allowed(london("2027-10-30 23:00"), one) == datetime(2027, 10, 31, 0, 0, tzinfo=UTC)
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert next_allowed(second, one) == second


CLOSES = london("2026-12-04 12:00")  # a Friday
LONG_AGO = london("2026-11-01 09:00")


@pytest.mark.parametrize(
    ("rhythm", "listed", "due"),
    [
        (Rhythm(), LONG_AGO, "2026-12-01 07:00"),
        (Rhythm(remind_days=7), LONG_AGO, "2026-11-27 07:00"),
        # saved two days before: once more on the last day before
        (Rhythm(), london("2026-12-02 10:00"), "2026-12-03 07:00"),
        (Rhythm(remind_days=5, working_days_only=True), LONG_AGO, "2026-11-27 07:00"),  # 29 November is a Sunday
        (Rhythm(quiet_from=18, quiet_until=9), LONG_AGO, "2026-12-01 09:00"),
    ],
)
def test_a_firm_is_reminded_by_its_own_lead_time(rhythm: Rhythm, listed: datetime, due: str) -> None:
    assert reminder_due(CLOSES, rhythm, listed=listed) == london(due)


def test_who_wants_no_reminders_or_saved_it_on_the_last_day_gets_none() -> None:
    assert reminder_due(CLOSES, Rhythm(remind_days=0), listed=LONG_AGO) is None
    assert reminder_due(CLOSES, Rhythm(), listed=london("2026-12-03 08:00")) is None


def test_a_reminder_never_comes_after_the_deadline() -> None:
    """Quiet from the afternoon until noon: on the day itself it would be too late."""
    rhythm = Rhythm(remind_days=1, quiet_from=8, quiet_until=7)
    due = reminder_due(london("2026-12-04 06:00"), rhythm, listed=LONG_AGO)
    assert due is not None
    assert due < london("2026-12-04 06:00")
    assert due.astimezone(LONDON).date() == date(2026, 12, 3)
