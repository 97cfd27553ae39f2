"""What people say of a tag that is wrong: it becomes an example for the next training, with where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Origin(StrEnum):
    """Who corrects, and by what act."""

    #: The buyer who posted the notice named its trade.
    POSTER = "poster"
    #: A firm that was told of it said that it is not its trade.
    NOT_MY_TRADE = "not my trade"
    #: Somebody who looks after this copy.
    KEEPER = "keeper"
    #: Somebody of a firm, who saw the page of an opportunity.
    READER = "reader"


#: So many corrections of one person are learnt from, the newest: nobody teaches the model alone.
MOST_OF_ONE_PERSON = 20
#: So many of one person are written down within a day.
MOST_A_DAY = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One person's word on the trade of one opportunity; a later word of the same person replaces it.

    Attributes:
        opportunity: its identity.
        person: a salted hash: the same for the same person, telling nobody who.
        sectors: keys of sectors that it is of; empty where only wrong ones are named.
        not_sectors: keys of sectors that it is not of.
    """

    opportunity: str
    person: str
    origin: Origin
    sectors: tuple[str, ...] = ()
    not_sectors: tuple[str, ...] = ()
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A correction with the text it is about."""

    correction: Correction
    title: str
    description: str


def within_the_cap(examples: list[Example]) -> list[Example]:
    """The newest corrections of each person, no more than `MOST_OF_ONE_PERSON`, in the order given."""
    taken: dict[str, int] = {}
    kept: set[int] = set()
    for place in sorted(range(len(examples)), key=lambda place: examples[place].correction.at, reverse=True):
        person = examples[place].correction.person
        if taken.setdefault(person, 0) < MOST_OF_ONE_PERSON:
            taken[person] += 1
            kept.add(place)
    return [example for place, example in enumerate(examples) if place in kept]
