"""Values of the Open Contracting Data Standard (OCDS 1.1), read strictly.

Publishers leave fields out, write them in another type or put text where a number belongs. Walking into a field never
raises: what is not there, or not of the expected shape, is not stated. A value that is there but cannot be believed
(a negative amount, a deadline that is no date) raises UnreadableField, so that nobody is told a wrong figure.
Amounts come from JSON numbers; their shortest decimal form is exact for every sum below 10,000,000,000,000.00.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from zoneinfo import ZoneInfo

from scrapers.kinds import words
from service.domain import cpv
from service.domain.money import Value
from service.domain.opportunity import Deadline
from service.errors import UnreadableField

Json = Mapping[str, object]
LONDON = ZoneInfo("Europe/London")
LARGEST_AMOUNT = Decimal(10) ** 13
#: How Find a Tender writes "no upper limit": a number no computer holds.
_ENDLESS = "1e9999"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
#: Years outside these stand for "not stated": Contracts Finder writes the year 1.
_FIRST_YEAR, _LAST_YEAR = 1990, 2200


class Wall(Enum):
    """What a trailing Z means."""

    #: Universal time, as written.
    STATED = "stated"
    #: London time, as in the old shape of Contracts Finder (inferred from its deadlines, see the expectations).
    LONDON = "london"


# Walking ----------------------------------------------------------------------------------------------------------


def part(said: object, *path: str) -> Json:
    """Return the object at a path, or an empty one."""
    for name in path:
        said = said.get(name) if isinstance(said, Mapping) else None
    return said if isinstance(said, Mapping) else {}


def rows(said: object, name: str) -> list[Json]:
    """Return the objects of a list, or of a list of one that was written without its brackets."""
    found = said.get(name) if isinstance(said, Mapping) else None
    if isinstance(found, Mapping):
        return [found]
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def strings(said: Json, name: str) -> list[str]:
    """Return the texts of a list."""
    found = said.get(name)
    return [row for row in found if isinstance(row, str)] if isinstance(found, list) else []


def text(said: Json, name: str) -> str:
    """Return a line of text, cleaned; "" where there is none."""
    found = said.get(name)
    return words.line(found) if isinstance(found, str) else ""


def flag(said: Json, name: str) -> bool | None:
    """Return true or false where the field says so."""
    found = said.get(name)
    return found if isinstance(found, bool) else None


# Values -----------------------------------------------------------------------------------------------------------


def required(said: Json, name: str, *, field: str) -> str:
    """Return text that must be there. Raises UnreadableField."""
    found = text(said, name)
    if not found:
        raise UnreadableField(field=field, said=said.get(name), why="there is no text")
    return found


def amount(said: object, *, field: str) -> Decimal | None:
    """Return a sum; None where it is absent, 0 (which stands for not stated) or endless. Raises UnreadableField."""
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float | str):
        raise UnreadableField(field=field, said=said, why="it is not a number")
    if said in {"", _ENDLESS}:
        return None
    try:
        found = Decimal(str(said).strip())
    except InvalidOperation:
        raise UnreadableField(field=field, said=said, why="it is not a number") from None
    if not found.is_finite():
        raise UnreadableField(field=field, said=said, why="it is not a finite number")
    if found < 0:
        raise UnreadableField(field=field, said=said, why="it is negative")
    if found > LARGEST_AMOUNT:
        raise UnreadableField(field=field, said=said, why="it is larger than anything a public body buys")
    return found or None


def currency(said: Json, *, field: str) -> str:
    """Return the ISO 4217 code of a sum, GBP where none is stated. Raises UnreadableField."""
    found = said.get("currency")
    if found is None or found == "":
        return "GBP"
    if not isinstance(found, str) or not _CURRENCY.fullmatch(found.strip().upper()):
        raise UnreadableField(field=f"{field}.currency", said=found, why="it is not a currency code")
    return found.strip().upper()


def value(said: Json, *, field: str, floor: Json | None = None) -> Value | None:
    """Return what something is worth; None where no figure is stated. Raises UnreadableField.

    `floor` is the lower end of a range. A lower end alone is the value itself: in the recorded daily file of
    Contracts Finder every lone low figure equals the sum that was awarded.
    """
    net = amount(said.get("amount"), field=f"{field}.amount")
    gross = amount(said.get("amountGross"), field=f"{field}.amountGross")
    low = amount((floor or {}).get("amount"), field="tender.minValue.amount")
    if net is None and gross is None:
        net, low = low, None
    if net is None and gross is None:
        return None
    if low is not None and net is not None and low >= net:
        low = None
    return Value(net=net, gross=gross, minimum=low, currency=currency(said or floor or {}, field=field))


def moment(said: object, *, field: str, wall: Wall = Wall.STATED) -> tuple[datetime, bool] | None:
    """Return a moment and whether only its day is known; None where it is not stated. Raises UnreadableField.

    A time without an offset is London's. Exactly midnight in London, or a bare date, means the day alone.
    """
    if said is None or said == "":
        return None
    if not isinstance(said, str) or not _MOMENT.fullmatch(said.strip()):
        raise UnreadableField(field=field, said=said, why="it is not a date")
    try:
        found = datetime.fromisoformat(said.strip())
    except ValueError:
        raise UnreadableField(field=field, said=said, why="it is not a date") from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    if found.tzinfo is None or (wall is Wall.LONDON and found.utcoffset() == UTC.utcoffset(None)):
        found = found.replace(tzinfo=LONDON)
    local = found.astimezone(LONDON)
    return local, (local.hour, local.minute, local.second) == (0, 0, 0)


def day(said: object) -> date | None:
    """Return the day in London of a moment, or None where it is not stated or cannot be read."""
    try:
        found = moment(said, field="a date")
    except UnreadableField:
        return None
    return found[0].date() if found else None


def release_date(release: Json) -> datetime:
    """Return when a release was published. Raises UnreadableField."""
    found = moment(release.get("date"), field="date")
    if found is None:
        raise UnreadableField(field="date", said=release.get("date"), why="there is no date")
    return found[0]


def deadline(tender: Json, *, wall: Wall = Wall.STATED) -> Deadline | None:
    """Return by when to answer: the end of the tender period, else of the time to show interest.

    Raises UnreadableField.
    """
    for said, field, kind in (
        (part(tender, "tenderPeriod").get("endDate"), "tender.tenderPeriod.endDate", "tender"),
        (tender.get("expressionOfInterestDeadline"), "tender.expressionOfInterestDeadline", "interest"),
    ):
        found = moment(said, field=field, wall=wall)
        if found is not None:
            return Deadline(at=found[0], date_only=found[1], kind=kind)
    return None


def codes(*sections: Json) -> tuple[str, ...]:
    """Return the known CPV codes of the first section that has any, main code first, without repeats."""
    for section in sections:
        found = dict.fromkeys(code for code in _codes(section) if code is not None and cpv.is_known(code))
        if found:
            return tuple(found)
    return ()


def _codes(section: Json) -> Iterator[str | None]:
    for holder in (section, *rows(section, "items")):
        for row in (*rows(holder, "classification"), *rows(holder, "additionalClassifications")):
            said = row.get("id")
            if str(row.get("scheme") or "CPV").upper() == "CPV" and isinstance(said, str | int):
                yield cpv.normalise(said)


def delivery(*sections: Json) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return regions and postcodes of the work, raw and sorted, from the first section that has any.

    A country's name counts as a region only when it is all that is said.
    """
    for section in sections:
        places = [place for item in rows(section, "items") for place in rows(item, "deliveryAddresses")]
        regions = {text(place, "region") for place in places} - {""}
        postcodes = {text(place, "postalCode") for place in places} - {""}
        if not regions and not postcodes:
            regions = {text(place, "countryName") for place in places} - {""}
        if regions or postcodes:
            return tuple(sorted(regions)), tuple(sorted(postcodes))
    return (), ()


def span(periods: Sequence[Json]) -> tuple[date | None, date | None]:
    """Return the first start and the last end of contract periods."""
    starts = [found for period in periods if (found := day(period.get("startDate")))]
    ends = [found for period in periods if (found := day(period.get("endDate")))]
    return min(starts, default=None), max(ends, default=None)
