"""The sources page: which councils are covered and how, what we read, how it fares, and who said that we may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from service.domain.buying import HowItBuys, PortalInUse, how_they_buy
from service.domain.coverage import Coverage, Reader, coverage
from service.domain.gazetteer import gazetteer
from service.domain.wording import LONDON, ago_words, day_words, list_words
from service.web.cards import safe_href
from service.web.details import Fact
from service.web.house import house_of, now_in
from service.web.london_tiles import Place, places
from service.web.pages.freshness import freshness_words, source_note
from service.web.rendering import page
from service.web.view import SourceView

_HEALTH = {
    "ok": ("Working", "suits"),
    "empty": ("Working, its list is empty", "suits"),
    "drift": ("Changed its shape", "might"),
    "blocked": ("Turns us away", "might"),
    "stale": ("Quiet for too long", "might"),
    "down": ("Cannot be reached", "ended"),
    "never": ("Not read yet", ""),
    "disabled": ("Switched off", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """A source in words."""

    key: str
    name: str
    home: str
    health: str
    tone: str
    polled: str
    reason: str
    permission: str
    facts: tuple[Fact, ...]
    caveats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One authority on the picture and in the table beneath it. `how` is own, national or none."""

    gss: str
    name: str
    short: str
    row: int
    column: int
    how: str
    sign: str
    national: str
    own: str
    portal: str
    portal_href: str
    evidence: str
    selling_page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of the 33 are covered in each way: two numbers that are never added up."""

    national: int
    own: int
    none: int
    total: int


_SIGNS = {"own": "●", "national": "○", "none": "✕"}


async def sources(request: web.Request) -> web.Response:
    """`/sources`: who is covered and how, and each source with its health in words."""
    seen = await house_of(request).desk.sources()
    now = now_in(request)
    tiles = tiles_of(seen, now=now)
    return await page(
        request,
        "pages/sources.html",
        headline=freshness_words(seen, now=now) or "No source is set up.",
        source_note=source_note(seen),
        tally=tally_of(tiles),
        tiles=tiles,
        read=[source_card(source, now=now) for source in seen if source.health != "disabled"],
        shut=[source_card(source, now=now) for source in seen if source.health == "disabled"],
    )


def reader_of(source: SourceView) -> Reader:
    """A source as far as coverage goes."""
    return Reader(
        name=source.name,
        health=source.health,
        national=source.national,
        authorities=source.authorities,
        last_good=source.last_good,
    )


def tiles_of(seen: Sequence[SourceView], *, now: datetime) -> tuple[Tile, ...]:
    """The 33 authorities by name, each with how it is covered and where it publishes."""
    where, known = places(), how_they_buy()
    found = [
        _tile(each, known[gss], place=where[gss], now=now)
        for gss, each in coverage(map(reader_of, seen), now=now).items()
    ]
    return tuple(sorted(found, key=lambda tile: tile.name))


def _tile(each: Coverage, buys: HowItBuys, *, place: Place, now: datetime) -> Tile:
    how = "own" if each.own else "national" if each.national else "none"
    portal, evidence = portal_words(buys.portal)
    last = each.own_last_good
    return Tile(
        gss=each.gss,
        name=gazetteer().area_name(each.gss) or each.gss,
        short=place.short,
        row=place.row,
        column=place.column,
        how=how,
        sign=_SIGNS[how],
        national=list_words(each.national),
        own=f"{list_words(each.own)}, read {ago_words(last, now=now)}" if last is not None else "",
        portal=portal,
        portal_href=safe_href(buys.portal.address),
        evidence=evidence,
        selling_page=safe_href(buys.selling_page.said) if buys.selling_page else "",
    )


def tally_of(tiles: Sequence[Tile]) -> Tally:
    """The two numbers, and how many have neither."""
    return Tally(
        national=sum(bool(tile.national) for tile in tiles),
        own=sum(tile.how == "own" for tile in tiles),
        none=sum(tile.how == "none" for tile in tiles),
        total=len(tiles),
    )


def source_card(source: SourceView, *, now: datetime) -> SourceCard:
    """A source in words, as seen at a moment."""
    health, tone = _HEALTH[source.health]
    facts = [Fact(name="How often", text=source.rhythm)] if source.rhythm else []
    if source.last_good is not None:
        facts.append(Fact(name="Read well", text=ago_words(source.last_good, now=now)))
    if source.last_new is not None:
        facts.append(Fact(name="Last new", text=ago_words(source.last_new, now=now)))
    if source.national:
        facts.append(Fact(name="Covers", text="every council in London"))
    elif source.authorities:
        names = [gazetteer().area_name(code) or code for code in source.authorities]
        facts.append(Fact(name="Covers", text=list_words(names, most=4)))
    return SourceCard(
        key=source.key,
        name=source.name,
        home=safe_href(source.home),
        health=health,
        tone=tone,
        polled=_polled(source, now=now),
        reason="" if source.health == "disabled" else source.reason,
        permission=permission_words(source, now=now),
        facts=tuple(facts),
        caveats=source.caveats,
    )


def _polled(source: SourceView, *, now: datetime) -> str:
    if source.last_poll is None:
        return "Never read"
    said = f"Last asked {ago_words(source.last_poll, now=now)}"
    is_news = source.since is not None and source.health not in {"ok", "empty"}
    return f"{said}; like this since {_day(source.since, now=now)}" if is_news and source.since else said


def permission_words(source: SourceView, *, now: datetime) -> str:
    """Who said that we may read a source, in a sentence or two."""
    if source.permission == "prohibited":
        return "Never read: its terms forbid what we would do."
    permit = source.permit
    if source.permission == "open":
        return f"Anybody may read it: {source.licence}."
    if permit is None:
        return "Not read before somebody has read its robots.txt and its terms, and put that on record here."
    today = now.astimezone(LONDON).date()
    return (
        f"Permitted by the {permit.by} on {_day(permit.given, now=now)}: {permit.basis}. "
        f"robots.txt read on {day_words(permit.robots_read, today=today)}, "
        f"terms on {day_words(permit.terms_read, today=today)}."
    )


def _day(moment: datetime, *, now: datetime) -> str:
    return day_words(moment.astimezone(LONDON).date(), today=now.astimezone(LONDON).date())


def portal_words(portal: PortalInUse) -> tuple[str, str]:
    """The name of a portal ("not known" where it is not) and how old the evidence is, "" where there is none."""
    date = portal.evidence.date
    if not portal.name:
        return "not known", ""
    return portal.name, f"seen {_evidence_date(date)}" if date else "from an undated page"


def _evidence_date(date: str) -> str:
    year, month, day = (*date.split("-"), "", "")[:3]
    if not month:
        return year
    named = datetime(int(year), int(month), int(day or 1), tzinfo=LONDON)
    return f"{named.day} {named:%b %Y}" if day else f"{named:%b %Y}"


ROUTES = (web.get("/sources", sources),)
