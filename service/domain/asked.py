"""What a notice asks beyond the facts we quote: read only to choose help, so a guess here shuts nobody out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from service.domain.opportunity import Details
from service.domain.tagging import Fact, Tags

_READ_LIMIT = 40_000
#: A duty under the law, not a feature of the software that is bought ("fully GDPR compliant").
_DATA_PROTECTION = re.compile(
    r"\b(?:compl(?:y|ies|iance)|adher\w{1,6}|obligations?|registered|policy)\b[^.;\n]{0,60}\b(?:GDPR|data protection)\b"
    r"|\b(?:GDPR|data protection)\b[^.;\n]{0,25}\b(?:obligations?|compliance|polic(?:y|ies)|registration|act)\b"
    r"|\b(?:registered|registration) with the information commissioner",
    re.IGNORECASE,
)
_SOCIAL_VALUE = re.compile(
    r"\bsocial value\b[^.;\n]{0,60}(?:\bevaluat|\bcriteri|\bweight|\bscor|\bquestion|\d ?%|\bcommitment|\boffering)"
    r"|\b(?:deliver\w{0,3}|demonstrate\w{0,2}|provid\w{1,4}|contribut\w{1,4}) (?:[a-z]+,? ){0,3}social value\b"
    r"|\d ?% (?:for |on |to )?social value\b",
    re.IGNORECASE,
)
_SUBCONTRACT = re.compile(r"\bsub-?contract(?:or|ors|ing)?\b|\bsupply chain notice\b", re.IGNORECASE)
_AGENCY = re.compile(
    r"\b(?:Crown Commercial Service|Government Commercial Agency|GCA|CCS)\b[^.\n]{0,80}\b[Ff]ramework"
    r"|\b[Ff]ramework\b[^.\n]{0,40}\b(?:Crown Commercial Service|Government Commercial Agency)\b"
)
_LONDON_TENDERS = re.compile(r"\blondon ?tenders? portal\b|\blondontenders\.org", re.IGNORECASE)
#: One certificate of several will do.
_ANY_OF = re.compile(r"\be\.g\.|\bsuch as\b|\bfor example\b|\b(?:any|one|either) of\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:progress|progressing|work|working) (?:to|towards?) $", re.IGNORECASE)
_BEFORE = 60


def text_of(details: Details) -> str:
    """The text that the offsets of facts count in."""
    return f"{details.description}\n{details.conditions}"[:_READ_LIMIT]


def asks_data_protection(details: Details) -> bool:
    """Whether a bidder must show that it keeps the data protection law."""
    return bool(_DATA_PROTECTION.search(text_of(details)))


def asks_social_value(details: Details, tags: Tags) -> str | None:
    """The share of the marks for social value, as in "10"; "" where it is asked without one; None: not asked.

    A notice that buys something about social value asks nothing of the bidder.
    """
    if "social value" in details.title.lower():
        return None
    share = next((fact.normal for fact in tags.facts if fact.kind == "social_value"), None)
    if share is not None:
        return share.rstrip("%")
    return "" if _SOCIAL_VALUE.search(text_of(details)) else None


def is_subcontract(details: Details) -> bool:
    """Whether a private main contractor is the customer, as far as the words tell."""
    return bool(_SUBCONTRACT.search(f"{details.title}\n{text_of(details)}"))


def names_agency_framework(details: Details) -> bool:
    """Whether the work is, or will be, bought from a framework of the Government Commercial Agency."""
    return bool(_AGENCY.search(text_of(details)))


def names_london_tenders_portal(details: Details) -> bool:
    """Whether bidders are told to use the tender portal that many boroughs share."""
    return bool(_LONDON_TENDERS.search(text_of(details)))


def certificates_asked(details: Details, tags: Tags) -> Sequence[tuple[str, ...]]:
    """The certificates asked for, in the order of the text: each a group of which one is enough."""
    text = text_of(details)
    alone: list[tuple[str, ...]] = []
    either: list[str] = []
    for fact in tags.facts:
        if fact.kind != "accreditation":
            continue
        name, before = fact.normal or fact.value, _before(fact, text)
        if _LATER.search(before):
            continue
        if _ANY_OF.search(before):
            either.append(name)
        else:
            alone.append((name,))
    return (*alone, *((tuple(either),) if either else ()))


def turnover_asked(tags: Tags) -> Decimal | None:
    """The lowest turnover asked, in pounds: with several lots, that of the smallest. None: none is asked."""
    sums = [Decimal(fact.normal) for fact in tags.facts if fact.kind == "turnover" and fact.normal]
    return min(sums, default=None)


def yearly_worth(details: Details) -> Decimal | None:
    """Pounds a year, at most: all of it where the length is not stated. None: no value is stated."""
    worth = details.value.best if details.value else None
    if worth is None or details.value is None or details.value.currency != "GBP":
        return None
    days = (details.ends - details.starts).days if details.starts and details.ends else 0
    return worth / max(Decimal(1), Decimal(days) / 365)


def _before(fact: Fact, text: str) -> str:
    """The words before the name of a certificate, within its quote and a little before it."""
    start = max(0, fact.start - _BEFORE)
    place = text.lower().find(fact.value.lower(), fact.start, fact.end + 1)
    return text[start : place if place >= 0 else fact.start]
