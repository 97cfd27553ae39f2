"""Our few cookies: never readable by scripts, never sent along from other sites, and bound to this host under https."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from aiohttp import web

#: `session`: who is signed in. `door`: the browser that asked to sign in. `draft`: answers typed so far.
#: `asked`: the browser that signed a firm up. `wanted`: the page asked for before signing in.
Name = Literal["session", "door", "draft", "asked", "wanted"]


def cookie_name(name: Name, *, secure: bool) -> str:
    """The name as browsers see it. `__Host-` makes them refuse one set by another host or without https."""
    return f"__Host-bowbell-{name}" if secure else f"bowbell-{name}"


def read_cookie(request: web.Request, name: Name) -> str:
    """The value of a cookie of ours; "" where there is none."""
    return request.cookies.get(cookie_name(name, secure=_is_secure(request)), "")


def set_cookie(request: web.Request, response: web.StreamResponse, name: Name, value: str, *, lasts: timedelta) -> None:
    """Give the browser a cookie."""
    secure = _is_secure(request)
    response.set_cookie(
        cookie_name(name, secure=secure),
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(request: web.Request, response: web.StreamResponse, name: Name) -> None:
    """Take a cookie away."""
    secure = _is_secure(request)
    response.del_cookie(cookie_name(name, secure=secure), path="/", secure=secure, httponly=True, samesite="Lax")


def forget_visitor(request: web.Request, response: web.StreamResponse) -> None:
    """Leave nothing to the next person at this browser: neither who was signed in nor which page was asked for."""
    drop_cookie(request, response, "session")
    drop_cookie(request, response, "wanted")


def _is_secure(request: web.Request) -> bool:
    from service.web.house import house_of  # noqa: PLC0415 - the house knows the desk, whose forms know requests

    return house_of(request).public_url.startswith("https://")
