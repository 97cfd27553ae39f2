"""Which of the 33 authorities we can honestly say we cover: through the national services, or by their own listing.

The two are told apart and never added up. A council must put most of its work on the national services, but what is
below its own limit may stand only on its portal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.domain.gazetteer import gazetteer
from service.domain.source_health import COVERED_WITHIN, Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A source as far as coverage goes. `last_good` None: never read well."""

    name: str
    health: Health
    national: bool
    authorities: tuple[str, ...]
    last_good: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How one authority is covered.

    Attributes:
        gss: its code.
        national: names of the national services that were read well lately.
        own: names of its own listings that were read well lately.
        own_last_good: the newest good reading of those; None: there is none.
    """

    gss: str
    national: tuple[str, ...]
    own: tuple[str, ...]
    own_last_good: datetime | None

    @property
    def is_covered(self) -> bool:
        """Whether either covers it."""
        return bool(self.national or self.own)


def coverage(readers: Iterable[Reader], *, now: datetime) -> Mapping[str, Coverage]:
    """How each of the 33 authorities is covered at a moment, by GSS code in the order of the codes."""
    lately = [each for each in readers if _was_read_lately(each, now=now)]
    national = tuple(each.name for each in lately if each.national)
    found = {}
    for gss in sorted(gazetteer().authorities):
        own = [each for each in lately if gss in each.authorities]
        last = [each.last_good for each in own if each.last_good is not None]
        found[gss] = Coverage(
            gss=gss, national=national, own=tuple(each.name for each in own), own_last_good=max(last, default=None)
        )
    return found


def _was_read_lately(reader: Reader, *, now: datetime) -> bool:
    if reader.health == "disabled" or reader.last_good is None:
        return False
    return now - reader.last_good <= COVERED_WITHIN
