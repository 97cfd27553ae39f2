"""A posting as a small firm sees it: how hard it reads, what it costs to answer, and what is out of proportion.

Everything found is a hint with its reason. Nothing here keeps a posting from being published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Literal

from service.domain.phrases import Phrases, phrases_of
from service.domain.reading_age import Readability, readability
from service.domain.shipped import Row, number_in, text_in, toml_rows, toml_table
from service.domain.tagging import Fact
from service.domain.wording import count_words, sum_words
from service.domain.working_days import working_days_between

_WORDS, _EYE = "plain_words.toml", "supplier_eye.toml"
_MONTHS_A_YEAR = 12
_DAY_HOURS = 7.5
_ONE_IN_A_HUNDRED = 0.01
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
#: How far before a phrase its number may stand, in characters.
_NEAR = 60
_COUNT = re.compile(r"\b(\d|two|three|four|five|six) (?:[a-z-]+ ){0,2}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What is looked at. None: not known yet.

    Attributes:
        text: everything a firm reads.
        worth: pounds without VAT.
        months: how long it lasts.
        starts: first day of the work.
        closes: day of the deadline.
        facts: what the text asks for, as the reader of facts found it.
    """

    text: str
    worth: Decimal | None = None
    months: int | None = None
    starts: date | None = None
    closes: date | None = None
    facts: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Jargon:
    """A word as it stands in the text, and what to write instead."""

    found: str
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What a reply takes a firm of five.

    Attributes:
        hours: of one person.
        parts: what takes them, in words.
        cost: in pounds.
        share: of the worth of a year; None where that is not known.
        is_dear: whether that is much.
    """

    hours: float
    parts: tuple[str, ...]
    cost: Decimal
    share: float | None
    is_dear: bool

    @property
    def words(self) -> str:
        """About how long: about 3 hours; about 2 days."""
        if self.hours < _DAY_HOURS:
            return f"about {count_words(round(self.hours), 'hour', 'hours')}"
        days = round(self.hours / _DAY_HOURS * 2) / 2
        return f"about {days:g} {'day' if days == 1 else 'days'} of one person"

    @property
    def share_words(self) -> str:
        """What that costs: about £120, 1 per cent of the worth of a year; "" where the worth is not known."""
        if self.share is None:
            return ""
        percent = f"{self.share:.0%}".rstrip("%") if self.share >= _ONE_IN_A_HUNDRED else "less than 1"
        return f"About {sum_words(self.cost.quantize(Decimal(1)), 'GBP')}, {percent} per cent of the worth of a year."


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something out of proportion, and why we say so."""

    about: Literal["insurance", "turnover", "time", "start"]
    sentence: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierEye:
    """All of it. `reads`: None where the text is too short to tell."""

    reads: Readability | None
    reads_words: str
    jargon: tuple[Jargon, ...]
    effort: Effort
    flags: tuple[Flag, ...]


def supplier_eye(posted: Posted, *, today: date) -> SupplierEye:
    """Look at a posting as a small firm would, on a day.

    Raises:
        ReferenceDataError: A data file of the check is damaged.
    """
    reads = readability(posted.text)
    known = reads if reads.words >= number_in(_reading(), "least_words", where=_EYE) else None
    return SupplierEye(
        reads=known,
        reads_words=_reads_words(known),
        jargon=jargon_in(posted.text),
        effort=_effort(posted),
        flags=(*_on_facts(posted), *_on_time(posted, today=today)),
    )


def jargon_in(text: str) -> tuple[Jargon, ...]:
    """Words of the list that stand in a text, each once, with what to write instead."""
    found = [
        Jargon(found=said, instead=instead)
        for sought, instead in _jargon()
        for said in sought.found_in(text, negated=True)
    ]
    return tuple(found)


# ------------------------------------------------------------------------------------------------------------ inside


def _reads_words(reads: Readability | None) -> str:
    if reads is None:
        return "Too short to tell how it reads."
    rules = _reading()
    easy, hard = (number_in(rules, name, where=_EYE) for name in ("easy_up_to", "hard_from"))
    said = f"It reads with ease from about {reads.age} years of age."
    if reads.age > easy:
        verdict = "Hard going" if reads.age >= hard else "Shorter sentences and everyday words would help"
        said = f"It asks for a reader of about {reads.age} years. {verdict}."
    if reads.longest > number_in(rules, "long_sentence", where=_EYE):
        said += f" The longest sentence has {reads.longest} words: cut it in two."
    return said


def _effort(posted: Posted) -> Effort:
    rules = toml_table(_EYE, "effort")
    hours = number_in(rules, "reading", where=_EYE) + number_in(rules, "pricing", where=_EYE)
    parts = ["reading it and setting a price"]
    for work in _works():
        times = work.times_in(posted.text)
        if times:
            hours += work.hours * times
            parts.append(work.name)
    cost = Decimal(str(hours)) * Decimal(str(number_in(rules, "hour", where=_EYE)))
    yearly = _yearly(posted)
    share = float(cost / yearly) if yearly else None
    dear = share is not None and share >= number_in(rules, "dear_from", where=_EYE)
    return Effort(hours=hours, parts=tuple(parts), cost=cost, share=share, is_dear=dear)


