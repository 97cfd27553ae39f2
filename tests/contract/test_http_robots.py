"""The polite client asks a site's robots.txt first where it was told to, and obeys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp import web

from service.errors import FarSideDown, NotLetIn
from tests.http_world import AT_HOME, Answer, JumpingClock, a_client, a_site

OBEDIENT = replace(AT_HOME, robots=True, pace=1.0, retries=0)


def a_site_with(robots: web.Response) -> tuple[list[str], Answer]:
    """Return a list that fills with the paths asked for, and a site with this robots.txt."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path_qs)
        if request.path == "/robots.txt":
            return web.Response(status=robots.status, body=robots.body)
        if request.path == "/moved":
            raise web.HTTPFound("/private/list")
        return web.Response(text="the list")

    return asked, answer


async def test_a_closed_path_is_never_asked_for() -> None:
    asked, answer = a_site_with(web.Response(text="User-agent: *\nDisallow: /private"))
    async with a_site(answer) as url, a_client() as http:
        assert (await http.get(f"{url}list", policy=OBEDIENT)).body == b"the list"
        with pytest.raises(NotLetIn, match=r"robots\.txt closes /private/list"):
            await http.get(f"{url}private/list", policy=OBEDIENT)
        with pytest.raises(NotLetIn):
            await http.get(f"{url}moved", policy=OBEDIENT)
    assert asked == ["/robots.txt", "/list", "/moved"]


async def test_its_delay_becomes_our_pace() -> None:
    clock = JumpingClock()
    _, answer = a_site_with(web.Response(text="User-agent: *\nCrawl-delay: 40"))
    async with a_site(answer) as url, a_client(clock=clock) as http:
        for name in ("one", "two", "three"):
            await http.get(f"{url}{name}", policy=OBEDIENT)
    assert clock.slept[-1] == pytest.approx(40.0)


@pytest.mark.parametrize(("status", "is_open"), [(404, True), (410, True), (401, False), (403, False)])
async def test_a_site_without_one_is_open_and_a_site_that_hides_it_is_closed(status: int, *, is_open: bool) -> None:
    asked, answer = a_site_with(web.Response(status=status))
    async with a_site(answer) as url, a_client() as http:
        if is_open:
            await http.get(f"{url}list", policy=OBEDIENT)
        else:
            with pytest.raises(NotLetIn, match=r"does not show its robots\.txt"):
                await http.get(f"{url}list", policy=OBEDIENT)
    assert ("/list" in asked) is is_open


async def test_a_site_whose_robots_cannot_be_read_now_is_not_asked_now() -> None:
    asked, answer = a_site_with(web.Response(status=500))
    async with a_site(answer) as url, a_client() as http:
        with pytest.raises(FarSideDown):
            await http.get(f"{url}list", policy=OBEDIENT)
    assert "/list" not in asked
