"""What a firm will need for one opportunity, so that the free help that fits can be put beside it."""

from __future__ import annotations

from service.domain.opportunity import Details
from service.domain.programme import Help, Need
from service.domain.tagging import Fact, Tags

#: The help each kind of fact calls for.
_HELP_FOR: dict[str, Help] = {
    "accreditation": "certification",
    "insurance": "insurance_and_policies",
    "turnover": "finance",
    "social_value": "social_value",
    "consortium": "consortia",
    "framework": "bid",
}
_HARDEST_FIRST = ("accreditation", "insurance", "turnover", "social_value", "consortium", "framework")


def needs_of(details: Details, tags: Tags) -> tuple[Need, ...]:
    """What one opportunity asks of a firm, the most pressing first, each kind of help once.

    What shuts a firm out comes first: a certificate, insurance, turnover. Help to write the bid comes last, only for
    a framework, a notice known to be above the threshold, or work that suits the smallest firms.
    """
    found = [
        Need(kind=_HELP_FOR[kind], because=_because(fact))
        for kind in _HARDEST_FIRST
        for fact in tags.facts
        if fact.kind == kind
    ]
    found.extend(_to_bid(details, tags))
    first: dict[Help, Need] = {}
    for need in found:
        first.setdefault(need.kind, need)
    bid = first.pop("bid", None)
    return (*first.values(), *((bid,) if bid else ()))


def _because(fact: Fact) -> str:
    if fact.kind == "social_value":
        return "this notice asks what good the work will do for the community"
    if fact.kind == "consortium":
        return "this notice lets firms bid together"
    if fact.kind == "framework":
        return "this is a framework, where the first bid decides who is asked later"
    return f"this notice asks for {fact.value.strip().rstrip('.')}"


def _to_bid(details: Details, tags: Tags) -> tuple[Need, ...]:
    if details.framework:
        return (Need(kind="bid", because="this is a framework, where the first bid decides who is asked later"),)
    if details.below_threshold is False:
        return (Need(kind="bid", because="this is a full tender with a written bid"),)
    if tags.size.verdicts.get("micro") in {"suits", "might"}:
        return (Need(kind="bid", because="this is work a firm of fewer than ten people can bid for"),)
    return ()
