"""A page that is meant to harm costs its own source one poll, with the reason, and nobody else anything."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import pkgutil
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import pytest

import scrapers
from scrapers.kinds import apart
from scrapers.kinds.apart import read_apart
from scrapers.kinds.declared import DeclaredSource
from service.errors import (
    BodyTooLarge,
    BowbellError,
    LayoutDrift,
    NotLetIn,
    PrivateAddress,
    TookTooLong,
    UnreadableBody,
)
from service.http import PoliteHttp
from service.ports import Access, Http, HttpPolicy, Page, Reply
from tests.evil_servers import Behaviour, drips, gzip_bomb, huge_body, raw_server, says
from tests.http_world import a_client
from tests.listing_world import SEEN, declared_sources, recorded_page

SOURCES: dict[str, DeclaredSource] = {
    source.rules.kind: DeclaredSource(source.rules, reader=read_apart) for source in declared_sources()
}
KINDS = pytest.mark.parametrize("kind", sorted(SOURCES))
#: The most this process may grow, in bytes.
GROWTH = 50 * 1024 * 1024
#: The longest anybody else may be kept waiting, in seconds.
DELAY = 1.0

ENTITY_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "'
    + b"a" * 1000
    + b'">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + step, b"&%c;" % (97 + step) * 100) for step in range(8))
    + b"]><rss version='2.0'><channel><title>&i;</title><item><title>&i;</title></item></channel></rss>"
)
FILE_ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    b"<rss version='2.0'><channel><item><title>&x;</title><link>https://x.example/1</link></item></channel></rss>"
)
NESTED = {
    "html_list": b"<!doctype html><title>x</title>" + b"<div>" * 200_000,
    "feed": b"<rss version='2.0'><channel>" + b"<item>" * 150_000,
    "json_api": b'{"Data":' + b"[" * 1_000_000,
    "csv_file": b'"' * 1_000_001,
}


class Hasty:
    """Http with less patience than a source has, so that a test of patience does not take a minute."""

    def __init__(self, http: PoliteHttp, *, seconds: float) -> None:
        self._http = http
        self._seconds = seconds

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        policy: HttpPolicy,
    ) -> Reply:
        """Ask, and wait no longer than told."""
        hasty = replace(policy, total_timeout=self._seconds, retries=0)
        return await self._http.get(url, params=params, headers=headers, policy=hasty)

    async def post(
        self, url: str, *, json_body: bytes, headers: Mapping[str, str] | None = None, policy: HttpPolicy
    ) -> Reply:
        """Send."""
        return await self._http.post(url, json_body=json_body, headers=headers, policy=policy)


@dataclass(slots=True)
class Watched:
    """What a poll did to this process."""

    grown: int = 0
    longest_wait: float = 0.0


def resident() -> int:
    """Bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


@contextlib.asynccontextmanager
async def watched() -> AsyncIterator[Watched]:
    """Watch memory, and how long a neighbour who only wants a hundredth of a second is kept waiting."""
    seen, before = Watched(), resident()
    loop = asyncio.get_running_loop()

    async def neighbour() -> None:
        while True:
            asked = loop.time()
            await asyncio.sleep(0.01)
            seen.longest_wait = max(seen.longest_wait, loop.time() - asked - 0.01)
            seen.grown = max(seen.grown, resident() - before)

    watching = asyncio.create_task(neighbour())
    try:
        yield seen
    finally:
        await asyncio.sleep(0.02)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def polled(kind: str, http: Http, url: str) -> list[Page]:
    """The pages of a poll of the source of a kind, at a server of the test."""
    access = Access(base_url=url.rstrip("/"), pace=0.0, allow_loopback=True)
    source = SOURCES[kind]
    return [page async for page in source.pages(http, access=access, bookmark=None, since=None, until=SEEN, seen=SEEN)]


async def harmed(kind: str, page: Behaviour, *, seconds: float = 60.0) -> tuple[BowbellError, Watched]:
    """What is raised where a site serves an honest robots.txt and then this page, and what it did to us."""
    robots = says("404 Not Found")
    async with raw_server(robots, page) as server, a_client() as http, watched() as seen:
        with pytest.raises(BowbellError) as raised:
            await polled(kind, Hasty(http, seconds=seconds), server.url)
    return raised.value, seen


def spared(seen: Watched) -> bool:
    """Whether nobody else noticed."""
    return seen.grown < GROWTH and seen.longest_wait < DELAY


@KINDS
@pytest.mark.parametrize("bomb", [ENTITY_BOMB, FILE_ENTITY], ids=["entities", "a file"])
async def test_entities_are_never_unfolded(kind: str, bomb: bytes) -> None:
    trouble, seen = await harmed(kind, says(body=bomb))
    assert isinstance(trouble, LayoutDrift | NotLetIn)
    assert spared(seen), seen


async def test_an_entity_that_names_a_file_is_nothing() -> None:
    sheet = apart.read_here(FILE_ENTITY, SOURCES["feed"].rules.selection(), url="https://x.example/")
    assert [row.get("title", "") for row in sheet.rows] == [""]


