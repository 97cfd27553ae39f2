"""Who is signed in, and whether they may see what they ask for: decided here, before any page runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from service.domain.roles import Visitor
from service.errors import NotAllowed
from service.web.audience import SIGNED_IN, VISITOR, asked_of
from service.web.cookies import read_cookie

_SAFE = frozenset({"GET", "HEAD"})
#: The same for everybody, and asked for many times a page.
_FILES = "/static/"


def know_the_visitor(who: Callable[[str], Awaitable[Visitor | None]]) -> Middleware:
    """The middleware. `who` tells whose session a secret is."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(_FILES):
            return await handler(request)
        token = read_cookie(request, "session")
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
        if request.method in _SAFE:
            raise web.HTTPSeeOther("/sign-in")
        raise web.HTTPForbidden(text="You are signed out. Sign in, then do it again.")
    if act != SIGNED_IN and not visitor.may(act):
        raise NotAllowed
