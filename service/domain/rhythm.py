"""When a firm hears from us: at once, or in one digest a day or a week; never in its quiet hours or on its days off.

Everything is reckoned in the time of London, so that seven in the morning is seven in the morning on both sides of the
nights on which clocks change. A slot is named for its day or week, never for a moment: a night on which two o'clock
comes twice has one slot for its day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from service.domain.wording import LONDON
from service.domain.working_days import is_working_day

Pace = Literal["at_once", "daily", "weekly"]

PACES: tuple[Pace, ...] = ("at_once", "daily", "weekly")
#: The hour from which digests, reminders and what was held over days off are sent.
MORNING = time(7)
#: Days before a deadline on which a firm may be reminded; 0: never.
LEADS = (0, 1, 2, 3, 5, 7, 14)
#: What closes before a digest is out, or within this time after it, is not left to wait for the digest.
LEFT_TO_ACT = timedelta(days=1)

_DAY = timedelta(days=1)
#: Turns of day off and quiet hours that are looked through; the longest run of days off is far shorter.
_MOST_TURNS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What a firm chose. The defaults are those of a firm that chose nothing."""

    pace: Pace = "at_once"
    #: Whole hours of the day in London, from one until the other, also over midnight; None: no quiet hours.
    quiet_from: int | None = None
    quiet_until: int | None = None
    #: Whether nothing is sent at weekends and on the bank holidays of England.
    working_days_only: bool = False
    #: Days before the deadline of something on its list on which it is reminded; 0: never.
    remind_days: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One letter to come: what makes it unique for its firm, and the moment it is due."""

    name: str
    due: datetime

    @property
    def is_held(self) -> bool:
        """Whether it is no digest, but what could not be told at once."""
        return self.name.startswith("held:")


def is_quiet(moment: datetime, rhythm: Rhythm) -> bool:
    """Whether nothing is sent at a moment: quiet hours, or a day off."""
    local = moment.astimezone(LONDON)
    if rhythm.working_days_only and not is_working_day(local.date()):
        return True
    start, end = rhythm.quiet_from, rhythm.quiet_until
    if start is None or end is None or start == end:
        return False
    return start <= local.hour < end if start < end else local.hour >= start or local.hour < end


def next_allowed(moment: datetime, rhythm: Rhythm) -> datetime:
    """The first moment, this one or later, at which something may be sent."""
    for _ in range(_MOST_TURNS):
        if not is_quiet(moment, rhythm):
            return moment
        local = moment.astimezone(LONDON)
        if rhythm.working_days_only and not is_working_day(local.date()):
            moment = _at(local.date() + _DAY, MORNING)
            continue
        end = time(rhythm.quiet_until or 0)
        moment = _at(local.date() if local.time() < end else local.date() + _DAY, end)
    return moment  # pragma: no cover - no run of days off is that long


def digest_slot(rhythm: Rhythm, *, now: datetime) -> Slot:
    """The next digest of a firm with a daily or weekly pace: the first whose moment is still to come."""
    today = now.astimezone(LONDON).date()
    if rhythm.pace == "weekly":
        monday = today - today.weekday() * _DAY
        # the Monday before may still be to come where days off and quiet hours put it off
        for day in (monday, monday + 7 * _DAY, monday + 14 * _DAY):
            year, week, _ = day.isocalendar()
            slot = Slot(name=f"week:{year}-W{week:02d}", due=next_allowed(_at(day, MORNING), rhythm))
            if slot.due > now:
                return slot
    for ahead in range(-1, _MOST_TURNS):
        day = today + ahead * _DAY
        if rhythm.working_days_only and not is_working_day(day):
            continue
        slot = Slot(name=f"day:{day.isoformat()}", due=next_allowed(_at(day, MORNING), rhythm))
        if slot.due > now:
            return slot
    raise ValueError("no day allows a digest")  # pragma: no cover - no run of days off is that long


def held_slot(due: datetime) -> Slot:
    """The letter of what could not be told at once."""
    return Slot(name=f"held:{due.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", due=due)


def reminder_due(closes: datetime, rhythm: Rhythm, *, listed: datetime) -> datetime | None:
    """When a firm is reminded of a deadline of something on its list; None: never.

    As many days before as it asked for, in the morning; where that is a day off of a firm that hears on working days
    only, the working day before. What it put on its list after that moment is recalled the day before the deadline,
    or not at all: who has just saved something knows of it.
    """
    if not rhythm.remind_days:
        return None
    last = closes.astimezone(LONDON).date()
    for lead in (rhythm.remind_days, 1):
        due = next_allowed(_at(_open_day(last - lead * _DAY, rhythm), MORNING), rhythm)
        if listed < due < closes:
            return due
    return None


def _open_day(day: date, rhythm: Rhythm) -> date:
    """The day, or the last working day before it where only those count."""
    while rhythm.working_days_only and not is_working_day(day):
        day -= _DAY
    return day


def _at(day: date, hour: time) -> datetime:
    """A time of day in London, as UTC: an hour that comes twice is the first, one that is left out is the next."""
    return datetime.combine(day, hour, LONDON).astimezone(UTC)
