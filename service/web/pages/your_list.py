"""A firm's list: what it saved, bids for, won or lost. Links in mail lead to a page with buttons; only buttons act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from service.domain.pursuit import LABELS, MEANS, Course, course_in
from service.errors import AskedWrongly
from service.web.cards import Card, card_of
from service.web.desk import MovedTo
from service.web.holder import Holder, both
from service.web.house import house_of, now_in
from service.web.middleware.bodies import read_form
from service.web.rendering import page

#: What a button says, in the order of the page.
_BUTTONS: dict[Course, str] = {
    "saved": "Save it",
    "bidding": "We are bidding",
    "sent": "Our bid is in",
    "won": "We won it",
    "lost": "We did not win it",
    "no_bid": "We do not bid",
}
#: What the list shows under one heading, in its order.
_GROUPS: tuple[tuple[str, tuple[Course, ...]], ...] = (
    ("Bidding", ("bidding",)),
    ("Saved", ("saved",)),
    ("Bids that are in", ("sent",)),
    ("Won", ("won",)),
    ("Lost", ("lost",)),
    ("Did not bid", ("no_bid",)),
)
_LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One opportunity of the list: its card, and the page on which the firm says more."""

    card: Card
    href: str


async def your_list(request: web.Request, holder: Holder) -> web.Response:
    """GET: everything on the list."""
    house, now = house_of(request), now_in(request)
    pursuits = await house.accounts.lists.of(holder.firm)
    views = await house.desk.opportunities_named([each.opportunity for each in pursuits])
    cards: Mapping[str, Card] = {view.identity: card_of(view, now=now) for view in views}
    groups = []
    for heading, courses in _GROUPS:
        listed = [
            Listed(card=cards[each.opportunity], href=f"{holder.base}/list/{each.opportunity}")
            for each in pursuits
            if each.course in courses and each.opportunity in cards
        ]
        if listed:
            groups.append({"heading": heading, "listed": listed})
    return await page(
        request,
        "pages/your_list.html",
        holder=holder,
        groups=groups,
        done=_done(request.query.get("done", "")),
    )


async def one(request: web.Request, holder: Holder) -> web.Response:
    """GET: one opportunity, and what the firm can say about it."""
    house = house_of(request)
    found = await house.desk.opportunity(request.match_info["opportunity"])
    if isinstance(found, MovedTo):
        raise web.HTTPFound(f"{holder.base}/list/{found.identity}")
    course = await house.accounts.lists.course(holder.firm, found.identity)
    return await page(
        request,
        "pages/list_one.html",
        title=found.title,
        holder=holder,
        card=card_of(found, now=now_in(request)),
        action=f"{holder.base}/list/{found.identity}",
        course_words=LABELS[course] if course else "",
        means=MEANS[course] if course else "",
        first=[(key, text) for key, text in _BUTTONS.items() if key in {"saved", "bidding"} and key != course],
        more=[(key, text) for key, text in _BUTTONS.items() if key not in {"saved", "bidding"} and key != course],
        is_listed=course is not None,
    )


async def said(request: web.Request, holder: Holder) -> web.Response:
    """POST: what the firm does about it from now on. Raises AskedWrongly."""
    what = (await read_form(request)).get("course", "")
    opportunity, lists = request.match_info["opportunity"], house_of(request).accounts.lists
    if what == _LEAVE:
        await lists.leave(holder.firm, opportunity)
    elif course := course_in(what):
        await lists.mark(holder.firm, opportunity, course)
    else:
        raise AskedWrongly("Press one of the buttons of the page.")
    raise web.HTTPSeeOther(f"{holder.base}/list?done={what}")


def _done(what: str) -> str:
    if what == _LEAVE:
        return "Taken off your list."
    course = course_in(what)
    return f"{LABELS[course]}. {MEANS[course]}" if course else ""


ROUTES = (
    *both("GET", "/list", your_list, act="firm.read"),
    *both("GET", "/list/{opportunity}", one, act="firm.read"),
    *both("POST", "/list/{opportunity}", said, act="firm.change"),
)
