"""Days on which firms meet public buyers, as organisations enter them: what was typed, checked into a day to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.domain.posting import Draft
from service.domain.posting_answers import closing
from service.domain.programme_file import is_web_address

#: Characters of a line.
LINE_CAP = 200

Problems = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDay:
    """What was typed, as it was typed."""

    title: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    begins: str = ""
    ends: str = ""
    place: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerDay:
    """One such day."""

    #: 0 before it is kept.
    number: int = 0
    #: The number of the organisation that entered it, and its name.
    organisation: int
    organiser: str
    title: str
    begins: datetime
    ends: datetime
    place: str
    #: Where a firm books or reads more.
    url: str
    changed: datetime


def check(typed: TypedDay, *, organisation: int, organiser: str, now: datetime) -> BuyerDay | Problems:
    """What was typed as a day to come, or what is wrong with it, by field."""
    problems: Problems = {}
    for name, missing in (("title", "Say what day it is"), ("place", "Say where it is, or that it is online")):
        said = getattr(typed, name)
        if not said:
            problems[name] = missing
        elif len(said) > LINE_CAP:
            problems[name] = f"Shorten it to {LINE_CAP} characters"
    if not is_web_address(typed.url) or len(typed.url) > LINE_CAP:
        problems["url"] = "Enter the address of the page where firms book, like https://example.org/day"
    begins, ends = _moment(typed, typed.begins), _moment(typed, typed.ends)
    if isinstance(begins, str):
        problems["day"] = begins
    elif isinstance(ends, str) or ends <= begins:
        problems["ends"] = "Enter when it ends, later than it begins, like 4pm"
    elif begins <= now:
        problems["day"] = "That moment is past"
    if problems or isinstance(begins, str) or isinstance(ends, str):
        return problems
    return BuyerDay(
        organisation=organisation,
        organiser=organiser,
        title=typed.title,
        begins=begins,
        ends=ends,
        place=typed.place,
        url=typed.url,
        changed=now,
    )


def typed_of(fields: Mapping[str, str]) -> TypedDay:
    """The boxes of the form: each on one line, without what no keyboard types."""
    return TypedDay(
        **{
            name: " ".join("".join(each if each.isprintable() else " " for each in fields.get(name, "")).split())[:400]
            for name in ("title", "day", "month", "year", "begins", "ends", "place", "url")
        }
    )


def _moment(typed: TypedDay, clock: str) -> datetime | str:
    """A moment in London, or a sentence: days and hours are read as those of postings are."""
    return closing(
        Draft(closes_day=typed.day, closes_month=typed.month, closes_year=typed.year, closes_time=clock or "none")
    )
