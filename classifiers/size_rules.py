"""Loads the assumptions by which a contract is said to suit a size of firm, and says them in words.

They are data (`size_rules.toml`), each with its source and the day it was checked, so that they can be changed without
a programmer, and the page "How we decide" shows what is in force and cannot drift from it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from classifiers.facts import in_pounds
from service.domain.tagging import SIZES, Assumption
from service.errors import ReferenceDataError

_FILE = "size_rules.toml"
_COMMON = frozenset({"label", "source", "checked"})
_PEOPLE = {"micro": "under 10 people", "small": "10 to 49 people", "medium": "50 to 249 people"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The assumptions; `size_rules.toml` explains each. Sums in pounds, lengths in years."""

    turnover: Mapping[str, Decimal]
    #: Yearly values up to which a contract suits, or might suit, each size.
    suits_up_to: Mapping[str, Decimal]
    might_up_to: Mapping[str, Decimal]
    #: In years of turnover.
    shared_up_to: Decimal
    said_up_to: Decimal
    #: The most that a contract below the threshold is worth: "goods_and_services", "light_touch", "works".
    below_threshold: Mapping[str, Decimal]
    works_cpv: tuple[str, ...]
    light_touch_cpv: tuple[str, ...]
    #: By the normal name of the insurance; one that is not named is not counted.
    heavy_insurance: Mapping[str, Decimal]
    slow_certificates: frozenset[str]
    many_certificates: int
    long_for_micro: Decimal
    longest: Decimal
    at_a_desk: tuple[str, ...]
    #: A yearly value.
    nationwide_from: Decimal
    #: Words of a procedure by who is asked: "nobody", "dynamic", "suppliers_only", "invited", "rounds"; first wins.
    procedures: Mapping[str, tuple[str, ...]]
    least_value: Decimal
    largest_value: Decimal
    pounds: Mapping[str, Decimal]
    assumptions: tuple[Assumption, ...]


@cache
def rules() -> Rules:
    """The rules of the shipped file.

    Raises:
        ReferenceDataError: The file is missing or damaged; the sentence names the key.
    """
    try:
        text = files("classifiers").joinpath(_FILE).read_text(encoding="utf-8")
    except OSError as error:
        raise ReferenceDataError(f"{_FILE} cannot be read: {error}.") from error
    return read_rules(text)


def read_rules(text: str) -> Rules:
    """The rules that a text in the form of `size_rules.toml` states.

    Raises:
        ReferenceDataError: It is no TOML, or a key is missing, unknown or out of range; the sentence names the key.
    """
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ReferenceDataError(f"{_FILE} is no TOML: {error}.") from error
    if strange := sorted(set(tables) - set(_SECTIONS)):
        raise ReferenceDataError(f"{_FILE}: [{strange[0]}] is not known. Known are: {', '.join(_SECTIONS)}.")
    read = {name: _Section(name, tables.get(name)) for name in _SECTIONS}
    turnover = {size: read["turnover"].number(size) for size in SIZES}
    if not turnover["micro"] <= turnover["small"] <= turnover["medium"]:
        raise ReferenceDataError(f"{_FILE}: turnover.micro, .small and .medium must not get smaller.")
    suits, might = read["share"].share("suits_up_to"), read["share"].share("might_up_to")
    if suits[0] * might[1] > might[0] * suits[1]:
        raise ReferenceDataError(f"{_FILE}: share.suits_up_to must not be more than share.might_up_to.")
    found = Rules(
        turnover=turnover,
        suits_up_to={size: turnover[size] * suits[0] / suits[1] for size in SIZES},
        might_up_to={size: turnover[size] * might[0] / might[1] for size in SIZES},
        shared_up_to=read["opening"].number("shared_up_to"),
        said_up_to=read["opening"].number("said_up_to"),
        below_threshold={
            kind: read["below_threshold"].number(kind) for kind in ("goods_and_services", "light_touch", "works")
        },
        works_cpv=read["below_threshold"].words("works_cpv"),
        light_touch_cpv=read["below_threshold"].words("light_touch_cpv"),
        heavy_insurance={
            name: read["insurance"].number(name)
            for name in ("public_liability", "product_liability", "professional_indemnity")
        },
        slow_certificates=frozenset(read["certificates"].words("slow")),
        many_certificates=int(read["certificates"].number("many")),
        long_for_micro=read["duration"].number("long_for_micro"),
        longest=read["duration"].number("longest"),
        at_a_desk=read["place"].words("at_a_desk"),
        nationwide_from=read["place"].number("from"),
        procedures={name: read["procedure"].words(name) for name in _PROCEDURES},
        least_value=read["value"].number("least"),
        largest_value=read["value"].number("largest"),
        pounds=read["pounds"].numbers(),
        assumptions=(),
    )
    for section in read.values():
        section.refuse_the_rest()
    return _with_words(found, read)


_PROCEDURES = ("nobody", "dynamic", "suppliers_only", "invited", "rounds")


