"""`/api/sources`: every source with its health and permit, and how each of the 33 authorities is covered."""

from __future__ import annotations

from aiohttp import web

from service.domain.coverage import coverage
from service.domain.gazetteer import gazetteer
from service.web.api.shapes import CoverageShape, PermitShape, SourceShape, SourcesShape
from service.web.cards import safe_href
from service.web.house import house_of, now_in
from service.web.pages.sources import reader_of
from service.web.view import SourceView


async def sources(request: web.Request) -> web.Response:
    """Everything at once: there are few enough."""
    seen = await house_of(request).desk.sources()
    covered = coverage(map(reader_of, seen), now=now_in(request))
    shape = SourcesShape(
        sources=[_source(source) for source in seen],
        authorities=[
            CoverageShape(
                gss=gss,
                name=gazetteer().authorities[gss].name,
                national=list(each.national),
                own=list(each.own),
                own_last_good=each.own_last_good,
            )
            for gss, each in covered.items()
        ],
    )
    return web.Response(text=shape.model_dump_json(), content_type="application/json")


def _source(source: SourceView) -> SourceShape:
    permit = source.permit
    return SourceShape(
        key=source.key,
        name=source.name,
        home=safe_href(source.home) or None,
        health=source.health,
        reason=source.reason,
        since=source.since,
        last_poll=source.last_poll,
        last_good=source.last_good,
        last_new=source.last_new,
        national=source.national,
        authorities=list(source.authorities),
        permission=source.permission,
        permit=None
        if permit is None
        else PermitShape(
            basis=permit.basis,
            robots_read=permit.robots_read,
            terms_read=permit.terms_read,
            by=permit.by,
            given=permit.given,
        ),
        licence=source.licence,
    )


ROUTES = (web.get("/api/sources", sources),)
