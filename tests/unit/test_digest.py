"""What the alerts of one opportunity say together, in which order a letter is read, and how it fits a chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifiers.chat_card import shown_length
from notifiers.chat_digest import chat_digest
from notifiers.digest_letter import write_digest
from notifiers.mail_samples import DETAILS, LINKS, NOW, sample_content
from service.domain.digest import DigestItem, Part, Section, added_up, section_of
from service.domain.message import AlertContent
from service.domain.money import Value
from service.domain.opportunity import Buyer, Deadline, Details, FieldDifference, Opportunity, Status

PAGE = f"{LINKS.manage}/digests/1"


def part(number: int, change: str, kind: str = "", *differences: tuple[str, str, str]) -> Part:
    told = tuple(FieldDifference(field=field, before=before, after=after) for field, before, after in differences)
    return Part(alert=number, change=change, change_kind=kind, reasons=(f"reason {number}",), differences=told)


def content(details: Details = DETAILS, status: Status = Status.OPEN) -> AlertContent:
    base = sample_content()
    state = replace(base.opportunity.state, details=details, status=status)
    return replace(base, opportunity=replace(base.opportunity, state=state))


def standing(details: Details = DETAILS, status: Status = Status.OPEN) -> Opportunity:
    return content(details, status).opportunity


def test_who_never_heard_of_it_is_told_that_it_is_new_and_not_how_it_stood() -> None:
    told = added_up([part(1, "new"), part(2, "2", "deadline", ("deadline", "Fri 4 Dec", "Fri 11 Dec"))])
    assert (told.change, told.change_kind, told.differences, told.alerts) == ("new", "", (), (1, 2))
    assert told.reasons == ("reason 1",)


def test_several_changes_are_one_from_what_it_first_was_to_what_it_is() -> None:
    told = added_up(
        [
            part(1, "2", "deadline", ("deadline", "Fri 4 Dec", "Fri 11 Dec"), ("value", "£1", "£2")),
            part(2, "3", "changed", ("documents", "", "Plan"), ("value", "£2", "£1")),
            part(3, "4", "changed", ("deadline", "Fri 11 Dec", "Fri 18 Dec"), ("documents", "", "Drawing")),
        ]
    )
    assert [(one.field, one.before, one.after) for one in told.differences] == [
        ("deadline", "Fri 4 Dec", "Fri 18 Dec"),
        ("documents", "", "Plan, Drawing"),
    ]
    assert told.change_kind == "changed"


def test_an_end_is_the_news_unless_the_tender_was_opened_anew() -> None:
    assert added_up([part(1, "2", "deadline"), part(2, "3", "awarded")]).change_kind == "awarded"
    assert added_up([part(1, "2", "cancelled"), part(2, "3", "changed")]).change_kind == "changed"


def test_a_reminder_with_a_change_tells_the_change() -> None:
    told = added_up([part(1, "reminder:2026-12-04"), part(2, "3", "deadline", ("deadline", "a", "b"))])
    assert (told.change, told.change_kind) == ("3", "deadline")


@pytest.mark.parametrize(
    ("told", "opportunity", "section"),
    [
        (part(1, "new"), standing(), "new"),
        (part(1, "new"), standing(replace(DETAILS, deadline=Deadline(at=NOW + timedelta(days=3)))), "last_chance"),
        (part(1, "new"), standing(replace(DETAILS, deadline=None)), "new"),
        (part(1, "reminder:2026-12-04"), standing(), "last_chance"),
        (part(1, "2", "deadline"), standing(), "changed"),
        (part(1, "2", "cancelled"), standing(status=Status.CANCELLED), "changed"),
        (part(1, "2", "awarded"), standing(status=Status.AWARDED), "awarded"),
    ],
)
def test_each_is_read_where_it_belongs(told: Part, opportunity: Opportunity, section: Section) -> None:
    assert section_of(added_up([told]), opportunity, now=NOW) == section


@settings(max_examples=25, deadline=None)
@given(
    titles=st.lists(st.text(max_size=300), min_size=2, max_size=60),
    buyer=st.text(max_size=80),
    worth=st.decimals(0, 10**12, places=2),
)
def test_whatever_notices_say_a_message_of_many_fits_and_stays_one_message(
    titles: list[str], buyer: str, worth: Decimal
) -> None:
    items = [
        DigestItem(
            section="new",
            content=content(replace(DETAILS, title=title, buyer=Buyer(name=buyer), value=Value(net=worth))),
            alerts=(number,),
        )
        for number, title in enumerate(titles)
    ]
    said = chat_digest(items, LINKS, slot="day:2026-11-23", all_url=PAGE, now=NOW)
    assert shown_length(said.html) < 4096
    assert [button.label for row in said.buttons for button in row] == ["See all", "Stop"]
    letter = write_digest(items, LINKS, slot="day:2026-11-23", all_url=PAGE, now=NOW)
    assert len(letter.html.encode()) < 60_000
    assert 0 < len(letter.subject) < 100
    assert "\n" not in letter.subject


def test_what_there_is_no_room_for_is_counted_and_one_press_away() -> None:
    items = [DigestItem(section="new", content=content(), alerts=(number,)) for number in range(70)]
    said = chat_digest(items, LINKS, slot="held:x", all_url=PAGE, now=NOW)
    assert "70 new opportunities" in said.text
    assert "55 more are on the page of this message." in said.text
    assert said.buttons[0][0].url == PAGE
    letter = write_digest(items, LINKS, slot="held:x", all_url=PAGE, now=NOW)
    assert "10 more are on the page of this letter." in letter.text
    assert PAGE in letter.text
