"""A help request goes by the table, waits no longer than promised, and goes to the nearest who can help."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.help_request import (
    MOVES,
    OVER,
    WITH_SOMEBODY,
    HelpRequest,
    HelpState,
    HelpStep,
    Passed,
    due,
    hand_on,
    move,
    rate,
)
from service.domain.helpline import SUBJECTS, Audience, Helpline, Sought, choose_helpline, fits, subject_of
from service.domain.programme_entry import HELPS, SIZES
from service.errors import NotNow

DOCS = Path(__file__).parents[2] / "docs" / "asking-a-person.md"
#: A Tuesday, with no bank holiday for two weeks after it.
ASKED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HACKNEY, CAMDEN = "E09000012", "E09000007"


def a_request(**changed: object) -> HelpRequest:
    made = HelpRequest(
        number=7,
        sought=Sought(audience=Audience.FIRMS, subject="bid", areas=(HACKNEY,), size="micro"),
        firm=3,
        asker=30,
        person=300,
        passed=(Passed(name="What is hard", text="The method statement"),),
        consent="Pass it on.",
        consented=ASKED,
        state=HelpState.WAITING,
        organisation=11,
        since=ASKED,
        secret="one",
    )
    return replace(made, **changed)  # type: ignore[arg-type]  # a test names the fields it means


def a_line(organisation: int, *areas: str, subjects: tuple[str, ...] = (), sizes: tuple[str, ...] = ()) -> Helpline:
    return Helpline(
        organisation=organisation,
        name=f"Sample advice {organisation}",
        audience=Audience.FIRMS,
        address="help@sample.example",
        areas=areas,
        subjects=subjects,
        sizes=sizes,
    )


def test_the_table_in_the_docs_is_the_table_in_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(state.value, step.value, after.value) for (state, step), after in MOVES.items()]


def test_every_state_leads_to_an_end_and_no_end_leads_back() -> None:
    ends = set(OVER)
    while more := {state for (state, _), after in MOVES.items() if after in ends} - ends:
        ends |= more
    assert ends == set(HelpState)
    assert {(state, step) for state, step in MOVES if state in OVER} == {(HelpState.ANSWERED, HelpStep.RATE)}


@pytest.mark.parametrize("state", HelpState)
@pytest.mark.parametrize("step", [each for each in HelpStep if each is not HelpStep.HAND_ON])
def test_a_step_leads_where_the_table_says_or_is_refused_and_done_twice_is_once(
    state: HelpState, step: HelpStep
) -> None:
    request = a_request(state=state, organisation=11 if state in WITH_SOMEBODY else 0)
    after = MOVES.get((state, step))
    if after is None:
        same = {HelpStep.TAKE: "taken", HelpStep.ANSWER: "answered", HelpStep.CLOSE: "closed"}
        if {**same, HelpStep.WITHDRAW: "withdrawn"}.get(step) == state.value:
            assert move(request, step, at=ASKED) is request
        else:
            with pytest.raises(NotNow, match="Nothing was changed"):
                move(request, step, at=ASKED)
        return
    moved = move(request, step, at=ASKED)
    assert (moved.state, moved.version) == (after, 2)


def test_whoever_hands_it_back_has_it_no_more_and_is_remembered() -> None:
    back = move(a_request(), HelpStep.HAND_BACK, at=ASKED)
    assert (back.organisation, back.tried) == (0, (11,))
    on = hand_on(back, to=12, secret="two", at=ASKED)
    assert (on.state, on.organisation, on.tried, on.secret, on.reminded) == (HelpState.WAITING, 12, (11,), "two", 0)
    taken = move(on, HelpStep.TAKE, at=ASKED)
    assert move(taken, HelpStep.ANSWER, at=ASKED).organisation == 12


@pytest.mark.parametrize(
    ("day", "reminded", "expected"),
    [
        # Working days that are over: Wed 25, Thu 26, Fri 27 November; then Mon 30 to Fri 4 December; then Mon 7 ...
        ("2026-11-27T23:59", 0, None),
        ("2026-11-28T00:00", 0, HelpStep.REMIND),
        ("2026-11-30T12:00", 1, None),
        ("2026-12-07T23:59", 1, None),
        ("2026-12-08T00:00", 1, HelpStep.REMIND),
        ("2026-12-08T00:00", 2, None),
        ("2026-12-10T23:59", 2, None),
        ("2026-12-11T00:00", 2, HelpStep.HAND_BACK),
        ("2027-02-01T00:00", 0, HelpStep.HAND_BACK),
    ],
)
def test_reminders_come_after_3_and_9_working_days_and_12_are_the_end(
    day: str, reminded: int, expected: HelpStep | None
) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    for state in WITH_SOMEBODY:
        assert due(a_request(state=state, reminded=reminded), now=now) is expected


def test_bank_holidays_are_no_working_days() -> None:
    before_christmas = a_request(since=datetime(2026, 12, 23, 10, 0, tzinfo=UTC))
    # The 24th, 29th and 30th are working days; the 25th and the 28th (for Boxing Day) are not.
    assert due(before_christmas, now=datetime(2026, 12, 30, 12, 0, tzinfo=UTC)) is None
    assert due(before_christmas, now=datetime(2026, 12, 31, 0, 0, tzinfo=UTC)) is HelpStep.REMIND


def test_a_worker_that_slept_reminds_once_and_not_twice() -> None:
    late = ASKED + timedelta(days=14)
    assert due(a_request(), now=late) is HelpStep.REMIND
    reminded = move(a_request(), HelpStep.REMIND, at=late)
    assert reminded.since == ASKED, "being reminded gives nobody more time"
    assert due(reminded, now=late) is None


@pytest.mark.parametrize("state", [each for each in HelpState if each not in WITH_SOMEBODY])
def test_time_does_nothing_to_what_nobody_has(state: HelpState) -> None:
    assert due(a_request(state=state, organisation=0), now=ASKED + timedelta(days=400)) is None


def test_the_last_word_about_use_counts_and_only_of_an_answer() -> None:
    answered = move(a_request(), HelpStep.ANSWER, at=ASKED)
    assert rate(rate(answered, "no", at=ASKED), "yes", at=ASKED).useful == "yes"
    with pytest.raises(NotNow):
        rate(a_request(), "yes", at=ASKED)
    with pytest.raises(NotNow):
        rate(answered, "very", at=ASKED)


def test_a_boroughs_own_line_is_asked_before_londons_and_that_before_the_countrys() -> None:
    lines = [a_line(1, "england"), a_line(2, "london"), a_line(3, HACKNEY), a_line(4, CAMDEN)]
    sought = a_request().sought
    asked: list[int] = []
    while found := choose_helpline(lines, sought, tried=asked):
        asked.append(found.organisation)
    assert asked == [3, 2, 1]


def test_one_that_names_the_subject_comes_before_one_for_everything() -> None:
    lines = [a_line(1, "london"), a_line(2, "london", subjects=("bid",)), a_line(3, "london", subjects=("price",))]
    found = choose_helpline(lines, a_request().sought)
    assert found is not None
    assert found.organisation == 2


def test_a_firm_that_does_not_say_where_or_how_large_it_is_is_sent_to_no_line_that_asks_it() -> None:
    unknown = Sought(audience=Audience.FIRMS, subject="bid")
    assert not fits(a_line(1, HACKNEY), unknown)
    assert not fits(a_line(1, "london", sizes=("micro",)), unknown)
    assert fits(a_line(1, "london"), unknown)
    assert not fits(a_line(1, HACKNEY), replace(unknown, areas=("london",)))
    assert not fits(a_line(1, HACKNEY), replace(unknown, areas=(HACKNEY, CAMDEN)))


@given(
    lines=st.lists(
        st.builds(
            Helpline,
            organisation=st.integers(1, 9),
            name=st.just("Sample"),
            audience=st.sampled_from(Audience),
            address=st.just("help@sample.example"),
            subjects=st.lists(st.sampled_from(HELPS), max_size=3).map(tuple),
            areas=st.lists(st.sampled_from(["london", "uk", HACKNEY, CAMDEN]), max_size=2).map(tuple),
            sizes=st.lists(st.sampled_from(SIZES), max_size=2).map(tuple),
            is_open=st.booleans(),
        ),
        max_size=8,
    ),
    subject=st.sampled_from(HELPS),
    size=st.sampled_from(["", *SIZES]),
    areas=st.lists(st.sampled_from(["london", HACKNEY, CAMDEN]), max_size=2).map(tuple),
    tried=st.sets(st.integers(1, 9), max_size=4),
)
def test_whoever_is_asked_is_open_serves_such_firms_and_was_not_asked_before(
    lines: list[Helpline], subject: str, size: str, areas: tuple[str, ...], tried: set[int]
) -> None:
    sought = Sought(audience=Audience.FIRMS, subject=subject, areas=areas, size=size)
    found = choose_helpline(lines, sought, tried=tried)
    if found is None:
        assert not any(each.organisation not in tried and fits(each, sought) for each in lines)
        return
    assert found.organisation not in tried
    assert found.is_open
    assert found.audience is Audience.FIRMS
    assert not found.subjects or subject in found.subjects
    assert not found.sizes or size in found.sizes
    assert {"london", "uk"} & set(found.areas) or set(areas) <= set(found.areas)


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("They want £5m of public liability insurance and I have 1m", "insurance_and_policies"),
        ("How do we get Cyber Essentials in two weeks?", "certification"),
        ("I never know what price to put per visit, and the rates", "price"),
        ("The social value question: we have one apprentice", "social_value"),
        ("Method statement of 2,000 words, how do I write that", "bid"),
        ("It is too big for us, can we bid together with a partner", "consortia"),
        ("We cannot register on the portal", "register"),
        ("The school pays late and the bank gives no loan", "finance"),
    ],
)
def test_what_is_hard_is_taken_for_what_it_is_about(words: str, subject: str) -> None:
    assert subject_of(words) == subject


def test_where_words_tell_nothing_the_notice_does_and_then_it_is_the_bid() -> None:
    assert subject_of("Help!", needs=["finance", "bid"]) == "finance"
    assert subject_of("Help!") == "bid"


def test_every_kind_of_help_has_its_words_for_people() -> None:
    assert tuple(SUBJECTS) == HELPS
