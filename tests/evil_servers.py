"""Servers on loopback that misbehave as real ones do, and worse: for every test of what comes in from outside.

Each is a real socket speaking raw bytes, because the ways to be wrong (a wrong length, half a body, a byte a second)
are just what a well-made server library will not do.
"""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

#: Writes one answer to one request; the connection is closed when it returns.
Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]

_CHUNK = 64 * 1024


@dataclass(slots=True, kw_only=True)
class RawServer:
    """A server that is up, and the requests it has seen."""

    url: str
    port: int
    #: The head of every request as it came, newest last.
    heads: list[str] = field(default_factory=list)
    #: Bytes of bodies handed to the socket so far.
    sent: int = 0


@contextlib.asynccontextmanager
async def raw_server(*behaviours: Behaviour, host: str = "127.0.0.1") -> AsyncIterator[RawServer]:
    """Serve each behaviour in turn, one request each; the last one answers all further requests."""
    waiting = list(behaviours)
    tasks: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                head = await reader.readuntil(b"\r\n\r\n")
                server.heads.append(head.decode("latin-1"))
                behaviour = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                await behaviour(writer)
        finally:
            writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(answer(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(begin, host, 0)
    port = listener.sockets[0].getsockname()[1]
    server = RawServer(url=f"http://{host}:{port}/", port=port)
    try:
        yield server
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


def says(status: str = "200 OK", *, body: bytes = b"", length: int | None = None, **headers: str) -> Behaviour:
    """Answer once, plainly, claiming `length` if given, else the truth; `_` in a header name stands for `-`."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        claimed = len(body) if length is None else length
        writer.write(_head(status, **{"content_length": str(claimed), "connection": "close", **headers}) + body)
        await writer.drain()

    return behave


def hangs_up() -> Behaviour:
    """Close the connection without a word."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.close()

    return behave


def stays_silent() -> Behaviour:
    """Take the request and never answer."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    return behave


def speaks_no_http() -> Behaviour:
    """Answer in another protocol."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP ready\r\n")
        await writer.drain()

    return behave


def endless_headers() -> Behaviour:
    """Begin an answer whose headers never end."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-More: " + b"a" * 1000 + b"\r\n")
            await writer.drain()

    return behave


def drips(*, every: float, of: int = 1_000_000) -> Behaviour:
    """Send one byte every so many seconds, so that no read ever times out."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(_head("200 OK", content_length=str(of)))
        for _ in range(of):
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(every)

    return behave


def breaks_off_chunked(body: bytes, **headers: str) -> Behaviour:
    """Send a chunk and close without the last, empty one."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(_head("200 OK", transfer_encoding="chunked", **headers) + b"%x\r\n%b\r\n" % (len(body), body))
        await writer.drain()

    return behave


def huge_body(size: int, *, told: bool, server: Callable[[], RawServer] | None = None) -> Behaviour:
    """Send `size` bytes; `told` says whether Content-Length gives them away. Counts them on `server` if given."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        length = {"content_length": str(size)} if told else {"connection": "close"}
        writer.write(_head("200 OK", **length))
        for _ in range(size // _CHUNK):
            writer.write(b"a" * _CHUNK)
            await writer.drain()
            if server is not None:
                server().sent += _CHUNK

    return behave


def gzip_bomb(size: int) -> bytes:
    """Return gzip of `size` zero bytes: a thousandth of that."""
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1024 * 1024)
    folded = b"".join(engine.compress(block) for _ in range(size // len(block)))
    return folded + engine.flush()


def _head(status: str, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {said}" for name, said in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
