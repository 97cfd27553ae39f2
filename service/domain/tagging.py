"""Tags: what trade an opportunity is of and what size of firm it suits, each with reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["suits", "might", "unlikely", "unknown"]
#: Sizes of firm, smallest first: under 10, 10 to 49, 50 to 249 people.
SIZES = ("micro", "small", "medium")
#: From this probability a notice is listed under a sector and told to those who asked for it.
LIKELY_FROM = 0.35
#: Kinds of facts that a bidder must have.
_DEMANDS = frozenset({"insurance", "turnover", "accreditation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorTag:
    """A sector with its probability (0 to 1) and reasons."""

    key: str
    label: str
    probability: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeTag:
    """Whom the work suits. `verdicts` has every size; `verdict` is one sentence."""

    verdicts: Mapping[str, Verdict]
    verdict: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One assumption of the size rules, as the page "How we decide" shows it."""

    label: str
    #: The sums and words in force.
    lines: tuple[str, ...]
    source: str
    #: When somebody last looked at it.
    checked: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something the text asks for or states, with the words it came from."""

    #: "insurance", "turnover", "accreditation", "length", "extension", "start", "lots", "site_visit", "tupe",
    #: "social_value", "split", "questions_by", "consortium", "framework".
    kind: str
    #: In words a bidder reads, for example "£5m public liability insurance".
    value: str
    #: The words of the notice.
    quote: str
    #: Where the quote begins and ends in the description, a line break and the conditions.
    start: int
    end: int
    #: The value for comparing, for example "public_liability:5000000", "36 months", "2026-04-01"; "" in old records.
    normal: str = ""

    @property
    def is_demand(self) -> bool:
        """Whether a bidder must have or do it, so that it may shut a firm out."""
        return self.kind in _DEMANDS or (self.kind == "site_visit" and self.normal == "mandatory")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """All we judge of one opportunity revision."""

    sectors: tuple[SectorTag, ...]
    #: Whether the first sector is more than a guess.
    sure: bool
    size: SizeTag
    facts: tuple[Fact, ...]
    #: CPV divisions (two digits) with probabilities, likeliest first.
    divisions: tuple[tuple[str, float], ...]
    #: CPV groups (three digits) likewise.
    groups: tuple[tuple[str, float], ...]
    #: Version of the judge, recorded with every tag.
    version: str
    #: What a reader should know of the sectors as a whole: that they are a guess, that codes and text differ...; "".
    note: str = ""
    #: How likely such a contract is to go to a small or medium firm, by awards of the past; None: not judged. A hint.
    awarded_to_sme: float | None = None
    #: How many of all contracts that was learnt from went to one; None: not judged.
    awarded_to_sme_base: float | None = None
    #: How likely a buyer is to flag such a contract as suitable for small firms; None: not judged. A buyer's habit.
    flag_probability: float | None = None
    #: How many of all contracts that was learnt from were flagged so; None: not judged.
    flag_base: float | None = None

    @property
    def likely(self) -> tuple[SectorTag, ...]:
        """The first sector and those with a fair chance; the rest are named only where an answer is unsure."""
        return tuple(tag for place, tag in enumerate(self.sectors) if place == 0 or tag.probability >= LIKELY_FROM)
