"""What every pace book promises, in memory or in the database: test classes inherit it and give a `pace_book`."""
# ruff: noqa: D102 - a test's name is its sentence

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from service.ports import PaceBook

NOON = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """Return the moment so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


class PaceBookPromises:
    """Inherit, and define a fixture `pace_book` that gives an empty book."""

    async def test_the_first_request_to_a_host_may_start_at_once(self, pace_book: PaceBook) -> None:
        assert await pace_book.reserve("one.example", 10, NOON) == NOON

    async def test_further_requests_start_a_pace_apart_and_each_start_is_given_once(self, pace_book: PaceBook) -> None:
        starts = [await pace_book.reserve("one.example", 10, NOON) for _ in range(13)]
        assert starts == [after(10 * n) for n in range(13)]

    async def test_reservations_made_at_the_same_time_never_share_a_start(self, pace_book: PaceBook) -> None:
        starts = await asyncio.gather(*(pace_book.reserve("one.example", 10, NOON) for _ in range(12)))
        assert sorted(starts) == [after(10 * n) for n in range(12)]

    async def test_time_that_passed_unused_is_not_saved_up(self, pace_book: PaceBook) -> None:
        await pace_book.reserve("one.example", 10, NOON)
        assert await pace_book.reserve("one.example", 10, after(3600)) == after(3600)
        assert await pace_book.reserve("one.example", 10, after(3600)) == after(3610)

    async def test_hosts_do_not_wait_for_one_another(self, pace_book: PaceBook) -> None:
        await pace_book.reserve("one.example", 10, NOON)
        await pace_book.hold("one.example", after(600))
        assert await pace_book.reserve("two.example", 10, NOON) == NOON

    async def test_a_held_host_is_not_asked_before_the_hold_is_over(self, pace_book: PaceBook) -> None:
        await pace_book.reserve("one.example", 10, NOON)
        await pace_book.hold("one.example", after(120))
        assert await pace_book.reserve("one.example", 10, after(1)) == after(120)
        assert await pace_book.reserve("one.example", 10, after(1)) == after(130)

    async def test_a_shorter_hold_never_shortens_a_longer_one(self, pace_book: PaceBook) -> None:
        await pace_book.hold("one.example", after(300))
        await pace_book.hold("one.example", after(60))
        assert await pace_book.reserve("one.example", 10, NOON) == after(300)

    async def test_a_host_never_asked_can_be_held(self, pace_book: PaceBook) -> None:
        await pace_book.hold("new.example", after(60))
        assert await pace_book.reserve("new.example", 10, NOON) == after(60)
