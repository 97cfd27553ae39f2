"""Signing up, one question a page: nothing typed is lost, nobody hears before they agree, one button begins."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from service.domain.consent import level
from service.web.app import DRAFTS_BY_CALLER, SIGN_UPS_BY_ADDRESS, SIGN_UPS_BY_CALLER
from tests.account_world import FIRM, HACKNEY, OURS, World, a_world
from tests.builders import SampleOpportunity


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        yield made


async def count(world: World, table: str) -> int:
    async with world.database.reading() as connection:
        counted = await connection.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - fixed names
        number: int = counted.scalar_one()
        return number


async def test_a_firm_answers_checks_confirms_and_sees_what_is_open(world: World) -> None:
    await world.put(SampleOpportunity(), SampleOpportunity(identity="op-2", sector="food", title="Meals", cpv=()))
    await world.answer_questions()
    shown = await world.said("/alerts/new/check")
    assert FIRM in shown
    assert "Cleaning, waste and environment" in shown
    assert "Hackney" in shown
    assert "The last 30 days would have sent you 1 alert" in shown
    assert "Sample window cleaning for eight libraries" in shown
    assert await count(world, "firm") == 0, "nothing is kept of a firm before it agrees"

    answer = await world.post("/alerts/new/check", consent="yes")
    assert answer.url.path == "/alerts/sent"
    assert await count(world, "draft") == 0
    link = await world.link("confirm")
    for _ in range(3):
        page = await world.page(link)
        assert len(page.xpath("//main//form[@method='post']//button")) == 1
        assert "you will get e-mails" in page.text_content()
    assert await count(world, "person") == 0, "opening the link begins nothing"
    begun = await (await world.post(link)).text()
    assert "Your alerts are on" in begun
    assert "Sample window cleaning for eight libraries" in begun
    assert "Meals" not in begun
    assert "What you hear about" in await world.said("/account"), "the browser that signed up is signed in"


async def test_another_browser_confirms_without_being_signed_in(world: World) -> None:
    await world.answer_questions()
    await world.post("/alerts/new/check", consent="yes")
    world.forget_cookies()
    said = await (await world.post(await world.link("confirm"))).text()
    assert "Your alerts are on" in said
    assert "/manage/" in said
    assert (await world.get("/account")).url.path == "/sign-in"


async def test_each_slip_comes_back_beside_its_field_with_what_was_typed(world: World) -> None:
    for path, fields, field, words in (
        ("/alerts/new", {"email": "sample at example"}, "email", "like name@example.co.uk"),
        ("/alerts/new", {"email": ""}, "email", "Enter your e-mail address"),
        ("/alerts/new/trade", {"words": ""}, "sector", "Choose at least one trade"),
        ("/alerts/new/trade", {"words": "(window"}, "words", "this bracket is not closed"),
        ("/alerts/new/place", {"area": ""}, "area", "Choose all of London"),
        ("/alerts/new/firm", {"size": ""}, "size", "Choose how many people"),
        ("/alerts/new/worth", {"value_min": "lots"}, "value_min", "whole pounds"),
        ("/alerts/new/worth", {"value_min": "10", "value_max": "5"}, "value_max", "not below"),
    ):
        answer = await world.post(path, **fields)
        said = await answer.text()
        assert answer.status == 422, path
        assert "<title>Error: " in said
        assert f'href="#{field}"' in said
        assert said.count(words) >= 2, (path, words)
        for typed in fields.values():
            assert typed in said
    assert await count(world, "draft") == 0


async def test_answers_are_kept_from_page_to_page_and_can_be_changed(world: World) -> None:
    await world.answer_questions()
    page = await world.page("/alerts/new/trade")
    assert page.xpath("//input[@name='sector'][@value='environment'][@checked]")
    answer = await world.post("/alerts/new/trade", sector="food", words='lunch, "school meals"')
    assert answer.status == 422, "commas and quotation marks do not mix"
    answer = await world.post("/alerts/new/trade", sector="food", words="school meals, lunch NOT prison")
    assert answer.url.path == "/alerts/new/check"
    assert '("school meals" OR lunch) NOT prison' in await world.said("/alerts/new/check")
    page = await world.page("/alerts/new/trade")
    assert page.xpath("//input[@id='words']/@value") == ["school meals, lunch NOT prison"]


async def test_neighbours_are_added_and_shown(world: World) -> None:
    await world.answer_questions()
    await world.post("/alerts/new/place", area=HACKNEY, neighbours="yes")
    said = await world.said("/alerts/new/check")
    for borough in ("Hackney", "Islington", "Tower Hamlets", "Waltham Forest"):
        assert borough in said


async def test_a_question_out_of_turn_leads_back(world: World) -> None:
    for path in ("/alerts/new/place", "/alerts/new/check"):
        assert (await world.get(path)).url.path == "/alerts/new"
    await world.post("/alerts/new", email=FIRM)
    assert (await world.get("/alerts/new/check")).url.path == "/alerts/new/trade"
    for path in ("/alerts/new/nothing", "/alerts/new/email"):
        assert (await world.get(path)).status == 404


async def test_what_a_search_says_is_filled_in_but_no_agreement(world: World) -> None:
    page = await world.page(f"/alerts/new?sector=environment&area={HACKNEY}&q=window&consent=yes")
    action = page.xpath("//main//form/@action")[0]
    await world.post(action, email=FIRM)
    page = await world.page("/alerts/new/trade")
    assert page.xpath("//input[@name='sector'][@value='environment'][@checked]")
    assert page.xpath("//input[@id='words']/@value") == ["window"]
    await world.answer_questions()
    assert not (await world.page("/alerts/new/check")).xpath("//input[@name='consent'][@checked]")


async def test_without_agreement_nothing_is_sent(world: World) -> None:
    await world.answer_questions()
    answer = await world.post("/alerts/new/check")
    assert answer.status == 422
    assert "Tick the box if you want us to write to you" in await answer.text()
    assert await world.letters() == []


async def test_the_agreement_is_kept_with_the_sentence_that_was_shown(world: World) -> None:
    await world.answer_questions()
    shown = await world.said("/alerts/new/check")
    assert level("alerts").text in shown
    await world.post("/alerts/new/check", consent="yes")
    async with world.database.reading() as connection:
        row = (await connection.execute(text("SELECT level, given, text, at FROM consent"))).one()
    assert (row.level, bool(row.given), row.text, row.at[:10]) == (
        "alerts",
        True,
        level("alerts").text,
        "2026-11-23",
    )


async def test_a_robot_that_fills_every_field_is_thanked_and_ignored(world: World) -> None:
    await world.answer_questions()
    answer = await world.post("/alerts/new/check", consent="yes", website="https://spam.example")
    assert answer.url.path == "/alerts/sent"
    assert await world.letters() == []
    assert await count(world, "firm") == 0


async def test_a_known_and_an_unknown_address_get_the_same_answer(world: World) -> None:
    await world.sign_up()
    pages = []
    for address in (FIRM, "new@example.org"):
        world.forget_cookies()
        await world.answer_questions(address)
        answer = await world.browser.post(
            "/alerts/new/check", data={"consent": "yes"}, headers=OURS, allow_redirects=False
        )
        mark = answer.cookies["bowbell-asked"].value
        pages.append((answer.status, answer.headers["Location"], sorted(answer.headers), len(mark)))
    assert pages[0] == pages[1]
    assert (await world.letters(FIRM))[-1][0] == "You are signed up already"


async def test_sign_ups_are_limited_by_address_and_by_caller(world: World) -> None:
    statuses = []
    for _ in range(SIGN_UPS_BY_ADDRESS + 1):
        await world.answer_questions()
        statuses.append((await world.post("/alerts/new/check", consent="yes")).status)
    assert statuses == [200] * SIGN_UPS_BY_ADDRESS + [429]
    for number in range(SIGN_UPS_BY_CALLER - SIGN_UPS_BY_ADDRESS):
        await world.answer_questions(f"sample{number}@example.org")
        statuses.append((await world.post("/alerts/new/check", consent="yes")).status)
    assert statuses[-1] == 429


async def test_a_flood_of_forms_begun_is_refused(world: World) -> None:
    statuses = []
    for _ in range(DRAFTS_BY_CALLER + 1):
        world.forget_cookies()
        statuses.append((await world.post("/alerts/new", email=FIRM)).status)
    assert statuses == [200] * DRAFTS_BY_CALLER + [429]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {}]
)
async def test_another_site_cannot_sign_a_reader_up(world: World, headers: dict[str, str]) -> None:
    await world.answer_questions()
    answer = await world.browser.post("/alerts/new/check", data={"consent": "yes"}, headers=headers)
    assert answer.status == 403
    assert await world.letters() == []