@KINDS
async def test_a_byte_now_and_then_is_given_up(kind: str) -> None:
    trouble, seen = await harmed(kind, drips(every=0.05), seconds=1.0)
    assert isinstance(trouble, TookTooLong)
    assert spared(seen), seen


@KINDS
async def test_a_redirect_into_a_private_network_is_not_followed(kind: str) -> None:
    trouble, seen = await harmed(kind, says("302 Found", location="http://10.0.0.1/list"))
    assert isinstance(trouble, PrivateAddress)
    assert spared(seen), seen


@KINDS
@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
async def test_a_hundred_megabytes_are_not_taken(kind: str, *, told: bool) -> None:
    trouble, seen = await harmed(kind, huge_body(100 * 1024 * 1024, told=told))
    assert isinstance(trouble, BodyTooLarge)
    assert spared(seen), seen


@KINDS
async def test_a_bomb_of_gzip_is_not_taken(kind: str) -> None:
    trouble, seen = await harmed(kind, says(body=gzip_bomb(100 * 1024 * 1024), content_encoding="gzip"))
    assert isinstance(trouble, BodyTooLarge)
    assert spared(seen), seen


@KINDS
async def test_a_page_that_keeps_a_parser_busy_is_given_up(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 3)
    trouble, seen = await harmed(kind, says(body=NESTED[kind]))
    assert isinstance(trouble, UnreadableBody | NotLetIn)
    assert spared(seen), seen


@KINDS
async def test_a_megabyte_of_one_letter_is_no_list(kind: str) -> None:
    trouble, seen = await harmed(kind, says(body=b"a" * 1_000_000))
    assert isinstance(trouble, LayoutDrift)
    assert spared(seen), seen


@KINDS
async def test_a_megabyte_of_one_letter_in_a_cell_is_cut(kind: str) -> None:
    page = recorded_page(SOURCES[kind])
    longest = page.replace(b"Sample", b"a" * 1_000_000, 1) if kind != "csv_file" else page
    notices = [each for each in SOURCES[kind].notices_in(longest, seen=SEEN) if hasattr(each, "body")]
    assert all(len(notice.body) < 100_000 for notice in notices)


def every_pattern() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """Every regular expression of the adapters' code and of the source files, by where it stands."""
    found: dict[str, re.Pattern[str] | re.Pattern[bytes]] = {}
    modules: list[ModuleType] = [
        importlib.import_module(each.name) for each in pkgutil.walk_packages(scrapers.__path__, "scrapers.")
    ]
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                found[f"{module.__name__}.{name}"] = value
    for source in declared_sources():
        for name, field in source.rules.fields.items():
            for key, said in (("find", field.find), ("pattern", field.pattern)):
                if said:
                    found[f"{source.key}.{name}.{key}"] = re.compile(said)
    return found


_TIMED = """
import json, re, sys, time
source, flags, is_bytes = json.loads(sys.stdin.read())
pattern = re.compile(source.encode("latin-1") if is_bytes else source, flags)
def seconds(how, size):
    text = b"a" * size if is_bytes else "a" * size
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        getattr(pattern, how)(text)
        best = min(best, time.process_time() - began)
    return best
print(json.dumps({how: [seconds(how, 125_000), seconds(how, 1_000_000)] for how in ("search", "fullmatch")}))
"""


@pytest.mark.parametrize("name", sorted(every_pattern()))
def test_no_regular_expression_is_kept_busy_by_a_megabyte_of_one_letter(name: str) -> None:
    pattern = every_pattern()[name]
    is_bytes = isinstance(pattern.pattern, bytes)
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    done = subprocess.run(  # noqa: S603 - our own interpreter; the pattern goes through a pipe
        [sys.executable, "-c", _TIMED],
        input=json.dumps([source, pattern.flags & ~re.UNICODE if is_bytes else pattern.flags, is_bytes]),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    for how, (short, long) in json.loads(done.stdout).items():
        # Eight times the text takes about eight times as long; a pattern that goes back and forth takes sixty-four.
        assert long < 24 * max(short, 0.005), (name, how, short, long)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a*)*", "(?:a|a+)+$", r"(\d{1,}x?){2,}z", "([a-z]+ ?)*!"])
def test_a_source_file_cannot_bring_one_that_never_ends(pattern: str) -> None:
    from scrapers.kinds.rules import FieldRules

    with pytest.raises(ValueError, match="can take for ever"):
        FieldRules(select="a", find=pattern)


async def test_the_reading_process_has_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOWBELL_SMTP_URL", "smtp://user:secret@mail.example")
    seen: dict[str, object] = {}
    real: Callable[..., object] = subprocess.run

    def spying(*args: object, **kwargs: object) -> object:
        seen.update(kwargs)
        return real(*args, **kwargs)

    monkeypatch.setattr(subprocess, "run", spying)
    source = SOURCES["html_list"]
    read_apart(recorded_page(source), source.rules.selection(), url="https://x.example/")
    assert seen["env"] is not None
    assert "secret" not in repr(seen["env"])
