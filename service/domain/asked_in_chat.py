"""What somebody typed in a chat, read as places, sums or words. What is not understood is said back, never guessed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from service.domain import words as words_language
from service.domain.gazetteer import gazetteer, outward_code
from service.domain.names import borough_key, plain_name
from service.domain.sectors import Sector, all_sectors
from service.errors import BadInterest

#: More is a slip, or somebody trying.
LONGEST_WORDS = 500
_MOST_PARTS = 40
_EVERYWHERE = frozenset({"london", "all london", "all of london", "greater london", "anywhere", "everywhere", "all"})
_SEPARATORS = re.compile(r"[,;\n\r/.]+")
_LISTS = re.compile(r"[,;\n\r]+")
_OPERATORS = re.compile(r"(?<!\w)(?:AND|OR|NOT)(?!\w)|[()\"]")
_LONGEST_PLACE = 6
#: Words between names of places.
_BETWEEN = frozenset(
    (
        "and",
        "or",
        "in",
        "around",
        "near",
        "only",
        "just",
        "we",
        "i",
        "work",
        "also",
        "of",
        "borough",
        "boroughs",
        "area",
        "plus",
        "mainly",
    )
)
_SUM = re.compile(r"£?\s*(\d+(?:[ ,]\d{3})*(?:\.\d+)?)\s*(k|thousand|m|million)?\b", re.IGNORECASE)
_UNITS = {"": 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
_HIGHEST = Decimal(10) ** 11
#: "5 to 50k" means thousands in both.
_BOTH_IN_THOUSANDS = re.compile(r"^\D*\d{1,3}\s*(?:to|-|and|\u2013)\s*£?\s*\d+\s*(?:k|thousand)\b")
_UP_TO = re.compile(r"\b(?:up to|under|below|at most|less than|max(?:imum)?|no more than)\b", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|over|above|at least|more than|min(?:imum)?)\b", re.IGNORECASE)
_ANY = frozenset({"any", "any size", "anything", "all", "no limit", "any worth"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesAsked:
    """Codes of the places that were named, and what was not understood, each with the nearest name ("" for none)."""

    areas: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthAsked:
    """Pounds a contract may be worth; None: no limit."""

    low: Decimal | None = None
    high: Decimal | None = None


def places_asked(text: str) -> PlacesAsked:
    """Boroughs by name or postcode, or all of London: "Hackney, Newham and E8"."""
    areas: list[str] = []
    unknown: list[tuple[str, str]] = []
    for part in [each for each in _SEPARATORS.split(text) if each.strip()][:_MOST_PARTS]:
        for place in _places(plain_name(part).split()):
            if isinstance(place, str):
                unknown.append((place[:40], _nearest(place)))
            else:
                areas += place
    if "london" in areas:
        areas = ["london"]
    return PlacesAsked(areas=tuple(dict.fromkeys(areas)), unknown=tuple(unknown))


def with_neighbours(areas: tuple[str, ...]) -> tuple[str, ...]:
    """The boroughs with those that one can reach from them directly."""
    known = gazetteer().authorities
    beside = {gss for code in areas if code in known for gss in known[code].neighbours}
    return (*areas, *sorted(beside - set(areas)))


def words_asked(text: str) -> str:
    """Words and phrases as people list them, in the words language: "window cleaning, gutters" means either.

    Raises:
        BadInterest: It cannot be read; the sentence says why.
    """
    said = " ".join(text.split()) if not _LISTS.search(text) else text.strip()
    if len(said) > LONGEST_WORDS:
        raise BadInterest(f"Use fewer words: at most {LONGEST_WORDS} letters in all.")
    if not _OPERATORS.search(said):
        phrases = [" ".join(part.split()) for part in re.split(r"[,;\n\r]+|\s+(?:and|or)\s+", said)]
        said = " OR ".join(f'"{part}"' if " " in part else part for part in phrases if words_language.tokens(part))
    if words_language.parse(said).wanted is None:
        raise BadInterest("It names nothing to look for. Write what the work is called, like: window cleaning.")
    return said


def trades_of(text: str) -> tuple[Sector, ...]:
    """The trades that words belong to by name, example or cue, the likeliest first; at most two."""
    tokens = set(words_language.tokens(text))
    marks = [(sector, _fit(sector, tokens)) for sector in all_sectors()]
    best = max(mark for _, mark in marks)
    fitting = sorted((each for each in marks if each[1] and each[1] * 2 > best), key=lambda each: -each[1])
    return tuple(sector for sector, _ in fitting[:2])


def worth_asked(text: str) -> WorthAsked:
    """What a contract may be worth: "up to 50k", "£5,000 to £50,000", "over 10k", "any".

    Raises:
        BadInterest: It is no sum.
    """
    said = " ".join(text.lower().split())
    if said in _ANY:
        return WorthAsked()
    sums = [
        Decimal(number.replace(",", "").replace(" ", "")) * _UNITS[unit.lower()] for number, unit in _SUM.findall(said)
    ]
    if len(sums) not in {1, 2} or any(each > _HIGHEST for each in sums):
        raise BadInterest("Write a sum, like: up to 50k, or 5,000 to 50,000, or any.")
    if len(sums) == 1:
        return WorthAsked(low=sums[0]) if _FROM.search(said) and not _UP_TO.search(said) else WorthAsked(high=sums[0])
    low, high = sums
    if _BOTH_IN_THOUSANDS.search(said):
        low *= _UNITS["k"]
    if low > high:
        raise BadInterest("The first sum is more than the second. Write the smaller one first.")
    return WorthAsked(low=low, high=high)


def _places(words: list[str]) -> Iterator[tuple[str, ...] | str]:
    """The places of a run of words, the longest names first; what belongs to none, as it stands between them."""
    left: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_PLACE, len(words) - at), 0, -1):
            if found := _place(" ".join(words[at : at + length])):
                if left:
                    yield " ".join(left)
                    left = []
                yield found
                at += length
                break
        else:
            if words[at] not in _BETWEEN:
                left.append(words[at])
            elif left and words[at] in {"and", "or"}:
                yield " ".join(left)
                left = []
            at += 1
    if left:
        yield " ".join(left)


def _place(name: str) -> tuple[str, ...]:
    if name in _EVERYWHERE:
        return ("london",)
    found = _boroughs().get(name) or _boroughs().get(borough_key(name))
    if found is not None:
        return (found,)
    return gazetteer().boroughs_of_postcode(name)[:1] if outward_code(name) else ()


def _nearest(part: str) -> str:
    for name in difflib.get_close_matches(part, _boroughs(), n=1, cutoff=0.7):
        return gazetteer().authorities[_boroughs()[name]].name
    begun = sorted({gss for name, gss in _boroughs().items() if name.startswith(f"{part} ")})
    return gazetteer().authorities[begun[0]].name if len(begun) == 1 else ""


@cache
def _boroughs() -> dict[str, str]:
    return {
        borough_key(plain_name(name)): each.gss
        for each in gazetteer().authorities.values()
        for name in (*each.aliases, each.official, each.name)
    }


def _fit(sector: Sector, tokens: set[str]) -> int:
    names = [(sector.label, 3), *((each, 2) for each in sector.covers), *((each, 1) for each in sector.words)]
    return sum(weight for name, weight in names if tokens & set(words_language.tokens(name)) - _COMMON)


_COMMON = frozenset(
    (
        "and",
        "of",
        "the",
        "for",
        "with",
        "to",
        "in",
        "services",
        "service",
        "work",
        "works",
        "other",
        "small",
        "new",
        "general",
    )
)
