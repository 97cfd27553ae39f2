"""Forms lose nothing, say what to mend, and read addresses leniently."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from yarl import URL

from service.web.forms.filters import LONDON, Filters, read_filters

HACKNEY = "E09000012"


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
