"""Contracts that end within half a year: who holds one may lose it, and the buyer will soon ask again.

Award notices and registers say when a contract ends. It is no opportunity yet, so it is told quietly: once a week, a
few at a time, the soonest first, each once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from service.domain.message import AlertContent
from service.domain.wording import LONDON

#: What ends sooner is most likely let again already.
SOONEST = timedelta(days=30)
#: What ends later is too far to act on: half a year.
LATEST = timedelta(days=183)
#: Contracts one weekly message names.
MOST_A_WEEK = 8
#: The hour of Monday, in London, from which the weekly message is made.
_HOUR = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingContract:
    """One contract of a weekly message: what an alert would say of it, and the day it ends."""

    content: AlertContent
    ends: date


def slot_of(now: datetime) -> str | None:
    """The name of the week whose message is due: "radar:2026-W48"; None before Monday morning in London."""
    local = now.astimezone(LONDON)
    year, week, weekday = local.isocalendar()
    if weekday == 1 and local.time() < time(_HOUR):
        return None
    return f"radar:{year}-W{week:02d}"


def window(now: datetime) -> tuple[date, date]:
    """The first and the last day on which a contract may end to be told of now."""
    today = now.astimezone(LONDON).date()
    return today + SOONEST, today + LATEST


def change_of(ends: date) -> str:
    """What makes the alert of an ending unique: an extended contract has another end, which is news again."""
    return f"ending:{ends.isoformat()}"
