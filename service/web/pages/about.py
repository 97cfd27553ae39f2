"""Pages that only explain: support, how we decide, privacy, accessibility, words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from service.domain.gazetteer import gazetteer
from service.domain.programme import Programme
from service.domain.sectors import all_sectors
from service.domain.wording import day_words, list_words, opened
from service.web.cards import NOT_STATED, safe_href
from service.web.details import Fact
from service.web.forms.filters import LONDON
from service.web.house import house_of, now_in
from service.web.rendering import page

_SIZE_WORDS = {"micro": "under 10 people", "small": "10 to 49", "medium": "50 to 249"}
_GROUPS = (
    ("borough", "In one borough"),
    ("london", "All over London"),
    ("country", "Anywhere in the country"),
    ("paid", "Not free, or not known to be"),
)
_AREA_WORDS = {"london": "London", "england": "England", "uk": "the whole country"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeCard:
    """A programme of support in words."""

    key: str
    name: str
    href: str
    provider: str
    summary: str
    facts: tuple[Fact, ...]
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeGroup:
    """Programmes under one heading."""

    key: str
    title: str
    programmes: tuple[ProgrammeCard, ...]


async def support(request: web.Request) -> web.Response:
    """`/support`: the programmes that may be put before people today."""
    programmes = await house_of(request).desk.programmes()
    today = now_in(request).astimezone(LONDON).date()
    return await page(request, "pages/support.html", groups=programme_groups(programmes, today=today))


async def how_we_decide(request: web.Request) -> web.Response:
    """`/how-we-decide`: the rules in words."""
    rules = [
        {"label": rule.label, "lines": rule.lines, "source": rule.source, "checked": _checked(rule.checked)}
        for rule in house_of(request).size_rules
    ]
    return await page(request, "pages/how_we_decide.html", sector_count=len(all_sectors()), size_rules=rules)


async def privacy(request: web.Request) -> web.Response:
    """`/privacy`: what is kept, why and how long."""
    return await page(request, "pages/privacy.html", operator=house_of(request).operator)


async def accessibility(request: web.Request) -> web.Response:
    """`/accessibility`: what can be counted on and what does not work yet."""
    return await page(request, "pages/accessibility.html", operator=house_of(request).operator)


async def glossary(request: web.Request) -> web.Response:
    """`/glossary`: words of buying, explained."""
    return await page(request, "pages/glossary.html")


def programme_groups(programmes: Sequence[Programme], *, today: date) -> tuple[ProgrammeGroup, ...]:
    """The catalogue as it is read: what is free, nearest first, and then what costs something or does not say."""
    ordered = sorted(programmes, key=lambda programme: programme.name.casefold())
    chosen: dict[str, list[ProgrammeCard]] = {key: [] for key, _ in _GROUPS}
    for programme in ordered:
        reach = "paid" if programme.cost.free is not True else _reach(programme)
        chosen[reach].append(programme_card(programme, today=today))
    return tuple(
        ProgrammeGroup(key=key, title=title, programmes=tuple(chosen[key])) for key, title in _GROUPS if chosen[key]
    )


def _reach(programme: Programme) -> str:
    if any(gazetteer().borough(code) for code in programme.area):
        return "borough"
    return "london" if "london" in programme.area else "country"


def programme_card(programme: Programme, *, today: date) -> ProgrammeCard:
    """A programme in words, as seen on a day."""
    facts = [Fact(name="For", text=programme.for_whom)]
    if programme.sizes:
        facts.append(Fact(name="Size", text=list_words([_SIZE_WORDS[size] for size in programme.sizes])))
    facts.append(Fact(name="Where", text=list_words([_area(code) for code in programme.area], most=4)))
    facts.append(Fact(name="Cost", text=_cost(programme)))
    if programme.ends is not None:
        facts.append(Fact(name="Until", text=day_words(programme.ends, today=today)))
    if programme.how_to_apply:
        facts.append(Fact(name="First step", text=programme.how_to_apply))
    checked = programme.last_checked
    return ProgrammeCard(
        key=programme.key,
        name=programme.name,
        href=safe_href(programme.url or ""),
        provider=programme.provider,
        summary=programme.summary,
        facts=tuple(facts),
        checked=f"Last checked {_checked(checked)}." if checked else "",
    )


def _checked(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _area(code: str) -> str:
    return _AREA_WORDS.get(code) or gazetteer().area_name(code) or code


def _cost(programme: Programme) -> str:
    note = opened(programme.cost.note or "")
    if programme.cost.free is None:
        return note or NOT_STATED
    word = "Free" if programme.cost.free else "Not free"
    return f"{word}. {note}" if note else word


ROUTES = (
    web.get("/support", support),
    web.get("/how-we-decide", how_we_decide),
    web.get("/privacy", privacy),
    web.get("/accessibility", accessibility),
    web.get("/glossary", glossary),
)
