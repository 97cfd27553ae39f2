"""The polite client is polite: it names itself, keeps nothing, asks nothing twice and tells nobody's secrets."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import replace

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from service.errors import FarSideDown, HttpTrouble, TooManyRedirects, UnexpectedAnswer, WrongSettings
from service.http import Http, MemoryValidators, RequestReport, user_agent
from tests.evil_servers import Behaviour, hangs_up, raw_server, says, speaks_no_http
from tests.http_world import AT_HOME, JumpingClock, a_client, a_site, in_turn


async def test_a_page_comes_whole_with_lower_case_headers_and_our_name_and_contact_on_the_request() -> None:
    seen, answer = in_turn(web.Response(body=b'{"a": "\xc3\xa9"}', headers={"X-Odd": "1"}))
    async with a_site(answer) as url, a_client() as http:
        reply = await http.get(url + "list?a=b%2Bc", params={"since": "2026-09-07T00:00:00"}, policy=AT_HOME)
    assert (reply.status, reply.body, reply.not_modified) == (200, b'{"a": "\xc3\xa9"}', False)
    assert reply.headers["x-odd"] == "1"
    assert reply.url == url + "list?a=b%2Bc&since=2026-09-07T00:00:00"
    assert dict(seen[0].query) == {"a": "b+c", "since": "2026-09-07T00:00:00"}
    assert seen[0].headers["User-Agent"] == "Bowbell/0 (+https://bowbell.example; contact sample@bowbell.example)"
    assert seen[0].headers["Accept-Encoding"] == "gzip, deflate"


async def test_an_adapter_that_knows_only_the_port_can_use_it() -> None:
    async def first_line(http: Http, url: str) -> bytes:
        return (await http.get(url, policy=AT_HOME)).body.splitlines()[0]

    async with raw_server(says(body=b"one\ntwo")) as server, a_client() as http:
        assert await first_line(http, server.url) == b"one"


async def test_no_adapter_speaks_under_another_name_or_asks_for_another_encoding() -> None:
    seen, answer = in_turn(web.Response())
    async with a_site(answer) as url, a_client() as http:
        await http.get(url, headers={"user-agent": "Mozilla", "accept-encoding": "br", "X-Own": "1"}, policy=AT_HOME)
    assert seen[0].headers.getall("User-Agent") == [
        "Bowbell/0 (+https://bowbell.example; contact sample@bowbell.example)"
    ]
    assert seen[0].headers.getall("Accept-Encoding") == ["gzip, deflate"]
    assert seen[0].headers["X-Own"] == "1"


@pytest.mark.parametrize("contact", ["a@b.example\r\nX-Evil: 1", "Zoë"])
def test_a_contact_that_no_header_can_hold_is_refused_at_the_start(contact: str) -> None:
    with pytest.raises(WrongSettings, match="CONTACT"):
        user_agent(version="0", public_url="https://bowbell.example", contact=contact)


async def test_cookies_are_not_kept() -> None:
    seen, answer = in_turn(web.Response(headers={"Set-Cookie": "visit=1; Path=/"}), web.Response())
    async with a_site(answer) as url, a_client() as http:
        await http.get(url, policy=AT_HOME)
        await http.get(url, policy=AT_HOME)
    assert "Cookie" not in seen[1].headers


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    _, answer = in_turn(web.Response(body=b"straight"))
    async with a_site(answer) as url, a_client() as http:
        assert (await http.get(url, policy=AT_HOME)).body == b"straight"


async def test_an_unchanged_page_is_not_fetched_again() -> None:
    marks = {"ETag": '"7"', "Last-Modified": "Mon, 07 Sep 2026 11:00:00 GMT"}
    seen, answer = in_turn(web.Response(body=b"page", headers=marks), web.Response(status=304))
    async with a_site(answer) as url, a_client(validators=MemoryValidators()) as http:
        first = await http.get(url, policy=AT_HOME)
        second = await http.get(url, policy=AT_HOME)
    assert "If-None-Match" not in seen[0].headers
    assert seen[1].headers["If-None-Match"] == '"7"'
    assert seen[1].headers["If-Modified-Since"] == "Mon, 07 Sep 2026 11:00:00 GMT"
    assert (first.not_modified, second.not_modified, second.status, second.body) == (False, True, 304, b"")


async def test_a_policy_may_ask_for_the_page_itself() -> None:
    seen, answer = in_turn(web.Response(headers={"ETag": '"7"'}))
    async with a_site(answer) as url, a_client(validators=MemoryValidators()) as http:
        await http.get(url, policy=AT_HOME)
        await http.get(url, policy=replace(AT_HOME, conditional=False))
    assert "If-None-Match" not in seen[1].headers


async def test_what_a_page_no_longer_says_of_itself_is_forgotten() -> None:
    seen, answer = in_turn(web.Response(headers={"ETag": '"7"'}), web.Response())
    async with a_site(answer) as url, a_client(validators=MemoryValidators()) as http:
        for _ in range(3):
            await http.get(url, policy=AT_HOME)
    assert ["If-None-Match" in request.headers for request in seen] == [False, True, False]


async def test_a_page_that_failed_is_not_remembered() -> None:
    async with (
        raw_server(says(body=b"half", length=100, ETag='"7"'), says(body=b"whole", ETag='"7"')) as server,
        a_client(validators=MemoryValidators()) as http,
    ):
        assert (await http.get(server.url, policy=AT_HOME)).body == b"whole"
    assert "if-none-match" not in server.heads[1].lower()


async def test_a_validator_that_no_header_can_carry_back_is_not_remembered() -> None:
    answer = says(body=b"page", ETag='"\xff"')  # a byte that is no UTF-8
    async with raw_server(answer) as server, a_client(validators=MemoryValidators()) as http:
        first = await http.get(server.url, policy=AT_HOME)
        second = await http.get(server.url, policy=AT_HOME)
    assert first.headers["etag"] == '"\N{REPLACEMENT CHARACTER}"'
    assert second.body == b"page"
    assert "if-none-match" not in server.heads[1].lower()


async def test_not_modified_is_an_error_where_we_asked_no_such_thing() -> None:
    _, answer = in_turn(web.Response(status=304))
    async with a_site(answer) as url, a_client() as http:
        with pytest.raises(UnexpectedAnswer) as told:
            await http.get(url, policy=AT_HOME)
    assert told.value.status == 304


@pytest.mark.parametrize("status", [400, 401, 404, 410, 418])
async def test_a_clear_no_is_told_with_its_status_and_not_asked_again(status: int) -> None:
    seen, site = in_turn(web.Response(status=status))
    async with a_site(site) as url, a_client() as http:
        with pytest.raises(UnexpectedAnswer) as told:
            await http.get(url, policy=AT_HOME)
    assert told.value.status == status
    assert len(seen) == 1


async def test_redirects_are_followed_as_many_as_the_policy_says_each_in_its_own_turn() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        hops = int(request.path.strip("/"))
        if hops == 0:
            return web.Response(body=b"here")
        return web.Response(status=302, headers={"Location": str(hops - 1)})

    clock = JumpingClock()
    async with a_site(answer) as url, a_client(clock=clock) as http:
        reply = await http.get(f"{url}3", policy=AT_HOME)
        assert (reply.body, reply.url) == (b"here", f"{url}0")
        assert clock.slept == [10, 10, 10]
        with pytest.raises(TooManyRedirects):
            await http.get(f"{url}4", policy=AT_HOME)


async def test_a_page_that_redirects_to_itself_ends() -> None:
    seen, site = in_turn(web.Response(status=301, headers={"Location": "/"}))
    async with a_site(site) as url, a_client() as http:
        with pytest.raises(TooManyRedirects):
            await http.get(url, policy=AT_HOME)
    assert len(seen) == 4


async def test_a_redirect_to_another_origin_does_not_carry_the_callers_secrets_along() -> None:
    seen, target = in_turn(web.Response())
    async with a_site(target) as elsewhere:
        first, away = in_turn(web.Response(status=302, headers={"Location": elsewhere}))
        async with a_site(away) as url, a_client() as http:
            await http.get(url, headers={"Authorization": "Sample", "X-Key": "1", "Accept": "a/b"}, policy=AT_HOME)
    assert first[0].headers["X-Key"] == "1"
    assert "Authorization" not in seen[0].headers
    assert "X-Key" not in seen[0].headers
    assert seen[0].headers["Accept"] == "a/b"


async def test_json_is_posted_as_given() -> None:
    bodies: list[tuple[str, bytes]] = []

    async def answer(request: web.Request) -> web.Response:
        bodies.append((request.content_type, await request.read()))
        return web.Response(status=202)

    async with a_site(answer) as url, a_client() as http:
        reply = await http.post(url, json_body=b'{"a":1}', headers={"webhook-id": "1"}, policy=AT_HOME)
    assert reply.status == 202
    assert bodies == [("application/json", b'{"a":1}')]


@pytest.mark.parametrize(
    ("statuses", "error", "requests"),
    [([500, 200], FarSideDown, 1), ([307, 200], UnexpectedAnswer, 1), ([429, 429, 200], None, 3)],
)
async def test_a_post_is_repeated_only_where_the_far_side_said_it_took_nothing(
    statuses: Sequence[int], error: type[Exception] | None, requests: int
) -> None:
    seen, site = in_turn(*(web.Response(status=status, headers={"Location": "/x"}) for status in statuses))
    async with a_site(site) as url, a_client() as http:
        if error is None:
            assert (await http.post(url, json_body=b"{}", policy=AT_HOME)).status == 200
        else:
            with pytest.raises(error):
                await http.post(url, json_body=b"{}", policy=AT_HOME)
    assert len(seen) == requests


async def test_counters_hear_of_every_request_and_logs_never_of_a_query_or_a_webhooks_path() -> None:
    reports: list[RequestReport] = []
    _, site = in_turn(web.Response(status=429), web.Response(body=b"page"), web.Response(status=404))
    with capture_logs() as logs:
        async with a_site(site) as url, a_client(on_request=reports.append) as http:
            await http.get(url + "list?token=s3cret", params={"key": "s3cret"}, policy=AT_HOME)
            with pytest.raises(UnexpectedAnswer) as told:
                await http.post(url + "hook/s3cret", json_body=b'"s3cret"', headers={"X": "s3cret"}, policy=AT_HOME)
    assert [(r.method, r.outcome, r.status, r.size) for r in reports] == [
        ("GET", "SlowDown", None, 0),
        ("GET", "answered", 200, 4),
        ("POST", "UnexpectedAnswer", 404, 0),
    ]
    assert [line["path"] for line in logs] == ["/list", "/list", None]
    assert "s3cret" not in f"{logs}{told.value}"


@pytest.mark.parametrize("failure", [hangs_up(), speaks_no_http(), says("500 Oh dear"), says("404 Not here")])
async def test_a_traceback_never_shows_the_query(failure: Behaviour) -> None:
    async with raw_server(failure) as server, a_client() as http:
        with pytest.raises(HttpTrouble) as told:
            await http.get(server.url + "?token=s3cret", policy=replace(AT_HOME, retries=0))
    shown = "".join(line for line in traceback.format_exception(told.value) if "test_http.py" not in line)
    assert "127.0.0.1" in shown
    assert "s3cret" not in shown
