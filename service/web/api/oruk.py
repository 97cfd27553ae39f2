"""`/oruk`: the catalogue of support as a directory of Open Referral UK 3.0, open to every page of every site.

The standard asks that nobody needs a key and that pages of other sites may read it (CORS).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aiohttp import web

from service.domain.oruk import service_id, service_of
from service.domain.programme import Programme, is_sendable
from service.domain.wording import LONDON
from service.errors import NotFound
from service.web.house import house_of, now_in

#: Services on a page where nothing is said, and at most.
ON_A_PAGE, MOST = 50, 100
_OPEN = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
_LARGEST = 10_000


async def root(request: web.Request) -> web.Response:
    """`/oruk`: which standard this is."""
    house = house_of(request)
    return _answer(
        {
            "version": "HSDS-UK-3.0",
            "profile": "https://docs.openreferraluk.org/en/3.0-dev/",
            "publisher": "Bowbell",
            "services": house.address("/oruk/services"),
        }
    )


async def services(request: web.Request) -> web.Response:
    """`/oruk/services`: a page of what firms see: current, full or paused, and ended."""
    every = await _shown(request)
    size = min(_number(request, "per_page", ON_A_PAGE), MOST)
    pages = max(-(-len(every) // size), 1)
    number = _number(request, "page", 1)
    here = every[(number - 1) * size : number * size]
    return _answer(
        {
            "total_items": len(every),
            "total_pages": pages,
            "page_number": number,
            "size": len(here),
            "first_page": number == 1,
            "last_page": number >= pages,
            "empty": not here,
            "contents": [service_of(each) for each in here],
        }
    )


async def service(request: web.Request) -> web.Response:
    """`/oruk/services/{id}`: one. Raises NotFound."""
    wanted = request.match_info["id"].lower()
    for each in await _shown(request):
        if service_id(each.key) == wanted:
            return _answer(service_of(each))
    raise NotFound


async def _shown(request: web.Request) -> Sequence[Programme]:
    """What firms may see, by key."""
    today = now_in(request).astimezone(LONDON).date()
    every = await house_of(request).desk.every_programme()
    shown = [each for each in every if each.state == "ended" or is_sendable(replace(each, capacity=None), today)]
    return sorted(shown, key=lambda each: each.key)


def _number(request: web.Request, name: str, otherwise: int) -> int:
    """A number above 0 of the address; what is none is passed over."""
    said = request.query.get(name, "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0  # noqa: PLR2004 - below _LARGEST
    return min(number, _LARGEST) or otherwise


def _answer(said: object) -> web.Response:
    response = web.json_response(said, headers=_OPEN)
    response.enable_compression()
    return response


ROUTES = (
    web.get("/oruk", root),
    web.get("/oruk/services", services),
    web.get("/oruk/services/{id}", service),
)
