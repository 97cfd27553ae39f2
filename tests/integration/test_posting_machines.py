"""Many postings at once, by file and by program; on a date; with papers; of main contractors; and all as OCDS."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import aiohttp
import pytest
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4
from sqlalchemy import text

from scrapers.replay.samples import canary_file
from service.usecases.collect import Report, import_payload
from service.usecases.posting.preview import Reach, shown_reach
from tests.account_world import FIRM, OURS
from tests.integration.test_postings import sent_as_it_is
from tests.posting_world import ANSWERS, APPROVER, CAMDEN_APPROVER, HACKNEY, POSTER, Borough, a_borough
from tests.unit.test_posting_sheet import MACRO_TYPES, TYPES, WORD, a_file, packed

TITLE = "Window cleaning at two sample schools"
PNG = b"\x89PNG\r\n\x1a\n" + b"a sample picture"
CONTRACTOR = "builder@main.example"
FIELDS = {
    "title": TITLE,
    "description": "Clean the windows, inside and outside.",
    "trade": "environment",
    "areas": ["Hackney"],
    "worth": 18_000,
    "starts": "2027-04-01",
    "months": 36,
    "closes": "2027-01-12",
    "reply": "quotes@borough.example",
    "asks": "A price.",
}


@pytest.fixture
async def borough(tmp_path: Path) -> AsyncIterator[Borough]:
    async with a_borough(tmp_path) as made:
        yield made


async def states(borough: Borough) -> list[str]:
    async with borough.database.reading() as connection:
        return list((await connection.execute(text("SELECT state FROM posting ORDER BY changed"))).scalars())


async def upload(borough: Borough, path: str, *, name: str, body: bytes) -> tuple[int, str]:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", io.BytesIO(body), filename=name, content_type="application/octet-stream")
    answer = await borough.browser.post(path, data=form, headers=OURS)
    return answer.status, await answer.text()


# ------------------------------------------------------------------------------------------------ from a file


async def test_a_file_with_a_wrong_row_makes_nothing_and_keeps_every_cell(borough: Borough) -> None:
    await borough.enter(APPROVER)
    both = a_file() + a_file(title="=cmd|' /C calc'!A0", worth="-5").partition("\n")[2]
    status, said = await upload(borough, "/buyers/postings/many", name="p.csv", body=both.encode())
    assert status == 422
    assert "1 row is fine" in said
    assert re.search(r"Row 3.*Enter a sum above 0.*like a formula", " ".join(said.split()))
    assert "=cmd|&#39; /C calc&#39;!A0" in said, "it stands in the box, as it was"
    assert await states(borough) == []


async def test_the_fine_rows_are_kept_as_drafts_and_the_others_are_handed_back(borough: Borough) -> None:
    await borough.enter(APPROVER)
    bad = "=cmd|' /C calc'!A0"
    both = a_file() + a_file(title=bad).partition("\n")[2]
    said = await (await borough.post("/buyers/postings/many", rows=both, do="keep")).text()
    assert await states(borough) == ["draft"]
    assert "1 draft is saved" in said
    assert "1 row is left" in said
    assert "=cmd|&#39; /C calc&#39;!A0" in said, "in the box, as it was"
    given = await borough.post("/buyers/postings/many", rows=both, do="save")
    assert given.headers["Content-Disposition"] == 'attachment; filename="postings-left.csv"'
    (row,) = csv.DictReader(io.StringIO((await given.read()).decode("utf-8-sig")))
    assert row["title"] == f"'{bad}", "no spreadsheet runs it"
    assert "title: This begins with '='" in row["problem"]
    handed_back = await borough.post("/buyers/postings/many", rows=(await given.read()).decode("utf-8-sig"))
    assert handed_back.status == 422
    assert "like a formula" in await handed_back.text(), "nor does it slip in when the file comes again"


async def test_rows_for_an_organisation_of_others_are_refused_and_go_to_no_other(borough: Borough) -> None:
    await borough.enter(POSTER)
    assert (await borough.post("/buyers/postings/many", rows=a_file(), organisation="999999")).status == 403
    assert await states(borough) == []


async def test_rows_beyond_the_first_hundred_wait_in_the_box(borough: Borough) -> None:
    await borough.enter(APPROVER)
    head, row = a_file().splitlines()
    rows = [row.replace("Window cleaning", f"Window cleaning {number}", 1) for number in range(101)]
    said = await (await borough.post("/buyers/postings/many", rows="\n".join([head, *rows]))).text()
    assert "100 drafts are saved" in said
    assert "1 row is left" in said
    assert len(re.findall("<textarea[^§]*Window cleaning 100[^§]*</textarea>", said)) == 1


@pytest.mark.parametrize("way", ["pasted", "as a file"])
async def test_ten_megabytes_of_rows_get_a_sentence_and_none_is_lost(borough: Borough, way: str) -> None:
    await borough.enter(APPROVER)
    head, row = a_file(description="Clean the windows of a sample school. " * 25).splitlines()
    many = 10_000_000 // len(row)
    much = "\n".join([head, row.replace(TITLE, "=1+1"), *[row] * many])
    if way == "pasted":
        answer = await sent_as_it_is(borough, "/buyers/postings/many", {"rows": quote_plus(much)})
        status, said = answer.status, await answer.text()
    else:
        status, said = await upload(borough, "/buyers/postings/many", name="p.csv", body=much.encode())
    assert (status, await states(borough)) == (422, [])
    assert f"99 rows are fine, and {many - 99} below the first 100 wait" in said
    assert "like a formula" in said
    assert said.count("quotes@borough.example") == many + 1


async def test_a_file_is_seen_as_firms_will_see_it_and_published_once(borough: Borough) -> None:
    await borough.sign_up(FIRM, sector="environment", area=HACKNEY)
    await borough.enter(APPROVER)
    both = a_file() + a_file(title="Window cleaning at a sample library").partition("\n")[2]
    for _ in range(2):  # sent twice
        answer = await borough.post("/buyers/postings/many", rows=both)
        assert "2 drafts are saved" in await answer.text()
    assert await states(borough) == ["draft", "draft"]
    page = await answer.text()
    assert page.count('class="card"') == 2
    chosen = [("posting", each) for each in re.findall(r'name="posting" value="([^"]+)"', page)]
    done = await (await borough.post("/buyers/postings/many/publish", *chosen)).text()
    assert done.count("is published.") == 2
    await borough.work()
    assert len([each for each in await borough.mail(FIRM) if each.startswith("New: ")]) == 2


async def test_who_does_not_publish_asks_for_approval_of_all(borough: Borough) -> None:
    await borough.enter(POSTER)
    page = await (await borough.post("/buyers/postings/many", rows=a_file())).text()
    assert "Ask for approval of all 1" in page
    chosen = [("posting", each) for each in re.findall(r'name="posting" value="([^"]+)"', page)]
    assert "waits for approval" in await (await borough.post("/buyers/postings/many/publish", *chosen)).text()
    assert await states(borough) == ["waiting"]
    await borough.enter(CAMDEN_APPROVER)
    assert (await borough.post("/buyers/postings/many/publish", *chosen)).status == 404


async def test_a_file_whose_name_is_longer_than_any_line_gets_a_sentence(borough: Borough) -> None:
    await borough.enter(APPROVER)
    status, said = await upload(borough, "/buyers/postings/many", name="x" * 20_000, body=b"title")
    assert status == 400
    assert "The form could not be read. Go back and send it again." in said


async def test_the_sample_file_can_be_sent_as_it_is(borough: Borough) -> None:
    await borough.enter(POSTER)
    sample = await (await borough.get("/buyers/postings/many/sample.csv")).read()
    status, said = await upload(borough, "/buyers/postings/many", name="postings.csv", body=sample)
    assert status == 200, said
    assert "1 draft is saved" in said


# ----------------------------------------------------------------------------------------------- by a program


async def asked(borough: Borough, key: str, method: str, path: str, **sent: Any) -> tuple[int, dict[str, Any]]:
    borough.forget_cookies()
    headers = {"Authorization": f"Bearer {key}"}
    answer = await borough.browser.request(method, path, json=sent or None, headers=headers)
    return answer.status, await answer.json()


async def a_key(borough: Borough, role: str, organisation: str = "hackney") -> str:
    return await borough.accounts.api_keys.make(kind="buyer", key=organisation, role=role, label="a sample program")


async def test_a_program_writes_changes_and_publishes_with_a_key(borough: Borough) -> None:
    key = await a_key(borough, "approver")
    status, wrong = await asked(borough, key, "POST", "/api/postings", **(FIELDS | {"worth": -5, "colour": "red"}))
    assert status == 422
    assert "There is no such field" in wrong["problems"]["colour"]
    status, wrong = await asked(borough, key, "POST", "/api/postings", **(FIELDS | {"worth": -5}))
    assert wrong["problems"] == {"worth": "Enter a sum above 0: your best guess will do"}
    assert await states(borough) == []
    status, made = await asked(borough, key, "POST", "/api/postings", reference="PO-1", **FIELDS)
    assert (status, made["state"], made["fields"]["areas"]) == (201, "draft", HACKNEY)
    _, again = await asked(borough, key, "POST", "/api/postings", reference="PO-1", **FIELDS)
    assert again["id"] == made["id"]
    path = f"/api/postings/{made['id']}"
    status, changed = await asked(borough, key, "PATCH", path, worth="19000", publish=True)
    assert (status, changed["state"], changed["fields"]["worth"]) == (200, "published", "19000")
    await borough.work()
    assert "£19,000" in await borough.said(changed["page"].partition("8080")[2])
    _, listed = await asked(borough, key, "GET", "/api/postings")
    assert [each["id"] for each in listed["items"]] == [made["id"]]
    _, gone = await asked(borough, key, "PATCH", path, withdraw="Not needed")
    assert gone["state"] == "withdrawn"
    await borough.enter(APPROVER)
    assert "A program with the key" in await borough.said(f"/buyers/postings/{made['id']}/record")


async def test_a_key_does_what_its_role_and_organisation_may_and_no_more(borough: Borough) -> None:
    poster, viewer, camden = [
        await a_key(borough, "poster"),
        await a_key(borough, "viewer"),
        await a_key(borough, "approver", "camden"),
    ]
    _, made = await asked(borough, poster, "POST", "/api/postings", **FIELDS)
    path = f"/api/postings/{made['id']}"
    assert (await asked(borough, poster, "PATCH", path, publish=True))[0] in {403, 404}
    assert (await asked(borough, viewer, "GET", path))[0] == 200
    assert (await asked(borough, viewer, "PATCH", path, worth="1"))[0] == 403
    assert (await asked(borough, camden, "GET", path))[0] == 404
    assert (await asked(borough, camden, "PATCH", path, worth="1"))[0] == 404
    assert (await asked(borough, "bowbell_00000000_x", "GET", path))[0] == 401
    for body in (b"[]", b"{", b"\xff", b'{"publish": "yes"}', b'{"worth": {"a": 1}}'):
        headers = {"Authorization": f"Bearer {poster}"}
        answer = await borough.browser.patch(path, data=body, headers=headers)
        assert answer.status in {400, 422}, body
    assert await states(borough) == ["draft"]


# -------------------------------------------------------------------------------------------------- on a date


async def schedule(borough: Borough, path: str, day: str, month: str, year: str, clock: str) -> tuple[int, str]:
    seen = await borough.seen(path)
    due = {"due_day": day, "due_month": month, "due_year": year, "due_time": clock}
    answer = await borough.post(f"{path}/schedule", seen=seen, **due)
    return answer.status, await answer.text()


async def test_what_was_approved_for_a_day_is_published_on_it_and_not_before(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write()
    for moment, sentence in (
        (("2", "1", "2020", "9am"), "That moment is past"),
        (("13", "1", "2027", "9am"), "Publish it before that"),
        (("1", "13", "2027", "9am"), "There is no such day"),
    ):
        status, said = await schedule(borough, path, *moment)
        assert (status, sentence in said) == (422, True), said
        assert f'value="{moment[2]}"' in said, "what was typed is kept"
    status, said = await schedule(borough, path, "1", "12", "2026", "9am")
    assert "It is published by itself on that day" in said
    await borough.accounts.posting_dates.publish_due()
    assert await states(borough) == ["scheduled"]
    borough.turn_to(datetime(2026, 12, 1, 9, 0, 1, tzinfo=UTC))
    for _ in range(2):
        await borough.house.publish_due()
    assert await states(borough) == ["published"]


async def test_what_is_changed_before_its_day_is_read_again_first(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write()
    await schedule(borough, path, "1", "12", "2026", "9am")
    await borough.enter(POSTER)
    await borough.post(f"{path}/how-much", worth="90000")
    borough.turn_to(datetime(2026, 12, 2, tzinfo=UTC))
    await borough.house.publish_due()
    assert await states(borough) == ["draft"]


async def test_a_day_that_cannot_be_kept_is_told_and_the_draft_stays(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write()
    await schedule(borough, path, "1", "12", "2026", "9am")
    borough.turn_to(datetime(2027, 2, 1, tzinfo=UTC))  # the machine was off until after the deadline
    await borough.house.publish_due()
    assert await states(borough) == ["draft"]
    await borough.work()
    assert [each for each in await borough.mail(APPROVER) if each.startswith("Sent back:")]
    await borough.enter(APPROVER)
    said = await borough.said(path)
    assert "It could not be published on its day" in said
    assert "That moment is past" in said


async def test_in_the_nights_the_clocks_change_a_day_of_publishing_is_one_moment(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write(by_when={"closes_day": "30", "closes_month": "11", "closes_year": "2027"})
    borough.turn_to(datetime(2027, 3, 1, tzinfo=UTC))
    await borough.enter(APPROVER)
    status, said = await schedule(borough, path, "28", "3", "2027", "1.30am")
    assert (status, "That time does not exist" in said) == (422, True)
    assert (await schedule(borough, path, "31", "10", "2027", "1.30am"))[0] == 200
    borough.turn_to(datetime(2027, 10, 31, 0, 59, tzinfo=UTC))  # 1.59am, before the clocks go back
    await borough.house.publish_due()
    assert await states(borough) == ["scheduled"]
    borough.turn_to(datetime(2027, 10, 31, 1, 30, 1, tzinfo=UTC))  # 1.30am for the second time
    await borough.house.publish_due()
    assert await states(borough) != ["scheduled"]


# ---------------------------------------------------------------------------------------------------- papers


async def test_a_paper_goes_with_the_posting_once_it_is_published_and_is_only_ever_saved(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write()
    status, said = await upload(borough, f"{path}/files", name="../plan of the school.png", body=PNG)
    assert (status, "plan of the school.png" in said) == (200, True)
    (own,) = set(re.findall(rf"{path}/files/([0-9a-f]{{32}})", said))
    await upload(borough, f"{path}/files", name="again.png", body=PNG)
    await borough.publish(path)
    await borough.work()
    (public,) = (await borough.page(path)).xpath("//a[starts-with(@href, '/opportunities/')]/@href")
    (link,) = (await borough.page(str(public))).xpath("//a[contains(@href, '/files/')]/@href")
    borough.forget_cookies()
    answer = await borough.get(link)
    assert await answer.read() == PNG
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="plan of the school.png"')
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (answer.content_type, own in link) == ("image/png", True)
    await borough.enter(APPROVER)
    await borough.post(f"{path}/files/remove", file=own)
    assert (await borough.get(link)).status == 200, "until the change is published"
    await borough.publish(path)
    assert (await borough.get(link)).status == 404
    await borough.enter(CAMDEN_APPROVER)
    assert (await borough.get(f"{path}/files/{own}")).status == 404


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("form.docm", packed(WORD | {"word/vbaProject.bin": b"x"}), "holds macros"),
        ("renamed.docx", packed(WORD | {TYPES: MACRO_TYPES}), "holds macros"),
        ("setup.pdf", b"MZ\x90", "a program"),
        ("bomb.docx", packed(WORD | {"word/media/a": b"\0" * 30_000_000}), "far larger"),
        ("large.pdf", b"%PDF-" + b"x" * 11_000_000, "larger than 10 MB"),
        ("", b"", "Choose a file"),
    ],
)
async def test_a_paper_that_is_refused_gets_a_sentence_beside_the_field(
    borough: Borough, name: str, body: bytes, sentence: str
) -> None:
    await borough.enter(POSTER)
    path = await borough.write()
    status, said = await upload(borough, f"{path}/files", name=name, body=body)
    assert status == 422
    assert re.search(rf'class="govuk-error-message"[^§]*{sentence}', said)
    assert TITLE in await borough.said(f"{path}/check"), "what was typed stays"


# --------------------------------------------------------------------------- reach, contractors, and as OCDS


@pytest.mark.parametrize(
    ("firms", "local", "shown"),
    [
        (43, 31, Reach(firms=43, local=31)),
        (4, 4, Reach(firms=None, local=None)),
        (43, 4, Reach(firms=43, local=None)),
        (43, 40, Reach(firms=43, local=None)),
        (43, 43, Reach(firms=43, local=43)),
        (10, 5, Reach(firms=10, local=5)),
    ],
)
def test_no_number_of_firms_below_five_can_be_read_or_reckoned(firms: int, local: int, shown: Reach) -> None:
    assert shown_reach(firms, local) == shown


async def test_the_preview_says_how_many_firms_look_for_work_just_there(borough: Borough) -> None:
    for number in range(10):
        borough.forget_cookies()
        area = HACKNEY if number < 5 else "london"
        await borough.sign_up(f"firm{number}@sample.example", sector="environment", area=area)
    await borough.enter(POSTER)
    path = await borough.write()
    assert "about 10 firms by alert, 5 of them looking for work in Hackney by name" in await borough.said(
        f"{path}/check"
    )


async def test_a_main_contractor_names_the_public_contract_and_firms_see_that_it_is_one(borough: Borough) -> None:
    parent = json.loads(canary_file(now=borough.house.clock.now()))["releases"][0]
    sources = borough.house.sources
    await import_payload(
        borough.house.ledger, borough.house.clock, sources, json.dumps({"releases": [parent]}).encode(), report=Report()
    )
    await borough.work()
    let_in = borough.house.organisations().add
    await let_in(
        "main", domains=["main.example"], person=CONTRACTOR, role="approver", kind="contractor", name="Sample Builders"
    )
    await borough.enter(CONTRACTOR)
    path = await borough.begin()
    what = dict(ANSWERS)["what"]
    for said in ("", "a contract"):
        answer = await borough.post(f"{path}/what", **(what | {"part_of": said}))
        assert answer.status == 422
        assert "Enter the number of the public contract" in await answer.text()
    await borough.post(f"{path}/what", **(what | {"part_of": parent["ocid"]}))
    for question, fields in ANSWERS[1:]:
        await borough.post(f"{path}/{question}", **fields)
    await borough.publish(path)
    await borough.work()
    (public,) = (await borough.page(path)).xpath("//a[starts-with(@href, '/opportunities/')]/@href")
    page = await borough.page(str(public))
    said = " ".join(page.text_content().split())
    assert "A main contractor offers this work" in said
    assert "Sub-contract" in said
    assert page.xpath(f"//a[starts-with(@href, '/opportunities/') and contains(., '{parent['ocid']}')]")
    assert "Sub-contract" in await borough.said("/opportunities")
    records = await (await borough.get("/api/ocds/records")).json()
    mine = next(each for each in records["records"] if each["compiledRelease"]["tender"]["title"] == TITLE)
    assert mine["releases"][0]["relatedProcesses"] == [
        {"id": "1", "identifier": parent["ocid"], "relationship": ["parent"], "scheme": "ocid"}
    ]


async def test_a_posting_that_is_later_on_find_a_tender_is_one_card(borough: Borough) -> None:
    notice = json.loads(canary_file(now=borough.house.clock.now()))["releases"][0]
    notice["tender"]["title"] = TITLE
    key = await a_key(borough, "approver")
    sent = FIELDS | {"find_a_tender": notice["id"], "publish": True}
    status, made = await asked(borough, key, "POST", "/api/postings", **sent)
    assert status == 201, made
    await borough.work()
    payload = json.dumps({"releases": [notice]}).encode()
    await import_payload(borough.house.ledger, borough.house.clock, borough.house.sources, payload, report=Report())
    await borough.work()
    found = await (await borough.get("/api/opportunities?standing=all")).json()
    assert [each["title"] for each in found["items"]] == [TITLE]
    assert "Questions and answers" in await borough.said(made["page"].partition("8080")[2])


#: A record as OCDS 1.1 describes it (https://standard.open-contracting.org/1.1/en/schema/records_reference/), by our
#: own hand: the schema of records that the schema of record packages refers to is not in the material.
RECORD = {
    "type": "object",
    "required": ["ocid", "releases"],
    "additionalProperties": False,
    "properties": {
        "ocid": {"type": "string", "minLength": 1},
        "releases": {
            "type": "array",
            "minItems": 1,
            "items": {
                "anyOf": [
                    {"$ref": "https://standard.open-contracting.org/schema/1__1__5/release-schema.json"},
                    {
                        "type": "object",
                        "required": ["url", "date", "tag"],
                        "additionalProperties": False,
                        "properties": {
                            "url": {"type": "string", "pattern": "^https?://"},
                            "date": {"type": "string"},
                            "tag": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                        },
                    },
                ]
            },
        },
        "compiledRelease": {"$ref": "https://standard.open-contracting.org/schema/1__1__5/release-schema.json"},
    },
}


def packages_by_their_schema(folder: Path) -> tuple[Draft4Validator, Draft4Validator]:
    """Validators of release packages and of record packages, with every reference they make resolved."""
    held = {
        name: json.loads((folder / f"ocds-{name}-schema.json").read_text(encoding="utf-8"))
        for name in ("release", "release-package", "record-package")
    }
    record_schema = held["record-package"]["properties"]["records"]["items"]["$ref"]
    known = Registry().with_resources(
        [
            (held["release"]["id"], DRAFT4.create_resource(held["release"])),
            (record_schema, DRAFT4.create_resource(RECORD)),
        ]
    )
    releases, records = (Draft4Validator(held[f"{each}-package"], registry=known) for each in ("release", "record"))
    return releases, records


async def test_all_we_hold_is_published_by_the_open_contracting_standard(borough: Borough, shared_data: Path) -> None:
    """Whole packages, with what they hold, by the schemas of the standard that are in the material.

    Not covered: the standard's own schema of a record, which is not there (`RECORD` stands in for it), nor that of a
    versioned release, of which we publish none; and the packages' `format`s of dates and addresses, which are notes.
    """
    release_packages, record_packages = packages_by_their_schema(shared_data / "schemas")
    payload = canary_file(now=borough.house.clock.now())
    ledger, clock, sources = borough.house.ledger, borough.house.clock, borough.house.sources
    await import_payload(ledger, clock, sources, payload, report=Report())
    await borough.enter(APPROVER)
    path = await borough.write()
    await upload(borough, f"{path}/files", name="plan.png", body=PNG)
    await borough.publish(path)
    await borough.work()
    await borough.post(f"{path}/award", supplier="Sample Windows Ltd", award_worth="17,500")
    await borough.work()
    borough.forget_cookies()
    releases = await (await borough.get("/api/ocds/releases")).json()
    records = await (await borough.get("/api/ocds/records")).json()
    for validator, package in ((release_packages, releases), (record_packages, records)):
        faults = [f"{list(fault.path)}: {fault.message}" for fault in validator.iter_errors(package)]
        assert not faults, faults
    assert list(release_packages.iter_errors(releases | {"releases": [{}]})), "it looks inside"
    hollow = records["records"][0] | {"compiledRelease": {}}
    assert list(record_packages.iter_errors(records | {"records": [hollow]})), "there too"
    every = [*releases["releases"], *(each["compiledRelease"] for each in records["records"])]
    assert all(each["ocid"].startswith("ocds-bowbel-") for each in every)
    ours = [each for each in releases["releases"] if each["tender"]["title"] == TITLE]
    assert [each["tag"] for each in ours] == [["tender"], ["award"]]
    theirs = next(each for each in records["records"] if each["compiledRelease"]["tender"]["title"] != TITLE)
    assert theirs["releases"][0]["url"].startswith("https://www.find-tender.service.gov.uk/Notice/")
    related = theirs["compiledRelease"]["relatedProcesses"]
    assert [each["identifier"] for each in related] == [json.loads(payload)["releases"][0]["ocid"]]


async def test_a_large_record_is_taken_page_by_page(borough: Borough, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.web.api.ocds.ON_A_PAGE", 1)
    await borough.enter(APPROVER)
    both = a_file() + a_file(title="Window cleaning at a sample library").partition("\n")[2]
    page = await (await borough.post("/buyers/postings/many", rows=both)).text()
    chosen = [("posting", each) for each in re.findall(r'name="posting" value="([^"]+)"', page)]
    await borough.post("/buyers/postings/many/publish", *chosen)
    await borough.work()
    seen, following = [], "/api/ocds/releases"
    while following:
        package = await (await borough.get(following)).json()
        seen += [each["tender"]["title"] for each in package["releases"]]
        following = package.get("links", {}).get("next", "").removeprefix("http://127.0.0.1:8080")
    assert sorted(seen) == sorted([TITLE, "Window cleaning at a sample library"])
    assert (await borough.get("/api/ocds/releases?after='")).status == 400
