"""Boroughs near the ones somebody named: those next door, and the one a misspelt name is nearest to."""

from __future__ import annotations

import difflib
from functools import cache

from service.domain.gazetteer import gazetteer
from service.domain.names import borough_key, plain_name

#: Names less alike than this are no slip of the same name.
_ALIKE = 0.7


def with_neighbours(areas: tuple[str, ...]) -> tuple[str, ...]:
    """The boroughs with those that one can reach from them directly."""
    known = gazetteer().authorities
    beside = {gss for code in areas if code in known for gss in known[code].neighbours}
    return (*areas, *sorted(beside - set(areas)))


def nearest_borough(said: str) -> str:
    """The borough whose name is nearest to what was written ("Hackny": Hackney); "" where none is near."""
    part, names = borough_key(plain_name(said)), _boroughs()
    for name in difflib.get_close_matches(part, names, n=1, cutoff=_ALIKE):
        return gazetteer().authorities[names[name]].name
    begun = sorted({gss for name, gss in names.items() if part and name.startswith(f"{part} ")})
    return gazetteer().authorities[begun[0]].name if len(begun) == 1 else ""


@cache
def _boroughs() -> dict[str, str]:
    return {
        borough_key(plain_name(name)): each.gss
        for each in gazetteer().authorities.values()
        for name in (*each.aliases, each.official, each.name)
    }
