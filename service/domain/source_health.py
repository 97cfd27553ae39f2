"""How a source fares, worked out from what is written down of its polls: one rule for pages, commands and figures.

A poll writes what came of it. What time does to it is worked out whenever it is asked: a source that answers well but
has brought nothing new for too long is stale, and one that published nothing on a whole working day, though it always
does, turns us away without saying so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from service.domain.wording import LONDON, count_words, moment_words
from service.domain.working_days import day_begins, last_whole_working_day, working_days_since

Health = Literal["ok", "empty", "drift", "blocked", "stale", "down", "never", "disabled"]
Permission = Literal["open", "needs_permission", "prohibited"]
Circuit = Literal["closed", "open", "half_open"]

#: Every health there is, in the order of the black-box contract.
HEALTHS: tuple[Health, ...] = ("ok", "empty", "drift", "blocked", "stale", "down", "never", "disabled")
#: The source should work and does not.
UNWELL: frozenset[Health] = frozenset({"drift", "blocked", "stale", "down"})
#: The source works.
WELL: frozenset[Health] = frozenset({"ok", "empty"})
#: Failures in a row after which only single probes are sent.
OPENS_AFTER = 3
#: The longest pause between two polls of a source that fails.
LONGEST_PAUSE = timedelta(hours=6)
_MOST_DOUBLINGS = 8
#: A source that was not read well for longer is taken up quietly: nobody is told of what lay there meanwhile as new.
AWAY = timedelta(days=2)
#: An authority is covered by its own listing while that was read well within this time.
COVERED_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """What is written down of a source's polls. None: never.

    Attributes:
        health: what the last poll came to.
        reason: why it was not well; "" where it was.
        first_good: the first poll that came to its end.
        last_good: the newest poll that came to its end.
        last_new: when a poll last brought a notice we did not have.
        next_poll: not before this.
        failures: polls that failed since the last good one.
        trouble_since: since when it has been unwell; None: it is not.
        told: when the operator was told of this trouble; None: not (yet).
    """

    health: Health
    reason: str = ""
    last_poll: datetime | None = None
    first_good: datetime | None = None
    last_good: datetime | None = None
    last_new: datetime | None = None
    next_poll: datetime | None = None
    failures: int = 0
    trouble_since: datetime | None = None
    told: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a source behaves when it is well, from its card.

    Attributes:
        silence: working days without anything new that are still no cause for worry; None: any number.
        busy: something is published on every working day.
    """

    silence: int | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a source fares at a moment, with the reason in a sentence ("" where it is well)."""

    health: Health
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A time during which a source fared the same. `ended` None: it still does."""

    source: str
    health: Health
    reason: str
    began: datetime
    ended: datetime | None


NOBODY_ASKED = SourceRecord(health="never")


def standing(record: SourceRecord | None, *, manner: Manner, closed: str, now: datetime) -> Standing:
    """How a source fares now.

    Args:
        record: what is written down; None: nothing.
        manner: how it behaves when it is well.
        closed: why it is not asked at all, in a sentence; "" where it is.
        now: the moment that is meant.
    """
    if closed:
        return Standing(health="disabled", reason=closed)
    if record is None or record.last_poll is None:
        return Standing(health="never")
    if record.failures:
        return Standing(health=record.health, reason=record.reason)
    day = empty_working_day(record, manner=manner, now=now)
    if day is not None:
        return Standing(health="blocked", reason=_turned_away(day))
    quiet = silent_days(record, now=now)
    if manner.silence is not None and quiet > manner.silence:
        many = count_words(quiet, "working day", "working days")
        return Standing(health="stale", reason=f"It answers, but has brought nothing new for {many}.")
    return Standing(health=record.health, reason=record.reason)


def silent_days(record: SourceRecord, *, now: datetime) -> int:
    """Whole working days since the last new notice, or since the first good poll where there was none."""
    since = record.last_new or record.first_good
    return working_days_since(since, now=now) if since is not None else 0


