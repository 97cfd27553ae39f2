"""How old a reader must be to read a text with ease, by the formula of Kincaid and others (1975)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
#: Addresses and sums are no words to be read.
_NO_PROSE = re.compile(r"\S+@\S+|https?://\S+|www\.\S+")
_SILENT_END = re.compile(r"(?:[^aeiouyl]|[aeiouy]l)e$|[^aeiouytd]ed$|[^aeiouysxzhcg]es$")
#: The formula, and the years between a school grade and an age.
_BY_SENTENCE, _BY_WORD, _LESS, _GRADE_TO_AGE = 0.39, 11.8, 15.59, 5
_YOUNGEST, _OLDEST = 5, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Readability:
    """How a text reads.

    Attributes:
        words: how many there are.
        age: about how old a reader must be, in years, from 5 to 30.
        longest: words of its longest sentence.
    """

    words: int
    age: int
    longest: int


def readability(text: str) -> Readability:
    """Measure a text; a line break ends a sentence, as in a list. Without words the age is the youngest."""
    sentences = [_WORD.findall(each) for each in _SENTENCE.split(_NO_PROSE.sub(" ", text))]
    counted = [words for words in sentences if words]
    words = [word for each in counted for word in each]
    if not words:
        return Readability(words=0, age=_YOUNGEST, longest=0)
    syllables = sum(syllables_of(word) for word in words)
    grade = _BY_SENTENCE * len(words) / len(counted) + _BY_WORD * syllables / len(words) - _LESS
    age = min(max(round(grade + _GRADE_TO_AGE), _YOUNGEST), _OLDEST)
    return Readability(words=len(words), age=age, longest=max(map(len, counted)))


def syllables_of(word: str) -> int:
    """About how many syllables an English word has: groups of vowels, less a silent end; at least 1."""
    plain = re.sub("[^a-z]", "", word.lower())
    return max(1, len(_VOWELS.findall(_SILENT_END.sub(lambda found: found.group()[0], plain))))
