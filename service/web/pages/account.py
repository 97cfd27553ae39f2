"""What somebody sees of their own account."""

from __future__ import annotations

from aiohttp import web

from service.domain.roles import roles
from service.web.audience import SIGNED_IN, known_visitor, only
from service.web.rendering import page


@only(SIGNED_IN)
async def account(request: web.Request) -> web.Response:
    """`/account`: what the visitor belongs to."""
    visitor = known_visitor(request)
    mine = [(each, role) for each in visitor.memberships if (role := roles().get((each.kind, each.role)))]
    return await page(request, "pages/account.html", visitor=visitor, mine=mine)


ROUTES = (web.get("/account", account),)
