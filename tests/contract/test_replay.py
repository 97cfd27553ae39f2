"""The replay server keeps the habits of Find a Tender and Contracts Finder, good and bad."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scrapers.replay.server import application, running, serve
from service.errors import NotFound
from tests.replay_world import (
    CONTRACTS_FINDER,
    DAY,
    FIND_A_TENDER,
    a_contracts_finder_release,
    a_release,
    a_replay,
    write_package,
)


@pytest.mark.parametrize("day", ["2026-08-10", "2026-08-11"])
async def test_a_recorded_day_walked_in_six_hour_windows_gives_exactly_its_releases(
    shared_data: Path, day: str
) -> None:
    recorded = [
        release["id"]
        for page in sorted((shared_data / "recorded/find_a_tender/backfill" / day).glob("*.json"))
        for release in json.loads(page.read_bytes())["releases"]
    ]
    start = datetime.fromisoformat(day)
    seen: list[str] = []
    async with a_replay(shared_data / "recorded") as visitor:
        for quarter in range(4):
            since, until = start + timedelta(hours=6 * quarter), start + timedelta(hours=6 * quarter + 6)
            window = f"?updatedFrom={since.isoformat()}&updatedTo={until.isoformat()}&limit=100"
            for page in await visitor.walk(FIND_A_TENDER + window):
                assert page.status == 200
                seen += page.ids
    assert len(recorded) > 400
    assert sorted(seen) == sorted(set(recorded))


async def test_every_recorded_contracts_finder_release_is_reached(shared_data: Path) -> None:
    recorded = [
        release["id"]
        for page in sorted((shared_data / "recorded/contracts_finder").rglob("*.json"))
        for release in json.loads(page.read_bytes()).get("releases", [])
    ]
    async with a_replay(shared_data / "recorded") as visitor:
        pages = await visitor.walk(CONTRACTS_FINDER + "?publishedFrom=2016-01-01&publishedTo=2026-01-01&limit=50")
    assert sorted(id_ for page in pages for id_ in page.ids) == sorted(recorded)


async def test_the_recorded_duplicate_stays_on_its_page_and_pages_recorded_twice_are_served_once(
    shared_data: Path,
) -> None:
    window = "?updatedFrom=2026-07-28T00:00:00&updatedTo=2026-08-12T00:00:00"
    async with a_replay(shared_data / "recorded") as visitor:
        ids = [id_ for page in await visitor.walk(FIND_A_TENDER + window) for id_ in page.ids]
    assert [id_ for id_ in set(ids) if ids.count(id_) > 1] == ["071452-2026"]
    assert ids.count("071452-2026") == 2


async def test_recorded_response_headers_are_sent_again(shared_data: Path) -> None:
    async with a_replay(shared_data / "recorded") as visitor:
        page = await visitor.get(FIND_A_TENDER + DAY)
    assert page.headers["Content-Type"] == "application/json"
    assert page.headers["Server"] == "http/s"
    assert "Strict-Transport-Security" not in page.headers
    assert int(page.headers["Content-Length"]) == len(page.body)


async def test_pages_come_newest_first_and_lead_on_by_full_addresses_at_the_host_that_was_asked(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(n) for n in (3, 1, 2)])
    write_package(tmp_path / "deep/er/b.json", [a_release(n) for n in (5, 4)])
    async with a_replay(tmp_path) as visitor:
        first = await visitor.get(f"{FIND_A_TENDER}{DAY}&limit=2", headers={"Host": "tenders.test:8099"})
        pages = await visitor.walk(f"{FIND_A_TENDER}{DAY}&limit=2")
    assert first.next is not None
    assert first.next.startswith(f"http://tenders.test:8099{FIND_A_TENDER}{DAY}&limit=2&cursor=")
    assert [page.ids for page in pages] == [
        ["000005-2026", "000004-2026"],
        ["000003-2026", "000002-2026"],
        ["000001-2026"],
    ]
    assert "links" not in pages[-1].package
    cursor = base64.b64decode(first.next.partition("cursor=")[2]).decode()
    assert cursor.startswith("updatedFrom=2026-08-10T00:00:00|updatedTo=2026-08-11T00:00:00|nextCursor=")


async def test_a_cursor_alone_keeps_to_the_window_it_was_given_in(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(n) for n in range(6)])
    window = "?updatedFrom=2026-08-10T09:02:00&updatedTo=2026-08-10T09:05:00&limit=1"
    async with a_replay(tmp_path) as visitor:
        first = await visitor.get(FIND_A_TENDER + window)
        rest = await visitor.get(f"{FIND_A_TENDER}?cursor={str(first.next).partition('cursor=')[2]}")
    assert (first.ids, rest.ids) == (["000004-2026"], ["000003-2026", "000002-2026"])


async def test_the_envelope_is_that_of_the_fullest_recorded_page(tmp_path: Path) -> None:
    publishers = [{"name": "Sample portal"}, {"name": "Sample service"}, {"name": "Sample archive"}]
    for number, (publisher, count) in enumerate(zip(publishers, (1, 3, 2), strict=True)):
        rows = [a_release(10 * number + n) for n in range(count)]
        write_package(tmp_path / f"{number}.json", rows, publisher=publisher)
    async with a_replay(tmp_path) as visitor:
        page = await visitor.get(FIND_A_TENDER + DAY)
    assert page.package["publisher"] == {"name": "Sample service"}
    assert str(page.package["uri"]) == f"{visitor.url}{FIND_A_TENDER}{DAY}"


async def test_the_end_of_contracts_finder_is_a_null_where_links_were(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_contracts_finder_release(n) for n in range(3)])
    window = "?publishedFrom=2026-08-10T00:00:00%2B01:00&publishedTo=2026-08-11&limit=2"
    async with a_replay(tmp_path) as visitor:
        first, last = await visitor.walk(CONTRACTS_FINDER + window)
    assert first.next is not None
    assert "publishedFrom=2026-08-10T00:00:00%2B01:00" in first.next
    cursor = base64.b64decode(first.next.partition("cursor=")[2]).decode()
    assert cursor.startswith("publishedFrom=2026-08-10T00:00:00+01:00|publishedTo=2026-08-11|limit=2|nextCursor=")
    assert (len(first.ids), len(last.ids)) == (2, 1)
    assert last.package["links"] is None


async def test_an_empty_window_is_200_with_an_empty_list_and_no_links(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(1)])
    async with a_replay(tmp_path) as visitor:
        page = await visitor.get(FIND_A_TENDER + "?updatedFrom=2026-08-12T00:00:00&updatedTo=2026-08-13T00:00:00")
    assert (page.status, page.releases) == (200, [])
    assert "links" not in page.package


@pytest.mark.parametrize(
    "query",
    [
        "?page=2",
        "?publishedFrom=2026-08-10T00:00:00",
        "?limit=0",
        "?limit=101",
        "?limit=ten",
        "?limit=",
        "?stages=implementation",
        "?updatedFrom=2026-08-10",
        "?updatedFrom=2026-08-10T00:00",
        "?updatedFrom=2026-08-10T00:00:00%2B01:00",
        "?updatedFrom=2026-08-32T00:00:00",
        "?updatedTo=2026-08-10T00:00:00.000Z",
        "?cursor=%2B%2B",
        "?cursor=bm90aGluZw==",
        "?cursor=" + "A" * 304,
    ],
)
async def test_find_a_tender_answers_400_to_what_it_does_not_know(tmp_path: Path, query: str) -> None:
    async with a_replay(tmp_path) as visitor:
        answer = await visitor.get(FIND_A_TENDER + query)
    assert answer.status == 400
    assert answer.body.startswith(b"That request breaks the service's rules.")


@pytest.mark.parametrize("query", ["?size=100", "?limit=101", "?publishedFrom=2026-08-10T00:00:00+01:00", "?stages=x"])
async def test_contracts_finder_answers_400_to_what_it_does_not_know(tmp_path: Path, query: str) -> None:
    async with a_replay(tmp_path) as visitor:
        assert (await visitor.get(CONTRACTS_FINDER + query)).status == 400


async def test_find_a_tender_reads_its_bounds_as_london_time_whatever_z_says(tmp_path: Path) -> None:
    # 08:01 UTC on 10 August is 09:01 in London.
    write_package(tmp_path / "a.json", [a_release(1)])
    async with a_replay(tmp_path) as visitor:
        local = await visitor.get(FIND_A_TENDER + "?updatedFrom=2026-08-10T09:01:00Z&updatedTo=2026-08-10T09:02:00Z")
        utc = await visitor.get(FIND_A_TENDER + "?updatedFrom=2026-08-10T08:01:00Z&updatedTo=2026-08-10T08:02:00Z")
        next_to_it = await visitor.get(FIND_A_TENDER + "?updatedFrom=2026-08-10T09:00:00&updatedTo=2026-08-10T09:01:00")
    assert (local.ids, utc.ids, next_to_it.ids) == (["000001-2026"], [], [])


async def test_both_of_the_hours_that_october_repeats_lie_inside_a_window_around_them(tmp_path: Path) -> None:
    hours = ["2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"]
    write_package(tmp_path / "a.json", [a_release(n, date=date) for n, date in enumerate(hours)])
    async with a_replay(tmp_path) as visitor:
        page = await visitor.get(FIND_A_TENDER + "?updatedFrom=2026-10-25T01:00:00&updatedTo=2026-10-25T01:59:00")
    assert len(page.ids) == 2


async def test_with_no_upper_bound_the_service_adds_now_in_local_time(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(n) for n in range(4)])
    now = datetime(2026, 8, 10, 8, 3, tzinfo=UTC)
    async with a_replay(tmp_path, now=now) as visitor:
        page = await visitor.get(FIND_A_TENDER + "?updatedFrom=2026-08-10T09:00:00&limit=2")
        rest = await visitor.walk(str(page.next))
    assert page.ids == ["000002-2026", "000001-2026"]
    assert "updatedTo=2026-08-10T09:03:00" in str(page.next)
    assert [answer.ids for answer in rest] == [["000000-2026"]]


async def test_the_stages_filter_of_find_a_tender_is_a_trap(tmp_path: Path) -> None:
    old_law = {"legalBasis": {"scheme": "CELEX"}}
    write_package(
        tmp_path / "a.json",
        [a_release(1), a_release(2, tender=old_law), a_release(3, tag=["tenderUpdate"], tender=old_law), a_release(4)],
    )
    async with a_replay(tmp_path) as visitor:
        one = await visitor.get(f"{FIND_A_TENDER}{DAY}&stages=tender")
        two = await visitor.get(f"{FIND_A_TENDER}{DAY}&stages=planning,tender")
    assert (one.ids, two.status, two.releases) == (["000002-2026"], 200, [])


async def test_the_stages_filter_of_contracts_finder_works(tmp_path: Path) -> None:
    tags = ["planning", "tenderAmendment", "award", "awardUpdate", "implementation"]
    write_package(tmp_path / "a.json", [a_contracts_finder_release(n, tag=[tag]) for n, tag in enumerate(tags)])
    async with a_replay(tmp_path) as visitor:
        page = await visitor.get(CONTRACTS_FINDER + "?stages=tender,award")
    assert [row["tag"] for row in page.releases] == [["awardUpdate"], ["award"], ["tenderAmendment"]]


async def test_the_bytes_of_a_release_are_served_as_they_were_recorded(tmp_path: Path) -> None:
    odd = (
        b'{ "ocid":"ocds-b5fd17-1" ,\n\t"id":"x-1","date":"2026-08-10T09:00:00+01:00","tag":["tender"],'
        b'"tender":{"title":"Dash \xc3\xa2\x80\x93 \xff \\u00e2 \\/","value":{"amount": 1e9999}} }'
    )
    (tmp_path / "odd.txt").write_bytes(b'\xef\xbb\xbf{"publisher":{"name":"\xc3\xa9"},"releases":[ ' + odd + b" ]}")
    async with a_replay(tmp_path) as visitor:
        page = await visitor.get(CONTRACTS_FINDER)
    assert odd in page.body
    assert page.body.count(b'"name": "\xc3\xa9"') == 1


async def test_a_duplicate_within_a_file_is_kept_and_one_across_files_is_not(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(1), a_release(1), a_release(2)])
    write_package(tmp_path / "b.json", [a_release(1), a_release(2), a_release(2, tag=["tenderUpdate"])])
    async with a_replay(tmp_path) as visitor:
        pages = await visitor.walk(f"{FIND_A_TENDER}{DAY}&limit=1")
    ids = [id_ for page in pages for id_ in page.ids]
    assert ids == ["000002-2026", "000002-2026", "000001-2026", "000001-2026"]


async def test_a_release_without_a_date_or_an_id_is_served_where_its_neighbours_are(tmp_path: Path) -> None:
    bad: list[object] = [a_release(3), {"ocid": "ocds-h6vhtk-00000a", "date": "soon"}, None, a_release(1)]
    write_package(tmp_path / "a.json", bad)
    async with a_replay(tmp_path) as visitor:
        rows = (await visitor.get(FIND_A_TENDER + DAY)).package["releases"]
    assert isinstance(rows, list)
    assert sorted(map(str, rows[:3])) == sorted(map(str, bad[:3]))
    assert rows[3] == bad[3]


async def test_one_notice_and_one_process_can_be_asked_for(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(1), a_release(2, ocid="ocds-h6vhtk-000001"), a_release(3)])
    async with a_replay(tmp_path) as visitor:
        notice = await visitor.get(f"{FIND_A_TENDER}/000002-2026")
        process = await visitor.get(f"{FIND_A_TENDER}/ocds-h6vhtk-000001")
        nothing = await visitor.get(f"{FIND_A_TENDER}/999999-2026")
    assert notice.ids == ["000002-2026"]
    assert process.ids == ["000002-2026", "000001-2026"]
    assert nothing.status == 404


async def test_files_that_appear_change_or_go_while_the_server_runs_are_seen(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(1)])
    async with a_replay(tmp_path) as visitor:
        assert (await visitor.get(FIND_A_TENDER)).ids == ["000001-2026"]
        whole = write_package(tmp_path / "b.json", [a_release(2)]).read_bytes()
        assert (await visitor.get(FIND_A_TENDER)).ids == ["000002-2026", "000001-2026"]
        (tmp_path / "b.json").write_bytes(whole[:-9])
        assert (await visitor.get(FIND_A_TENDER)).ids == ["000001-2026"]
        assert (await visitor.counters())["material"] == {"packages": 1, "passed_over": 1}
        (tmp_path / "b.json").write_bytes(whole)
        (tmp_path / "a.json").unlink()
        assert (await visitor.get(FIND_A_TENDER)).ids == ["000002-2026"]


async def test_a_walk_survives_new_notices_and_a_restart_in_the_middle(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(n, minutes=0) for n in range(6)])
    async with a_replay(tmp_path) as visitor:
        first = await visitor.get(f"{FIND_A_TENDER}{DAY}&limit=2")
        write_package(tmp_path / "b.json", [a_release(n) for n in (7, 8)])
        second = await visitor.get(str(first.next))
        follow = str(second.next).removeprefix(visitor.url)
    async with a_replay(tmp_path) as visitor:
        rest = await visitor.walk(follow)
    walked = [*first.ids, *second.ids, *(id_ for page in rest for id_ in page.ids)]
    assert sorted(walked) == [f"{n:06d}-2026" for n in range(6)]


async def test_other_files_in_the_folder_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("id,title\n1,x\n")
    (tmp_path / "ted.json").write_text('{"notices": []}')
    (tmp_path / "other.json").write_text('{"releases": [{"ocid": "ocds-213czf-1", "date": "2026-08-10T00:00:00Z"}]}')
    (tmp_path / ".hidden.json").write_text(json.dumps({"releases": [a_release(9)]}))
    write_package(tmp_path / "a.json", [a_release(1)])
    async with a_replay(tmp_path) as visitor:
        assert (await visitor.get(FIND_A_TENDER)).ids == ["000001-2026"]
        assert (await visitor.counters())["material"] == {"packages": 1, "passed_over": 3}


async def test_the_server_counts_what_it_was_asked_and_gave(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(n) for n in range(3)])
    async with a_replay(tmp_path) as visitor:
        await visitor.walk(f"{FIND_A_TENDER}{DAY}&limit=2")
        await visitor.get(FIND_A_TENDER + "?limit=0")
        counted = await visitor.counters()
    assert counted["find_a_tender"] == {
        "requests": 3,
        "pages": 2,
        "releases": 3,
        "refused": 0,
        "interrupted": {},
        "held": 3,
    }
    assert counted["contracts_finder"]["requests"] == 0


async def test_a_recorded_notice_has_a_page_that_says_what_it_is(tmp_path: Path) -> None:
    write_package(tmp_path / "a.json", [a_release(1), a_release(2, id="<b>")])
    async with a_replay(tmp_path) as visitor:
        page = await visitor.get("/Notice/000001-2026")
        odd = await visitor.get("/Notice/%3Cb%3E")
        nothing = await visitor.get("/Notice/000003-2026")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"This is a recorded notice" in page.body
    assert b"&lt;b&gt;" in odd.body
    assert nothing.status == 404


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        application(tmp_path / "nowhere")


async def test_serve_says_where_it_listens_and_stops_when_cancelled(tmp_path: Path) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    task = asyncio.create_task(serve(tmp_path, 0, ready=told.put_nowait))
    address = await asyncio.wait_for(told.get(), 5)
    port = int(address.rpartition(":")[2])
    assert address.startswith("http://127.0.0.1:")
    with pytest.raises(OSError, match="address already in use"):
        await serve(tmp_path, port)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with running(tmp_path, port=port) as again:
        assert again == address
