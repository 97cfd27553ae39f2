"""How a source fares is worked out from rows and the time, by one rule."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

import pytest

from service.domain.source_health import (
    Manner,
    SourceRecord,
    after_bad,
    after_good,
    circuit,
    empty_working_day,
    is_back,
    is_due,
    pause_after,
    standing,
)
from service.errors import (
    FarSideDown,
    LayoutDrift,
    NotLetIn,
    SlowDown,
    TookTooLong,
    UnexpectedAnswer,
    UnreadableBody,
)
from service.usecases.poll import health_of

#: A Tuesday.
NOW = datetime.fromisoformat("2026-11-24T12:00:00+00:00")
CALM = Manner()


def read_well(*, new: timedelta | None = timedelta(hours=1), first: timedelta = timedelta(days=60)) -> SourceRecord:
    """A record of a source whose last poll was well; `new` is how long ago it brought something."""
    return SourceRecord(
        health="ok",
        last_poll=NOW - timedelta(minutes=10),
        first_good=NOW - first,
        last_good=NOW - timedelta(minutes=10),
        last_new=NOW - new if new is not None else None,
        next_poll=NOW + timedelta(minutes=20),
    )


def test_a_source_nobody_asked_is_never() -> None:
    assert standing(None, manner=CALM, closed="", now=NOW).health == "never"


def test_a_source_that_may_not_be_asked_is_disabled_whatever_its_rows_say() -> None:
    said = standing(read_well(), manner=CALM, closed="Nobody read its terms.", now=NOW)
    assert (said.health, said.reason) == ("disabled", "Nobody read its terms.")


def test_a_source_that_brought_something_lately_is_ok() -> None:
    assert standing(read_well(), manner=Manner(silence=2), closed="", now=NOW).health == "ok"


def test_a_list_with_nothing_in_it_is_empty_and_not_broken() -> None:
    record = after_good(None, now=NOW, every=1800, new=0, rows=False)
    said = standing(record, manner=CALM, closed="", now=NOW)
    assert (said.health, said.reason) == ("empty", "Its list has nothing in it at present.")


@pytest.mark.parametrize(("days", "health"), [(3, "ok"), (5, "stale")])
def test_silence_is_counted_in_working_days(days: int, health: str) -> None:
    # Back from Tuesday 24 November, noon: Friday leaves Monday alone; Thursday 19 leaves Friday and Monday.
    record = read_well(new=timedelta(days=days))
    assert standing(record, manner=Manner(silence=1), closed="", now=NOW).health == health


def test_a_source_that_never_brought_anything_is_stale_by_its_first_good_poll() -> None:
    record = read_well(new=None, first=timedelta(days=21))
    said = standing(record, manner=Manner(silence=10), closed="", now=NOW)
    assert said.health == "stale"
    assert "nothing new for 14 working days" in said.reason
    assert standing(record, manner=CALM, closed="", now=NOW).health == "ok", "no limit, no stale"


def test_a_failed_poll_outranks_silence() -> None:
    record = after_bad(read_well(new=timedelta(days=40)), now=NOW, every=1800, health="drift", reason="deadline: gone")
    said = standing(record, manner=Manner(silence=2), closed="", now=NOW)
    assert (said.health, said.reason) == ("drift", "deadline: gone")


def test_an_empty_working_day_of_a_busy_source_reads_as_being_turned_away() -> None:
    record = read_well(new=timedelta(days=4))
    said = standing(record, manner=Manner(busy=True), closed="", now=NOW)
    assert said.health == "blocked"
    assert "nothing at all for Monday 23 November" in said.reason
    assert standing(record, manner=Manner(busy=False), closed="", now=NOW).health == "ok"


def test_an_empty_weekend_of_a_busy_source_means_nothing() -> None:
    monday_morning = datetime.fromisoformat("2026-11-23T08:00:00+00:00")
    friday_noon = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
    record = dataclasses.replace(read_well(), last_new=friday_noon, last_good=monday_morning)
    assert empty_working_day(record, manner=Manner(busy=True), now=monday_morning) is None


def test_a_day_nobody_looked_at_is_not_called_empty() -> None:
    busy, away = Manner(busy=True), read_well(new=timedelta(days=4))
    before_the_day_ended = datetime.fromisoformat("2026-11-23T20:00:00+00:00")
    assert empty_working_day(dataclasses.replace(away, last_good=before_the_day_ended), manner=busy, now=NOW) is None
    since_this_morning = dataclasses.replace(away, first_good=NOW - timedelta(hours=4))
    assert empty_working_day(since_this_morning, manner=busy, now=NOW) is None
    assert empty_working_day(away, manner=busy, now=NOW) == date(2026, 11, 23)


def test_pauses_double_up_to_six_hours_and_never_undercut_what_was_asked() -> None:
    minutes = [pause_after(failures, every=1800).total_seconds() / 60 for failures in range(1, 8)]
    assert minutes == [30, 60, 120, 240, 360, 360, 360]
    assert pause_after(1, every=1800, asked=7200) == timedelta(hours=2)


def test_the_circuit_opens_after_three_failures_and_lets_one_probe_through_when_its_time_comes() -> None:
    record: SourceRecord | None = None
    seen = []
    for _ in range(3):
        record = after_bad(record, now=NOW, every=1800, health="down", reason="no answer")
        seen.append(circuit(record, now=NOW))
    assert seen == ["closed", "closed", "open"]
    assert record is not None
    assert record.next_poll is not None
    assert not is_due(record, now=NOW)
    assert circuit(record, now=record.next_poll) == "half_open"
    assert is_due(record, now=record.next_poll)
    well = after_good(record, now=record.next_poll, every=1800, new=1, rows=True)
    assert circuit(well, now=record.next_poll) == "closed"


def test_a_source_away_for_more_than_two_days_is_taken_up_quietly() -> None:
    assert is_back(None, now=NOW)
    assert is_back(SourceRecord(health="down"), now=NOW)
    assert is_back(dataclasses.replace(read_well(), last_good=NOW - timedelta(days=3)), now=NOW)
    assert not is_back(dataclasses.replace(read_well(), last_good=NOW - timedelta(days=1)), now=NOW)


@pytest.mark.parametrize(
    ("trouble", "health"),
    [
        (LayoutDrift(field="deadline", why="half of the rows have none"), "drift"),
        (UnreadableBody("not JSON"), "drift"),
        (SlowDown(after=300.0), "blocked"),
        (NotLetIn("robots.txt"), "blocked"),
        (UnexpectedAnswer(status=403), "blocked"),
        (UnexpectedAnswer(status=500), "down"),
        (FarSideDown("no answer"), "down"),
        (TookTooLong("60 seconds"), "down"),
    ],
)
def test_each_failure_of_a_poll_says_one_thing_of_the_source(trouble: Exception, health: str) -> None:
    assert health_of(trouble) == health
