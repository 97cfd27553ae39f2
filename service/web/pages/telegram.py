"""Alerts in Telegram: a fresh link that opens the chat and joins it to the visitor's firm."""

from __future__ import annotations

from aiohttp import web

from service.errors import TooManyRequests
from service.usecases.chat.account import LINK_MINUTES
from service.web.holder import Holder, for_members
from service.web.house import house_of
from service.web.middleware.bodies import read_form
from service.web.rendering import page


async def telegram(request: web.Request, holder: Holder) -> web.Response:
    """GET `/account/telegram`: only there, or there as well."""
    del holder
    name = await house_of(request).accounts.chat_links.name()
    return await page(request, "pages/telegram.html", name=name, address="", minutes=LINK_MINUTES)


async def link(request: web.Request, holder: Holder) -> web.Response:
    """POST `/account/telegram`: the link, for one use and a few minutes."""
    house = house_of(request)
    if house.limits.drafts_by_caller.wait(f"telegram:{holder.firm}"):
        raise TooManyRequests
    is_only = (await read_form(request)).get("where", "") == "only"
    address = await house.accounts.chat_links.address(holder.firm, person=holder.person, is_only=is_only)
    name = await house.accounts.chat_links.name()
    return await page(request, "pages/telegram.html", name=name, address=address, minutes=LINK_MINUTES)


ROUTES = (
    web.get("/account/telegram", for_members("firm.change", telegram)),
    web.post("/account/telegram", for_members("firm.change", link)),
)
