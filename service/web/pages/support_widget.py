"""A list of support for the pages of partners: a frame of plain HTML, and the page that gives the words to paste.

Only this one page may be framed by other sites. It needs no script, sets no cookie and knows nobody.
"""

from __future__ import annotations

from aiohttp import web

from service.domain.programme import HELPS, is_sendable
from service.domain.sectors import all_sectors
from service.domain.wording import LONDON
from service.web.forms.filters import boroughs_by_name
from service.web.house import house_of, now_in
from service.web.middleware.headers import EMBED_POLICY
from service.web.pages.support import choices, looked_in
from service.web.programme_card import programme_card
from service.web.programme_words import HELP_WORDS
from service.web.rendering import page

#: Programmes in the frame; the rest is a link away.
_SHOWN = 12


async def frame(request: web.Request) -> web.Response:
    """`/embed/support`: what is current for a borough, a trade or a need, to be framed by anybody."""
    looked, today = looked_in(request), now_in(request).astimezone(LONDON).date()
    every = await house_of(request).desk.every_programme()
    found = sorted(
        (each for each in every if is_sendable(each, today) and each.cost.free is True and looked.fits(each)),
        key=lambda each: (not looked.borough or looked.borough not in each.area, each.name.casefold()),
    )
    house = house_of(request)
    response = await page(
        request,
        "pages/support_frame.html",
        programmes=[
            {"card": programme_card(each, today=today), "href": house.address(f"/support/{each.key}")}
            for each in found[:_SHOWN]
        ],
        more=house.address(f"/support{looked.query}"),
        left=max(len(found) - _SHOWN, 0),
    )
    response.headers["Content-Security-Policy"] = EMBED_POLICY
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


async def words_to_paste(request: web.Request) -> web.Response:
    """`/providers/widget`: choose what the frame shows, see it, and copy the line."""
    looked = looked_in(request)
    path = f"/embed/support{looked.query}"
    return await page(
        request,
        "pages/support_widget.html",
        path=path,
        snippet=f'<iframe src="{house_of(request).address(path)}" title="Free support for small firms" '
        'width="100%" height="600" loading="lazy"></iframe>',
        needs=choices("Anything", ((key, HELP_WORDS[key]) for key in HELPS), chosen=looked.need),
        boroughs=choices("All of London", boroughs_by_name(), chosen=looked.borough),
        sectors=choices("Any trade", [(each.key, each.label) for each in all_sectors()], chosen=looked.sector),
    )


ROUTES = (web.get("/embed/support", frame), web.get("/providers/widget", words_to_paste))
