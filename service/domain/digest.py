"""One letter of many alerts: what an opportunity's alerts add up to, and in which order they are read.

Last chance, then changed, then new, then awarded: what can still be missed comes first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from service.domain.message import AlertContent
from service.domain.opportunity import FieldDifference, Opportunity, Status

Section = Literal["last_chance", "changed", "new", "awarded"]

SECTIONS: dict[Section, str] = {
    "last_chance": "Last chance",
    "changed": "Changed",
    "new": "New",
    "awarded": "Awarded",
}
#: Opportunities one letter shows as cards, and how many more it names in a line; the rest is on the letter's page.
MOST_SHOWN = 15
MOST_NAMED = 45
#: What closes so soon after the letter is a last chance.
CLOSES_SOON = timedelta(days=3)

_ENDS = ("cancelled", "awarded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What several alerts of one opportunity say together; the numbers of them all."""

    change: str
    change_kind: str
    reasons: tuple[str, ...]
    differences: tuple[FieldDifference, ...]
    alerts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One alert as it goes into a letter."""

    alert: int
    change: str
    change_kind: str
    reasons: tuple[str, ...]
    differences: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One opportunity of a letter, before it is put into words."""

    section: Section
    opportunity: Opportunity
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem:
    """One opportunity of a letter."""

    section: Section
    content: AlertContent
    #: Alerts it stands for.
    alerts: tuple[int, ...]


def added_up(parts: Sequence[Part]) -> Told:
    """What the alerts of one opportunity, the oldest first, say together.

    New beats changed: who never heard of it needs to know how it stands, not how it stood. Several changes are one:
    each field from what it first was to what it is; one that ended where it began is left out.
    """
    first = next((part for part in parts if part.change == "new"), None)
    reminder = next((part for part in reversed(parts) if part.change.startswith("reminder:")), None)
    changes = [part for part in parts if part is not first and not part.change.startswith("reminder:")]
    kinds = [part.change_kind for part in changes]
    end = next((kind for kind in reversed(kinds) if kind in _ENDS), "")
    # after an end a tender may be opened anew: then the newest change says how it stands
    kind = end if end and kinds[-1] == end else (kinds[-1] if kinds else "")
    leading = first or (changes[-1] if changes else reminder) or parts[-1]
    return Told(
        change=leading.change,
        change_kind="" if first else kind,
        reasons=leading.reasons,
        differences=() if first else _joined([one for part in changes for one in part.differences]),
        alerts=tuple(part.alert for part in parts),
    )


def section_of(told: Told, opportunity: Opportunity, *, now: datetime) -> Section:
    """Where it is read. A cancellation is a change."""
    if told.change_kind == "awarded":
        return "awarded"
    if told.change_kind == "cancelled":
        return "changed"
    deadline = opportunity.state.details.deadline
    soon = deadline is not None and now < deadline.at <= now + CLOSES_SOON
    if told.change.startswith("reminder:") or soon:
        return "last_chance"
    return "new" if told.change == "new" else "changed"


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """As they are read: by section, and within each what closes first."""
    places = {section: place for place, section in enumerate(SECTIONS)}

    def key(entry: Entry) -> tuple[int, float, str]:
        deadline = entry.opportunity.state.details.deadline
        closes = deadline.at.timestamp() if deadline else math.inf
        return places[entry.section], closes, entry.opportunity.identity

    return sorted(entries, key=key)


def is_over(opportunity: Opportunity, *, now: datetime) -> bool:
    """Whether nobody can bid any more."""
    return opportunity.state.status in {Status.CANCELLED, Status.AWARDED} or not opportunity.closes_after(now)


def _joined(differences: Sequence[FieldDifference]) -> tuple[FieldDifference, ...]:
    found: dict[str, FieldDifference] = {}
    for one in differences:
        before = found[one.field].before if one.field in found else one.before
        # documents are told as those that were added: two additions are both told
        added = found[one.field].after if one.field == "documents" and one.field in found else ""
        after = f"{added}, {one.after}" if added else one.after
        found[one.field] = FieldDifference(field=one.field, before=before, after=after)
    return tuple(one for one in found.values() if one.before != one.after)
