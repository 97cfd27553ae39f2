"""Two hints beside the size rules: how likely an award to a small firm is, and a buyer's flag that it suits one.

Both are habits of the past and no facts about a firm: the rules of `size.py` decide, these only stand beside them.
Beside the words they look at the value, the kind of buyer and the procedure; what is not stated is a kind of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

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
_BUYER_PATTERNS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _BUYERS.items()}
_PROCEDURE_PATTERNS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _PROCEDURES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """How one hint is reckoned: log odds are `start + text * score + the weights of the circumstances`.

    Attributes:
        base: how often it was so among what was learnt from.
        text: weight of the score that the words give.
        weights: weight of each circumstance.
    """

    base: float
    start: float
    text: float
    weights: Mapping[str, float]

    def chance(self, score: float, circumstances: tuple[str, ...]) -> float:
        """The probability."""
        odds = self.start + self.text * score + sum(self.weights.get(each, 0.0) for each in circumstances)
        return 1 / (1 + exp(-min(30.0, max(-30.0, odds))))


def circumstances_of(*, value: float | None, buyer: str, procedure: str) -> tuple[str, ...]:
    """What is known beside the words, each as a name: ("value 3", "buyer council", "procedure open")."""
    band = "unknown" if value is None or not value >= _LEAST_VALUE else str(bisect_right(_BANDS, value))
    kind = _kind(buyer, _BUYER_PATTERNS, "other") if buyer else "unknown"
    return (f"value {band}", f"buyer {kind}", f"procedure {_kind(procedure, _PROCEDURE_PATTERNS, 'unknown')}")


def _kind(text: str, patterns: Mapping[str, re.Pattern[str]], otherwise: str) -> str:
    return next((kind for kind, pattern in patterns.items() if pattern.search(text[:_READ])), otherwise)
