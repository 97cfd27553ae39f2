"""Finds every length of time in a text, with the words around it that tell what it is a length of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classifiers.facts_hit import NUMBER_SOURCE, found_near, number_of, sentence_start, sentence_stop

MONTHS_A_YEAR = 12
LONGEST_MONTHS = 600
_BEFORE = 110
_SENTENCE = 260
_AFTER = 40

SPAN = re.compile(
    rf"(?<![\w.,£/-])(?:(?P<times>{NUMBER_SOURCE})(?: ?[x\u00d7] ?| times |(?: further| additional)? period(?:s"
    rf"|\(s\))? of (?:up to )?))?"
    rf"(?P<number>(?:\d{{1,3}}|[a-z]{{3,6}}) \(\d{{1,3}}(?= (?:year|month|week)s?\))|{NUMBER_SOURCE}|single"
    rf"|an? (?:further|additional)|another)(?:[ \u00a0-]{{1,2}}|\n\s{{0,4}})(?P<kind>full |calendar "
    rf"|additional |optional |more )?"
    rf"(?P<unit>year|month|week)s?\b(?: and (?P<months>{NUMBER_SOURCE}) months?\b)?",
    re.IGNORECASE,
)
#: The length and its extensions in figures: "2+1+1 years", "(3+1+1)", "5 +1+1+1+1".
IN_FIGURES = re.compile(r"(?<![\d+.])(?P<first>\d{1,2})(?P<more>(?: ?\+ ?\d{1,2}){1,6})(?![\d+.])(?P<unit> ?years?)?")
#: "three plus two year term", "1 plus 1 year", "1+1 years".
PLUS = re.compile(
    rf"(?<![\d+.])(?P<one>{NUMBER_SOURCE})(?:[ -]years?)?(?: plus | ?\+ ?)(?P<two>{NUMBER_SOURCE})[ -]years?\b",
    re.IGNORECASE,
)
#: No length of time without its unit, which is found far sooner.
UNIT = re.compile(r"(?:year|month|week)", re.IGNORECASE)
#: "twelve (twelve) additional periods of up to three (3) calendar months and eleven (11) months" and white space.
UNIT_PLACES = (140, 40)
_RESTATES = re.compile(r"\s?\((?:or )?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time as written, with the words before and after it in its sentence."""

    amount: int
    unit: str
    times: int
    #: Months beside the years: "two years and seven months".
    beside: int
    #: "more", "additional" or "optional" stands in it.
    is_more: bool
    start: int
    end: int
    before: str
    #: As `before`, from further back.
    sentence: str
    #: As `before`, over the beginning of a line: a heading may stand above its figure.
    lead: str
    after: str

    @property
    def months(self) -> int:
        """In months; 0 for weeks."""
        return {"year": MONTHS_A_YEAR, "month": 1}.get(self.unit, 0) * self.amount + self.beside


def spans_in(text: str) -> Iterator[Span]:
    """Every length of time in the order of the text, but none that is part of a sum ("2+1 years") or said once more."""
    places = (found.span() for found in UNIT.finditer(text))
    before, after = UNIT_PLACES
    matches = _apart(list(found_near(SPAN, text, places, before=before, after=after)), text)
    previous = 0
    for number, match in enumerate(matches):
        limit = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        span = _span(text, match, since=previous, until=limit)
        if span is not None and not (number and _RESTATES.fullmatch(text, previous, match.start())):
            yield span
        previous = match.end()


def sums_in(text: str) -> Iterator[re.Match[str]]:
    """Every length with its extensions as a sum, in figures ("2+1+1") and then in words ("three plus two years")."""
    has_sign = "+" in text
    if has_sign:
        yield from IN_FIGURES.finditer(text)
    if has_sign or "plus" in text.lower():
        yield from PLUS.finditer(text)


def _apart(matches: Sequence[re.Match[str]], text: str) -> Sequence[re.Match[str]]:
    """The matches that are no part of a sum."""
    sums = sorted(found.span() for found in sums_in(text))
    starts = [start for start, _ in sums]

    def is_apart(match: re.Match[str]) -> bool:
        near = sums[max(0, bisect_right(starts, match.start()) - 2) : bisect_right(starts, match.end() - 1)]
        return not any(start < match.end() and match.start() < end for start, end in near)

    return [match for match in matches if is_apart(match)]


def _span(text: str, match: re.Match[str], *, since: int, until: int) -> Span | None:
    """The span of a match with its surroundings, none of them before `since` or after `until`; None: no length."""
    words = match["number"].lower()
    is_another = words.startswith("a")
    amount = 1 if is_another or words == "single" else number_of(words)
    times = number_of(match["times"]) if match["times"] else 1
    if not amount or not times or amount * times > LONGEST_MONTHS:
        return None
    start, end = match.span()
    return Span(
        amount=amount,
        unit=match["unit"].lower(),
        times=times,
        beside=number_of(match["months"] or "") or 0,
        is_more=is_another or (match["kind"] or "").strip().lower() in {"additional", "optional", "more"},
        start=start,
        end=end,
        before=text[max(since, sentence_start(text, start, at_most=_BEFORE)) : start],
        sentence=text[sentence_start(text, start, at_most=_SENTENCE) : start],
        lead=text[max(since, start - _BEFORE) : start],
        after=text[end : min(until, sentence_stop(text, end, at_most=_AFTER))],
    )
