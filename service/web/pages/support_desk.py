"""`/operator/support`: whoever runs this copy checks first entries and imports, and what is due or broken."""

from __future__ import annotations

from aiohttp import web

from service.domain.programme import Programme
from service.domain.programme_stand import REASON_CAP, Entry, EntryState
from service.domain.wording import LONDON, day_words
from service.web.audience import known_visitor, only
from service.web.cards import safe_href
from service.web.drafting import reason_said
from service.web.forms.fields import version_seen
from service.web.house import day_in, house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.programme_view import STATES, change_rows, log_rows, preview
from service.web.rendering import page

_DONE = {
    "approved": "It is published. From now on this organisation publishes its own.",
    "returned": "It is a draft again, and its writer sees your reason.",
    "right": "Noted: checked today, relied on for 90 days.",
    "ended": "It has ended, and is never named again.",
}


@only("copy.moderate")
async def overview(request: web.Request) -> web.Response:
    """GET `/operator/support`: what waits, is due, is broken or has ended."""
    found = await house_of(request).accounts.moderation.overview()
    return await page(
        request,
        "pages/support_desk.html",
        waiting=[
            {
                "href": f"/operator/support/{each.identity}",
                "name": each.draft.name or "Without a name",
                "owner": each.owner or "this copy",
                "origin": each.origin,
                "since": day_in(request, each.changed),
            }
            for each in found.waiting
        ],
        unchecked=[_row(request, each, found.entered) for each in found.unchecked],
        due=[_row(request, each, found.entered) for each in found.due],
        broken=[
            _row(request, each, found.entered)
            | {"said": seen.said, "since": day_in(request, seen.since or seen.checked)}
            for each, seen in found.broken
        ],
        ended=[each.name for each in found.ended],
        done=_DONE.get(request.query.get("done", ""), ""),
    )


@only("copy.moderate")
async def one(request: web.Request) -> web.Response:
    """GET `/operator/support/{programme}`: an entry as firms will see it, to be published or sent back."""
    return await _page_of(request, await _found(request), problem="")


@only("copy.moderate")
async def approve(request: web.Request) -> web.StreamResponse:
    """POST `/operator/support/{programme}/approve`: as it was read."""
    seen = version_seen(await read_form(request))
    await house_of(request).accounts.moderation.approve(
        known_visitor(request), request.match_info["programme"], seen=seen
    )
    raise web.HTTPSeeOther("/operator/support?done=approved")


@only("copy.moderate")
async def send_back(request: web.Request) -> web.StreamResponse:
    """POST `/operator/support/{programme}/return`: with a reason."""
    why = reason_said(await read_form(request), most=REASON_CAP)
    if not why:
        return await _page_of(request, await _found(request), problem="Say what is to be changed")
    await house_of(request).accounts.moderation.send_back(
        known_visitor(request), request.match_info["programme"], why=why
    )
    raise web.HTTPSeeOther("/operator/support?done=returned")


@only("copy.moderate")
async def say(request: web.Request) -> web.StreamResponse:
    """POST `/operator/support/shipped/{key}`: a shipped programme is right, or has ended."""
    ended = (await read_form(request)).get("do", "") == "ended"
    await house_of(request).accounts.moderation.say(known_visitor(request), request.match_info["key"], ended=ended)
    raise web.HTTPSeeOther(f"/operator/support?done={'ended' if ended else 'right'}")


async def _found(request: web.Request) -> Entry:
    return await house_of(request).accounts.moderation.see(request.match_info["programme"])


async def _page_of(request: web.Request, entry: Entry, *, problem: str) -> web.Response:
    log, changes = await house_of(request).accounts.moderation.history(entry.identity)
    return await page(
        request,
        "pages/support_check.html",
        status=422 if problem else 200,
        entry=entry,
        title=entry.draft.name or "Without a name",
        state=STATES[entry.state],
        waits=entry.state is EntryState.WAITING,
        card=preview(request, entry, entry.draft),
        href=safe_href(entry.draft.url),
        log=log_rows(request, log),
        changes=change_rows(request, changes),
        error={"text": problem} if problem else None,
        problems=[{"text": problem, "href": "#why"}] if problem else [],
    )


def _row(request: web.Request, programme: Programme, entered: frozenset[str]) -> dict[str, object]:
    today = now_in(request).astimezone(LONDON).date()
    return {
        "key": programme.key,
        "name": programme.name,
        "provider": programme.provider,
        "href": safe_href(programme.url or ""),
        "until": day_words(programme.review_by, today=today) if programme.review_by else "never",
        "is_past": programme.review_by is not None and programme.review_by < today,
        "is_shipped": programme.key not in entered,
    }


ROUTES = (
    web.get("/operator/support", overview),
    web.post("/operator/support/shipped/{key}", say),
    web.get("/operator/support/{programme}", one),
    web.post("/operator/support/{programme}/approve", approve),
    web.post("/operator/support/{programme}/return", send_back),
)
