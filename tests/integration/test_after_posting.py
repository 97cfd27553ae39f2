"""After a posting is out: questions for everybody, replies, more time, copies, who takes over, the record."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from service.domain.posting_talk import questions_end
from tests.account_world import FIRM, OURS
from tests.posting_world import ANSWERS, APPROVER, HACKNEY, POSTER, SECOND, Borough, a_borough

TITLE = "Window cleaning at two sample schools"
OTHER_FIRM = "other.firm@example.org"
ON_OUR_PAGE = {"reply": "", "by_form": "yes", "asks": "A price for each visit."}


@dataclass(kw_only=True)
class Story:
    """A posting that is out, with its pages on both sides."""

    borough: Borough
    path: str
    public: str


async def a_story(borough: Borough, **changed: dict[str, str]) -> Story:
    for address in (FIRM, OTHER_FIRM):
        borough.forget_cookies()
        await borough.sign_up(address, sector="environment", area=HACKNEY)
    await borough.enter(APPROVER)
    path = await borough.write(**changed)
    await borough.publish(path)
    await borough.work()
    (public,) = (await borough.page(path)).xpath("//a[starts-with(@href, '/opportunities/')]/@href")
    return Story(borough=borough, path=path, public=str(public))


@pytest.fixture
async def borough(tmp_path: Path) -> AsyncIterator[Borough]:
    async with a_borough(tmp_path) as made:
        yield made


async def texts(borough: Borough, address: str, subject: str) -> list[str]:
    """The words of the letters to an address whose subject begins so."""
    await borough.work()
    async with borough.database.reading() as connection:
        rows = await connection.execute(text("SELECT address, subject, text FROM message ORDER BY id"))
        return [row.text for row in rows if row.address == address and row.subject.startswith(subject)]


async def test_a_question_is_answered_for_everybody_and_nobody_hears_who_asked(borough: Borough) -> None:
    story = await a_story(borough)
    await borough.enter(OTHER_FIRM)
    await borough.post(f"{story.public}/replied")  # it follows the work from now on
    await borough.enter(FIRM)
    answer = await borough.post(f"{story.public}/questions", question="How many windows are there?")
    assert "The buyer has your question" in await answer.text()
    await borough.post(f"{story.public}/questions", question="How many windows are there?")
    (told,) = await texts(borough, APPROVER, "A question about")
    assert "How many windows are there?" in told
    assert FIRM.lower() not in told.lower()
    assert "How many windows" not in await borough.said(story.public), "nothing is public before it is answered"

    await borough.enter(APPROVER)
    page = await borough.page(story.path)
    (action,) = page.xpath("//form[contains(@action, '/questions/')]/@action")
    assert (await borough.post(action, answer="", do="publish")).status == 422
    done = await (await borough.post(action, answer="Sixty, on three floors.", do="publish")).text()
    assert "The answer is published" in done
    assert (await borough.post(action, answer="Something else", do="publish")).status == 400

    assert len(await texts(borough, FIRM, "Answered:")) == 1
    (followed,) = await texts(borough, OTHER_FIRM, "Answered:")
    assert "Sixty, on three floors." in followed
    assert "on your list" in followed
    borough.forget_cookies()
    said = await borough.said(story.public)
    assert "How many windows are there? Sixty, on three floors." in said
    assert FIRM.lower() not in said.lower()


async def test_who_signs_in_to_ask_comes_back_to_the_opportunity(borough: Borough) -> None:
    story = await a_story(borough)
    borough.forget_cookies()
    (link,) = (await borough.page(story.public)).xpath("//p[contains(., 'can ask until')]/a[1]/@href")
    await borough.browser.get(link)
    await borough.browser.post("/sign-in", data={"email": FIRM}, headers=OURS)
    answer = await borough.browser.post(await borough.link("sign-in", FIRM), headers=OURS, allow_redirects=False)
    assert answer.headers["Location"] == story.public
    assert "Ask the buyer" in await borough.said(answer.headers["Location"])


async def test_a_question_that_is_not_published_is_explained_to_whoever_asked_alone(borough: Borough) -> None:
    story = await a_story(borough)
    await borough.enter(FIRM)
    await borough.post(f"{story.public}/questions", question="We are Sample Windows Ltd, may we come on Monday?")
    await borough.enter(APPROVER)
    (action,) = (await borough.page(story.path)).xpath("//form[contains(@action, '/questions/')]/@action")
    await borough.post(action, answer="It names your firm. Ask without.", do="decline")
    (why,) = await texts(borough, FIRM, "Your question about")
    assert "It names your firm" in why
    assert not await texts(borough, OTHER_FIRM, "Answered:")
    assert "Sample Windows Ltd" not in await borough.said(story.public)


async def test_questions_close_two_working_days_before_the_deadline(borough: Borough) -> None:
    assert questions_end(datetime(2027, 1, 12, 12, tzinfo=UTC)) == datetime(2027, 1, 8, 12, tzinfo=UTC)
    story = await a_story(borough, by_when={"closes_day": "25", "closes_month": "11", "closes_year": "2026"})
    await borough.enter(FIRM)
    assert "Questions are closed" in await borough.said(story.public)
    answer = await borough.post(f"{story.public}/questions", question="May we still ask?")
    assert answer.status == 400
    assert "Questions are closed" in await answer.text()


async def test_too_many_or_too_long_questions_get_a_sentence_and_keep_what_was_typed(borough: Borough) -> None:
    story = await a_story(borough)
    await borough.enter(FIRM)
    for number in range(5):
        assert (await borough.post(f"{story.public}/questions", question=f"Question {number}?")).status == 200
    for said, sentence in (("One more?", "wait for an answer already"), ("x" * 1_001, "1,001 characters")):
        answer = await borough.post(f"{story.public}/questions", question=said)
        page = await answer.text()
        assert answer.status == 422
        assert re.search(rf'class="govuk-error-message"[^§]*{sentence}', page)
        assert said in page


async def test_a_reply_on_our_page_stays_shut_until_the_deadline_and_hears_the_outcome(borough: Borough) -> None:
    story = await a_story(borough, how_to_reply=ON_OUR_PAGE)
    await borough.enter(FIRM)
    assert "Write your reply" in await borough.said(story.public)
    typed = {"text": "We clean both schools.", "price": "", "contact": "Sample Windows"}
    wrong = await borough.post(f"{story.public}/reply", **typed)
    assert wrong.status == 422
    assert "Enter your price" in await wrong.text()
    assert "We clean both schools." in await wrong.text()
    done = await borough.post(f"{story.public}/reply", **(typed | {"price": "£400 a visit"}))
    assert "It is in" in await done.text()
    await borough.post(f"{story.public}/reply", **(typed | {"price": "£390 a visit"}))
    assert len(await texts(borough, FIRM, "Your reply is in")) == 1
    (came,) = await texts(borough, APPROVER, "A reply to")
    assert "£4" not in came

    await borough.enter(APPROVER)
    said = await borough.said(story.path)
    assert "1 written here" in said
    assert "£39" not in said
    borough.turn_to(datetime(2027, 1, 12, 12, 1, tzinfo=UTC))
    await borough.enter(APPROVER)
    assert "£390 a visit" in await borough.said(story.path)
    await borough.enter(FIRM)
    late = await borough.post(f"{story.public}/reply", **(typed | {"price": "£1"}))
    assert late.status == 400
    await borough.enter(APPROVER)
    await borough.post(f"{story.path}/no-award", why="All prices were too high")
    (outcome,) = await texts(borough, FIRM, "Cancelled:")
    assert "No contract was awarded. All prices were too high" in outcome
    assert "No contract was awarded. All prices were too high" in await borough.said(story.public)


async def test_no_deadline_moves_once_the_replies_are_open(borough: Borough) -> None:
    story = await a_story(borough, how_to_reply=ON_OUR_PAGE)
    borough.turn_to(datetime(2027, 1, 12, 12, 1, tzinfo=UTC))
    await borough.enter(APPROVER)
    later = {"closes_day": "20", "closes_month": "1", "closes_year": "2027", "closes_time": "12 noon"}
    answer = await borough.post(f"{story.path}/extend", **later)
    assert answer.status == 400
    assert "the replies are open, so it stays" in await answer.text()
    await borough.post(f"{story.path}/by-when", **later)
    answer = await borough.post(f"{story.path}/publish", seen=await borough.seen(story.path))
    assert "the replies are open, so it stays" in await answer.text(), "nor by a change"


async def test_who_said_that_it_replied_hears_who_won_once(borough: Borough) -> None:
    story = await a_story(borough)
    await borough.enter(FIRM)
    await borough.post(f"{story.public}/replied")
    assert "You said that you replied" in await borough.said(story.public)
    await borough.enter(APPROVER)
    assert "1 said to be sent elsewhere" in await borough.said(story.path)
    await borough.post(f"{story.path}/award", supplier="Sample Windows Ltd", award_worth="17,500")
    for address in (FIRM, OTHER_FIRM):
        (outcome,) = await texts(borough, address, "Awarded:")
        assert "Sample Windows Ltd" in outcome
        assert "£17,500" in outcome


async def test_approvers_hear_of_a_draft_and_its_writer_of_the_decision(borough: Borough) -> None:
    await borough.enter(POSTER)
    path = await borough.write()
    await borough.post(f"{path}/ask")
    for address in (APPROVER, SECOND):
        (waits,) = await texts(borough, address, "To approve:")
        assert f"{path}/check" in waits
    assert not await texts(borough, POSTER, "To approve:")
    await borough.enter(APPROVER)
    await borough.post(f"{path}/return", why="Say how high the windows are")
    (back,) = await texts(borough, POSTER, "Sent back:")
    assert "Say how high the windows are" in back
    await borough.enter(POSTER)
    await borough.post(f"{path}/ask")
    await borough.enter(SECOND)
    await borough.publish(path)
    assert len(await texts(borough, POSTER, "Published:")) == 1
    assert not await texts(borough, SECOND, "Published:"), "who decides needs no letter of it"


async def test_more_time_is_told_at_once_and_only_a_later_moment_is_taken(borough: Borough) -> None:
    story = await a_story(borough)
    await borough.enter(APPROVER)
    await borough.post(f"{story.path}/how-much", worth="19000")  # written, and not published
    later = {"closes_day": "26", "closes_month": "1", "closes_year": "2027", "closes_time": "5pm"}
    wrong = await borough.post(f"{story.path}/extend", **(later | {"closes_day": "5"}))
    assert wrong.status == 422
    assert "Enter a later moment" in await wrong.text()
    for _ in range(2):  # pressed twice
        assert "The new deadline is published" in await (await borough.post(f"{story.path}/extend", **later)).text()
    (told,) = await texts(borough, FIRM, "Changed:")
    assert "26 Jan 2027" in told
    said = await borough.said(story.public)
    assert "£18,000" in said
    assert "£19,000" not in said
    assert "There are changes that firms do not see yet" in await borough.said(story.path)
    await borough.publish(story.path)
    await borough.work()
    assert "£19,000" in await borough.said(story.public)


async def test_a_copy_says_the_same_without_its_days(borough: Borough) -> None:
    story = await a_story(borough)
    await borough.enter(POSTER)
    assert "Copy my last posting" in await borough.said("/buyers/postings")
    answer = await borough.post(f"{story.path}/copy")
    assert "This is a copy" in await answer.text()
    path = answer.url.path
    assert path != story.path
    page = await borough.page(f"{path}/by-when")
    assert page.xpath("//input[@id='closes_day']/@value") in ([], [""])
    assert (await borough.get(f"{path}/check")).url.path.endswith("/how-long"), "what is missing is asked"
    for question in ("how-long", "by-when"):
        answer = await borough.post(f"{path}/{question}", **dict(ANSWERS)[question])
    assert answer.url.path == f"{path}/check"


async def test_a_colleague_takes_over_and_is_told_of_questions_from_then_on(borough: Borough) -> None:
    story = await a_story(borough)
    await borough.enter(APPROVER)
    (number,) = (await borough.page(story.path)).xpath(f"//option[contains(., '{SECOND}')]/@value")
    assert "It is handed over" in await (await borough.post(f"{story.path}/hand-over", to=number)).text()
    assert (await borough.post(f"{story.path}/hand-over", to="999")).status == 404
    assert len(await texts(borough, SECOND, "Yours now:")) == 1
    await borough.enter(FIRM)
    await borough.post(f"{story.public}/questions", question="How many windows are there?")
    assert len(await texts(borough, SECOND, "A question about")) == 1
    assert not await texts(borough, APPROVER, "A question about")


async def test_a_question_reaches_somebody_who_can_answer_it(borough: Borough) -> None:
    story = await a_story(borough)
    await borough.enter(APPROVER)
    (number,) = (await borough.page(story.path)).xpath(f"//option[contains(., '{POSTER}')]/@value")
    await borough.post(f"{story.path}/hand-over", to=number)
    await borough.enter(FIRM)
    await borough.post(f"{story.public}/questions", question="How many windows are there?")
    (keeper,) = await texts(borough, POSTER, "A question about")
    assert "you look after the posting" in keeper
    for address in (APPROVER, SECOND):  # a poster cannot publish an answer: those who can are told too, and why
        (told,) = await texts(borough, address, "A question about")
        assert "you publish for London Borough of Hackney" in told


async def test_the_record_says_who_did_what_and_prints(borough: Borough) -> None:
    story = await a_story(borough)
    await borough.enter(POSTER)
    said = await borough.said(f"{story.path}/record")
    assert re.search(rf"{APPROVER} ?began it.*{APPROVER} ?published it", said), said
    assert "ocds-bowbel-" in said


async def test_what_a_firm_said_goes_with_it_but_an_answer_stays(borough: Borough) -> None:
    story = await a_story(borough, how_to_reply=ON_OUR_PAGE)
    await borough.enter(FIRM)
    await borough.post(f"{story.public}/questions", question="How many windows are there?")
    await borough.post(f"{story.public}/questions", question="Never answered?")
    await borough.post(f"{story.public}/reply", text="We clean.", price="£1", contact="Sample")
    exported = await (await borough.get("/account/data/bowbell.json")).text()
    assert "How many windows are there?" in exported
    assert "We clean." in exported
    await borough.enter(APPROVER)
    action = (await borough.page(story.path)).xpath("//form[contains(@action, '/questions/')]/@action")[0]
    await borough.post(action, answer="Sixty.", do="publish")
    await borough.enter(FIRM)
    await borough.post("/account/erase", sure="yes")
    async with borough.database.reading() as connection:
        questions = (await connection.execute(text("SELECT firm_id, text FROM posting_question"))).all()
        replies = (await connection.execute(text("SELECT count(*) FROM posting_reply"))).scalar_one()
    assert [tuple(row) for row in questions] == [(0, "How many windows are there?")]
    assert replies == 0
