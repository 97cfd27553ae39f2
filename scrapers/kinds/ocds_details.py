"""What an OCDS release says of a procurement, in our words: the parts all publishers write alike.

People are never carried over: contact points are not read, and suppliers who go by a person's title are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scrapers.kinds import ocds, words
from scrapers.kinds.ocds import Json, Wall, part, rows, text
from service.domain.money import Money, Value
from service.domain.opportunity import Buyer, Details, Document, Key, Lot

#: A supplier who is a person, by the title before the name. Single traders are firms too, but their names are personal.
_PERSON = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame)\.?\s+\S", re.IGNORECASE)
_OCID = re.compile(
    r"\bocds-(?:h6vhtk-[0-9a-f]{6}\b|b5fd17-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)", re.IGNORECASE
)
#: Relations that make another process the same procurement. A framework is shared by many, so it joins nothing.
_SAME_PROCUREMENT = frozenset({"prior", "planning"})
_OCID_PREFIX = 11
_ANY_OCID = re.compile(r"ocds-[a-z0-9]{6}-\S{1,200}")
_MOST_DOCUMENTS = 50
_TEST = re.compile(r"\W*test notice\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What differs between publishers, already read."""

    official_url: str
    value: Value | None
    below_threshold: bool | None
    sme: bool | None
    vcse: bool | None
    wall: Wall = Wall.STATED


def title_of(release: Json) -> str:
    """Return the title. Raises UnreadableField."""
    return ocds.required(part(release, "tender"), "title", field="tender.title")


def is_test(title: str) -> bool:
    """Tell whether a title is that of the official test notices ("*** TEST Notice ***")."""
    return _TEST.match(title) is not None


def details(release: Json, manner: Manner) -> Details:
    """Return everything a release says that all publishers write alike. Raises UnreadableField."""
    tender = part(release, "tender")
    awards, contracts = rows(release, "awards"), rows(release, "contracts")
    sections = (tender, *awards, *contracts)
    regions, postcodes = ocds.delivery(*sections)
    lots = rows(tender, "lots")
    starts, ends = _span(release)
    enquiries = ocds.moment(
        part(tender, "enquiryPeriod").get("endDate"), field="tender.enquiryPeriod.endDate", wall=manner.wall
    )
    description = text(tender, "description") or text(release, "description")
    return Details(
        title=title_of(release),
        description=words.passage(description),
        buyer=buyer(release),
        cpv=ocds.codes(*_joined(tender, awards, contracts)),
        value=manner.value,
        deadline=ocds.deadline(tender, wall=manner.wall),
        enquiries_until=enquiries[0] if enquiries else None,
        starts=starts,
        ends=ends,
        lots=tuple(_lot(lot, number) for number, lot in enumerate(lots, start=1)),
        delivery_regions=regions,
        delivery_postcodes=postcodes,
        procedure=text(tender, "procurementMethodDetails"),
        below_threshold=manner.below_threshold,
        sme=manner.sme,
        vcse=manner.vcse,
        framework=_framework(tender),
        reserved=_reserved(tender),
        conditions=_conditions(tender),
        documents=_documents(release, manner.official_url),
        suppliers=suppliers(release),
        award_value=award_value(release),
        official_url=manner.official_url,
    )


def buyer(release: Json) -> Buyer | None:
    """Return the buyer the release names, else the first party in that role."""
    named = part(release, "buyer")
    parties = [party for party in rows(release, "parties") if "buyer" in ocds.strings(party, "roles")]
    party = next((party for party in parties if party.get("id") == named.get("id")), parties[0] if parties else {})
    name = text(named, "name") or text(party, "name")
    if not name:
        return None
    address = part(party, "address")
    return Buyer(
        name=name,
        identifier=text(named, "id") or text(party, "id") or None,
        region=text(address, "region") or None,
        postcode=text(address, "postalCode") or None,
    )


def suppliers(release: Json) -> tuple[str, ...]:
    """Return the names of awarded firms, sorted; of none that was removed and of no person."""
    found = {text(row, "name") for award in rows(release, "awards") for row in rows(award, "suppliers")} - {""}
    if not found:
        parties = (party for party in rows(release, "parties") if "supplier" in ocds.strings(party, "roles"))
        found = {text(party, "name") for party in parties} - {""}
    return tuple(sorted(name for name in found if not is_person(name)))


def is_person(name: str) -> bool:
    """Tell whether a supplier goes by a person's title."""
    return _PERSON.match(name) is not None


def award_value(release: Json) -> Money | None:
    """Return the sum of the first award, else contract, without VAT where stated. Raises UnreadableField."""
    for name in ("awards", "contracts"):
        for first in rows(release, name)[:1]:
            field = f"{name}[0].value"
            found = ocds.value(part(first, "value"), field=field)
            if found is not None and found.best is not None:
                return Money(amount=found.best, currency=found.currency)
    return None


