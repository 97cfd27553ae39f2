"""A firm's alerts: what is on, pause, start again, stop; for members and for whoever holds the link of a message.

Links in mail lead to a page with one button: mail scanners open links, only people press buttons. The exception is
one-click unsubscribe (RFC 8058), which mail programs post for their readers.
"""

from __future__ import annotations

from aiohttp import web

from service.domain.roles import roles
from service.domain.scrutiny import interest_words
from service.domain.wording import count_words
from service.usecases.firm_account import Overview
from service.web.audience import SIGNED_IN, known_visitor, only
from service.web.cookies import forget_visitor
from service.web.forms.when import rhythm_words
from service.web.holder import Holder, both
from service.web.house import day_in, house_of
from service.web.rendering import page

_DONE = {
    "added": "Added. You hear of new work that fits it from now on.",
    "saved": "Saved. The next alert follows what you chose now.",
    "removed": "Removed. It causes no more alerts.",
    "paused": "Paused. We send nothing until you start again.",
    "resumed": "Started again. You hear of what appears from now on.",
    "profile": "Saved. We use it to choose free help that fits you.",
    "consents": "Saved, with today's date.",
    "undone": "Taken back. You hear about it as before.",
    "undone_in_part": "Taken back. An interest you have changed since stays as it is: look at it below.",
    "when": "Saved. What already waits follows it too.",
}


async def alerts(request: web.Request, holder: Holder) -> web.Response:
    """What is on, and what can be done about it."""
    accounts = house_of(request).accounts
    found = await accounts.firm.overview(holder.firm)
    rhythm = (await accounts.timing.of(holder.firm)).rhythm
    return await page(
        request,
        "pages/your_alerts.html",
        when_words=rhythm_words(rhythm),
        holder=holder,
        state_words=_state_words(found),
        paused=found.state == "paused",
        interests=[{"identity": each.identity, "words": interest_words(each.interest)} for each in found.interests],
        addresses=[shortened(each.address) for each in found.told_at if each.channel == "email"],
        has_chat=any(each.channel == "telegram" for each in found.told_at),
        sent_words=_sent_words(request, found),
        done=_DONE.get(request.query.get("done", ""), ""),
    )


@only(SIGNED_IN)
async def account(request: web.Request) -> web.StreamResponse:
    """GET `/account`: the alerts of the visitor's firm, or what else the visitor belongs to."""
    visitor = known_visitor(request)
    if visitor.firm is not None:
        return await alerts(request, Holder(firm=visitor.firm, person=visitor.person, base="/account"))
    mine = [(each, role) for each in visitor.memberships if (role := roles().get((each.kind, each.role)))]
    return await page(request, "pages/account.html", mine=mine)


async def pause(request: web.Request, holder: Holder) -> web.Response:
    """Send nothing until started again."""
    await house_of(request).accounts.firm.pause(holder.firm, person=holder.person)
    raise web.HTTPSeeOther(f"{holder.base}?done=paused")


async def resume(request: web.Request, holder: Holder) -> web.Response:
    """Start again."""
    await house_of(request).accounts.firm.resume(holder.firm, person=holder.person)
    raise web.HTTPSeeOther(f"{holder.base}?done=resumed")


async def ask_stop(request: web.Request, holder: Holder) -> web.Response:
    """One button before everything goes."""
    return await page(
        request,
        "pages/one_button.html",
        title="Stop your alerts",
        back=holder.base,
        here="alerts",
        said="We stop writing to everybody of your firm, at once and for good, and delete what we keep about it.",
        action=f"{holder.base}/stop",
        button="Stop all alerts",
        button_classes="button-stop",
        after="To rest for a while, go back and pause instead.",
    )


async def stop(request: web.Request, holder: Holder) -> web.Response:
    """Stop for good and forget the firm."""
    await house_of(request).accounts.firm.erase(holder.firm, person=holder.person)
    return await stopped_page(request)


async def unsubscribe(request: web.Request) -> web.Response:
    """GET `/unsubscribe/{token}`: one button."""
    token = request.match_info["token"]
    firm = await house_of(request).accounts.subscribe.firm(token)
    address = "this address" if firm.state == "stopped" else shortened(firm.address)
    response = await page(
        request,
        "pages/one_button.html",
        title="Stop your alerts",
        here="alerts",
        said=f"Press the button and we stop writing to {address}, at once and for good.",
        action=f"/unsubscribe/{token}",
        button="Stop all alerts",
        button_classes="button-stop",
        after="To hear of less, or to rest for a while, use the change link in the message instead.",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def unsubscribed(request: web.Request) -> web.Response:
    """POST `/unsubscribe/{token}`: at once, without a redirect (RFC 8058)."""
    await house_of(request).accounts.subscribe.stop(request.match_info["token"])
    return await stopped_page(request)


async def stopped_page(request: web.Request) -> web.Response:
    """It is done; who was signed in is so no more."""
    response = await page(
        request,
        "pages/said.html",
        visitor=None,
        title="Your alerts have stopped",
        said="We send nothing more, and we have deleted what you asked to hear about.",
        next_lines=[
            "A message that was already on its way may still arrive.",
            "Only a scrambled mark of the address stays, so that nobody writes to you by mistake.",
        ],
    )
    forget_visitor(request, response)
    response.headers["Cache-Control"] = "no-store"
    return response


def shortened(address: str) -> str:
    """An address so that a page that is shown around tells little."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}\N{HORIZONTAL ELLIPSIS}@{domain}"


def _state_words(found: Overview) -> str:
    if found.state == "paused":
        return "Nothing is sent until you start again."
    if len(found.interests) == 1:
        return "We write when new work fits what you asked for."
    return f"We write when new work fits any of the {len(found.interests)} things you asked for."


def _sent_words(request: web.Request, found: Overview) -> str:
    if found.sent.last is None:
        return "Nothing has been sent yet. That is common: most trades see new work each week."
    lately = count_words(found.sent.lately, "alert", "alerts")
    return f"Last sent {day_in(request, found.sent.last)}; {lately} in the last 30 days."


ROUTES = (
    web.get("/account", account),
    both("GET", "", alerts, act="firm.read")[1],
    *both("POST", "/pause", pause, act="firm.change"),
    *both("POST", "/resume", resume, act="firm.change"),
    *both("GET", "/stop", ask_stop, act="firm.erase"),
    *both("POST", "/stop", stop, act="firm.erase"),
    web.get("/unsubscribe/{token}", unsubscribe),
    web.post("/unsubscribe/{token}", unsubscribed),
)
