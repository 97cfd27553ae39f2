"""Why a firm did not hear of a notice: every filter that stopped it, and the one change that would open each.

The matcher stops at the first gate that is closed. Here each gate is asked for itself, by the same functions, so that
what is said can never differ from what decided. A change is a whole interest: what it would do is found by judging
with it, not by guessing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from service.domain.differences import money_words
from service.domain.gazetteer import gazetteer
from service.domain.interest import Interest
from service.domain.matching import Prepared, prepare, shut
from service.domain.narrowing import narrowed
from service.domain.sectors import all_sectors
from service.domain.subject import Subject
from service.domain.wording import count_words, list_words
from service.domain.worth import fits, pounds

#: What each gate is called on pages, by key, in the order in which they are shown.
GATES: dict[str, str] = {
    "open": "Open for offers",
    "trade": "Trade",
    "left_out": "Words you left out",
    "place": "Place",
    "worth": "Worth",
    "buyer": "Buyer",
    "early": "Early news",
    "union": "European Union",
    "size": "Size of firm",
    "threshold": "Threshold",
    "time": "Time to answer",
    "not_for_me": "Not for me",
}
#: Boroughs of one notice that are offered one by one; beyond these it is London's work.
_BOROUGHS_OFFERED = 3
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of an interest.

    Attributes:
        key: what it is, stable: "place:E09000007", "worth:50000".
        words: what a firm would have done, to follow "if you": "added Camden".
        interest: the interest afterwards.
    """

    key: str
    words: str
    interest: Interest


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A gate that is closed: a key of GATES, why in a sentence without its end, and what would open it.

    `changes` holds only what opens this gate, the likeliest first; () where no change of the interest would.
    """

    gate: str
    said: str
    changes: tuple[Change, ...] = ()


def stops(prepared: Prepared, subject: Subject, *, now: datetime) -> tuple[Stop, ...]:
    """Every gate of an interest that is closed to an opportunity at a moment; () where they agree."""
    found: list[Stop] = []
    interest = prepared.interest
    closed = shut(subject, now)
    if closed:
        found.append(Stop(gate="open", said=closed))
    if not prepared.trade(subject):
        found.append(_trade(prepared, subject))
    left_out = prepared.vetoed(subject)
    if left_out:
        found.append(Stop(gate="left_out", said=left_out))
    for gate, said, changes in (
        ("place", prepared.area(subject).closed, _places),
        ("worth", prepared.worth(subject).closed, _worths),
        ("buyer", prepared.buyer(subject).closed, _buyers),
    ):
        if said:
            found.append(Stop(gate=gate, said=said, changes=tuple(changes(interest, subject))))
    early = "" if closed else prepared.timing(subject, now).closed
    if early:
        early_too = Change(key="early", words="asked for early news", interest=replace(interest, early=True))
        found.append(Stop(gate="early", said=early, changes=(early_too,)))
    union = prepared.union(subject).closed
    if union:
        eu_too = Change(
            key="union", words="asked for the European Union's notices", interest=replace(interest, eu=True)
        )
        found.append(Stop(gate="union", said=union, changes=(eu_too,)))
    found.extend(_narrow(interest, subject, now))
    not_for_me = prepared.left_out(subject)
    if not_for_me:
        bare = Change(
            key="not_for_me",
            words="took back what you left out",
            interest=replace(interest, not_sectors=(), not_cpv=(), not_areas=()),
        )
        found.append(Stop(gate="not_for_me", said=not_for_me, changes=(bare,)))
    return tuple(found)


def only_change_from(prepared: Prepared, subject: Subject, *, now: datetime) -> Stop | None:
    """The one gate that is closed, where the trade agrees and one change would open it; None in every other case."""
    if not prepared.trade(subject):
        return None
    closed = stops(prepared, subject, now=now)
    return closed[0] if len(closed) == 1 and closed[0].changes else None


def _trade(prepared: Prepared, subject: Subject) -> Stop:
    interest = prepared.interest
    labels = {sector.key: sector.label for sector in all_sectors()}
    likely = [tag for tag in subject.tags.likely if tag.key in labels]
    is_of = list_words([tag.label for tag in likely[:2]]) if likely else ""
    asked = [*(labels.get(key, key) for key in interest.sectors), *(f"code {code}" for code in interest.cpv)]
    if interest.words:
        asked.append(f"the words {interest.words}")
    if any(tag.key in interest.sectors for tag in likely):
        said = f"it carries a code of {is_of}, but nothing in its text is of that trade, so we took the code for a slip"
    elif is_of:
        said = f"it is of the trade {is_of}, and you asked for {_or(asked)}"
    else:
        said = f"we could not tell its trade from its text, and you asked for {_or(asked)}"
    tries = [
        Change(
            key=f"trade:{tag.key}",
            words=f"chose {tag.label} as well",
            interest=replace(interest, sectors=(*interest.sectors, tag.key)),
        )
        for tag in likely[:1]
        if tag.key not in interest.sectors
    ]
    code = next(iter(subject.details.cpv), "")
    if code and not tries:
        tries.append(
            Change(
                key=f"code:{code}",
                words=f"asked for the code {code} as well",
                interest=replace(interest, cpv=(*interest.cpv, code)),
            )
        )
    opened = tuple(each for each in tries if prepare(each.interest).trade(subject))
    return Stop(gate="trade", said=said, changes=opened)


def _places(interest: Interest, subject: Subject) -> Iterator[Change]:
    place, places = subject.place, gazetteer()
    if place.scope == "boroughs":
        for gss in sorted(place.boroughs, key=lambda gss: places.area_name(gss) or gss)[:_BOROUGHS_OFFERED]:
            name = places.area_name(gss) or gss
            yield Change(
                key=f"place:{gss}", words=f"added {name}", interest=replace(interest, areas=(*interest.areas, gss))
            )
    elif place.in_london:
        yield Change(key="place:london", words="chose all of London", interest=replace(interest, areas=("london",)))


def _worths(interest: Interest, subject: Subject) -> Iterator[Change]:
    low, high = interest.value_min, interest.value_max
    sums = [
        sum_
        for value in (subject.details.value, *(lot.value for lot in subject.details.lots))
        if (sum_ := pounds(value))
    ]
    for known in sorted(sums):
        if high is not None and known > high:
            changed = replace(interest, value_max=round_sum(known, up=True))
            words = f"raised your highest sum to {money_words(changed.value_max or known, 'GBP')}"
        elif low is not None and known < low:
            changed = replace(interest, value_min=round_sum(known, up=False))
            words = f"lowered your least sum to {money_words(changed.value_min or known, 'GBP')}"
        else:
            continue
        if fits(subject.details, low=changed.value_min, high=changed.value_max)[0]:
            yield Change(key=f"worth:{changed.value_min}:{changed.value_max}", words=words, interest=changed)
            return


def _buyers(interest: Interest, subject: Subject) -> Iterator[Change]:
    buyer = subject.details.buyer
    if buyer is not None and buyer.name:
        yield Change(
            key="buyer",
            words=f"added the buyer {buyer.name}",
            interest=replace(interest, buyers=(*interest.buyers, buyer.name)),
        )


def _narrow(interest: Interest, subject: Subject, now: datetime) -> Iterator[Stop]:
    days = interest.days_left
    for gate, alone, change in (
        (
            "size",
            Interest(suits=interest.suits),
            Change(key="size", words="asked for any size of firm", interest=replace(interest, suits="")),
        ),
        (
            "threshold",
            Interest(below_threshold=interest.below_threshold),
            Change(
                key="threshold",
                words="asked for work above the threshold too",
                interest=replace(interest, below_threshold=False),
            ),
        ),
        (
            "time",
            Interest(days_left=days),
            Change(
                key="time",
                words=f"took away the {count_words(days, 'day', 'days')} you need to answer",
                interest=replace(interest, days_left=0),
            ),
        ),
    ):
        said = next(narrowed(alone, subject.details, subject.tags, now=now), "")
        if said:
            yield Stop(gate=gate, said=said, changes=(change,))


def round_sum(amount: Decimal, *, up: bool) -> Decimal:
    """The next sum people would set: 1, 2 or 5 with noughts behind it; not below, or not above, the amount."""
    whole = Decimal(1)
    found = Decimal(0)
    while True:
        for step in _STEPS:
            rung = step * whole
            if rung >= amount:
                return rung if up or rung == amount else found
            found = rung
        whole *= 10


def _or(parts: Sequence[str]) -> str:
    return " or ".join(parts) or "nothing"
