"""A firm asks a person: shown, agreed to, passed on, taken, answered, of use; or handed on and back; and forgotten."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.domain.helpline import Audience, Helpline
from tests.account_world import CAMDEN, FIRM, HACKNEY, LOCAL, OURS, World, a_world
from tests.builders import SampleOpportunity

HELPER, SECOND_HELPER, OPERATOR, BUYER = (
    "helper@advice.example", "second@advice.example", "admin@example.org", "poster@hackney.gov.uk",
)  # fmt: skip
LINE, WIDE_LINE, BUYERS_LINE = "hackney@advice.example", "london@advice.example", "buying@advice.example"
TITLE = "Window cleaning at a sample school"
HARD = "The method statement asks for 2,000 words and I never wrote one"


class Advice:
    """A world with a borough's helpline, one for London and one for buyers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lines: dict[str, int] = {}
        self.opportunity = "op-1"

    async def open(self) -> None:
        """Open the helplines, and let everybody in."""
        give = self.world.accounts.give_help
        for key, address, areas, person, audience in (
            ("hackney_advice", LINE, (HACKNEY,), HELPER, Audience.FIRMS),
            ("london_advice", WIDE_LINE, ("london",), SECOND_HELPER, Audience.FIRMS),
            ("buying_advice", BUYERS_LINE, ("london",), "", Audience.BUYERS),
        ):
            name = f"Sample {key.replace('_', ' ')}"
            let_in = self.world.accounts.membering.let_in
            await let_in(person or "third@advice.example", kind="support", key=key, name=name, role="approver")
            async with self.world.accounts.give_help.ledger.writing() as book:
                number = await book.organisation_for(kind="support", key=key, name=name, at=self.world.clock.now())
            self.lines[key] = number
            line = Helpline(organisation=number, name=name, audience=audience, address=address, areas=areas)
            await give.open_line(line)
        await self.world.accounts.membering.add_administrator(OPERATOR)
        await self.world.accounts.membering.let_in(
            BUYER, kind="buyer", key="hackney", name="Sample borough", role="poster"
        )
        await self.world.put(SampleOpportunity(title=TITLE))

    @property
    def path(self) -> str:
        """Where a firm asks about it."""
        return f"/account/ask/{self.opportunity}"

    async def look(self, path: str = "", **typed: str) -> dict[str, str]:
        """The hidden boxes of the page that shows what is passed on."""
        answer = await self.world.post(
            path or self.path, **{"hard": HARD, "reach": "020 7946 0000", "do": "look"} | typed
        )
        assert answer.status == 200, await answer.text()
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', await answer.text())
        return dict(found)

    async def ask(self, path: str = "", **typed: str) -> str:
        """Ask and agree; the path of the question."""
        boxes = await self.look(path, **typed)
        answer = await self.world.post(path or self.path, **boxes, do="send", consent="yes")
        assert "It is passed on" in await answer.text()
        return answer.url.path

    async def enter(self, address: str) -> None:
        """Another person at the browser."""
        self.world.forget_cookies()
        await self.world.sign_in(address)

    async def days(self, days: int) -> None:
        """Time goes by and the worker looks."""
        self.world.clock.at += timedelta(days=days)
        await self.world.accounts.overdue_help.look()

    async def subjects(self, address: str) -> list[str]:
        """What the letters to an address are about, but those to sign in."""
        return [subject for subject, _ in await self.world.letters(address) if "sign in" not in subject.lower()]

    async def link(self, page: str, address: str) -> str:
        """The newest link of a kind to an address."""
        return await self.world.link(page, address)


@pytest.fixture
async def advice(tmp_path: Path) -> AsyncIterator[Advice]:
    async with a_world(tmp_path) as world:
        made = Advice(world)
        await made.open()
        await world.sign_up(FIRM, area=HACKNEY)
        yield made


async def test_the_opportunity_leads_there_and_two_boxes_are_asked_one_of_them_filled(advice: Advice) -> None:
    page = await advice.world.page(f"/opportunities/{advice.opportunity}")
    assert page.xpath(f"//a[@href='{advice.path}']")
    form = await advice.world.page(advice.path)
    boxes = form.xpath("//main//textarea/@name | //main//input[not(@type='hidden')]/@name")
    assert boxes == ["hard", "reach"]
    assert form.xpath("string(//input[@name='reach']/@value)").lower() == FIRM.lower()


