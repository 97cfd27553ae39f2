"""`/api/opportunities` and `/api/opportunities/{id}`."""

from __future__ import annotations

from decimal import Decimal

from aiohttp import web

from service.web.api.shapes import ListShape, MoneyShape, OpportunityShape, SectorShape, SizeShape
from service.web.cards import page_path, safe_href, worth_words
from service.web.desk import MovedTo
from service.web.forms.filters import PAGE_CAP, read_filters
from service.web.house import House, house_of
from service.web.view import OpportunityView, Verdict

#: Said where a source is no longer among ours.
LICENCE = "Contains public sector information licensed under the Open Government Licence v3.0."

#: Opportunities on one page of the API.
ON_A_PAGE = 50


async def opportunities(request: web.Request) -> web.Response:
    """A page of opportunities that fit the filters: open ones, the newest first, unless they say otherwise."""
    house = house_of(request)
    filters = read_filters(request.query)
    found = await house.desk.open_opportunities(filters, size=ON_A_PAGE, counted=False)
    more = bool(found.items) and filters.page < PAGE_CAP and filters.page * ON_A_PAGE < found.total
    following = house.address(f"/api/opportunities{filters.query(page=filters.page + 1)}") if more else None
    shape = ListShape(items=[shape_of(view, house) for view in found.items], total=found.total, next=following)
    return web.Response(text=shape.model_dump_json(), content_type="application/json")


async def opportunity(request: web.Request) -> web.Response:
    """One opportunity; a redirect where it was joined with another."""
    house = house_of(request)
    found = await house.desk.opportunity(request.match_info["id"])
    if isinstance(found, MovedTo):
        raise web.HTTPMovedPermanently(f"/api/opportunities/{found.identity}")
    return web.Response(text=shape_of(found, house).model_dump_json(), content_type="application/json")


def shape_of(view: OpportunityView, house: House) -> OpportunityShape:
    """An opportunity in the shape of the API."""
    return OpportunityShape(
        id=view.identity,
        title=view.title,
        buyer=view.buyer,
        place=view.place,
        areas=list(view.areas),
        status=view.standing,
        value_min=_money(view.worth.low, view.worth.currency),
        value_max=_money(view.worth.high, view.worth.currency),
        value_words=worth_words(view.worth),
        starts=view.starts,
        ends=view.ends,
        closes=view.closes,
        published=view.published,
        changed=view.changed,
        sectors=[
            SectorShape(key=tag.key, label=tag.label, probability=tag.probability, reasons=list(tag.reasons))
            for tag in view.sectors
        ],
        size=SizeShape(
            micro=_verdict(view, "micro"),
            small=_verdict(view, "small"),
            medium=_verdict(view, "medium"),
            reasons=list(view.size.reasons),
        ),
        language=view.language,
        gpa=view.gpa,
        attribution=view.attribution or LICENCE,
        official_notice=safe_href(view.official) or None,
        page=house.address(page_path(view.identity)),
    )


def _money(amount: Decimal | None, currency: str) -> MoneyShape | None:
    return None if amount is None else MoneyShape(amount=f"{amount:f}", currency=currency)


def _verdict(view: OpportunityView, size: str) -> Verdict:
    return view.size.verdicts.get(size, "unknown")


ROUTES = (
    web.get("/api/opportunities", opportunities),
    web.get("/api/opportunities/{id}", opportunity),
)
