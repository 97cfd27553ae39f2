"""Who acts for a firm: a member who is signed in, or somebody with the firm's link from a message.

The same pages serve both. A link allows what every message promises: change, pause, stop. The rest (people, address,
export, erasure) needs somebody who is signed in, since messages are forwarded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from urllib.parse import quote

from aiohttp import web

from service.errors import NotAllowed
from service.web.audience import known_visitor, only
from service.web.house import house_of
from service.web.privacy import private


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who may act for a firm."""

    firm: int
    #: 0: somebody with a link.
    person: int
    #: What the addresses of the firm's pages begin with.
    base: str

    @property
    def is_member(self) -> bool:
        """Whether it is somebody who is signed in."""
        return self.person != 0


Page = Callable[[web.Request, Holder], Awaitable[web.StreamResponse]]


def for_members(act: str, page: Page) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A page for members who may do an act."""

    @wraps(page)
    async def handler(request: web.Request) -> web.StreamResponse:
        visitor = known_visitor(request)
        if visitor.firm is None:
            raise NotAllowed("You belong to no firm here. You can sign up for alerts.")
        return private(await page(request, Holder(firm=visitor.firm, person=visitor.person, base="/account")))

    return only(act)(handler)


def by_link(page: Page) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A page for whoever holds the link. Raises BadToken for one that is void."""

    @wraps(page)
    async def handler(request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        firm = await house_of(request).accounts.subscribe.managed(token)
        return private(
            await page(request, Holder(firm=firm.identity, person=0, base=f"/manage/{quote(token, safe='')}"))
        )

    return handler


def both(method: str, path: str, page: Page, *, act: str) -> tuple[web.RouteDef, web.RouteDef]:
    """The two routes of a page that serves members and links."""
    return (
        web.route(method, f"/account{path}", for_members(act, page)),
        web.route(method, f"/manage/{{token}}{path}", by_link(page)),
    )
