"""What may become of a posting, what is wrong with an answer, and the notice it becomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.sources.postings import SOURCE
from service.domain import posting as life
from service.domain.notice import Notice
from service.domain.opportunity import Change, Reading, Stage
from service.domain.posting import Award, Draft, Posting, PostingState, Terms
from service.domain.posting_answers import QUESTIONS, check, closing, terms_of
from service.domain.posting_release import code_of, notice_id, release_of
from service.domain.sectors import all_sectors, sector_of_cpv
from service.errors import NotNow

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DRAFT = Draft(
    title="Window cleaning at two sample schools",
    description="Inside and outside, four times a year.",
    sector="environment",
    areas=("E09000012",),
    worth="18,000.50",
    starts_day="31",
    starts_month="1",
    starts_year="2027",
    months="1",
    closes_day="12",
    closes_month="1",
    closes_year="2027",
    closes_time="5pm",
    reply="https://borough.example/quotes",
    asks="A price for each visit.",
)


def a_posting(**changes: object) -> Posting:
    made = Posting(
        identity="0123456789abcdef",
        organisation=7,
        buyer="London Borough of Hackney",
        state=PostingState.DRAFT,
        draft=DRAFT,
        made_by=3,
        changed=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields are named by the tests


def published() -> Posting:
    return life.publish(a_posting(), seen=1, at=NOW)


def terms() -> Terms:
    found = terms_of(DRAFT, now=NOW)
    assert isinstance(found, Terms), found
    return found


def test_a_draft_is_asked_for_sent_back_asked_again_and_published() -> None:
    asked = life.ask(a_posting(), by=3, at=NOW)
    assert (asked.state, asked.asked_by) == (PostingState.WAITING, 3)
    back = life.send_back(asked, why="How high?", at=NOW)
    assert (back.state, back.note) == (PostingState.DRAFT, "How high?")
    again = life.ask(back, by=3, at=NOW)
    live = life.publish(again, seen=again.version, at=LATER)
    assert (live.state, live.live, live.published, live.notices, live.note) == (
        PostingState.PUBLISHED, DRAFT, LATER, 1, "",
    )  # fmt: skip


def test_publishing_what_was_published_changes_nothing() -> None:
    live = published()
    assert life.publish(live, seen=1, at=LATER) is live
    assert life.publish(live, seen=live.version, at=LATER) is live, "there is no change to publish"


def test_nobody_publishes_what_was_changed_since_they_read_it() -> None:
    changed = life.write(a_posting(), replace(DRAFT, worth="20000"), at=NOW)
    with pytest.raises(NotNow, match="changed since you looked"):
        life.publish(changed, seen=1, at=LATER)


def test_what_waits_for_approval_is_a_draft_again_once_it_is_changed() -> None:
    asked = life.ask(a_posting(), by=3, at=NOW)
    assert life.write(asked, replace(DRAFT, worth="20000"), at=NOW).state is PostingState.DRAFT


def test_a_change_of_what_is_published_is_seen_by_nobody_before_it_is_published_too() -> None:
    changed = life.write(published(), replace(DRAFT, worth="20000"), at=NOW)
    assert (changed.state, changed.live, changed.has_changes) == (PostingState.PUBLISHED, DRAFT, True)
    told = life.publish(changed, seen=changed.version, at=LATER)
    assert (told.live, told.notices, told.published) == (changed.draft, 2, NOW)


@pytest.mark.parametrize("end", [life.withdraw, life.close], ids=["withdrawn", "closed"])
def test_an_end_is_reached_once_and_nothing_follows_it(end: Callable[..., Posting]) -> None:
    ended = end(published(), why="No money", at=LATER)
    assert ended.note == "No money"
    assert end(ended, why="Again", at=LATER) is ended
    acts: tuple[Callable[[], Posting], ...] = (
        lambda: life.write(ended, DRAFT, at=LATER),
        lambda: life.ask(ended, by=3, at=LATER),
        lambda: life.publish(ended, seen=ended.version, at=LATER),
        lambda: life.award(ended, at=LATER),
    )
    for act in acts:
        with pytest.raises(NotNow, match="Nothing more can be changed"):
            act()


def test_only_what_is_published_ends() -> None:
    with pytest.raises(NotNow, match="not published yet"):
        life.award(a_posting(), at=NOW)
    with pytest.raises(NotNow, match="not published yet"):
        life.withdraw(a_posting(), why="No money", at=NOW)


# -------------------------------------------------------------------------------------------------- the six questions


def test_six_good_answers_are_read_as_they_are_meant() -> None:
    found = terms()
    assert len(QUESTIONS) == 6
    assert found.worth == Decimal("18000.50")
    assert (found.starts.isoformat(), found.ends.isoformat()) == ("2027-01-31", "2027-02-27"), "February is short"
    assert found.closes.isoformat() == "2027-01-12T17:00:00+00:00"


@pytest.mark.parametrize(
    ("question", "changes", "field", "sentence"),
    [
        ("what", {"title": " "}, "title", "Enter a title"),
        ("what", {"description": "x" * 5001}, "description", "That is 5,001 characters. Keep it to 5,000"),
        ("where", {"sector": ""}, "sector", "Choose the trade"),
        ("where", {"areas": ()}, "area", "Choose all of London"),
        ("where", {"areas": ("E99999999",)}, "area", "Choose all of London"),
        ("how-much", {"worth": ""}, "worth", "Enter what it is worth"),
        ("how-much", {"worth": "GBP -5"}, "worth", "Enter a sum above 0"),
        ("how-much", {"worth": "nan"}, "worth", "Enter a sum in pounds"),
        ("how-much", {"worth": "1e9"}, "worth", "Enter a sum in pounds"),
        ("how-much", {"worth": "999999999999"}, "worth", "over £100 million"),
        ("how-long", {"starts_year": "2020"}, "starts", "That day is past"),
        ("how-long", {"starts_day": "31", "starts_month": "2"}, "starts", "There is no such day"),
        ("how-long", {"starts_year": "9999"}, "starts", "more than five years away"),
        ("how-long", {"months": "0"}, "months", "from 1 to 120"),
        ("how-long", {"months": "²"}, "months", "from 1 to 120"),
        ("by-when", {"closes_year": "2026"}, "closes", "That moment is past"),
        ("by-when", {"closes_time": "midnight"}, "closes", "Enter a time"),
        ("by-when", {"closes_time": "0:00"}, "closes", "Choose another time than midnight"),
        ("by-when", {"closes_time": "25:00"}, "closes", "There is no such time"),
        ("how-to-reply", {"reply": "javascript:alert(1)"}, "reply", "Enter an e-mail address"),
        ("how-to-reply", {"asks": ""}, "asks", "Say what a reply is to hold"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field(
    question: str, changes: dict[str, object], field: str, sentence: str
) -> None:
    wrong = replace(DRAFT, **changes)  # type: ignore[arg-type]  # fields are named above
    problems = check(question, wrong, now=NOW)
    assert list(problems) == [field]
    assert sentence in problems[field]


def test_in_the_night_the_clocks_go_back_the_later_of_the_two_hours_counts() -> None:
    night = replace(DRAFT, closes_day="31", closes_month="10", closes_year="2027", closes_time="1:30")
    found = closing(night)
    assert isinstance(found, datetime)
    assert found.astimezone(UTC) == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_in_the_night_the_clocks_go_forward_no_missing_hour_is_taken() -> None:
    night = replace(DRAFT, closes_day="28", closes_month="3", closes_year="2027", closes_time="1:30")
    assert "does not exist" in check("by-when", night, now=NOW)["closes"]
    found = closing(replace(night, closes_time="2am"))
    assert isinstance(found, datetime)
    assert found.astimezone(UTC) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


# -------------------------------------------------------------------------------------------------------- the notice


def read_back(body: bytes, posting: Posting) -> Reading:
    notice = Notice(
        source="postings", source_id=notice_id(posting), published=NOW, seen=NOW, body=body, form="ocds-release"
    )
    found = SOURCE.read(notice)
    assert isinstance(found, Reading), found
    return found


def test_the_notice_says_what_was_typed() -> None:
    live = published()
    found = read_back(release_of(live, terms(), step="tender", at=NOW), live)
    details = found.details
    assert (found.stage, found.change) == (Stage.TENDER, Change.NEW)
    assert found.keys[0].value == "ocds-bowbel-0123456789abcdef"
    assert (details.title, details.buyer.name if details.buyer else "") == (DRAFT.title, live.buyer)
    assert details.value is not None
    assert details.value.net == Decimal("18000.50")
    assert details.deadline is not None
    assert (details.deadline.at, details.deadline.date_only) == (terms().closes, False)
    assert (details.starts, details.ends) == (terms().starts, terms().ends)
    assert details.delivery_regions == ("Hackney",)
    assert details.description.endswith(
        "How to reply: A price for each visit.\nSend it to: https://borough.example/quotes"
    ), details.description


@pytest.mark.parametrize(
    ("step", "change"),
    [
        ("tenderUpdate", Change.UPDATE),
        ("withdrawn", Change.CANCELLATION),
        ("unsuccessful", Change.CANCELLATION),
        ("award", Change.AWARD),
    ],
)
def test_every_step_is_read_as_what_it_is(step: str, change: Change) -> None:
    ended = replace(published(), notices=2, note="No money")
    won = Award(supplier="Sample Windows Ltd", worth=Decimal(17500)) if step == "award" else None
    found = read_back(release_of(ended, terms(), step=step, at=LATER, won=won), ended)  # type: ignore[arg-type]  # a Step
    assert found.change is change
    assert found.details.suppliers == (("Sample Windows Ltd",) if won else ())


def test_every_trade_has_a_code_by_which_it_is_known_again() -> None:
    for sector in all_sectors():
        assert sector_of_cpv(code_of(sector.key)) == sector.key


@pytest.mark.parametrize("step", ["tender", "tenderUpdate", "withdrawn", "unsuccessful", "award"])
def test_every_release_keeps_the_open_contracting_standard(shared_data: Path, step: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((shared_data / "schemas" / "ocds-release-schema.json").read_text(encoding="utf-8"))
    ended = replace(published(), note="No money")
    won = Award(supplier="Sample Windows Ltd", worth=Decimal(17500)) if step == "award" else None
    release = json.loads(release_of(ended, terms(), step=step, at=LATER, won=won))  # type: ignore[arg-type]  # a Step
    faults = list(jsonschema.Draft4Validator(schema).iter_errors(release))
    assert not faults, [f"{list(each.path)}: {each.message}" for each in faults]


def test_a_broken_notice_is_set_aside_with_the_field_to_blame() -> None:
    for body in (b"", b"[]", b'{"tag": ["tender"]}', b'{"tag": [], "date": "2026-01-01", "tender": {"title": "x"}}'):
        notice = Notice(source="postings", source_id="x", published=NOW, seen=NOW, body=body, form="ocds-release")
        assert not isinstance(SOURCE.read(notice), Reading)
