"""Figures about help never tell of fewer than 5: not alone, not by difference, not by what was published before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.returns import FEWEST, PART_OF, Counted, Line, Measure, Returns, published, returns_of

FIRST_OF_MONTH = [date(2026, month, 1) for month in range(1, 13)]
KEYS = ("one", "two", "three")

happened = st.lists(
    st.builds(
        Counted,
        programme=st.sampled_from(KEYS),
        measure=st.sampled_from([Measure.STARTED, Measure.FINISHED, Measure.BID, Measure.WON]),
        day=st.dates(date(2026, 1, 1), date(2026, 8, 31)),
    ),
    max_size=120,
)
bursts = st.lists(
    st.builds(
        lambda key, measure, day, times: [Counted(programme=key, measure=measure, day=day)] * times,
        st.sampled_from(KEYS),
        st.sampled_from(list(Measure)),
        st.dates(date(2026, 1, 1), date(2026, 8, 31)),
        st.integers(1, 12),
    ),
    max_size=40,
).map(lambda found: [each for some in found for each in some])


def is_safe(number: int) -> bool:
    return number == 0 or number >= FEWEST


def assert_parts_tell_nothing(line: Line) -> None:
    for measure, figure in line.figures.items():
        assert figure is None or figure >= FEWEST
        for whole in PART_OF.get(measure, ()) if figure is not None else ():
            outer = line.figures[whole]
            assert outer is not None, "a part of what is not shown is not shown"
            assert is_safe(outer - (figure or 0))


def assert_totals_tell_nothing(found: Returns) -> None:
    for measure, total in found.total.items():
        parts = [line.figures[measure] for line in found.lines]
        assert (total is None) == (None in parts), "what is not shown cannot be worked out from the total"
        assert total is None or total == sum(each or 0 for each in parts)


def assert_months_tell_nothing(old: Line, new: Line) -> None:
    for measure in Measure:
        was, now = old.figures[measure], new.figures[measure]
        if measure not in PART_OF or (was is not None and now is not None):
            assert is_safe((now or 0) - (was or 0)), measure


@settings(max_examples=400)
@given(counted=st.one_of(happened, bursts), programmes=st.permutations(KEYS).map(lambda keys: keys[:2]))
def test_nothing_that_is_published_tells_of_fewer_than_5_in_any_way(
    counted: list[Counted], programmes: Sequence[str]
) -> None:
    seen = [returns_of(programmes, counted, today=day) for day in FIRST_OF_MONTH]
    for found in seen:
        for line in found.lines:
            assert_parts_tell_nothing(line)
        assert_totals_tell_nothing(found)
    for before, after in pairwise(seen):
        for old, new in zip(before.lines, after.lines, strict=True):
            assert_months_tell_nothing(old, new)


@given(
    days=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=60),
    today=st.dates(date(2026, 1, 1), date(2027, 3, 1)),
)
def test_a_figure_is_never_more_than_the_truth_and_never_5_behind_it(days: list[date], today: date) -> None:
    before = today.replace(day=1)
    truth = sum(day < before for day in days)
    shown = published(days, before=before) or 0
    assert 0 <= truth - shown < FEWEST


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # Presses in January, February, March ...; what is published on the first of the month after the last of them.
        ((4,), None),
        ((5,), 5),
        ((5, 1), 5),
        ((5, 4), 5),
        ((5, 4, 1), 10),
        ((3, 3), 6),
        ((1, 1, 1, 1), None),
        ((1, 1, 1, 1, 1), 5),
    ],
)
def test_what_was_published_stays_until_there_are_5_more(counts: tuple[int, ...], expected: int | None) -> None:
    days = [date(2026, month, 15) for month, count in enumerate(counts, start=1) for _ in range(count)]
    assert published(days, before=date(2026, len(counts) + 1, 1)) == expected


def test_the_month_that_is_not_over_is_not_in_it() -> None:
    days = [date(2026, 11, 2)] * 9
    assert published(days, before=date(2026, 11, 1)) is None
    (line,) = returns_of(["one"], [], today=date(2026, 11, 24)).lines
    assert set(line.figures.values()) == {None}


def test_a_part_is_held_back_while_the_rest_of_its_whole_is_small() -> None:
    started = [Counted(programme="one", measure=Measure.STARTED, day=date(2026, 1, 5))] * 7
    finished = [Counted(programme="one", measure=Measure.FINISHED, day=date(2026, 1, 6))] * 5
    (line,) = returns_of(["one"], started + finished, today=date(2026, 2, 1)).lines
    assert line.figures[Measure.STARTED] == 7
    assert line.figures[Measure.FINISHED] is None, "7 and 5 would say that 2 did not finish"
    more = started * 2
    (line,) = returns_of(["one"], more + finished, today=date(2026, 2, 1)).lines
    assert (line.figures[Measure.STARTED], line.figures[Measure.FINISHED]) == (14, 5)
