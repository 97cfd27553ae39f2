"""What a plain posting costs: five of different kinds, each click and keystroke counted; and one is withdrawn.

`docs/posting.md` records what came out. The whole story of one posting is in `test_borough_journey.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

import pytest

from tests.journeys.browser import a_browser, missing, resize
from tests.journeys.buyer import WINDOWS, Buyer, Job, sign_up
from tests.journeys.post_box import a_post_box
from tests.journeys.served import Copy, let_in

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

_APPROVER, _FIRM = "approver@council.example", "windows@sample.example"
_NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_CLOSES, _STARTS = date(2026, 12, 16), date(2027, 2, 1)
#: What a plain posting may cost, from "Post something new" to the last button: a look at the page before it grows.
_MOST_CLICKS, _MOST_KEYS = 30, 250
_JOBS = (
    WINDOWS,
    Job(
        title="Grass cutting at four sample parks",
        description="Cut the grass of four small parks every second week from April to October.",
        trade="Grounds, gardens and trees",
        worth="14000",
        months="12",
        asks="A price for each cut of each park.",
    ),
    Job(
        title="Lunches for a sample day centre",
        description="Cook and bring 40 hot lunches every weekday, with a vegetarian choice.",
        trade="Food and catering",
        worth="24000",
        months="12",
        asks="A price for each lunch and a menu for a week.",
    ),
    Job(
        title="IT support for a sample library",
        description="Look after 30 computers and their software, and answer calls within a day.",
        trade="Computers, software and IT services",
        worth="12000",
        months="24",
        asks="A price for each month, and two references.",
    ),
    Job(
        title="Printing of a sample newsletter",
        description="Print 5,000 copies of an eight-page newsletter four times a year.",
        trade="Print, marketing, design and events",
        worth="9500",
        months="12",
        asks="A price for each issue.",
    ),
)


@pytest.fixture
def buyer(tmp_path: Path) -> Iterator[Buyer]:
    """An approver at the browser of a served copy, and one firm that cleans windows."""
    with a_post_box() as post, a_browser() as driver:
        resize(driver, width=1180)
        copy = Copy(tmp_path, smtp_url=post.url)
        let_in(copy, "hackney", domain="council.example", people=[(_APPROVER, "approver")])
        with copy.served(now=_NOW):
            yield Buyer(driver, copy.url, post)


def test_a_plain_posting_of_any_kind_costs_little(buyer: Buyer) -> None:
    buyer.enters(_APPROVER)
    counted: list[tuple[int, int]] = []
    for job in _JOBS:
        buyer.answers_six_questions(job, closes=_CLOSES, starts=_STARTS)
        buyer.presses("Publish")
        buyer.sees("It is published", where="[role='status']")
        counted.append((buyer.clicked, buyer.typed))
        print(f"{job.title}: {buyer.clicked} clicks, {buyer.typed} keystrokes")  # noqa: T201 - docs/posting.md has it
    clicks, keys = (sorted(each) for each in zip(*counted, strict=True))
    print(f"median of {len(counted)}: {median(clicks):g} clicks, {median(keys):g} keystrokes")  # noqa: T201 - the same
    assert clicks[-1] <= _MOST_CLICKS
    assert keys[-1] <= _MOST_KEYS


def test_what_is_withdrawn_is_told_to_whoever_was_told_of_it(buyer: Buyer) -> None:
    sign_up(buyer, _FIRM)
    buyer.enters(_APPROVER)
    buyer.answers_six_questions(WINDOWS, closes=_CLOSES, starts=_STARTS)
    buyer.presses("Publish")
    buyer.sees("It is published", where="[role='status']")
    assert WINDOWS.title in buyer.post.next(_FIRM, "New: ").subject
    buyer.opens_the_posting(WINDOWS.title)
    buyer.finds("#why").send_keys("The schools are closing")
    buyer.presses("Withdraw it")
    buyer.sees("Withdrawn", where=".status-line")
    assert "The schools are closing" in buyer.post.next(_FIRM, "Cancelled: ").text
