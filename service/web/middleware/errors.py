"""Errors as pages in plain words, and as JSON where a program asked.

What went wrong inside is logged with a short mark and never shown; the page gives the mark, so
that a person can tell the operator which one it was.
"""

from __future__ import annotations

import secrets

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from service.errors import AskedWrongly, BadToken, NotAllowed, NotFound, TooManyRequests
from service.web.rendering import page

_log = structlog.get_logger(__name__)

_TITLES = {
    400: "That could not be read",
    401: "A key is needed",
    403: "That was not done",
    404: "Nothing is here",
    405: "That cannot be done here",
    408: "That took too long",
    410: "This link no longer works",
    413: "That is too large",
    429: "Too many tries",
    500: "Something went wrong here",
    503: "Not ready yet",
}

_SAID = {
    404: "The address may have been copied incompletely, or the page has gone.",
    405: "The page exists, but it does not take this kind of request.",
    413: "What was sent is larger than any form of ours.",
    500: "It is our fault, not yours. Try again in a minute.",
}

_SERVER_ERROR = 500


async def _answer(
    request: web.Request, *, status: int, said: str, next_step: str = "", headers: dict[str, str] | None = None
) -> web.Response:
    if request.path.startswith(("/api/", "/feeds/", "/oruk/")):
        response = web.json_response({"error": said, "status": status}, status=status)
    else:
        response = await page(
            request,
            "error.html",
            status=status,
            title=_TITLES.get(status, "That did not work"),
            said=said,
            next_step=next_step,
        )
    response.headers.update(headers or {})
    return response


def _status_of(error: AskedWrongly) -> int:
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, BadToken):
        return 410
    if isinstance(error, TooManyRequests):
        return 429
    if isinstance(error, NotAllowed):
        return 403
    return 400


def _kept_headers(error: web.HTTPException) -> dict[str, str]:
    return {name: error.headers[name] for name in ("Allow", "Retry-After", "WWW-Authenticate") if name in error.headers}


def plain_errors() -> Middleware:
    """The middleware."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < web.HTTPBadRequest.status_code:
                raise
            # aiohttp's own texts ("404: Not Found") say nothing to a person
            own_words = error.text if error.text and not error.text.startswith(f"{error.status}:") else ""
            said = own_words or _SAID.get(error.status, "We could not do that.")
            return await _answer(request, status=error.status, said=said, headers=_kept_headers(error))
        except AskedWrongly as error:
            return await _answer(request, status=_status_of(error), said=str(error))
        except Exception:
            mark = secrets.token_hex(4)
            resource = request.match_info.route.resource
            route = resource.canonical if resource else "none"  # never the path itself: it may carry a token
            _log.exception("page failed", action="web.failed", mark=mark, route=route, method=request.method)
            return await _answer(
                request,
                status=_SERVER_ERROR,
                said=_SAID[_SERVER_ERROR],
                next_step=f"If it happens again, tell the people who run this copy the mark {mark}.",
            )

    return middleware
