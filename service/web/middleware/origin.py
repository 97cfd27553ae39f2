"""Refuses changes asked for by another site's page (cross-site request forgery).

The algorithm is datasette's and Go's `CrossOriginProtection`: browsers say where a request
comes from, and pages cannot lie about it. Programs that are not browsers send neither header
and carry nobody's cookies, so there is nothing to forge; what carries a cookie of ours and says
nothing of where it comes from is refused. One-click unsubscribe (RFC 8058) is posted by mail
providers and is let through by its path.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ONE_CLICK = "/unsubscribe/"


def comes_from_elsewhere(
    *, fetch_site: str | None, origin: str | None, ours: frozenset[str], referrer: str | None = None, with_cookies: bool
) -> bool:
    """Whether a browser says that another site's page asked for this change.

    Args:
        fetch_site: the Sec-Fetch-Site header, if sent.
        origin: the Origin header, if sent.
        referrer: the Referer header, if sent: for browsers that send neither of the others.
        ours: hosts (with port where not the default) that are this service.
        with_cookies: whether it carries cookies. Then it has to say where it comes from.
    """
    if fetch_site is not None:
        return fetch_site not in {"same-origin", "none"}
    said = origin if origin is not None else referrer
    if said is None:
        return with_cookies
    return _host_of(said) not in ours


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:  # a bracket without its partner
        return ""


def own_origin_only(*, public_url: str) -> Middleware:
    """The middleware. `public_url` is the address people use; the Host asked for counts as ours too."""
    public_host = urlsplit(public_url).netloc.lower()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        one_click = request.method == "POST" and request.path.startswith(_ONE_CLICK)
        if request.method in _SAFE or one_click:
            return await handler(request)
        elsewhere = comes_from_elsewhere(
            fetch_site=request.headers.get("Sec-Fetch-Site"),
            origin=request.headers.get("Origin"),
            referrer=request.headers.get("Referer"),
            with_cookies="Cookie" in request.headers,
            ours=frozenset({public_host, request.host.lower()}),
        )
        if elsewhere:
            raise web.HTTPForbidden(
                text="This form was sent from another website. Open the page here and try again.",
            )
        return await handler(request)

    return middleware
