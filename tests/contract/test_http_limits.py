"""Whatever a far side sends, the polite client ends in good time, in little memory, with an error of our own."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import BodyTooLarge, FarSideDown, HttpTrouble, TookTooLong, UnexpectedAnswer
from service.http.body import _GZIP, _Inflater
from tests.evil_servers import (
    Behaviour,
    RawServer,
    breaks_off_chunked,
    drips,
    endless_headers,
    gzip_bomb,
    hangs_up,
    huge_body,
    raw_server,
    says,
    speaks_no_http,
    stays_silent,
)
from tests.http_world import AT_HOME, a_client

MEGABYTE = 1024 * 1024
ONE_TRY = replace(AT_HOME, retries=0)
TEXT = b"reference,title\n" + b"".join(b"%d,Sample window cleaning\n" % n for n in range(20_000))


def _raw_deflate(body: bytes) -> bytes:
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(body) + engine.flush()


@contextmanager
def memory_growth_below(most: int) -> Iterator[None]:
    """Fail if more than `most` bytes were in use at any one moment, beyond those in use at the start."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < most


@pytest.mark.parametrize(("told", "most_sent"), [(True, 10 * MEGABYTE), (False, 40 * MEGABYTE)])
async def test_a_body_of_100_mb_stops_at_the_cap_or_before_it_begins(told: bool, most_sent: int) -> None:  # noqa: FBT001
    servers: list[RawServer] = []
    with memory_growth_below(50 * MEGABYTE):
        async with (
            raw_server(huge_body(100 * MEGABYTE, told=told, server=lambda: servers[0])) as server,
            a_client() as http,
        ):
            servers.append(server)
            with pytest.raises(BodyTooLarge, match="20971520"):
                await http.get(server.url, policy=AT_HOME)
    assert server.sent < most_sent
    assert len(server.heads) == 1


async def test_a_gzip_bomb_stops_at_the_cap_in_bounded_memory() -> None:
    bomb = gzip_bomb(200 * MEGABYTE)
    assert len(bomb) < MEGABYTE
    async with raw_server(says(body=bomb, Content_Encoding="gzip")) as server, a_client() as http:
        with memory_growth_below(5 * MEGABYTE), pytest.raises(BodyTooLarge, match="unfolds"):
            await http.get(server.url, policy=replace(AT_HOME, max_bytes=2 * MEGABYTE))


async def test_padding_that_unfolds_to_nothing_is_not_read_for_ever() -> None:
    padded = breaks_off_chunked(gzip.compress(TEXT) + bytes(2 * MEGABYTE), Content_Encoding="gzip")
    async with raw_server(padded) as server, a_client() as http:
        with pytest.raises(BodyTooLarge):
            await http.get(server.url, policy=replace(AT_HOME, max_bytes=MEGABYTE))


async def test_a_body_of_just_the_cap_is_taken_and_one_byte_more_is_not() -> None:
    policy = replace(ONE_TRY, max_bytes=1000)
    for encode, encoding in ((bytes, "identity"), (gzip.compress, "gzip")):
        just = says(body=encode(bytes(1000)), Content_Encoding=encoding)
        more = says(body=encode(bytes(1001)), Content_Encoding=encoding)
        async with raw_server(just, more) as server, a_client() as http:
            assert (await http.get(server.url, policy=policy)).body == bytes(1000)
            with pytest.raises(BodyTooLarge):
                await http.get(server.url, policy=policy)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(TEXT), "gzip"),
        (gzip.compress(TEXT), "X-GZip"),
        (gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]), "gzip"),
        (gzip.compress(TEXT) + bytes(512), "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (_raw_deflate(TEXT), "deflate"),
        (TEXT, "identity"),
    ],
)
async def test_bodies_are_unfolded_whichever_way_they_were_folded(body: bytes, encoding: str) -> None:
    async with raw_server(says(body=body, Content_Encoding=encoding)) as server, a_client() as http:
        assert (await http.get(server.url, policy=ONE_TRY)).body == TEXT


async def test_what_the_engine_still_holds_when_all_input_is_in_is_not_forgotten() -> None:
    """Raw deflate has no trailer, so just beyond a full piece the last bytes come only when asked for once more."""
    sizes = range(512 * 1024 + 200, 512 * 1024 + 240)
    folded = (says(body=_raw_deflate(bytes(n)), Content_Encoding="deflate") for n in sizes)
    async with raw_server(*folded) as server, a_client() as http:
        got = [len((await http.get(server.url, policy=ONE_TRY)).body) for _ in sizes]
    assert got == list(sizes)


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(says(body=TEXT[:500], length=1000), id="shorter than its length"),
        pytest.param(breaks_off_chunked(TEXT), id="no last chunk"),
        pytest.param(says(body=gzip.compress(TEXT)[:-9], Content_Encoding="gzip"), id="gzip without its end"),
        pytest.param(says(body=gzip.compress(TEXT)[:5000], Content_Encoding="gzip"), id="half a gzip"),
        pytest.param(says(body=zlib.compress(TEXT)[:5000], Content_Encoding="deflate"), id="half a deflate"),
        pytest.param(says(body=TEXT, Content_Encoding="gzip"), id="gzip that is none"),
        pytest.param(says(body=gzip.compress(b"") * 100, Content_Encoding="gzip"), id="a hundred empty gzips"),
        pytest.param(hangs_up(), id="no answer"),
        pytest.param(speaks_no_http(), id="no HTTP"),
        pytest.param(endless_headers(), id="endless headers"),
    ],
)
async def test_half_an_answer_is_never_taken_for_a_whole_one(behaviour: Behaviour) -> None:
    async with raw_server(behaviour) as server, a_client() as http:
        with pytest.raises(FarSideDown, match=r"127\.0\.0\.1"):
            await http.get(server.url, policy=ONE_TRY)


