"""Hold: which alerts go out at once as letters of their own, which wait for one to come, and which are not told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.domain.digest import is_over
from service.domain.opportunity import Opportunity
from service.domain.pursuit import DONE_WITH, TO_DO, Course, Pursuit
from service.domain.rhythm import LEFT_TO_ACT, Rhythm, Slot, digest_slot, held_slot, next_allowed
from service.domain.wording import LONDON
from service.usecases.when import Lately

REMINDER = "reminder:"
#: Kinds of change after which there is nothing to act on, so that they can always wait.
_ENDS = frozenset({"cancelled", "awarded"})

Courses = Mapping[tuple[int, str], Course]


def reminder_change(closes: datetime) -> str:
    """What makes a reminder unique for its firm and opportunity: a deadline that moves is recalled anew."""
    return f"{REMINDER}{closes.astimezone(LONDON).date().isoformat()}"


def courses_of(pursuits: Iterable[Pursuit]) -> Courses:
    """What each firm does about each opportunity."""
    return {(each.firm, each.opportunity): each.course for each in pursuits}


def why_not(change: str, opportunity: Opportunity, course: Course | None, *, now: datetime) -> str:
    """Why an alert is not told after all, by what the firm has said since it was made; "" where it is told."""
    if course in DONE_WITH:
        return "the firm said that it does not bid"
    if not change.startswith(REMINDER):
        return ""
    if course not in TO_DO:
        return "the firm said that it is done, or took it off its list"
    deadline = opportunity.state.details.deadline
    if deadline is None or is_over(opportunity, now=now) or reminder_change(deadline.at) != change:
        return "it is over, or its deadline has moved"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What is too much at once: more letters of one alert each than `letters` within `window`."""

    letters: int
    window: timedelta


@dataclass(slots=True, kw_only=True)
class Plan:
    """Decides alert by alert, and remembers within a batch what it decided."""

    now: datetime
    burst: Burst
    rhythms: Mapping[int, Rhythm]
    lately: Mapping[int, Lately]
    #: Alerts of each firm in this batch: a batch that is a burst by itself is told together, all of it.
    batch: Mapping[int, int]
    _held: dict[int, Slot] = field(default_factory=dict)

    def slot_for(self, firm: int, opportunity: Opportunity, change_kind: str) -> Slot | None:
        """The letter an alert waits for; None: it goes at once.

        A digest is not waited for by what closes before it leaves time to act.
        """
        rhythm = self.rhythms.get(firm, Rhythm())
        if rhythm.pace != "at_once":
            slot = digest_slot(rhythm, now=self.now)
            if change_kind in _ENDS or not self._is_pressing(opportunity, slot):
                return slot
        return self._held_for(firm, rhythm)

    def _held_for(self, firm: int, rhythm: Rhythm) -> Slot | None:
        lately = self.lately.get(firm, Lately())
        if waiting := self._held.get(firm, lately.held):
            return waiting
        allowed = next_allowed(self.now, rhythm)
        if allowed == self.now and lately.singles + self.batch.get(firm, 0) <= self.burst.letters:
            return None
        due = allowed if allowed > self.now else next_allowed(self.now + self.burst.window, rhythm)
        self._held[firm] = held_slot(due)
        return self._held[firm]

    def _is_pressing(self, opportunity: Opportunity, slot: Slot) -> bool:
        deadline = opportunity.state.details.deadline
        return deadline is not None and deadline.at < slot.due + LEFT_TO_ACT


def by_slot(waiting: Sequence[tuple[int, Slot, int]]) -> dict[tuple[int, Slot], list[int]]:
    """Alerts (firm, slot, number) by the letter they wait for."""
    found: dict[tuple[int, Slot], list[int]] = {}
    for firm, slot, alert in waiting:
        found.setdefault((firm, slot), []).append(alert)
    return found
