"""A poll reads every release of its time, politely, and goes on where it was cut short."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web

from scrapers.kinds.ocds import LONDON
from scrapers.kinds.windows import LONGEST, Place, Window, begin, local
from scrapers.replay.interruptions import Script
from scrapers.sources.contracts_finder import SOURCE as CONTRACTS_FINDER
from scrapers.sources.find_a_tender import SOURCE as FIND_A_TENDER
from service.errors import PagingBroke, SlowDown, UnreadableBody
from service.ports import Access, Http, Page, Source
from tests.http_world import JumpingClock, a_client, a_site, in_turn
from tests.replay_world import a_contracts_finder_release, a_release, a_replay, write_package

SEEN = datetime(2026, 8, 12, 6, 0, tzinfo=UTC)
MORNING = datetime(2026, 8, 10, 7, 0, tzinfo=UTC)
NOON = datetime(2026, 8, 10, 13, 0, tzinfo=UTC)


async def poll(
    source: Source,
    http: Http,
    url: str,
    *,
    bookmark: str | None = None,
    since: datetime | None = None,
    until: datetime = NOON,
    stop_after: int | None = None,
) -> list[Page]:
    """Return the pages of a poll of a copy at this machine, or its first `stop_after`."""
    pages: list[Page] = []
    access = Access(base_url=url.rstrip("/"), pace=0.0, allow_loopback=True)
    found = source.pages(http, access=access, bookmark=bookmark, since=since, until=until, seen=SEEN)
    async for page in found:
        pages.append(page)
        if len(pages) == stop_after:
            break
    return pages


def ids(pages: list[Page]) -> list[str]:
    """Return the ids of the notices of pages."""
    return [notice.source_id for page in pages for notice in page.notices]


@pytest.mark.parametrize("day", ["2026-08-10", "2026-08-11"])
async def test_a_poll_of_a_recorded_day_gives_every_release_of_it(shared_data: Path, day: str) -> None:
    recorded = {
        release["id"]
        for page in sorted((shared_data / "recorded/find_a_tender/backfill" / day).glob("*.json"))
        for release in json.loads(page.read_bytes())["releases"]
    }
    since = datetime.fromisoformat(day).replace(tzinfo=LONDON)
    async with a_replay(shared_data / "recorded") as visitor, a_client() as http:
        pages = await poll(FIND_A_TENDER, http, visitor.url, since=since, until=since + timedelta(days=1))
    assert len(recorded) > 400
    assert set(ids(pages)) == recorded
    assert [page.done for page in pages] == [False] * (len(pages) - 1) + [True]


async def test_a_poll_of_contracts_finder_gives_every_release_of_a_recorded_day(shared_data: Path) -> None:
    since = datetime(2025, 1, 23, 0, 0, tzinfo=LONDON)
    recorded = {
        release["id"]
        for page in sorted((shared_data / "recorded/contracts_finder").glob("ocds_search*.json"))
        for release in json.loads(page.read_bytes())["releases"]
        if since <= datetime.fromisoformat(release["date"]) < since + timedelta(days=1)
    }
    async with a_replay(shared_data / "recorded") as visitor, a_client() as http:
        pages = await poll(CONTRACTS_FINDER, http, visitor.url, since=since, until=since + timedelta(days=1))
    assert len(recorded) > 50
    assert set(ids(pages)) == recorded


async def test_a_limiter_and_a_refusal_in_the_middle_lose_nothing(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(n, minutes=n) for n in range(250)])
    clock = JumpingClock()
    async with (
        a_replay(tmp_path, script=Script.parse("find_a_tender@2=429:7")) as visitor,
        a_client(clock=clock) as http,
    ):
        pages = await poll(FIND_A_TENDER, http, visitor.url, since=MORNING)
    assert sorted(set(ids(pages))) == [f"{n:06d}-2026" for n in range(250)]
    assert max(clock.slept) >= 7


async def test_contracts_finder_waits_five_minutes_where_it_answers_403(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_contracts_finder_release(n) for n in range(3)])
    clock = JumpingClock()
    async with (
        a_replay(tmp_path, script=Script.parse("contracts_finder@1=403")) as visitor,
        a_client(clock=clock) as http,
    ):
        pages = await poll(CONTRACTS_FINDER, http, visitor.url, since=MORNING)
    assert len(set(ids(pages))) == 3
    assert max(clock.slept) >= 300


async def test_a_service_that_refuses_for_ever_ends_the_poll_with_slow_down(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(1)])
    script = Script.parse("; ".join(f"find_a_tender@{n}=429:1" for n in range(1, 9)))
    async with a_replay(tmp_path, script=script) as visitor, a_client() as http:
        with pytest.raises(SlowDown):
            await poll(FIND_A_TENDER, http, visitor.url, since=MORNING)


@pytest.mark.parametrize("stop_after", [1, 2, 3, 4])
async def test_a_poll_cut_short_goes_on_from_its_bookmark(tmp_path: Path, stop_after: int) -> None:
    write_package(tmp_path / "a.json", [a_release(n, minutes=n) for n in range(230)])
    until = MORNING + timedelta(hours=9)
    async with a_replay(tmp_path) as visitor, a_client() as http:
        whole = await poll(FIND_A_TENDER, http, visitor.url, since=MORNING, until=until)
        first = await poll(FIND_A_TENDER, http, visitor.url, since=MORNING, until=until, stop_after=stop_after)
        rest = await poll(FIND_A_TENDER, http, visitor.url, bookmark=first[-1].bookmark, until=until)
    assert len(whole) == 4
    if stop_after < len(whole):
        assert ids(first) + ids(rest) == ids(whole)
    else:
        # The walk was over: only its last half hour is looked at again.
        assert ids(first) == ids(whole)
        assert ids(rest) == []
    assert rest[-1].done


async def test_the_next_poll_looks_back_half_an_hour_and_no_further(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(n, minutes=n) for n in range(100)])
    middle = datetime(2026, 8, 10, 9, 0, tzinfo=UTC)
    async with a_replay(tmp_path) as visitor, a_client() as http:
        first = await poll(FIND_A_TENDER, http, visitor.url, since=MORNING, until=middle)
        again = await poll(FIND_A_TENDER, http, visitor.url, bookmark=first[-1].bookmark)
    assert sorted(ids(first)) == [f"{n:06d}-2026" for n in range(60)]
    assert sorted(ids(again)) == [f"{n:06d}-2026" for n in range(30, 100)]


async def test_windows_are_six_hours_at_most_oldest_first_and_never_ask_for_stages() -> None:
    seen, answer = in_turn(web.json_response({"version": "1.1", "releases": []}))
    async with a_site(answer) as url, a_client() as http:
        await poll(FIND_A_TENDER, http, url, until=NOON)
    asked = [dict(request.query) for request in seen]
    bounds = [(datetime.fromisoformat(row["updatedFrom"]), datetime.fromisoformat(row["updatedTo"])) for row in asked]
    assert all(set(row) == {"limit", "updatedFrom", "updatedTo"} and row["limit"] == "100" for row in asked)
    assert all(len(value) == 19 for row in asked for name, value in row.items() if name != "limit")
    assert all(ends - begins <= LONGEST for begins, ends in bounds)
    assert all(later[0] == earlier[1] - timedelta(minutes=30) for earlier, later in pairwise(bounds))
    assert (asked[0]["updatedFrom"], asked[-1]["updatedTo"]) == ("2026-08-07T14:00:00", "2026-08-10T14:00:00")


async def test_a_link_never_leads_to_another_host() -> None:
    elsewhere = "https://elsewhere.example/api/1.0/ocdsReleasePackages?cursor=QQ=="
    seen, answer = in_turn(
        web.json_response({"releases": [a_release(1)], "links": {"next": elsewhere}}),
        web.json_response({"releases": [a_release(2)]}),
    )
    async with a_site(answer) as url, a_client() as http:
        pages = await poll(FIND_A_TENDER, http, url, since=MORNING)
    assert ids(pages) == ["000001-2026", "000002-2026"]
    assert seen[1].path == "/api/1.0/ocdsReleasePackages"
    assert seen[1].query["cursor"] == "QQ=="


async def test_a_link_that_repeats_ends_the_poll_naming_the_window() -> None:
    _, answer = in_turn(web.json_response({"releases": [], "links": {"next": "https://x.example/?cursor=QQ=="}}))
    async with a_site(answer) as url, a_client() as http:
        with pytest.raises(PagingBroke, match=r"Find a Tender: .*2026-08-10T08:00:00 to 2026-08-10T14:00:00.* repeats"):
            await poll(FIND_A_TENDER, http, url, since=MORNING)


async def test_a_full_page_without_a_link_is_asked_for_again_in_halves_and_loses_nothing(tmp_path: Path) -> None:
    rows = [a_release(n, minutes=n) for n in range(240)]

    async def lossy(request: web.Request) -> web.StreamResponse:
        """Answer as Find a Tender did in summer 2026: the first hundred, and no link to the rest."""
        return web.json_response({"releases": _between(rows, request.query)[:100]})

    async with a_site(lossy) as url, a_client() as http:
        pages = await poll(FIND_A_TENDER, http, url, since=MORNING)
    assert sorted(set(ids(pages))) == [f"{n:06d}-2026" for n in range(240)]
    assert pages[-1].done


async def test_full_pages_without_a_link_in_the_shortest_window_end_the_poll_naming_it() -> None:
    rows = [a_release(n) for n in range(100)]
    _, answer = in_turn(web.json_response({"releases": rows}))
    async with a_site(answer) as url, a_client() as http:
        with pytest.raises(
            PagingBroke, match=r"Find a Tender: the window 2026-08-10T08:00:00 to .* no link to the next"
        ):
            await poll(FIND_A_TENDER, http, url, since=MORNING)


async def test_a_window_that_cannot_be_halved_is_kept_and_passed_so_that_the_source_never_sticks_at_it() -> None:
    rows = [a_release(n) for n in range(100)]
    _, answer = in_turn(web.json_response({"releases": rows}))
    given: list[Page] = []

    async def keep_each(http: Http, url: str) -> None:
        """Poll as the collector does: what was given stays given when the poll fails."""
        access = Access(base_url=url, pace=0.0, allow_loopback=True)
        async for page in FIND_A_TENDER.pages(http, access=access, bookmark=None, since=MORNING, until=NOON, seen=SEEN):
            given.append(page)  # noqa: PERF401 - a list comprehension would lose what came before the error

    async with a_site(answer) as url, a_client() as http:
        with pytest.raises(PagingBroke):
            await keep_each(http, url)
    assert given[-1].done
    assert len(given[-1].notices) == 100
    assert '"until"' in given[-1].bookmark


@pytest.mark.parametrize("how", ["html", "truncated"])
async def test_a_spoilt_page_ends_the_poll_and_the_bookmark_before_it_stays_good(tmp_path: Path, how: str) -> None:
    write_package(tmp_path / "a.json", [a_release(n, minutes=n) for n in range(150)])
    async with (
        a_replay(tmp_path, script=Script.parse(f"find_a_tender@2={how}")) as visitor,
        a_client() as http,
    ):
        access = Access(base_url=visitor.url, pace=0.0, allow_loopback=True)
        found = FIND_A_TENDER.pages(http, access=access, bookmark=None, since=MORNING, until=NOON, seen=SEEN)
        pages = [await anext(found)]
        with pytest.raises(UnreadableBody, match="Find a Tender"):
            await anext(found)
        rest = await poll(FIND_A_TENDER, http, visitor.url, bookmark=pages[-1].bookmark)
    assert sorted(ids(pages) + ids(rest)) == [f"{n:06d}-2026" for n in range(150)]


async def test_a_bookmark_that_cannot_be_read_is_said_and_not_passed_over() -> None:
    async with a_client() as http:
        with pytest.raises(PagingBroke, match="the bookmark 'nonsense' cannot be read"):
            await poll(FIND_A_TENDER, http, "http://127.0.0.1:9", bookmark="nonsense")


def test_bounds_in_the_hour_that_october_repeats_are_moved_outwards() -> None:
    first = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 20, tzinfo=UTC)
    assert [local(first), local(second)] == ["2026-10-25T01:00:00"] * 2
    assert [local(first, up=True), local(second, up=True)] == ["2026-10-25T02:00:00"] * 2
    assert local(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) == "2026-03-29T02:00:00"
    assert local(datetime(2026, 8, 10, 7, 0, 0, 5, tzinfo=UTC), up=True) == "2026-08-10T08:00:01"


def test_a_bookmark_leads_back_to_the_place_it_was_written_at() -> None:
    window = Window(begins=MORNING, ends=NOON)
    place = Place(window=window, following="cursor=QQ==")
    assert begin(place.bookmark(), since=None, until=SEEN, name="Sample source") == place


async def test_contracts_finder_is_asked_with_the_cursor_it_gave(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_contracts_finder_release(n) for n in range(130)])
    async with a_replay(tmp_path) as visitor, a_client() as http:
        pages = await poll(CONTRACTS_FINDER, http, visitor.url, since=MORNING)
    assert [len(page.notices) for page in pages] == [100, 30]
    following = json.loads(pages[0].bookmark)["next"]
    assert dict(parse_qsl(urlsplit(f"?{following}").query))["cursor"]


def _between(rows: list[dict[str, object]], query: Mapping[str, str]) -> list[dict[str, object]]:
    begins, ends = (datetime.fromisoformat(query[name]).replace(tzinfo=LONDON) for name in ("updatedFrom", "updatedTo"))
    return [row for row in reversed(rows) if begins <= datetime.fromisoformat(str(row["date"])) < ends]
