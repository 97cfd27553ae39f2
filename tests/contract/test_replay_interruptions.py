"""What goes wrong at the real services can be had from the replay server, to order."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import aiohttp
import pytest

from scrapers.replay.interruptions import (
    Interruption,
    Limiter,
    Performance,
    RateLimit,
    Script,
    Step,
    answer,
    dropped,
    empty,
    forbidden,
    html,
    late,
    slow_down,
    truncated,
    unavailable,
)
from scrapers.replay.material import Service
from tests.replay_world import CONTRACTS_FINDER, DAY, FIND_A_TENDER, a_release, a_replay, write_package

FTS, CF = Service.FIND_A_TENDER, Service.CONTRACTS_FINDER
WORDS = b"Rate limit of 12 exceeded. Please retry after 120 seconds."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_package(tmp_path / "a.json", [a_release(n) for n in range(5)])
    return tmp_path


def first_meets(interruption: Interruption, service: Service = FTS) -> Script:
    return Script(steps=(Step(service=service, interruption=interruption),))


async def test_the_thirteenth_request_within_the_time_is_refused_as_the_real_service_refuses(folder: Path) -> None:
    async with a_replay(folder, rate=RateLimit()) as visitor:
        answers = [await visitor.get(FIND_A_TENDER + DAY) for _ in range(13)]
        elsewhere = await visitor.get(CONTRACTS_FINDER)
        notice = await visitor.get("/Notice/000001-2026")
        counted = await visitor.counters()
    assert [got.status for got in answers] == [200] * 12 + [429]
    assert answers[-1].body == WORDS
    assert answers[-1].headers["Retry-After"] == "120"
    assert answers[-1].headers["Content-Type"] == "text/plain"
    assert answers[-1].headers["Server"] == "awselb/2.0"
    assert (elsewhere.status, notice.status) == (200, 200)
    assert (counted["find_a_tender"]["requests"], counted["find_a_tender"]["refused"]) == (13, 1)


async def test_a_limiter_may_keep_silent_about_the_delay(folder: Path) -> None:
    async with a_replay(folder, rate=RateLimit(requests=1, seconds=60, names_delay=False)) as visitor:
        await visitor.get(FIND_A_TENDER)
        refused = await visitor.get(FIND_A_TENDER)
    assert refused.status == 429
    assert "Retry-After" not in refused.headers


def test_the_limiter_takes_again_when_the_time_has_passed_and_refusals_cost_nothing() -> None:
    limiter = Limiter(RateLimit(requests=2, seconds=10))
    asked = [0.0, 1.0, 2.0, 9.9, 10.0, 10.5, 11.0]
    assert [limiter.refuses(at) is None for at in asked] == [True, True, False, False, True, False, True]


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("off", None),
        ("12/120", RateLimit()),
        ("3/5/silent", RateLimit(requests=3, seconds=5, names_delay=False)),
    ],
)
def test_a_rate_can_be_written(text: str, rate: RateLimit | None) -> None:
    assert RateLimit.parse(text) == rate


@pytest.mark.parametrize("text", ["", "12", "0/120", "12/0", "12/120/loud"])
def test_a_rate_that_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="12/120"):
        RateLimit.parse(text)


async def test_the_third_request_alone_is_refused_with_a_delay_of_two_seconds(folder: Path) -> None:
    script = Script(steps=(Step(service=FTS, request=3, interruption=slow_down(2)),))
    async with a_replay(folder, script=script) as visitor:
        answers = [await visitor.get(FIND_A_TENDER + DAY) for _ in range(4)]
        counted = await visitor.counters()
    assert [got.status for got in answers] == [200, 200, 429, 200]
    assert (answers[2].headers["Retry-After"], answers[2].body) == ("2", WORDS)
    assert counted["find_a_tender"]["interrupted"] == {"429": 1}
    assert (counted["find_a_tender"]["refused"], counted["find_a_tender"]["pages"]) == (1, 3)


async def test_a_step_of_one_service_leaves_the_other_alone(folder: Path) -> None:
    async with a_replay(folder, script=first_meets(forbidden(), CF)) as visitor:
        assert (await visitor.get(FIND_A_TENDER)).status == 200
        refused = await visitor.get(CONTRACTS_FINDER)
        assert (refused.status, refused.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
        assert (await visitor.get(CONTRACTS_FINDER)).status == 200


async def test_a_delay_may_be_missing_or_a_date(folder: Path) -> None:
    date = "Mon, 10 Aug 2026 08:00:00 GMT"
    steps = (Step(service=FTS, interruption=slow_down()), Step(service=FTS, interruption=slow_down(date)))
    async with a_replay(folder, script=Script(steps=steps)) as visitor:
        answers = [await visitor.get(FIND_A_TENDER) for _ in range(3)]
    assert [(got.status, got.headers.get("Retry-After")) for got in answers] == [(429, None), (429, date), (200, None)]


async def test_a_truncated_answer_is_complete_for_http_and_broken_for_json(folder: Path) -> None:
    async with a_replay(folder, script=first_meets(truncated())) as visitor:
        broken = await visitor.get(FIND_A_TENDER + DAY)
        whole = await visitor.get(FIND_A_TENDER + DAY)
    assert (broken.status, broken.headers["Content-Type"]) == (200, "application/json")
    assert broken.body == whole.body[: len(whole.body) // 2]
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken.body)


async def test_a_dropped_connection_ends_in_the_middle_of_the_body(folder: Path) -> None:
    async with a_replay(folder, script=first_meets(dropped())) as visitor:
        with pytest.raises(aiohttp.ClientPayloadError):
            await visitor.get(FIND_A_TENDER + DAY)
        assert len((await visitor.get(FIND_A_TENDER + DAY)).ids) == 5


async def test_a_page_for_people_may_come_where_json_was_asked_for(folder: Path) -> None:
    async with a_replay(folder, script=first_meets(html())) as visitor:
        page = await visitor.get(FIND_A_TENDER + DAY)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.body.startswith(b"<!DOCTYPE html>")


async def test_the_service_may_be_unavailable(folder: Path) -> None:
    async with a_replay(folder, script=first_meets(unavailable(30))) as visitor:
        page = await visitor.get(FIND_A_TENDER + DAY)
    assert (page.status, page.headers["Retry-After"]) == (503, "30")


async def test_a_full_window_may_come_back_empty_once(folder: Path) -> None:
    async with a_replay(folder, script=first_meets(empty())) as visitor:
        answers = [await visitor.get(FIND_A_TENDER + DAY) for _ in range(2)]
    assert [(got.status, len(got.ids)) for got in answers] == [(200, 0), (200, 5)]


async def test_an_answer_may_be_late_and_right(folder: Path) -> None:
    async with a_replay(folder, script=first_meets(late(0.2))) as visitor:
        before = time.monotonic()
        page = await visitor.get(FIND_A_TENDER + DAY)
        assert time.monotonic() - before >= 0.2
    assert len(page.ids) == 5


async def test_any_other_answer_can_be_given(folder: Path) -> None:
    packed = gzip.compress(b"{}")
    odd = answer(packed, status=206, headers=(("Content-Encoding", "gzip"), ("Content-Type", "application/json")))
    async with a_replay(folder, script=first_meets(odd)) as visitor:
        page = await visitor.get(FIND_A_TENDER)
    assert (page.status, page.body) == (206, b"{}")


def test_a_step_may_wait_for_a_time_and_then_meets_the_next_request() -> None:
    played = Performance(Script(steps=(Step(service=CF, request=2, after=30, interruption=forbidden()),)))
    asked = [(1, 40.0), (2, 29.9), (3, 30.0), (4, 31.0)]
    met = [played.next(CF, request=request, elapsed=elapsed) for request, elapsed in asked]
    assert [found and found.name for found in met] == [None, None, "403", None]


def test_a_script_can_be_written() -> None:
    written = "find_a_tender@3=429:2; find_a_tender@4=429;contracts_finder@2+20.5s=403; contracts_finder@1=late:0.5;"
    assert Script.parse(written) == Script(
        steps=(
            Step(service=FTS, request=3, interruption=slow_down("2")),
            Step(service=FTS, request=4, interruption=slow_down()),
            Step(service=CF, request=2, after=20.5, interruption=forbidden()),
            Step(service=CF, interruption=late(0.5)),
        )
    )
    names = [step.interruption for step in Script.parse("find_a_tender@1=503:9;find_a_tender@1=html").steps]
    assert names == [unavailable("9"), html()]
    others = "find_a_tender@1=truncated;find_a_tender@1=dropped;find_a_tender@1=empty"
    assert [step.interruption for step in Script.parse(others).steps] == [truncated(), dropped(), empty()]


@pytest.mark.parametrize(
    "step",
    ["find_a_tender=429", "nobody@1=429", "find_a_tender@0=429", "find_a_tender@1=418", "find_a_tender@1=late:x"],
)
def test_a_step_that_cannot_be_read_is_named(step: str) -> None:
    with pytest.raises(ValueError, match=step):
        Script.parse(f"contracts_finder@1=403; {step}")
