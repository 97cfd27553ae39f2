"""`/api/ocds`: everything we hold in the Open Contracting Data Standard 1.1, as packages of releases and of records."""

from __future__ import annotations

import asyncio
import re

import orjson
from aiohttp import web

from service.domain.open_release import Json, package_of, record_of, releases_of
from service.errors import AskedWrongly
from service.web.house import house_of, now_in

#: Procurements in one package.
ON_A_PAGE = 50
_ID = re.compile(r"[0-9a-z-]{1,64}")


async def releases(request: web.Request) -> web.Response:
    """`/api/ocds/releases`: a package of releases; `links.next` leads through all of them."""
    return await _package(request, "releases")


async def records(request: web.Request) -> web.Response:
    """`/api/ocds/records`: a package of records, each with its compiled release and where it came from."""
    return await _package(request, "records")


async def _package(request: web.Request, kind: str) -> web.Response:
    house, after = house_of(request), request.query.get("after", "")
    if after and not _ID.fullmatch(after):
        raise AskedWrongly("after: take the address from links.next of the page before.")
    found, last = await house.desk.open_record(after=after, size=ON_A_PAGE)
    base = house.address(f"/api/ocds/{kind}")
    following = f"{base}?after={last}" if last else ""

    def made() -> bytes:
        rows: list[Json] = []
        for each in found:
            if kind == "records":
                rows.append(record_of(each.opportunity, keys=each.keys, notices=each.notices))
            else:
                rows += releases_of(each.opportunity, keys=each.keys, notices=each.notices)
        uri = f"{base}?after={after}" if after else base
        package = package_of(kind, rows, uri=uri, at=now_in(request), public_url=house.public_url, following=following)
        return orjson.dumps(package)

    return web.Response(body=await asyncio.to_thread(made), content_type="application/json")


ROUTES = (
    web.get("/api/ocds/releases", releases),
    web.get("/api/ocds/records", records),
)
