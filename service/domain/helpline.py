"""Helplines: where organisations take questions of people, and which of them a question goes to.

The nearest one that helps with the subject is asked first: a borough's own before one for London before one for the
country. Place and size are hard rules, as they are for programmes: a helpline that cannot serve a firm is never asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from service.domain.programme_entry import HELPS, SIZES, Help
from service.domain.shipped import text_in, texts_in, toml_rows
from service.errors import ReferenceDataError

_FILE = "help_words.toml"
_WIDE = frozenset({"uk", "england"})

#: What help is about, in the words of somebody who looks for it.
SUBJECTS: dict[Help, str] = {
    "find_work": "Find public work",
    "register": "Register as a supplier",
    "bid": "Write a bid",
    "price": "Set a price",
    "insurance_and_policies": "Insurance and policies",
    "finance": "Money, and being paid on time",
    "social_value": "Social value",
    "certification": "Certificates",
    "consortia": "Bid together with others",
    "mentoring": "Talk to somebody who knows",
    "exporting": "Sell abroad",
}
#: What a buyer asks about. Buyers choose no subject: a helpline for buyers answers about buying.
BUYING = "buying"


class Audience(StrEnum):
    """Whose questions a helpline takes."""

    FIRMS = "firms"
    BUYERS = "buyers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline:
    """Where an organisation takes questions."""

    #: Number of the organisation.
    organisation: int
    #: Its name, as askers read it.
    name: str
    audience: Audience
    #: An address of a role, never of a person.
    address: str
    #: Kinds of help it gives; empty: every kind.
    subjects: tuple[str, ...] = ()
    #: "uk", "england", "london", or GSS codes of boroughs.
    areas: tuple[str, ...] = ()
    #: Sizes of firms it serves; empty: every size.
    sizes: tuple[str, ...] = ()
    #: False while it takes no new questions.
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A question, as far as it decides who is asked."""

    audience: Audience
    #: A key of SUBJECTS, or BUYING.
    subject: str
    #: "london", or GSS codes: where the firm works. Empty: not known, so only helplines for all of London fit.
    areas: tuple[str, ...] = ()
    #: The firm's size; "": not known, so helplines for certain sizes do not fit.
    size: str = ""


def choose_helpline(helplines: Iterable[Helpline], sought: Sought, *, tried: Collection[int] = ()) -> Helpline | None:
    """The helpline that is asked next; None where none fits that was not tried.

    Args:
        helplines: all there are.
        sought: the question.
        tried: numbers of organisations that were asked before.
    """
    fitting = [each for each in helplines if each.organisation not in tried and fits(each, sought)]
    return min(fitting, key=lambda each: (_reach(each), not each.subjects, each.organisation), default=None)


def fits(helpline: Helpline, sought: Sought) -> bool:
    """Whether a helpline can serve whoever asks."""
    if not helpline.is_open or helpline.audience is not sought.audience:
        return False
    if sought.audience is Audience.BUYERS:
        return _serves_area(helpline, sought.areas)
    return (
        (not helpline.subjects or sought.subject in helpline.subjects)
        and (not helpline.sizes or sought.size in helpline.sizes)
        and _serves_area(helpline, sought.areas)
    )


def subject_of(words: str, *, needs: Iterable[Help] = ()) -> Help:
    """What somebody's words are about, as far as words tell; failing that, what the notice asks most; then the bid.

    Args:
        words: what is hard, as it was written.
        needs: kinds of help that the opportunity calls for, the most pressing first.
    """
    plain = f" {' '.join(words.lower().split())}"
    counts = {kind: sum(plain.count(f" {each}") for each in found) for kind, found in _words().items()}
    best = max(counts, key=lambda kind: counts[kind])
    if counts[best]:
        return best
    return next(iter(needs), "bid")


@cache
def _words() -> dict[Help, tuple[str, ...]]:
    found: dict[Help, tuple[str, ...]] = {}
    for row in toml_rows(_FILE, "subject"):
        said = text_in(row, "kind", where=_FILE)
        kind = next((each for each in HELPS if each == said), None)
        if kind is None:
            raise ReferenceDataError(f"{_FILE}: {said} is no kind of help.")
        found[kind] = texts_in(row, "words", where=f"{_FILE}, {said}")
    return found


def _serves_area(helpline: Helpline, areas: tuple[str, ...]) -> bool:
    """Whether it serves where the firm works: a borough's own helpline needs certainty, wider ones need none."""
    if {"london", *_WIDE}.intersection(helpline.areas):
        return True
    return bool(areas) and "london" not in areas and set(areas) <= set(helpline.areas)


def _reach(helpline: Helpline) -> int:
    """0 for a borough's own, 1 for London, 2 for wider ones."""
    if _WIDE.intersection(helpline.areas):
        return 2
    return 1 if "london" in helpline.areas else 0


def is_size(said: str) -> bool:
    """Whether that is a size of firm."""
    return said in SIZES
