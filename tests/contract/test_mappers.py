"""The mappers say of forty real releases exactly what was read in them by hand, and can read everything recorded."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scrapers.sources.contracts_finder import SOURCE as CONTRACTS_FINDER
from scrapers.sources.find_a_tender import SOURCE as FIND_A_TENDER
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Reading
from service.ports import Source

SEEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
SOURCES: dict[str, Source] = {"find_a_tender": FIND_A_TENDER, "contracts_finder": CONTRACTS_FINDER}
_SHEET = Path(__file__).parents[1] / "fixtures/expectations/releases.json"
_FOUND = json.loads(_SHEET.read_bytes())
EXPECTED: list[dict[str, Any]] = _FOUND if isinstance(_FOUND, list) else _FOUND["releases"]


def the_notice(shared_data: Path, expected: dict[str, Any]) -> Notice:
    """Return the notice an expectation is about."""
    payload = (shared_data / expected["file"]).read_bytes()
    source = SOURCES[expected["source"]]
    assert source.recognises(payload)
    rows = list(source.notices_in(payload, seen=SEEN))
    if expected["row"] is not None:
        found = rows[expected["row"] - 1]
        assert isinstance(found, Notice)
        return found
    for row in rows:
        if isinstance(row, Notice) and json.loads(row.body)["id"] == expected["release_id"]:
            return row
    raise AssertionError(f"{expected['release_id']} is not in {expected['file']}")


def said(reading: Reading) -> dict[str, Any]:
    """Return a reading in the words of the expectations."""
    details = reading.details
    ocids = [key.value for key in reading.keys if key.scheme == "ocid"]
    value = details.value
    deadline = details.deadline
    return {
        "ocid": ocids[0] if ocids else None,
        "notice_type": reading.notice_type or None,
        "stage": reading.stage.value,
        "change": reading.change.value,
        "published": reading.published,
        "title_begins": details.title[:24],
        "title_length": len(details.title),
        "buyer_name": details.buyer.name if details.buyer else None,
        "buyer_id": details.buyer.identifier if details.buyer else None,
        "buyer_region": details.buyer.region if details.buyer else None,
        "buyer_postcode": details.buyer.postcode if details.buyer else None,
        "cpv": list(details.cpv),
        "value": value
        and {"amount": value.net, "gross": value.gross, "minimum": value.minimum, "currency": value.currency},
        "deadline": deadline.at if deadline else None,
        "deadline_kind": deadline.kind if deadline else None,
        "deadline_is_date_only": bool(deadline and deadline.date_only),
        "delivery_regions": list(details.delivery_regions),
        "delivery_postcodes": list(details.delivery_postcodes),
        "below_threshold": details.below_threshold,
        "sme": details.sme,
        "vcse": details.vcse,
        "lots": len(details.lots),
        "suppliers": list(details.suppliers),
        "award_value": details.award_value
        and {"amount": details.award_value.amount, "currency": details.award_value.currency},
        "notice_url": details.official_url or None,
    }


def wanted(expected: dict[str, Any]) -> dict[str, Any]:
    """Return an expectation with its numbers and moments as such, and the ocid with its prefix of today."""
    found = {name: expected[name] for name in expected if name not in _NOT_COMPARED}
    found["ocid"] = found["ocid"] and found["ocid"].replace("b5fd17raw", "b5fd17")
    for name in ("published", "deadline"):
        found[name] = found[name] and datetime.fromisoformat(found[name])
    if found["value"]:
        found["value"] = found["value"] | {
            name: found["value"][name] and Decimal(found["value"][name]) for name in ("amount", "gross", "minimum")
        }
    if found["award_value"]:
        amount = Decimal(found["award_value"]["amount"])
        found["award_value"] = {"amount": amount, "currency": found["award_value"]["currency"]}
    return found


_NOT_COMPARED = {"source", "file", "release_id", "row", "shape", "note"}


@pytest.mark.parametrize("expected", EXPECTED, ids=[f"{row['shape']}-{row['release_id'][:44]}" for row in EXPECTED])
def test_a_real_release_is_read_as_a_person_read_it(shared_data: Path, expected: dict[str, Any]) -> None:
    notice = the_notice(shared_data, expected)
    reading = SOURCES[expected["source"]].read(notice)
    assert isinstance(reading, Reading), reading
    assert said(reading) == wanted(expected)


def test_the_sheet_holds_forty_releases_of_every_shape() -> None:
    assert len(EXPECTED) == 40
    assert {row["shape"] for row in EXPECTED} == {
        "fts_2023_act",
        "fts_legacy",
        "cf_ocds",
        "cf_old",
        "cf_harvester_csv",
        "cf_export_csv",
    }


@pytest.mark.parametrize(
    ("key", "pattern", "least"),
    [
        ("find_a_tender", "find_a_tender/backfill/*/*.json", 900),
        ("find_a_tender", "find_a_tender/conversions/*.json", 1),
        ("find_a_tender", "find_a_tender/stages_tender_only_celex.json", 20),
        ("find_a_tender", "find_a_tender/whole-stream/*.json", 90),
        ("contracts_finder", "contracts_finder/ocds_search_page-*.json", 150),
        ("contracts_finder", "contracts_finder/old_shape/*.json", 20),
        ("contracts_finder", "contracts_finder/harvester_daily_*.csv", 25),
        ("contracts_finder", "contracts_finder/notices_export_*.csv", 600),
    ],
)
def test_everything_recorded_is_read_with_one_in_a_hundred_set_aside_at_most(
    shared_data: Path, key: str, pattern: str, least: int
) -> None:
    source = SOURCES[key]
    other = next(value for name, value in SOURCES.items() if name != key)
    aside: list[str] = []
    count = 0
    for file in sorted((shared_data / "recorded").glob(pattern)):
        payload = file.read_bytes()
        assert source.recognises(payload), file.name
        assert not other.recognises(payload), file.name
        for row in source.notices_in(payload, seen=SEEN):
            count += 1
            outcome = source.read(row) if isinstance(row, Notice) else row
            if isinstance(outcome, SetAside):
                aside.append(f"{outcome.source_id}: {outcome.reason}")
    print("\n".join(aside))  # noqa: T201 - the reasons are what one wants to see where this fails
    assert count >= least
    tests = [reason for reason in aside if "official test notice" in reason]
    assert len(aside) - len(tests) <= count / 100


def test_no_contact_detail_of_a_recorded_notice_is_carried_into_its_reading(shared_data: Path) -> None:
    file = shared_data / "recorded/contracts_finder/notices_export_2025-11-07.csv"
    payload = file.read_bytes()
    contacts = {row["Contact Email"] for row in csv.DictReader(io.StringIO(payload.decode("utf-8-sig")))} - {"", None}
    assert contacts
    for row in CONTRACTS_FINDER.notices_in(payload, seen=SEEN):
        assert isinstance(row, Notice)
        reading = CONTRACTS_FINDER.read(row)
        if isinstance(reading, Reading):
            assert re.search(r"\w@\w+\.\w", reading.details.description) is None, row.source_id
            assert not any(contact in repr(reading.details) for contact in contacts), row.source_id


def test_the_same_notice_gives_the_same_bytes_whatever_the_order_of_its_fields() -> None:
    one = b'{"releases":[{"id":"000001-2026","ocid":"ocds-h6vhtk-000001","date":"2026-08-10T09:00:00+01:00"}]}'
    two = b'{"releases":[{"date":"2026-08-10T09:00:00+01:00","ocid":"ocds-h6vhtk-000001","id":"000001-2026"}]}'
    (first,) = FIND_A_TENDER.notices_in(one, seen=SEEN)
    (second,) = FIND_A_TENDER.notices_in(two, seen=SEEN)
    assert isinstance(first, Notice)
    assert isinstance(second, Notice)
    assert first.content_hash == second.content_hash