def _yearly(posted: Posted) -> Decimal | None:
    """The worth of a year; of all of it where it is shorter."""
    if posted.worth is None or posted.months is None or posted.months <= 0:
        return posted.worth
    return posted.worth / max(Decimal(1), Decimal(posted.months) / _MONTHS_A_YEAR)


def _on_facts(posted: Posted) -> Iterator[Flag]:
    if posted.worth is None:
        return
    for fact in posted.facts:
        kind, _, said = fact.normal.partition(":") if fact.kind == "insurance" else ("turnover", ":", fact.normal)
        amount = _amount(said)
        if amount is None:
            continue
        if fact.kind == "insurance":
            yield from _on_insurance(kind, amount, posted.worth)
        elif fact.kind == "turnover":
            yield from _on_turnover(amount, _yearly(posted) or posted.worth)


def _on_insurance(kind: str, cover: Decimal, worth: Decimal) -> Iterator[Flag]:
    for row in toml_rows(_EYE, "proportion"):
        if text_in(row, "key", where=_EYE) != kind:
            continue
        if cover >= _pounds(row, "cover") and worth < _pounds(row, "up_to"):
            name = text_in(row, "name", where=_EYE)
            yield Flag(
                about="insurance",
                sentence=f"{sum_words(cover, 'GBP')} of {name} cover is much for work worth {sum_words(worth, 'GBP')}. "
                "Ask for less, or for cover by the first day of the work.",
                reason=text_in(row, "source", where=_EYE),
            )


def _on_turnover(turnover: Decimal, yearly: Decimal) -> Iterator[Flag]:
    rules = toml_table(_EYE, "turnover")
    times = Decimal(str(number_in(rules, "times", where=_EYE)))
    if turnover > times * yearly:
        yield Flag(
            about="turnover",
            sentence=f"A turnover of {sum_words(turnover, 'GBP')} is more than {times:f} times the worth of a year, "
            f"{sum_words(yearly.quantize(Decimal(1)), 'GBP')}. It shuts small firms out that could do the work.",
            reason=text_in(rules, "source", where=_EYE),
        )


def _on_time(posted: Posted, *, today: date) -> Iterator[Flag]:
    rules = toml_table(_EYE, "time")
    reason = text_in(rules, "source", where=_EYE)
    if posted.closes is not None and posted.closes >= today:
        days = working_days_between(today, posted.closes)
        said = count_words(days, "working day", "working days")
        if days < number_in(rules, "short_below", where=_EYE):
            told = f"{said.capitalize()} to reply is too short for most small firms."
            yield Flag(about="time", sentence=told, reason=reason)
        elif days < number_in(rules, "fair_from", where=_EYE):
            told = f"{said.capitalize()} to reply is tight: two weeks is usual."
            yield Flag(about="time", sentence=told, reason=reason)
    if posted.starts is not None and posted.closes is not None:
        gap = (posted.starts - posted.closes).days
        if gap < 0:
            yield Flag(about="start", sentence="The work starts before the deadline.", reason="The two dates you gave.")
        elif gap < number_in(rules, "start_from", where=_EYE):
            yield Flag(
                about="start",
                sentence=f"The work starts {count_words(gap, 'day', 'days')} after the deadline: a firm of five must "
                "first free its people.",
                reason=reason,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A part of a reply and the hours it takes."""

    sought: Phrases
    name: str
    hours: float
    #: How often it may count where a number stands before it.
    most: int

    def times_in(self, text: str) -> int:
        """How often a text asks for it: 0, 1, or the number before it."""
        before = self.sought.said_before(text, most=_NEAR)
        return max((min(_count(_COUNT.search(each)), self.most) for each in before), default=0)


def _count(number: re.Match[str] | None) -> int:
    if number is None:
        return 1
    said = number[1].lower()
    return max(1, _NUMBERS.get(said) or int(said))


@cache
def _works() -> tuple[_Work, ...]:
    return tuple(
        _Work(
            sought=phrases_of(row, where=_EYE),
            name=text_in(row, "name", where=_EYE),
            hours=number_in(row, "hours", where=_EYE),
            most=int(number_in(row, "most", where=_EYE)) if row.get("by_number") else 1,
        )
        for row in toml_rows(_EYE, "work")
    )


@cache
def _jargon() -> tuple[tuple[Phrases, str], ...]:
    return tuple(
        (phrases_of(row, where=_WORDS), text_in(row, "instead", where=_WORDS)) for row in toml_rows(_WORDS, "word")
    )


@cache
def _reading() -> Row:
    return toml_table(_EYE, "reading")


def _pounds(row: Row, name: str) -> Decimal:
    return Decimal(str(number_in(row, name, where=_EYE)))


def _amount(said: str) -> Decimal | None:
    try:
        found = Decimal(said)
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > 0 else None
