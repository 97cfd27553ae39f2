"""What the readers of facts share: a hit, where a sentence ends, and numbers written as words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

SENTENCE_END = re.compile(r"[.;!?](?=\s)|\n")
#: Numbers as notices write them, up to twelve.
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: number for number, word in enumerate(_WORDS, start=1)} | {"single": 1, "a": 1, "an": 1}
#: A number in figures or as a word, then perhaps the same again: "two (2)", "3 (three)".
NUMBER_SOURCE = rf"(?:\d{{1,3}}|{'|'.join(_WORDS)})(?: ?\((?:\d{{1,3}}|{'|'.join(_WORDS)})\))?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something read: words for people, a normal form for comparing, and where it stands in the text."""

    kind: str
    value: str
    normal: str
    start: int
    end: int
    #: Its sum in pounds, where it has one.
    amount: Decimal | None = None


def found_near(
    pattern: re.Pattern[str], text: str, places: Iterable[tuple[int, int]], *, before: int, after: int
) -> Iterator[re.Match[str]]:
    """Every match of a pattern, for a pattern that never matches but around certain words: the rest is not searched.

    The same as `pattern.finditer(text)`, as long as every match holds one of the places, begins at most `before`
    characters ahead of it and neither ends nor looks further than `after` characters behind it.

    Args:
        pattern: slow over a whole text.
        text: what is searched.
        places: where the words stand, from and to, in order.
        before: how far before a place a match may begin, in characters.
        after: how far behind the place the pattern may look.
    """
    start = stop = 0
    for begin, end in places:
        if begin - before > stop:
            yield from pattern.finditer(text, start, stop)
            start = begin - before
        stop = min(len(text), end + after)
    yield from pattern.finditer(text, start, stop)


def number_of(said: str) -> int | None:
    """The number that figures or a word mean; what stands in brackets behind it is passed over."""
    plain = said.partition("(")[0].strip().lower()
    return int(plain) if plain.isascii() and plain.isdigit() else NUMBERS.get(plain)


def sentence_start(text: str, place: int, *, at_most: int) -> int:
    """Where the sentence around a place begins, looking back at most so many characters."""
    earliest = max(0, place - at_most)
    return max((stop.end() for stop in SENTENCE_END.finditer(text, earliest, place)), default=earliest)


def sentence_stop(text: str, place: int, *, at_most: int) -> int:
    """Where the sentence around a place ends, looking ahead at most so many characters."""
    latest = min(len(text), place + at_most)
    stop = SENTENCE_END.search(text, place, latest)
    return stop.start() if stop else latest
