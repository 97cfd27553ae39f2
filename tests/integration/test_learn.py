"""The shelf as people read it, and days to meet buyers as organisations enter them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.learning import shelf
from tests.account_world import OURS
from tests.posting_world import APPROVER
from tests.programme_world import OTHER, PUBLISHER, Agency, an_agency

DAY = {
    "title": "Meet the buyer, a sample; with, commas",
    "day": "14",
    "month": "1",
    "year": "2027",
    "begins": "10am",
    "ends": "4pm",
    "place": "Sample Hall, London",
    "url": "https://sample.example/day",
}


@pytest.fixture
async def agency(tmp_path: Path) -> AsyncIterator[Agency]:
    async with an_agency(tmp_path) as made:
        yield made


async def enter(agency: Agency, who: str, **changed: str) -> tuple[int, str]:
    """Enter a day; status and words of the answer."""
    await agency.enter(who)
    form = await agency.page("/learn/days/own")
    (organisation,) = form.xpath("//input[@name='organisation']/@value")
    answer = await agency.post("/learn/days/own", organisation=str(organisation), **DAY | changed)
    return answer.status, await answer.text()


async def test_the_shelf_says_of_each_who_made_it_its_licence_and_when_it_was_checked(agency: Agency) -> None:
    said = await agency.said("/learn")
    for each in shelf():
        for words in (each.title, each.by, f"Licence: {each.licence}", each.terms[0].lower()):
            assert words in said
    assert "Last checked 23 November 2026" in said


async def test_a_template_of_ours_is_a_page_and_a_text_to_fill_in(agency: Agency) -> None:
    page = await agency.said("/learn/one_page_quote")
    assert "Price, without VAT" in page
    answer = await agency.get("/learn/one_page_quote/text")
    assert answer.content_type == "text/plain"
    assert 'filename="one_page_quote.txt"' in answer.headers["Content-Disposition"]
    text = await answer.text()
    assert "Public liability insurance: £[sum]" in text
    assert "Apache License 2.0" in text
    for nothing in ("/learn/nothing", "/learn/ready_to_supply_articles", "/learn/nothing/text"):
        assert (await agency.get(nothing)).status == 404


async def test_where_nobody_entered_a_day_the_list_says_so_and_the_calendar_is_empty(agency: Agency) -> None:
    assert "No day is listed just now" in await agency.said("/learn/days")
    answer = await agency.get("/learn/days.ics")
    assert answer.content_type == "text/calendar"
    assert "VEVENT" not in await answer.text()


@pytest.mark.parametrize("who", [PUBLISHER, APPROVER])
async def test_an_organisation_enters_a_day_which_is_on_the_list_and_in_the_calendar(agency: Agency, who: str) -> None:
    status, said = await enter(agency, who)
    assert status == 200
    assert "It is on the list" in said
    agency.forget_cookies()
    listed = await agency.said("/learn/days")
    assert DAY["title"] in listed
    assert "Thu 14 Jan 2027, 10am to 4pm" in listed
    lines = (await (await agency.get("/learn/days.ics")).text()).replace("\r\n ", "").split("\r\n")
    assert "SUMMARY:Meet the buyer\\, a sample\\; with\\, commas" in lines
    assert {"DTSTART:20270114T100000Z", "DTEND:20270114T160000Z", "URL:https://sample.example/day"} <= set(lines)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": ""}, "Say what day it is"),
        ({"place": "x" * 201}, "Shorten it to 200 characters"),
        ({"url": "javascript:alert(1)"}, "Enter the address of the page"),
        ({"year": "2020"}, "That moment is past"),
        ({"day": "31", "month": "2"}, "no such day"),
        ({"ends": "9am"}, "later than it begins"),
        ({"begins": "soon"}, "noon"),
    ],
)
async def test_a_wrong_day_gets_a_sentence_and_nothing_typed_is_lost(
    agency: Agency, changed: dict[str, str], sentence: str
) -> None:
    status, said = await enter(agency, PUBLISHER, **changed)
    assert status == 422
    assert sentence.lower() in said.lower()
    for each in (DAY | changed).values():
        assert each in said
    assert DAY["title"] not in await agency.said("/learn/days")


async def test_only_its_own_organisation_takes_a_day_off(agency: Agency) -> None:
    await enter(agency, PUBLISHER)
    (action,) = (await agency.page("/learn/days/own")).xpath("//form[contains(@action, '/remove')]/@action")
    await agency.enter(OTHER)
    assert (await agency.post(action)).status == 404
    number = (await agency.page("/learn/days/own")).xpath("string(//input[@name='organisation']/@value)")
    other = {"organisation": str(int(number) + 1)}
    assert (await agency.browser.post("/learn/days/own", data=DAY | other, headers=OURS)).status == 403
    assert DAY["title"] in await agency.said("/learn/days")
    await agency.enter(PUBLISHER)
    assert "It is off the list" in await (await agency.post(action)).text()
    assert DAY["title"] not in await agency.said("/learn/days")


async def test_what_is_over_is_on_no_list(agency: Agency) -> None:
    await enter(agency, PUBLISHER)
    agency.turn(timedelta(days=60))
    assert "No day is listed just now" in await agency.said("/learn/days")
