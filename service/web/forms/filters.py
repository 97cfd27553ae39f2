"""The filters of the list, as an address carries them: read leniently, written one way.

An address is typed, shared and cut short by people, so what is not understood is left out rather
than refused: a list with one filter fewer helps more than an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from service.domain.gazetteer import gazetteer
from service.domain.sectors import all_sectors

LONDON = ZoneInfo("Europe/London")

#: Characters of search words kept; longer is a paste by mistake.
WORDS_CAP = 200

#: Pages one can turn; beyond it, filters serve better and deep offsets cost the store.
PAGE_CAP = 500

SIZES: Mapping[str, str] = {
    "micro": "Suits under 10 people",
    "small": "Suits 10 to 49",
    "medium": "Suits 50 to 249",
}

#: Key in the address, words, and days from today (None: no limit).
CLOSINGS: tuple[tuple[str, str, int | None], ...] = (
    ("", "Any time", None),
    ("7", "Within 7 days", 7),
    ("14", "Within 14 days", 14),
    ("30", "Within 30 days", 30),
    ("after-14", "In 14 days or later", None),
)

_LATER = "after-14"
_LATER_DAYS = 14


class Query(Protocol):
    """The part of an address after `?`, as aiohttp gives it."""

    def getall(self, key: str, default: Sequence[str]) -> Sequence[str]:
        """Every value under a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the reader asked to see. Empty means no limit.

    Attributes:
        words: search words as typed, trimmed.
        sectors: keys of trades.
        areas: GSS codes of boroughs, or "london" for all of it.
        sizes: keys of SIZES.
        closing: a key of CLOSINGS.
        page: the page of results, from 1.
    """

    words: str = ""
    sectors: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    closing: str = ""
    page: int = 1

    def query(self, *, page: int | None = None) -> str:
        """The part of an address after the path, `?` included; "" where nothing is chosen. The page only if over 1."""
        pairs: list[tuple[str, str]] = []
        if self.words:
            pairs.append(("q", self.words))
        pairs.extend(("sector", key) for key in self.sectors)
        pairs.extend(("area", code) for code in self.areas)
        pairs.extend(("size", key) for key in self.sizes)
        if self.closing:
            pairs.append(("closing", self.closing))
        if page is not None and page > 1:
            pairs.append(("page", str(page)))
        return f"?{urlencode(pairs)}" if pairs else ""

    def closes_between(self, today: date) -> tuple[datetime | None, datetime | None]:
        """The earliest and latest closing time asked for, seen from a day in London; None: no limit."""
        if self.closing == _LATER:
            return _midnight(today + timedelta(days=_LATER_DAYS)), None
        for key, _, days in CLOSINGS:
            if key == self.closing and days is not None:
                return None, _midnight(today + timedelta(days=days + 1))
        return None, None

    def chosen(self) -> tuple[tuple[str, str], ...]:
        """Each filter in words, with the address of the list without it."""
        labels = {sector.key: sector.label for sector in all_sectors()}
        said: list[tuple[str, Filters]] = []
        if self.words:
            said.append((f"“{self.words}”", replace(self, words="")))
        said.extend((SIZES[key], replace(self, sizes=_less(self.sizes, key))) for key in self.sizes)
        said.extend((labels[key], replace(self, sectors=_less(self.sectors, key))) for key in self.sectors)
        said.extend((area_label(code), replace(self, areas=_less(self.areas, code))) for code in self.areas)
        said.extend((label, replace(self, closing="")) for key, label, _ in CLOSINGS if key and key == self.closing)
        return tuple((words, f"/opportunities{without.query()}") for words, without in said)


def area_label(code: str) -> str:
    """What people call an area the list can be narrowed to."""
    return "All of London" if code == "london" else gazetteer().area_name(code) or code


def boroughs_by_name() -> tuple[tuple[str, str], ...]:
    """GSS code and name of the 33 authorities, in the order of their names."""
    named = ((authority.gss, authority.name) for authority in gazetteer().authorities.values())
    return tuple(sorted(named, key=lambda pair: pair[1]))


def read_filters(query: Query) -> Filters:
    """The filters in an address. What is not understood is left out."""
    sectors = {sector.key for sector in all_sectors()}
    areas = {"london", *gazetteer().authorities}
    closings = {key for key, _, _ in CLOSINGS}
    typed = " ".join(query.getall("q", ()))
    printable = "".join(character if character.isprintable() else " " for character in typed)
    words = " ".join(printable.split())[:WORDS_CAP].strip()
    closing = next((value for value in query.getall("closing", ()) if value in closings), "")
    return Filters(
        words=words,
        sectors=_known(query.getall("sector", ()), sectors),
        areas=_known(query.getall("area", ()), areas),
        sizes=_known(query.getall("size", ()), set(SIZES)),
        closing=closing,
        page=_page(query.getall("page", ())),
    )


def _known(values: Sequence[str], allowed: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value in allowed))


def _less(values: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != gone)


def _page(values: Sequence[str]) -> int:
    said = values[0] if values else ""
    return min(max(int(said), 1), PAGE_CAP) if said.isascii() and said.isdigit() and len(said) < 6 else 1  # noqa: PLR2004


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)