async def test_bytes_beyond_the_length_make_an_answer_unbelievable_and_are_not_taken_for_the_next() -> None:
    answers = says(body=b"whole and more", length=5, connection="keep-alive"), says(body=b"next")
    async with raw_server(*answers) as server, a_client() as http:
        with pytest.raises(FarSideDown):
            await http.get(server.url, policy=ONE_TRY)
        assert (await http.get(server.url, policy=ONE_TRY)).body == b"next"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "rot13"])
async def test_an_encoding_we_did_not_ask_for_is_refused_by_name(encoding: str) -> None:
    async with raw_server(says(body=b"x", Content_Encoding=encoding)) as server, a_client() as http:
        with pytest.raises(UnexpectedAnswer, match=encoding):
            await http.get(server.url, policy=AT_HOME)
    assert len(server.heads) == 1


async def test_an_empty_answer_is_an_empty_page_even_if_it_claims_to_be_folded() -> None:
    async with raw_server(says("204 No Content"), says(Content_Encoding="gzip")) as server, a_client() as http:
        assert (await http.get(server.url, policy=ONE_TRY)).body == b""
        assert (await http.get(server.url, policy=ONE_TRY)).body == b""


@pytest.mark.parametrize(
    ("behaviour", "limits"),
    [
        pytest.param(drips(every=0.02), {"total_timeout": 0.3, "read_timeout": 0.2}, id="a byte at a time, for ever"),
        pytest.param(stays_silent(), {"total_timeout": 5.0, "read_timeout": 0.1}, id="silent: the pause between reads"),
        pytest.param(stays_silent(), {"total_timeout": 0.1, "read_timeout": 5.0}, id="silent: the total"),
    ],
)
async def test_time_runs_out_in_time_and_is_not_spent_twice(behaviour: Behaviour, limits: dict[str, float]) -> None:
    async with raw_server(behaviour) as server, a_client() as http:
        async with asyncio.timeout(2):
            with pytest.raises(TookTooLong):
                await http.get(server.url, policy=replace(AT_HOME, **limits))  # type: ignore[arg-type]
    assert len(server.heads) == 1


async def test_redirects_share_one_total_time() -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        await says("302 Found", Location="/again")(writer)

    async with raw_server(late) as server, a_client() as http:
        with pytest.raises(TookTooLong):
            await http.get(server.url, policy=replace(AT_HOME, total_timeout=0.4, max_redirects=20))
    assert len(server.heads) == 3


async def test_a_drip_keeps_nobody_else_waiting() -> None:
    loop = asyncio.get_running_loop()
    async with (
        raw_server(drips(every=0.01)) as slow,
        raw_server(says(body=b"page")) as quick,
        a_client() as http,
    ):
        dripping = asyncio.create_task(http.get(slow.url, policy=replace(AT_HOME, total_timeout=1)))
        await asyncio.sleep(0.05)
        began = loop.time()
        assert (await http.get(quick.url, policy=AT_HOME)).body == b"page"
        assert loop.time() - began < 0.5
        assert not dripping.done()
        with pytest.raises(TookTooLong):
            await dripping


@given(
    body=st.binary(max_size=5000) | st.integers(1, 3).map(lambda n: bytes(n * 256 * 1024)),
    cuts=st.lists(st.integers(1, 2000), max_size=20),
    level=st.integers(0, 9),
)
@settings(deadline=None, max_examples=60)
def test_unfolding_gives_back_what_was_folded_however_the_wire_cuts_it(
    body: bytes, cuts: list[int], level: int
) -> None:
    rest, inflate, pieces = gzip.compress(body, level), _Inflater(_GZIP, "sample.example"), []
    for cut in [*cuts, len(rest)]:
        pieces += list(inflate.feed(rest[:cut]))
        rest = rest[cut:]
    assert b"".join(pieces) == body
    assert inflate.complete
    assert all(len(piece) <= 256 * 1024 for piece in pieces)


@given(wire=st.binary(max_size=2000))
def test_no_bytes_whatsoever_break_the_unfolding(wire: bytes) -> None:
    inflate = _Inflater(_GZIP, "sample.example")
    try:
        list(inflate.feed(b"\x1f\x8b\x08" + wire))
    except HttpTrouble as trouble:
        assert "sample.example" in str(trouble)  # noqa: PT017 - either outcome keeps the promise
