"""`/feeds/opportunities.atom|.json|.ics|.csv`: the list with the filters of its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
    size = _KINDS[kind][1]
    house = house_of(request)
    filters = read_filters(request.query)
    found = await house.desk.open_opportunities(filters, size=size, counted=False)
    response = feed_of(
        house,
        kind,
        Bought(
            title="Bowbell: open opportunities",
            path=f"/feeds/opportunities.{kind}{filters.query()}",
            page_path=f"/opportunities{filters.query()}",
            items=tuple(found.items),
        ),
    )
    if kind == "csv":
        response.headers["Content-Disposition"] = 'attachment; filename="opportunities.csv"'
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A list of opportunities with a name and addresses of its own, as paths."""

    title: str
    path: str
    page_path: str
    items: tuple[OpportunityView, ...]


def feed_of(house: House, kind: str, bought: Bought) -> web.Response:
    """A list as a feed of a kind of _KINDS."""
    media_type, _, write = _KINDS[kind]
    now = house.desk.now()
    feed = Feed(
        title=bought.title,
        self_href=house.address(bought.path),
        page_href=house.address(bought.page_path),
        updated=max((view.changed for view in bought.items), default=now),
        entries=tuple(_entry(view, card_of(view, now=now), house) for view in bought.items),
    )
    return _answer(write(feed), media_type)


def _answer(body: bytes, media_type: str) -> web.Response:
    response = web.Response(body=body, content_type=media_type, charset="utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
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
