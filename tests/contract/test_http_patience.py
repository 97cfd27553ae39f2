"""The polite client is patient: it waits its turn at every host, slows down when asked, and outlasts bad spells."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from service.errors import FarSideDown, SlowDown, UnexpectedAnswer
from service.http import MemoryPaceBook
from tests.evil_servers import Behaviour, hangs_up, raw_server, says
from tests.http_world import AT_HOME, NOON, JumpingClock, a_client, a_site, in_turn

CONTRACTS_FINDER = replace(AT_HOME, slow_down_statuses=frozenset({403, 429, 503}), slow_down_default=300)


def slow(status: int = 429, said: str | None = None) -> web.Response:
    return web.Response(status=status, headers={} if said is None else {"Retry-After": said})


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (slow(429, "45"), 45),
        (slow(503, "45"), 45),
        (slow(429, "Mon, 07 Sep 2026 12:03:00 GMT"), 180),
        (slow(429), 120),
        (slow(429, "a while"), 120),
        (slow(429, "-1"), 120),
    ],
)
async def test_a_slow_down_is_waited_out_and_then_the_page_comes(answer: web.Response, wait: float) -> None:
    clock = JumpingClock()
    seen, site = in_turn(answer, web.Response(body=b"page"))
    async with a_site(site) as url, a_client(clock=clock) as http:
        reply = await http.get(url, policy=AT_HOME)
    assert reply.body == b"page"
    assert len(seen) == 2
    assert clock.now() == NOON + timedelta(seconds=wait)


async def test_contracts_finder_means_slow_down_by_403_and_everyone_else_means_no() -> None:
    clock = JumpingClock()
    _, site = in_turn(slow(403), web.Response(body=b"page"))
    async with a_site(site) as url, a_client(clock=clock) as http:
        assert (await http.get(url, policy=CONTRACTS_FINDER)).body == b"page"
    assert clock.slept == [300]

    seen, site = in_turn(slow(403))
    async with a_site(site) as url, a_client() as http:
        with pytest.raises(UnexpectedAnswer) as told:
            await http.get(url, policy=AT_HOME)
    assert told.value.status == 403
    assert len(seen) == 1


async def test_patience_ends_after_the_retries_of_the_policy_and_the_host_stays_held() -> None:
    clock, book = JumpingClock(), MemoryPaceBook()
    seen, site = in_turn(slow(429, "45"))
    async with a_site(site) as url, a_client(clock=clock, pace_book=book) as http:
        with pytest.raises(SlowDown) as told:
            await http.get(url, policy=replace(AT_HOME, retries=2))
        assert told.value.after == 45
        assert len(seen) == 3
        asked_again = clock.now()
        with pytest.raises(SlowDown):
            await http.get(url, policy=replace(AT_HOME, retries=0))
    assert clock.now() == asked_again + timedelta(seconds=45)


async def test_a_wait_longer_than_the_policy_has_is_not_waited_and_nobody_else_disturbs_the_host() -> None:
    clock, book = JumpingClock(), MemoryPaceBook()
    seen, site = in_turn(slow(429, "99999999"))
    async with a_site(site) as url:
        async with a_client(clock=clock, pace_book=book) as http:
            with pytest.raises(SlowDown) as told:
                await http.get(url, policy=AT_HOME)
        assert told.value.after == 6 * 60 * 60
        async with a_client(clock=clock, pace_book=book) as other_worker:
            with pytest.raises(SlowDown) as told:
                await other_worker.get(url, policy=AT_HOME)
    assert told.value.after == 6 * 60 * 60
    assert len(seen) == 1
    assert clock.slept == []


async def test_twelve_requests_take_a_hundred_and_ten_seconds_however_many_ask_at_once() -> None:
    clock, busy, most_busy, starts = JumpingClock(), 0, 0, []

    async def answer(request: web.Request) -> web.Response:
        nonlocal busy, most_busy
        busy += 1
        most_busy = max(most_busy, busy)
        starts.append((clock.now() - NOON).total_seconds())
        await asyncio.sleep(0.005)
        busy -= 1
        return web.Response()

    async with a_site(answer) as url, a_client(clock=clock) as http:
        await asyncio.gather(*(http.get(f"{url}{n}", policy=AT_HOME) for n in range(12)))
    assert starts == [10.0 * n for n in range(12)]
    assert most_busy == 1


async def test_another_host_is_not_kept_waiting() -> None:
    held, free = JumpingClock(), []
    gate = asyncio.Event()

    async def stuck(request: web.Request) -> web.Response:
        await gate.wait()
        return web.Response()

    _, site = in_turn(web.Response())
    async with a_site(stuck) as stuck_url, a_site(site) as free_url, a_client(clock=held) as http:
        waiting = asyncio.create_task(http.get(stuck_url, policy=AT_HOME))
        await asyncio.sleep(0.01)
        free.append(await http.get(free_url, policy=AT_HOME))
        assert not waiting.done()
        gate.set()
        await waiting
    assert held.slept == []
    assert len(free) == 1


@pytest.mark.parametrize("failure", [hangs_up(), says("502 Bad Gateway"), says(body=b"half", length=100)])
async def test_a_failure_that_passes_is_not_noticed(failure: Behaviour) -> None:
    async with raw_server(failure, failure, says(body=b"page")) as server, a_client() as http:
        assert (await http.get(server.url, policy=AT_HOME)).body == b"page"
    assert len(server.heads) == 3


async def test_failures_back_off_further_each_time_and_then_end() -> None:
    clock = JumpingClock()
    async with raw_server(says("500 Oh dear")) as server, a_client(clock=clock) as http:
        with pytest.raises(FarSideDown, match="500"):
            await http.get(server.url, policy=replace(AT_HOME, pace=0))
    assert len(server.heads) == 4
    assert clock.slept == [2, 4, 8]


async def test_retries_are_paced_like_any_other_request() -> None:
    clock = JumpingClock()
    async with raw_server(says("500 Oh dear")) as server, a_client(clock=clock) as http:
        with pytest.raises(FarSideDown):
            await http.get(server.url, policy=AT_HOME)
    assert clock.now() == NOON + timedelta(seconds=30)


async def test_a_closed_port_is_a_far_side_that_is_down() -> None:
    async with raw_server(says()) as server:
        pass
    async with a_client() as http:
        with pytest.raises(FarSideDown, match=r"127\.0\.0\.1"):
            await http.get(server.url, policy=AT_HOME)


async def test_a_client_given_up_while_waiting_gives_its_turn_back() -> None:
    gate = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await gate.wait()
        return web.Response(body=b"page")

    async with a_site(answer) as url, a_client() as http:
        given_up = asyncio.create_task(http.get(url, policy=AT_HOME))
        await asyncio.sleep(0.02)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        gate.set()
        assert (await http.get(url, policy=AT_HOME)).body == b"page"
