"""For machines that watch: alive, ready, and figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from service.domain.coverage import coverage
from service.domain.flow_health import Flow, flow_troubles
from service.domain.source_health import HEALTHS
from service.web.house import house_of, now_in
from service.web.pages.sources import reader_of
from service.web.view import SourceView

_TROUBLED = 503


async def healthz(_request: web.Request) -> web.Response:
    """`/healthz`: the process answers."""
    return web.json_response({"status": "ok"}, headers={"Cache-Control": "no-store"})


async def readyz(request: web.Request) -> web.Response:
    """`/readyz`: 200 where the service can do its work, else 503 with the reasons."""
    troubles = list((await house_of(request).desk.readiness()).troubles)
    body = {"status": "not ready" if troubles else "ready", "troubles": troubles}
    return web.json_response(body, status=_TROUBLED if troubles else 200, headers={"Cache-Control": "no-store"})


async def metrics(request: web.Request) -> web.Response:
    """`/metrics`: figures for Prometheus. None carries an address or a name of a person."""
    seen, now = await house_of(request).desk.sources(), now_in(request)
    flow = await house_of(request).desk.flow()
    body = (
        generate_latest()
        + generate_latest(source_figures(seen, now=now))
        + generate_latest(flow_figures(flow, now=now))
    )
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def source_figures(seen: Sequence[SourceView], *, now: datetime) -> CollectorRegistry:
    """How sources fare, as the database knows it at this moment: the same for every process of a fleet."""
    registry = CollectorRegistry()
    health = Gauge("bowbell_source_health", "1 for the health a source has.", ["source", "health"], registry=registry)
    good = Gauge(
        "bowbell_source_last_good_timestamp_seconds", "End of the last good poll.", ["source"], registry=registry
    )
    new = Gauge(
        "bowbell_source_last_new_timestamp_seconds", "When it last brought a new notice.", ["source"], registry=registry
    )
    covered = Gauge("bowbell_authorities_covered", "London authorities of 33, by how.", ["how"], registry=registry)
    for source in seen:
        for each in HEALTHS:
            health.labels(source=source.key, health=each).set(source.health == each)
        if source.last_good is not None:
            good.labels(source=source.key).set(source.last_good.timestamp())
        if source.last_new is not None:
            new.labels(source=source.key).set(source.last_new.timestamp())
    authorities = coverage(map(reader_of, seen), now=now).values()
    covered.labels(how="national").set(sum(bool(each.national) for each in authorities))
    covered.labels(how="own").set(sum(bool(each.own) for each in authorities))
    return registry


def flow_figures(flow: Flow, *, now: datetime) -> CollectorRegistry:
    """Whether notices still become messages."""
    registry = CollectorRegistry()
    troubles = Gauge("bowbell_flow_troubles", "What is wrong with the flow: see /readyz.", registry=registry)
    troubles.set(len(flow_troubles(flow, now=now)))
    arrived = Gauge("bowbell_canary_arrived", "1 where the sample notice came through the flow.", registry=registry)
    arrived.set(flow.canary_at is not None and not flow.canary_trouble)
    for name, said, moment in (
        ("bowbell_canary_last_good_timestamp_seconds", "When the sample notice last came through.", flow.canary_good),
        ("bowbell_last_alert_timestamp_seconds", "When the newest alert was made.", flow.last_alert),
        ("bowbell_last_sent_timestamp_seconds", "When the newest message that went out was written.", flow.last_sent),
    ):
        if moment is not None:
            Gauge(name, said, registry=registry).set(moment.timestamp())
    return registry


ROUTES = (
    web.get("/healthz", healthz),
    web.get("/readyz", readyz),
    web.get("/metrics", metrics),
)
