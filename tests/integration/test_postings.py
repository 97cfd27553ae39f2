"""Postings from the first question to the alert, the change, the withdrawal and the award; and who may do what."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from service.domain.roles import roles
from service.web.middleware.bodies import LONG_CAP
from tests.account_world import FIRM, OURS
from tests.integration.test_authorisation import routes
from tests.posting_world import (
    ANSWERS,
    APPROVER,
    CAMDEN_APPROVER,
    HACKNEY,
    OUTSIDER,
    POSTER,
    SECOND,
    Borough,
    a_borough,
)

TITLE = "Window cleaning at two sample schools"


@pytest.fixture
async def borough(tmp_path: Path) -> AsyncIterator[Borough]:
    async with a_borough(tmp_path) as made:
        yield made


@pytest.fixture
async def heard(borough: Borough) -> Borough:
    """The same with a firm that wants such work in Hackney."""
    await borough.sign_up(FIRM, sector="environment", area=HACKNEY)
    return borough


async def notices(borough: Borough) -> list[dict[str, object]]:
    async with borough.house.ledger.reading() as transaction:
        asked = "SELECT id FROM notice WHERE source = 'postings' ORDER BY id"
        numbers = list((await transaction.connection.execute(text(asked))).scalars())
        found = await transaction.notices(numbers)
    return [json.loads(found[number].body) for number in numbers]


async def test_a_draft_is_approved_by_another_person_and_reaches_the_firm_it_fits(heard: Borough) -> None:
    await heard.enter(POSTER)
    path = await heard.write()
    check = await heard.page(f"{path}/check")
    words = " ".join(check.text_content().split())
    assert TITLE in check.xpath("string(//article[@class='card'])")
    assert "This will reach fewer than 5 firms" in words
    assert not check.xpath("//form[contains(@action, '/publish')]"), "a poster does not publish"
    assert "Waiting for approval" in await (await heard.post(f"{path}/ask")).text()

    await heard.enter(APPROVER)
    await heard.publish(path)
    await heard.work()
    told = [each for each in await heard.mail(FIRM) if each.startswith("New: ")]
    assert told == [f"New: {TITLE}, Hackney, £6,000 a year, closes Tue 12 Jan 2027"]

    page = await heard.page(path)
    (public,) = page.xpath("//a[starts-with(@href, '/opportunities/')]/@href")
    said = await heard.said(public)
    assert "£18,000" in said
    assert "Send it to: quotes@borough.example" in said, "the mailbox the buyer gave is no contact person"
    record = " ".join(page.xpath("string(//ul[@class='record'])").split())
    assert re.search(rf"{POSTER} began it.*{POSTER} asked for approval.*{APPROVER} published it", record)
    assert "Send your reply to quotes@borough.example" in said, said[said.find("How to apply") :][:300]
    assert TITLE in await heard.said("/opportunities")
    assert TITLE in await (await heard.get("/feeds/opportunities.atom")).text()
    found = await (await heard.get("/api/opportunities?q=window")).json()
    assert [each["title"] for each in found["items"]] == [TITLE]


async def test_a_new_deadline_is_told_and_an_award_ends_it(heard: Borough) -> None:
    await heard.enter(APPROVER)
    path = await heard.write()
    await heard.publish(path)
    await heard.work()
    fields = dict(ANSWERS)["by-when"] | {"closes_day": "19"}
    assert (await heard.post(f"{path}/by-when", **fields)).url.path == f"{path}/check"
    assert "There are changes that firms do not see yet" in await heard.said(path)
    await heard.publish(path)
    await heard.work()
    assert (await heard.post(f"{path}/award", supplier="Sample Windows Ltd", award_worth="17,500")).status == 200
    await heard.work()
    told = [each for each in await heard.mail(FIRM) if TITLE in each]
    assert len(told) == 3
    assert told[1] == f"Changed: {TITLE}, Hackney, £6,000 a year, closes Tue 19 Jan 2027"
    assert told[2].startswith("Awarded"), told
    assert (await heard.post(f"{path}/withdraw", why="Too late")).status == 400
    assert [each["tag"] for each in await notices(heard)] == [["tender"], ["tenderUpdate"], ["award"]]


async def test_a_posting_withdrawn_with_alerts_in_the_queue_is_told_to_nobody_as_new(heard: Borough) -> None:
    await heard.enter(APPROVER)
    path = await heard.write()
    await heard.publish(path)
    await heard.work("collect", "tag", "match")  # the alert is written and waits
    answer = await heard.post(f"{path}/withdraw", why="The school is closing")
    assert "It is withdrawn" in await answer.text()
    # Only sending runs: nothing has told the opportunity yet, and still the alert does not go.
    await heard.work("send")
    assert not [each for each in await heard.mail(FIRM) if each.startswith("New: ")]
    await heard.work()
    assert not [each for each in await heard.mail(FIRM) if each.startswith("New: ")]


async def test_ending_without_an_award_is_told(heard: Borough) -> None:
    await heard.enter(APPROVER)
    path = await heard.write()
    await heard.publish(path)
    await heard.work()
    assert (await heard.post(f"{path}/no-award", why="")).status == 422
    answer = await heard.post(f"{path}/no-award", why="All prices were too high")
    assert "Ended without an award" in await answer.text()
    await heard.work()
    assert len([each for each in await heard.mail(FIRM) if TITLE in each]) == 2


async def test_publish_pressed_twice_publishes_once_and_says_so_both_times(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write()
    seen = await borough.seen(path)
    both = await asyncio.gather(*(borough.post(f"{path}/publish", seen=seen) for _ in range(2)))
    assert [(each.status, "It is published" in await each.text()) for each in both] == [(200, True)] * 2
    assert len(await notices(borough)) == 1
    assert (await borough.said(path)).count("published it") == 1


async def test_of_two_approvers_at_once_the_first_decides_and_the_second_is_told(borough: Borough) -> None:
    await borough.enter(POSTER)
    path = await borough.write()
    await borough.post(f"{path}/ask")
    await borough.enter(APPROVER)
    seen = await borough.seen(path)
    await borough.enter(SECOND)
    assert await borough.seen(path) == seen
    await borough.post(f"{path}/return", why="Say how high the windows are")
    await borough.enter(APPROVER)
    answer = await borough.post(f"{path}/publish", seen=seen)
    assert answer.status == 400
    assert "It was changed since you looked" in await answer.text()
    assert await notices(borough) == []
    await borough.enter(POSTER)
    assert "Say how high the windows are" in await borough.said(path)


async def test_what_was_changed_after_it_was_read_is_not_approved_unread(borough: Borough) -> None:
    await borough.enter(POSTER)
    path = await borough.write()
    await borough.post(f"{path}/ask")
    await borough.enter(APPROVER)
    seen = await borough.seen(path)
    await borough.enter(POSTER)
    await borough.post(f"{path}/how-much", worth="90000")
    assert "Draft" in await borough.said(path)
    await borough.enter(APPROVER)
    assert (await borough.post(f"{path}/publish", seen=seen)).status == 400
    assert await notices(borough) == []


async def test_an_approver_from_another_mail_domain_asks_for_approval_instead(borough: Borough) -> None:
    await borough.enter(OUTSIDER)
    path = await borough.write()
    check = await borough.page(f"{path}/check")
    assert check.xpath("//form[contains(@action, '/ask')]")
    assert not check.xpath("//form[contains(@action, '/publish')]")
    assert (await borough.post(f"{path}/publish", seen="7")).status == 403
    assert await notices(borough) == []


@pytest.mark.parametrize(
    ("question", "fields", "sentence", "kept"),
    [
        ("how-much", {"worth": "-5"}, "Enter a sum above 0", "-5"),
        ("how-much", {"worth": "GBP -5"}, "Enter a sum above 0", "GBP -5"),
        (
            "by-when",
            {"closes_day": "2", "closes_month": "1", "closes_year": "2020", "closes_time": "5pm"},
            "That moment is past",
            "2020",
        ),
        ("what", {"title": "A title", "description": "word " * 20_000}, "99,999 characters", "word word"),
        ("where", {"sector": "none such"}, "Choose the trade", ""),
        ("how-to-reply", {"reply": "ring me", "asks": "A price."}, "Enter an e-mail address", "ring me"),
    ],
)
async def test_a_wrong_answer_gets_a_sentence_beside_its_field_and_loses_nothing(
    borough: Borough, question: str, fields: dict[str, str], sentence: str, kept: str
) -> None:
    await borough.enter(POSTER)
    path = await borough.begin()
    answer = await borough.post(f"{path}/{question}", **fields)
    said = await answer.text()
    assert answer.status == 422
    assert re.search(rf'class="govuk-error-message"[^§]*{sentence}', said)
    assert kept in said
    assert kept in await (await borough.get(f"{path}/{question}")).text(), "also when one comes back later"


@pytest.mark.parametrize(
    ("field", "word", "sent"), [("title", "word ", "word+"), ("description", "wüd\n", "w%C3%BCd%0A")]
)
async def test_ten_megabytes_of_text_get_a_sentence_and_are_all_in_the_box(
    borough: Borough, field: str, word: str, sent: str
) -> None:
    await borough.enter(POSTER)
    path, many = await borough.begin(), 10_000_000 // len(word)
    answer = await sent_as_it_is(
        borough, f"{path}/what", {"title": "Title", "description": "Words"} | {field: sent * many}
    )
    said = await answer.text()
    assert answer.status == 422
    assert re.search(r'class="govuk-error-message"[^§]*9,999,999 characters. Keep it to', said[:20_000])
    assert "characters are kept when you leave this page" in said[:20_000]
    assert said.count(word) == many - 1, "every word but for the space after the last"
    later = await (await borough.get(f"{path}/what")).text()
    assert 50 < later.count(word) < many, "its beginning is kept"


async def sent_as_it_is(borough: Borough, path: str, typed: dict[str, str]) -> aiohttp.ClientResponse:
    """A form as a browser encoded it."""
    body = io.BytesIO("&".join(f"{name}={said}" for name, said in typed.items()).encode())
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return await borough.browser.post(path, data=body, headers=OURS | kind)


async def test_what_is_larger_than_any_form_is_refused_on_the_page_and_what_was_saved_stays(borough: Borough) -> None:
    await borough.enter(POSTER)
    path = await borough.begin()
    await borough.post(f"{path}/what", title="Saved before", description="Saved too")
    answer = await sent_as_it_is(borough, f"{path}/what", {"title": "x", "description": "x" * LONG_CAP})
    said = await answer.text()
    assert answer.status == 413
    assert "That is far too much text" in said
    assert "Saved too" in said


async def test_the_trade_is_suggested_and_a_correction_is_learnt_from(borough: Borough) -> None:
    await borough.enter(APPROVER)
    path = await borough.write(where={"sector": "education"})
    assert "We suggest Cleaning, waste and environment" in await borough.said(f"{path}/where")
    await borough.publish(path)
    async with borough.database.reading() as connection:
        rows = (await connection.execute(text("SELECT origin, sectors, not_sectors FROM correction"))).all()
    assert [tuple(row) for row in rows] == [("poster", "education", "environment")]


ON_A_POSTING = [each for each in routes() if each[1].startswith("/buyers/postings/{posting}")]
PEOPLE = {POSTER: ("poster", True), APPROVER: ("approver", True), CAMDEN_APPROVER: ("approver", False)}


@pytest.mark.parametrize("who", PEOPLE)
async def test_every_act_on_a_posting_is_for_its_own_organisation_and_the_roles_that_may(
    borough: Borough, who: str
) -> None:
    await borough.enter(POSTER)
    path = await borough.write()
    form = aiohttp.FormData()
    form.add_field("file", b"\x89PNG\r\n\x1a\n a sample", filename="plan.png", content_type="image/png")
    attached = await (await borough.browser.post(f"{path}/files", data=form, headers=OURS)).text()
    (file,) = set(re.findall(rf"{path}/files/([0-9a-f]{{32}})", attached))
    await borough.post(f"{path}/ask")
    role, is_own = PEOPLE[who]
    may = roles()["buyer", role].may
    await borough.enter(who)
    before = await _row(borough)
    for method, canonical, act in ON_A_POSTING:
        address = canonical.replace("{posting}", path.rpartition("/")[2]).replace("{question}", "what")
        address = address.replace("{number}", "1").replace("{file}", file)
        answer = await borough.browser.request(method, address, allow_redirects=False, headers=OURS)
        is_missing = "{number}" in canonical  # it has no question yet, which an empty answer is told of first
        expected = {403} if act not in may else {404} if not is_own else {200, 303, 400, 422}
        if is_missing and is_own and act in may:
            expected = {422}
        assert answer.status in expected, (who, method, canonical, answer.status)
        if not is_own:
            assert TITLE not in await answer.text()
            assert await _row(borough) == before
    assert len(ON_A_POSTING) >= 10
    if not is_own:
        assert TITLE not in await borough.said("/buyers/postings")
        number = before[1]
        assert (await borough.post("/buyers/postings", organisation=str(number))).status == 403


async def _row(borough: Borough) -> tuple[object, ...]:
    async with borough.database.reading() as connection:
        return tuple((await connection.execute(text("SELECT id, organisation_id, version, state FROM posting"))).one())
