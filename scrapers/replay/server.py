"""Serve a folder of recorded notices on loopback as Find a Tender, Contracts Finder and TED serve theirs.

The demo, the journeys and the kill harness poll this server with the real collectors. It therefore keeps the services'
habits, good and bad: pages newest first with ``links.next`` as a full address, an end that is a missing link, times in
local clock, the ``stages`` trap, bytes as they were recorded, a rate limiter, and whatever a script lets go wrong.
"""

from __future__ import annotations

import asyncio
import html as markup
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from scrapers.replay import journal
from scrapers.replay.asking import BreaksTheRules, read_question
from scrapers.replay.interruptions import Interruption, Limiter, Performance, RateLimit, Script
from scrapers.replay.material import Material, Recorded, Service, Snapshot

FIND_A_TENDER_PATH = "/api/1.0/ocdsReleasePackages"
CONTRACTS_FINDER_PATH = "/Published/Notices/OCDS/Search"
#: Stands in sample notices for the address of whichever server serves them (RFC 2606 keeps the name from being real).
SAMPLE_ORIGIN = "http://replay.invalid"
_JSON = (("Content-Type", "application/json"),)
_ENVELOPE: Mapping[str, object] = {
    "version": "1.1",
    "license": "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>{words}</p><p>{ident}</p></body></html>
"""


class _Replay:
    """The state of one running server."""

    def __init__(
        self, directory: Path, *, rate: RateLimit | None, script: Script | None, now: Callable[[], datetime]
    ) -> None:
        self.material = Material(directory)
        self.journal = journal.Journal(directory)
        self.now = now
        self._limiters = {service: Limiter(rate) for service in Service} if rate else {}
        self._performance = Performance(script)
        self._started = time.monotonic()
        self._reading = asyncio.Lock()
        self.counted: dict[Service, Counter[str]] = {service: Counter() for service in Service}
        self.interrupted: dict[Service, Counter[str]] = {service: Counter() for service in Service}

    async def snapshot(self) -> Snapshot:
        async with self._reading:
            return await asyncio.to_thread(self.material.refresh)

    async def issues(self) -> journal.Issues:
        async with self._reading:
            return await asyncio.to_thread(self.journal.refresh)

    def trouble(self, service: Service) -> Interruption | None:
        """Count a request and say what, if anything, goes wrong with it."""
        counts = self.counted[service]
        counts["requests"] += 1
        at = time.monotonic()
        trouble = self._performance.next(service, request=counts["requests"], elapsed=at - self._started)
        limiter = self._limiters.get(service)
        if trouble is None and limiter is not None:
            trouble = limiter.refuses(at)
        if trouble is not None:
            self.interrupted[service][trouble.name] += 1
        return trouble


_REPLAY = web.AppKey("replay", _Replay)


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def application(
    directory: Path,
    *,
    rate: RateLimit | None = None,
    script: Script | None = None,
    now: Callable[[], datetime] = _wall_clock,
) -> web.Application:
    """Return the server for the packages under ``directory``; without ``rate`` it refuses nobody.

    ``now`` is asked only for the upper bound of a question that gives none.

    Raises:
        NotFound: there is no such folder.
    """
    app = web.Application()
    app[_REPLAY] = _Replay(directory, rate=rate, script=script, now=now)
    app.router.add_get(FIND_A_TENDER_PATH, _guarded(Service.FIND_A_TENDER, _search))
    app.router.add_get(FIND_A_TENDER_PATH + "/{id}", _guarded(Service.FIND_A_TENDER, _one))
    app.router.add_get(CONTRACTS_FINDER_PATH, _guarded(Service.CONTRACTS_FINDER, _search))
    app.router.add_post(journal.SEARCH_PATH, _guarded(Service.TED, _search_journal))
    app.router.add_get(journal.NOTICE_PATH, _guarded(Service.TED, _journal_notice))
    app.router.add_get("/Notice/{id}", _notice)
    app.router.add_get("/__replay__/counters", _counters)
    return app


@asynccontextmanager
async def running(
    directory: Path,
    *,
    port: int = 0,
    rate: RateLimit | None = None,
    script: Script | None = None,
    now: Callable[[], datetime] = _wall_clock,
) -> AsyncIterator[str]:
    """Run the server on loopback for the length of a ``with`` block and give its address, such as http://127.0.0.1:8099.

    Port 0 takes any free one.

    Raises:
        NotFound: there is no such folder.
        OSError: the port is taken.
    """
    runner = web.AppRunner(
        application(directory, rate=rate, script=script, now=now), access_log=None, shutdown_timeout=1
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def serve(
    directory: Path,
    port: int,
    *,
    rate: RateLimit | None = None,
    script: Script | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until cancelled; ``ready`` is told the address once the server listens.

    Raises:
        NotFound: there is no such folder.
        OSError: the port is taken.
    """
    async with running(directory, port=port, rate=rate, script=script) as address:
        if ready is not None:
            ready(address)
        await asyncio.Event().wait()


# Answering --------------------------------------------------------------------------------------------------------

_Body = tuple[int, tuple[tuple[str, str], ...], bytes]
_Answering = Callable[[web.Request, _Replay, Service], Awaitable[_Body]]


def _guarded(service: Service, answering: _Answering) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        replay = request.app[_REPLAY]
        trouble = replay.trouble(service)
        if trouble is not None and trouble.late:
            await asyncio.sleep(trouble.late)
        if trouble is not None and trouble.body is not None:
            replay.counted[service]["refused"] += trouble.status == 429  # noqa: PLR2004 - the status the word means
            return web.Response(status=trouble.status or 200, headers=trouble.headers, body=trouble.body)
        try:
            status, headers, body = await answering(request, replay, service)
        except BreaksTheRules as wrong:
            return web.Response(status=400, text=str(wrong))
        if trouble is None or trouble.share >= 1:
            return web.Response(status=status, headers=headers, body=body)
        return await _cut(request, trouble, (status, headers, body))

    return handle


async def _cut(request: web.Request, trouble: Interruption, answer: _Body) -> web.StreamResponse:
    """Send only a part of the body: as a complete answer, or by cutting the connection while more is expected."""
    status, headers, body = answer
    part = body[: int(len(body) * trouble.share)]
    if not trouble.hangs_up:
        return web.Response(status=status, headers=headers, body=part)
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(part)
    if request.transport is not None:
        request.transport.close()
    return response


async def _search(request: web.Request, replay: _Replay, service: Service) -> _Body:
    ask = read_question(service, request.query, now=replay.now())
    snapshot = await replay.snapshot()
    rows, more = ask.rows(snapshot)
    page = f"{_origin(request)}{request.path}"
    links = {"next": ask.link(page, below=rows[-1].position)} if more else None
    counts = replay.counted[service]
    counts["pages"] += 1
    counts["releases"] += len(rows)
    # At its end Find a Tender leaves the links out; Contracts Finder was seen to say null.
    ends_bare = links is None and service is Service.FIND_A_TENDER
    tail = {} if ends_bare else {"links": links}
    body = _package(request, _envelope(snapshot, service, uri=ask.link(page)), rows, tail=tail)
    return 200, snapshot.headers.get(service, _JSON), body


async def _search_journal(request: web.Request, replay: _Replay, service: Service) -> _Body:
    """Answer TED's search."""
    issues = await replay.issues()
    try:
        body = journal.answer(issues, await request.read())
    except journal.Refused as refused:
        return 400, _JSON, refused.body
    replay.counted[service]["pages"] += 1
    return 200, _JSON, body


async def _journal_notice(request: web.Request, replay: _Replay, service: Service) -> _Body:
    """Answer with a notice of TED in full; one that only the search knows is said to be in the making, as TED does."""
    number = request.match_info["number"]
    issues = await replay.issues()
    if number in issues.notices:
        replay.counted[service]["releases"] += 1
        return 200, (("Content-Type", "application/xml"),), issues.notices[number]
    known = any(row.get("publication-number") == number for row in issues.rows)
    return (202, (), b"") if known else (404, (("Content-Type", "text/plain"),), b"Not found")


async def _one(request: web.Request, replay: _Replay, service: Service) -> _Body:
    """Answer for one notice, or for all releases of one process."""
    wanted = request.match_info["id"]
    snapshot = await replay.snapshot()
    rows = [row for row in snapshot.of(service) if wanted in {row.ident, row.ocid}]
    if not rows:
        return 404, (("Content-Type", "text/plain"),), b"Not found"
    uri = f"{_origin(request)}{request.rel_url.raw_path}"
    body = _package(request, _envelope(snapshot, service, uri=uri), rows, tail={})
    return 200, snapshot.headers.get(service, _JSON), body


def _origin(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _envelope(snapshot: Snapshot, service: Service, *, uri: str) -> Mapping[str, object]:
    return dict(snapshot.envelopes.get(service, _ENVELOPE)) | {"uri": uri}


def _package(
    request: web.Request, envelope: Mapping[str, object], rows: list[Recorded], *, tail: Mapping[str, object]
) -> bytes:
    """Put an envelope round the recorded bytes of the releases."""
    opening = json.dumps(dict(envelope), ensure_ascii=False).encode("latin-1", "backslashreplace")[:-1]
    ending = json.dumps(dict(tail)).encode()[1:]
    body = opening + b', "releases": [' + b",\n".join(row.raw for row in rows) + b"]"
    body += (b", " if tail else b"") + ending
    here = json.dumps(_origin(request))[1:-1]
    return body.replace(SAMPLE_ORIGIN.encode(), here.encode())


async def _notice(request: web.Request) -> web.Response:
    """Answer as the notice's own page; it is only a sign that the link was right."""
    ident = request.match_info["id"]
    found = (await request.app[_REPLAY].snapshot()).find(ident)
    if found is None:
        raise web.HTTPNotFound(text="There is no such notice here.")
    if SAMPLE_ORIGIN.encode() in found.raw:
        title, words = "This is a sample notice", "It was written to show how Bowbell works. Nobody is buying anything."
    else:
        title, words = "This is a recorded notice", "It is served from a recording. Look it up at the real service."
    page = _PAGE.format(title=title, words=words, ident=markup.escape(ident))
    return web.Response(text=page, content_type="text/html")


async def _counters(request: web.Request) -> web.Response:
    """Say what has been asked and given, for tests; looking here counts as nothing."""
    replay = request.app[_REPLAY]
    snapshot, issues = await replay.snapshot(), await replay.issues()
    held = {service: len(snapshot.of(service)) for service in Service} | {Service.TED: len(issues.rows)}
    said: dict[str, object] = {
        service.value: {
            **{name: replay.counted[service][name] for name in ("requests", "pages", "releases", "refused")},
            "interrupted": dict(replay.interrupted[service]),
            "held": held[service],
        }
        for service in Service
    }
    said["material"] = {"packages": snapshot.packages, "passed_over": snapshot.passed_over}
    return web.json_response(said)
