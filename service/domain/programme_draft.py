"""A programme as somebody types it: what is wrong with it, and the programme it is once nothing is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.domain.gazetteer import gazetteer
from service.domain.programme_entry import HELPS, OWNERSHIPS, SIZES, STAGES, TOPICS, Capacity, Programme, State
from service.domain.programme_file import LONGEST_LINE, ProgrammeError, is_role_address, is_web_address, programme_of
from service.domain.sectors import all_sectors

#: Answers to what it costs.
COSTS = ("free", "paid", "unknown")
#: Areas beside boroughs.
WIDE_AREAS = ("london", "england", "uk")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDraft:
    """What was typed, as it was typed; "" and () for nothing yet, which stays unknown."""

    name: str = ""
    provider: str = ""
    summary: str = ""
    for_whom: str = ""
    helps_with: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    ownership: tuple[str, ...] = ()
    #: "london", "england", "uk" or GSS codes of boroughs.
    area: tuple[str, ...] = ()
    #: One of COSTS, or "".
    cost: str = ""
    cost_note: str = ""
    cost_evidence: str = ""
    eligibility: str = ""
    how_to_apply: str = ""
    url: str = ""
    email: str = ""
    #: "1/4/2027" or "2027-04-01".
    starts: str = ""
    ends: str = ""


#: The fields that hold one line of text, in the order of the form.
LINES = ("name", "provider", "summary", "for_whom", "cost_note", "cost_evidence", "eligibility", "how_to_apply")
#: The fields that hold several words, with the words each may hold.
_NEEDED = {
    "name": "Enter what the programme is called",
    "provider": "Enter who runs it",
    "summary": "Say in a sentence or two what a firm gets",
    "for_whom": "Say who it is for",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a programme beside what was typed: given by the service, not by whoever types."""

    key: str
    state: State
    source: str
    capacity: Capacity | None = None
    last_checked: date | None = None
    review_by: date | None = None


def check(draft: ProgrammeDraft, *, today: date) -> dict[str, str]:
    """What is wrong with a draft, by field: a sentence that says what to do. Empty where nothing is."""
    problems = {field: said for field, said in _NEEDED.items() if not getattr(draft, field)}
    for field in LINES:
        if len(getattr(draft, field)) > LONGEST_LINE:
            problems[field] = f"Use at most {LONGEST_LINE} characters; it has {len(getattr(draft, field))}"
    for field, words in known_words().items():
        if stranger := next((word for word in getattr(draft, field) if word not in words), None):
            problems[field] = f"{stranger[:40]!r} is not one of the choices"
    if not draft.area:
        problems["area"] = "Choose where firms can use it"
    if not draft.helps_with:
        problems.setdefault("helps_with", "Choose what it helps with")
    problems |= _cost_problems(draft)
    if not draft.url:
        problems["url"] = "Enter the web page where a firm starts"
    elif not is_web_address(draft.url):
        problems["url"] = "Enter a web address that begins with https:// or http://"
    if draft.email and not is_role_address(draft.email):
        problems["email"] = "Enter an e-mail address like help@agency.example"
    return problems | _day_problems(draft, today=today)


def programme_from(draft: ProgrammeDraft, standing: Standing) -> Programme:
    """The programme a draft describes.

    Raises:
        ProgrammeError: Something is wrong with it; `check` says it in better words.
    """
    row: dict[str, object] = {
        "key": standing.key,
        "name": draft.name,
        "provider": draft.provider,
        "summary": draft.summary,
        "for_whom": draft.for_whom,
        "area": list(draft.area),
        "state": standing.state,
        "source": standing.source,
        "cost": _cost_row(draft),
    }
    row |= {field: list(getattr(draft, field)) for field in known_words() if field != "area"}
    given: dict[str, object] = {
        "eligibility": draft.eligibility,
        "how_to_apply": draft.how_to_apply,
        "url": draft.url,
        "email": draft.email,
        "starts": day_of(draft.starts),
        "ends": day_of(draft.ends),
        "capacity": standing.capacity,
        "last_checked": standing.last_checked,
        "review_by": standing.review_by,
    }
    return programme_of(row | {field: value for field, value in given.items() if value}, file=standing.key)


def known_words() -> Mapping[str, tuple[str, ...]]:
    """What each field of several words may hold."""
    return {
        "helps_with": HELPS,
        "topics": TOPICS,
        "sectors": tuple(each.key for each in all_sectors()),
        "sizes": SIZES,
        "stages": STAGES,
        "ownership": OWNERSHIPS,
        "area": (*WIDE_AREAS, *gazetteer().authorities),
    }


def day_of(said: str) -> date | None:
    """The day a text names; None where it is empty.

    Raises:
        ProgrammeError: It is no day.
    """
    if not said.strip(" /"):
        return None
    iso, british = _ISO.fullmatch(said.strip()), _BRITISH.fullmatch(said.strip())
    parts = iso.groups() if iso else tuple(reversed(british.groups())) if british else ()
    try:
        return date(*(int(part) for part in parts))
    except (TypeError, ValueError):
        raise ProgrammeError(file="the form", field="day", why="is no day") from None


def _cost_row(draft: ProgrammeDraft) -> dict[str, object]:
    free: object = {"free": True, "paid": False}.get(draft.cost, "unknown")
    said: dict[str, object] = {"note": draft.cost_note, "evidence": draft.cost_evidence}
    return {"free": free} | {field: value for field, value in said.items() if value}


def _cost_problems(draft: ProgrammeDraft) -> dict[str, str]:
    if draft.cost not in COSTS:
        return {"cost": "Choose what it costs"}
    if draft.cost == "free" and not draft.cost_evidence:
        return {"cost_evidence": "Say where a firm can read that it is free, like: stated on our page"}
    if draft.cost == "paid" and not draft.cost_note:
        return {"cost_note": "Say what it costs, like: from £120 a year"}
    return {}


def _day_problems(draft: ProgrammeDraft, *, today: date) -> dict[str, str]:
    problems: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for field in ("starts", "ends"):
        try:
            days[field] = day_of(getattr(draft, field))
        except ProgrammeError:
            problems[field] = "Enter a day like 31 3 2027, or leave it empty"
    starts, ends = days.get("starts"), days.get("ends")
    if ends is not None and ends < today:
        problems["ends"] = "This day has passed: a programme that is over is not signposted"
    elif starts is not None and ends is not None and ends < starts:
        problems["ends"] = "The last day is before the first"
    return problems
