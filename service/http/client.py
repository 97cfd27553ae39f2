"""The one polite HTTP client: every request Bowbell makes to the outside goes through here.

Sources, webhooks, link checks and page audits get it by injection, behind the `Http` port. Being polite (one request
at a time per host, paced, Retry-After obeyed, unchanged pages not fetched again, a name and a contact on every request)
and being careful (limits on time, size and redirects, no private address) are then nobody's private decision.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from random import SystemRandom
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

import structlog
from aiohttp.abc import AbstractResolver
from yarl import URL

from service.errors import (
    FarSideDown,
    HttpTrouble,
    NotLetIn,
    SlowDown,
    TooManyRedirects,
    UnexpectedAnswer,
    WrongSettings,
)
from service.http.guard import names_loopback, web_address
from service.http.robots import CLOSED, MOST_BYTES, OPEN, RobotsBook, RobotsRules, robots_rules
from service.http.wire import Ask, Redirect, Wire
from service.ports import Clock, HttpPolicy, PaceBook, Reply, Validators

#: Longest pause before trying again after a failure that may pass, in seconds.
_LONGEST_BACK_OFF = 60.0
#: The only headers of the caller that go along when a redirect leads to another origin: none of them is a secret.
_SAFE_ELSEWHERE = frozenset({"accept", "accept-language"})

#: Seconds for a robots.txt.
_PATIENCE = 20.0
#: A site that answers so to its robots.txt wants no reader at all; with any other such status it has none.
_REFUSALS = frozenset({401, 403})

_CHANCE = SystemRandom()

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReport:
    """One request as it went, for counters: told once for each, also for each hop of a redirect."""

    method: str
    #: Host, with its port where that is unusual.
    host: str
    #: `answered`, `not_modified`, `redirected`, or the name of the error raised.
    outcome: str
    #: None: there was no status, or the failure was not about it.
    status: int | None
    #: Decoded bytes kept.
    size: int
    #: From sending to the last byte; waiting for our turn does not count.
    seconds: float


def user_agent(*, version: str, public_url: str, contact: str) -> str:
    """Return how we name ourselves: what we are, where to read about us, whom to tell when we are a nuisance.

    Raises:
        WrongSettings: a part holds characters that no header may hold.
    """
    said = f"Bowbell/{version} (+{public_url}; contact {contact})"
    if not (said.isascii() and said.isprintable()):
        raise WrongSettings("CONTACT and PUBLIC_URL must be plain ASCII on one line: they name us in every request.")
    return said


class PoliteHttp:
    """The `Http` port over aiohttp. Close it, or use it as an async context manager.

    Args:
        agent: the User-Agent, from `user_agent`.
        clock: tells the time and waits.
        pace_book: when each host may be asked again; shared by all workers.
        validators: what each URL was when last read; None: nothing is asked conditionally.
        on_request: told of every request, for counters.
        resolver: looks names up; None: the system's. It is not trusted: the guard sits behind it.
        jitter: chooses a number between two, for back-off.
    """

    def __init__(
        self,
        *,
        agent: str,
        clock: Clock,
        pace_book: PaceBook,
        validators: Validators | None = None,
        on_request: Callable[[RequestReport], None] | None = None,
        resolver: AbstractResolver | None = None,
        jitter: Callable[[float, float], float] = _CHANCE.uniform,
    ) -> None:
        self._wire = Wire(agent=agent, clock=clock, resolver=resolver)
        self._clock = clock
        self._pace_book = pace_book
        self._validators = validators
        self._on_request = on_request
        self._jitter = jitter
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._robots = RobotsBook()

    async def __aenter__(self) -> Self:
        """Give the client itself; sessions are opened when first needed."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, trouble: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._wire.aclose()

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        policy: HttpPolicy,
    ) -> Reply:
        """Fetch a page, waiting for our turn and, as often as the policy says, trying again.

        Raises:
            SlowDown: the host asked for patience more often, or for longer, than the policy has.
            FarSideDown: no connection, a cut or broken answer, or a status of 500 and above, to the last try.
            TookTooLong: the total time, or the time between two reads, ran out.
            BodyTooLarge: more bytes than the policy accepts.
            PrivateAddress: the URL or a redirect leads into a private network, or is no web address.
            TooManyRedirects: more hops than the policy allows.
            UnexpectedAnswer: any other status that is not a success.
            NotLetIn: the policy obeys robots.txt, and it closes the URL or one a redirect leads to.
        """
        first = _first_ask("GET", url, headers=_lower(headers), body=None, policy=policy)
        if params:
            first = replace(first, url=first.url.extend_query(params))
        return await self._patiently(lambda: self._follow(first), policy, tries_failures_again=True)

    async def post(
        self, url: str, *, json_body: bytes, headers: Mapping[str, str] | None = None, policy: HttpPolicy
    ) -> Reply:
        """Send JSON. Raises as `get` does.

        Only a slow-down is tried again, because there the far side said that it took nothing; whether to repeat after
        any other failure is for the caller to judge. Redirects are not followed: what was signed for one address is
        not sent to another (UnexpectedAnswer carries the status).
        """
        named = {"content-type": "application/json", **_lower(headers)}
        ask = _first_ask("POST", url, headers=named, body=json_body, policy=policy)
        return await self._patiently(lambda: self._send(ask), policy, tries_failures_again=False)

    async def _patiently(
        self, attempt: Callable[[], Awaitable[Reply]], policy: HttpPolicy, *, tries_failures_again: bool
    ) -> Reply:
        """Attempt again after slow-downs and, if told so, after failures that may pass, `policy.retries` times each."""
        slow_downs = failures = 0
        while True:
            try:
                return await attempt()
            except SlowDown as asked:
                slow_downs += 1
                if slow_downs > policy.retries or asked.after > policy.longest_wait:
                    raise
                # No pause here: the host is held, so the next attempt's turn comes when the hold is over.
            except FarSideDown:
                failures += 1
                if failures > policy.retries or not tries_failures_again:
                    raise
                await self._clock.sleep(self._jitter(0.0, min(_LONGEST_BACK_OFF, 2.0**failures)))

    async def _follow(self, ask: Ask) -> Reply:
        """Fetch, following redirects; every hop is judged, booked, paced and told like a request of its own."""
        loop = asyncio.get_running_loop()
        for _ in range(ask.policy.max_redirects + 1):
            if ask.policy.robots:
                ask = await self._as_robots_allow(ask)
            async with self._turn(ask):
                began = loop.time()
                answer = await self._read(ask)
            if isinstance(answer, Reply):
                return answer
            ask = _next_hop(ask, answer, seconds_left=ask.seconds_left - (loop.time() - began))
        raise TooManyRedirects(f"{ask.host}: we follow {ask.policy.max_redirects} redirects.")

    async def _as_robots_allow(self, ask: Ask) -> Ask:
        """Return the request at the pace the site's robots.txt asks for. Raises NotLetIn where it closes the path."""
        rules = await self._robots_of(ask)
        if not rules.allow(ask.url.raw_path_qs):
            why = rules.note or f"its robots.txt closes {ask.url.path[:100]}"
            raise NotLetIn(f"{ask.host}: {why}.")
        pace = max(ask.policy.pace, rules.delay or 0.0)
        return replace(ask, policy=replace(ask.policy, pace=pace))

    async def _robots_of(self, ask: Ask) -> RobotsRules:
        """Return a site's rules, asked for where not known. A site that cannot be reached has none: it raises."""
        origin = str(ask.url.origin())
        known = self._robots.rules(origin, self._clock.now())
        if known is not None:
            return known
        policy = replace(ask.policy, robots=False, conditional=False, max_bytes=MOST_BYTES)
        try:
            reply = await self._follow(
                replace(ask, url=ask.url.origin() / "robots.txt", headers={}, policy=policy, seconds_left=_PATIENCE)
            )
            rules = robots_rules(reply.body)
        except UnexpectedAnswer as trouble:
            rules = CLOSED if trouble.status in _REFUSALS else OPEN
        self._robots.keep(origin, rules, self._clock.now())
        return rules

    async def _send(self, ask: Ask) -> Reply:
        async with self._turn(ask):
            answer = await self._observed(ask)
        if isinstance(answer, Reply):
            return answer
        raise UnexpectedAnswer(status=answer.status, detail=f"{ask.host}: we follow no redirect when sending.")

    @asynccontextmanager
    async def _turn(self, ask: Ask) -> AsyncIterator[None]:
        """Hold this process's only turn at a host, from the booked moment on.

        A turn too far away is given up with SlowDown; its booking stays, which errs on the slow side.
        """
        lock = self._locks.setdefault(ask.host, asyncio.Lock())
        async with lock:
            now = self._clock.now()
            start = await self._pace_book.reserve(ask.host, ask.policy.pace, now)
            wait = (start - now).total_seconds()
            if wait > ask.policy.longest_wait:
                raise SlowDown(after=wait, detail=f"{ask.host} is not to be asked before {start:%Y-%m-%d %H:%M:%S %Z}.")
            if wait > 0:
                await self._clock.sleep(wait)
            yield

    async def _read(self, ask: Ask) -> Reply | Redirect:
        """Make one GET, conditional where we have read this very URL before."""
        validators = self._validators if ask.policy.conditional else None
        if validators is None:
            return await self._observed(ask)
        url = str(ask.url)
        known = await validators.get(url)
        if known is not None:
            etag, last_modified = known
            conditions = {"if-none-match": etag, "if-modified-since": last_modified}
            ask = replace(ask, headers={**ask.headers, **{name: said for name, said in conditions.items() if said}})
        answer = await self._observed(ask)
        if isinstance(answer, Reply) and not answer.not_modified:
            now_known = (_sendable(answer.headers.get("etag")), _sendable(answer.headers.get("last-modified")))
            if now_known != (known or (None, None)):
                await validators.put(url, *now_known)
        return answer

    async def _observed(self, ask: Ask) -> Reply | Redirect:
        """Make one request, hold its host where it asks for patience, and tell the log and the counters."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            answer = await self._wire.exchange(ask)
        except SlowDown as asked:
            await self._pace_book.hold(ask.host, self._clock.now() + timedelta(seconds=asked.after))
            self._tell(ask, asked, seconds=loop.time() - began)
            raise
        except HttpTrouble as trouble:
            self._tell(ask, trouble, seconds=loop.time() - began)
            raise
        self._tell(ask, answer, seconds=loop.time() - began)
        return answer

    def _tell(self, ask: Ask, result: Reply | Redirect | HttpTrouble, *, seconds: float) -> None:
        """Log a request and count it: never a query, a header or a body, and no path of what we send (webhooks)."""
        status: int | None
        match result:
            case Reply():
                outcome = "not_modified" if result.not_modified else "answered"
                status, size = result.status, len(result.body)
            case Redirect():
                outcome, status, size = "redirected", result.status, 0
            case _:
                outcome, status, size = type(result).__name__, getattr(result, "status", None), 0
        report = RequestReport(
            method=ask.method, host=ask.host, outcome=outcome, status=status, size=size, seconds=seconds
        )
        level = log.warning if isinstance(result, HttpTrouble) else log.info
        level(
            "http_request",
            method=ask.method,
            host=ask.host,
            path=ask.url.path if ask.method == "GET" else None,
            outcome=outcome,
            status=status,
            size=size,
            seconds=round(seconds, 3),
            wait=result.after if isinstance(result, SlowDown) else None,
        )
        if self._on_request is not None:
            self._on_request(report)


def _sendable(validator: str | None) -> str | None:
    """Return a validator as it is if a header can carry it back; None otherwise: then it is as if there were none."""
    return validator if validator and validator.isascii() and validator.isprintable() else None


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return the caller's headers with lower-case names, so that none is ever sent twice."""
    return {name.lower(): said for name, said in (headers or {}).items()}


def _first_ask(method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, policy: HttpPolicy) -> Ask:
    loopback = policy.allow_loopback and names_loopback(url)
    target = web_address(url, https_only=policy.https_only, loopback=loopback)
    return Ask(
        method=method,
        url=target.with_fragment(None),
        headers=headers,
        body=body,
        policy=policy,
        loopback=loopback,
        seconds_left=policy.total_timeout,
    )


def _next_hop(ask: Ask, redirect: Redirect, *, seconds_left: float) -> Ask:
    """Return the request a redirect asks for; raise PrivateAddress where it leads to what is no web address."""
    policy = ask.policy
    try:
        target: URL | str = ask.url.join(URL(redirect.location))
    except ValueError:
        target = redirect.location  # refused just below, in the same words as any other bad address
    # Once out on the internet there is no way back in: a public page must not steer us to our own machine.
    loopback = ask.loopback and names_loopback(target)
    target = web_address(target, https_only=policy.https_only, loopback=loopback).with_fragment(None)
    headers = ask.headers
    if target.origin() != ask.url.origin():
        headers = {name: said for name, said in headers.items() if name in _SAFE_ELSEWHERE}
    return replace(ask, url=target, headers=headers, loopback=loopback, seconds_left=seconds_left)
