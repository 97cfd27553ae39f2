"""What the page "Why did I not hear of this?" shows, in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """One change, and what it would have done. `key` names it on a button; "" where it is not to be made here."""

    key: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopShown:
    """One closed gate."""

    gate: str
    said: str
    change: ChangeShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestAnswer:
    """What one interest said of the notice: `reasons` where it agrees, else `stops`."""

    identity: int
    words: str
    reasons: tuple[str, ...]
    stops: tuple[StopShown, ...]
    #: What it would have taken where several gates were closed; "" where one was.
    together: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOpportunity:
    """An opportunity in one line."""

    identity: str
    title: str
    buyer: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """The whole answer.

    Attributes:
        headline: the answer in a sentence.
        lines: what else is to be said, each a sentence.
        found: the opportunity; None where we know of none.
        others: opportunities that go by the same number.
        answers: one for each interest; () where there is nothing to compare.
    """

    headline: str
    lines: tuple[str, ...] = ()
    found: NamedOpportunity | None = None
    others: tuple[NamedOpportunity, ...] = ()
    answers: tuple[InterestAnswer, ...] = ()
