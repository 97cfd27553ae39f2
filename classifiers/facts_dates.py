"""Reads from a notice on which day its contract starts and until which day questions may be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from classifiers.facts_hit import Hit, found_near, sentence_start

_CENTURY = 2000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_MONTH = "(?:" + "|".join(
    (
        *("jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?"),
        *("sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?"),
    )
) + ")"  # fmt: skip
DATE = re.compile(
    rf"(?<![\d./-])(?:(?P<d1>\d{{1,2}}) ?(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\.?,? (?P<y1>20\d\d)"
    rf"|(?P<d6>\d{{1,2}})-(?P<m6>{_MONTH})-(?P<y6>20\d\d)"
    rf"|\b(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>20\d\d)"
    rf"|\b(?P<m3>{_MONTH}),? (?P<y3>20\d\d)"
    r"|(?P<d4>\d{1,2})(?P<between>[./-])(?P<m4>\d{1,2})(?P=between)(?P<y4>20\d\d|\d\d)(?![./-]\d)"
    r"|(?P<y5>20\d\d)-(?P<m5>\d\d)-(?P<d5>\d\d))(?!\d)",
    re.IGNORECASE,
)
#: No date without one of these: a year, or figures parted twice. They are found far sooner than dates.
YEAR_OR_FIGURES = re.compile(r"20\d\d|\d[./-]\d\d?[./-]\d\d")
#: A date begins and ends no further from them: "23rd of September, 2026" has 21 characters before its year.
DATE_PLACES = (40, 20)
_BEFORE = 70
_SENTENCE = 260
#: From "commence" to its date only such words.
_STARTS = re.compile(
    r"\b(?:commenc(?:e|es|ed|ing|ement)|start(?:s|ed|ing)?|begin(?:s|ning)?|go[ -]live|launch(?:ed)?|inception"
    r"|effective"
    r"|with effect)(?:[ :,\u2013-]{1,2}(?:dates?|on|in|from|at|be|is|will|the|of|this|contract|services?|works?"
    r"|to|commence|upon"
    r"|no later than|not before|w/c"
    r"|early|anticipated|expected|estimated|currently|as|target|for|around|approximately"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2} ?[ap]\.?m\.?)?){0,10}$",
    re.IGNORECASE,
)
#: "for a period of 5 years from 1 October 2020"; "between 23 October and 7 November" of works.
_OTHER_STARTS = re.compile(
    r"\b(?:years?|months?)\)?,? (?:starting |commencing )?from (?:the )?$"
    r"|\b(?:period of )?validity of the dps is $|\bduration dates are between $"
    r"|\b(?:cover(?:s|ing)? the period|runs?|running|run) from (?:the )?$"
    r"|\b(?:carried out|completed|undertaken|delivered) between (?:[a-z]{3,6}day,? )?(?:the )?$",
    re.IGNORECASE,
)
_RANGE_OF_TERM = re.compile(
    r"\b(?:years|months)\)?(?:, | \()$|\bfor the period $"
    r"|\b(?:contract|framework|agreement|dps|service) (?:period|term|dates?|duration)[: ]{1,2}(?:is |from "
    r"|will be )?$",
    re.IGNORECASE,
)
#: Of these only the start of the contract itself counts: much else has started already.
_IN_THE_PAST = ("launch", "commenced", "started", "effective")
_STARTED = re.compile(
    r"\b(?:contracts?|\w{0,6}dps|framework|agreement|list|services?|platform)(?: was| is| has| will(?: be)?|,)? ?$",
    re.IGNORECASE,
)
_A_WEEK = re.compile(r"\bweek $", re.IGNORECASE)
_TO = re.compile(r" ?(?:\u2013|-|to|until) ?", re.IGNORECASE)
_OF_THE_WORK = re.compile(
    r"\b(?:contracts?|period|services?|works?|term|agreement|framework|delivery|project|\w{0,6}dps)\b[^.;]{0,45}$",
    re.IGNORECASE,
)
_OF_THE_WORK_AT_ALL = re.compile(
    r"\b(?:contracts?|services?|term|agreement|framework|purchase|supply|dps)\b", re.IGNORECASE
)
_FROM = re.compile(r"\b(?:from|between) (?:the )?$", re.IGNORECASE)
_LONG_RANGE = 3
_EXTENDED = re.compile(r"\b(?:extended|extension|event|survey|data)\b", re.IGNORECASE)
#: "a start date of 6 September 2021, is unfeasible"; "14 April 2025 - Contract Start".
_NOT_AFTER_ALL = re.compile(r",? (?:is|was) (?:unfeasible|not (?:possible|achievable|feasible))\b", re.IGNORECASE)
_IS_THE_START = re.compile(r" ?[\u2013-] ?(?:contract|service) (?:start|commence)", re.IGNORECASE)
_ARE_THE_QUESTIONS = re.compile(r" ?[\u2013-] ?deadline for (?:clarification|question)", re.IGNORECASE)
#: "has recently invited tenders for a framework commencing in May": not this one.
_OF_ANOTHER = re.compile(r"\b(?:has|have|had) (?:recently|already|previously|just) \w+", re.IGNORECASE)
#: What else may start on a day.
_OF_ELSE = re.compile(
    r"\b(?:evaluation|tender\w*|procurement|engagement|consultation|questions?|clarifications?|negotiations?|dialogue"
    r"|itt|event|webinar|standstill|mobilisation|registration|invoic\w*|training|published|pilot|reopen\w*"
    r"|organisation)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\b(?:questions?|clarifications?|quer(?:y|ies)|q ?(?:&|and) ?a)\b", re.IGNORECASE)
_ANSWERED = re.compile(r"\b(?:answer(?:ed|s|ing)?|respon[ds]\w*|repl(?:y|ies|ied)|issued|published)\b", re.IGNORECASE)
_LAST_DAY = re.compile(r"\b(?:deadline|last date|closing date|cut[ -]?off|final date|latest)\b", re.IGNORECASE)
_BY = re.compile(r"\b(?:by|before|no later than|not later than|until|prior to)\b[^;\n]{0,35}$", re.IGNORECASE)
_SENT = re.compile(
    r"\b(?:submit\w*|sent|send|rais\w+|receiv\w+|made|direct\w*|address\w*|upload\w*|ask\w*)\b", re.IGNORECASE
)
_QUESTION_TO_DATE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """A day, or a month where no day is written."""

    normal: str
    words: str
    start: int
    end: int


def dates(text: str) -> Iterator[Hit]:
    """The start of the contract and the last day for questions, each at most once."""
    start: Hit | None = None
    questions: Hit | None = None
    previous = 0
    for day in _days(text):
        if start is None and _is_start(text, day):
            start = Hit(kind="start", value=f"starts {day.words}", normal=day.normal, start=day.start, end=day.end)
        elif questions is None and len(day.normal) > len("2026-01") and _is_for_questions(text, day, previous):
            value = f"questions until {day.words}"
            questions = Hit(kind="questions_by", value=value, normal=day.normal, start=day.start, end=day.end)
        previous = day.end
    yield from (hit for hit in (start, questions) if hit is not None)


def _days(text: str) -> Iterator[_Day]:
    places = (found.span() for found in YEAR_OR_FIGURES.finditer(text))
    before, after = DATE_PLACES
    for match in found_near(DATE, text, places, before=before, after=after):
        if match["m3"]:
            month, year = _month(match["m3"]), int(match["y3"])
            words = f"in {_MONTH_NAMES[month - 1]} {year}"
            yield _Day(normal=f"{year}-{month:02}", words=words, start=match.start(), end=match.end())
            continue
        try:
            day = _date(match)
        except ValueError:
            continue
        words = f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"
        yield _Day(normal=day.isoformat(), words=words, start=match.start(), end=match.end())


def _date(match: re.Match[str]) -> date:
    """The date of a match. Raises ValueError where there is no such day."""
    if match["m1"] or match["m2"]:
        named = match["m1"] or match["m2"]
        return date(int(match["y1"] or match["y2"]), _month(named), int(match["d1"] or match["d2"]))
    if match["m6"]:
        return date(int(match["y6"]), _month(match["m6"]), int(match["d6"]))
    if match["y5"]:
        return date(int(match["y5"]), int(match["m5"]), int(match["d5"]))
    year = int(match["y4"])
    return date(year if year >= _CENTURY else _CENTURY + year, int(match["m4"]), int(match["d4"]))


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _is_start(text: str, day: _Day) -> bool:
    lead = text[max(0, day.start - _BEFORE) : day.start]
    if _NOT_AFTER_ALL.match(text, day.end):
        return False
    if _IS_THE_START.match(text, day.end) or _OTHER_STARTS.search(lead):
        return True
    found = _STARTS.search(lead)
    if found is None:
        return bool(_TO.match(text, day.end)) and _begins_a_range(text, day, lead)
    return _is_start_of_the_work(text, found, max(0, day.start - _BEFORE) + found.start())


def _begins_a_range(text: str, day: _Day, lead: str) -> bool:
    if _RANGE_OF_TERM.search(lead):
        return True
    return bool(_FROM.search(lead)) and _is_long(text, day) and _of_the_work(text, day)


def _is_start_of_the_work(text: str, found: re.Match[str], verb: int) -> bool:
    """Whether what starts is the contract, not the tender, an event or a scheme of long ago."""
    before = text[sentence_start(text, verb, at_most=110) : verb]
    if _A_WEEK.search(before) or _OF_ANOTHER.search(before):
        return False
    said = found[0].lower()
    if said.startswith(_IN_THE_PAST):
        return bool(_STARTED.search(before))
    return bool(_OF_THE_WORK.search(before) or said.startswith("go")) or not _OF_ELSE.search(before)


def _is_long(text: str, day: _Day) -> bool:
    """Whether the day begins a range of three months or more: "from November 2020 to December 2023"."""
    joined = _TO.match(text, day.end)
    until = next(_days(text[joined.end() : joined.end() + 30]), None) if joined else None
    if until is None or until.start > len("Wednesday the "):
        return False
    first, last = (tuple(map(int, one.normal.split("-")[:2])) for one in (day, until))
    return (last[0] - first[0]) * 12 + last[1] - first[1] >= _LONG_RANGE


def _of_the_work(text: str, day: _Day) -> bool:
    before = text[max(0, day.start - 160) : day.start]
    return bool(_OF_THE_WORK_AT_ALL.search(before)) and not _EXTENDED.search(before)


def _is_for_questions(text: str, day: _Day, previous: int) -> bool:
    begin = max(previous, sentence_start(text, day.start, at_most=_SENTENCE))
    sentence = text[begin : day.start]
    if _ARE_THE_QUESTIONS.match(text, day.end):
        return True
    asked = _QUESTION.search(sentence)
    if asked is None or _ANSWERED.search(sentence):
        return False
    if _LAST_DAY.search(sentence, 0, asked.start()):
        return len(sentence) - asked.end() <= _QUESTION_TO_DATE
    return bool(_SENT.search(sentence, asked.end()) and _BY.search(sentence, asked.end()))
