"""A posting as a notice: an OCDS 1.1 release, the same open form in which the national services publish.

It enters by the same door as everything that is collected, so a posting is read, tagged, matched and told like any
other notice. The standard: https://standard.open-contracting.org/1.1/en/
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from service.domain import cpv
from service.domain.gazetteer import gazetteer
from service.domain.posting import Award, Posting, Terms
from service.domain.posting_answers import LONDON
from service.domain.sectors import all_sectors, sector_of_cpv

#: Key of the source that reads these notices.
SOURCE = "postings"
#: What the body of such a notice is.
FORM = "ocds-release"
#: The scheme of a related process that is named by its notice; the standard's list has "ocid" and is open.
NOTICE_SCHEME = "GB-FTS-notice"
#: Greater London, ITL level 1.
_ALL_OF_LONDON = "UKI"
_CPV_DIGITS = 8

Step = Literal["tender", "tenderUpdate", "withdrawn", "unsuccessful", "award"]
_TAGS: dict[Step, str] = {"withdrawn": "tenderCancellation", "unsuccessful": "tenderCancellation"}
_STATUS: dict[Step, str] = {"withdrawn": "withdrawn", "unsuccessful": "unsuccessful", "award": "complete"}


def notice_id(posting: Posting) -> str:
    """The id of the newest notice of a posting; they sort in their order."""
    return f"{posting.identity}-{posting.notices:04d}"


def release_of(posting: Posting, terms: Terms, *, step: Step, at: datetime, won: Award | None = None) -> bytes:
    """The release, as canonical JSON.

    Args:
        posting: with `notices` counted up to this one.
        terms: what it says to firms.
        step: what this notice tells.
        at: when it is published.
        won: who won, for an award.
    """
    buyer = {"id": f"bowbell-organisation-{posting.organisation}", "name": posting.buyer}
    where = {"email" if "@" in terms.reply and "://" not in terms.reply else "url": terms.reply}
    parties: list[dict[str, object]] = [{**buyer, "roles": ["buyer"], "contactPoint": where}]
    said: dict[str, object] = {
        "ocid": posting.ocid,
        "id": notice_id(posting),
        "date": at.isoformat(),
        "language": "en",
        "tag": [_TAGS.get(step, step)],
        "initiationType": "tender",
        "buyer": buyer,
        "parties": parties,
        "tender": _tender(posting, terms, step=step),
    }
    if related := _related(terms):
        said["relatedProcesses"] = related
    if won is not None:
        supplier = {"id": f"supplier-{posting.identity}", "name": won.supplier}
        parties.append({**supplier, "roles": ["supplier"]})
        award: dict[str, object] = {"id": f"{posting.identity}-1", "status": "active", "suppliers": [supplier]}
        if won.worth is not None:
            award["value"] = _money(won.worth)
        said["awards"] = [award]
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def code_of(sector: str) -> str:
    """The CPV code by which a trade is known again. Raises LookupError."""
    prefixes = next(each.cpv for each in all_sectors() if each.key == sector)
    padded = (prefix.ljust(_CPV_DIGITS, "0") for prefix in prefixes)
    found = next((code for code in padded if cpv.is_known(code) and sector_of_cpv(code) == sector), None)
    if found is None:
        raise LookupError(f"the trade {sector} has no code of its own")
    return found


def _tender(posting: Posting, terms: Terms, *, step: Step) -> dict[str, object]:
    tender: dict[str, object] = {
        "id": posting.identity,
        "title": terms.title,
        "description": terms.description,
        "status": _STATUS.get(step, "active"),
        "value": _money(terms.worth),
        "items": [
            {
                "id": "1",
                "classification": {"scheme": "CPV", "id": code_of(terms.sector)},
                "deliveryAddresses": [{"region": region} for region in _regions(terms.areas)],
            }
        ],
        "tenderPeriod": {"endDate": terms.closes.isoformat()},
        "contractPeriod": {
            "startDate": f"{terms.starts.isoformat()}T00:00:00Z",
            "endDate": f"{terms.ends.isoformat()}T00:00:00Z",
        },
        "submissionMethod": ["electronicSubmission"],
        "submissionMethodDetails": terms.asks,
    }
    if terms.papers:
        tender["documents"] = _papers(terms)
    if step in {"withdrawn", "unsuccessful"} and posting.note:
        # The words of the standard for "why it ended" are an extension; the rationale is read by people only.
        tender["procurementMethodRationale"] = posting.note
    return tender


def _related(terms: Terms) -> list[dict[str, object]]:
    """The contract a main contractor's work stems from, and the same procurement on Find a Tender."""
    given = (("parent", terms.part_of), ("prior", terms.find_a_tender))
    return [
        {"id": str(number), "relationship": [relation], "scheme": scheme_of(said), "identifier": said}
        for number, (relation, said) in enumerate(given, start=1)
        if said
    ]


def scheme_of(said: str) -> str:
    """How a number of a procurement is to be read: an ocid, or the number of a notice on Find a Tender."""
    return "ocid" if said.lower().startswith("ocds-") else NOTICE_SCHEME


def _papers(terms: Terms) -> list[dict[str, object]]:
    return [{"id": each.identity, "title": each.title, "url": each.url, "format": each.kind} for each in terms.papers]


def _regions(areas: Sequence[str]) -> list[str]:
    if LONDON in areas:
        return [_ALL_OF_LONDON]
    known = gazetteer().authorities
    return [known[area].name for area in areas]


def _money(worth: Decimal) -> dict[str, object]:
    """A sum as JSON has it: below 100 million with two decimals, so that a float is exact enough to read back."""
    return {"amount": float(worth), "currency": "GBP"}
