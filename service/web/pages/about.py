"""Pages that only explain: how we decide, privacy, accessibility, words."""

from __future__ import annotations

from datetime import date

from aiohttp import web

from service.domain.sectors import all_sectors
from service.domain.thresholds import threshold_for
from service.domain.wording import LONDON, sum_words
from service.web.explained import terms
from service.web.house import house_of, now_in
from service.web.rendering import page


async def how_we_decide(request: web.Request) -> web.Response:
    """`/how-we-decide`: the rules in words."""
    rules = [
        {"label": rule.label, "lines": rule.lines, "source": rule.source, "checked": _checked(rule.checked)}
        for rule in house_of(request).size_rules
    ]
    today = now_in(request).astimezone(LONDON).date()
    return await page(
        request,
        "pages/how_we_decide.html",
        sector_count=len(all_sectors()),
        size_rules=rules,
        sums={
            "full": _sum("goods_and_services", today),
            "notice": _sum("notice", today),
        },
    )


async def privacy(request: web.Request) -> web.Response:
    """`/privacy`: what is kept, why and how long."""
    return await page(request, "pages/privacy.html", operator=house_of(request).operator)


async def accessibility(request: web.Request) -> web.Response:
    """`/accessibility`: what can be counted on and what does not work yet."""
    return await page(request, "pages/accessibility.html", operator=house_of(request).operator)


async def glossary(request: web.Request) -> web.Response:
    """`/glossary`: words of buying, explained."""
    return await page(request, "pages/glossary.html", terms=terms())


def _sum(what: str, today: date) -> str:
    """A sum of the law for boroughs, in words."""
    found = threshold_for(what, who="other", day=today)
    return sum_words(found.amount, "GBP") if found is not None else "a sum we do not know"


def _checked(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


ROUTES = (
    web.get("/how-we-decide", how_we_decide),
    web.get("/privacy", privacy),
    web.get("/accessibility", accessibility),
    web.get("/glossary", glossary),
)
