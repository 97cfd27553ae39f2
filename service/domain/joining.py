"""Whether two procurements, known by different names in two places, are one and the same.

The same tender is often on Contracts Finder and Find a Tender, or on a council's portal, with no number in common. Two
are taken for one only on strong likeness, with the evidence in a sentence, since a wrong join hides an opportunity
from everybody. A contract let again every year has the same buyer and title, so the years must agree too.
"""

from __future__ import annotations

import re
from datetime import timedelta

from service.domain.names import borough_key, plain_name
from service.domain.opportunity import Details, State
from service.domain.words import tokens

_ALIKE = 0.85
_NEAR = timedelta(hours=36)
#: Two tellings of one procurement further apart than this are of two rounds of buying.
APART = timedelta(days=200)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_SHORT_YEARS = re.compile(r"(?<!\d)(?:20)?(\d{2})\s*[/\u2013-]\s*(?:20)?(\d{2})(?!\d)")
_NUMBERED = re.compile(
    r"\b(?:lot|phase|round|batch|tranche|stage|part|package|year|zone|area)\s*(\d+|[a-e]\b|[ivx]+\b)"
)
_REFERENCE = re.compile(r"\b(?=[a-z0-9/_-]*\d)(?=[a-z0-9/_-]*[a-z_/-])[a-z0-9][a-z0-9/_-]{4,}\b")
_DROPPED = frozenset({"the", "a", "an", "of", "for", "and", "to", "in", "at", "on", "provision", "tender", "contract"})
_FEWEST_WORDS = 2


def plain_title(title: str) -> tuple[str, ...]:
    """The words of a title that tell it from others, sorted and each once; buyers' reference numbers are left out."""
    text = _REFERENCE.sub(" ", _SHORT_YEARS.sub(" ", title.casefold()))
    return tuple(sorted({word for word in tokens(text) if word not in _DROPPED}))


def title_key(title: str) -> str:
    """The words of `plain_title` as one text: equal for titles that are the same but for small words."""
    return " ".join(plain_title(title))


def plain_buyer(details: Details) -> str:
    """The buyer's name in the form in which its spellings meet; "" where nobody is named."""
    return borough_key(plain_name(details.buyer.name)) if details.buyer is not None else ""


def alike(a: State, b: State) -> str | None:
    """Why two states are of one procurement, in a sentence; None where they are not, or it is not certain.

    They need the same buyer, a title that is the same but for small words, and one fact in common: a deadline within 36
    hours, the value, or the main code. Two deadlines further apart than 36 hours are two procurements, and so are two
    different years, lots or phases.
    """
    first, second = a.details, b.details
    buyer = plain_buyer(first)
    if not buyer or buyer != plain_buyer(second) or _different_bodies(first, second):
        return None
    if _years(first.title) != _years(second.title) or _parts(first.title) != _parts(second.title):
        return None
    if abs(a.first_published - b.first_published) > APART:
        return None
    likeness = _likeness(plain_title(first.title), plain_title(second.title))
    if likeness < _ALIKE:
        return None
    fact = _fact_in_common(first, second)
    if fact is None:
        return None
    title = "the same title" if likeness == 1 else "nearly the same title"
    return f"The same buyer, {title} and {fact}."


def _fact_in_common(first: Details, second: Details) -> str | None:
    if first.deadline is not None and second.deadline is not None:
        return "the same deadline" if abs(first.deadline.at - second.deadline.at) <= _NEAR else None
    worth = (first.value.best if first.value else None, second.value.best if second.value else None)
    if worth[0] and worth[0] == worth[1] and first.value and second.value:
        return "the same value" if first.value.currency == second.value.currency else None
    if worth[0] and worth[1]:
        return None
    if first.cpv and second.cpv and first.cpv[0] == second.cpv[0]:
        return "the same main code"
    return None


def _different_bodies(first: Details, second: Details) -> bool:
    """Whether both name an id of one scheme and the ids differ."""
    one = first.buyer.identifier if first.buyer is not None else None
    other = second.buyer.identifier if second.buyer is not None else None
    if not one or not other or one == other:
        return False
    return _scheme(one) == _scheme(other)


def _scheme(identifier: str) -> str:
    """The letters an id begins with, for example "GB-PPON" of "GB-PPON-PXZV-5458-QTLT"."""
    return "-".join(identifier.upper().split("-")[:2])


def _likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    first, second = set(one), set(other)
    if min(len(first), len(second)) < _FEWEST_WORDS and first != second:
        return 0.0
    union = first | second
    return len(first & second) / len(union) if union else 0.0


def _years(title: str) -> frozenset[str]:
    spans = {f"{one}-{two}" for one, two in _SHORT_YEARS.findall(title)}
    return frozenset(spans | {year[2:] for year in _YEAR.findall(_SHORT_YEARS.sub(" ", title))})


def _parts(title: str) -> frozenset[str]:
    return frozenset(found.group(0).replace(" ", "") for found in _NUMBERED.finditer(title.casefold()))
