"""Find a Tender, notices under the regulations before the Procurement Act 2023: the tags decide.

Corrections (tenderUpdate, awardUpdate) tell only what changed. `tender.lots[].status` is not believed: awarded lots
are recorded as cancelled.
"""

from __future__ import annotations

from scrapers.kinds import ocds
from scrapers.kinds.ocds import Json, part
from scrapers.kinds.ocds_details import Manner, suppliers
from scrapers.sources.find_a_tender_act import Meaning, by_tags
from service.domain.opportunity import Change, Stage

_ENDED = frozenset({"cancelled", "unsuccessful", "withdrawn"})


def meaning(release: Json) -> Meaning:
    """Return what a notice announces.

    Planning and tender together are a prior notice used as the call. An award notice of a cancelled procurement that
    names no supplier tells that it ended without one.
    """
    tags = ocds.strings(release, "tag")
    found = by_tags(tags)
    status = part(release, "tender").get("status")
    if found.stage is Stage.TENDER and "planning" in tags and status == "planned":
        found = Meaning(stage=Stage.PLANNING, change=found.change)
    if found.stage is Stage.AWARD and found.change is Change.AWARD and status in _ENDED and not suppliers(release):
        return Meaning(stage=Stage.AWARD, change=Change.CANCELLATION, sparse=True)
    sparse = found.sparse or any(tag.endswith("Update") for tag in tags)
    return Meaning(stage=found.stage, change=found.change, sparse=sparse)


def manner(release: Json, *, official_url: str) -> Manner:
    """Return what these notices write in their own way: neither flags nor threshold. Raises UnreadableField."""
    tender = part(release, "tender")
    return Manner(
        official_url=official_url,
        value=ocds.value(part(tender, "value"), field="tender.value", floor=part(tender, "minValue")),
        below_threshold=None,
        sme=None,
        vcse=None,
    )
