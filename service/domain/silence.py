"""The silence receipt: that we looked, at how much, what kept it from a firm, and what would have helped.

A firm that hears nothing cannot tell "nothing fitted" from "it is broken" (openaustralia/planningalerts issue 1697).
The receipt says which, from the same judgements that decide alerts: each opportunity is asked for each interest at the
moment it was published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, get_args

from service.domain.interest import Interest
from service.domain.matching import Prepared, prepare, shut
from service.domain.source_health import Spell
from service.domain.subject import Subject
from service.domain.why_not import Change, Stop, stops
from service.domain.wording import LONDON, count_words

Choice = Literal["quiet", "monthly", "never"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
LABELS: dict[Choice, str] = {
    "quiet": "In a month without any alert",
    "monthly": "Every month",
    "never": "Never",
}
#: Gates that are named in a receipt.
SHOWN = 3
#: Change a firm's highest sum by no more than this many times: beyond it, it is other work.
_WIDEST = 10

_CLOSED: dict[str, tuple[str, str]] = {
    "trade": ("was of another trade", "were of another trade"),
    "left_out": ("had a word you left out", "had a word you left out"),
    "place": ("was of your trade, but elsewhere", "were of your trade, but elsewhere"),
    "worth": ("was outside the sums you set", "were outside the sums you set"),
    "buyer": ("was of another buyer", "were of other buyers"),
    "early": ("was only planned", "were only planned"),
    "union": ("was of the European Union's services", "were of the European Union's services"),
    "size": ("was unlikely to suit the size of firm you set", "were unlikely to suit the size of firm you set"),
    "threshold": ("was above the threshold", "were above the threshold"),
    "time": ("left too little time to answer", "left too little time to answer"),
    "not_for_me": ("was of a kind you called not for you", "were of a kind you called not for you"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An opportunity as it was when it was published."""

    identity: str
    published: datetime
    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Helping:
    """One change that would have let most through, and how many."""

    change: Change
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What comparing everything published with a firm's interests came to.

    Attributes:
        compared: opportunities one could bid for when they were published, or that were planned.
        fitting: of them, those that fit.
        closed: how many each gate kept away, by its key, the most first; each opportunity counts once.
        helps: the one change that would have let most through; None where no single one would have let any.
    """

    compared: int
    fitting: int
    closed: tuple[tuple[str, int], ...]
    helps: Helping | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Everything a receipt says.

    Attributes:
        since, until: the time it is about.
        sources: sources that were read well in it.
        notices: notices that came in it.
        told: alerts the firm got of it.
        troubles: spells in which sources were not well.
        is_on: whether the firm's alerts are on.
        days: the days up to now it is about, where somebody asked for it; 0 where it is about a month that is over.
    """

    since: datetime
    until: datetime
    sources: int
    notices: int
    told: int
    weighed: Weighed
    troubles: tuple[tuple[str, Spell], ...]
    is_on: bool
    days: int = 0

    @property
    def span(self) -> str:
        """The time it is about, in words: November, or the last 30 days."""
        if self.days:
            return f"the last {self.days} days"
        return f"{(self.until - timedelta(seconds=1)).astimezone(LONDON):%B}"


def heading_words(receipt: Receipt) -> str:
    """What it comes to: Nothing fitted in November; no alerts, where what is asked for now would have let some in."""
    if not receipt.told:
        return f"{'No alerts' if receipt.weighed.fitting else 'Nothing fitted'} in {receipt.span}"
    alerts = count_words(receipt.told, "alert", "alerts")
    return f"{alerts} in {receipt.span}" if receipt.days else f"{receipt.span}: {alerts}"


def checked_words(receipt: Receipt) -> str:
    """What was looked at, and how much of it fitted, in a sentence or two."""
    sources = count_words(receipt.sources, "source", "sources")
    notices = count_words(receipt.notices, "notice", "notices")
    work = count_words(receipt.weighed.compared, "piece of work", "pieces of work")
    fitted = receipt.weighed.fitting
    if not fitted:
        result = "None fitted what you ask for."
    else:
        result = f"{fitted:,} {'fits' if fitted == 1 else 'fit'} what you ask for now."
    return f"We checked {sources} and {notices}: {work} one could bid for or get ready for. {result}"


def weigh(interests: Sequence[Interest], published: Sequence[Published]) -> Weighed:
    """Compare everything with a firm's interests."""
    prepared = [prepare(interest) for interest in interests]
    compared = fitting = 0
    closed: Counter[str] = Counter()
    single: list[tuple[Interest, Stop]] = []
    for each in published:
        if shut(each.subject, each.published):
            continue
        compared += 1
        gate = _nearest(prepared, each, single)
        if gate:
            closed[gate] += 1
        else:
            fitting += 1
    return Weighed(compared=compared, fitting=fitting, closed=tuple(closed.most_common()), helps=_most_helpful(single))


def closed_words(gate: str, count: int) -> str:
    """How many a gate kept away: 1,902 were of another trade."""
    one, many = _CLOSED.get(gate, ("was kept away", "were kept away"))
    return f"{count:,} {one if count == 1 else many}"


def helps_words(helping: Helping) -> str:
    """What one change would have done: If you added Camden, 5 of them would have reached you."""
    of_them = count_words(helping.count, "of them", "of them")
    return f"If you {helping.change.words}, {of_them} would have reached you."


def _nearest(prepared: Sequence[Prepared], each: Published, single: list[tuple[Interest, Stop]]) -> str:
    """The gate that kept an opportunity from the interest that came nearest; "" where it fits one of them."""
    nearest: Sequence[Stop] | None = None
    asked = Interest()
    for one in prepared:
        if not one.trade(each.subject):
            continue
        found = stops(one, each.subject, now=each.published)
        if not found:
            return ""
        if nearest is None or len(found) < len(nearest):
            nearest, asked = found, one.interest
    if nearest is None:
        return "trade"
    if len(nearest) == 1 and nearest[0].changes:
        single.append((asked, nearest[0]))
    return nearest[0].gate


def _most_helpful(single: Sequence[tuple[Interest, Stop]]) -> Helping | None:
    """Of the changes that each open the only closed gate of something, the one that opens most."""
    changes = {
        (asked, change.key): change for asked, stop in single for change in stop.changes if _is_modest(asked, change)
    }
    counts = {
        (asked, key): sum(
            other_asked == asked and any(_does(change, other) for other in stop.changes) for other_asked, stop in single
        )
        for (asked, key), change in changes.items()
    }
    if not counts:
        return None
    best = max(counts, key=lambda each: (counts[each], -_sum_of(changes[each]), each[1]))
    return Helping(change=changes[best], count=counts[best])


def _does(change: Change, other: Change) -> bool:
    """Whether a change also does what another of the same interest does: the same, or a sum raised further."""
    if change.interest == other.interest:
        return True
    if not (change.key.startswith("worth:") and other.key.startswith("worth:")):
        return False
    mine, theirs = change.interest, other.interest
    if mine.value_min != theirs.value_min or mine.value_max is None or theirs.value_max is None:
        return False
    return mine.value_max >= theirs.value_max


def _sum_of(change: Change) -> Decimal:
    return change.interest.value_max or Decimal(0)


def _is_modest(asked: Interest, change: Change) -> bool:
    """Whether a change stays near what the firm asked for."""
    if asked.value_max is None or change.interest.value_max is None:
        return True
    return change.interest.value_max <= asked.value_max * _WIDEST
