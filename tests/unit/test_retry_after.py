"""Retry-After, however it is written, is a wait between nothing and six hours, and never a crash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.http import seconds_to_wait

NOW = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)
DEFAULT = 120.0
SIX_HOURS = 6 * 60 * 60


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("Mon, 07 Sep 2026 12:02:00 GMT", 120),
        ("Monday, 07-Sep-26 12:02:00 GMT", 120),
        ("Mon Sep  7 12:02:00 2026", 120),
        ("Mon, 07 Sep 2026 13:02:00 +0100", 120),
    ],
)
def test_seconds_and_all_three_forms_of_date_are_obeyed(said: str, wait: float) -> None:
    assert seconds_to_wait(said, now=NOW, default=DEFAULT) == wait


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "soon",
        "-5",
        "1e9",
        "inf",
        "nan",
        "0x10",
        "١٢٠",
        "120 seconds",
        "120, 120",
        "Mon, 07 Sep 2026 11:59:59 GMT",
        "Mon, 32 Foo 2026 99:99:99 GMT",
        "Mon, 07 Sep 2026 12:02:00 +9999999",
    ],
)
def test_missing_junk_negative_and_past_waits_become_the_default(said: str | None) -> None:
    assert seconds_to_wait(said, now=NOW, default=DEFAULT) == DEFAULT


@pytest.mark.parametrize("said", ["21601", "9" * 20, "9" * 100_000, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_absurd_waits_end_after_six_hours(said: str) -> None:
    assert seconds_to_wait(said, now=NOW, default=DEFAULT) == SIX_HOURS


def test_an_absurd_default_is_clamped_too() -> None:
    assert seconds_to_wait(None, now=NOW, default=1e9) == SIX_HOURS


@given(said=st.text() | st.from_regex(r"\A[A-Za-z]{3}, ?\d{1,6} [A-Za-z]{3} \d{1,6} [\d:.]{1,12} [+-]?\w{0,9}\Z"))
@example(said="Mon, 07 Sep 2026 12:02:00 -2400")
@example(said="\x00")
@example(said="(((((")
def test_no_text_whatsoever_breaks_it(said: str) -> None:
    assert 0 <= seconds_to_wait(said, now=NOW, default=DEFAULT) <= SIX_HOURS


@given(seconds=st.integers(min_value=0, max_value=10**30))
def test_whole_seconds_are_themselves_up_to_the_clamp(seconds: int) -> None:
    assert seconds_to_wait(str(seconds), now=NOW, default=DEFAULT) == min(seconds, SIX_HOURS)


@given(ahead=st.integers(min_value=1, max_value=10**8))
def test_a_date_ahead_is_the_time_until_then_up_to_the_clamp(ahead: int) -> None:
    said = format_datetime(NOW + timedelta(seconds=ahead), usegmt=True)
    assert seconds_to_wait(said, now=NOW, default=DEFAULT) == min(ahead, SIX_HOURS)
