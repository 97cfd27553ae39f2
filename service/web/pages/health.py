"""For machines that watch: alive, ready, and figures."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.web.house import house_of

_TROUBLED = 503


async def healthz(_request: web.Request) -> web.Response:
    """`/healthz`: the process answers."""
    return web.json_response({"status": "ok"}, headers={"Cache-Control": "no-store"})


async def readyz(request: web.Request) -> web.Response:
    """`/readyz`: 200 where the service can do its work, else 503 with the reasons."""
    troubles = list((await house_of(request).desk.readiness()).troubles)
    body = {"status": "not ready" if troubles else "ready", "troubles": troubles}
    return web.json_response(body, status=_TROUBLED if troubles else 200, headers={"Cache-Control": "no-store"})


async def metrics(_request: web.Request) -> web.Response:
    """`/metrics`: figures for Prometheus. None carries an address or a name of a person."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


ROUTES = (
    web.get("/healthz", healthz),
    web.get("/readyz", readyz),
    web.get("/metrics", metrics),
)
