"""Many programmes at once by a table, and programs that enter them with a key."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.programme_draft import ProgrammeDraft
from service.domain.programme_table import COLUMNS, NoTable, rows_in, table_of
from tests.programme_world import EDITOR, OTHER, PUBLISHER, Agency, an_agency

TODAY = date(2026, 11, 24)
HEAD = "name,provider,summary,for_whom,helps_with,area,cost,cost_evidence,url,ends"
GOOD = (
    "Sample clinic,Sample agency,We read your bid.,Small firms.,bid;mentoring,london,free,our page,https://a.example/,"
)
BODY = {
    "name": "Sample clinic",
    "summary": "We read your bid.",
    "for_whom": "Small firms.",
    "helps_with": ["bid"],
    "area": ["london"],
    "cost": "free",
    "cost_evidence": "stated on our page",
    "url": "https://agency.example/",
}


@pytest.fixture
async def agency(tmp_path: Path) -> AsyncIterator[Agency]:
    async with an_agency(tmp_path) as made:
        yield made


def test_each_row_says_what_is_wrong_with_it_and_the_others_are_right() -> None:
    bad = GOOD.replace("london", "atlantis").replace("Sample clinic", "=HYPERLINK(1)")
    first, second, third = rows_in(f"{HEAD}\n{GOOD}\n{bad}\nShort row\n", today=TODAY)
    assert (first.number, first.problems) == (2, {})
    assert first.draft.helps_with == ("bid", "mentoring")
    assert set(second.problems) == {"area", "name"}
    assert "begins as a formula does" in second.problems["name"]
    assert {"provider", "summary", "area", "cost", "url"} <= set(third.problems)


def test_cells_copied_from_a_spreadsheet_are_a_table_too() -> None:
    (row,) = rows_in(f"{HEAD}\n{GOOD}".replace(",", "\t"), today=TODAY)
    assert row.problems == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "first row must name the columns"),
        ("name", "no row below"),
        ("title,provider\na,b", "no column 'title'"),
        ("name,name\na,b", "each once"),
        ("provider\na", "name must be one"),
        ('name\n"unclosed', "cannot be read as a table"),
        ("name\n" + "x\n" * 201, "At most 200 rows"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(text: str, why: str) -> None:
    with pytest.raises(NoTable, match=why):
        rows_in(text, today=TODAY)


@given(st.text(max_size=300))
def test_any_text_is_a_table_or_is_refused(text: str) -> None:
    try:
        rows = rows_in(text, today=TODAY)
    except NoTable:
        return
    assert all(row.number > 1 for row in rows)


def test_no_cell_that_is_written_can_act_as_a_formula_and_it_comes_back_for_mending() -> None:
    written = table_of([ProgrammeDraft(name="=1+1", summary="@SUM(A1)", provider="-2", area=("london",))])
    (_, row) = csv.reader(io.StringIO(written.decode("utf-8-sig")))
    assert [cell for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    (back,) = rows_in(written.decode("utf-8"), today=TODAY)
    assert "name" in back.problems


async def test_a_table_is_kept_whole_or_not_at_all_and_what_was_pasted_stays(agency: Agency) -> None:
    await agency.enter(EDITOR)
    bad = f"{HEAD}\n{GOOD}\n{GOOD.replace('Sample clinic', '').replace('free', 'cheap')}"
    answer = await agency.post("/providers/table", table=bad, do="keep")
    assert answer.status == 422
    said = await answer.text()
    assert "1 of 2 rows have something to mend" in said
    assert "cost: Choose what it costs" in said
    assert "Sample clinic,Sample agency" in said
    assert "Nothing is entered yet" in await agency.said("/providers/programmes")
    assert "Every row is right" in await (await agency.post("/providers/table", table=f"{HEAD}\n{GOOD}")).text()
    await agency.post("/providers/table", table=f"{HEAD}\n{GOOD}", do="keep")
    await agency.post("/providers/table", table=f"{HEAD}\n{GOOD.replace('We read', 'They read')}", do="keep")
    assert (await agency.said("/providers/programmes")).count("Sample clinic") == 1
    mine = await (await agency.get("/providers/programmes.csv")).text()
    assert mine.lstrip("\ufeff").startswith(",".join(COLUMNS))
    assert "They read your bid." in mine


async def key(agency: Agency, role: str, *, organisation: str = "sample_agency") -> dict[str, str]:
    text = await agency.accounts.api_keys.make(kind="support", key=organisation, role=role, label="a test")
    return {"Authorization": f"Bearer {text}"}


async def test_a_program_enters_changes_pauses_and_publishes_with_a_key(agency: Agency) -> None:
    agency.forget_cookies()
    ask, headers = agency.browser.request, await key(agency, "approver")
    assert (await ask("GET", "/api/programmes")).status == 401
    wrong = await ask("POST", "/api/programmes", headers=headers, json=BODY | {"cost": "cheap", "area": ["x"]})
    assert wrong.status == 422
    assert set((await wrong.json())["problems"]) == {"cost", "area"}
    made = await ask("POST", "/api/programmes", headers=headers, json=BODY)
    assert made.status == 201
    entry = await made.json()
    assert (entry["state"], entry["provider"]) == ("draft", "Sample Enterprise Agency")
    path = f"/api/programmes/{entry['id']}"
    changed = await ask("PATCH", path, headers=headers, json={"summary": "Shorter.", "capacity": "paused"})
    assert ((await changed.json())["summary"], (await changed.json())["capacity"]) == ("Shorter.", "paused")
    published = await ask("POST", f"{path}/publish", headers=headers)
    assert (await published.json())["state"] == "waiting"
    listed = await (await ask("GET", "/api/programmes", headers=headers)).json()
    assert [each["id"] for each in listed["items"]] == [entry["id"]]
    await agency.enter(PUBLISHER)
    assert "A program began it" in await agency.said(f"/providers/programmes/{entry['id']}")


async def test_a_key_does_no_more_than_its_role_and_only_for_its_organisation(agency: Agency) -> None:
    agency.forget_cookies()
    ask = agency.browser.request
    mine, viewer = await key(agency, "poster"), await key(agency, "viewer")
    other = await key(agency, "approver", organisation="other_agency")
    entry = await (await ask("POST", "/api/programmes", headers=mine, json=BODY)).json()
    path = f"/api/programmes/{entry['id']}"
    assert (await ask("POST", f"{path}/publish", headers=mine)).status == 403
    assert (await ask("POST", "/api/programmes", headers=viewer, json=BODY)).status == 403
    assert (await ask("GET", path, headers=viewer)).status == 200
    for method, act in (("GET", ""), ("PATCH", ""), ("POST", "/publish")):
        assert (await ask(method, f"{path}{act}", headers=other, json={})).status == 404
    await agency.enter(OTHER)
    assert (await agency.get(path)).status == 404


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b"\xff", b'{"name": 7}', b'{"area": "london"}', b'{"x": 1}', b"[" * 50_000]
)
async def test_what_a_program_sends_wrongly_is_refused_in_a_sentence(agency: Agency, body: bytes) -> None:
    agency.forget_cookies()
    answer = await agency.browser.post("/api/programmes", data=body, headers=await key(agency, "poster"))
    assert answer.status in {400, 422}
    assert (await answer.json())["error"]
