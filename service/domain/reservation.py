"""Asking local firms only: the words by which it is known, and the text a council may put into a posting.

The area is built from the council and what borders on it: Local Government (Exclusion of Non-commercial Considerations)
(England) Order 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from service.domain.gazetteer import Authority, gazetteer
from service.domain.phrases import Phrases, phrases_of
from service.domain.shipped import Row, text_in, toml_rows
from service.domain.wording import list_words
from service.errors import ReferenceDataError

_FILE = "rules/local_reservation.toml"
#: More than any council has neighbours.
_ALL = 40
_COUNTRY = ("London", "United Kingdom", "the UK", "England", "UK-based")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A reservation that may be taken over: an area, and its text for each kind of supplier."""

    area: str
    label: str
    #: By key of the kind of supplier.
    texts: Mapping[str, str]


def offers_for(authority: Authority) -> Sequence[Offer]:
    """What a council may take over, its own area first. Raises ReferenceDataError."""
    known = gazetteer().authorities
    neighbours = sorted((known[code] for code in authority.neighbours), key=lambda each: each.name)
    words = {
        "area": area_of(authority),
        "neighbours": list_words([area_of(each) for each in neighbours], most=_ALL),
    }
    return tuple(
        Offer(
            area=text_in(row, "area", where=_FILE),
            label=_filled(row, "label", words | {"who": ""}),
            texts={key: _filled(row, "says", words | {"who": said}) for key, (_, said) in suppliers().items()},
        )
        for row in toml_rows(_FILE, "text")
    )


def area_of(authority: Authority) -> str:
    """How a reservation names the area of a council."""
    return "the City of London" if authority.slug == "city-of-london" else f"the {authority.official}"


@cache
def suppliers() -> Mapping[str, tuple[str, str]]:
    """The kinds of supplier a reservation may be for: label and words, by key. Raises ReferenceDataError."""
    return {
        text_in(row, "key", where=_FILE): (text_in(row, "label", where=_FILE), text_in(row, "says", where=_FILE))
        for row in toml_rows(_FILE, "who")
    }


@cache
def local_words() -> Phrases:
    """How people write that only local firms may bid. Raises ReferenceDataError."""
    (row,) = toml_rows(_FILE, "word")
    return phrases_of(row, where=_FILE)


def names_an_area(text: str) -> bool:
    """Whether a text names a borough, London or the country."""
    names = [*_COUNTRY, *(each.name for each in gazetteer().authorities.values())]
    return any(re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) for name in names)


def _filled(row: Row, field: str, words: Mapping[str, str]) -> str:
    try:
        return text_in(row, field, where=_FILE).format_map(words)
    except (KeyError, ValueError, IndexError) as error:
        raise ReferenceDataError(f"{_FILE}: {field} cannot be filled in: {error}.") from error
