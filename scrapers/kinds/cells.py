"""What a cell of a listing means: dates as London writes them, sums, addresses, references. Strict, by field name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from urllib.parse import urlsplit

from scrapers.kinds.ocds import LARGEST_AMOUNT, LONDON
from scrapers.kinds.rules import DATES, FieldRules
from service.domain.money import Value
from service.errors import UnreadableField

#: Characters a pattern is shown; a reference or a category is shorter.
_LONGEST_FOR_PATTERN = 1_000
_LONGEST_SEARCHED = 5_000
_ASP_NET = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_SUM = re.compile(r"(\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(\.\d{1,4})?\s?(k|m|million|bn|billion)?\b", re.IGNORECASE)
_SIGNS = {"£": "GBP", "€": "EUR", "$": "USD"}
_TIMES = {"": 1, "k": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
_FIRST_YEAR, _LAST_YEAR = 1990, 2200


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date as a page gives it: aware, and whether only its day is known."""

    at: datetime
    date_only: bool

    @property
    def day(self) -> date:
        """The day in London."""
        return self.at.astimezone(LONDON).date()


Said = str | Moment | Value


def value_of(name: str, rules: FieldRules, raw: str) -> Said | None:
    """Return what a cell says; None where it says nothing.

    Args:
        name: of the field, which tells what it is.
        rules: of the field.
        raw: the text of the cell.

    Raises:
        UnreadableField: It says something else than such a field can.
    """
    said = raw.strip()
    if not said or said.casefold() in {word.casefold() for word in rules.none}:
        return None
    if rules.find:
        found = re.search(rules.find, said[:_LONGEST_SEARCHED])
        if found is None:
            return None
        said = (found.group(1) if found.re.groups else found.group()) or ""
        said = said.strip()
    if rules.pattern and (len(said) > _LONGEST_FOR_PATTERN or not re.fullmatch(rules.pattern, said)):
        raise UnreadableField(field=name, said=raw, why=f"it is not of the form {rules.pattern}")
    if rules.one_of and said.casefold() not in {word.casefold() for word in rules.one_of}:
        raise UnreadableField(field=name, said=raw, why=f"it is none of {', '.join(rules.one_of)}")
    if name in DATES:
        return moment_of(name, rules.dates, said)
    if name == "value":
        return sum_of(name, said, currency=rules.money)
    if name == "url":
        return _address(name, said)
    return said


def moment_of(name: str, formats: tuple[str, ...], said: str) -> Moment:
    """Return a date written in one of the formats. Raises UnreadableField."""
    for form in formats:
        found = _in_form(said, form)
        if found is not None and _FIRST_YEAR <= found.year <= _LAST_YEAR:
            aware = found if found.tzinfo is not None else found.replace(tzinfo=LONDON)
            local = aware.astimezone(LONDON)
            # Midnight is how systems write "on that day".
            return Moment(at=local, date_only=local.time() == time())
    raise UnreadableField(field=name, said=said, why=f"it is not a date like {' or '.join(formats)}")


def _in_form(said: str, form: str) -> datetime | None:
    try:
        if form == "/Date(ms)/":
            found = _ASP_NET.fullmatch(said)
            return datetime.fromtimestamp(int(found.group(1)) / 1000, tz=UTC) if found else None
        return datetime.fromisoformat(said) if form == "iso" else datetime.strptime(said, form)  # noqa: DTZ007 - London
    except (ValueError, OverflowError, OSError):
        return None


def sum_of(name: str, said: str, *, currency: str) -> Value:
    """Return a sum, or a range as its ends. Raises UnreadableField."""
    found = [
        Decimal(match.group(1).replace(",", "") + (match.group(2) or "")) * _TIMES[(match.group(3) or "").lower()]
        for match in _SUM.finditer(said[:200])
    ]
    letters = sum(letter.isalpha() for letter in said)
    if not found or len(found) > 2 or letters > 20 or "/" in said or max(found) >= LARGEST_AMOUNT:  # noqa: PLR2004
        raise UnreadableField(field=name, said=said, why="it is not a sum")
    if re.search(r"-\s?[£€$]?\s?\d", said) and len(found) == 1:
        raise UnreadableField(field=name, said=said, why="a sum cannot be negative")
    currency = next((code for sign, code in _SIGNS.items() if sign in said), currency)
    return Value(net=max(found), minimum=min(found) if len(found) > 1 else None, currency=currency)


def _address(name: str, said: str) -> str:
    try:
        parts = urlsplit(said)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in said) or len(said) > _LONGEST_FOR_PATTERN * 2:
        raise UnreadableField(field=name, said=said, why="it is no web address")
    return said