def empty_working_day(record: SourceRecord, *, manner: Manner, now: datetime) -> date | None:
    """The working day of which a busy source gave us nothing though it answered; None where there is none.

    An operator reports that Contracts Finder, asked too often, answers with empty days and no error. The newest working
    day that is over counts, once a good poll has looked past its end. It is looked for after every poll, so also in the
    night after that day, before anything new can hide it.
    """
    if not manner.busy or record.first_good is None or record.last_good is None:
        return None
    day = last_whole_working_day(now)
    begins, ends = day_begins(day), day_begins(day + timedelta(days=1))
    watched = record.first_good < begins and record.last_good >= ends
    return day if watched and (record.last_new is None or record.last_new < begins) else None


def circuit(record: SourceRecord | None, *, now: datetime) -> Circuit:
    """Whether a source may be asked: closed, as usual; open, not before `next_poll`; half open, by one probe.

    It is worked out from the row, so that it is the same after a restart and for every worker.
    """
    if record is None or record.failures < OPENS_AFTER:
        return "closed"
    return "open" if record.next_poll is not None and record.next_poll > now else "half_open"


def is_due(record: SourceRecord | None, *, now: datetime) -> bool:
    """Whether the next poll of a source has come."""
    return record is None or record.next_poll is None or record.next_poll <= now


def is_back(record: SourceRecord | None, *, now: datetime) -> bool:
    """Whether a source was away so long that what it brings now is taken up quietly."""
    if record is None or record.last_good is None:
        return True
    return now - record.last_good > AWAY


def pause_after(failures: int, *, every: float, asked: float = 0.0) -> timedelta:
    """How long to wait after so many failures in a row: doubled each time up to six hours, or as long as was asked."""
    doubled = min(timedelta(seconds=every) * (1 << min(failures - 1, _MOST_DOUBLINGS)), LONGEST_PAUSE)
    return max(doubled, timedelta(seconds=asked))


def after_good(record: SourceRecord | None, *, now: datetime, every: float, new: int, rows: bool) -> SourceRecord:
    """What is written down of a poll that came to its end. `rows`: its list had rows, or was not read anew."""
    before = record or NOBODY_ASKED
    return SourceRecord(
        health="ok" if rows else "empty",
        reason="" if rows else "Its list has nothing in it at present.",
        last_poll=now,
        first_good=before.first_good or now,
        last_good=now,
        last_new=now if new else before.last_new,
        next_poll=now + timedelta(seconds=every),
        trouble_since=before.trouble_since,
        told=before.told,
    )


def after_bad(
    record: SourceRecord | None, *, now: datetime, every: float, health: Health, reason: str, asked: float = 0.0
) -> SourceRecord:
    """What is written down of a poll that failed. `asked`: seconds the far side asked us to wait."""
    before = record or NOBODY_ASKED
    failures = before.failures + 1
    return SourceRecord(
        health=health,
        reason=reason,
        last_poll=now,
        first_good=before.first_good,
        last_good=before.last_good,
        last_new=before.last_new,
        next_poll=now + pause_after(failures, every=every, asked=asked),
        failures=failures,
        trouble_since=before.trouble_since,
        told=before.told,
    )


def _turned_away(day: date) -> str:
    said = f"{day:%A} {day.day} {day:%B}"
    return f"It answered, but with nothing at all for {said}, a working day: that is how it turns us away unsaid."


_BAD: dict[Health, str] = {
    "down": "did not answer",
    "blocked": "turned us away",
    "drift": "could not be read",
    "stale": "brought nothing new",
}


def trouble_words(name: str, spell: Spell, *, now: datetime) -> str:
    """A spell of bad health in a sentence: Newham's page did not answer from 3 Nov to 5 Nov."""
    verb = _BAD.get(spell.health, "was not well")
    if spell.ended is None:
        return f"{name} {verb} from {moment_words(spell.began, now=now)} on, and still does not."
    if spell.began.astimezone(LONDON).date() == spell.ended.astimezone(LONDON).date():
        return f"{name} {verb} for a time on {moment_words(spell.began, now=now).split(',')[0]}."
    return f"{name} {verb} from {moment_words(spell.began, now=now)} to {moment_words(spell.ended, now=now)}."
