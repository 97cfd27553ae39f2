"""The mappers say of every recorded TED notice, lot by lot, exactly what was read in it by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scrapers.sources.ted import SOURCE as TED
from service.domain.money import Value
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Deadline, Details, Lot, Reading

SEEN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SHEET = json.loads((Path(__file__).parents[1] / "fixtures/expectations/ted.json").read_bytes())
FILES: list[dict[str, Any]] = SHEET["files"]
ROWS: list[dict[str, Any]] = SHEET["rows"]
RECORDED = "recorded/ted"
SEARCH = f"{RECORDED}/search_v3_2026-05-30.json"


def notices_of(path: Path) -> list[Notice]:
    """Return the notices of a file, every one of which must be one."""
    payload = path.read_bytes()
    assert TED.recognises(payload)
    found = list(TED.notices_in(payload, seen=SEEN))
    assert all(isinstance(notice, Notice) for notice in found), found
    return [notice for notice in found if isinstance(notice, Notice)]


def the_reading(notice: Notice) -> Reading:
    """Return what a notice says."""
    found = TED.read(notice)
    assert isinstance(found, Reading), found
    return found


def said_deadline(deadline: Deadline | None) -> object:
    """Return a deadline as the sheet has it."""
    return deadline and (deadline.at, deadline.kind, deadline.date_only)


def wanted_deadline(said: list[Any] | None) -> object:
    """Return a deadline of the sheet."""
    return said and (datetime.fromisoformat(said[0]), said[1], said[2])


def wanted_money(said: list[str] | None) -> object:
    """Return a sum of the sheet."""
    return said and (Decimal(said[0]), said[1])


def said_value(value: Value | None) -> object:
    """Return an estimate as the sheet has it."""
    return value and (value.net, value.currency)


def said_lot(lot: Lot) -> dict[str, Any]:
    """Return a lot in the words of the sheet."""
    return {
        "id": lot.identity,
        "title": lot.title,
        "cpv": list(lot.cpv),
        "value": said_value(lot.value),
        "deadline": said_deadline(lot.deadline),
        "regions": list(lot.delivery_regions),
        "sme": lot.sme,
        "gpa": lot.gpa,
        "reserved": lot.reserved,
    }


def said_details(details: Details) -> dict[str, Any]:
    """Return details in the words of the sheet."""
    awarded = details.award_value
    return {
        "title": details.title,
        "language": details.language,
        "buyer": details.buyer.name if details.buyer else None,
        "buyer_region": details.buyer.region if details.buyer else None,
        "cpv": list(details.cpv),
        "value": said_value(details.value),
        "deadline": said_deadline(details.deadline),
        "regions": list(details.delivery_regions),
        "procedure": details.procedure,
        "award_value": awarded and (awarded.amount, awarded.currency),
    }


def said(reading: Reading) -> dict[str, Any]:
    """Return a reading in the words of the sheet."""
    return {
        "id": reading.notice_id,
        "notice_type": reading.notice_type,
        "stage": reading.stage.value,
        "change": reading.change.value,
        "published": reading.published,
        **said_details(reading.details),
    }


def wanted(expected: dict[str, Any]) -> dict[str, Any]:
    """Return an entry of the sheet with its moments and sums as such."""
    return expected | {
        "published": datetime.fromisoformat(expected["published"]),
        "value": wanted_money(expected["value"]),
        "award_value": wanted_money(expected["award_value"]),
        "deadline": wanted_deadline(expected["deadline"]),
    }


@pytest.mark.parametrize("expected", FILES, ids=lambda row: str(row["file"]))
def test_a_recorded_notice_says_what_was_read_in_it_by_hand(shared_data: Path, expected: dict[str, Any]) -> None:
    (notice,) = notices_of(shared_data / RECORDED / expected["file"])
    reading = the_reading(notice)
    details = reading.details
    found = said(reading) | {
        "file": expected["file"],
        "form": notice.form,
        "buyer_postcode": details.buyer.postcode if details.buyer else None,
        "sme": details.sme,
        "gpa": details.gpa,
        "framework": details.framework,
        "reserved": details.reserved,
        "documents": [document.url for document in details.documents],
        "suppliers": list(details.suppliers),
        "keys": [f"{key.scheme}={key.value}" for key in reading.keys],
        "lots": [said_lot(lot) for lot in details.lots],
        "postcodes": list(details.delivery_postcodes),
    }
    lots = [
        lot | {"value": wanted_money(lot["value"]), "deadline": wanted_deadline(lot["deadline"])}
        for lot in expected["lots"]
    ]
    assert found == {"postcodes": []} | wanted(expected) | {"lots": lots}
    assert notice.source_id == expected["id"]


def test_every_recorded_file_is_on_the_sheet(shared_data: Path) -> None:
    folder = shared_data / RECORDED
    recorded = {str(path.relative_to(folder)) for path in folder.rglob("*.xml")}
    assert {row["file"] for row in FILES} == recorded
    assert len(notices_of(shared_data / SEARCH)) == len(ROWS)


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_a_row_of_the_search_is_read_as_it_is(shared_data: Path, number: int) -> None:
    notice = notices_of(shared_data / SEARCH)[number]
    reading = the_reading(notice)
    assert said(reading) == wanted(ROWS[number])
    assert b"links" not in notice.body
    assert reading.details.official_url == f"https://ted.europa.eu/en/notice/-/detail/{ROWS[number]['id']}"


def test_no_contact_of_a_recorded_notice_is_read(shared_data: Path) -> None:
    for path in sorted((shared_data / RECORDED).rglob("*.xml")):
        for notice in notices_of(path):
            read = repr(the_reading(notice))
            for private in ("Contact person", "contact@example.org", "2079460000", "7946 0000", "Rovegno"):
                assert private not in read, path.name


def test_the_search_and_the_full_notice_of_one_number_are_one_procurement(shared_data: Path) -> None:
    (full,) = notices_of(shared_data / RECORDED / "eforms/published_2024-OJS044-00128154.xml")
    row = {"publication-number": "128154-2024", "notice-title": {"eng": "Poland \u2013 Cars \u2013 Najem"}}
    (short,) = TED.notices_in(json.dumps({"notices": [row | {"publication-date": "2024-03-01Z"}]}).encode(), seen=SEEN)
    assert isinstance(short, Notice)
    assert set(the_reading(short).keys) <= set(the_reading(full).keys)
    assert the_reading(short).published < the_reading(full).published


def test_a_file_of_somebody_else_is_not_recognised() -> None:
    assert not TED.recognises(b'{"releases": [{"ocid": "ocds-h6vhtk-0a0001"}]}')
    assert not TED.recognises(b"<html><body>ContractNotice</body></html>")
    assert not TED.recognises(b"")


def test_what_is_of_no_form_of_ours_is_set_aside() -> None:
    odd = Notice(source="ted", source_id="1-2026", published=None, seen=SEEN, body=b"<a/>", form="ocds-release")
    found = TED.read(odd)
    assert isinstance(found, SetAside)
    assert found.reason == "TED: the form ocds-release is not of this source."
