"""What we know of a procurement as one compiled OCDS 1.1 release of our own, whatever service it came from.

Our number of it has our own prefix, since it says what several publishers said together; theirs are named as related
processes with the same subject, and each of their notices by its address. https://standard.open-contracting.org/1.1/en/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from service.domain.money import Value
from service.domain.opportunity import Details, Key, Opportunity, Stage, Status
from service.domain.posting import OCID_PREFIX
from service.domain.posting_release import scheme_of

#: What our own numbers begin with.
PREFIX = OCID_PREFIX
PUBLISHER = "Bowbell"
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
POLICY = "/how-we-decide"

_TAGS = {Stage.PIPELINE: "planning", Stage.PLANNING: "planning", Stage.AWARD: "award", Stage.CONTRACT: "contract"}
_STATUS = {
    Status.PLANNED: "planned",
    Status.OPEN: "active",
    Status.CLOSED: "complete",
    Status.CANCELLED: "cancelled",
    Status.AWARDED: "complete",
}

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice an opportunity was made from."""

    source: str
    notice_id: str
    #: None where its source gave no day: then the day it was seen.
    published: datetime
    #: Its own page; "" where it has none.
    url: str
    stage: Stage
    #: Its own release, where we publish it ourselves.
    release: Json | None = None


def ocid_of(opportunity: Opportunity, keys: Sequence[Key]) -> str:
    """Its number in our own record: that of the posting where it is one of ours alone, else one of our own making."""
    own = [key.value for key in keys if key.scheme == "ocid" and key.value.startswith(f"{PREFIX}-")]
    return own[0] if own else f"{PREFIX}-{opportunity.identity}"


def release_of(opportunity: Opportunity, *, keys: Sequence[Key], tag: str = "compiled") -> Json:
    """The release of an opportunity as it stands, compiled from all its notices."""
    state, details = opportunity.state, opportunity.state.details
    ocid = ocid_of(opportunity, keys)
    buyer = details.buyer
    party = {"id": (buyer and buyer.identifier) or "buyer", "name": buyer.name if buyer else "Not stated"}
    parties: list[Json] = [{**party, "roles": ["buyer"]}]
    said: Json = {
        "ocid": ocid,
        "id": f"{opportunity.identity}-{opportunity.revision}",
        "date": _moment(state.as_of),
        "language": details.language or "en",
        "tag": [tag],
        "initiationType": "tender",
        "buyer": party,
        "parties": parties,
        "tender": _tender(opportunity, details),
    }
    if related := _related(details, keys, own=ocid):
        said["relatedProcesses"] = related
    if details.suppliers or details.award_value is not None:
        suppliers = [{"id": f"supplier-{number}", "name": name} for number, name in enumerate(details.suppliers, 1)]
        parties += [{**each, "roles": ["supplier"]} for each in suppliers]
        award: Json = {"id": f"{opportunity.identity}-award", "status": "active", "suppliers": suppliers}
        if details.award_value is not None:
            award["value"] = _sum(details.award_value.amount, details.award_value.currency)
        said["awards"] = [award]
    return said


def tag_of(stage: Stage) -> str:
    """The standard's word for the step a notice announces."""
    return _TAGS.get(stage, "tender")


def releases_of(opportunity: Opportunity, *, keys: Sequence[Key], notices: Sequence[Told]) -> list[Json]:
    """The releases of an opportunity: each of a posting of ours as it was published, else one as it stands now."""
    own = [each.release for each in notices if each.release is not None]
    return own or [release_of(opportunity, keys=keys, tag=tag_of(opportunity.state.stage))]


def record_of(opportunity: Opportunity, *, keys: Sequence[Key], notices: Sequence[Told]) -> Json:
    """The record: the compiled release, and each notice behind it, in full where it is ours and by its address else."""
    compiled = release_of(opportunity, keys=keys)
    linked: list[Json] = [
        {"url": each.url, "date": _moment(each.published), "tag": [tag_of(each.stage)]}
        for each in notices
        if each.release is None and each.url
    ]
    own: list[Json] = [each.release for each in notices if each.release is not None]
    record: Json = {"ocid": compiled["ocid"], "compiledRelease": compiled}
    # The standard asks for one kind or the other in a record: our own in full come first.
    record["releases"] = own or linked or [compiled]
    return record


def package_of(key: str, rows: Sequence[Json], *, uri: str, at: datetime, public_url: str, following: str) -> Json:
    """A package of `releases` or `records`, with the address of the next one; "" at the end."""
    package: Json = {
        "uri": uri,
        "version": "1.1",
        "publishedDate": _moment(at),
        "publisher": {"name": PUBLISHER, "uri": public_url},
        "license": LICENCE,
        "publicationPolicy": f"{public_url}{POLICY}",
        key: list(rows),
    }
    if following:
        package["links"] = {"next": following}
    return package


def _tender(opportunity: Opportunity, details: Details) -> Json:
    tender: Json = {
        "id": opportunity.identity,
        "title": details.title,
        "status": _STATUS[opportunity.state.status],
    }
    if details.description:
        tender["description"] = details.description
    if value := _value(details.value):
        tender["value"] = value
    if items := _items(details):
        tender["items"] = items
    if details.deadline is not None:
        tender["tenderPeriod"] = {"endDate": _moment(details.deadline.at)}
    if details.enquiries_until is not None:
        tender["enquiryPeriod"] = {"endDate": _moment(details.enquiries_until)}
    period = {
        name: _day(day) for name, day in (("startDate", details.starts), ("endDate", details.ends)) if day is not None
    }
    if period:
        tender["contractPeriod"] = period
    if details.procedure:
        tender["procurementMethodDetails"] = details.procedure
    if details.documents:
        tender["documents"] = [
            {"id": str(number), "title": each.title or each.url, "url": each.url}
            for number, each in enumerate(details.documents, 1)
        ]
    return tender


def _items(details: Details) -> list[Json]:
    places: list[Json] = [{"region": region} for region in details.delivery_regions]
    places += [{"postalCode": code} for code in details.delivery_postcodes]
    found: list[Json] = [
        {"id": str(number), "classification": {"scheme": "CPV", "id": code}}
        for number, code in enumerate(details.cpv, 1)
    ] or ([{"id": "1"}] if places else [])
    if places:
        found[0]["deliveryAddresses"] = places
    return found


def _related(details: Details, keys: Sequence[Key], *, own: str) -> list[Json]:
    others = [key.value for key in keys if key.scheme == "ocid" and key.value != own]
    rows = [("x_sameProcurement", value) for value in dict.fromkeys(others)]
    rows += [("parent", details.part_of)] if details.part_of else []
    return [
        {"id": str(number), "relationship": [relation], "scheme": scheme_of(value), "identifier": value}
        for number, (relation, value) in enumerate(rows, 1)
    ]


def _value(value: Value | None) -> Json | None:
    if value is None or value.best is None:
        return None
    return _sum(value.best, value.currency)


def _sum(amount: Decimal, currency: str) -> Json:
    return {"amount": float(amount), "currency": currency}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