async def test_what_is_shown_is_what_is_passed_on_and_nothing_else(advice: Advice) -> None:
    answer = await advice.world.post(advice.path, hard=HARD, reach="020 7946 0000", do="look")
    said = await answer.text()
    assert "It goes to <strong>Sample hackney advice</strong>" in said
    assert 'name="consent"' in said
    assert not re.search(r'name="consent"[^>]*checked', said)
    assert await advice.subjects(LINE) == [], "looking passes nothing on"
    path = await advice.ask()
    page = await advice.world.page(path)
    shown = [" ".join(each.text_content().split()) for each in page.xpath("//dl[@class='answers']/div")]
    assert shown == [
        f"What is hard{HARD}",
        "How to reach them020 7946 0000",
        f"The opportunity{TITLE}, Hackney Council",
        f"Where to read it{LOCAL}/opportunities/{advice.opportunity}",
        "Size of the firmunder 10 people",
        "Where it worksHackney",
    ]
    ((subject, letter),) = await advice.world.letters(LINE)
    assert subject == "A firm asks for help: Write a bid"
    for each in page.xpath("//dl[@class='answers']/div/dd"):
        assert " ".join(each.text_content().split()) in " ".join(letter.split())
    assert FIRM.lower() not in letter.lower(), "the address it signed up with is not what it gave"
    async with advice.world.database.reading() as connection:
        row = (await connection.execute(text("SELECT consent, consented, passed FROM help_request"))).one()
    assert "Pass on exactly what is shown here to Sample hackney advice" in row.consent
    assert row.consented
    assert len(json.loads(row.passed)) == len(shown)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"hard": "", "reach": "020"}, "Say what is hard"),
        ({"hard": "x" * 1501, "reach": "020"}, "Shorten it to 1,500 characters. It has 1,501"),
        ({"hard": "It is hard to say", "reach": ""}, "Say how to reach you"),
        ({"hard": "It is hard to say", "reach": "1" * 201}, "Shorten it to 200 characters"),
    ],
)
async def test_what_is_missing_or_too_long_gets_a_sentence_and_loses_nothing(
    advice: Advice, typed: dict[str, str], sentence: str
) -> None:
    answer = await advice.world.post(advice.path, **typed, do="send", consent="yes")
    said = await answer.text()
    assert answer.status == 422
    assert sentence in said
    for each in typed.values():
        assert each in said
    assert await advice.subjects(LINE) == []


async def test_nothing_is_passed_on_without_the_tick_or_when_what_was_shown_has_changed(advice: Advice) -> None:
    boxes = await advice.look()
    answer = await advice.world.post(advice.path, **boxes, do="send")
    assert answer.status == 422
    assert "Tick the box" in await answer.text()
    answer = await advice.world.post(advice.path, **boxes | {"reach": "0800 4960000"}, do="send", consent="yes")
    assert answer.status == 422
    assert "has changed since you looked" in await answer.text()
    await advice.world.post("/account/profile", size="small", area=CAMDEN)
    answer = await advice.world.post(advice.path, **boxes, do="send", consent="yes")
    assert answer.status == 422
    assert "Camden" in await answer.text()
    assert await advice.subjects(LINE) == []


async def test_pressed_twice_it_is_asked_once(advice: Advice) -> None:
    boxes = await advice.look()
    both = await asyncio.gather(*(advice.world.post(advice.path, **boxes, do="send", consent="yes") for _ in range(2)))
    assert {each.url.path for each in both} == {"/account/help-requests/1"}
    assert len(await advice.world.letters(LINE)) == 1


async def test_an_organisation_takes_it_on_its_page_answers_and_hears_whether_it_helped(advice: Advice) -> None:
    path = await advice.ask()
    await advice.enter(HELPER)
    (href,) = (await advice.world.page("/help-requests")).xpath("//ul[@class='interests']//a/@href")
    assert HARD in await advice.world.said(href)
    answer = await advice.world.post(href, do="take")
    assert "It is yours" in await answer.text()
    assert "Somebody has taken your question" in await advice.subjects(FIRM)
    await advice.world.post(href, do="take")
    await advice.world.post(href, do="answer")
    await advice.world.post(href, do="answer")
    told = await advice.subjects(FIRM)
    assert told.count("Somebody has taken your question") == 1
    assert told.count("Was it useful?") == 1
    link = await advice.link("helped", FIRM)
    advice.world.forget_cookies()
    assert "You said" not in await advice.world.said(link), "opening a link says nothing"
    assert "You said: Yes, it helped" in await (await advice.world.post(link, useful="yes")).text()
    await advice.enter(FIRM)
    record = await advice.world.said(path)
    assert "You said: Yes, it helped" in record
    assert re.search(r"asked, and put to Sample hackney advice .*taken: .*answered: ", record)


