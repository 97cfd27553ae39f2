"""Two hints beside the size rules: how likely an award to a small firm is, and a buyer's flag that it suits one.

Both are habits of the past and no facts about a firm: the rules of `size.py` decide, these only stand beside them.
Beside the words they look at the value, the kind of buyer, the procedure and a few telling turns of phrase; what is
not stated is a kind of its own. A sum of weights and a forest of small trees each give a chance: the hint is the mean.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log10

from classifiers.forest import Forest

#: The names of the hints, in the order of their columns.
HINTS = ("awarded_to_sme", "flag_probability")
#: Edges of the bands of value, in the currency of the notice.
_BANDS = (10e3, 25e3, 50e3, 100e3, 180e3, 250e3, 500e3, 1e6, 2.5e6, 5e6, 10e6, 25e6, 100e6)
#: Values below are placeholders.
_LEAST_VALUE = 500
_READ = 300
_BUYERS = {
    "council": r"council|borough|corporation of london|unitary",
    "health": r"\bnhs\b|health|hospital|\bicb\b|\bccg\b",
    "university": r"universit|college",
    "school": r"school|academ|education|trust\b",
    "emergency": r"police|crime|fire",
    "government": r"home office|ministry|department|crown|agency|defence|cabinet",
    "housing": r"housing|homes",
    "transport": r"transport|rail|highway",
}
_PROCEDURES = {
    "call-off": r"call",
    "direct": r"direct|single tender|without",
    "low value": r"below|quotation",
    "open": r"open",
    "restricted": r"restrict",
    "negotiated": r"negotiat|dialogue",
    "flexible": r"flexible",
}
#: Turns of phrase that go with contracts of one size or another, each by the letters that give it away.
_PHRASES = {
    "framework": ("framework",),
    "lots": (" lot ", " lots"),
    "dynamic": ("dynamic purch", " dps"),
    "small firms": (" sme", "small and medium", "small business"),
    "consortium": ("consorti",),
    "national": ("national", "nationwide"),
    "licence": ("licence", "license", "subscription", "renewal"),
    "direct award": ("direct award", "waiver"),
    "works": ("works", "refurb", "construct", "roof"),
    "supply": ("supply of",),
    "maintenance": ("maintenance",),
}
_PHRASES_READ = 4_000
#: The same one by one, each with the name of the circumstance.
_SAYING = tuple((letters, f"says {name}") for name, listed in _PHRASES.items() for letters in listed)
#: The first two columns of a forest: the score of the words, and how many noughts the value has.
SCORE, WORTH = "score", "worth"
#: The scores of words are small numbers; so much louder they are of the size of the other circumstances.
LOUD = 4.0
#: What stands for a value that is not known.
_NO_WORTH = -1.0
_BUYER_PATTERNS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _BUYERS.items()}
_PROCEDURE_PATTERNS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _PROCEDURES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """How one hint is reckoned: log odds are `start + text * score + the weights of the circumstances`.

    Attributes:
        base: how often it was so among what was learnt from.
        text: weight of the score that the words give.
        weights: weight of each circumstance.
        forest: trees whose chance is averaged with that of the weights; None: the weights alone.
        columns: what the trees know, `SCORE` and `WORTH` first, then circumstances by name.
        level: the score of an empty text; to the trees it is part of the score.
    """

    base: float
    start: float
    text: float
    weights: Mapping[str, float]
    forest: Forest | None = None
    columns: tuple[str, ...] = ()
    level: float = 0.0

    def chance(self, score: float, circumstances: Sequence[str], worth: float = _NO_WORTH) -> float:
        """The probability.

        Args:
            score: what the words say.
            circumstances: as `circumstances_of` names them.
            worth: as `worth_of` reckons it.
        """
        odds = self.start + self.text * score + sum(self.weights.get(each, 0.0) for each in circumstances)
        chance = 1 / (1 + exp(-min(30.0, max(-30.0, odds))))
        if self.forest is None:
            return chance
        known = known_to_trees(LOUD * (score + self.level), worth, circumstances, self.columns)
        return (chance + self.forest.chance(known)) / 2


def known_to_trees(score: float, worth: float, circumstances: Sequence[str], columns: Sequence[str]) -> list[float]:
    """What a forest of such columns looks at: the score, the worth, and 1 for each circumstance that is so."""
    there = frozenset(circumstances)
    return [score, worth, *(float(name in there) for name in columns[2:])]


def worth_of(value: float | None) -> float:
    """How many noughts a value has, with fractions: 6 for a million; -1 where none is stated or it is a placeholder."""
    return log10(value) if value is not None and value >= _LEAST_VALUE else _NO_WORTH


def circumstances_of(*, value: float | None, buyer: str, procedure: str, text: str = "") -> tuple[str, ...]:
    """What is known beside the words, each as a name: ("value 3", "buyer council", "procedure open", "says lots")."""
    band = "unknown" if value is None or not value >= _LEAST_VALUE else str(bisect_right(_BANDS, value))
    kind = _kind(buyer, _BUYER_PATTERNS, "other") if buyer else "unknown"
    read = text[:_PHRASES_READ].lower()
    said = dict.fromkeys([name for letters, name in _SAYING if letters in read])
    return (f"value {band}", f"buyer {kind}", f"procedure {_kind(procedure, _PROCEDURE_PATTERNS, 'unknown')}", *said)


def _kind(text: str, patterns: Mapping[str, re.Pattern[str]], otherwise: str) -> str:
    return next((kind for kind, pattern in patterns.items() if pattern.search(text[:_READ])), otherwise)
