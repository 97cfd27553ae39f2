"""Forms lose nothing, say what to mend, and read addresses leniently."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from yarl import URL

from service.web.forms.answers import Answers, FormView, Typed, check_change, check_sign_up, typed_in
from service.web.forms.filters import LONDON, Filters, read_filters

HACKNEY = "E09000012"
GOOD = Typed(
    email="sample@example.org",
    sectors=("environment",),
    areas=(HACKNEY,),
    words="window cleaning, gutters",
    without="hospital",
    size="micro",
    value_min="5,000",
    value_max="£50000",
    consent=True,
)


def test_good_answers_become_what_was_meant() -> None:
    assert check_sign_up(GOOD) == Answers(
        email="sample@example.org",
        sectors=("environment",),
        areas=(HACKNEY,),
        words=("window cleaning", "gutters"),
        without=("hospital",),
        size="micro",
        value_min=Decimal(5000),
        value_max=Decimal(50000),
    )


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"email": ""}, "email", "Enter your e-mail address"),
        ({"email": "sample@"}, "email", "like name@example.co.uk"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "email", "like name@example.co.uk"),
        ({"sectors": (), "words": ""}, "sector", "Choose at least one trade"),
        ({"sectors": ("invented",), "words": ""}, "sector", "Choose at least one trade"),
        ({"areas": ()}, "area", "Choose all of London"),
        ({"areas": ("E99999999",)}, "area", "Choose all of London"),
        ({"size": "huge"}, "size", "Choose how many people"),
        ({"value_min": "lots"}, "value_min", "whole pounds"),
        ({"value_min": "1e9999"}, "value_min", "whole pounds"),
        ({"value_min": "-5"}, "value_min", "whole pounds"),
        ({"value_min": "\u0665"}, "value_min", "whole pounds"),
        ({"value_max": "9" * 40}, "value_max", "whole pounds"),
        ({"value_min": "10", "value_max": "5"}, "value_max", "not below"),
        ({"words": "x" * 501}, "words", "fewer words"),
        ({"words": ",".join(f"w{n}" for n in range(41))}, "words", "at most 40"),
        ({"words": "!!, ??"}, "words", "separated by commas"),
        ({"without": "Gutters"}, "without", "in both"),
        ({"consent": False}, "consent", "Tick the box"),
    ],
)
def test_each_slip_gets_one_sentence_beside_its_field(change: dict[str, object], field: str, words: str) -> None:
    problems = check_sign_up(replace(GOOD, **change))  # type: ignore[arg-type]
    assert isinstance(problems, dict)
    assert list(problems) == [field]
    assert words in problems[field]


def test_all_slips_are_said_at_once_in_the_order_of_the_page() -> None:
    problems = check_sign_up(Typed(value_min="x", value_max="y"))
    assert isinstance(problems, dict)
    assert list(problems) == ["email", "sector", "area", "size", "value_min", "value_max", "consent"]


def test_the_change_form_asks_for_no_address_and_no_agreement() -> None:
    answers = check_change(replace(GOOD, email="", consent=False))
    assert isinstance(answers, Answers)
    assert answers.email == ""


def test_all_of_london_makes_boroughs_needless() -> None:
    answers = check_sign_up(replace(GOOD, areas=("london", HACKNEY)))
    assert isinstance(answers, Answers)
    assert answers.areas == ("london",)


def test_no_limit_is_none_and_not_zero() -> None:
    answers = check_sign_up(replace(GOOD, value_min="", value_max=""))
    assert isinstance(answers, Answers)
    assert answers.value_min is None
    assert answers.value_max is None


def test_a_posted_form_is_kept_as_typed() -> None:
    fields = MultiDict(
        [("email", " Sample@Example.org "), ("sector", "environment"), ("sector", "food"), ("consent", "yes")]
    )
    typed = typed_in(fields)
    assert typed.email == "Sample@Example.org"
    assert typed.sectors == ("environment", "food")
    assert typed.consent
    view = FormView(typed=typed, problems={"area": "Choose"})
    assert {item["value"] for item in view.sectors if item["checked"]} >= {"environment"}
    assert view.error("area") == {"text": "Choose"}
    assert view.error("email") is None
    assert view.summary == [{"text": "Choose", "href": "#area"}]
    assert view.email == "Sample@Example.org"


def test_an_address_is_read_and_written_the_same_way() -> None:
    filters = Filters(
        words="window & door",
        sectors=("environment",),
        areas=("london", HACKNEY),
        sizes=("micro",),
        closing="14",
        value_min=5_000,
        value_max=50_000,
        below_threshold=True,
        sources=("find_a_tender",),
        standing="awarded",
        sort="best",
        page=3,
    )
    assert read_filters(URL(f"/opportunities{filters.query(page=3)}").query) == filters


PARTS = ("q", "sector", "area", "size", "closing", "min", "max", "below", "source", "standing", "sort", "page", "x")


@pytest.mark.parametrize(
    ("typed", "pounds"),
    [("5000", 5_000), ("£5,000", 5_000), ("5k", 5_000), ("1 M", 1_000_000), ("9" * 15, 100_000_000_000)]
    + [(wrong, None) for wrong in ("", "-5", "five", "1e9999", "\u0665", "5kk", "9" * 500)],
)
def test_sums_are_read_as_people_type_them_or_left_out(typed: str, pounds: int | None) -> None:
    assert read_filters(MultiDict([("min", typed)])).value_min == pounds


def test_a_range_the_wrong_way_round_is_turned() -> None:
    filters = read_filters(MultiDict([("min", "50k"), ("max", "10k")]))
    assert (filters.value_min, filters.value_max) == (10_000, 50_000)


@given(st.lists(st.tuples(st.sampled_from(PARTS), st.text())))
def test_no_address_is_refused(pairs: list[tuple[str, str]]) -> None:
    filters = read_filters(MultiDict(pairs))
    again = read_filters(URL(f"/opportunities{filters.query(page=filters.page)}").query)
    assert again == filters


def test_what_is_not_understood_is_left_out() -> None:
    query = URL(
        "/opportunities?sector=invented&area=E1&size=huge&closing=never&page=-1&page=x&standing=lost&sort=luck&source=A-B&below=perhaps"
    ).query
    assert read_filters(query) == Filters()


def test_each_filter_can_be_taken_away_alone() -> None:
    filters = Filters(words="cleaning", sectors=("environment",), areas=(HACKNEY,), closing="7")
    chosen = dict(filters.chosen({}))
    assert chosen["“cleaning”"] == f"/opportunities?sector=environment&area={HACKNEY}&closing=7"
    assert chosen["Hackney"] == "/opportunities?q=cleaning&sector=environment&closing=7"
    assert chosen["Within 7 days"] == f"/opportunities?q=cleaning&sector=environment&area={HACKNEY}"
    assert len(chosen) == 4


def test_the_further_filters_can_be_taken_away_too() -> None:
    filters = Filters(
        words='"deep cleaning"',
        value_max=50_000,
        below_threshold=True,
        sources=("sample",),
        standing="all",
        sort="best",
    )
    quoted = "q=%22deep+cleaning%22"
    assert dict(filters.chosen({"sample": "Sample source"})) == {
        '"deep cleaning"': "/opportunities?max=50000&below=yes&source=sample&standing=all&sort=best",
        "Up to £50,000": f"/opportunities?{quoted}&below=yes&source=sample&standing=all&sort=best",
        "Below threshold only": f"/opportunities?{quoted}&max=50000&source=sample&standing=all&sort=best",
        "Sample source": f"/opportunities?{quoted}&max=50000&below=yes&standing=all&sort=best",
        "Everything": f"/opportunities?{quoted}&max=50000&below=yes&source=sample&sort=best",
    }
    assert [filters.worth_words() for filters in (Filters(value_min=5), Filters(value_min=5, value_max=9_000))] == [
        "From £5",
        "£5 to £9,000",
    ]


def test_closing_within_a_week_counts_whole_days_in_london() -> None:
    today = date(2026, 11, 23)
    assert Filters(closing="7").closes_between(today) == (None, datetime(2026, 12, 1, tzinfo=LONDON))
    assert Filters(closing="after-14").closes_between(today) == (datetime(2026, 12, 7, tzinfo=LONDON), None)
    assert Filters().closes_between(today) == (None, None)