async def test_the_link_in_the_letter_does_the_same_without_signing_in_and_only_by_its_buttons(advice: Advice) -> None:
    await advice.ask()
    link = await advice.link("help", LINE)
    advice.world.forget_cookies()
    page = await advice.world.page(link)
    assert HARD in page.text_content()
    assert page.xpath("//main//form/@method") == ["post"]
    assert "Somebody has taken your question" not in await advice.subjects(FIRM)
    assert (await advice.world.browser.get(link)).headers["Cache-Control"] == "no-store"
    assert "It is yours" in await (await advice.world.post(link, do="take")).text()
    assert "Somebody has taken your question" in await advice.subjects(FIRM)
    assert (await advice.world.post(link, do="nonsense")).status == 400


async def test_who_cannot_help_sends_it_to_the_next_and_sees_it_no_more(advice: Advice) -> None:
    path = await advice.ask()
    link = await advice.link("help", LINE)
    assert "You cannot help" in await (await advice.world.post(link, do="hand_on")).text()
    gone = await advice.world.get(link)
    assert gone.status in {400, 404, 410}
    assert HARD not in await gone.text()
    assert "A firm asks for help: Write a bid" in await advice.subjects(WIDE_LINE)
    assert "Your question is with somebody else now" in await advice.subjects(FIRM)
    await advice.enter(HELPER)
    assert (await advice.world.get("/help-requests/1")).status == 404
    assert HARD not in await advice.world.said("/help-requests")
    await advice.enter(SECOND_HELPER)
    await advice.world.post("/help-requests/1", do="hand_on")
    assert "Nobody has answered your question yet" in await advice.subjects(FIRM)
    await advice.enter(OPERATOR)
    assert HARD in await advice.world.said("/help-requests/handed-back")
    back = "/help-requests/handed-back/1"
    assert "Sample london advice (asked before)" in await advice.world.said(back)
    assert (await advice.world.post(back, do="hand_on")).status == 422
    await advice.world.post(back, do="hand_on", to=str(advice.lines["london_advice"]))
    await advice.enter(SECOND_HELPER)
    await advice.world.post("/help-requests/1", do="hand_on")
    await advice.enter(OPERATOR)
    await advice.world.post(back, do="close")
    assert (await advice.subjects(FIRM))[-1] == "We found nobody to answer your question"
    await advice.enter(FIRM)
    assert "Closed: nobody was found" in await advice.world.said(path)


async def test_silence_is_reminded_of_after_3_and_9_working_days_and_ends_after_12(advice: Advice) -> None:
    path = await advice.ask()
    seen = []
    for _ in range(21):
        await advice.days(1)
        await advice.world.accounts.overdue_help.look()
        seen.append(
            (len(await advice.subjects(LINE)), "Nobody has answered your question yet" in await advice.subjects(FIRM))
        )
    assert [count for count, _ in seen][-1] == 3
    (_, first), (_, reminder), (_, last) = await advice.world.letters(LINE)
    assert "It has waited 3 working days" in reminder
    assert "It has waited 9 working days" in last
    assert seen[-1][1]
    assert (await advice.subjects(FIRM)).count("Nobody has answered your question yet") == 1
    assert "12 working days" in (await advice.world.letters(FIRM))[-1][1]
    assert "With the people who run this service" in await advice.world.said(path)
    assert first != reminder


async def test_an_asker_takes_it_back_and_whoever_has_it_is_asked_to_delete_it(advice: Advice) -> None:
    path = await advice.ask()
    assert "It is taken back" in await (await advice.world.post(f"{path}/withdraw")).text()
    (_, (subject, words)) = await advice.world.letters(LINE)
    assert subject.startswith("Taken back")
    assert "delete" in words
    assert HARD not in words
    await advice.enter(HELPER)
    assert HARD not in await advice.world.said("/help-requests")


async def test_where_nobody_takes_such_questions_it_goes_to_whoever_runs_this_and_the_page_says_so(
    advice: Advice,
) -> None:
    async with advice.world.database.writing() as connection:
        await connection.execute(text("DELETE FROM helpline"))
    answer = await advice.world.post(advice.path, hard=HARD, reach="020", do="look")
    assert "No organisation takes such questions here yet" in await answer.text()
    await advice.ask()
    await advice.enter(OPERATOR)
    assert HARD in await advice.world.said("/help-requests/handed-back")
    await advice.world.post("/help-requests/handed-back/1", do="answer")
    assert "Was it useful?" in await advice.subjects(FIRM)


