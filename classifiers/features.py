"""Turns the text of a notice into weighted words, pairs of words and pieces of words: what the trade model counts.

Title and description are weighed apart and then joined, because ten words of a title say more than a page of terms. All
is linear in the words: a word that the model has never met is read by its pieces ("groundskeeping" has "ground" in it).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt

from classifiers.text import words_of

#: What is read of a title and a description, in characters: more says nothing new about the trade.
TITLE_CHARS = 500
BODY_CHARS = 2_000
#: How loud the description is beside the title.
BODY_SHARE = 0.7
#: How loud pairs of words and pieces of words are beside words.
PAIR_SHARE = 0.5
PIECE_SHARE = 0.7
#: Lengths of the pieces a word is cut into, its two ends marked.
_PIECES = (3, 4, 5)
_LONGEST_WORD = 40

#: Words of every notice, whatever the trade.
_STOP = """
the of and to for in on with an is are be by at or as from this that will it its their they which
has have been all any not may can also our we you your who into such other these there under over up
out per via was were if including within through required provide provision providing
"""
STOP_WORDS = frozenset(_STOP.split())

#: Positions in a table and how much each weighs.
Weighed = tuple[list[int], list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words and pairs a model knows, each with its place in the model's tables and its rarity.

    Attributes:
        words: place of each word.
        pairs: place of each pair of words ("grass cutting").
        rarity: by place of a word: 1 for one that every text uses, about 10 for one that a single text uses.
        pair_rarity: likewise of pairs.
        unknown: the rarity of a word that is not known.
    """

    words: Mapping[str, int]
    pairs: Mapping[str, int]
    rarity: Sequence[float]
    pair_rarity: Sequence[float]
    unknown: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A title or a description, weighed.

    Attributes:
        words: known words; their weights are scaled so that all words together, known or not, have length 1.
        pairs: known pairs, scaled to length 1.
        unknown: words that the model does not know, with weights on the scale of the known.
    """

    words: Mapping[str, float]
    pairs: Mapping[str, float]
    unknown: Mapping[str, float]


@lru_cache(maxsize=8)
def tokens(text: str) -> tuple[str, ...]:
    """The words that count: no stop words, no single letters, no numbers.

    The last few texts are remembered: of one notice the same title is asked for several times.
    """
    return tuple(
        [
            word
            for word in words_of(text)
            if word not in STOP_WORDS and 1 < len(word) <= _LONGEST_WORD and not word.isdigit()
        ]
    )


def pairs_of(words: Sequence[str]) -> list[str]:
    """Each word with the one that follows it."""
    return [f"{first} {second}" for first, second in pairwise(words)]


def pieces_of(word: str) -> list[str]:
    """The pieces of a word with its ends marked: "tree" gives "<tr", "tre", "ree", "ee>", "<tre" and so on."""
    marked = f"<{word}>"
    return [marked[at : at + length] for length in _PIECES for at in range(len(marked) - length + 1)]


def rarity(texts: int, using: int) -> float:
    """How telling a word is, from how many of all texts use it."""
    return log((texts + 1) / (using + 1)) + 1


def weigh(words: Sequence[str], vocabulary: Vocabulary) -> Side:
    """Weigh the words of one side."""
    known: dict[str, float] = {}
    unknown: dict[str, float] = {}
    square = 0.0
    places, rare = vocabulary.words, vocabulary.rarity
    counts = Counter(words)
    for (word, count), place in zip(counts.items(), map(places.get, counts), strict=True):
        weight = (vocabulary.unknown if place is None else rare[place]) * (1 + log(count) if count > 1 else 1)
        square += weight * weight
        (unknown if place is None else known)[word] = weight
    together: dict[str, float] = {}
    pair_square = 0.0
    rare, counts = vocabulary.pair_rarity, Counter(filter(vocabulary.pairs.__contains__, pairs_of(words)))
    for (pair, count), place in zip(counts.items(), map(vocabulary.pairs.__getitem__, counts), strict=True):
        together[pair] = weight = rare[place] * (1 + log(count) if count > 1 else 1)
        pair_square += weight * weight
    return Side(words=_scaled(known, square), pairs=_scaled(together, pair_square), unknown=_scaled(unknown, square))


def joined(title: str, description: str, vocabulary: Vocabulary) -> Side:
    """The whole notice as one side: title and description weighed apart, then added and scaled to length about 1."""
    first = weigh(tokens(title[:TITLE_CHARS]), vocabulary)
    second = weigh(tokens(description[:BODY_CHARS]), vocabulary)
    if not (second.words or second.unknown):
        return first
    if not (first.words or first.unknown):
        return second
    shared = sum([weight * second.words[word] for word, weight in first.words.items() if word in second.words])
    shared += sum([weight * second.unknown[word] for word, weight in first.unknown.items() if word in second.unknown])
    length = sqrt(1 + BODY_SHARE * BODY_SHARE + 2 * BODY_SHARE * shared)
    return Side(
        words=_added(first.words, second.words, length),
        pairs=_added(first.pairs, second.pairs, length),
        unknown=_added(first.unknown, second.unknown, length),
    )


def _scaled(weights: Mapping[str, float], square: float) -> Mapping[str, float]:
    length = sqrt(square) or 1.0
    return {word: weight / length for word, weight in weights.items()}


def _added(first: Mapping[str, float], second: Mapping[str, float], length: float) -> Mapping[str, float]:
    sum_ = {word: weight / length for word, weight in first.items()}
    for word, weight in second.items():
        sum_[word] = sum_.get(word, 0.0) + BODY_SHARE * weight / length
    return sum_
