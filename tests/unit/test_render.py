"""Promises of the words of an alert: the order of the card, facts in the subject, unknown written, nothing injected."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.facts import facts_of
from notifiers.render import write_alert, write_confirmation
from service.domain.message import AlertContent, Links, Written
from service.domain.money import Money, Value
from service.domain.opportunity import (
    Buyer,
    Deadline,
    Details,
    FieldDifference,
    Opportunity,
    Stage,
    State,
    Status,
)
from service.domain.place import Place
from service.domain.programme import Cost, Programme, Suggestion
from service.domain.tagging import Fact, SectorTag, SizeTag, Tags

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LINKS = Links(manage="https://bowbell.example/alerts/change/t0", unsubscribe="https://bowbell.example/unsubscribe/t0")
FULL = Details(
    title="window cleaning",
    buyer=Buyer(name="Sample Borough Council"),
    value=Value(net=Decimal(36000)),
    deadline=Deadline(at=datetime(2026, 12, 4, 12, 0, tzinfo=UTC)),
    starts=date(2027, 1, 1),
    ends=date(2028, 12, 31),
    official_url="https://www.find-tender.service.gov.uk/Notice/000001-2026",
)
BARE = Details(title="")


def a_suggestion(number: int) -> Suggestion:
    programme = Programme(
        key=f"sample_{number}",
        name=f"Sample programme {number}",
        provider="Sample provider",
        summary="Sample.",
        for_whom="Sample firms",
        area=("london",),
        cost=Cost(free=True),
        state="current",
        source="a sample",
        url=f"https://sample.example/{number}",
    )
    return Suggestion(programme=programme, reason=f"it helps with sample need {number}")


def some_tags(*, known: bool) -> Tags:
    verdicts = dict.fromkeys(("micro", "small"), "suits" if known else "unknown") | {"medium": "unlikely"}
    return Tags(
        sectors=(SectorTag(key="cleaning", label="Cleaning", probability=0.9, reasons=()),) if known else (),
        sure=known,
        size=SizeTag(verdicts=verdicts, verdict="", reasons=()),  # type: ignore[arg-type]
        facts=(Fact(kind="insurance", value="£5m public liability insurance", quote="", start=0, end=0),)
        if known
        else (),
        divisions=(),
        groups=(),
        version="sample",
    )


def some_content(details: Details = FULL, *, status: Status = Status.OPEN, known: bool = True) -> AlertContent:
    state = State(
        stage=Stage.TENDER, status=status, details=details, as_of=NOW, first_published=NOW, source="find_a_tender"
    )
    return AlertContent(
        change="new",
        opportunity=Opportunity(identity="o1", revision=1, state=state, first_seen=NOW),
        tags=some_tags(known=known),
        place=Place(boroughs=frozenset({"E09000012"}), scope="boroughs", in_london=True) if known else Place(),
        reasons=("your trade is cleaning", "the buyer is in Hackney") if known else (),
        differences=(),
        change_kind="",
        help=tuple(a_suggestion(number) for number in (1, 2, 3)) if known else (),
        page_url="https://bowbell.example/opportunities/o1",
        source_name="Find a Tender",
        attribution="Contains public sector information licensed under the Open Government Licence v3.0.",
    )


def the_alert(content: AlertContent) -> Written:
    return write_alert(content, LINKS, now=NOW)


def seen(html: str) -> str:
    return re.sub(r"<[^>]*>", " ", html.partition("<body")[2])


def test_the_subject_is_the_facts() -> None:
    assert the_alert(some_content()).subject == "New: Window cleaning, Hackney, £18,000 a year, closes Fri 4 Dec"


@pytest.mark.parametrize("form", ["text", "html"])
def test_the_card_keeps_its_order(form: str) -> None:
    written = the_alert(some_content())
    words = written.text if form == "text" else seen(written.html)
    order = [
        "Window cleaning",
        "Sample Borough Council · Hackney",
        "£36,000 in all, without VAT (£18,000 a year)",
        "2 years",
        "Fri 4 Dec, 12 noon (in 11 days)",
        "Suits under 50 people",
        "Cleaning",
        "Your trade is cleaning",
        "£5m public liability insurance",
        "Help with this one",
        "Sample programme 1",
        "It helps with sample need 1",
        "Sample programme 2",
        "Official notice on Find a Tender",
        "Our page",
        "Open Government Licence v3.0",
        "You get this because",
        "Change or pause",
        "Stop",
    ]
    found, at = [], 0
    for piece in order:
        at = words.find(piece, at)
        found.append((piece, at >= 0))
        assert at >= 0, found
    assert "Sample programme 3" not in words
    last = written.text.strip().splitlines()[-1]
    assert LINKS.manage in last
    assert LINKS.unsubscribe in last


@pytest.mark.parametrize("form", ["text", "html"])
def test_what_nobody_stated_is_said_to_be_unstated(form: str) -> None:
    written = the_alert(some_content(BARE, known=False))
    words = written.text if form == "text" else seen(written.html)
    assert words.count("not stated") >= 7  # title, buyer, place, worth, length, closing, what it asks for, address
    assert "Size of firm not known" in words
    assert "None" not in words
    assert "Help with this one" not in words
    assert "Why you see this" not in words
    assert written.subject == "New: Title not stated"


@pytest.mark.parametrize(
    ("kind", "status", "opening", "lead"),
    [
        (
            "cancelled",
            Status.CANCELLED,
            "Cancelled: ",
            "The buyer has withdrawn this. There is nothing to bid for any more.",
        ),
        ("awarded", Status.AWARDED, "Awarded: ", "The contract was awarded to Sample Cleaners Ltd for £30,000."),
        ("deadline", Status.OPEN, "Changed: ", "The closing date moved from Fri 27 Nov to Fri 4 Dec."),
        ("changed", Status.OPEN, "Changed: ", "The closing date moved from Fri 27 Nov to Fri 4 Dec."),
    ],
)
def test_a_change_says_first_what_changed(kind: str, status: Status, opening: str, lead: str) -> None:
    details = replace(
        FULL, suppliers=("Sample Cleaners Ltd",), award_value=Money(amount=Decimal(30000), currency="GBP")
    )
    moved = FieldDifference(field="closing date", before="Fri 27 Nov", after="Fri 4 Dec")
    content = replace(some_content(details, status=status), change="2", change_kind=kind, differences=(moved,))
    written = the_alert(content)
    assert written.subject.startswith(opening)
    assert written.text.startswith(lead + "\n")
    assert seen(written.html).find(lead) < seen(written.html).find("Window cleaning")


def test_an_award_to_nobody_named_and_a_value_taken_back_are_told_plainly() -> None:
    awarded = replace(some_content(BARE, status=Status.AWARDED), change="3", change_kind="awarded")
    assert "awarded, but the notice does not say to whom." in the_alert(awarded).text
    gone = (
        FieldDifference(field="value", before="£5", after=""),
        FieldDifference(field="length", before="", after="1 year"),
    )
    text = the_alert(replace(some_content(), change="2", change_kind="changed", differences=gone)).text
    assert text.startswith("Value is no longer stated (it was £5).\nLength is now stated: 1 year.\n")


def test_a_reminder_says_that_it_closes_soon() -> None:
    written = the_alert(replace(some_content(), change="reminder:2026-12-02", change_kind="deadline"))
    assert written.subject.startswith("Closes soon: ")
    assert written.text.startswith("This closes soon: Fri 4 Dec, 12 noon.")


def test_a_closed_deadline_is_called_closed() -> None:
    details = replace(FULL, deadline=Deadline(at=datetime(2026, 11, 20, tzinfo=UTC), date_only=True))
    written = the_alert(some_content(details))
    assert "Fri 20 Nov (closed)" in written.text
    assert "closed Fri 20 Nov" in written.subject


EVIL = '<script>alert(1)</script>"><img src=x>\r\nBcc: evil@evil.example\x00\u202e'


def test_words_of_a_notice_stay_words() -> None:
    details = replace(
        FULL, title=EVIL, buyer=Buyer(name=EVIL), reserved=EVIL, official_url="javascript:alert(1)", suppliers=(EVIL,)
    )
    content = replace(
        some_content(details),
        reasons=(EVIL,),
        source_name=EVIL,
        attribution=EVIL,
        change="2",
        change_kind="changed",
        differences=(FieldDifference(field=EVIL, before=EVIL, after=EVIL),),
    )
    written = the_alert(content)
    assert "<script" not in written.html
    assert "<img" not in written.html
    assert "javascript:" not in written.html + written.text
    assert "\nBcc:" not in written.text + written.subject
    assert not {"\r", "\n", "\x00", "\u202e"} & set(written.subject)
    assert not {"\r", "\x00", "\u202e"} & set(written.text + written.html)


def test_a_letter_loads_nothing_and_every_link_leads_where_it_says() -> None:
    html = the_alert(some_content()).html
    assert not re.search(r"<(img|link|script|iframe)\b|url\(|@import|@font-face|src=", html)
    assert set(re.findall(r'href="([^"]*)"', html)) == {
        FULL.official_url,
        "https://bowbell.example/opportunities/o1",
        f"{LINKS.manage}/list/o1",
        "https://sample.example/1",
        "https://sample.example/2",
        LINKS.manage,
        f"{LINKS.manage}/not-for-me/o1",
        f"{LINKS.manage}/why-not",
        LINKS.unsubscribe,
    }


@given(
    title=st.text(max_size=400),
    buyer=st.text(max_size=50),
    worth=st.decimals(0, 10**15, places=2),
    kind=st.sampled_from(["", "changed", "cancelled"]),
)
def test_a_subject_is_one_short_line_whatever_a_notice_says(title: str, buyer: str, worth: Decimal, kind: str) -> None:
    details = replace(FULL, title=title, buyer=Buyer(name=buyer), value=Value(net=worth))
    subject = the_alert(replace(some_content(details), change_kind=kind)).subject
    assert 0 < len(subject) < 100
    assert not {"Cc", "Cf", "Cs", "Zl", "Zp"} & {unicodedata.category(sign) for sign in subject}
    assert "£" in subject


def test_a_confirmation_says_what_will_come_and_for_how_long() -> None:
    written = write_confirmation(
        name="Sample <Cleaners>",
        areas="Hackney and Islington",
        confirm_url="https://bowbell.example/confirm/t1",
        public_url="https://bowbell.example",
        hours=48,
    )
    for words in (written.text, written.html):
        assert "https://bowbell.example/confirm/t1" in words
        assert "48 hours" in words
        assert "you will get e-mails" in words
        assert "in Hackney and Islington" in words
    assert "Sample &lt;Cleaners&gt;" in written.html
    plain = write_confirmation(
        name="", areas="", confirm_url="https://b.example/c", public_url="https://b.example", hours=1
    )
    assert "fits what you chose. Each" in plain.text
    assert "1 hour." in plain.text


def test_the_reason_names_regions_and_not_their_codes() -> None:
    said = "in London: the notice says delivery in UKI34 (Wandsworth) and UKI62 (Croydon)"
    (why,) = facts_of(replace(some_content(), reasons=(said,)), now=NOW).why
    assert why == "In London: the notice says delivery in Wandsworth and Croydon"
