"""The door: slow, silent and too many connections do not keep others out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web

from service.web.listen import Listener, listen


async def _hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def _slow(_request: web.Request) -> web.Response:
    await asyncio.sleep(1.2)
    return web.Response(text="done")


@pytest.fixture
async def door() -> AsyncIterator[Listener]:
    app = web.Application()
    app.router.add_get("/", _hello)
    app.router.add_get("/slow", _slow)
    listener = await listen(app, host="127.0.0.1", port=0, head_limit=0.6, cap=5)
    yield listener
    await listener.stop()


async def _read_all(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        return await reader.read()


async def test_a_silent_connection_is_closed(door: Listener) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    started = asyncio.get_running_loop().time()
    assert await _read_all(reader) == b""
    assert 0.4 < asyncio.get_running_loop().time() - started < 3
    writer.close()


async def test_a_dripping_request_is_closed(door: Listener) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    started = asyncio.get_running_loop().time()

    async def drip() -> None:
        for letter in b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 200:
            writer.write(bytes([letter]))
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    assert await _read_all(reader) == b""
    assert asyncio.get_running_loop().time() - started < 3
    dripping.cancel()
    writer.close()


async def test_a_dripping_second_request_is_closed_too(door: Listener) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    first = await reader.readuntil(b"hello")
    assert first.startswith(b"HTTP/1.1 200")
    started = asyncio.get_running_loop().time()

    async def drip() -> None:
        for letter in b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 200:
            writer.write(bytes([letter]))
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    assert await _read_all(reader) == b""
    assert asyncio.get_running_loop().time() - started < 3
    dripping.cancel()
    writer.close()


async def test_a_slow_answer_is_left_alone(door: Listener) -> None:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{door.port}/slow") as answer:
        assert await answer.text() == "done"


async def test_one_too_many_is_told_to_come_back(door: Listener) -> None:
    held = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(5)]
    await asyncio.sleep(0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    said = await _read_all(reader)
    assert said.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 5" in said
    head, body = said.split(b"\r\n\r\n", 1)
    assert f"Content-Length: {len(body)}".encode() in head
    for _, other in [*held, (reader, writer)]:
        other.close()


async def test_the_house_opens_again_when_they_have_gone(door: Listener) -> None:
    held = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(5)]
    for _, writer in held:
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0.1)
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{door.port}/") as answer:
        assert answer.status == 200


async def test_normal_requests_are_served_while_others_drip() -> None:
    app = web.Application()
    app.router.add_get("/", _hello)
    listener = await listen(app, host="127.0.0.1", port=0, head_limit=1.0, cap=60)
    held = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(50)]
    for _, writer in held:
        writer.write(b"GET / HT")
    loop = asyncio.get_running_loop()
    took = []
    async with ClientSession() as session:
        for _ in range(20):
            started = loop.time()
            async with session.get(f"http://127.0.0.1:{listener.port}/") as answer:
                assert answer.status == 200
            took.append(loop.time() - started)
    assert sorted(took)[18] < 0.5
    for _, writer in held:
        writer.close()
    await listener.stop()
