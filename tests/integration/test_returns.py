"""What became of help: named in alerts, opened by choice, used with one press; and figures that tell of nobody."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.account_world import FIRM, HACKNEY
from tests.integration.test_programme_entries import told
from tests.programme_world import OPERATOR, OTHER, PUBLISHER, Agency, an_agency


@pytest.fixture
async def agency(tmp_path: Path) -> AsyncIterator[Agency]:
    async with an_agency(tmp_path) as made:
        yield made


async def rows(agency: Agency, asked: str) -> list[tuple[object, ...]]:
    async with agency.database.reading() as connection:
        return [tuple(row) for row in (await connection.execute(text(asked))).all()]


async def happened(agency: Agency, key: str, *, firms: int, won: int = 0, month: str = "2026-10") -> None:
    """So many sample firms began with a programme in a month, and so many of them won something afterwards."""
    async with agency.database.writing() as connection:
        for number in range(1000, 1000 + firms):
            at = f"{month}-05T10:00:00.000000Z"
            values = {"firm": number, "key": key, "at": at}
            firm = (
                "INSERT INTO firm (id, name, size, state, created, confirmed, secret) "
                "VALUES (:firm, '', 'micro', 'active', :at, :at, 'sample')"
            )
            await connection.execute(text(firm), values)
            await connection.execute(text("INSERT INTO programme_use VALUES (:firm, :key, 'started', :at)"), values)
            if number < 1000 + won:
                pursuit = (
                    "INSERT INTO pursuit (firm_id, opportunity_id, course, since, changed, revision) "
                    "VALUES (:firm, 'sample', 'won', :at, :at, 1)"
                )
                await connection.execute(text(pursuit), values)


async def test_an_alert_that_names_a_programme_is_counted_and_its_firm_is_asked(agency: Agency) -> None:
    await agency.sign_up(FIRM, sector="environment", area=HACKNEY)
    key = await agency.key(await agency.published(helps_with="certification", topics="Cyber Essentials"))
    assert "Sample bid clinic" in await told(agency, "Sample windows")
    assert await rows(agency, "SELECT programme FROM alert_help") == [(key,)]
    await agency.work()
    assert len(await rows(agency, "SELECT * FROM alert_help")) == 1, "worked twice, counted once"
    await agency.enter(FIRM)
    assert "Sample bid clinic" in await agency.said("/account/help-used")


async def test_the_button_leads_out_and_counts_the_press_and_not_the_person(agency: Agency) -> None:
    key = await agency.key(await agency.published())
    agency.forget_cookies()
    page = await agency.page(f"/support/{key}")
    (action,) = page.xpath("//main//form[@method='post']/@action")
    answer = await agency.post(action)
    assert answer.headers["Refresh"] == "0;url=https://agency.example/clinic"
    assert "https://agency.example/clinic" in await answer.text()
    await agency.post(action)
    assert [(row[0], row[2]) for row in await rows(agency, "SELECT * FROM programme_opening")] == [(key, 2)]
    assert (await agency.post("/support/no-such-programme/open")).status == 404
    assert (await agency.post("/support/competefor/open")).status == 404, "what has ended leads nowhere"


async def test_a_firm_says_with_one_press_that_it_used_help_and_takes_it_back(agency: Agency) -> None:
    key = await agency.key(await agency.published())
    await agency.sign_up(FIRM)
    await agency.post(f"/account/help-used/{key}", used="started")
    answer = await agency.post(f"/account/help-used/{key}", used="finished")
    assert "You said: We have used it to the end" in " ".join((await answer.text()).split())
    assert sorted(str(row[2]) for row in await rows(agency, "SELECT * FROM programme_use")) == ["finished", "started"]
    assert (await agency.post(f"/account/help-used/{key}", used="nonsense")).status == 400
    assert (await agency.post("/account/help-used/nothing-there", used="started")).status == 404
    await agency.post(f"/account/help-used/{key}", used="nothing")
    assert await rows(agency, "SELECT * FROM programme_use") == []
    await agency.post(f"/account/help-used/{key}", used="started")
    await agency.post("/account/erase")
    assert await rows(agency, "SELECT * FROM programme_use") == []


async def test_its_organisation_sees_figures_of_five_or_more_as_a_table_a_picture_and_a_file(agency: Agency) -> None:
    path = await agency.published(name="=1+1 clinic")
    key = await agency.key(path)
    await happened(agency, key, firms=7, won=3)
    await agency.enter(PUBLISHER)
    page = await agency.page("/returns")
    found = {" ".join(row.xpath("string(th)").split()): row.xpath("string(td)") for row in page.xpath("//tbody/tr")}
    assert found["Firms that began to use it"] == "7"
    assert found["Firms that then won"] == "not shown", "3 firms are too few"
    assert found["Alerts that named it"] == "not shown"
    (label,) = page.xpath("//*[local-name()='svg' and @role='img']/@aria-label")
    assert "as bars" in label
    assert "Up to Sat 31 Oct" in page.text_content()
    answer = await agency.get("/returns.csv")
    (heading, line) = csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig")))
    assert line[0] == "'=1+1 clinic"
    assert dict(zip(heading, line, strict=True))["Firms that began to use it"] == "7"
    assert dict(zip(heading, line, strict=True))["Firms that then won"] == "not shown"


async def test_five_of_seven_are_not_shown_either_since_the_other_two_would_be(agency: Agency) -> None:
    key = await agency.key(await agency.published())
    await happened(agency, key, firms=7, won=5)
    await agency.enter(PUBLISHER)
    said = await agency.said("/returns")
    assert "Firms that began to use it 7" in said
    assert "Firms that then won not shown" in said


async def test_nobody_elses_programmes_are_in_it_and_whoever_runs_the_copy_sees_all(agency: Agency) -> None:
    key = await agency.key(await agency.published())
    await happened(agency, key, firms=9)
    await agency.enter(OTHER)
    assert "Sample bid clinic" not in await agency.said("/returns")
    assert "Sample bid clinic" not in await (await agency.get("/returns.csv")).text()
    assert (await agency.get("/returns/all")).status == 403
    await agency.enter(OPERATOR)
    said = await agency.said("/returns/all")
    assert "Sample bid clinic" in said
    assert "Acas advice" in said
    assert "Sample bid clinic" in await (await agency.get("/returns/all.csv")).text()
