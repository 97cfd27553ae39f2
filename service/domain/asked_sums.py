"""Sums and numbers of people in a person's own sentence: "up to 50k", "£10,000 to £2m", "we are 6 people".

Each reader returns what it understood and the text with that taken out, so that the rest can be read for other things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_SCALE = {
    "": Decimal(1),
    "k": Decimal(1000),
    "thousand": Decimal(1000),
    "m": Decimal(1_000_000),
    "mn": Decimal(1_000_000),
    "mil": Decimal(1_000_000),
    "mill": Decimal(1_000_000),
    "million": Decimal(1_000_000),
}
_MOST = Decimal(10) ** 12
#: A bare number below this is no sum of pounds: a number of people, a house number, a day.
_LEAST_BARE = Decimal(1000)

_SUM = (
    r"(?P<{0}p>£\s*)?(?P<{0}n>\d{{1,3}}(?:[,\u00a0 ]\d{{3}})+(?!\d)|\d{{1,12}}(?:\.\d{{1,3}})?)"
    r"\s*(?P<{0}s>k|m|mn|mill?|thousand|million)?(?![^\W_])(?:\s*(?:pounds|gbp|quid)\b)?"
)
_A, _B = _SUM.format("a"), _SUM.format("b")
_PER_YEAR = (
    r"(?P<per>\s*(?:(?:a|per|each|every|/)\s*(?:year|yr|annum|month|week)|p\.?\s?a\b\.?|annually|yearly|monthly))?"
)
_WORTH = r"(?:(?:contracts?|jobs?|work|anything|value[sd]?|worth|budgets?)\s+(?:of\s+|from\s+|at\s+|is\s+)?)?"
_PLAIN = r"(?<!no )(?<!not )(?<!nothing )(?<!never )"
_MAX_BEFORE = (
    _PLAIN + r"(?:up\s*to|under|below|(?:less|fewer|lower|smaller)\s+than|"
    r"(?:no|not|nothing)\s+(?:more|bigger|larger|higher)\s+than|"
    r"(?:not|nothing|no\s+\w+|never)\s+(?:over|above)|max(?:imum)?(?:\s+(?:of|is|value|contract|size))*|at\s+most|"
    r"as\s+much\s+as|limit(?:\s+(?:of|is))?|cap(?:ped)?(?:\s+at)?|<=?|\u2264)\s*:?\s*"
)
_MIN_BEFORE = (
    _PLAIN + r"(?:over|above|(?:more|bigger|larger|greater)\s+than|at\s+least|"
    r"(?:no|not|nothing)\s+(?:less|smaller|lower)\s+than|"
    r"(?:not|nothing|no\s+\w+|never)\s+(?:under|below)|min(?:imum)?(?:\s+(?:of|is|value|contract|size))*|from|"
    r"starting\s+(?:at|from)|upwards\s+of|>=?|\u2265)\s*:?\s*"
)
_MAX_AFTER = r"\s*(?:or\s+(?:less|under|below|lower|smaller)|and\s+(?:under|below)|max(?:imum)?\b|at\s+most|tops|limit)"
_MIN_AFTER = r"\s*(?:\+|plus\b|or\s+(?:more|over|above|bigger)|and\s+(?:over|above|up|more)|upwards?\b|min(?:imum)?\b)"
_FLAGS = re.IGNORECASE
_RANGE = re.compile(
    rf"(?<![\w.]){_WORTH}(?:between\s+|from\s+)?(?<![\w.,£]){_A}\s*(?:to|-|[\u2013\u2014]|until|and|up\s+to)\s*{_B}{_PER_YEAR}",
    _FLAGS,
)
_AT_MOST = re.compile(rf"(?<![\w.]){_WORTH}{_MAX_BEFORE}{_A}{_PER_YEAR}", _FLAGS)
_AT_MOST_AFTER = re.compile(rf"(?<![\w.,£]){_A}{_PER_YEAR}{_MAX_AFTER}", _FLAGS)
_AT_LEAST = re.compile(rf"(?<![\w.]){_WORTH}{_MIN_BEFORE}{_A}{_PER_YEAR}", _FLAGS)
_AT_LEAST_AFTER = re.compile(rf"(?<![\w.,£]){_A}{_PER_YEAR}{_MIN_AFTER}", _FLAGS)
_BARE = re.compile(rf"(?<![\w.,£]){_A}{_PER_YEAR}", _FLAGS)

_PEOPLE = re.compile(
    r"(?:(?:under|fewer\s+than|less\s+than|up\s+to|about|around|over|we\s+are|we're|there\s+are|a\s+team\s+of|team\s+of|with)\s+)*"
    r"\b(\d{1,6})(?:\s*(?:to|[-\u2013])\s*(\d{1,6}))?\s*(?:people|persons?|staff|employees|workers|of\s+us|members\s+of\s+staff)\b"
    r"(?:\s+in\s+(?:the|our|my)\s+(?:firm|company|team|business))?",
    _FLAGS,
)  # fmt: skip
_ALONE = re.compile(
    r"\b(?:sole\s+traders?|just\s+me|only\s+me|self[-\s]employed|freelancers?|one[-\s](?:man|woman|person)(?:\s+band)?|"
    r"micro[-\s]?(?:business|firm|company|enterprise)?)(?![^\W_])",
    _FLAGS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What was said of worth."""

    low: Decimal | None = None
    high: Decimal | None = None
    #: What is not clear, in sentences that say what to write instead.
    unsure: tuple[str, ...] = ()
    #: The text without them; each left a comma behind.
    rest: str = ""


