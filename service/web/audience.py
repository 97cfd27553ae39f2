"""Whom each page is for. A page says so beside its handler; the middleware holds everybody else off before it runs.

A page that says nothing is for anyone, or for whoever holds the link in its address.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from service.domain.roles import Visitor

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Asked of a page for anyone who is signed in, whatever they belong to.
SIGNED_IN = "signed in"

VISITOR: web.RequestKey[Visitor] = web.RequestKey("visitor", Visitor)

_ASKED: dict[object, str] = {}


def only(act: str) -> Callable[[Handler], Handler]:
    """Say that a page is for those who may do an act of `service/data/roles.toml`, or for anyone SIGNED_IN."""

    def say(handler: Handler) -> Handler:
        _ASKED[handler] = act
        return handler

    return say


def asked_of(handler: object) -> str:
    """The act a page asks for; "" where it is for anyone."""
    return _ASKED.get(handler, "")


def visitor_of(request: web.Request) -> Visitor | None:
    """Who is signed in; None: nobody."""
    return request.get(VISITOR)


def known_visitor(request: web.Request) -> Visitor:
    """Who is signed in, on a page that only lets such in."""
    visitor = visitor_of(request)
    if visitor is None:  # pragma: no cover - the middleware has held nobody off
        raise web.HTTPForbidden
    return visitor
