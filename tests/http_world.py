"""What tests of anything that uses the polite client need: a clock that jumps, a name server that lies, builders."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from service.http import MemoryPaceBook, PoliteHttp, RequestReport, user_agent
from service.ports import HttpPolicy, PaceBook, Validators

NOON = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)


class JumpingClock:
    """A clock where waiting takes no time: it jumps to the moment waited for and notes how long that was."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return the present moment of the test."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Let that much time have passed."""
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)


class LyingResolver(AbstractResolver):
    """Names that lead where the test says; any other name does not exist, so that no test asks the network."""

    def __init__(self, names: Mapping[str, list[str]]) -> None:
        self._names = names

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - the port names it
    ) -> list[ResolveResult]:
        """Return the addresses the test gave this name."""
        if host not in self._names:
            raise OSError(None, "no such name")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._names[host]
        ]

    async def close(self) -> None:
        """Have nothing to close."""


def a_client(
    *,
    clock: JumpingClock | None = None,
    pace_book: PaceBook | None = None,
    validators: Validators | None = None,
    on_request: Callable[[RequestReport], None] | None = None,
    names: Mapping[str, list[str]] | None = None,
) -> PoliteHttp:
    """Return a polite client for whom time jumps and back-off takes its longest."""
    return PoliteHttp(
        agent=user_agent(version="0", public_url="https://bowbell.example", contact="sample@bowbell.example"),
        clock=clock or JumpingClock(),
        pace_book=pace_book or MemoryPaceBook(),
        validators=validators,
        on_request=on_request,
        resolver=None if names is None else LyingResolver(names),
        jitter=lambda _low, high: high,
    )


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def in_turn(*answers: web.Response) -> tuple[list[web.Request], Answer]:
    """Return a list that fills with the requests seen, and what gives each answer once and the last one for ever."""
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        given = answers[min(len(seen), len(answers)) - 1]
        return web.Response(status=given.status, headers=given.headers, body=given.body)

    return seen, answer


@contextlib.asynccontextmanager
async def a_site(answer: Answer, *, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve one well-behaved answer for every path and method; give the site's address, ending in a slash."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://{host}:{port}/"
    finally:
        await runner.cleanup()


#: What an operator gets who points a source at loopback.
AT_HOME = HttpPolicy(allow_loopback=True)