def take_sums(text: str) -> Sums:
    """Read the sums of a text."""
    lows: list[Decimal] = []
    highs: list[Decimal] = []
    unsure: list[str] = []

    def read(found: re.Match[str], *, low: str, high: str) -> str:
        values = {name: _pounds(found, name) for name in ("a", "b")}
        wanted = [values[name] for name in (low, high) if name]
        if any(value is None for value in wanted):
            return found.group()
        said = " ".join(found.group().split())
        if found["per"]:
            unsure.append(f"“{said}”: sums are for the whole life of a contract, not for a year. Write: up to £50,000")
            return " , "
        if low:
            lows.append(values[low] or Decimal(0))
        if high:
            highs.append(values[high] or Decimal(0))
        return " , "

    rest = _RANGE.sub(lambda found: read(found, low="a", high="b"), text)
    rest = _AT_MOST.sub(lambda found: read(found, low="", high="a"), rest)
    rest = _AT_MOST_AFTER.sub(lambda found: read(found, low="", high="a"), rest)
    rest = _AT_LEAST_AFTER.sub(lambda found: read(found, low="a", high=""), rest)
    rest = _AT_LEAST.sub(lambda found: read(found, low="a", high=""), rest)

    def wonder(found: re.Match[str]) -> str:
        if _pounds(found, "a") is None:
            return found.group()
        said = " ".join(found.group().split())
        unsure.append(f"“{said}”: write “up to {said}” or “at least {said}”")
        return " , "

    rest = _BARE.sub(wonder, rest)
    return _settled(lows, highs, unsure, rest)


def take_size(text: str) -> tuple[str, str]:
    """How many people work in the firm: "micro", "small" or "medium", "" where nothing is said; and the rest."""
    people = _PEOPLE.search(text)
    if people is not None:
        count = int(people.group(2) or people.group(1))
        size = next((name for name, most in (("micro", 10), ("small", 50), ("medium", 250)) if count < most), "")
        if count == int(people.group(1)) and re.match(r"(?:under|fewer|less)", people.group(), _FLAGS):
            size = next((name for name, most in (("micro", 10), ("small", 50), ("medium", 250)) if count <= most), "")
        return size, f"{text[: people.start()]} , {text[people.end() :]}"
    alone = _ALONE.search(text)
    if alone is not None:
        return "micro", f"{text[: alone.start()]} , {text[alone.end() :]}"
    return "", text


def _settled(lows: list[Decimal], highs: list[Decimal], unsure: list[str], rest: str) -> Sums:
    low, high = (lows[0] if lows else None), (highs[0] if highs else None)
    if len(set(lows)) > 1 or len(set(highs)) > 1:
        unsure.append("There is more than one sum; the first was taken")
    if low is not None and high is not None and low > high:
        unsure.append("The least sum is above the greatest, so neither was taken. Write: £10,000 to £50,000")
        low = high = None
    return Sums(low=low, high=high, unsure=tuple(unsure), rest=rest)


def _pounds(found: re.Match[str], name: str) -> Decimal | None:
    """A sum in pounds; None where the text has none, or the number is too small to be one.

    In "10 to 50k" and "£10-50k" the thousands of the second sum are meant by the first as well.
    """
    parts = found.groupdict()
    if f"{name}n" not in parts:
        return None
    amount, scale, sign = _number(parts, name), parts[f"{name}s"] or "", parts[f"{name}p"]
    if name == "a" and "bn" in parts and not scale:
        shared = parts["bs"] or ""
        sign = sign or parts["bp"] or shared
        if amount * _SCALE[shared.casefold()] < _number(parts, "b") * _SCALE[shared.casefold()]:
            scale = shared
    pounds = amount * _SCALE[scale.casefold()]
    return pounds if pounds <= _MOST and (scale or sign or pounds >= _LEAST_BARE) else None


def _number(parts: dict[str, str | None], name: str) -> Decimal:
    return Decimal(re.sub(r"[,\u00a0 ]", "", parts[f"{name}n"] or "0"))
