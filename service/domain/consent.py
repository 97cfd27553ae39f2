"""The levels of consent: each its own question, unticked at first, taken back as easily as given.

The sentence shown is stored with every answer, so that what somebody agreed to can be shown years later, though the
words here have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One thing a firm may agree to."""

    key: str
    #: In a few words, for lists.
    label: str
    #: The sentence that is agreed to.
    text: str
    #: What it means in practice, for the hint.
    means: str


LEVELS: tuple[Level, ...] = (
    Level(
        key="alerts",
        label="Be alerted",
        text=(
            "Send me e-mail about public work that fits what I chose, and a line in a month when nothing did. "
            "I can change, pause or stop it at any time with one link in every message."
        ),
        means="You will get e-mails. Without this there are no alerts.",
    ),
    Level(
        key="news",
        label="Hear of free support",
        text="Send me e-mail now and then about new free support for firms like mine.",
        means="Apart from the help shown beside an alert, which is part of it.",
    ),
    Level(
        key="counted",
        label="Be counted",
        text="Count my firm, by trade, size and borough, in figures that name nobody.",
        means="Figures below 5 are never shown.",
    ),
    Level(
        key="found",
        label="Be found by buyers",
        text="Show my firm's name, trades, boroughs and size to public buyers who sign in here.",
        means="Buyers do not see your address.",
    ),
    Level(
        key="invited",
        label="Be invited to quote",
        text="Let public buyers who sign in here ask my firm for a quote, by e-mail that we send for them.",
        means="The buyer learns your address only if you answer.",
    ),
)


#: What is agreed to where the alerts come in a chat: the same level, in the words shown there.
CHAT_ALERTS = (
    "Send me messages in this chat about public work that fits what I chose. "
    "I can change, pause or stop it at any time."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One answer, given or taken back."""

    level: str
    given: bool
    #: The sentence as it was shown.
    text: str
    at: datetime


def level(key: str) -> Level:
    """A level by key. Raises KeyError."""
    return {each.key: each for each in LEVELS}[key]


def current(answers: Iterable[Consent]) -> Mapping[str, Consent]:
    """The last answer for each level; a level nobody was asked about is absent, and counts as no."""
    latest: dict[str, Consent] = {}
    for answer in sorted(answers, key=lambda each: each.at):
        latest[answer.level] = answer
    return latest
