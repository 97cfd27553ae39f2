"""The filters of the list, as an address carries them: read leniently, written one way.

An address is typed, shared and cut short by people, so what is not understood is left out rather
than refused: a list with one filter fewer helps more than an error.
"""

from __future__ import annotations

import re
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

#: Pages one can turn; more than anyone has ever needed.
PAGE_CAP = 10_000

#: Pounds; above it a sum is a slip.
_SUM_CAP = 100_000_000_000

SIZES: Mapping[str, str] = {
    "micro": "Suits under 10 people",
    "small": "Suits 10 to 49",
    "medium": "Suits 50 to 249",
}

#: Words of the box.
BELOW_THRESHOLD = "Below threshold only"

#: Key in the address, words, and days from today (None: no limit).
CLOSINGS: tuple[tuple[str, str, int | None], ...] = (
    ("", "Any time", None),
    ("7", "Within 7 days", 7),
    ("14", "Within 14 days", 14),
    ("30", "Within 30 days", 30),
    ("after-14", "In 14 days or later", None),
)

#: Key in the address, and words for what is shown.
STANDINGS: Mapping[str, str] = {
    "open": "Open now",
    "planned": "Planned",
    "closed": "Closed",
    "awarded": "Awarded",
    "cancelled": "Withdrawn",
    "all": "Everything",
}

#: Key in the address, and words of each order. "best" needs words to be best at.
ORDERS: Mapping[str, str] = {"newest": "Newest", "closing": "Closing soonest", "best": "Best match"}

#: Contracts of the European journal: left out, shown as well, or nothing else.
UNIONS: Mapping[str, str] = {
    "": "Leave them out",
    "yes": "Show them as well",
    "only": "Show only these",
}

_UNION_WORDS = {"yes": "European Union contracts as well", "only": "European Union contracts only"}
_LATER = "after-14"
_LATER_DAYS = 14
_SOURCE_KEY = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
_SUM = re.compile(r"£?(\d{1,15})(?:\.\d*)?([km]?)", re.ASCII | re.IGNORECASE)
_MOST_SOURCES = 20
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


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
        value_min: whole pounds; None: no limit. What is not stated is shown all the same.
        value_max: whole pounds, not below value_min.
        below_threshold: only what is below the threshold of the law.
        sources: keys of the sources that published the newest notice.
        eu: a key of UNIONS.
        standing: a key of STANDINGS.
        sort: a key of ORDERS.
        page: the page of results, from 1.
    """

    words: str = ""
    sectors: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    closing: str = ""
    value_min: int | None = None
    value_max: int | None = None
    below_threshold: bool = False
    sources: tuple[str, ...] = ()
    eu: str = ""
    standing: str = "open"
    sort: str = "newest"
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
        sums = (("min", self.value_min), ("max", self.value_max))
        pairs.extend((name, str(pounds)) for name, pounds in sums if pounds is not None)
        if self.below_threshold:
            pairs.append(("below", "yes"))
        pairs.extend(("source", key) for key in self.sources)
        pairs.extend((name, said) for name, said, usual in self._by_default() if said != usual)
        if page is not None and page > 1:
            pairs.append(("page", str(page)))
        return f"?{urlencode(pairs)}" if pairs else ""

    def _by_default(self) -> tuple[tuple[str, str, str], ...]:
        return (("eu", self.eu, ""), ("standing", self.standing, "open"), ("sort", self.sort, "newest"))

    def closes_between(self, today: date) -> tuple[datetime | None, datetime | None]:
        """The earliest and latest closing time asked for, seen from a day in London; None: no limit."""
        if self.closing == _LATER:
            return _midnight(today + timedelta(days=_LATER_DAYS)), None
        for key, _, days in CLOSINGS:
            if key == self.closing and days is not None:
                return None, _midnight(today + timedelta(days=days + 1))
        return None, None

    def chosen(self, source_names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Each filter in words, with the address of the list without it."""
        labels = {sector.key: sector.label for sector in all_sectors()}
        said: list[tuple[str, Filters]] = []
        if self.words:
            said.append((self.words_quoted(), replace(self, words="")))
        said.extend((SIZES[key], replace(self, sizes=_less(self.sizes, key))) for key in self.sizes)
        said.extend((labels[key], replace(self, sectors=_less(self.sectors, key))) for key in self.sectors)
        said.extend((area_label(code), replace(self, areas=_less(self.areas, code))) for code in self.areas)
        said.extend((label, replace(self, closing="")) for key, label, _ in CLOSINGS if key and key == self.closing)
        if self.value_min is not None or self.value_max is not None:
            said.append((self.worth_words(), replace(self, value_min=None, value_max=None)))
        if self.below_threshold:
            said.append((BELOW_THRESHOLD, replace(self, below_threshold=False)))
        said.extend(
            (source_names.get(key, key), replace(self, sources=_less(self.sources, key))) for key in self.sources
        )
        if self.eu:
            said.append((_UNION_WORDS[self.eu], replace(self, eu="")))
        if self.standing != "open":
            said.append((STANDINGS[self.standing], replace(self, standing="open")))
        return tuple((words, f"/opportunities{without.query()}") for words, without in said)

    def words_quoted(self) -> str:
        """The search words as a sentence shows them; those with quotes of their own as typed."""
        return self.words if '"' in self.words else f"“{self.words}”"

    def worth_words(self) -> str:
        """The range of sums in words."""
        if self.value_max is None:
            return f"From £{self.value_min or 0:,}"
        return f"Up to £{self.value_max:,}" if not self.value_min else f"£{self.value_min:,} to £{self.value_max:,}"


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
    low, high = _sum(query.getall("min", ())), _sum(query.getall("max", ()))
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Filters(
        words=words,
        sectors=_known(query.getall("sector", ()), sectors),
        areas=_known(query.getall("area", ()), areas),
        sizes=_known(query.getall("size", ()), set(SIZES)),
        closing=closing,
        value_min=low,
        value_max=high,
        below_threshold="yes" in query.getall("below", ()),
        sources=tuple(dict.fromkeys(key for key in query.getall("source", ()) if _SOURCE_KEY.fullmatch(key)))[
            :_MOST_SOURCES
        ],
        eu=_one_of(query.getall("eu", ()), UNIONS),
        standing=_one_of(query.getall("standing", ()), STANDINGS),
        sort=_one_of(query.getall("sort", ()), ORDERS),
        page=page_said(next(iter(query.getall("page", ())), "")),
    )


def _known(values: Sequence[str], allowed: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value in allowed))


def _one_of(values: Sequence[str], allowed: Mapping[str, str]) -> str:
    """The first that is known, else the first there is."""
    return next((value for value in values if value in allowed), next(iter(allowed)))


def _sum(values: Sequence[str]) -> int | None:
    """Whole pounds as people type them: 5000, £5,000, 5k, 1m."""
    plain = "".join(values[0].replace(",", "").split()) if values else ""
    read = _SUM.fullmatch(plain)
    return min(int(read[1]) * _TIMES[read[2].lower()], _SUM_CAP) if read else None


def _less(values: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != gone)


def page_said(said: str) -> int:
    """The page of a list that an address asks for; the first where it asks for none that there is."""
    return min(max(int(said), 1), PAGE_CAP) if said.isascii() and said.isdigit() and len(said) < 6 else 1  # noqa: PLR2004


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)
