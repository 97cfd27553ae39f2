"""Find a Tender, notices under the Procurement Act 2023: the notice type (UK1 to UK17) decides, not the tags.

`tender.status` is not believed: of 20 recorded termination notices 8 say complete and 5 nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from scrapers.kinds import ocds
from scrapers.kinds.ocds import Json, part, rows, text
from scrapers.kinds.ocds_details import Manner
from service.domain.opportunity import Change, Stage

SCHEME = "UKPGA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a notice announces; `sparse`: it leaves out what it does not change."""

    stage: Stage
    change: Change
    sparse: bool = False


#: Source: the official page "Notice types" of Find a Tender, May 2026.
_TYPES = {
    "UK1": Meaning(stage=Stage.PIPELINE, change=Change.NEW),
    "UK2": Meaning(stage=Stage.PLANNING, change=Change.NEW),
    "UK3": Meaning(stage=Stage.PLANNING, change=Change.NEW),
    "UK4": Meaning(stage=Stage.TENDER, change=Change.NEW),
    "UK5": Meaning(stage=Stage.AWARD, change=Change.AWARD, sparse=True),
    "UK6": Meaning(stage=Stage.AWARD, change=Change.AWARD, sparse=True),
    "UK7": Meaning(stage=Stage.CONTRACT, change=Change.AWARD, sparse=True),
    "UK8": Meaning(stage=Stage.CONTRACT, change=Change.UPDATE, sparse=True),
    "UK9": Meaning(stage=Stage.CONTRACT, change=Change.UPDATE, sparse=True),
    "UK10": Meaning(stage=Stage.CONTRACT, change=Change.UPDATE, sparse=True),
    "UK11": Meaning(stage=Stage.CONTRACT, change=Change.UPDATE, sparse=True),
    "UK12": Meaning(stage=Stage.TENDER, change=Change.CANCELLATION, sparse=True),
    "UK13": Meaning(stage=Stage.OTHER, change=Change.NEW),
    "UK14": Meaning(stage=Stage.OTHER, change=Change.NEW),
    "UK15": Meaning(stage=Stage.OTHER, change=Change.UPDATE, sparse=True),
    "UK16": Meaning(stage=Stage.OTHER, change=Change.UPDATE, sparse=True),
    "UK17": Meaning(stage=Stage.OTHER, change=Change.NEW),
}


def applies(release: Json) -> bool:
    """Tell whether a release is under the Act: its legal basis says so, or it carries a notice type."""
    scheme = text(part(release, "tender", "legalBasis"), "scheme")
    return scheme == SCHEME or (scheme == "" and notice_type(release) != "")


def notice_type(release: Json) -> str:
    """Return the type of the document whose id is the release's own, wherever it stands; "" where there is none."""
    identity = release.get("id")
    sections = (
        part(release, "planning"),
        part(release, "tender"),
        *rows(release, "awards"),
        *rows(release, "contracts"),
    )
    for row in (row for section in sections for row in rows(section, "documents")):
        if row.get("id") == identity and text(row, "noticeType"):
            return text(row, "noticeType")
    return ""


def meaning(release: Json) -> Meaning:
    """Return what a notice announces; by its tags where its type is missing or unknown."""
    known = _TYPES.get(notice_type(release))
    tags = ocds.strings(release, "tag")
    if known is None:
        return by_tags(tags)
    if known.change in {Change.NEW, Change.AWARD} and any(tag.endswith(("Update", "Amendment")) for tag in tags):
        return Meaning(stage=known.stage, change=Change.UPDATE, sparse=known.sparse)
    return known


def by_tags(tags: list[str]) -> Meaning:
    """Return what the OCDS release tags announce: the furthest step they name."""
    update = any(tag.endswith(("Update", "Amendment", "Termination")) for tag in tags)
    if any(tag.endswith("Cancellation") for tag in tags):
        return Meaning(stage=Stage.TENDER, change=Change.CANCELLATION, sparse=True)
    for start, stage, change in (
        ("award", Stage.AWARD, Change.AWARD),
        ("contract", Stage.CONTRACT, Change.AWARD),
        ("implementation", Stage.CONTRACT, Change.UPDATE),
        ("tender", Stage.TENDER, Change.NEW),
        ("planning", Stage.PLANNING, Change.NEW),
    ):
        if any(tag.startswith(start) for tag in tags):
            late = stage in {Stage.AWARD, Stage.CONTRACT}
            return Meaning(stage=stage, change=Change.UPDATE if update else change, sparse=late)
    return Meaning(stage=Stage.OTHER, change=Change.UPDATE if update else Change.NEW, sparse=True)


def manner(release: Json, *, official_url: str) -> Manner:
    """Return what these notices write in their own way. Raises UnreadableField."""
    tender = part(release, "tender")
    suitabilities = [part(holder, "suitability") for holder in (tender, *rows(tender, "lots"))]
    return Manner(
        official_url=official_url,
        value=ocds.value(part(tender, "value"), field="tender.value", floor=part(tender, "minValue")),
        below_threshold=_below_threshold(release),
        sme=True if any(ocds.flag(row, "sme") for row in suitabilities) else None,
        vcse=True if any(ocds.flag(row, "vcse") for row in suitabilities) else None,
    )


def _below_threshold(release: Json) -> bool | None:
    for row in (part(release, "tender"), *rows(release, "awards"), *rows(release, "contracts")):
        above = ocds.flag(row, "aboveThreshold")
        if above is not None:
            return not above
    return None
