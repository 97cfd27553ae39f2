"""What a firm needs for one opportunity: the gap between what the notice asks and what the firm says it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from service.domain.asked import (
    asks_data_protection,
    asks_social_value,
    certificates_asked,
    is_subcontract,
    names_agency_framework,
    names_london_tenders_portal,
    turnover_asked,
    yearly_worth,
)
from service.domain.gazetteer import gazetteer
from service.domain.opportunity import Details
from service.domain.place import Place
from service.domain.profile import Profile
from service.domain.programme_entry import TOPICS, Help, Topic
from service.domain.tagging import Tags
from service.domain.wording import list_words

#: A certificate that is worth more than the one asked for.
_BETTER = {"Cyber Essentials": "Cyber Essentials Plus"}
#: Buyers may ask for at most so many times the yearly worth as turnover without a special reason (the Public Contracts
#: Regulations 2015, regulation 58(9); under the Procurement Act 2023 conditions must be proportionate, section 22).
_FAIR_TURNOVER = 2
_SMALL = frozenset({"micro", "small", ""})
#: The source whose notices run over the central platform.
PLATFORM = "find_a_tender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something a firm needs for one opportunity.

    Attributes:
        kind: What kind of help.
        because: How we know, as the first half of a sentence: "this notice asks for Cyber Essentials, which your
            profile does not list".
        topic: What exactly it is about; None: all the kind covers.
    """

    kind: Help
    because: str
    topic: Topic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One opportunity, and who reads of it.

    Attributes:
        details: What is asked.
        tags: What was read from it.
        place: Where the work is.
        source: Key of the source of the newest notice.
        profile: What the firm says of itself; None: the reader is nobody we know.
        size: The firm's size; "" where it has not said.
    """

    details: Details
    tags: Tags
    place: Place
    source: str = ""
    profile: Profile | None = None
    size: str = ""


def needs_of(asking: Asking, *, newcomers: bool = False) -> tuple[Need, ...]:
    """What one opportunity asks of a firm that the firm does not say it has, the most pressing first.

    What shuts a firm out comes first, then what it must know before it prices, then marks, then first steps. Where a
    turnover is asked that the firm has not got, nothing else is worth its time.

    Args:
        asking: The opportunity and the firm.
        newcomers: Of a reader we do not know: also what only those need who never bid before.
    """
    if is_abroad(asking.place):
        return (Need(kind="exporting", topic="abroad", because="this work is outside the United Kingdom"),)
    found = [*_turnover(asking)]
    if not _out_of_reach(asking):
        found.extend((*_certificates(asking), *_cover(asking), *_staff(asking), *_policies(asking)))
        found.extend((*_social_value(asking), *_first_steps(asking, newcomers=newcomers)))
    found.extend(_late_payment(asking))
    return tuple(found)


def is_abroad(place: Place) -> bool:
    """Whether every place that is stated is outside the United Kingdom."""
    known = gazetteer().regions
    return bool(place.regions) and not place.in_london and not any(code in known for code in place.regions)


def _certificates(asking: Asking) -> Iterator[Need]:
    held = set(asking.profile.accreditations) if asking.profile else set()
    for group in certificates_asked(asking.details, asking.tags):
        if any(name in held or _BETTER.get(name) in held for name in group):
            continue
        name = group[0]
        named = name if len(group) == 1 else f"one of {list_words(list(group), most=4)}"
        if asking.profile is None:
            rest = ""
        elif held:
            rest = ", which your profile does not list"
        else:
            rest = ", and you have not told us whether you hold it"
        topic = next((topic for topic in TOPICS if topic == name), None)
        if topic is not None:
            yield Need(kind="certification", topic=topic, because=f"this notice asks for {named}{rest}")


def _cover(asking: Asking) -> Iterator[Need]:
    """Insurance below what is asked; nobody in the catalogue sells it, so this is said and not served."""
    if asking.profile is None:
        return
    for fact in asking.tags.facts:
        kind, _, amount = fact.normal.partition(":")
        held = asking.profile.cover(kind)
        if fact.kind == "insurance" and amount and held is not None and held < Decimal(amount):
            because = f"this notice asks for {fact.value}, and your profile lists less"
            yield Need(kind="insurance_and_policies", topic="cover", because=because)
            return


def _staff(asking: Asking) -> Iterator[Need]:
    moves = any(fact.kind == "tupe" and fact.normal != "unlikely" for fact in asking.tags.facts)
    if moves and asking.size in _SMALL:
        because = "staff may move to the winner (TUPE), so their rights and pay belong in your price"
        yield Need(kind="insurance_and_policies", topic="staff", because=because)


def _policies(asking: Asking) -> Iterator[Need]:
    if not asks_data_protection(asking.details):
        return
    because = "this notice asks you to keep the data protection law"
    if asking.profile is None:
        yield Need(kind="insurance_and_policies", topic="data_protection", because=because)
    elif "data_protection" not in asking.profile.policies:
        told = "your profile lists no policy on it" if asking.profile.policies else "you have not told us how you do"
        yield Need(kind="insurance_and_policies", topic="data_protection", because=f"{because}, and {told}")


def _social_value(asking: Asking) -> Iterator[Need]:
    share = asks_social_value(asking.details, asking.tags)
    if share is None or (asking.profile and "social_value" in asking.profile.policies):
        return
    marks = f"social value counts for {share}% of the marks here" if share else "this notice asks for social value"
    if asking.profile is None:
        yield Need(kind="social_value", topic="social_value", because=marks)
    else:
        told = "your profile lists no statement on it" if asking.profile.policies else "you have not told us of yours"
        yield Need(kind="social_value", topic="social_value", because=f"{marks}, and {told}")


def _turnover(asking: Asking) -> Iterator[Need]:
    asked, worth = turnover_asked(asking.tags), yearly_worth(asking.details)
    if not _out_of_reach(asking) or asked is None or worth is None or asking.details.framework:
        return
    if asked > _FAIR_TURNOVER * worth:
        because = "the turnover this notice asks for is more than twice what the work is worth in a year"
        yield Need(kind="finance", topic="unfair_process", because=because)


def _out_of_reach(asking: Asking) -> bool:
    asked = turnover_asked(asking.tags)
    has = asking.profile.turnover if asking.profile else None
    return asked is not None and has is not None and has < asked


def _first_steps(asking: Asking, *, newcomers: bool) -> Iterator[Need]:
    """For a firm that says it is not registered, or has never bid."""
    profile, details = asking.profile, asking.details
    if profile is not None and profile.registered is False and asking.source == PLATFORM:
        because = "this notice runs over Find a Tender, where you say you are not registered"
        yield Need(kind="register", topic="platform", because=because)
    if profile is not None and profile.bid_before is not False:
        return
    if profile is None and not newcomers:
        return
    new = "you say you have not bid before"
    if names_agency_framework(details):
        because = "this work is bought from a framework of the government's own agency, so only firms on it are asked"
        yield Need(kind="register", topic="agency_framework", because=because)
    if profile is not None or details.buyer:
        guide = "this buyer tells newcomers how it buys"
        yield Need(kind="find_work", topic="own_guide", because=f"{new}, and {guide}" if profile else guide)
    if names_london_tenders_portal(details):
        because = "this notice asks you to register on the London Tenders Portal"
        yield Need(kind="register", topic="london_tenders_portal", because=because)
    if details.framework or any(fact.kind == "framework" for fact in asking.tags.facts):
        because = f"this is a framework, and {new}" if profile else "this is a framework"
        yield Need(kind="bid", topic="framework", because=because)
    if profile is not None:
        yield Need(kind="bid", topic="first_bid", because=new)


def _late_payment(asking: Asking) -> Iterator[Need]:
    late = asking.profile.paid_late if asking.profile else ""
    if late == "private" and is_subcontract(asking.details):
        because = "the customer here is a main contractor, and you say such customers pay you late"
        yield Need(kind="finance", topic="late_private", because=because)
    if late == "public" and not is_subcontract(asking.details):
        because = "the customer here is a public body, and you say such customers pay you late"
        yield Need(kind="finance", topic="late_public", because=because)
