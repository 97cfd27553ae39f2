"""Free support that is signposted: when a programme may be sent, and which two fit an alert.

Support schemes die quietly, so an entry is sent only while somebody has said when it was last checked and until when
that may be relied on. A free programme that does not fit is noise, so place, size, trade and dates are hard rules, and
nothing is sent where nothing fits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.gazetteer import gazetteer
from service.domain.place import Place
from service.domain.programme_entry import (
    HELPS,
    OWNERSHIPS,
    SIZES,
    STATES,
    Cost,
    Help,
    Ownership,
    Programme,
    Size,
    State,
)
from service.domain.programme_file import ProgrammeError, programme_of, shipped_programmes

__all__ = [
    "HELPS",
    "OWNERSHIPS",
    "SIZES",
    "STATES",
    "Cost",
    "Help",
    "Need",
    "Ownership",
    "Programme",
    "ProgrammeError",
    "Size",
    "State",
    "Suggestion",
    "choose",
    "is_sendable",
    "programme_of",
    "shipped_programmes",
]

_LOCAL, _LONDON_WIDE, _NATIONAL = range(3)
_IN_WORDS: dict[Help, str] = {
    "find_work": "find public work",
    "register": "register with buyers",
    "bid": "write the bid",
    "price": "set the price",
    "insurance_and_policies": "get insurance and policies in order",
    "finance": "with money and with getting paid",
    "social_value": "answer the questions on social value",
    "certification": "get the certificate",
    "consortia": "bid together with others",
    "mentoring": "talk it through with someone who has done it",
    "exporting": "sell abroad",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something a firm needs for one opportunity.

    Attributes:
        kind: What kind of help.
        because: How we know, as part of a sentence: "this notice asks for Cyber Essentials".
    """

    kind: Help
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A programme that fits, with the reason in a sentence."""

    programme: Programme
    reason: str


def is_sendable(programme: Programme, on: date) -> bool:
    """Whether a programme may be put before people on a day.

    It must be current, have been checked by that day, be within its review date, have started and not have ended.
    """
    if programme.state != "current" or programme.last_checked is None or programme.review_by is None:
        return False
    if programme.starts is not None and on < programme.starts:
        return False
    if programme.ends is not None and on > programme.ends:
        return False
    return programme.last_checked <= on <= programme.review_by


def choose(
    programmes: Iterable[Programme],
    *,
    needs: Sequence[Need],
    place: Place,
    size: str | None,
    sectors: Collection[str],
    on: date,
    most: int = 2,
    buyer: str | None = None,
) -> tuple[Suggestion, ...]:
    """The programmes to show beside an opportunity: few, fitting, free, each with its reason.

    The most pressing need is served first, each need once before any need twice; for one need a borough's own programme
    comes before a London-wide one and that before a national one, then by key. Where nothing fits, nothing is returned.

    Args:
        programmes: The catalogue.
        needs: What the firm needs, the most pressing first.
        place: Where the firm is, or failing that where the work is.
        size: The firm's size; None: not known, so programmes for certain sizes are left out.
        sectors: Keys of the trades of the opportunity or the firm.
        on: The day of sending.
        most: How many at most.
        buyer: Key of the buyer (`LondonBuyer.key`); None: not known, so guides to one buyer are left out.
    """
    fitting = sorted(
        (
            programme
            for programme in programmes
            if is_sendable(programme, on)
            and programme.cost.free is True
            and _fits_area(programme, place)
            and not programme.ownership  # we never ask who owns a firm, so these are listed but not suggested
            and _fits_firm(programme, size=size, sectors=sectors)
            and (not programme.buyers or buyer in programme.buyers)
        ),
        key=lambda programme: (_reach(programme), programme.key),
    )
    queues = [[programme for programme in fitting if need.kind in programme.helps_with] for need in needs]
    taken: dict[str, tuple[int, int]] = {}
    for turn in range(max(0, most)):
        for number, queue in enumerate(queues):
            free_now = next((programme for programme in queue if programme.key not in taken), None)
            if free_now is not None and len(taken) < most:
                taken[free_now.key] = (number, turn)
    by_key = {programme.key: programme for programme in fitting}
    return tuple(
        Suggestion(programme=by_key[key], reason=_reason(by_key[key], needs[number]))
        for key, (number, _) in sorted(taken.items(), key=lambda item: item[1])
    )


def _fits_area(programme: Programme, place: Place) -> bool:
    """Whether a place lies in the area of a programme: boroughs need certainty, wider areas need no contradiction."""
    if "uk" in programme.area:
        return True
    if "england" in programme.area and _may_be_in_england(place):
        return True
    if "london" in programme.area and place.in_london is True:
        return True
    return place.scope == "boroughs" and bool(place.boroughs) and place.boroughs <= set(programme.area)


def _may_be_in_england(place: Place) -> bool:
    if place.in_london or place.scope in {"nationwide", "unknown"} or not place.regions:
        return True
    known = gazetteer().regions
    return any(code in known and code[:3] < "UKL" for code in place.regions)


def _fits_firm(programme: Programme, *, size: str | None, sectors: Collection[str]) -> bool:
    right_size = not programme.sizes or size in programme.sizes
    return right_size and (not programme.sectors or bool(set(programme.sectors) & set(sectors)))


def _reach(programme: Programme) -> int:
    if {"uk", "england"} & set(programme.area):
        return _NATIONAL
    return _LONDON_WIDE if "london" in programme.area else _LOCAL


def _reason(programme: Programme, need: Need) -> str:
    because = need.because.strip().rstrip(".")
    return f"{because[:1].upper()}{because[1:]}. {programme.name} can help you {_IN_WORDS[need.kind]}."
