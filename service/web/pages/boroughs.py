"""`/boroughs`: the 33 London authorities as buyers; a page for each, and a list that its own web page can carry."""

from __future__ import annotations

from aiohttp import web

from service.domain.gazetteer import Authority, gazetteer
from service.domain.wording import LONDON, count_words, opened
from service.errors import NotFound
from service.web.borough_view import authority_of, borough_view, is_bought_by, is_small, nearby
from service.web.cards import card_of
from service.web.feeds.pages import Bought, feed_of
from service.web.forms.filters import Filters
from service.web.house import house_of, now_in
from service.web.middleware.headers import EMBED_POLICY
from service.web.pages.contracts_ending import ending_card
from service.web.programme_card import programme_card
from service.web.rendering import page
from service.web.view import OpportunityView

#: Opportunities of a borough that are looked at, shown on its page, and listed for its own page.
_LOOKED_AT, _SHOWN, _LISTED = 300, 5, 20
#: Contracts that end, on the page of a borough.
_ENDING = 4
_FEEDS = ("atom", "json")


async def boroughs(request: web.Request) -> web.Response:
    """`/boroughs`: all of them by name, with what is open there."""
    found = await house_of(request).desk.open_opportunities(Filters(), size=1, counted=True)
    counts = found.counts.areas if found.counts else {}
    tiles = [
        {
            "name": each.name,
            "href": f"/boroughs/{each.slug}",
            "open": opened(count_words(counts.get(each.gss, 0), "open opportunity", "open opportunities")),
            "portal": next((portal.name for portal in borough_view(each).portals), "Portal not known"),
        }
        for each in sorted(gazetteer().authorities.values(), key=lambda each: each.name)
    ]
    return await page(request, "pages/boroughs.html", tiles=tiles)


async def borough(request: web.Request) -> web.Response:
    """`/boroughs/{borough}`: how it buys, what is open, who helps nearby. Raises NotFound."""
    authority, now = _asked(request), now_in(request)
    desk, view = house_of(request).desk, borough_view(authority)
    there = await desk.open_opportunities(Filters(areas=(authority.gss,)), size=_LOOKED_AT, counted=False)
    own = [each for each in there.items if is_bought_by(each, authority)]
    ending = await desk.contracts_ending(sector="", borough=authority.gss, size=_ENDING, page=1)
    today = now.astimezone(LONDON).date()
    address = house_of(request).address(f"{view.href}/embed")
    return await page(
        request,
        "pages/borough.html",
        title=view.name,
        borough=view,
        own=[card_of(each, now=now) for each in own[:_SHOWN]],
        own_total=len(own),
        there_total=there.total,
        support=[programme_card(each, today=today) for each in nearby(await desk.programmes(), authority.gss)],
        ending=[ending_card(each, now=now) for each in ending.items],
        snippet=f'<iframe src="{address}" title="Our current small opportunities" width="100%" height="600"></iframe>',
        feeds={kind: f"/feeds/boroughs/{view.key}.{kind}" for kind in _FEEDS},
    )


async def embed(request: web.Request) -> web.Response:
    """`/boroughs/{borough}/embed`: what is small among what it buys now, for a frame of its own page."""
    authority, now = _asked(request), now_in(request)
    view = borough_view(authority)
    small = await _small(request, authority)
    response = await page(
        request,
        "pages/borough_embed.html",
        title=f"Current small opportunities of {view.council}",
        borough=view,
        cards=[card_of(each, now=now) for each in small[:_LISTED]],
        more=len(small) > _LISTED,
        address=house_of(request).address(view.href),
        public_url=house_of(request).public_url,
    )
    # The one page that others may show within theirs. It has no form and knows nobody.
    response.headers["Content-Security-Policy"] = EMBED_POLICY
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


async def feed(request: web.Request) -> web.Response:
    """`/feeds/boroughs/{borough}.atom|.json`: the same list for a reader of feeds. Raises NotFound."""
    authority, kind = _asked(request), request.match_info["kind"]
    view = borough_view(authority)
    small = await _small(request, authority)
    bought = Bought(
        title=f"Current small opportunities of {view.council}",
        path=f"/feeds/boroughs/{view.key}.{kind}",
        page_path=view.href,
        items=tuple(small),
    )
    return feed_of(house_of(request), kind, bought)


def _asked(request: web.Request) -> Authority:
    found = authority_of(request.match_info["borough"])
    if found is None:
        raise NotFound("There are 33 London authorities. See them all under Boroughs.")
    return found


async def _small(request: web.Request, authority: Authority) -> list[OpportunityView]:
    desk, now = house_of(request).desk, now_in(request)
    there = await desk.open_opportunities(Filters(areas=(authority.gss,)), size=_LOOKED_AT, counted=False)
    return [each for each in there.items if is_bought_by(each, authority) and is_small(each, now=now)]


ROUTES = (
    web.get("/boroughs", boroughs),
    web.get("/boroughs/{borough}", borough),
    web.get("/boroughs/{borough}/embed", embed),
    web.get(r"/feeds/boroughs/{borough:[a-z-]+}.{kind:atom|json}", feed),
)
