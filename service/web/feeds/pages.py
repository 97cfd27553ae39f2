"""`/feeds/opportunities.atom|.json|.ics|.csv`: the list with the filters of its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from service.web.cards import Card, card_of, page_path, safe_href
from service.web.feeds import atom, calendar_file, csv_file, json_feed
from service.web.feeds.entry import ATTRIBUTION, Entry, Feed
from service.web.forms.filters import read_filters
from service.web.house import House, house_of
from service.web.view import OpportunityView

#: Opportunities in a feed. Readers poll; a table of everything open is what CSV is for.
IN_A_FEED = 100
IN_A_TABLE = 1000

_KINDS: Mapping[str, tuple[str, int, Callable[[Feed], bytes]]] = {
    "atom": (atom.MEDIA_TYPE, IN_A_FEED, atom.atom),
    "json": (json_feed.MEDIA_TYPE, IN_A_FEED, json_feed.json_feed),
    "ics": (calendar_file.MEDIA_TYPE, IN_A_FEED, calendar_file.calendar_file),
    "csv": (csv_file.MEDIA_TYPE, IN_A_TABLE, csv_file.csv_file),
}


async def opportunities_feed(request: web.Request) -> web.Response:
    """The newest open opportunities that fit the filters, in the format the address ends on."""
    kind = request.match_info["kind"]
    media_type, size, write = _KINDS[kind]
    house = house_of(request)
    filters = read_filters(request.query)
    found = await house.desk.open_opportunities(filters, size=size, counted=False)
    now = house.desk.now()
    feed = Feed(
        title="Bowbell: open opportunities",
        self_href=house.address(f"/feeds/opportunities.{kind}{filters.query()}"),
        page_href=house.address(f"/opportunities{filters.query()}"),
        updated=max((view.changed for view in found.items), default=now),
        entries=tuple(_entry(view, card_of(view, now=now), house) for view in found.items),
    )
    response = web.Response(body=write(feed), content_type=media_type, charset="utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    if kind == "csv":
        response.headers["Content-Disposition"] = 'attachment; filename="opportunities.csv"'
    response.enable_compression()
    return response


def _entry(view: OpportunityView, card: Card, house: House) -> Entry:
    href = house.address(page_path(view.identity))
    lines = (
        f"{card.buyer} · {card.place}" if card.place else card.buyer,
        f"Worth: {card.worth}",
        f"For: {card.length}" if card.length else "",
        f"{card.closes_label}: {card.closes}",
        " · ".join(tag.text for tag in card.tags),
        card.asks,
        view.attribution or ATTRIBUTION,
    )
    return Entry(
        identity=href,
        href=href,
        official=safe_href(view.official),
        title=view.title,
        buyer=card.buyer,
        place=card.place,
        worth=card.worth,
        length=card.length,
        closes=view.closes,
        closes_words=card.closes,
        tags=tuple(tag.text for tag in card.tags),
        published=view.published or view.changed,
        updated=view.changed,
        summary="\n".join(line for line in lines if line),
        attribution=view.attribution or ATTRIBUTION,
    )


ROUTES = (web.get(r"/feeds/opportunities.{kind:atom|json|ics|csv}", opportunities_feed),)