class _Section:
    """One table of the file; every key is asked for by name, and what nobody asked for is an error."""

    def __init__(self, name: str, table: object) -> None:
        if not isinstance(table, dict):
            raise ReferenceDataError(f"{_FILE}: the section [{name}] is missing.")
        self._name = name
        self._table: Mapping[str, object] = table
        self._asked: set[str] = set(_COMMON)
        self.label = self._text("label")
        self.source = self._text("source")
        self.checked = self._day("checked")

    def number(self, key: str) -> Decimal:
        """A number above 0."""
        value = self._get(key)
        number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
        if number is None or not number.is_finite() or number <= 0:
            raise self._wrong(key, "a number above 0", value)
        return number

    def share(self, key: str) -> tuple[int, int]:
        """A share of at most 1, written as part and whole: [1, 3] for a third, which no decimal can say."""
        value = self._get(key)
        pair = value if isinstance(value, list) else []
        if len(pair) != len(("part", "whole")) or not all(type(one) is int and one > 0 for one in pair):
            raise self._wrong(key, "two whole numbers above 0, for example [1, 3]", value)
        if pair[0] > pair[1]:
            raise self._wrong(key, "a share of at most the whole", value)
        return pair[0], pair[1]

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, at least one."""
        value = self._get(key)
        found = value if isinstance(value, list) else []
        if not found or not all(isinstance(one, str) and one.strip() for one in found):
            raise self._wrong(key, "a list of words", value)
        return tuple(found)

    def numbers(self) -> Mapping[str, Decimal]:
        """Every key that is not common to all sections, as numbers."""
        return {key: self.number(key) for key in self._table if key not in _COMMON}

    def refuse_the_rest(self) -> None:
        """Raise for a key that nobody asked for: it is misspelt, and its rule would silently not hold."""
        for key in self._table:
            if key not in self._asked:
                raise ReferenceDataError(
                    f"{_FILE}: {self._name}.{key} is not known. Known are: {', '.join(sorted(self._asked))}."
                )

    def _get(self, key: str) -> object:
        self._asked.add(key)
        if key not in self._table:
            raise ReferenceDataError(f"{_FILE}: {self._name}.{key} is missing.")
        return self._table[key]

    def _text(self, key: str) -> str:
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(key, "a text", value)
        return value

    def _day(self, key: str) -> date:
        value = self._get(key)
        if type(value) is not date:
            raise self._wrong(key, "a date such as 2026-11-24", value)
        return value

    def _wrong(self, key: str, wanted: str, value: object) -> ReferenceDataError:
        return ReferenceDataError(f"{_FILE}: {self._name}.{key} must be {wanted}, not {value!r}.")


def _with_words(found: Rules, read: Mapping[str, _Section]) -> Rules:
    said = tuple(
        Assumption(
            label=read[name].label, lines=tuple(lines(found)), source=read[name].source, checked=read[name].checked
        )
        for name, lines in _SECTIONS.items()
    )
    values = {name: getattr(found, name) for name in Rules.__slots__ if name != "assumptions"}
    return Rules(**values, assumptions=said)


def _turnover_lines(found: Rules) -> Sequence[str]:
    return [f"A firm with {_PEOPLE[size]}: {in_pounds(found.turnover[size])}" for size in SIZES]


def _share_lines(found: Rules) -> Sequence[str]:
    return [
        f"With {_PEOPLE[size]}: suits up to about £{found.suits_up_to[size]:,.0f} a year, might up to about "
        f"£{found.might_up_to[size]:,.0f}, unlikely above"
        for size in SIZES
    ]


def _opening_lines(found: Rules) -> Sequence[str]:
    shared, said = (f"up to {limit:f} times a year's turnover" for limit in (found.shared_up_to, found.said_up_to))
    return [
        f"Lots, a framework, joint bids or work for subcontractors: unlikely becomes might, {shared}",
        f"A value below the threshold, or the buyer's own word that it suits smaller firms: the same, {said}",
        "A dynamic list, which anyone who qualifies may join at any time: unlikely becomes might, whatever its sum",
    ]


def _threshold_lines(found: Rules) -> Sequence[str]:
    words = {"goods_and_services": "Goods and services", "light_touch": "People's services", "works": "Building works"}
    return [f"{words[kind]}: {in_pounds(amount)} with VAT" for kind, amount in found.below_threshold.items()]


def _insurance_lines(found: Rules) -> Sequence[str]:
    return [
        f"{name.replace('_', ' ').capitalize()} of {in_pounds(sum_)}" for name, sum_ in found.heavy_insurance.items()
    ]


def _certificate_lines(found: Rules) -> Sequence[str]:
    names = ", ".join(sorted(found.slow_certificates))
    return [names, f"{found.many_certificates} or more of them weigh on firms of up to 49 people too"]


def _duration_lines(found: Rules) -> Sequence[str]:
    return [f"{found.long_for_micro:f} years or more", f"More than {found.longest:f} years we take to be a slip"]


def _place_lines(found: Rules) -> Sequence[str]:
    return [
        f"From {in_pounds(found.nationwide_from)} a year",
        f"Not counted for work at a desk: procurement codes that begin with {', '.join(found.at_a_desk)}",
    ]


def _procedure_lines(_found: Rules) -> Sequence[str]:
    return [
        "Nobody else is asked: unlikely for every firm",
        "Only suppliers of a framework are asked: unlikely for every firm",
        "Only firms on a dynamic list, or firms the buyer invites, are asked: might at best",
        "Several rounds of bidding: might at best for a firm with under 10 people",
    ]


def _value_lines(found: Rules) -> Sequence[str]:
    return [f"Less than {in_pounds(found.least_value)} or more than £{found.largest_value:,.0f} for the whole contract"]


def _pound_lines(found: Rules) -> Sequence[str]:
    return [f"1 {code} is {rate:f} pounds" for code, rate in found.pounds.items() if rate != 1]


_SECTIONS: Mapping[str, Callable[[Rules], Sequence[str]]] = {
    "turnover": _turnover_lines,
    "share": _share_lines,
    "opening": _opening_lines,
    "below_threshold": _threshold_lines,
    "insurance": _insurance_lines,
    "certificates": _certificate_lines,
    "duration": _duration_lines,
    "place": _place_lines,
    "procedure": _procedure_lines,
    "value": _value_lines,
    "pounds": _pound_lines,
}
