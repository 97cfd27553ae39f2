"""The answer to "Why did I not hear of this?" in sentences. Pure: the same facts always give the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.why_not import GATES
from service.domain.wording import moment_words, opened
from service.store.asked import Told
from service.usecases.match import FRESH
from service.web.why_view import InterestAnswer

#: Small numbers at the head of a sentence.
_NUMBERS = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides the answer about an opportunity that we know.

    Attributes:
        source: the name of the source that gave it.
        published: what its state is of.
        reached: when it reached us.
        is_judged: whether its trade and place have been worked out.
        over: why there was nothing left to bid for when it was published; "" where there was.
        began: when the firm's alerts began; None: they have not.
    """

    source: str
    published: datetime
    reached: datetime
    is_judged: bool
    over: str
    began: datetime | None


def known_words(
    facts: Facts, told: Told | None, answers: Sequence[InterestAnswer], *, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """The answer in a sentence, and what is to be said beside it."""
    if told is not None:
        return _told_words(told, now=now)
    if not facts.is_judged:
        return "We have it, and it is still being sorted. If it fits, you hear of it within minutes.", ()
    lines = _late_words(facts, now=now)
    if facts.over:
        return "There was nothing left to bid for when it reached us.", (f"{opened(facts.over)}.", *lines)
    return _compared_words(answers, lines)


def _compared_words(answers: Sequence[InterestAnswer], lines: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """What comparing it with every interest came to."""
    if any(not each.stops for each in answers):
        doubt = (
            "It did not when it came: you have changed your interest since, your alerts were paused, "
            "or it is on its way to you."
        )
        return "It fits what you ask for now.", tuple(lines or [doubt])
    if len(answers) != 1:
        return f"None of the {len(answers)} things you ask for lets it through.", tuple(lines)
    closed = answers[0].stops
    if len(closed) == 1:
        return f"One of your filters stopped it: {_in_sentence(closed[0].gate)}.", tuple(lines)
    return f"{_NUMBERS.get(len(closed), str(len(closed)))} of your filters stopped it.", tuple(lines)


def _late_words(facts: Facts, *, now: datetime) -> list[str]:
    """What about the time kept it from being told."""
    lines = []
    reached = moment_words(facts.reached, now=now)
    if facts.began is not None and facts.began > facts.reached:
        began = moment_words(facts.began, now=now)
        lines.append(f"It reached us on {reached}; your alerts began on {began}. You hear of what comes afterwards.")
    if facts.reached - facts.published > FRESH:
        published = moment_words(facts.published, now=now)
        lines.append(
            f"{facts.source} published it on {published}, but it reached us only on {reached}. "
            f"What is older than {FRESH.days} days we do not tell as new."
        )
    return lines


def _in_sentence(gate: str) -> str:
    return gate if gate == GATES["union"] else gate[:1].lower() + gate[1:]


def _told_words(told: Told, *, now: datetime) -> tuple[str, tuple[str, ...]]:
    """That a firm was told, or how far that got."""
    if told.sent is not None:
        return (
            f"We did tell you of it, on {moment_words(told.sent, now=now)}.",
            ("Look in your junk folder, and mark our letters as wanted there.",),
        )
    if told.dropped:
        return "It fits, but it was not told.", (f"Why: {told.dropped}.",)
    if told.state in {"", "waiting", "sending"}:
        return "It fits, and it is on its way to you.", ()
    return "It fits, but our message did not get through.", (f"Why: {told.said or told.state}.",)
