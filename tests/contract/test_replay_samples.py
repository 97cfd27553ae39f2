"""The demo's sample notices are plainly samples, fresh, in the services' shapes, and enough for three firms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import jsonschema
import pytest

from scrapers.replay.samples import demo_script, sample_firms, write_samples, write_second_phase
from tests.replay_world import CONTRACTS_FINDER, FIND_A_TENDER, a_replay

SUMMER = datetime(2026, 8, 10, 9, 30, tzinfo=UTC)
WINTER = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
Row = Mapping[str, object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_samples(tmp_path, now=SUMMER)
    write_second_phase(tmp_path, now=SUMMER + timedelta(seconds=20))
    return tmp_path


def releases(folder: Path, name: str = "*") -> list[dict[str, object]]:
    pages = [json.loads(path.read_bytes().decode("utf-8", "replace")) for path in folder.glob(f"{name}.json")]
    return [release for page in pages for release in page["releases"]]


def inside(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield every leaf of a JSON value with its path, list places left out."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from inside(part, f"{path}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from inside(part, path)
    else:
        yield path, value


def closing(release: Row) -> datetime | None:
    tender = cast("Mapping[str, Mapping[str, str]]", release["tender"])
    period = tender.get("tenderPeriod", {})
    found = period.get("endDate") or tender.get("expressionOfInterestDeadline")
    return datetime.fromisoformat(str(found)) if found else None


def notice_types(release: Row) -> set[object]:
    return {value for path, value in inside(release) if path.endswith(".documents.noticeType")}


def test_everybody_named_in_a_sample_is_called_a_sample(folder: Path) -> None:
    rows = releases(folder)
    names = {
        str(value)
        for row in rows
        for path, value in inside(row)
        if re.search(r"\.(buyer|parties|suppliers|contactPoint)\.name$|\.legalName$", path)
    }
    assert len(rows) >= 30
    assert len(names) > 25
    assert {name for name in names if not name.startswith("Sample ")} == set()
    for row in rows:
        tender = cast("Mapping[str, object]", row["tender"])
        # A termination notice is a stub without a description, here as at the real service.
        assert "This is a sample notice" in str(tender.get("description")) or row["tag"] == ["tenderCancellation"]


def test_samples_hold_no_address_that_could_be_somebodys(folder: Path) -> None:
    leaves = [str(value) for row in releases(folder) for _, value in inside(row)]
    mails = {mail for text in leaves for mail in re.findall(r"[\w.+-]+@([\w.-]+)", text)}
    hosts = {host for text in leaves for host in re.findall(r"https?://([\w.-]+)", text)}
    assert mails == {"sample.example"}
    assert hosts == {"sample.example", "replay.invalid", "www.legislation.gov.uk"}
    assert not [text for text in leaves if re.fullmatch(r"\+?[\d ()]{10,}", text)]


def test_ids_have_the_real_form_and_are_given_once(folder: Path) -> None:
    rows = releases(folder)
    ids = [str(row["id"]) for row in rows]
    assert len(set(ids)) == len(ids)
    guid = r"5a490000-0000-4000-8000-\d{12}"
    for row in rows:
        shape = f"ocds-h6vhtk-5a49\\d\\d 9\\d{{5}}-2026|ocds-b5fd17-{guid} {guid}-\\d{{6}}"
        assert re.fullmatch(shape, f"{row['ocid']} {row['id']}")


@pytest.mark.parametrize("now", [SUMMER, WINTER, datetime(2026, 10, 24, 23, 50, tzinfo=UTC)])
def test_samples_are_always_fresh(tmp_path: Path, now: datetime) -> None:
    write_samples(tmp_path, now=now)
    rows = releases(tmp_path)
    published = [datetime.fromisoformat(str(row["date"])) for row in rows]
    assert all(timedelta(0) < now - moment < timedelta(hours=6) for moment in published)
    deadlines = [end for row in rows if row["tag"] == ["tender"] and (end := closing(row))]
    assert len(deadlines) == 29
    assert all(timedelta(days=1) < end - now < timedelta(days=45) for end in deadlines)
    assert not [path for row in rows for path, value in inside(row) if "{{" in str(value)]


def test_offsets_are_written_as_each_service_writes_them(tmp_path: Path) -> None:
    write_samples(tmp_path / "summer", now=SUMMER)
    write_samples(tmp_path / "winter", now=WINTER)
    ends = {
        (season, service): {str(row["date"])[19:] for row in releases(tmp_path / season, service)}
        for season in ("summer", "winter")
        for service in ("find_a_tender", "contracts_finder")
    }
    assert ends == {
        ("summer", "find_a_tender"): {"+01:00"},
        ("summer", "contracts_finder"): {"+01:00"},
        ("winter", "find_a_tender"): {"+00:00"},
        ("winter", "contracts_finder"): {"Z"},
    }


def test_a_moment_without_a_time_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        write_samples(tmp_path, now=datetime(2026, 8, 10))  # noqa: DTZ001 - the mistake is the test
    assert list(tmp_path.iterdir()) == []


def test_the_shapes_vary_as_those_of_the_services_do(folder: Path) -> None:
    rows = releases(folder)
    assert set().union(*map(notice_types, rows)) == {"UK2", "UK4", "UK6", "UK12"}
    leaves = {path for row in rows for path, _ in inside(row)}
    assert {".tender.specialRegime", ".tender.expressionOfInterestDeadline", ".tender.minValue.amount"} <= leaves
    assert ".tender.otherRequirements.reservedParticipation" in leaves
    schemes = [value for row in rows for path, value in inside(row) if path == ".tender.legalBasis.scheme"]
    assert schemes.count("CELEX") == 1
    tenders = [cast("Mapping[str, object]", row["tender"]) for row in rows if row["tag"] == ["tender"]]
    values = [cast("Mapping[str, float]", tender.get("value", {})) for tender in tenders]
    assert [value for value in values if not value]
    assert [value for value in values if set(value) == {"amountGross", "currency"}]
    net = [value["amount"] for value in values if "amount" in value]
    assert min(net) < 20_000
    assert max(net) > 1_000_000
    assert [tender for tender in tenders if len(cast("list[object]", tender.get("lots", []))) > 1]
    assert len([tender for tender in tenders if tender.get("aboveThreshold") is False]) > 8


def test_places_vary_over_london_with_one_outside_one_nationwide_and_one_unsaid(folder: Path) -> None:
    spread = {
        str(row["id"]): {value for path, value in inside(row) if path == ".tender.items.deliveryAddresses.region"}
        for row in releases(folder, "find_a_tender")
    }
    london = {region for regions in spread.values() if len(regions) == 1 for region in regions}
    assert len({region for region in london if str(region).startswith("UKI")}) >= 14
    assert {"UKE42"} in spread.values()
    assert {f"UK{letter}" for letter in "CDEFGHIJKLMN"} in spread.values()
    assert spread["900122-2026"] == set()


def test_one_procurement_is_on_both_services_under_ids_that_do_not_meet(folder: Path) -> None:
    def likeness(row: Row) -> tuple[object, ...]:
        tender = cast("Mapping[str, object]", row["tender"])
        value = cast("Mapping[str, object]", tender.get("value", {}))
        return cast("Mapping[str, str]", row["buyer"])["name"], tender["title"], value.get("amount"), closing(row)

    there = {likeness(row): row["ocid"] for row in releases(folder, "find_a_tender")}
    twins = [
        (there[likeness(row)], row["ocid"]) for row in releases(folder, "contracts_finder") if likeness(row) in there
    ]
    assert twins == [("ocds-h6vhtk-5a4906", "ocds-b5fd17-5a490000-0000-4000-8000-000000000101")]


def test_the_second_phase_changes_what_the_first_phase_said(folder: Path) -> None:
    first = {row["ocid"]: row for row in releases(folder, "find_a_tender")}
    second = {str(row["id"]): row for row in releases(folder, "find_a_tender_second_phase")}
    update, stub, award = (second[f"90020{n}-2026"] for n in (1, 2, 3))
    before, after = closing(first[update["ocid"]]), closing(update)
    assert before is not None
    assert after is not None
    assert after - before == timedelta(days=7)
    assert (update["tag"], notice_types(update)) == (["tenderUpdate"], {"UK4"})
    assert (stub["tag"], notice_types(stub), closing(stub)) == (["tenderCancellation"], {"UK12"}, None)
    assert (award["tag"], notice_types(award)) == (["award", "contract"], {"UK6"})
    assert all(row["ocid"] in first and row["date"] == "2026-08-10T10:30:20+01:00" for row in second.values())


async def test_samples_are_served_with_links_to_the_server_and_pages_that_say_so(folder: Path) -> None:
    window = "?updatedFrom=2026-08-10T04:30:00&updatedTo=2026-08-10T10:30:30&limit=10"
    async with a_replay(folder) as visitor:
        pages = await visitor.walk(FIND_A_TENDER + window)
        links = {
            str(value)
            for page in pages
            for row in page.releases
            for path, value in inside(row)
            if path.endswith(".documents.url") and "/Notice/9" in str(value)
        }
        shown = [await visitor.get(link) for link in sorted(links)]
        finder = await visitor.get(CONTRACTS_FINDER + "?publishedFrom=2026-08-10&publishedTo=2026-08-11")
        [bench] = [row for row in finder.releases if "benches" in str(row["tender"])]
        tender = cast("Mapping[str, list[Mapping[str, str]]]", bench["tender"])
        shown.append(await visitor.get(tender["documents"][0]["url"]))
        assert all(link.startswith(visitor.url) for link in links)
    assert not [page for page in [*pages, finder] if b"replay.invalid" in page.body]
    assert len(shown) > 20
    assert all(page.status == 200 and b"This is a sample notice" in page.body for page in shown)


async def test_contracts_finder_samples_carry_the_broken_dash_of_the_real_service(folder: Path) -> None:
    async with a_replay(folder) as visitor:
        page = await visitor.get(CONTRACTS_FINDER)
    assert page.body.count(b"working days \xc3\xa2\x80\x93 within") == 1
    with pytest.raises(UnicodeDecodeError):
        page.body.decode()


def test_samples_agree_with_the_ocds_schema_and_the_uk_extension(folder: Path, shared_data: Path) -> None:
    def patched(schema: object, patch: object) -> object:
        if not isinstance(patch, dict) or not isinstance(schema, dict):
            return patch
        return schema | {key: patched(schema.get(key, {}), part) for key, part in patch.items() if part is not None}

    schemas = shared_data / "schemas"
    release = json.loads((schemas / "ocds-release-schema.json").read_bytes())
    extension = json.loads((schemas / "ocds-uk-extension-release-schema.json").read_bytes())
    validator = jsonschema.Draft4Validator(cast("dict[str, object]", patched(release, extension)))
    wrong = [f"{row['id']}: {error.message}" for row in releases(folder) for error in validator.iter_errors(row)]
    assert wrong == []
    assert list(validator.iter_errors({"id": 1})), "the schema must be able to say no"


def test_every_sample_firm_hears_of_two_and_each_change_is_heard() -> None:
    firms = sample_firms()
    assert [firm.name for firm in firms] == [
        "Sample Windows & Floors Ltd",
        "Sample Green Spaces CIC",
        "Sample Kitchen Table Catering Ltd",
    ]
    assert all(len(firm.hears_of) >= 2 and set(firm.changes) <= set(firm.hears_of) for firm in firms)
    assert {change for firm in firms for change in firm.changes} == {
        "ocds-h6vhtk-5a4901",
        "ocds-h6vhtk-5a4905",
        "ocds-h6vhtk-5a4925",
    }
    allowed = {"sectors", "cpv", "words", "areas", "value_min", "value_max", "buyers", "early", "eu"}
    assert all(set(interest) <= allowed for firm in firms for interest in firm.interests)


def test_what_firms_hear_of_is_among_the_samples_and_open(folder: Path) -> None:
    known = {str(row["ocid"]): row["tag"] for row in releases(folder) if row["tag"] in (["tender"], ["planning"])}
    for firm in sample_firms():
        assert set(firm.hears_of) | set(firm.must_not_hear_of) <= set(known)
        assert not set(firm.hears_of) & set(firm.must_not_hear_of)


def test_the_demo_shows_a_refusal_with_a_delay_and_a_late_one_without() -> None:
    early, silent = demo_script().steps
    assert dict(early.interruption.headers)["Retry-After"] == "1"
    assert "Retry-After" not in dict(silent.interruption.headers)
    assert (early.interruption.status, silent.interruption.status) == (429, 429)
    assert (early.after, silent.after) == (0.0, 30.0)
    assert early.service is not silent.service
