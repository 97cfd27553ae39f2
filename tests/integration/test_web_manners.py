"""What happens to every request: origin, caller, limits, bodies, feeds that cannot be broken out of."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from service.web.feeds.atom import atom
from service.web.feeds.calendar_file import calendar_file, escaped, folded
from service.web.feeds.csv_file import csv_file, safe_cell
from service.web.feeds.entry import Entry, Feed
from service.web.feeds.json_feed import json_feed
from service.web.limits import RateLimit
from service.web.middleware import bodies
from service.web.middleware.bodies import BODY_CAP, FIELD_CAP, read_form
from service.web.middleware.caller import caller_address
from service.web.middleware.origin import comes_from_elsewhere

OURS = frozenset({"bowbell.example"})
PROXIES = [ip_network("10.0.0.0/8"), ip_network("::1/128")]


@pytest.mark.parametrize(
    ("fetch_site", "origin", "elsewhere"),
    [
        ("same-origin", None, False),
        ("none", None, False),
        ("cross-site", None, True),
        ("same-site", "https://bowbell.example", True),
        ("invented", None, True),
        (None, None, False),
        (None, "https://bowbell.example", False),
        (None, "https://BOWBELL.example", False),
        (None, "https://evil.example", True),
        (None, "https://bowbell.example.evil.example", True),
        (None, "null", True),
        (None, "", True),
    ],
)
def test_only_our_own_pages_may_ask_for_changes(fetch_site: str | None, origin: str | None, *, elsewhere: bool) -> None:
    said = comes_from_elsewhere(fetch_site=fetch_site, origin=origin, ours=OURS, with_cookies=False)
    assert said is elsewhere


@pytest.mark.parametrize(
    ("referrer", "elsewhere"),
    [
        (None, True),
        ("https://bowbell.example/manage/1", False),
        ("https://evil.example/bowbell.example", True),
        ("https://[", True),
        ("", True),
    ],
)
def test_what_carries_a_cookie_says_where_it_comes_from(referrer: str | None, *, elsewhere: bool) -> None:
    said = comes_from_elsewhere(fetch_site=None, origin=None, referrer=referrer, ours=OURS, with_cookies=True)
    assert said is elsewhere


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "rubbish", "10.0.0.2"),
        ("10.0.0.2", "1.2.3.4, rubbish", "10.0.0.2"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("::ffff:10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("::1", "[2001:db8::1]", "2001:db8::1"),
        (None, "198.51.100.1", "unknown"),
    ],
)
def test_the_caller_is_the_nearest_address_that_is_not_our_proxy(
    peer: str | None, forwarded: str | None, expected: str
) -> None:
    assert caller_address(peer=peer, forwarded=forwarded, trusted=PROXIES) == expected


def test_a_limit_allows_so_many_and_then_says_how_long() -> None:
    clock = [0.0]
    limit = RateLimit(tries=3, window=60, now=lambda: clock[0])
    assert [limit.wait("a") for _ in range(3)] == [0, 0, 0]
    clock[0] = 10
    assert limit.wait("a") == pytest.approx(50)
    assert limit.wait("b") == 0
    clock[0] = 60.1
    assert limit.wait("a") == 0


def test_a_flood_of_keys_does_not_fill_the_memory() -> None:
    limit = RateLimit(tries=1, window=60, now=lambda: 0.0, key_cap=10)
    for number in range(1000):
        limit.wait(str(number))
    assert len(limit._seen) == 10


async def _form_client() -> TestClient[web.Request, web.Application]:
    async def echo(request: web.Request) -> web.Response:
        form = await read_form(request)
        return web.json_response(dict(form))

    app = web.Application(client_max_size=BODY_CAP)
    app.router.add_post("/", echo)
    client = TestClient(TestServer(app))
    await client.start_server()
    return client


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=1&b=two+words&c=%C2%A3", 200),
        (b"", 200),
        (b"a=%ff%fe", 400),
        (b"\xff\xfe", 400),
        (b"&".join(b"a=1" for _ in range(FIELD_CAP + 1)), 400),
        (b"a=" + b"x" * (BODY_CAP + 10), 413),
    ],
)
async def test_a_form_is_read_or_refused_in_words(body: bytes, status: int) -> None:
    client = await _form_client()
    answer = await client.post("/", data=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == status
    await client.close()


async def test_a_form_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_LIMIT", 0.2)
    client = await _form_client()
    import asyncio

    server = client.server
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\na=1")
    async with asyncio.timeout(5):
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()
    await client.close()


WHEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _feed(text: str) -> Feed:
    entry = Entry(
        identity="https://bowbell.example/opportunities/1",
        href="https://bowbell.example/opportunities/1",
        official="https://www.example.org/notice/1",
        title=text,
        buyer=text,
        place=text,
        worth=text,
        length=text,
        closes=WHEN,
        closes_words=text,
        tags=(text,),
        published=WHEN,
        updated=WHEN,
        summary=text,
        attribution=text,
    )
    return Feed(
        title="Open", self_href="https://b.example/f", page_href="https://b.example/", updated=WHEN, entries=(entry,)
    )


@given(st.text())
def test_any_text_makes_a_whole_atom_feed(text: str) -> None:
    root = etree.fromstring(atom(_feed(text)))
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 1


@given(st.text())
def test_no_text_breaks_out_of_a_calendar(text: str) -> None:
    lines = calendar_file(_feed(text.encode("utf-8", "ignore").decode())).decode().split("\r\n")
    assert lines.count("BEGIN:VEVENT") == 1
    assert lines.count("END:VEVENT") == 1
    assert all(len(line.encode()) <= 75 for line in lines)
    assert all("\n" not in line and "\r" not in line for line in lines)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_folding_loses_nothing(text: str) -> None:
    line = escaped(text)
    assert folded(line).replace("\r\n ", "") == line


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'])
def test_no_cell_acts_as_a_formula(text: str) -> None:
    assert safe_cell(text).startswith("'")
    rows = list(csv.reader(io.StringIO(csv_file(_feed(text)).decode("utf-8-sig"), newline="")))
    assert rows[1][0] == f"'{text}"


def test_an_honest_cell_is_left_alone() -> None:
    assert safe_cell("Window cleaning") == "Window cleaning"


def test_json_feed_names_its_version() -> None:
    import orjson

    read = orjson.loads(json_feed(_feed("Window cleaning")))
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert read["items"][0]["title"] == "Window cleaning"
