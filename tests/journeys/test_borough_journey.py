"""A borough's whole story over the real service, every letter by SMTP: from the first sign-in to who won.

Somebody who may not publish writes it, an approver decides, a firm hears of it, asks and replies, the deadline moves
and then passes, and everybody who replied hears the outcome. The service is stopped and started in the middle, as time
passes: nothing of the story lives in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.journeys.browser import a_browser, missing, resize
from tests.journeys.buyer import WINDOWS, Buyer, sign_up
from tests.journeys.post_box import a_post_box
from tests.journeys.served import Copy, let_in

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

#: A role that publishes, but no address at the borough's own domain: this one's drafts go to an approver.
_WRITER, _APPROVER = "writer@agency.example", "approver@council.example"
#: The first hears of it by its alert; the second asked for other work and finds it by itself.
_FIRM, _OTHER = "windows@sample.example", "glass@sample.example"
_JOB = replace(WINDOWS, reply="", worth="9000", months="12")
_TITLE = _JOB.title
_BEFORE = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_CLOSES, _LATER, _STARTS = date(2026, 12, 16), date(2026, 12, 18), date(2027, 2, 1)
_AFTER = datetime(2026, 12, 18, 15, 0, tzinfo=UTC)
_QUESTION = "A sample question: are the windows of the hall above five metres?"
_ANSWER = "No. The highest is at four metres, and can be reached from a ladder."
_REPLIES = {_FIRM: ("95 pounds a visit", "Sample Windows Ltd"), _OTHER: ("110 pounds a visit", "Sample Glass Ltd")}


@pytest.fixture
def buyer(tmp_path: Path) -> Iterator[tuple[Buyer, Copy]]:
    """A browser, a mail server and a copy that lets Hackney in; not yet served."""
    with a_post_box() as post, a_browser() as driver:
        resize(driver, width=1180)
        copy = Copy(tmp_path, smtp_url=post.url)
        let_in(copy, "hackney", domain="council.example", people=[(_APPROVER, "approver"), (_WRITER, "approver")])
        yield Buyer(driver, copy.url, post), copy


def test_from_a_draft_to_who_won_everybody_hears_what_concerns_them_by_mail(buyer: tuple[Buyer, Copy]) -> None:
    person, copy = buyer
    with copy.served(now=_BEFORE):
        sign_up(person, _FIRM)
        sign_up(person, _OTHER, sector="it")
        written_by_somebody_who_may_not_publish(person)
        read_and_published_by_an_approver(person)
        told_to_the_firm_it_fits_which_asks(person)
        given_more_time_and_answered(person)
        replied_to_by_both_firms(person)
        shut_for_the_buyer_until_the_deadline(person)
    with copy.served(now=_AFTER):
        opened_and_awarded(person)
        told_to_everybody_who_replied(person)
        kept_in_the_record(person)


def written_by_somebody_who_may_not_publish(person: Buyer) -> None:
    person.enters(_WRITER)
    person.driver.get(f"{person.url}/buyers/postings")
    person.sees("Your postings")
    person.pictured("list-empty")
    person.answers_six_questions(_JOB, closes=_CLOSES, starts=_STARTS)
    person.sees("Ask for approval", where=".posting-acts")
    assert not person.says("Publish", where=".posting-acts")
    person.presses("Ask for approval")
    person.sees("Waiting for approval", where=".status-line")
    person.pictured("waiting")


def read_and_published_by_an_approver(person: Buyer) -> None:
    letter = person.reads(person.post.next(_APPROVER, f"To approve: {_TITLE}"), name="to-approve")
    assert _WRITER in letter.text
    person.enters(_APPROVER)
    person.opens(letter, "/buyers/postings/")
    person.sees("Check your answers")
    assert person.says("This will reach fewer than 5 firms")
    person.pictured("to-approve")
    person.presses("Publish")
    person.sees("It is published", where="[role='status']")
    person.pictured("published")
    assert "is published" in person.reads(person.post.next(_WRITER, f"Published: {_TITLE}"), name="published").text


def told_to_the_firm_it_fits_which_asks(person: Buyer) -> None:
    letter = person.reads(person.post.next(_FIRM, "New: "), name="alert")
    assert _TITLE in letter.subject
    assert "London Borough of Hackney" in letter.text
    person.enters(_FIRM)
    person.opens(letter, "/opportunities/")
    person.sees(_TITLE)
    person.finds("#question").send_keys(_QUESTION)
    person.pictured("opportunity")
    person.presses("Ask")
    person.sees("The buyer has your question", where="[role='status']")
    person.pictured("asked")
    for address in (_WRITER, _APPROVER):  # the writer looks after it, but only the approver can answer
        came = person.post.next(address, f"A question about {_TITLE}")
        assert _QUESTION in came.text
        assert _FIRM not in came.text
    person.reads(came, name="question")


def given_more_time_and_answered(person: Buyer) -> None:
    person.enters(_APPROVER)
    person.opens_the_posting(_TITLE)
    person.pictured("with-a-question")
    person.finds("textarea[name='answer']").send_keys(_ANSWER)
    person.presses("Publish the answer")
    person.sees("The answer is published", where="[role='status']")
    told = person.reads(person.post.next(_FIRM, f"Answered: a question about {_TITLE}"), name="answered")
    assert _QUESTION in told.text
    assert _ANSWER in told.text

    person.presses("Change it")
    person.sees("Check your answers")
    person.driver.get(person.driver.current_url.replace("/check", "/by-when"))
    person.sees("By when must firms reply?")
    for part, number in (("day", _LATER.day), ("month", _LATER.month)):
        person.finds(f"#closes_{part}").clear()
        person.finds(f"#closes_{part}").send_keys(str(number))
    person.goes_on_to("Check your answers")
    person.presses("Publish the change")
    person.sees("The change is published", where="[role='status']")
    changed = person.reads(person.post.next(_FIRM, "Changed: "), name="changed")
    assert "16 Dec 2026" in changed.text, "what it was"
    assert "18 Dec 2026" in changed.text, "what it is"


def replied_to_by_both_firms(person: Buyer) -> None:
    for address, (price, contact) in _REPLIES.items():
        person.enters(address)
        person.driver.get(f"{person.url}/opportunities?q=window")
        person.presses(_TITLE)
        person.sees("Questions and answers", where="#questions")
        assert person.says(_ANSWER)
        person.presses("Write your reply")
        person.sees("Your reply")
        person.finds("#text").send_keys("We clean them from the ground with long poles.")
        person.finds("#price").send_keys(price)
        person.finds("#contact").clear()
        person.finds("#contact").send_keys(contact)
        person.pictured("reply")
        person.presses("Send the reply")
        person.sees("It is in", where="[role='status']")
        person.reads(person.post.next(address, f"Your reply is in: {_TITLE}"), name="reply-kept")
    person.pictured("replied")


def shut_for_the_buyer_until_the_deadline(person: Buyer) -> None:
    letter = person.reads(person.post.next(_WRITER, f"A reply to {_TITLE}", after=1), name="reply-came")
    assert not any(said in letter.text for each in _REPLIES.values() for said in each)
    person.enters(_APPROVER)
    person.opens_the_posting(_TITLE)
    person.sees("2 written here", where="main")
    assert not any(person.says(said) for each in _REPLIES.values() for said in each)
    person.pictured("replies-shut")


def opened_and_awarded(person: Buyer) -> None:
    person.enters(_APPROVER)
    person.opens_the_posting(_TITLE)
    assert all(person.says(said) for each in _REPLIES.values() for said in each)
    person.pictured("replies-open")
    person.types("#supplier", "Sample Windows Ltd")
    person.types("#award_worth", "8550")
    person.presses("Record the award")
    person.sees("The award is published", where="[role='status']")
    person.pictured("awarded")


def told_to_everybody_who_replied(person: Buyer) -> None:
    for address in _REPLIES:
        told = person.reads(person.post.next(address, "Awarded: "), name="outcome")
        assert _TITLE in told.subject
        assert "Sample Windows Ltd" in told.text
        assert "£8,550" in told.text
    assert len(person.post.to(_FIRM, "New: ")) == 1, "nobody is told twice"
    assert person.post.to(_OTHER, "New: ") == [], "nor of what was not asked for"


def kept_in_the_record(person: Buyer) -> None:
    person.presses("The record, to print")
    person.sees("Record of a posting")
    for did in ("began it", "asked for approval", "published it", "answered a question", "recorded the award"):
        assert person.says(did), did
    person.pictured("record")
