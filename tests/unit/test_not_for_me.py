"""What "not for me" changes: the least that would have left the notice out, or nothing, and why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from service.domain.codec import interest_from_json, interest_to_json
from service.domain.interest import Interest
from service.domain.interest_file import interest_from, interest_mapping
from service.domain.matching import prepare
from service.domain.money import Value
from service.domain.not_for_me import Reason, effect
from service.domain.scrutiny import interest_words
from service.domain.subject import Subject
from service.usecases.interest_index import InterestIndex
from service.usecases.ledger import Subscriber
from service.web.forms.interests import check_interest, interest_typed
from tests.unit.test_why_not import CAMDEN, HACKNEY, NOW, WINDOWS, a_subject

CLEANING = Interest(sectors=("environment",), areas=(CAMDEN, HACKNEY))
NO_VALUE = replace(WINDOWS, value=None)
ROUND = replace(WINDOWS, value=Value(net=Decimal(50_000)))
UNLIKELY = "We leave out what is unlikely to suit a firm of under 10 people."


@pytest.mark.parametrize(
    ("reason", "interest", "subject", "says"),
    [
        ("trade", CLEANING, a_subject(), "We leave out notices coded 90911300 (window-cleaning services)."),
        (
            "trade",
            Interest(words="panes", areas=(CAMDEN,)),
            a_subject(),
            "Your own words or codes ask for it, so nothing changes. Change the interest to hear less.",
        ),
        ("big", CLEANING, a_subject(), "We leave out notices over £20,000."),
        ("big", CLEANING, a_subject(ROUND), "We leave out notices over £20,000."),
        ("big", CLEANING, a_subject(NO_VALUE, size="unlikely"), UNLIKELY),
        ("far", CLEANING, a_subject(), "We leave out work that is only in Camden."),
        ("far", replace(CLEANING, areas=("london",)), a_subject(), "We leave out work that is only in Camden."),
    ],
)  # fmt: skip
def test_the_least_change_is_made_and_leaves_the_notice_out(
    reason: Reason, interest: Interest, subject: Subject, says: str
) -> None:
    assert prepare(interest).resembles(subject).matched
    found = effect(reason, interest, subject, size="micro")
    assert found.says == says
    if found.interest is not None:
        assert not prepare(found.interest).resembles(subject).matched


@pytest.mark.parametrize(
    ("reason", "interest", "subject", "says"),
    [
        ("trade", CLEANING, a_subject(replace(WINDOWS, cpv=())), "no code by which such work could be told apart"),
        ("trade", Interest(sectors=("environment",), cpv=("909113",)), a_subject(), "no code by which"),
        ("big", CLEANING, a_subject(NO_VALUE), "does not say what it is worth"),
        ("far", replace(CLEANING, areas=(CAMDEN,)), a_subject(), "in the only place you asked for"),
        ("far", replace(CLEANING, areas=("london",)), a_subject(region="UKI"), "anywhere in London or beyond"),
        ("other", CLEANING, a_subject(), "Nothing changes."),
    ],
)
def test_where_no_filter_could_tell_nothing_changes_and_it_is_said(
    reason: Reason, interest: Interest, subject: Subject, says: str
) -> None:
    found = effect(reason, interest, subject, size="micro")
    assert found.interest is None
    assert says in found.says


LEAVING_OUT = (
    replace(CLEANING, not_sectors=("environment",)),
    replace(CLEANING, not_cpv=("909113",)),
    replace(CLEANING, not_areas=(CAMDEN,)),
)


@pytest.mark.parametrize("interest", LEAVING_OUT)
def test_what_is_left_out_stays_out_by_the_index_too_unless_the_words_are_there(interest: Interest) -> None:
    said = replace(interest, words="panes")
    subscribers = [
        Subscriber(firm=1, size="", interests=(interest,)),
        Subscriber(firm=2, size="", interests=(said,)),
        Subscriber(firm=3, size="", interests=(CLEANING,)),
    ]
    found = {each.firm for each in InterestIndex(subscribers).agreeing(a_subject(), now=NOW)}
    by_one = {each.firm for each in subscribers if prepare(each.interests[0]).judge(a_subject(), now=NOW).matched}
    assert found == by_one
    assert 1 not in found
    assert (2 in found) == (not interest.not_areas)
    assert 3 in found


@pytest.mark.parametrize("interest", LEAVING_OUT)
def test_what_is_left_out_survives_every_way_it_is_kept_and_is_said_in_words(interest: Interest) -> None:
    assert interest_from_json(interest_to_json(interest)) == interest
    assert interest_from(interest_mapping(interest)) == interest
    assert check_interest(interest_typed(interest)) == interest
    assert "but not" in interest_words(interest)


def test_taking_a_tick_away_hears_of_it_again() -> None:
    typed = replace(interest_typed(LEAVING_OUT[1]), left_out=("cpv:", "sector:nothing", "area:E09999999", "x"))
    assert check_interest(typed) == CLEANING
