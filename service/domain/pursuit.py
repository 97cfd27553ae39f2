"""What a firm does about an opportunity after it heard of it: from saving it to having won it. This is its list.

Only the firm says so; nothing here is guessed from clicks. What it says decides what it still hears: reminders while it
is still to act, changes and the outcome while it may care, nothing once it has said that it does not bid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Course = Literal["saved", "bidding", "sent", "won", "lost", "no_bid"]

COURSES: tuple[Course, ...] = get_args(Course)

#: In the order of the list: what is still to be done first.
LABELS: dict[Course, str] = {
    "bidding": "We are bidding",
    "saved": "Saved",
    "sent": "Our bid is in",
    "won": "Won",
    "lost": "Lost",
    "no_bid": "Did not bid",
}
#: What is said after one of them was chosen.
MEANS: dict[Course, str] = {
    "saved": "We tell you when it changes, and remind you before it closes.",
    "bidding": "We tell you when it changes, and remind you before it closes.",
    "sent": "No more reminders. We tell you when it changes, and who won it where that is published.",
    "won": "Well done. We tell you only if the buyer changes it.",
    "lost": "We tell you who won it, and for how much, where that is published.",
    "no_bid": "You hear no more of it.",
}

#: There is something left to do before the deadline.
TO_DO: frozenset[Course] = frozenset({"saved", "bidding"})
#: Nothing more is told, whatever becomes of it.
DONE_WITH: frozenset[Course] = frozenset({"no_bid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pursuit:
    """One opportunity on a firm's list.

    Attributes:
        since: when it was put there.
        changed: when the firm last said something about it.
        revision: the revision of the opportunity that was current when it was put there.
    """

    firm: int
    opportunity: str
    course: Course
    since: datetime
    changed: datetime
    revision: int


def course_in(said: str) -> Course | None:
    """The course of that name; None where there is none."""
    return next((course for course in COURSES if course == said), None)
