"""`/support`: the programmes that may be put before people today, by what they help with, each with its own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from service.domain.gazetteer import gazetteer
from service.domain.oruk import service_id
from service.domain.programme import HELPS, SIZES, Programme, is_sendable
from service.domain.sectors import all_sectors
from service.domain.wording import count_words, opened
from service.errors import NotFound
from service.web.forms.filters import LONDON, boroughs_by_name
from service.web.house import house_of, now_in
from service.web.programme_card import ProgrammeCard, programme_card
from service.web.programme_words import HELP_WORDS, SIZE_WORDS
from service.web.rendering import page

_GENERAL = "General advice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the reader looks for; what is not understood is left out."""

    borough: str = ""
    sector: str = ""
    size: str = ""
    need: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.borough or self.sector or self.size or self.need)

    @property
    def query(self) -> str:
        """The part of an address after the path; "" where nothing narrows."""
        said = {"need": self.need, "area": self.borough, "sector": self.sector, "size": self.size}
        kept = {name: value for name, value in said.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def fits(self, programme: Programme) -> bool:
        """Whether a programme is open to such a firm and helps with what is looked for."""
        wide = {"uk", "england", "london"}.intersection(programme.area)
        return (
            (not self.borough or bool(wide) or self.borough in programme.area)
            and (not self.sector or not programme.sectors or self.sector in programme.sectors)
            and (not self.size or not programme.sizes or self.size in programme.sizes)
            and (not self.need or self.need in programme.helps_with)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeGroup:
    """Programmes under one heading."""

    key: str
    title: str
    programmes: tuple[ProgrammeCard, ...]


async def support(request: web.Request) -> web.Response:
    """`/support`: what is current, by what it helps with."""
    looked, today = looked_in(request), now_in(request).astimezone(LONDON).date()
    every = await house_of(request).desk.every_programme()
    found = [each for each in every if is_sendable(each, today) and looked.fits(each)]
    return await page(
        request,
        "pages/support.html",
        groups=programme_groups(found, today=today, need=looked.need),
        total=opened(count_words(len(found), "programme", "programmes")),
        is_filtered=looked.is_filtered,
        needs=choices("Anything", HELP_WORDS.items(), chosen=looked.need),
        boroughs=choices("All of London", boroughs_by_name(), chosen=looked.borough),
        sectors=choices("Any trade", [(each.key, each.label) for each in all_sectors()], chosen=looked.sector),
        sizes=choices("Any size", SIZE_WORDS.items(), chosen=looked.size),
        ended=sorted((each.name for each in every if each.state == "ended"), key=str.casefold),
    )


async def programme(request: web.Request) -> web.Response:
    """`/support/{key}`: one programme with all that is known of it. One that has ended or is full says so.

    Raises NotFound.
    """
    key, today = request.match_info["key"], now_in(request).astimezone(LONDON).date()
    found = {each.key: each for each in await house_of(request).desk.every_programme()}.get(key)
    if found is None or not (found.state == "ended" or is_sendable(replace(found, capacity=None), today)):
        raise NotFound("It may have ended, or wait to be checked.")
    return await page(
        request,
        "pages/programme.html",
        card=programme_card(found, today=today, whole=True),
        has_ended=found.state == "ended",
        service=f"/oruk/services/{service_id(found.key)}",
        capacity=found.capacity if found.capacity in {"full", "paused"} else "",
    )


def programme_groups(programmes: Sequence[Programme], *, today: date, need: str = "") -> tuple[ProgrammeGroup, ...]:
    """The catalogue by what helps, each programme once: under the need looked for, or the first it helps with.

    What is free comes first, then what costs something or does not say.
    """
    chosen: dict[str, list[Programme]] = {key: [] for key in (*HELPS, "general")}
    for each in sorted(programmes, key=lambda each: (each.cost.free is not True, each.name.casefold())):
        chosen[need or next(iter(each.helps_with), "general")].append(each)
    titles: dict[str, str] = dict(HELP_WORDS.items())
    titles["general"] = _GENERAL
    return tuple(
        ProgrammeGroup(key=key, title=titles[key], programmes=tuple(programme_card(each, today=today) for each in all_))
        for key, all_ in chosen.items()
        if all_
    )


def looked_in(request: web.Request) -> Looked:
    """What an address asks for."""
    said = request.query
    return Looked(
        borough=_one_of(said.get("area", ""), gazetteer().authorities),
        sector=_one_of(said.get("sector", ""), [each.key for each in all_sectors()]),
        size=_one_of(said.get("size", ""), SIZES),
        need=_one_of(said.get("need", ""), HELPS),
    )


def _one_of(said: str, known: Iterable[str]) -> str:
    return said if said in set(known) else ""


def choices(anything: str, words: Iterable[tuple[str, str]], *, chosen: str) -> list[dict[str, object]]:
    """A list to choose from, with a word for no choice first."""
    return [{"value": key, "text": text, "selected": key == chosen} for key, text in (("", anything), *words)]


ROUTES = (web.get("/support", support), web.get("/support/{key}", programme))
