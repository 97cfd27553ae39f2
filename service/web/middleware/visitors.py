"""Who is signed in, and whether they may see what they ask for: decided here, before any page runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from service.domain.roles import Visitor
from service.errors import NotAllowed
from service.web.audience import SIGNED_IN, VISITOR, asked_of
from service.web.cookies import read_cookie
from service.web.wanted import keep_wanted

_SAFE = frozenset({"GET", "HEAD"})
#: The same for everybody, and asked for many times a page.
_FILES = "/static/"
#: Where programs ask; nowhere else is a key looked at.
_PROGRAMS = "/api/"
_BEARER = "bearer "


def know_the_visitor(
    who: Callable[[str], Awaitable[Visitor | None]], *, whose_key: Callable[[str], Awaitable[Visitor | None]]
) -> Middleware:
    """The middleware. `who` tells whose session a secret is, `whose_key` for whom a program asks with a key."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(_FILES):
            return await handler(request)
        token, key = read_cookie(request, "session"), _key_in(request)
        if key:
            visitor = await whose_key(key)
            if visitor is None:
                raise _unauthorised("The key does not work: it was copied incompletely, or revoked.")
        else:
            visitor = await who(token) if token else None
        if visitor is not None:
            request[VISITOR] = visitor
        act = asked_of(request.match_info.handler)
        if act:
            _let_in_or_refuse(request, visitor, act)
        response = await handler(request)
        if visitor is not None:
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def _let_in_or_refuse(request: web.Request, visitor: Visitor | None, act: str) -> None:
    if visitor is None:
        if request.path.startswith(_PROGRAMS):
            raise _unauthorised("Send a key of your organisation: Authorization: Bearer KEY.")
        if request.method in _SAFE:
            response = web.HTTPSeeOther("/sign-in")
            keep_wanted(request, response)
            raise response
        raise web.HTTPForbidden(text="You are signed out. Sign in, then do it again.")
    if act != SIGNED_IN and not visitor.may(act):
        raise NotAllowed


def _key_in(request: web.Request) -> str:
    """The key a program sends; "" where it sends none."""
    said = request.headers.get("Authorization", "")
    is_key = request.path.startswith(_PROGRAMS) and said[: len(_BEARER)].lower() == _BEARER
    return said[len(_BEARER) :].strip() if is_key else ""


def _unauthorised(said: str) -> web.HTTPUnauthorized:
    return web.HTTPUnauthorized(text=said, headers={"WWW-Authenticate": 'Bearer realm="Bowbell"'})
