"""The start page, the list with its filters, and the page of one opportunity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from service.domain.sectors import all_sectors
from service.domain.wording import count_words, list_words
from service.web.cards import card_of, page_path
from service.web.desk import MovedTo
from service.web.details import detail_of
from service.web.forms.filters import CLOSINGS, SIZES, Filters, area_label, boroughs_by_name, read_filters
from service.web.house import house_of, now_in
from service.web.pages.freshness import source_note
from service.web.rendering import page
from service.web.view import Found

#: Opportunities on the start page and on a page of the list.
ON_START = 6
ON_A_PAGE = 20

#: Choices of a filter shown before "more".
_SHOWN_FIRST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice of a filter with how many it would show; None: not counted."""

    value: str
    text: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A filter in words, with the address of the list without it."""

    text: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The filters and the words around the results."""

    words: str
    sizes: tuple[Option, ...]
    sectors: tuple[Option, ...]
    more_sectors: tuple[Option, ...]
    areas: tuple[Option, ...]
    more_areas: tuple[Option, ...]
    closings: tuple[dict[str, object], ...]
    chosen: tuple[Chosen, ...]
    total_words: str
    about: str
    feed_query: str
    previous: str
    next: str
    page_words: str


async def start(request: web.Request) -> web.Response:
    """`/`: what this is, and the newest open opportunities."""
    desk = house_of(request).desk
    found = await desk.open_opportunities(Filters(), size=ON_START, counted=False)
    now = now_in(request)
    return await page(
        request,
        "pages/home.html",
        total=found.total,
        cards=[card_of(view, now=now) for view in found.items],
        source_note=source_note(await desk.sources()),
    )


async def opportunities(request: web.Request) -> web.Response:
    """`/opportunities`: the list and its filters."""
    desk = house_of(request).desk
    filters = read_filters(request.query)
    found = await desk.open_opportunities(filters, size=ON_A_PAGE, counted=True)
    now = now_in(request)
    return await page(
        request,
        "pages/opportunities.html",
        search=search_of(filters, found),
        cards=[card_of(view, now=now) for view in found.items],
        source_note=source_note(await desk.sources()),
    )


async def opportunity(request: web.Request) -> web.Response:
    """`/opportunities/{id}`: one opportunity in plain words, the official notice first."""
    desk = house_of(request).desk
    found = await desk.opportunity(request.match_info["id"])
    if isinstance(found, MovedTo):
        raise web.HTTPMovedPermanently(page_path(found.identity))
    now = now_in(request)
    card = card_of(found, now=now)
    return await page(
        request,
        "pages/opportunity.html",
        title=found.title,
        card=card,
        detail=detail_of(found, card, now=now),
    )


def search_of(filters: Filters, found: Found) -> Search:
    """The filters with their ticks and counts, and the words above and below the results."""
    counts = found.counts
    sectors = _options(
        [(sector.key, sector.label) for sector in all_sectors()], filters.sectors, counts.sectors if counts else None
    )
    areas = _options(list(boroughs_by_name()), filters.areas, counts.areas if counts else None)
    first_sectors, more_sectors = _split(sectors)
    first_areas, more_areas = _split(areas)
    every = Option(value="london", text=area_label("london"), count=None, chosen="london" in filters.areas)
    first = (filters.page - 1) * ON_A_PAGE + 1
    last = first + len(found.items) - 1
    path = "/opportunities"
    return Search(
        words=filters.words,
        sizes=_options(list(SIZES.items()), filters.sizes, counts.sizes if counts else None),
        sectors=first_sectors,
        more_sectors=more_sectors,
        areas=(every, *first_areas),
        more_areas=more_areas,
        closings=tuple({"value": key, "text": text, "selected": key == filters.closing} for key, text, _ in CLOSINGS),
        chosen=tuple(Chosen(text=text, without=without) for text, without in filters.chosen()),
        total_words=count_words(found.total, "open opportunity", "open opportunities").capitalize(),
        about=_about(filters),
        feed_query=filters.query(),
        previous=f"{path}{filters.query(page=filters.page - 1)}" if filters.page > 1 else "",
        next=f"{path}{filters.query(page=filters.page + 1)}" if last < found.total and found.items else "",
        page_words=f"{first:,} to {last:,} of {found.total:,}" if found.items else "",
    )


def _options(
    choices: list[tuple[str, str]], chosen: tuple[str, ...], counts: Mapping[str, int] | None
) -> tuple[Option, ...]:
    return tuple(
        Option(value=key, text=text, count=None if counts is None else counts.get(key, 0), chosen=key in chosen)
        for key, text in choices
    )


def _split(options: tuple[Option, ...]) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """The chosen and the fullest first, in the order they came in; choices that show nothing wait in the rest."""
    ranked = sorted(options, key=lambda option: (not option.chosen, -(option.count or 0)))
    worth_showing = [option for option in ranked if option.chosen or option.count != 0] or ranked
    taken = {option.value for option in worth_showing[: max(_SHOWN_FIRST, sum(option.chosen for option in options))]}
    return (
        tuple(option for option in options if option.value in taken),
        tuple(option for option in options if option.value not in taken),
    )


def _about(filters: Filters) -> str:
    """What the list is narrowed to, for its heading: “cleaning”, Hackney and Islington."""
    labels = {sector.key: sector.label for sector in all_sectors()}
    parts = (
        f"“{filters.words}”" if filters.words else "",
        list_words([labels[key] for key in filters.sectors]),
        list_words([area_label(code) for code in filters.areas]),
    )
    return ", ".join(part for part in parts if part)


ROUTES = (
    web.get("/", start),
    web.get("/opportunities", opportunities),
    web.get("/opportunities/{id}", opportunity),
)
