"""The pace book in memory keeps the promises of all pace books, and does not grow without end."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.http import MemoryPaceBook
from tests.contract.pace_book_promises import NOON, PaceBookPromises, after


class TestMemoryPaceBook(PaceBookPromises):
    """In memory."""

    @pytest.fixture
    def pace_book(self) -> MemoryPaceBook:
        """Give an empty book."""
        return MemoryPaceBook()


async def test_hosts_visited_once_are_forgotten_but_those_still_held_are_not() -> None:
    book = MemoryPaceBook()
    await book.hold("held.example", after(7200))
    for n in range(5000):
        await book.reserve(f"{n}.example", 10, after(n))
    assert len(book._free_from) < 1100
    assert await book.reserve("held.example", 10, after(5000)) == after(7200)


@given(
    pace=st.floats(min_value=0, max_value=3600),
    gaps=st.lists(st.floats(min_value=0, max_value=100), min_size=1, max_size=50),
)
async def test_starts_are_never_early_nor_closer_than_the_pace(pace: float, gaps: list[float]) -> None:
    book, now, starts = MemoryPaceBook(), NOON, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        start = await book.reserve("one.example", pace, now)
        assert start >= now
        starts.append(start)
    between = [later - earlier for earlier, later in pairwise(starts)]
    assert all(gap >= timedelta(seconds=pace) for gap in between)
