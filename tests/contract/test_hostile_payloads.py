"""Payloads that are broken, odd or meant to harm end in a sentence that names the source and the field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from scrapers.kinds import words
from scrapers.sources.contracts_finder import SOURCE as CONTRACTS_FINDER
from scrapers.sources.find_a_tender import SOURCE as FIND_A_TENDER
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Reading
from service.errors import UnreadableBody
from service.ports import Source

SEEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
GUID = "00000000-0000-4000-8000-000000000001"
SOURCES = [(FIND_A_TENDER, "Find a Tender"), (CONTRACTS_FINDER, "Contracts Finder")]


def a_tender(source: Source, **tender: object) -> dict[str, Any]:
    """Return a release with a tender of a sample council."""
    ours = source is FIND_A_TENDER
    return {
        "ocid": "ocds-h6vhtk-0a0001" if ours else f"ocds-b5fd17-{GUID}",
        "id": "000001-2026" if ours else f"{GUID}-1",
        "date": "2026-08-10T09:00:00+01:00",
        "tag": ["tender"],
        "buyer": {"id": "GB-PPON-0001", "name": "Sample Borough Council"},
        "tender": {"title": "Sample cleaning", "status": "active", **tender},
    }


def outcomes(source: Source, payload: bytes) -> list[Reading | SetAside]:
    """Return what a file comes to."""
    assert source.recognises(payload)
    rows = source.notices_in(payload, seen=SEEN)
    return [source.read(row) if isinstance(row, Notice) else row for row in rows]


def packed(*releases: object) -> bytes:
    """Return a package as bytes."""
    return json.dumps({"releases": list(releases)}).encode()


def read(source: Source, release: Mapping[str, object]) -> Reading | SetAside:
    """Return what one release comes to."""
    (found,) = outcomes(source, packed(release))
    return found


def a_reading(source: Source, **tender: object) -> Reading:
    """Return the reading of a tender that can be read."""
    found = read(source, a_tender(source, **tender))
    assert isinstance(found, Reading), found
    return found


@pytest.mark.parametrize(("source", "name"), SOURCES)
@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><title>Maintenance</title>", "web page"),
        (packed({"id": "1"})[:-9], "not whole JSON"),
        (b"[" * 200_000, "not whole JSON"),
        (b'{"message": "no"}', "neither a release nor a package"),
        (b"[]", "the list is empty"),
        (b"\x00\x01\x02\x03", "not whole JSON"),
        (b'{"a": "' + b'\\"' * 300_000, "not whole JSON"),
        (b'{"a": ' + b"1 000 000 000" * 100_000, "not whole JSON"),
        (b'{"a": ' + b"1" * 600_000 + b"x", "not whole JSON"),
    ],
)
def test_a_body_that_is_no_package_is_refused_by_name(source: Source, name: str, body: bytes, why: str) -> None:
    with pytest.raises(UnreadableBody, match=f"{name}.*{why}"):
        list(source.notices_in(body, seen=SEEN))


@pytest.mark.parametrize(("source", "name"), SOURCES)
@pytest.mark.parametrize(
    ("tender", "field"),
    [
        ({"title": None}, "tender.title"),
        ({"title": "  "}, "tender.title"),
        ({"title": 7}, "tender.title"),
        ({"value": {"amount": -5, "currency": "GBP"}}, "tender.value.amount"),
        ({"value": {"amount": 1e14, "currency": "GBP"}}, "tender.value.amount"),
        ({"value": {"amount": "about ten", "currency": "GBP"}}, "tender.value.amount"),
        ({"value": {"amount": "NaN", "currency": "GBP"}}, "tender.value.amount"),
        ({"value": {"amount": True, "currency": "GBP"}}, "tender.value.amount"),
        ({"value": {"amount": [1], "currency": "GBP"}}, "tender.value.amount"),
        ({"value": {"amount": 5, "currency": "pounds"}}, "tender.value.currency"),
        ({"tenderPeriod": {"endDate": "next Friday"}}, "tender.tenderPeriod.endDate"),
        ({"tenderPeriod": {"endDate": "2026-02-30T12:00:00Z"}}, "tender.tenderPeriod.endDate"),
        ({"tenderPeriod": {"endDate": 20260830}}, "tender.tenderPeriod.endDate"),
        ({"lots": [{"id": "1", "value": {"amount": -1}}]}, r"tender.lots\[0\].value.amount"),
    ],
)
def test_a_field_that_cannot_be_believed_sets_the_notice_aside_by_name(
    source: Source, name: str, tender: dict[str, object], field: str
) -> None:
    found = read(source, a_tender(source, **tender))
    assert isinstance(found, SetAside)
    assert found.reason.startswith(f"{name}: ")
    with pytest.raises(AssertionError, match=f"{field}: "):
        raise AssertionError(found.reason)


@pytest.mark.parametrize(("source", "name"), SOURCES)
@pytest.mark.parametrize("date", [None, "", "yesterday", "2026-13-01T00:00:00Z", 5])
def test_a_release_without_a_readable_date_is_set_aside(source: Source, name: str, date: object) -> None:
    found = read(source, a_tender(source) | {"date": date})
    assert isinstance(found, SetAside)
    assert found.reason.startswith(f"{name}: ")
    assert " date: " in found.reason


@pytest.mark.parametrize(("source", "name"), SOURCES)
def test_rows_that_are_no_notice_are_set_aside_and_the_rest_is_read(source: Source, name: str) -> None:
    deep: object = "bottom"
    for _ in range(64):
        deep = {"in": deep}
    good = a_tender(source)
    found = outcomes(source, packed(None, "text", [], {**good, "id": None}, {**good, "more": deep}, good))
    reasons = [row.reason for row in found if isinstance(row, SetAside)]
    assert [type(row) for row in found] == [SetAside] * 5 + [Reading]
    assert all(reason.startswith(f"{name}: ") for reason in reasons)
    assert "row 1: it is not an object" in reasons[0]
    assert " id: there is no text" in reasons[3]
    assert "more than 32 levels deep" in reasons[4]


@pytest.mark.parametrize("source", [source for source, _ in SOURCES])
def test_the_two_malformed_numbers_are_repaired_and_strings_left_alone(source: Source) -> None:
    sample = a_tender(source, description="a figure of 20 000, and 1e9999", value={"amount": 111, "currency": "GBP"})
    body = packed(sample | {"more": {"limit": 222}})
    body = body.replace(b": 111,", b": 20 000,").replace(b": 222", b": 1e9999")
    (found,) = outcomes(source, body)
    assert isinstance(found, Reading)
    assert found.details.value is not None
    assert found.details.value.net == Decimal(20000)
    assert found.details.description == "a figure of 20 000, and 1e9999"


@pytest.mark.parametrize("source", [source for source, _ in SOURCES])
def test_an_amount_without_end_is_not_stated(source: Source) -> None:
    body = packed(a_tender(source, value={"amount": 111, "currency": "GBP"})).replace(b": 111,", b": 1e9999,")
    (found,) = outcomes(source, body)
    assert isinstance(found, Reading)
    assert found.details.value is None


@pytest.mark.parametrize("source", [source for source, _ in SOURCES])
def test_bytes_of_another_charset_are_read_as_the_characters_they_are(source: Source) -> None:
    body = packed(a_tender(source, title="Caf# and \\u00a35 kept")).replace(b"#", b"\xe9").replace(b"\\\\u", b"\\u")
    (found,) = outcomes(source, body)
    assert isinstance(found, Reading)
    assert found.details.title == "Café and £5 kept"


@pytest.mark.parametrize("source", [source for source, _ in SOURCES])
def test_a_deadline_without_a_time_is_the_start_of_its_day_in_london(source: Source) -> None:
    deadline = a_reading(source, tenderPeriod={"endDate": "2026-08-25"}).details.deadline
    assert deadline is not None
    assert (deadline.at, deadline.date_only) == (datetime(2026, 8, 24, 23, 0, tzinfo=UTC), True)


@pytest.mark.parametrize("source", [source for source, _ in SOURCES])
def test_unknown_codes_are_dropped_and_known_ones_kept(source: Source) -> None:
    codes = ["45000000-7", "99999999", "nonsense", "90919300", None, 45000000]
    items = [{"additionalClassifications": [{"scheme": "CPV", "id": code} for code in codes]}]
    assert a_reading(source, items=items).details.cpv == ("45000000", "90919300")


@pytest.mark.parametrize("source", [source for source, _ in SOURCES])
@pytest.mark.parametrize(
    "name", ["value", "items", "lots", "documents", "tenderPeriod", "suitability", "techniques", "otherRequirements"]
)
@pytest.mark.parametrize("odd", [None, [], {}, "text", 5, [None, "text", [1]], {"id": {"deeper": []}}])
def test_a_field_of_another_shape_is_not_stated_and_never_a_crash(source: Source, name: str, odd: object) -> None:
    assert a_reading(source, **{name: odd}).details.title == "Sample cleaning"


@pytest.mark.parametrize(("source", "name"), SOURCES)
def test_official_test_notices_are_set_aside(source: Source, name: str) -> None:
    found = read(source, a_tender(source, title="*** TEST Notice *** please ignore"))
    assert isinstance(found, SetAside)
    assert found.reason.startswith(f"{name}: tender.title")
    assert a_reading(source, title="Water test notices and signs").details.title == "Water test notices and signs"


@pytest.mark.parametrize("source", [source for source, _ in SOURCES])
def test_no_contact_reaches_a_reading(source: Source) -> None:
    called = "020 7946 0000 or +44 (0)20 7946 0001"
    said = f"Ask sample.person@council.example or ring {called}. Lots 1-3, 076412-2026, 45000000."
    release = a_tender(source, description=said)
    release["parties"] = [
        {
            "id": "GB-PPON-0001",
            "roles": ["buyer"],
            "name": "Sample Borough Council",
            "contactPoint": {"name": "Sample Person", "email": "p@council.example", "telephone": "020 7946 0009"},
        }
    ]
    found = read(source, release)
    assert isinstance(found, Reading)
    shown = "[contact in the official notice]"
    assert found.details.description == f"Ask {shown} or ring {shown} or {shown}. Lots 1-3, 076412-2026, 45000000."
    for private in ("Sample Person", "council.example", "7946"):
        assert private not in repr(found)


@pytest.mark.parametrize("source", [source for source, _ in SOURCES])
def test_only_web_addresses_become_documents_and_never_the_notice_itself(source: Source) -> None:
    home = "https://www.find-tender.service.gov.uk/Notice/000001-2026"
    if source is CONTRACTS_FINDER:
        home = f"https://www.contractsfinder.service.gov.uk/Notice/{GUID}"
    urls = [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://a:b@x.example/",
        "http://[",
        home,
        "https://x.example/spec",
    ]
    documents = [{"id": str(n), "url": url, "title": "Sample paper"} for n, url in enumerate(urls)]
    details = a_reading(source, documents=documents).details
    assert [document.url for document in details.documents] == ["https://x.example/spec"]
    assert details.official_url == home


def test_a_framework_named_by_a_call_off_is_no_name_of_the_call_off() -> None:
    release = a_tender(FIND_A_TENDER, description=f"See ocds-h6vhtk-0b0002 and ocds-b5fd17-{GUID}.")
    release["relatedProcesses"] = [
        {"relationship": ["framework"], "scheme": "ocid", "identifier": "ocds-h6vhtk-0c0003"},
        {"relationship": ["prior"], "scheme": "ocid", "identifier": "ocds-h6vhtk-0d0004"},
    ]
    found = read(FIND_A_TENDER, release)
    assert isinstance(found, Reading)
    ocids = [key.value for key in found.keys if key.scheme == "ocid"]
    assert ocids == ["ocds-h6vhtk-0a0001", "ocds-h6vhtk-0d0004", f"ocds-b5fd17-{GUID}"]


@pytest.mark.parametrize("source", [source for source, _ in SOURCES])
@pytest.mark.parametrize("odd", ["not an ocid", "", None, 7, "ocds-"])
def test_words_in_place_of_an_ocid_join_no_strangers(source: Source, odd: object) -> None:
    release = a_tender(source)
    named = b'"ocid": "ocds-h6vhtk-0a0001"' if source is FIND_A_TENDER else f'"ocid": "ocds-b5fd17-{GUID}"'.encode()
    payload = packed(release)
    assert named in payload
    (notice,) = source.notices_in(payload.replace(named, b'"ocid": ' + json.dumps(odd).encode()), seen=SEEN)
    assert isinstance(notice, Notice)
    found = source.read(notice)
    assert isinstance(found, Reading)
    assert {key.scheme for key in found.keys} == {"notice"}


@pytest.mark.parametrize("source", [source for source, _ in SOURCES])
def test_a_supplier_who_is_a_person_is_not_named(source: Source) -> None:
    release = a_tender(source) | {"tag": ["award"]}
    release["awards"] = [{"id": "1", "suppliers": [{"name": "Mrs Sample Person"}, {"name": "Sample Cleaning Ltd"}]}]
    found = read(source, release)
    assert isinstance(found, Reading)
    assert found.details.suppliers == ("Sample Cleaning Ltd",)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Acusorb\u00c2\u00ae", "Acusorb®"),
        ("2025\u00e2\u0080\u00932026", "2025\u20132026"),
        ("2025\u00e2\u20ac\u201c2026", "2025\u20132026"),
        ("Tom &amp;amp; Sons &#039;R&eacute;sum&eacute;&#039;", "Tom & Sons 'Résumé'"),
        ("  two  blanks ", "two  blanks"),
        ("nul\x00l", "null"),
        ("Zürich, façade, £5", "Zürich, façade, £5"),
    ],
)
def test_broken_words_are_put_right_and_right_ones_left(said: str, meant: str) -> None:
    assert words.line(said) == meant


def test_a_csv_row_of_another_width_or_a_bad_amount_is_no_crash() -> None:
    table = (
        b"Notice Identifier,Notice Type,Organisation Name,Status,Published Date,Title,"
        b"Value Low,Closing Date,Closing Time\n"
        b"A1,Contract,Sample Council,Open,2026-08-10T09:00:00Z,Sample works,1000,01/01/1,\n"
        b"A2,Contract,Sample Council,Open,2026-08-10T09:00:00Z,Sample works,-1,25/08/2026,12:00\n"
        b"A3,Contract,Sample Council,Open,2026-08-10T09:00:00Z,Sample works,0,31/02/2026,12:00\n"
        b"A4,Contract,Sample Council,Open,2026-08-10T09:00:00Z,Sample works,0,25/08/2026,25:00\n"
        b"A5,Contract\n"
        b"A6,Contract,Sample Council,Open,2026-08-10T09:00:00Z,Sample works,0,25/08/2026,12:00,more,and,more\n"
    )
    found = outcomes(CONTRACTS_FINDER, table)
    reasons = {number: row.reason for number, row in enumerate(found, start=1) if isinstance(row, SetAside)}
    assert [type(row) for row in found] == [Reading, SetAside, SetAside, SetAside, SetAside, Reading]
    for number, field in ((2, "Value Low"), (3, "Closing Date"), (4, "Closing Time"), (5, "Published Date")):
        assert reasons[number].startswith("Contracts Finder: ")
        assert f" {field}: " in reasons[number]
