"""A poll of TED reads every call of its days in full, politely, and goes on where it was cut short."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from scrapers.kinds import ted_search
from scrapers.kinds.ted_walk import BATCH, TRIES
from scrapers.replay.interruptions import Script
from scrapers.sources.ted import SOURCE as TED
from service.domain.notice import Notice
from service.domain.opportunity import Reading
from service.errors import FarSideDown, PagingBroke, UnexpectedAnswer, UnreadableBody
from service.ports import Access, Http, Page
from tests.http_world import JumpingClock, a_client, a_site
from tests.replay_world import a_replay
from tests.ted_world import a_full_notice, a_row, write_answer

SEEN = datetime(2026, 5, 30, 6, 0, tzinfo=UTC)
UNTIL = datetime(2026, 5, 30, 6, 0, tzinfo=UTC)
SINCE = datetime(2026, 5, 27, 6, 0, tzinfo=UTC)

Answer = Callable[[web.Request], web.Response]


async def poll(
    http: Http, url: str, *, bookmark: str | None = None, until: datetime = UNTIL, stop_after: int | None = None
) -> list[Page]:
    """Return the pages of a poll of a copy at this machine, or its first `stop_after`."""
    access = Access(base_url=url.rstrip("/"), pace=0.0, allow_loopback=True)
    pages: list[Page] = []
    since = SINCE if bookmark is None else None
    async for page in TED.pages(http, access=access, bookmark=bookmark, since=since, until=until, seen=SEEN):
        pages.append(page)
        if len(pages) == stop_after:
            break
    return pages


def told(pages: list[Page]) -> list[tuple[str, str]]:
    """Return name and form of every notice of pages, in order."""
    return [(notice.source_id, notice.form) for page in pages for notice in page.notices]


async def test_a_poll_of_the_recorded_answer_reads_every_call_of_it(shared_data: Path) -> None:
    recorded = json.loads((shared_data / "recorded/ted/search_v3_2026-05-30.json").read_bytes())["notices"]
    calls = [row["publication-number"] for row in recorded if row["notice-type"] in ted_search.KINDS]
    async with a_replay(shared_data / "recorded/ted") as visitor, a_client() as http:
        pages = await poll(http, visitor.url)
        counts = (await visitor.counters())["ted"]
    assert len(calls) == 5
    # Of the recorded rows no XML was recorded, so each is read as it is and waits for its own.
    assert sorted(told(pages)) == [(number, ted_search.FORM) for number in sorted(calls)]
    assert json.loads(pages[-1].bookmark)["waiting"] == dict.fromkeys(calls, 1)
    assert [page.done for page in pages] == [True]
    assert counts["requests"] == 1 + len(calls)


async def test_each_call_is_read_in_full_where_its_xml_can_be_had(tmp_path: Path) -> None:
    write_answer(tmp_path / "a.json", [a_row(1), a_row(2)])
    (tmp_path / "1.xml").write_bytes(a_full_notice(1))
    async with a_replay(tmp_path) as visitor, a_client() as http:
        pages = await poll(http, visitor.url)
    assert told(pages) == [("1-2026", "ted-eforms"), ("2-2026", "ted-search-row")]
    assert json.loads(pages[-1].bookmark)["waiting"] == {"2-2026": 1}


async def test_results_and_plans_are_not_asked_for(tmp_path: Path) -> None:
    rows = [a_row(1), a_row(2) | {"notice-type": "can-standard"}, a_row(3) | {"notice-type": "pin-buyer"}]
    write_answer(tmp_path / "a.json", rows)
    async with a_replay(tmp_path) as visitor, a_client() as http:
        assert [name for name, _ in told(await poll(http, visitor.url))] == ["1-2026"]


async def test_a_walk_of_several_pages_keeps_its_token_and_ends_once(tmp_path: Path) -> None:
    write_answer(tmp_path / "a.json", [a_row(n) for n in range(1, 251)])
    async with a_replay(tmp_path) as visitor, a_client() as http:
        pages = await poll(http, visitor.url)
    assert [name for name, _ in told(pages)] == [f"{n}-2026" for n in sorted(range(1, 251), key=str)]
    assert [page.done for page in pages] == [False] * (len(pages) - 1) + [True]
    assert max(len(page.notices) for page in pages) == BATCH


@pytest.mark.parametrize("stop_after", [1, 3, 5, 6, 9])
async def test_a_poll_cut_short_goes_on_from_its_bookmark(tmp_path: Path, stop_after: int) -> None:
    write_answer(tmp_path / "a.json", [a_row(n) for n in range(1, 151)])
    for n in range(1, 151):
        (tmp_path / f"{n}.xml").write_bytes(a_full_notice(n))
    async with a_replay(tmp_path) as visitor, a_client() as http:
        whole = await poll(http, visitor.url)
        first = await poll(http, visitor.url, stop_after=stop_after)
        before = (await visitor.counters())["ted"]["releases"]
        rest = await poll(http, visitor.url, bookmark=first[-1].bookmark)
        after = (await visitor.counters())["ted"]["releases"]
    assert len(told(whole)) == 150
    assert told(first) + told(rest) == told(whole)
    # Nothing that was read before the cut is fetched a second time.
    assert int(str(after)) - int(str(before)) == 150 - len(told(first))
    assert rest[-1].done


async def test_the_next_poll_fetches_only_what_is_new_of_the_last_day(tmp_path: Path) -> None:
    write_answer(tmp_path / "a.json", [a_row(1), a_row(2)])
    for n in range(1, 5):
        (tmp_path / f"{n}.xml").write_bytes(a_full_notice(n))
    async with a_replay(tmp_path) as visitor, a_client() as http:
        first = await poll(http, visitor.url)
        write_answer(tmp_path / "b.json", [a_row(3), a_row(4, day="2026-05-30")])
        again = await poll(http, visitor.url, bookmark=first[-1].bookmark)
        third = await poll(http, visitor.url, bookmark=again[-1].bookmark, until=UNTIL + timedelta(days=1))
    assert [name for name, _ in told(again)] == ["3-2026", "4-2026"]
    assert told(third) == []
    assert json.loads(third[-1].bookmark)["through"] == "2026-05-30"


async def test_a_notice_that_was_not_ready_is_read_in_full_at_the_next_poll_and_quietly(tmp_path: Path) -> None:
    write_answer(tmp_path / "a.json", [a_row(1)])
    async with a_replay(tmp_path) as visitor, a_client() as http:
        first = await poll(http, visitor.url)
        (tmp_path / "1.xml").write_bytes(a_full_notice(1))
        second = await poll(http, visitor.url, bookmark=first[-1].bookmark)
    assert told(first) == [("1-2026", "ted-search-row")]
    assert told(second) == [("1-2026", "ted-eforms")]
    assert [page.quiet for page in second if page.notices] == [True]
    assert json.loads(second[-1].bookmark)["waiting"] == {}


async def test_a_notice_that_is_never_to_be_had_is_given_up_with_the_reason(tmp_path: Path) -> None:
    write_answer(tmp_path / "a.json", [a_row(1)])
    bookmark: str | None = None
    asides: list[str] = []
    async with a_replay(tmp_path) as visitor, a_client() as http:
        for _ in range(TRIES + 2):
            pages = await poll(http, visitor.url, bookmark=bookmark)
            bookmark = pages[-1].bookmark
            asides += [row.reason for page in pages for row in page.set_aside]
        requests = (await visitor.counters())["ted"]["requests"]
    assert asides == [f"TED: the XML of 1-2026 could not be had in {TRIES} polls, so its row is what is read."]
    assert requests == (TRIES + 2) + TRIES


async def test_a_host_that_asks_for_patience_is_left_in_peace_and_the_rows_are_read(tmp_path: Path) -> None:
    write_answer(tmp_path / "a.json", [a_row(n) for n in range(1, 6)])
    for n in range(1, 6):
        (tmp_path / f"{n}.xml").write_bytes(a_full_notice(n))
    async with a_replay(tmp_path, script=Script.parse("ted@4=429:30")) as visitor, a_client() as http:
        first = await poll(http, visitor.url)
        asked = (await visitor.counters())["ted"]["requests"]
        second = await poll(http, visitor.url, bookmark=first[-1].bookmark)
    forms = [form for _, form in told(first)]
    assert forms == ["ted-eforms", "ted-eforms", "ted-search-row", "ted-search-row", "ted-search-row"]
    assert asked == 4
    assert [form for _, form in told(second)] == ["ted-eforms"] * 3


def test_the_question_is_few_fields_and_no_more_than_the_service_takes() -> None:
    question = json.loads(ted_search.question(begins=SINCE.date(), ends=UNTIL.date(), token="x"))
    assert set(question) == {"query", "fields", "limit", "scope", "paginationMode", "iterationNextToken"}
    assert len(question["fields"]) * question["limit"] <= 10_000
    assert question["paginationMode"] == "ITERATION"
    assert "links" not in question["fields"]


def a_search(answers: list[Mapping[str, Any] | tuple[int, Mapping[str, Any]]]) -> tuple[list[Any], Any]:
    """Return the questions asked, and a site that gives each answer once and the last one for ever; no XML is had."""
    asked: list[Any] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.Response(status=404)
        asked.append(await request.json())
        given = answers[min(len(asked), len(answers)) - 1]
        status, body = given if isinstance(given, tuple) else (200, given)
        return web.json_response(body, status=status)

    return asked, answer


def an_answer(*numbers: int, token: str | None = None, timed_out: bool = False) -> dict[str, Any]:
    """Return an answer of the search."""
    rows = [a_row(number) for number in numbers]
    return {"notices": rows, "totalNoticeCount": 9, "iterationNextToken": token, "timedOut": timed_out}


async def test_an_answer_that_ran_out_of_time_is_a_failed_poll() -> None:
    asked, site = a_search([an_answer(1, timed_out=True)])
    async with a_site(site) as url, a_client() as http:
        with pytest.raises(FarSideDown, match="timedOut"):
            await poll(http, url)
    assert len(asked) == 2


async def test_one_answer_that_ran_out_of_time_is_asked_for_again() -> None:
    _, site = a_search([an_answer(timed_out=True), an_answer(1)])
    async with a_site(site) as url, a_client() as http:
        assert told(await poll(http, url)) == [("1-2026", "ted-search-row")]


REFUSALS = [
    ({"message": "Parameter 'fields' contains unsupported value (sme-lots)"}, "the field fields: .*sme-lots"),
    ({"error": {"type": "QUERY_UNKNOWN_FIELD", "message": "Unknown field 'cpv-kode' in query"}}, "the field cpv-kode"),
    ({"message": 'Unrecognized field "limits" (class X), not marked as ignorable'}, "the field limits"),
    ({"error": {"type": "QUERY_SYNTAX_ERROR", "message": "x" * 60_000}}, "QUERY_SYNTAX_ERROR"),
    ({}, "does not say why"),
]


@pytest.mark.parametrize(("body", "why"), REFUSALS)
async def test_a_refused_question_is_told_in_a_sentence_that_names_the_field(body: dict[str, Any], why: str) -> None:
    _, site = a_search([(400, body)])
    async with a_site(site) as url, a_client() as http:
        with pytest.raises(UnexpectedAnswer, match=f"TED: the search refuses .*{why}") as raised:
            await poll(http, url)
    assert raised.value.status == 400
    assert len(str(raised.value)) < 400


async def test_a_token_that_has_run_out_begins_the_last_day_again() -> None:
    asked, site = a_search([an_answer(1, token="a"), (400, {"message": "iterationNextToken"}), an_answer(1, 2)])
    async with a_site(site) as url, a_client() as http:
        pages = await poll(http, url)
    assert [name for name, _ in told(pages)] == ["1-2026", "2-2026"]
    assert "iterationNextToken" not in asked[2]
    assert "publication-date >= 20260529" in asked[2]["query"]


async def test_the_question_of_a_token_is_the_very_one_it_was_given_for() -> None:
    asked, site = a_search([an_answer(1, token="a"), an_answer(2)])
    async with a_site(site) as url, a_client() as http:
        first = await poll(http, url, stop_after=1)
        await poll(http, url, bookmark=first[-1].bookmark, until=UNTIL + timedelta(days=9))
    assert asked[0]["query"] == asked[1]["query"]


async def test_a_search_that_goes_round_in_circles_is_left() -> None:
    _, site = a_search([an_answer(1, token="a")])
    async with a_site(site) as url, a_client() as http:
        with pytest.raises(PagingBroke, match="over and over"):
            await poll(http, url)


@pytest.mark.parametrize("body", [{"rows": []}, {"notices": {}}, {"notices": [], "iterationNextToken": 5}, []])
async def test_an_answer_of_another_shape_is_refused_by_name(body: Any) -> None:
    _, site = a_search([body])
    async with a_site(site) as url, a_client() as http:
        with pytest.raises(UnreadableBody, match=r"TED: the field (notices|iterationNextToken)"):
            await poll(http, url)


@pytest.mark.parametrize("bookmark", ["", "x", "{}", '{"through": "soon", "day": null, "read": [], "waiting": {}}'])
async def test_a_bookmark_that_cannot_be_read_is_said_so(bookmark: str) -> None:
    async with a_client() as http:
        with pytest.raises(PagingBroke, match="TED: the bookmark"):
            await poll(http, "http://127.0.0.1:9", bookmark=bookmark)


async def test_rows_that_are_no_notices_are_set_aside_and_the_rest_is_read() -> None:
    answer = an_answer(1)
    answer["notices"] += [None, {"publication-number": "soon"}, {"publication-number": 7}]
    _, site = a_search([answer])
    async with a_site(site) as url, a_client() as http:
        pages = await poll(http, url)
    assert [name for name, _ in told(pages)] == ["1-2026"]
    reasons = [row.reason for page in pages for row in page.set_aside]
    assert len(reasons) == 3
    assert all(reason.startswith("TED: ") for reason in reasons)


async def test_pacing_is_kept_between_requests_to_one_host(tmp_path: Path) -> None:
    write_answer(tmp_path / "a.json", [a_row(n) for n in range(1, 6)])
    clock = JumpingClock()
    async with a_replay(tmp_path) as visitor, a_client(clock=clock) as http:
        access = Access(base_url=visitor.url, allow_loopback=True)
        async for _ in TED.pages(http, access=access, bookmark=None, since=SINCE, until=UNTIL, seen=SEEN):
            pass
    assert len([seconds for seconds in clock.slept if seconds > 0.9]) == 5


async def test_the_full_text_says_more_than_the_row_and_never_less(tmp_path: Path) -> None:
    write_answer(tmp_path / "a.json", [a_row(1)])
    (row,) = TED.notices_in((tmp_path / "a.json").read_bytes(), seen=SEEN)
    (full,) = TED.notices_in(a_full_notice(1), seen=SEEN)
    assert isinstance(row, Notice)
    assert isinstance(full, Notice)
    short, whole = TED.read(row), TED.read(full)
    assert isinstance(short, Reading)
    assert isinstance(whole, Reading)
    assert short.details.title == whole.details.title
    assert len(whole.details.lots) == 1
    assert short.details.lots == ()
