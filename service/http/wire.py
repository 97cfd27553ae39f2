"""One request and its answer: the only module that opens a client session.

It turns every way in which a far side can fail into Bowbell's own errors, so that nothing above knows aiohttp.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDict
from yarl import URL

from service.errors import (
    FarSideDown,
    HttpTrouble,
    NotAWebAddress,
    PrivateAddress,
    SlowDown,
    TookTooLong,
    UnexpectedAnswer,
)
from service.http.body import read_body
from service.http.guard import RefusedSocketError, loopback_socket, public_socket
from service.http.retry_after import seconds_to_wait
from service.ports import Clock, HttpPolicy, Reply

_NOT_MODIFIED = 304
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SUCCESS = range(200, 300)
_SERVER_ERRORS = range(500, 600)
_REFUSED = 400
#: A refusal of TED lists every field it knows, some 50 KB.
_LONGEST_REFUSAL = 256 * 1024
_CONDITIONS = ("If-None-Match", "If-Modified-Since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request: a whole call, or one hop of its redirects."""

    method: str
    url: URL
    headers: Mapping[str, str]
    #: None: the request has no body.
    body: bytes | None
    policy: HttpPolicy
    #: Whether this hop may be to this machine: the operator said so, and it and every hop before it name loopback.
    loopback: bool
    #: What is left of the policy's total time, in seconds.
    seconds_left: float

    @property
    def host(self) -> str:
        """The host as paced, logged and counted: lower case, with its port only where that is unusual."""
        return (self.url.host_port_subcomponent or "").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """An answer that sends us elsewhere."""

    status: int
    #: Where to, as said: absolute or relative.
    location: str


class Wire:
    """Sends requests and reads answers, one at a time for whoever asks; knows nothing of pacing or patience."""

    def __init__(self, *, agent: str, clock: Clock, resolver: AbstractResolver | None) -> None:
        self._agent = agent
        self._clock = clock
        self._resolver = resolver
        # Two sessions, because a pooled connection to loopback must never serve a request that may not go there.
        self._sessions: dict[bool, ClientSession] = {}

    async def aclose(self) -> None:
        """Close all connections."""
        while self._sessions:
            _, session = self._sessions.popitem()
            await session.close()

    async def exchange(self, ask: Ask) -> Reply | Redirect:
        """Send one request and read its whole answer. Raises as `Http.get` says.

        No error keeps aiohttp's as its cause: those quote the URL, and with it keys in its query, into every traceback.
        """
        policy = ask.policy
        limits = ClientTimeout(
            total=None,  # `asyncio.timeout` below: it holds for reading the body too
            connect=policy.connect_timeout,
            sock_connect=policy.connect_timeout,
            sock_read=policy.read_timeout,
        )
        headers = CIMultiDict(ask.headers)
        # Only what `body` can unfold; and no adapter speaks under another name.
        headers["Accept-Encoding"] = "gzip, deflate"
        headers["User-Agent"] = self._agent
        try:
            async with (
                asyncio.timeout(ask.seconds_left),
                self._session(loopback=ask.loopback).request(
                    ask.method, ask.url, data=ask.body, headers=headers, allow_redirects=False, timeout=limits
                ) as response,
            ):
                conditional = any(name in headers for name in _CONDITIONS)
                return await self._judged(ask, response, conditional=conditional)
        except ConnectionTimeoutError:
            raise FarSideDown(f"{ask.host}: no connection within {policy.connect_timeout:g} seconds.") from None
        except TimeoutError:
            allowed = f"{policy.total_timeout:g} seconds in all and {policy.read_timeout:g} between two reads"
            raise TookTooLong(f"{ask.host}: we allow {allowed}.") from None
        except ClientConnectorError as trouble:
            if isinstance(trouble.os_error, RefusedSocketError):
                raise PrivateAddress(f"{ask.host}.") from None
            why = trouble.os_error.strerror or type(trouble.os_error).__name__
            raise FarSideDown(f"{ask.host}: {why}.") from None
        except InvalidURL:  # found while connecting: a number that is no canonical IPv4 address, say
            raise NotAWebAddress(f"{ask.host}.") from None
        except (ClientError, OSError) as trouble:
            raise FarSideDown(f"{ask.host}: {type(trouble).__name__}.") from None

    async def _judged(self, ask: Ask, response: ClientResponse, *, conditional: bool) -> Reply | Redirect:
        """Judge an answer by its status before its body, so that no error page is ever read as a page."""
        status, policy = response.status, ask.policy
        headers = _headers(response)
        if status in policy.slow_down_statuses:
            said = headers.get("retry-after")
            after = seconds_to_wait(said, now=self._clock.now(), default=policy.slow_down_default)
            raise SlowDown(after=after, detail=f"{ask.host} answered {status}.")
        if status in _REDIRECTS and "location" in headers:
            return Redirect(status=status, location=headers["location"])
        if status in _SERVER_ERRORS:
            raise FarSideDown(f"{ask.host} answered {status}.")
        unchanged = status == _NOT_MODIFIED and conditional
        if status not in _SUCCESS and not unchanged:
            refusal = await _refusal(response, host=ask.host) if status == _REFUSED else b""
            raise UnexpectedAnswer(status=status, detail=f"{ask.host}.", body=refusal)
        body = b"" if unchanged else await read_body(response, host=ask.host, most=policy.max_bytes)
        return Reply(url=str(ask.url), status=status, headers=headers, body=body, not_modified=unchanged)

    def _session(self, *, loopback: bool) -> ClientSession:
        if loopback not in self._sessions:
            guard = loopback_socket if loopback else public_socket
            self._sessions[loopback] = ClientSession(
                # No limit of its own: there is one request at a time per host anyway.
                connector=TCPConnector(limit=0, resolver=self._resolver, socket_factory=guard),
                cookie_jar=DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
            )
        return self._sessions[loopback]


async def _refusal(response: ClientResponse, *, host: str) -> bytes:
    """What a refusal says, if it is short and whole; it is never shown as it is."""
    try:
        return await read_body(response, host=host, most=_LONGEST_REFUSAL)
    except (HttpTrouble, ClientError):
        return b""


def _headers(response: ClientResponse) -> dict[str, str]:
    """Return headers by lower-case name: repeated ones joined (RFC 9110, section 5.3), bytes that are no UTF-8 marked.

    aiohttp keeps such bytes as lone surrogates, which no database or log could write down.
    """
    joined = ((name.lower(), ", ".join(response.headers.getall(name))) for name in response.headers)
    return {name: said.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for name, said in joined}
