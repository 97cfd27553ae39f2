"""Reads from a notice how its bids are weighed: price against quality, and social value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classifiers.facts_hit import Hit

_ALL = 100
_GAP = 45
_TOKEN = re.compile(
    r"(?<![\d.])(?P<share>\d{1,3}(?:\.\d{1,2})?) ?(?:%|per ?cent\b)"
    r"|\b(?P<price>price|pricing|costs?|commercial)\b|\b(?P<quality>quality|technical)\b"
    r"|\b(?P<social>social value)\b",
    re.ASCII | re.IGNORECASE,
)
_ONE = r"(?P<one>price|cost|quality|technical)"
_TWO = r"(?P<two>price|cost|quality|technical)"
_FIRST, _SECOND = r"(?P<first>\d{1,2})", r"(?P<second>\d{1,2})"
#: "Price 5 Quality 95", "price/quality split 40/60", "70:30 quality:price".
_PAIRS = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        rf"\b{_ONE}:? {_FIRST}[ ,]{{1,2}}{_TWO}:? {_SECOND}\b",
        rf"\b{_ONE} ?[/:] ?{_TWO}\b[^.;\n\d]{{0,30}}\b{_FIRST} ?[/:] ?{_SECOND}\b",
        rf"\b{_FIRST} ?[/:] ?{_SECOND} {_ONE} ?[/:] ?{_TWO}\b",
    )
)
_NAMES = {"price": "price", "cost": "price", "quality": "quality", "technical": "quality"}
_SOCIAL_VALUE = re.compile(
    r"\bsocial value\b[^.;\n%]{0,50}?\b(?P<after>\d{1,2}(?:\.\d{1,2})?) ?(?:%|per ?cent)"
    r"|\b(?P<before>\d{1,2}(?:\.\d{1,2})?) ?(?:%|per ?cent)[ a-z:]{0,25}\bsocial value\b",
    re.ASCII | re.IGNORECASE,
)
_INCLUDED = re.compile(r"\b(?:includ\w*|incl)\b", re.IGNORECASE)
_OTHER_CRITERION = re.compile(r"\b(?:price|cost|quality|technical)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """A share in per cent, or the name of a criterion."""

    share: float | None
    name: str
    start: int
    end: int


def weights(text: str, lowered: str) -> Iterator[Hit]:
    """The weight of social value, and the first set of weights that comes to 100.

    Args:
        text: what is read.
        lowered: the same in small letters.
    """
    has_shares = "%" in text or "per cent" in lowered or "percent" in lowered
    if has_shares and "social value" in lowered:
        yield from _social_values(text)
    split = None
    if ("price" in lowered or "cost" in lowered) and ("quality" in lowered or "technical" in lowered):
        split = _pair(text)
    if split is None and has_shares:
        split = _from_shares(text)
    if split is not None:
        yield split


def _social_values(text: str) -> Iterator[Hit]:
    for found in _SOCIAL_VALUE.finditer(text):
        share = found["after"] or found["before"]
        if _OTHER_CRITERION.search(found[0]) or _INCLUDED.search(text, max(0, found.start() - 25), found.start()):
            continue
        if float(share) > 0:
            value = f"social value counts for {share}%"
            yield Hit(kind="social_value", value=value, normal=share, start=found.start(), end=found.end())
            return


def _pair(text: str) -> Hit | None:
    """The first two criteria in figures that come to 100."""
    for match in (found for pattern in _PAIRS for found in pattern.finditer(text)):
        one, two = _NAMES[match["one"].lower()], _NAMES[match["two"].lower()]
        first, second = float(match["first"]), float(match["second"])
        if one != two and first + second == _ALL:
            return _hit({one: first, two: second}, match.start(), match.end())
    return None


def _from_shares(text: str) -> Hit | None:
    """The first group of shares and criteria standing close together that comes to 100, else "100% price"."""
    alone: Hit | None = None
    for group in _groups(text):
        weighed = _paired(group)
        if not weighed or sum(weighed.values()) != _ALL:
            continue
        hit = _hit(weighed, group[0].start, group[-1].end)
        if len(weighed) > 1:
            return hit
        if alone is None and "price" in weighed:
            alone = hit
    return alone


def _groups(text: str) -> Iterator[Sequence[_Token]]:
    group: list[_Token] = []
    for match in _TOKEN.finditer(text):
        if group and match.start() - group[-1].end > _GAP:
            yield group
            group = []
        share = float(match["share"]) if match["share"] else None
        group.append(_Token(share=share, name=str(match.lastgroup), start=match.start(), end=match.end()))
    if group:
        yield group


def _paired(group: Sequence[_Token]) -> dict[str, float]:
    """What each criterion weighs, reading shares before or after their names, whichever the group begins with."""
    ordered = group if group[0].share is None else _turned(group)
    weighed: dict[str, float] = {}
    name = ""
    for token in ordered:
        if token.share is None:
            name = name or token.name
        elif name:
            if name in weighed:
                return {}
            weighed[name] = token.share
            name = ""
    return weighed


def _turned(group: Sequence[_Token]) -> Sequence[_Token]:
    """The group with each share put after the first name that follows it."""
    turned: list[_Token] = []
    waiting: _Token | None = None
    for token in group:
        if token.share is not None:
            waiting = token
        elif waiting is not None:
            turned.extend((token, waiting))
            waiting = None
    return turned


def _hit(weighed: dict[str, float], start: int, end: int) -> Hit:
    known = {"price": "price", "quality": "quality", "social": "social value"}
    parts = [(known[name], weighed[name]) for name in ("price", "quality", "social") if name in weighed]
    normal = ", ".join(f"{name} {share:g}" for name, share in parts)
    value = "weighed by " + ", ".join(f"{name} {share:g}%" for name, share in parts)
    return Hit(kind="split", value=value, normal=normal, start=start, end=end)
