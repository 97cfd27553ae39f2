"""Publish a posting on a day that is to come."""

from __future__ import annotations

from aiohttp import web

from service.web.audience import known_visitor, only
from service.web.forms.fields import version_seen
from service.web.house import house_of
from service.web.middleware.bodies import read_form
from service.web.pages.posting_form import check_page
from service.web.pages.postings import found_posting


@only("posting.publish")
async def schedule(request: web.Request) -> web.StreamResponse:
    """POST `/buyers/postings/{posting}/schedule`: what was read as a version, at a moment."""
    fields, identity = await read_form(request), request.match_info["posting"]
    typed = {name: fields.get(f"due_{name}", "").strip()[:20] for name in ("day", "month", "year", "time")}
    found = await house_of(request).accounts.posting_dates.schedule(
        known_visitor(request),
        identity,
        seen=version_seen(fields),
        day=(typed["day"], typed["month"], typed["year"]),
        clock=typed["time"],
    )
    if isinstance(found, str):
        return await check_page(request, await found_posting(request), due=typed, problems={"due": found})
    raise web.HTTPSeeOther(f"/buyers/postings/{identity}?done=scheduled")


ROUTES = (web.post("/buyers/postings/{posting}/schedule", schedule),)
