"""A copy that has fallen silent says so, by its own past."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.domain.flow_health import Flow, flow_troubles

#: A Tuesday.
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WELL = Flow(
    firms=3,
    busy_days=12,
    last_alert=NOW - timedelta(days=1),
    last_sent=NOW - timedelta(days=1),
    last_read=NOW - timedelta(minutes=20),
    canary_at=NOW - timedelta(minutes=10),
    canary_good=NOW - timedelta(minutes=10),
    canary_trouble="",
)


def test_a_copy_that_is_well_says_nothing() -> None:
    assert flow_troubles(WELL, now=NOW) == []


@pytest.mark.parametrize(
    ("flow", "said"),
    [
        (replace(WELL, canary_trouble="it was not matched"), "does not come through the flow: it was not matched."),
        (replace(WELL, canary_at=NOW - timedelta(hours=2)), "No worker has let the sample notice walk since"),
        (replace(WELL, last_read=NOW - timedelta(hours=13)), "No source has been read since"),
        (
            replace(WELL, last_alert=NOW - timedelta(days=7)),
            "No alert has been made for 4 working days, where they were made on 12 days",
        ),
    ],
)
def test_each_way_of_falling_silent_is_named(flow: Flow, said: str) -> None:
    (trouble,) = flow_troubles(flow, now=NOW)
    assert said in trouble


@pytest.mark.parametrize(
    "flow",
    [
        replace(WELL, last_alert=NOW - timedelta(days=30), busy_days=3),
        replace(WELL, last_alert=NOW - timedelta(days=30), firms=0),
        replace(WELL, last_alert=NOW - timedelta(days=4)),
        Flow(
            firms=0,
            busy_days=0,
            last_alert=None,
            last_sent=None,
            last_read=None,
            canary_at=None,
            canary_good=None,
            canary_trouble="",
        ),
    ],
)
def test_a_small_or_new_copy_or_a_weekend_is_no_trouble(flow: Flow) -> None:
    assert flow_troubles(flow, now=NOW) == []
