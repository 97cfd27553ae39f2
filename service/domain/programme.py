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
from service.domain.needs import Need
from service.domain.place import Place
from service.domain.programme_entry import (
    CAPACITIES,
    HELPS,
    OWNERSHIPS,
    SIZES,
    STAGES,
    STATES,
    TOPICS,
    Capacity,
    Cost,
    Help,
    Ownership,
    Programme,
    Size,
    Stage,
    State,
    Topic,
)
from service.domain.programme_file import ProgrammeError, programme_of, shipped_programmes

__all__ = [
    "CAPACITIES",
    "HELPS",
    "OWNERSHIPS",
    "SIZES",
    "STAGES",
    "STATES",
    "TOPICS",
    "Capacity",
    "Cost",
    "Help",
    "Need",
    "Ownership",
    "Programme",
    "ProgrammeError",
    "Seeker",
    "Size",
    "Stage",
    "State",
    "Suggestion",
    "Topic",
    "choose",
    "is_open_to",
    "is_sendable",
    "programme_of",
    "shipped_programmes",
]

#: The stages of a firm that bids; which of the two it is in we do not know.
_TRADING: frozenset[Stage] = frozenset({"start_up", "established"})
_LOCAL, _LONDON_WIDE, _NATIONAL = range(3)
#: Kinds of help that mean nothing without saying for what: a programme fits only where it names the topic.
_EXACT: frozenset[Help] = frozenset({"certification", "insurance_and_policies", "finance"})
_IN_WORDS: dict[Help, str] = {
    "find_work": "this shows where such work is found",
    "register": "this shows how to register",
    "bid": "this helps you write the bid",
    "price": "this helps you set the price",
    "insurance_and_policies": "this helps you get it in order",
    "finance": "this helps with money and with getting paid",
    "social_value": "this helps you answer the questions on it",
    "certification": "this is the scheme that gives it",
    "consortia": "this helps you bid together with others",
    "mentoring": "here you can talk it through with someone who has done it",
    "exporting": "this helps you sell abroad",
}
_OF_A_TOPIC: dict[Topic, str] = {
    "staff": "here you get advice on them",
    "data_protection": "this helps you write a privacy notice",
    "platform": "this is how you register",
    "london_tenders_portal": "here is how that works",
    "agency_framework": "here is how a firm gets onto one",
    "own_guide": "this is where to read it",
    "framework": "this explains what that is and how to get ready",
    "first_bid": "so here are the first steps",
    "late_public": "this service takes such cases up",
    "late_private": "this office takes such cases up",
    "unfair_process": "this service looks into such cases",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A programme that fits, with the reason in one sentence, which says so where the programme is not free."""

    programme: Programme
    reason: str
    #: What was asked, or is missing: the first half of the reason.
    because: str = ""


def is_sendable(programme: Programme, on: date) -> bool:
    """Whether a programme may be put before people on a day.

    It must be current, have been checked by that day, be within its review date, have started and not have ended; and
    its provider must not have said that it is full or paused.
    """
    if programme.capacity in {"full", "paused"}:
        return False
    if programme.state != "current" or programme.last_checked is None or programme.review_by is None:
        return False
    if programme.starts is not None and on < programme.starts:
        return False
    if programme.ends is not None and on > programme.ends:
        return False
    return programme.last_checked <= on <= programme.review_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """A firm, as far as it decides whether a programme is open to it.

    Attributes:
        place: Where the firm is, or failing that where the work is.
        work: Where the work is, which counts for a guide to one buyer; None: as `place`.
        size: The firm's size; None: not known, so programmes for certain sizes are left out.
        sectors: Keys of the trades of the opportunity or the firm.
        buyer: Key of the buyer (`LondonBuyer.key`); None: not known, so guides to one buyer are left out.
    """

    place: Place
    work: Place | None = None
    size: str | None = None
    sectors: Collection[str] = ()
    buyer: str | None = None


def choose(
    programmes: Iterable[Programme],
    *,
    needs: Sequence[Need],
    seeker: Seeker,
    on: date,
    most: int = 2,
) -> tuple[Suggestion, ...]:
    """The programmes to show beside an opportunity: few, fitting, each with its reason.

    The most pressing need is served first, and each need once: a second programme for one need is filler. For one need
    what is free comes before what costs, a borough's own before a London-wide one and that before a national one, then
    by key. What costs something is named only where it is the very certificate that is asked for, and its reason says
    that it is not free. Where nothing fits, nothing is returned.

    Args:
        programmes: The catalogue.
        needs: What the firm needs, the most pressing first.
        seeker: The firm, as far as it decides whether a programme is open to it.
        on: The day of sending.
        most: How many at most.
    """
    fitting = sorted(
        (programme for programme in programmes if is_sendable(programme, on) and is_open_to(programme, seeker)),
        key=lambda programme: (programme.cost.free is not True, _reach(programme), programme.key),
    )
    taken: dict[str, Suggestion] = {}
    for need in needs:
        if len(taken) >= most:
            break
        found = next((each for each in fitting if each.key not in taken and _serves(each, need)), None)
        if found is not None:
            taken[found.key] = Suggestion(programme=found, reason=_reason(found, need), because=_opened(need.because))
    return tuple(taken.values())


def is_open_to(programme: Programme, seeker: Seeker) -> bool:
    """Whether place, size, trade and buyer let a firm use a programme.

    Who owns a firm is never asked, nor how long it has traded, so programmes for certain owners, or not for both the
    new and the established, are listed but open to nobody we know.
    """
    place = (seeker.work or seeker.place) if programme.buyers else seeker.place
    return (
        _fits_area(programme, place)
        and not programme.ownership
        and (not programme.stages or set(programme.stages) >= _TRADING)
        and _fits_firm(programme, size=seeker.size, sectors=seeker.sectors)
        and (not programme.buyers or seeker.buyer in programme.buyers)
    )


def _serves(programme: Programme, need: Need) -> bool:
    """Whether a programme is what a need calls for, and costs nothing or is the certificate itself."""
    if programme.cost.free is not True and (programme.cost.free is None or need.kind != "certification"):
        return False
    if need.topic == "own_guide" or programme.buyers:
        return need.topic == "own_guide" and bool(programme.buyers) and programme.cost.free is True
    if need.kind not in programme.helps_with:
        return False
    if programme.topics:
        return need.topic is None or need.topic in programme.topics
    return need.kind not in _EXACT


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
    """One sentence, without the name of the programme, which stands beside it."""
    words = _OF_A_TOPIC.get(need.topic, _IN_WORDS[need.kind]) if need.topic else _IN_WORDS[need.kind]
    said = f"{_opened(need.because)}; {words}"
    if programme.cost.free is True:
        return f"{said}."
    note = (programme.cost.note or "ask for the price").strip().rstrip(".").replace(". ", "; ")
    return f"{said}, and it is not free: {note[:1].lower()}{note[1:]}."


def _opened(because: str) -> str:
    because = because.strip().rstrip(".")
    return f"{because[:1].upper()}{because[1:]}"
