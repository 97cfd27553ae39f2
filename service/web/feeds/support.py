"""`/feeds/support.atom`: new programmes of support, the newest first."""

from __future__ import annotations

from datetime import UTC, datetime, time

from aiohttp import web

from service.domain.programme import Programme, is_sendable
from service.domain.wording import LONDON
from service.web.cards import safe_href
from service.web.feeds import atom
from service.web.feeds.entry import Entry, Feed
from service.web.house import House, house_of, now_in
from service.web.programme_card import programme_card

#: Programmes in the feed.
_SHOWN = 50
_RIGHTS = "Facts in the project's own words, or as the named organisation entered them."


async def new_programmes(request: web.Request) -> web.Response:
    """What is current and was listed last."""
    house, today = house_of(request), now_in(request).astimezone(LONDON).date()
    listed = await house.desk.programmes_since()
    current = [(each, since) for each, since in listed if is_sendable(each, today)]
    newest = sorted(current, key=lambda pair: (pair[1], pair[0].key), reverse=True)[:_SHOWN]
    entries = tuple(_entry(each, since, house) for each, since in newest)
    feed = Feed(
        title="Bowbell: new free support",
        self_href=house.address("/feeds/support.atom"),
        page_href=house.address("/support"),
        updated=max((each.updated for each in entries), default=now_in(request)),
        entries=entries,
        rights=(_RIGHTS,),
    )
    response = web.Response(body=atom.atom(feed), content_type=atom.MEDIA_TYPE, charset="utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.enable_compression()
    return response


def _entry(programme: Programme, since: datetime, house: House) -> Entry:
    href = house.address(f"/support/{programme.key}")
    card = programme_card(programme, today=since.date())
    checked = programme.last_checked
    return Entry(
        identity=href,
        href=href,
        official=safe_href(programme.url or ""),
        title=programme.name,
        buyer=programme.provider,
        place="",
        worth="",
        length="",
        closes=None,
        closes_words="",
        tags=programme.helps_with,
        published=since,
        updated=max(since, datetime.combine(checked, time(), UTC)) if checked else since,
        summary="\n".join([programme.summary, *(f"{fact.name}: {fact.text}" for fact in card.facts)]),
        attribution=_RIGHTS,
    )


ROUTES = (web.get("/feeds/support.atom", new_programmes),)
