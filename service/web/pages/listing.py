"""The start page, the list with its filters, and the page of one opportunity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aiohttp import web

from service.domain.sectors import all_sectors
from service.domain.wording import count_words, list_words, moment_words
from service.web.audience import visitor_of
from service.web.cards import card_of, page_path
from service.web.desk import MovedTo
from service.web.details import detail_of
from service.web.forms.filters import (
    BELOW_THRESHOLD,
    CLOSINGS,
    ORDERS,
    PAGE_CAP,
    SIZES,
    STANDINGS,
    UNIONS,
    Filters,
    area_label,
    boroughs_by_name,
    read_filters,
)
from service.web.house import house_of, now_in
from service.web.pages.freshness import source_note
from service.web.rendering import page
from service.web.view import Found, OpportunityView

#: Opportunities on the start page and on a page of the list.
ON_START = 6
ON_A_PAGE = 20

_PATH = "/opportunities"
#: Sources from which it is worth to choose.
_WORTH_CHOOSING = 2
#: What is said after a button about a posting was pressed.
_SAID = {
    "asked": "The buyer has your question. You are told when it is answered.",
    "replied": "It is on your list. We tell you the outcome.",
}
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
class Ordered:
    """An order of the list, with its address; "" for the one it is in."""

    text: str
    href: str


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
    value_min: str
    value_max: str
    below: tuple[Option, ...]
    sources: tuple[Option, ...]
    standings: tuple[dict[str, object], ...]
    unions: tuple[dict[str, object], ...]
    more_chosen: bool
    orders: tuple[Ordered, ...]
    sort: str
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
    sources = await desk.sources()
    now = now_in(request)
    return await page(
        request,
        "pages/opportunities.html",
        search=search_of(filters, found, source_names={source.key: source.name for source in sources}),
        cards=[card_of(view, now=now) for view in found.items],
        attributions=_attributions(found),
        source_note=source_note(sources),
    )


async def opportunity(request: web.Request) -> web.Response:
    """`/opportunities/{id}`: one opportunity in plain words, the official notice first."""
    return await opportunity_page(request)


async def opportunity_page(request: web.Request, *, typed: str = "", problem: str = "") -> web.Response:
    """The page of an opportunity; `typed` is a question that was not taken, and `problem` why."""
    desk = house_of(request).desk
    found = await desk.opportunity(request.match_info["id"])
    if isinstance(found, MovedTo):
        raise web.HTTPMovedPermanently(page_path(found.identity))
    now = now_in(request)
    card, visitor = card_of(found, now=now), visitor_of(request)
    return await page(
        request,
        "pages/opportunity.html",
        status=422 if problem else 200,
        asked=await _asked(request, found, typed=typed, problem=problem) if found.talk else None,
        talk=found.talk,
        own=house_of(request).public_url,
        part_of={"number": found.part_of, "href": found.part_of_here and page_path(found.part_of_here)}
        if found.part_of
        else None,
        title=found.title,
        card=card,
        detail=detail_of(found, card, now=now),
        save=f"/account/list/{found.identity}" if visitor and visitor.firm else "",
    )


async def _asked(request: web.Request, found: OpportunityView, *, typed: str, problem: str) -> dict[str, object]:
    """How a visitor stands with what was posted here."""
    visitor, now = visitor_of(request), now_in(request)
    is_firm = visitor is not None and visitor.firm is not None
    talk = house_of(request).accounts.posting_talk
    mine = await talk.reply_of(visitor, found.identity) if visitor is not None and is_firm else None
    done = next((said for name, said in _SAID.items() if request.query.get(name)), "")
    return {
        "is_firm": is_firm,
        "replied": mine is not None,
        "until": moment_words(found.talk.questions_until, now=now) if found.talk else "",
        "typed": typed,
        "problem": problem,
        "done": "" if problem else done,
    }


def _attributions(found: Found) -> tuple[str, ...]:
    """What the sources on this page ask to be said, each once; the foot of every page says the British licence."""
    return tuple(dict.fromkeys(view.attribution for view in found.items if view.union and view.attribution))


def search_of(filters: Filters, found: Found, *, source_names: Mapping[str, str]) -> Search:
    """The filters with their ticks and counts, and the words above and below the results."""
    counts = found.counts
    sectors = _options(
        [(sector.key, sector.label) for sector in all_sectors()], filters.sectors, counts.sectors if counts else None
    )
    areas = _options(list(boroughs_by_name()), filters.areas, counts.areas if counts else None)
    first_sectors, more_sectors = _split(sectors)
    first_areas, more_areas = _split(areas)
    every = _options([("london", area_label("london"))], filters.areas, counts.areas if counts else None)
    below = _options(
        [("yes", BELOW_THRESHOLD)],
        ("yes",) if filters.below_threshold else (),
        counts.below_threshold if counts else None,
    )
    first = (filters.page - 1) * ON_A_PAGE + 1
    last = first + len(found.items) - 1
    more = last < found.total and found.items and filters.page < PAGE_CAP
    return Search(
        words=filters.words,
        sizes=_options(list(SIZES.items()), filters.sizes, counts.sizes if counts else None),
        sectors=first_sectors,
        more_sectors=more_sectors,
        areas=(*every, *first_areas),
        more_areas=more_areas,
        closings=_closings(filters.closing, counts.closing if counts else {}),
        value_min="" if filters.value_min is None else f"{filters.value_min:,}",
        value_max="" if filters.value_max is None else f"{filters.value_max:,}",
        below=below,
        sources=_sources(filters, source_names, counts.sources if counts else {}),
        standings=tuple(
            {"value": key, "text": words, "selected": key == filters.standing} for key, words in STANDINGS.items()
        ),
        unions=tuple({"value": key, "text": text, "selected": key == filters.eu} for key, text in UNIONS.items()),
        more_chosen=bool(filters.eu) or filters.below_threshold or bool(filters.sources) or filters.standing != "open",
        orders=_orders(filters) if found.total > 1 else (),
        sort=filters.sort if filters.sort != "newest" else "",
        chosen=tuple(Chosen(text=text, without=without) for text, without in filters.chosen(source_names)),
        total_words=_total_words(found.total, filters.standing),
        about=_about(filters),
        feed_query=filters.query(),
        previous=f"{_PATH}{filters.query(page=filters.page - 1)}" if filters.page > 1 else "",
        next=f"{_PATH}{filters.query(page=filters.page + 1)}" if more else "",
        page_words=f"{first:,} to {last:,} of {found.total:,}" if found.items else "",
    )


def _total_words(total: int, standing: str) -> str:
    """1,204 open opportunities; No awarded opportunity."""
    kind = {"all": "", "cancelled": "withdrawn "}.get(standing, f"{standing} ")
    return count_words(total, f"{kind}opportunity", f"{kind}opportunities").capitalize()


def _closings(chosen: str, counts: Mapping[str, int]) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "value": key,
            "text": f"{words} ({counts[key]:,})" if key in counts else words,
            "selected": key == chosen,
        }
        for key, words, _ in CLOSINGS
    )


def _sources(filters: Filters, names: Mapping[str, str], counts: Mapping[str, int]) -> tuple[Option, ...]:
    """Those that have something to show; none where there is nothing to choose between."""
    keys = sorted({*counts, *filters.sources}, key=lambda key: (-counts.get(key, 0), key))
    if len(keys) < _WORTH_CHOOSING and not filters.sources:
        return ()
    return _options([(key, names.get(key, key)) for key in keys], filters.sources, counts)


def _orders(filters: Filters) -> tuple[Ordered, ...]:
    return tuple(
        Ordered(text=words, href="" if key == filters.sort else f"{_PATH}{replace(filters, sort=key).query()}")
        for key, words in ORDERS.items()
        if key != "best" or filters.words
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
        filters.words_quoted() if filters.words else "",
        list_words([labels[key] for key in filters.sectors]),
        list_words([area_label(code) for code in filters.areas]),
        filters.worth_words().lower() if filters.value_min is not None or filters.value_max is not None else "",
    )
    return ", ".join(part for part in parts if part)


ROUTES = (
    web.get("/", start),
    web.get("/opportunities", opportunities),
    web.get("/opportunities/{id}", opportunity),
)
