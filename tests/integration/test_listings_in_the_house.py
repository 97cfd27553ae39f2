"""Declared sources through the running house: polled, recorded, shown; and a page laid out anew harms nothing."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from scrapers.kinds.apart import read_here
from scrapers.kinds.declared import DeclaredSource
from service.bootstrap import House
from service.clock import SystemClock
from service.commands.work import STEPS, drain_all
from service.http import MemoryPaceBook, PoliteHttp, user_agent
from service.ports import Access
from service.store.session import table
from service.store.tables import OpportunityRow
from service.usecases.collect import Report
from service.web.app import WebOptions, make_app
from tests.accounts import nobodys_accounts
from tests.http_world import a_site
from tests.listing_world import SEEN, declared_sources, recorded_page
from tests.mutations import HARMLESS, mutations
from tests.scripted_source import TurnedClock, a_house

READ: dict[str, Any] = {"robots_read": date(2026, 11, 23), "terms_read": date(2026, 11, 23)}
BY_KEY = {source.key: source for source in declared_sources()}


class Page:
    """A site of one page that can be changed."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """No robots.txt, and the page everywhere else."""
        if request.path == "/robots.txt":
            raise web.HTTPNotFound
        return web.Response(body=self.body)


@asynccontextmanager
async def a_listing(
    tmp_path: Path, source: DeclaredSource, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[House, Page]]:
    """A house whose only source is this one, permitted, at a site of the test."""
    page = Page(recorded_page(source))
    async with a_site(page.answer) as url:
        monkeypatch.setenv(f"BOWBELL_SOURCE_{source.key.upper()}_URL", url.rstrip("/"))
        monkeypatch.setenv(f"BOWBELL_SOURCE_{source.key.upper()}_PACE", "0")
        async with a_house(tmp_path, TurnedClock(SEEN), source) as house:
            await house.permitting().permit(source.key, basis="a test", by="operator", **READ)
            yield house, page


async def poll(house: House, source: DeclaredSource) -> str:
    """Poll, and take what came through every step."""
    said = await house.poll(source, Report())
    await drain_all(house, STEPS)
    return said


async def held(house: House) -> list[tuple[object, ...]]:
    """Every opportunity, whole."""
    row = table(OpportunityRow)
    async with house.database.reading() as connection:
        return [tuple(each) for each in (await connection.execute(select(row).order_by(row.c.id))).all()]


@pytest.mark.parametrize("key", sorted(BY_KEY))
async def test_no_changed_page_closes_or_spoils_what_is_held(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = BY_KEY[key]
    async with a_listing(tmp_path, source, monkeypatch) as (house, page):
        assert await poll(house, source) == ""
        before = await held(house)
        assert before
        # All of them are tried on the source itself elsewhere; here every fourth, through the whole house.
        for mutation in list(mutations(source, page.body))[::4]:
            page.body = mutation.body
            said = await poll(house, source)
            assert await held(house) == before, mutation.name
            if mutation.name not in HARMLESS.get(key, ()):
                (shown,) = await house.desk.sources()
                assert said == shown.reason, mutation.name
                assert shown.health in {"drift", "blocked"}, mutation.name
        page.body = recorded_page(source)
        assert await poll(house, source) == ""
        assert await held(house) == before


async def test_a_script_in_a_title_is_shown_as_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = BY_KEY["procontract"]
    async with a_listing(tmp_path, source, monkeypatch) as (house, page):
        hostile = b"Sample &lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(2)&gt; pruning</a>"
        page.body = page.body.replace(b"Sample: tree pruning in four parks</a>", hostile)
        assert await poll(house, source) == ""
        row = table(OpportunityRow)
        async with house.database.reading() as connection:
            ids = (await connection.execute(select(row.c.id))).scalars().all()
        options = WebOptions(public_url="https://bowbell.example", listen_host="127.0.0.1", built_in_mailbox=False)
        async with TestClient(TestServer(make_app(house.desk, nobodys_accounts(), options))) as client:
            pages = [await (await client.get(f"/opportunities/{identity}")).text() for identity in ids]
        (shown,) = [each for each in pages if "alert(1)" in each]
        assert "<script>alert(1)" not in shown
        assert "<img src=x" not in shown
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


class Host:
    """One host of sixty: notes when each request begins and ends."""

    def __init__(self, body: bytes, *, slow: float) -> None:
        self.body, self.slow = body, slow
        self.spans: list[tuple[float, float]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The page, after a while."""
        began = monotonic()
        await asyncio.sleep(self.slow)
        self.spans.append((began, monotonic()))
        if request.path == "/robots.txt":
            raise web.HTTPNotFound
        return web.Response(body=self.body)


class NotingPaceBook(MemoryPaceBook):
    """Notes which starts were booked for each host."""

    def __init__(self) -> None:
        super().__init__()
        self.booked: dict[str, list[datetime]] = defaultdict(list)

    async def reserve(self, host: str, pace: float, now: datetime) -> datetime:
        """Book, and note it."""
        start = await super().reserve(host, pace, now)
        self.booked[host].append(start)
        return start


PACE = 0.4
SLOWEST = 1.2


async def test_sixty_sources_are_polled_at_once_one_request_at_a_time_for_each_host() -> None:
    template = BY_KEY["haringey_page"]
    bodies = recorded_page(template)
    hosts = [Host(bodies, slow=SLOWEST if number == 0 else 0.05) for number in range(60)]
    sources = [
        DeclaredSource(template.rules.model_copy(update={"key": f"sample_{number}"}), reader=read_here)
        for number in range(60)
    ]
    async with AsyncExitStack() as stack:
        urls = [await stack.enter_async_context(a_site(host.answer)) for host in hosts]
        book = NotingPaceBook()
        agent = user_agent(version="0", public_url="https://bowbell.example", contact="sample@bowbell.example")
        http = await stack.enter_async_context(PoliteHttp(agent=agent, clock=SystemClock(), pace_book=book))

        async def brought(source: DeclaredSource, url: str) -> int:
            access = Access(base_url=url.rstrip("/"), pace=PACE, allow_loopback=True)
            found = source.pages(http, access=access, bookmark=None, since=None, until=SEEN, seen=SEEN)
            return sum([len(page.notices) async for page in found])

        began = monotonic()
        # Two sources share every host, as councils share a portal: 60 hosts, 120 polls.
        both = [brought(source, url) for source, url in zip(sources, urls, strict=True)]
        both += [brought(source, url) for source, url in zip(sources, urls, strict=True)]
        counts = await asyncio.gather(*both)
        took = monotonic() - began
    assert counts == [6] * 120
    for host in hosts:
        spans = sorted(host.spans)
        assert len(spans) in {3, 4}, "a robots.txt (two, if both asked before the first was known) and two pages"
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans)), "one request at a time"
    assert len(book.booked) == 60
    for starts in book.booked.values():
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(starts)]
        assert all(gap >= PACE for gap in gaps), "the pace is kept"
    alone = [sum(end - start for start, end in host.spans) + PACE * len(host.spans) for host in hosts]
    assert max(alone) > 4 * min(alone) / 3
    assert took < max(alone) + (sum(alone) - max(alone)) / 4, "bounded by the slowest host, and not by the sum"
