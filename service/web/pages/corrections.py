"""This is not the right sector: somebody who is signed in says what trade it is; this copy's keeper sees all of it.

What is kept names no person. It changes no tag by itself: the next training that its keeper asks for learns from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from service.domain.correction import Correction, Origin
from service.domain.roles import Visitor
from service.domain.sectors import all_sectors
from service.domain.wording import count_words, list_words
from service.errors import AskedWrongly, NotFound, TooManyRequests
from service.web.audience import known_visitor, only
from service.web.cards import page_path
from service.web.desk import MovedTo
from service.web.house import day_in, house_of
from service.web.middleware.bodies import read_form
from service.web.rendering import page
from service.web.view import OpportunityView

#: The newest that the keeper's page lists.
_LISTED = 200
_ORIGINS = {
    Origin.POSTER: "a buyer",
    Origin.READER: "a firm",
    Origin.NOT_MY_TRADE: "a firm that was told of it",
    Origin.KEEPER: "a keeper of this copy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was ticked and chosen."""

    wrong: tuple[str, ...] = ()
    right: str = ""


@only("trade.correct")
async def ask(request: web.Request) -> web.Response:
    """GET `/opportunities/{id}/sector`: the sectors it is under, and all that it could be."""
    return await _form(request, await _found(request), _Asked())


@only("trade.correct")
async def say(request: web.Request) -> web.StreamResponse:
    """POST `/opportunities/{id}/sector`: write it down."""
    visitor, found = known_visitor(request), await _found(request)
    fields = await read_form(request)
    known = {sector.key for sector in all_sectors()}
    right = said if (said := fields.get("right", "")) in known else ""
    wrong = tuple(key for key in dict.fromkeys(fields.getall("wrong", [])) if key in known)
    asked = _Asked(wrong=wrong, right=right)
    try:
        await house_of(request).accounts.correcting.correct(
            found.identity,
            by=visitor.address,
            origin=_origin(visitor),
            sectors=(right,) if right else (),
            not_sectors=asked.wrong,
        )
    except TooManyRequests:
        raise
    except AskedWrongly:
        return await _form(request, found, asked, problem=_problem(asked))
    raise web.HTTPSeeOther(f"{page_path(found.identity)}/sector")


@only("trade.correct")
async def take_back(request: web.Request) -> web.StreamResponse:
    """POST `/opportunities/{id}/sector/undo`: as if nothing had been said."""
    found = await _found(request)
    await house_of(request).accounts.correcting.take_back(found.identity, by=known_visitor(request).address)
    raise web.HTTPSeeOther(page_path(found.identity))


@only("copy.moderate")
async def listed(request: web.Request) -> web.Response:
    """GET `/copy/corrections`: what people said, the newest first, without who."""
    total, people, newest = await house_of(request).accounts.correcting.newest(_LISTED)
    return await page(
        request,
        "pages/corrections.html",
        total=f"{count_words(total, 'correction', 'corrections')} by {count_words(people, 'person', 'people')}",
        more=total - len(newest),
        rows=[
            {
                "href": page_path(each.correction.opportunity),
                "title": each.title,
                "said": _said(each.correction),
                "by": _ORIGINS[each.correction.origin],
                "day": day_in(request, each.correction.at),
            }
            for each in newest
        ],
    )


# ------------------------------------------------------------------------------------------------------------ inside


async def _found(request: web.Request) -> OpportunityView:
    found = await house_of(request).desk.opportunity(request.match_info["id"])
    if isinstance(found, MovedTo):
        if request.method == "GET":
            raise web.HTTPMovedPermanently(f"{page_path(found.identity)}/sector")
        raise NotFound("It was joined with another notice. Open its page again.")
    return found


async def _form(request: web.Request, found: OpportunityView, asked: _Asked, *, problem: str = "") -> web.Response:
    said = await house_of(request).accounts.correcting.said_by(known_visitor(request).address, found.identity)
    shown = [sector for sector in found.sectors if sector.key]
    return await page(
        request,
        "pages/correction.html",
        status=422 if problem else 200,
        about=found.title,
        back=page_path(found.identity),
        said=_said(said) if said else "",
        wrong=[
            {
                "value": sector.key,
                "text": sector.label,
                "checked": sector.key in asked.wrong or (len(shown) == 1 and not problem),
            }
            for sector in shown
        ],
        right=[
            {"value": "", "text": "I cannot say", "selected": not asked.right},
            *(
                {"value": sector.key, "text": sector.label, "selected": sector.key == asked.right}
                for sector in all_sectors()
            ),
        ],
        problem=problem,
        problems=[{"text": problem, "href": "#right"}] if problem else [],
    )


def _problem(asked: _Asked) -> str:
    if asked.right in asked.wrong:
        return "You chose the same sector as wrong and as right"
    return "Tick the sector that is wrong, or choose the one that is right"


def _origin(visitor: Visitor) -> Origin:
    """By what standing somebody speaks: the strongest that they have."""
    if visitor.may("copy.moderate"):
        return Origin.KEEPER
    return Origin.POSTER if visitor.may("posting.draft") else Origin.READER


def _said(said: Correction) -> str:
    """It is cleaning, not computers."""
    right, wrong = _labels(said.sectors), _labels(said.not_sectors)
    if right and wrong:
        return f"It is {list_words(right)}, not {list_words(wrong)}"
    return f"It is {list_words(right)}" if right else f"It is not {list_words(wrong)}"


def _labels(keys: Sequence[str]) -> list[str]:
    """Labels of sectors; a key that is no longer one stays as it is."""
    labels = {sector.key: sector.label for sector in all_sectors()}
    return [labels.get(key, key) for key in keys]


ROUTES = (
    web.get("/opportunities/{id}/sector", ask),
    web.post("/opportunities/{id}/sector", say),
    web.post("/opportunities/{id}/sector/undo", take_back),
    web.get("/copy/corrections", listed),
)
