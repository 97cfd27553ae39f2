"""The promise of the quick search: it finds what a search of the whole text finds, never more and never less."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.facts_dates import DATE, DATE_PLACES, YEAR_OR_FIGURES
from classifiers.facts_framework import ANY_LIST, LIST_PLACES, MADE
from classifiers.facts_hit import found_near
from classifiers.facts_span import SPAN, UNIT, UNIT_PLACES

#: What makes and breaks lengths, dates and frameworks.
FRAGMENTS = (
    *("12 months", "two (2) years", "2+1+1 years", "3 plus 1", "week", "single", "another year", "6 x 12 month"),
    *("1 January 2026", "23rd of September, 2026", "12/03/2026", "2026-04-01", "1.2.26", "20266", "May 2027"),
    *(
        "framework",
        "a new DPS",
        "our SEDPS will",
        "establish a",
        "the framework agreement will",
        "dynamic purchasing system",
        "under an",
    ),
    *("twelve (twelve) additional periods of up to", "three (3) calendar", "and eleven (11) months", "period of"),
    *("of the services described in the schedule and delivered to every school and library of the area", "x" * 130),
    *(" ", "\n", ", ", ".", "(", "-", "\u00a0", "\u0130", "\u017f"),
)
SEARCHES = (
    (SPAN, UNIT, UNIT_PLACES),
    (DATE, YEAR_OR_FIGURES, DATE_PLACES),
    *((pattern, ANY_LIST, LIST_PLACES) for pattern in MADE),
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30), st.sampled_from(["", " "]))
def test_the_quick_search_finds_what_the_slow_one_finds(fragments: list[str], between: str) -> None:
    text = between.join(fragments)
    for pattern, word, (before, after) in SEARCHES:
        places = [found.span() for found in word.finditer(text)]
        near = [found.span() for found in found_near(pattern, text, places, before=before, after=after)]
        assert near == [found.span() for found in pattern.finditer(text)]


@pytest.mark.parametrize(
    ("places", "found"), [([], []), ([(0, 1)], [0]), ([(9, 10)], [8, 9]), ([(0, 1), (1, 2)], [0, 1])]
)
def test_only_around_the_places_is_searched(places: list[tuple[int, int]], found: list[int]) -> None:
    near = found_near(re.compile("a"), "a" * 10, places, before=1, after=0)
    assert [match.start() for match in near] == found