async def test_a_buyer_asks_about_buying_and_lands_in_the_same_inbox(advice: Advice) -> None:
    await advice.enter(BUYER)
    path = await advice.ask("/buyers/ask")
    assert path == "/buyers/help-requests/1"
    ((subject, words),) = await advice.world.letters(BUYERS_LINE)
    assert subject == "A buyer asks for help: Buying"
    assert "Sample borough" in words
    await advice.enter("third@advice.example")
    await advice.world.post("/help-requests/1", do="answer")
    link = await advice.link("helped", BUYER)
    assert "You said: No" in await (await advice.world.post(link, useful="no")).text()


async def test_erasing_a_firm_erases_what_it_asked_everywhere(advice: Advice) -> None:
    await advice.ask()
    copy = await (await advice.world.get("/account/data/bowbell.json")).text()
    assert HARD in copy
    assert "once" not in json.loads(copy)["kept"]["help_requests"][0]
    await advice.world.post("/account/erase")
    async with advice.world.database.reading() as connection:
        for table in ("help_request", "help_step"):
            rows = (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()  # noqa: S608 - ours
            assert rows == 0, table
        words = (await connection.execute(text("SELECT text FROM message"))).scalars()
        assert not [each for each in words if HARD in each or "020 7946 0000" in each]
        waiting = "SELECT count(*) FROM message WHERE slot LIKE 'help:%' AND state = 'waiting'"
        assert (await connection.execute(text(waiting))).scalar_one() == 0


async def test_words_go_90_days_after_it_is_over_and_the_rest_stays(advice: Advice) -> None:
    path = await advice.ask()
    await advice.world.post(f"{path}/withdraw")
    advice.world.clock.at += timedelta(days=89)
    await advice.world.accounts.tidy()
    await advice.enter(FIRM)
    assert HARD in await advice.world.said(path)
    advice.world.clock.at += timedelta(days=2)
    await advice.world.accounts.tidy()
    await advice.enter(FIRM)
    said = await advice.world.said(path)
    assert HARD not in said
    assert "The words are not kept any more" in said


async def test_an_organisation_says_where_questions_reach_it(advice: Advice) -> None:
    await advice.enter(HELPER)
    number = str(advice.lines["hackney_advice"])
    boxes = {"organisation": number, "audience": "firms", "open": "yes", "subject": "price"}
    wrong = await advice.world.post("/help-requests/set-up", **boxes, area="london", address="nobody")
    assert wrong.status == 422
    assert "Enter an e-mail address of a team" in await wrong.text()
    assert (await advice.world.post("/help-requests/set-up", **boxes, address=LINE)).status == 422
    right = await advice.world.post("/help-requests/set-up", **boxes, area=CAMDEN, address="camden@advice.example")
    assert "It is kept" in await right.text()
    other = boxes | {"organisation": str(advice.lines["london_advice"])}
    assert (await advice.world.post("/help-requests/set-up", **other, area="london", address=LINE)).status == 403
    await advice.enter(FIRM)
    await advice.ask()
    assert await advice.subjects("camden@advice.example") == []
    assert "A firm asks for help: Write a bid" in await advice.subjects(WIDE_LINE)


@pytest.mark.parametrize("who", ["other firm", "other organisation", "buyer"])
async def test_nobody_else_sees_or_touches_a_question(advice: Advice, who: str) -> None:
    path = await advice.ask()
    if who == "other firm":
        advice.world.forget_cookies()
        await advice.world.sign_up("other@example.org", area=HACKNEY)
    else:
        await advice.enter(SECOND_HELPER if who == "other organisation" else BUYER)
    for method, address in (
        ("GET", path),
        ("POST", f"{path}/withdraw"),
        ("POST", f"{path}/useful"),
        ("GET", "/help-requests/1"),
        ("POST", "/help-requests/1"),
        ("GET", "/help-requests/handed-back/1"),
        ("POST", "/help-requests/handed-back/1"),
        ("GET", "/buyers/help-requests/1"),
        ("POST", "/buyers/help-requests/1/withdraw"),
    ):
        answer = await advice.world.browser.request(method, address, allow_redirects=False, headers=OURS)
        assert answer.status in {403, 404}, (who, method, address, answer.status)
        assert HARD not in await answer.text()
    async with advice.world.database.reading() as connection:
        row = (await connection.execute(text("SELECT state, version FROM help_request"))).one()
    assert tuple(row) == ("waiting", 1)
