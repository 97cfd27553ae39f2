"""Who is asking: the address behind trusted proxies.

X-Forwarded-For can be written by anyone, so it is read from the right and only as far as the
addresses on the way are proxies the operator trusts (BOWBELL_TRUSTED_PROXIES). The answer is
used for rate limits and is never stored.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CALLER: web.RequestKey[str] = web.RequestKey("caller", str)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped if isinstance(mapped, ipaddress.IPv4Address) else found


def caller_address(*, peer: str | None, forwarded: str | None, trusted: Sequence[Network]) -> str:
    """The nearest address that is not one of our proxies; `unknown` where even the peer has none.

    Args:
        peer: the address of the connection itself.
        forwarded: the X-Forwarded-For header, leftmost the farthest, as each proxy appends.
        trusted: networks whose word about the address before them is taken.
    """
    here = _address(peer or "")
    if here is None:
        return "unknown"
    for hop in reversed((forwarded or "").split(",")):
        if not any(here in network for network in trusted):
            break
        before = _address(hop)
        if before is None:
            break
        here = before
    return str(here)


def know_the_caller(*, trusted: Sequence[Network]) -> Middleware:
    """The middleware: sets `request[CALLER]`."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[CALLER] = caller_address(
            peer=request.remote,
            forwarded=request.headers.get("X-Forwarded-For"),
            trusted=trusted,
        )
        return await handler(request)

    return middleware
