"""`/providers`: organisations of support enter programmes, have the first checked, and keep them right."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from aiohttp import web

from service.domain.programme import CAPACITIES
from service.domain.programme_stand import REASON_CAP, REMIND_DAYS, Entry, EntryState
from service.domain.wording import LONDON, day_words
from service.web.audience import known_visitor, only, visitor_of
from service.web.drafting import organisation_chosen, reason_said
from service.web.forms.fields import version_seen
from service.web.forms.problems import above, beside
from service.web.house import day_in, house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.programme_view import STATES, change_rows, log_rows, preview
from service.web.programme_words import CAPACITY_WORDS
from service.web.rendering import page

_DONE = {
    "asked": "Your colleagues who publish now see it in their list.",
    "submitted": "Thank you. The first entry of an organisation is checked by a person before firms see it.",
    "published": "It is published. Firms see it from now on where it fits.",
    "returned": "It is a draft again, and its writer sees your reason.",
    "confirmed": "Thank you. It is relied on for another 90 days.",
    "capacity": "Saved. It counts at once.",
    "ended": "It has ended. It stays listed as ended, so that nobody adds it again.",
}


async def for_providers(request: web.Request) -> web.Response:
    """`/providers`: what an organisation of support can do here."""
    visitor = visitor_of(request)
    may_read = visitor is not None and visitor.may("programme.read")
    return await page(request, "pages/providers.html", may_read=may_read)


@only("programme.read")
async def mine(request: web.Request) -> web.Response:
    """GET `/providers/programmes`: all of one's organisations, the newest change first."""
    visitor = known_visitor(request)
    found = await house_of(request).accounts.programmes.mine(visitor)
    return await page(
        request,
        "pages/programmes.html",
        programmes=[
            {
                "href": f"/providers/programmes/{each.identity}",
                "name": each.draft.name or "Without a name yet",
                "owner": each.owner or "this copy",
                "state": STATES[each.state],
                "capacity": each.capacity if each.state is EntryState.PUBLISHED and each.capacity != "open" else "",
                "changed": day_in(request, each.changed),
            }
            for each in found
        ],
        organisations=[
            {"number": each.organisation, "name": each.name or "this copy"} for each in visitor.where("programme.draft")
        ],
    )


@only("programme.draft")
async def begin(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes`: a new draft, and its form."""
    refusal = "You do not enter programmes for that organisation."
    chosen = organisation_chosen(request, await read_form(request), "programme.draft", refusal=refusal)
    made = await house_of(request).accounts.programmes.begin(known_visitor(request), chosen)
    raise web.HTTPSeeOther(f"/providers/programmes/{made.identity}/edit")


@only("programme.read")
async def one(request: web.Request) -> web.Response:
    """GET `/providers/programmes/{programme}`: where it stands, as firms see it, what can be done, and its history."""
    return await _page_of(request, await _found(request), problems={})


@only("programme.draft")
async def ask(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/ask`: a colleague, to publish."""
    await house_of(request).accounts.programmes.ask(known_visitor(request), request.match_info["programme"])
    raise _back(request, "asked")


@only("programme.publish")
async def publish(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/publish`: what was read as a version."""
    seen = version_seen(await read_form(request))
    entry = await house_of(request).accounts.programmes.publish(
        known_visitor(request), request.match_info["programme"], seen=seen
    )
    raise _back(request, "submitted" if entry.state is EntryState.WAITING else "published")


@only("programme.publish")
async def send_back(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/return`: to its writer, with a reason."""
    why = reason_said(await read_form(request), most=REASON_CAP)
    if not why:
        return await _page_of(request, await _found(request), problems={"why": "Say what is to be changed"})
    await house_of(request).accounts.programmes.send_back(
        known_visitor(request), request.match_info["programme"], why=why
    )
    raise _back(request, "returned")


@only("programme.publish")
async def confirm(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/confirm`: it is still right."""
    await house_of(request).accounts.programmes.confirm(known_visitor(request), request.match_info["programme"])
    raise _back(request, "confirmed")


@only("programme.draft")
async def capacity(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/capacity`: open, full or paused."""
    said = (await read_form(request)).get("capacity", "")
    chosen = next((each for each in CAPACITIES if each == said), None)
    if chosen is None:
        return await _page_of(request, await _found(request), problems={"capacity": "Choose one of the three"})
    await house_of(request).accounts.programmes.set_capacity(
        known_visitor(request), request.match_info["programme"], chosen
    )
    raise _back(request, "capacity")


@only("programme.publish")
async def end(request: web.Request) -> web.StreamResponse:
    """POST `/providers/programmes/{programme}/end`: it is over, with a reason."""
    why = reason_said(await read_form(request), most=REASON_CAP)
    if not why:
        return await _page_of(request, await _found(request), problems={"why_ended": "Say why it has ended"})
    await house_of(request).accounts.programmes.end(known_visitor(request), request.match_info["programme"], why=why)
    raise _back(request, "ended")


async def _found(request: web.Request) -> Entry:
    return await house_of(request).accounts.programmes.see(known_visitor(request), request.match_info["programme"])


def _back(request: web.Request, done: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/providers/programmes/{request.match_info['programme']}?done={done}")


async def _page_of(request: web.Request, entry: Entry, *, problems: dict[str, str]) -> web.Response:
    visitor, programmes = known_visitor(request), house_of(request).accounts.programmes
    log, changes = await programmes.history(visitor, entry.identity)
    today = now_in(request).astimezone(LONDON).date()
    review = entry.review_by
    return await page(
        request,
        "pages/programme_entry.html",
        status=422 if problems else 200,
        entry=entry,
        title=entry.draft.name or "Without a name yet",
        state=STATES[entry.state],
        card=preview(request, entry, entry.draft),
        review=day_words(review, today=today) if review else "",
        is_due=review is not None and review <= today + timedelta(days=REMIND_DAYS),
        is_past=review is not None and review < today,
        may_draft=visitor.may("programme.draft", organisation=entry.organisation),
        may_publish=visitor.may("programme.publish", organisation=entry.organisation),
        capacities=[
            {"value": key, "text": text, "checked": key == entry.capacity}
            for key, text in cast("dict[str, str]", CAPACITY_WORDS).items()
        ],
        done=_DONE.get(request.query.get("done", ""), "") if not problems else "",
        log=log_rows(request, log),
        changes=change_rows(request, changes),
        errors=beside(problems),
        problems=above(problems),
    )


ROUTES = (
    web.get("/providers", for_providers),
    web.get("/providers/programmes", mine),
    web.post("/providers/programmes", begin),
    web.get("/providers/programmes/{programme}", one),
    web.post("/providers/programmes/{programme}/ask", ask),
    web.post("/providers/programmes/{programme}/publish", publish),
    web.post("/providers/programmes/{programme}/return", send_back),
    web.post("/providers/programmes/{programme}/confirm", confirm),
    web.post("/providers/programmes/{programme}/capacity", capacity),
    web.post("/providers/programmes/{programme}/end", end),
)