def keys(release: Json, *, source: str, notice_ids: tuple[str, ...]) -> tuple[Key, ...]:
    """Return every name by which the procurement of a release is known.

    An ocid in the running text counts only where it is of the other British service: within one service a text names
    frameworks and earlier contracts, which are other procurements; across services it names the same one.
    """
    found = [Key(scheme="notice", value=f"{source}:{identity}") for identity in notice_ids]
    own = ocid(release)
    if own:
        found.insert(0, Key(scheme="ocid", value=own))
    for process in rows(release, "relatedProcesses"):
        if _SAME_PROCUREMENT.intersection(ocds.strings(process, "relationship")):
            found += [Key(scheme="ocid", value=name) for name in _ocids(text(process, "identifier"))]
    links = [text(link, "href") for link in rows(release, "links")]
    for said in (text(part(release, "tender"), "description"), text(release, "description"), *links):
        found += [Key(scheme="ocid", value=name) for name in _ocids(said) if name[:_OCID_PREFIX] != own[:_OCID_PREFIX]]
    return tuple(dict.fromkeys(found))


def ocid(release: Json) -> str:
    """Return the ocid of a release, the old prefix b5fd17raw made b5fd17; "" where there is none.

    Other words in its place (seen in the daily files of Contracts Finder) name no procurement and would join strangers.
    """
    found = text(release, "ocid").replace("ocds-b5fd17raw-", "ocds-b5fd17-")
    return found if _ANY_OCID.fullmatch(found) else ""


def _ocids(said: str) -> Iterator[str]:
    for found in _OCID.finditer(said.replace("b5fd17raw", "b5fd17")):
        yield found.group().lower()


def _joined(tender: Json, awards: list[Json], contracts: list[Json]) -> tuple[Json, Json, Json]:
    """Return the sections codes are taken from: the tender, all awards as one, all contracts as one."""
    return (
        tender,
        {"items": [item for award in awards for item in rows(award, "items")]},
        {"items": [item for contract in contracts for item in rows(contract, "items")]},
    )


def _span(release: Json) -> tuple[date | None, date | None]:
    """Return when the contract starts and ends: of the lots, else the tender, its milestones, awards or contracts."""
    tender = part(release, "tender")
    for periods in (
        [part(lot, "contractPeriod") for lot in rows(tender, "lots")],
        [part(tender, "contractPeriod")],
        [_milestones(tender)],
        [part(award, "contractPeriod") for award in rows(release, "awards")],
        [part(contract, "period") for contract in rows(release, "contracts")],
    ):
        found = ocds.span(periods)
        if found != (None, None):
            return found
    return None, None


def _milestones(tender: Json) -> Json:
    """Return the contract period as the old shape of Contracts Finder writes it."""
    due = {text(row, "title").lower(): row.get("dueDate") for row in rows(tender, "milestones")}
    return {"startDate": due.get("contract start"), "endDate": due.get("contract end")}


def _lot(lot: Json, number: int) -> Lot:
    stated = lot.get("id")
    return Lot(
        identity=str(stated) if isinstance(stated, str | int) and not isinstance(stated, bool) else str(number),
        title=text(lot, "title"),
        value=ocds.value(part(lot, "value"), field=f"tender.lots[{number - 1}].value"),
    )


def _framework(tender: Json) -> bool | None:
    techniques = (part(tender, "techniques"), *(part(lot, "techniques") for lot in rows(tender, "lots")))
    if any(ocds.flag(row, "hasFrameworkAgreement") or row.get("frameworkAgreement") for row in techniques):
        return True
    return True if "framework" in text(tender, "procurementMethodDetails").lower() else None


def _reserved(tender: Json) -> str:
    """Return who alone may bid, as stated: kinds of firm, then places."""
    found: list[str] = [said for said in ocds.strings(tender, "specialRegime") if "reserved" in said.lower()]
    for holder in (tender, *rows(tender, "lots")):
        other = part(holder, "otherRequirements")
        found += ocds.strings(other, "reservedParticipation")
        place = part(other, "reservedParticipationLocation")
        found += [text(place, "description")] if text(place, "description") else []
        found += ocds.strings(part(place, "gazetteer"), "identifiers")
    return ", ".join(dict.fromkeys(found))


def _conditions(tender: Json) -> str:
    found: list[str] = []
    for holder in (tender, *rows(tender, "lots")):
        criteria = part(holder, "selectionCriteria")
        for row in (criteria, *rows(criteria, "criteria")):
            found += [words.passage(said) for name in ("description", "minimum") if (said := text(row, name))]
    eligibility = text(tender, "eligibilityCriteria")
    found += [words.passage(eligibility)] if eligibility else []
    return "\n".join(dict.fromkeys(found))


def _documents(release: Json, official_url: str) -> tuple[Document, ...]:
    found: dict[str, Document] = {}
    sections = (
        part(release, "tender"),
        part(release, "planning"),
        *rows(release, "awards"),
        *rows(release, "contracts"),
    )
    for row in (row for section in sections for row in rows(section, "documents")):
        url = text(row, "url")
        if words.web_address(url) != url or url == official_url or _is_notice(url, official_url):
            continue
        if text(row, "noticeType") or text(row, "documentType").endswith("Notice"):
            continue  # the notice itself, under whatever address
        title = text(row, "title") or text(row, "description") or text(row, "documentType") or url
        found.setdefault(url, Document(title=words.passage(title), url=url))
    return tuple(found.values())[:_MOST_DOCUMENTS]


def _is_notice(url: str, official_url: str) -> bool:
    """Tell whether an address is a notice's own page, also that of an earlier notice."""
    home = official_url.rpartition("/")[0]
    return bool(home) and url.startswith(f"{home}/") and "/" not in url.removeprefix(f"{home}/")
