"""A firm's data: what is kept, a copy of it, and erasure; for members who are signed in."""

from __future__ import annotations

import json

from aiohttp import web

from service.usecases.rights import RETENTION
from service.web.holder import Holder, for_members
from service.web.house import house_of
from service.web.pages.alerts import stopped_page
from service.web.rendering import page


async def data(request: web.Request, holder: Holder) -> web.Response:
    """GET `/account/data`."""
    del holder
    return await page(request, "pages/data.html", kept=RETENTION)


async def export(request: web.Request, holder: Holder) -> web.Response:
    """GET `/account/data/bowbell.json`: everything, as a file."""
    kept = await house_of(request).accounts.rights.export(holder.firm, person=holder.person)
    return web.Response(
        body=json.dumps(kept, ensure_ascii=False, indent=1).encode("utf-8", "replace"),
        content_type="application/json",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="bowbell.json"'},
    )


async def ask_erase(request: web.Request, holder: Holder) -> web.Response:
    """GET `/account/erase`: one button."""
    return await page(
        request,
        "pages/one_button.html",
        title="Delete everything",
        back="/account/data",
        here="account",
        said=(
            "We stop the alerts, and delete your firm, its interests, its profile and all its people here. "
            "It cannot be undone."
        ),
        action=f"{holder.base}/erase",
        button="Delete everything",
        button_classes="button-stop",
        after="Only a scrambled mark of each address stays, so that nobody writes there. Take a copy first.",
    )


async def erase(request: web.Request, holder: Holder) -> web.Response:
    """POST `/account/erase`."""
    await house_of(request).accounts.firm.erase(holder.firm, person=holder.person)
    return await stopped_page(request)


ROUTES = (
    web.get("/account/data", for_members("firm.export", data)),
    web.get("/account/data/bowbell.json", for_members("firm.export", export)),
    web.get("/account/erase", for_members("firm.erase", ask_erase)),
    web.post("/account/erase", for_members("firm.erase", erase)),
)
