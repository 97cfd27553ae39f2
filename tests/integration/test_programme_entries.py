"""Programmes that organisations enter: from the form to the check, the page, the alert, the pause and the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.usecases.programmes_catalogue import LiveCatalogue
from tests.account_world import FIRM
from tests.posting_world import ANSWERS, APPROVER, HACKNEY, Borough
from tests.programme_world import EDITOR, FIELDS, OPERATOR, OTHER, PUBLISHER, Agency, an_agency, filled

NAME = "Sample bid clinic"


@pytest.fixture
async def agency(tmp_path: Path) -> AsyncIterator[Agency]:
    async with an_agency(tmp_path) as made:
        yield made


async def listed(agency: Agency) -> bool:
    agency.forget_cookies()
    return NAME in await agency.said("/support")


async def test_the_first_entry_is_checked_by_a_person_and_the_next_is_published_at_once(agency: Agency) -> None:
    await agency.enter(PUBLISHER)
    path = await agency.enter_programme()
    assert "checked by a person" in await agency.press_publish(path)
    assert not await listed(agency)
    await agency.check(path)
    assert await listed(agency)
    await agency.enter(PUBLISHER)
    second = await agency.enter_programme(name="Second sample clinic")
    assert "It is published" in await agency.press_publish(second)
    agency.forget_cookies()
    assert "Second sample clinic" in await agency.said("/support")


async def test_what_is_missing_is_said_beside_each_field_and_nothing_typed_is_lost(agency: Agency) -> None:
    await agency.enter(EDITOR)
    path = await agency.begin_programme()
    bad = filled(url="javascript:alert(1)", name="", cost_evidence="", summary="x" * 500, ends_day="31", ends_month="2")
    answer = await agency.post(f"{path}/edit", ("seen", await agency.version(f"{path}/edit")), *bad)
    assert answer.status == 422
    page = await agency.page(f"{path}/edit")
    assert page.xpath("//input[@name='url']/@value") == ["javascript:alert(1)"]
    assert page.xpath("//input[@name='ends_month']/@value") == ["2"]
    assert page.xpath("string(//textarea[@name='summary'])") == "x" * 500
    assert page.xpath("//input[@name='helps_with'][@checked]/@value") == ["bid", "mentoring"]
    said = await answer.text()
    for each in ("what the programme is called", "begins with https://", "read that it is free", "at most 400"):
        assert each in said
    assert "Enter a day like" in said
    assert f'href="{path}/publish"' not in await agency.said(path)


async def test_an_editor_asks_and_a_colleague_publishes_or_sends_it_back(agency: Agency) -> None:
    await agency.enter(EDITOR)
    path = await agency.enter_programme()
    assert (await agency.post(f"{path}/publish", seen="2")).status == 403
    await agency.post(f"{path}/ask")
    await agency.enter(PUBLISHER)
    assert (await agency.post(f"{path}/return", why="")).status == 422
    await agency.post(f"{path}/return", why="Say what it is not")
    await agency.enter(EDITOR)
    assert "Sent back: Say what it is not" in await agency.said(path)


async def test_what_somebody_else_changed_meanwhile_is_not_written_over_unseen(agency: Agency) -> None:
    await agency.enter(EDITOR)
    path = await agency.enter_programme()
    seen = await agency.version(f"{path}/edit")
    await agency.enter(PUBLISHER)
    await agency.post(f"{path}/edit", ("seen", seen), *filled(summary="Theirs."))
    await agency.enter(EDITOR)
    answer = await agency.post(f"{path}/edit", ("seen", seen), *filled(summary="Mine."))
    assert answer.status == 409
    said = await answer.text()
    assert "Somebody else changed it meanwhile" in said
    assert "Mine." in said
    assert "Theirs." in await agency.said(path)


async def test_full_or_paused_counts_at_once_and_the_page_says_so(agency: Agency) -> None:
    path = await agency.published()
    key = await agency.key(path)
    for word, said in (("full", "It is full"), ("paused", "It is paused")):
        await agency.post(f"{path}/capacity", capacity=word)
        assert not await listed(agency)
        assert said in await agency.said(f"/support/{key}")
        await agency.enter(PUBLISHER)
    await agency.post(f"{path}/capacity", capacity="open")
    assert await listed(agency)


async def test_after_the_review_date_it_is_hidden_until_somebody_says_that_it_is_right(agency: Agency) -> None:
    path = await agency.published()
    agency.turn(timedelta(days=91))
    assert not await listed(agency)
    await agency.enter(PUBLISHER)
    assert "firms do not see it any more" in await agency.said(path)
    await agency.post(f"{path}/confirm")
    assert await listed(agency)


async def test_what_has_ended_is_listed_as_ended_and_its_name_is_not_taken_again(agency: Agency) -> None:
    path = await agency.published()
    key = await agency.key(path)
    await agency.post(f"{path}/end", why="Its funding ended")
    assert "This has ended" in await agency.said(f"/support/{key}")
    new = await agency.begin_programme()
    answer = await agency.post(f"{new}/edit", ("seen", await agency.version(f"{new}/edit")), *FIELDS)
    assert answer.status == 422
    assert "A programme of this name has ended" in await answer.text()


async def test_the_history_says_who_changed_which_field(agency: Agency) -> None:
    path = await agency.published()
    await agency.enter(EDITOR)
    await agency.post(f"{path}/edit", ("seen", await agency.version(f"{path}/edit")), *filled(summary="Shorter."))
    said = await agency.said(path)
    assert f"{EDITOR} changed what a firm gets from “An adviser reads your draft bid with you.” to “Shorter.”" in said
    assert "There are changes that firms do not see yet" in said
    agency.forget_cookies()
    assert "Shorter." not in await agency.said("/support")


async def test_an_entry_of_another_organisation_is_not_there(agency: Agency) -> None:
    await agency.enter(PUBLISHER)
    path = await agency.enter_programme()
    await agency.enter(OTHER)
    for act in ("", "/edit"):
        assert (await agency.get(f"{path}{act}")).status == 404
    for act in ("edit", "ask", "publish", "return", "confirm", "capacity", "end"):
        answer = await agency.post(f"{path}/{act}", seen="2", why="because", capacity="full")
        assert answer.status == 404, act
    for asked in ("/operator/support", f"/operator/support/{path.rpartition('/')[2]}"):
        assert (await agency.get(asked)).status == 403


async def test_the_operator_says_of_a_shipped_programme_that_it_is_right_or_over(agency: Agency) -> None:
    await agency.enter(OPERATOR)
    page = await agency.page("/operator/support")
    (form,) = page.xpath("//form[@action='/operator/support/shipped/hf_fit_to_bid']")
    assert "Fit to Bid" in form.getparent().text_content()
    await agency.post("/operator/support/shipped/hf_fit_to_bid", do="right")
    assert (await agency.get("/support/hf_fit_to_bid")).status == 200
    await agency.post("/operator/support/shipped/hf_fit_to_bid", do="ended")
    assert "This has ended" in await agency.said("/support/hf_fit_to_bid")
    assert (await agency.post("/operator/support/shipped/hf_fit_to_bid", do="right")).status == 400
    assert (await agency.post("/operator/support/shipped/nothing", do="right")).status == 404


async def test_two_presses_of_publish_are_one(agency: Agency) -> None:
    await agency.published()
    path = await agency.enter_programme(name="Second sample clinic")
    seen = await agency.version(path)
    for _ in range(2):
        assert (await agency.post(f"{path}/publish", seen=seen)).status == 200
    said = await agency.said(path)
    assert said.count("published it") == 1


async def test_the_catalogue_is_read_again_only_when_something_changed(agency: Agency) -> None:
    times = 0

    def nothing() -> tuple[()]:
        nonlocal times
        times += 1
        return ()

    catalogue = LiveCatalogue(shipped=nothing)
    path = await agency.published()
    for _ in range(3):
        async with agency.house.ledger.reading() as book:
            (programme,) = await catalogue.programmes(book)
    assert times == 1
    assert programme.capacity == "open"
    await agency.post(f"{path}/capacity", capacity="paused")
    async with agency.house.ledger.reading() as book:
        (programme,) = await catalogue.programmes(book)
    assert programme.capacity == "paused"
    assert times == 2


async def told(agency: Agency, title: str) -> str:
    """The alert of a new posting of Hackney that asks for Cyber Essentials, as the firm gets it."""
    await agency.enter(APPROVER)
    what = dict(ANSWERS)["what"] | {"title": title, "description": "Clean windows. Bidders must hold Cyber Essentials."}
    await Borough.publish(agency, await agency.write(what=what))
    await agency.work()
    (letter,) = [each for each in await agency.house.desk.letters() if title in each.subject]
    return (await agency.house.desk.letter(letter.identity)).text


async def test_a_published_programme_is_in_the_next_alert_it_fits_and_a_paused_one_in_none(agency: Agency) -> None:
    await agency.sign_up(FIRM, sector="environment", area=HACKNEY)
    path = await agency.published(area=HACKNEY, helps_with="certification", topics="Cyber Essentials")
    letter = await told(agency, "First sample windows")
    assert NAME in letter
    assert "This notice asks for Cyber Essentials" in letter
    assert f"/support/{await key_of(agency, path)}" in letter or "agency.example/clinic" in letter
    await agency.enter(PUBLISHER)
    await agency.post(f"{path}/capacity", capacity="paused")
    assert NAME not in await told(agency, "Second sample windows")
    await agency.enter(PUBLISHER)
    await agency.post(f"{path}/capacity", capacity="open")
    assert NAME in await told(agency, "Third sample windows")


async def key_of(agency: Agency, path: str) -> str:
    await agency.enter(PUBLISHER)
    return await agency.key(path)
