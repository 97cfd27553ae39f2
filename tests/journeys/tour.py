"""A walk through every route of the router, for every visitor: addresses are found, not listed.

Routes without a part to fill in are asked for as they are; links in pages and in letters lead to the others.
A route that nobody is led to is reported, so that a page cannot be forgotten.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urldefrag, urljoin, urlsplit

from aiohttp import web
from lxml import html
from lxml.html import HtmlElement

from tests.journeys.whole_house import MEMBER, NOBODY, WholeHouse

#: Addresses looked at for one route: by those who see most, and by each of the others.
MANY, ONE = 3, 1
#: Lists as people narrow them: the full one, an empty one, and what is no longer open.
SEARCHES = (
    "/opportunities?q=cleaning&sector=environment&area=E09000012&size=micro&closing=30",
    "/opportunities?q=nothing-has-this-word&min=5&max=6",
    "/opportunities?standing=all&sort=closing",
    "/nothing-here",
)
#: Forms that end a visit or a firm.
ENDING = ("/stop", "/erase", "/remove", "/withdraw", "/sign-out", "/sign-out/everywhere")


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One address as one visitor got it."""

    who: str
    path: str
    canonical: str
    status: int
    kind: str
    text: str

    @property
    def is_page(self) -> bool:
        """Whether it is for eyes."""
        return self.kind == "text/html"

    @property
    def look(self) -> str:
        """The same for pages whose content is the same, whoever sees them and whatever token they carry."""
        content = re.sub(
            r"<header.*?</header>|<meta[^>]*>|(?:href|action|src)=\"[^\"]*\"", "", self.text, flags=re.DOTALL
        )
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass
class Tour:
    """Everything that was seen."""

    stops: list[Stop] = field(default_factory=list)
    #: GET routes that nobody was led to.
    missed: list[str] = field(default_factory=list)

    @property
    def pages(self) -> list[Stop]:
        """Those for eyes."""
        return [stop for stop in self.stops if stop.is_page]

    def different(self) -> list[Stop]:
        """Pages that differ in more than who is signed in, and one page for each visitor's own header."""
        found: dict[str, Stop] = {}
        for stop in self.pages:
            found.setdefault(stop.look, stop)
        seen = {stop.who for stop in found.values()}
        others = {stop.who: stop for stop in self.pages if stop.who not in seen}
        return [*found.values(), *others.values()]


def gets(app: web.Application) -> list[str]:
    """Every address that can be asked for, with its parts to fill in."""
    found = {
        route.resource.canonical
        for route in app.router.routes()
        if route.method == "GET" and isinstance(route.resource, web.Resource)
    }
    return sorted(found - {"/static/{name}"})


def canonical_of(path: str, known: Iterable[str]) -> str:
    """The route an address belongs to, the most literal one; "" where there is none."""
    plain = urlsplit(path).path
    fits = [each for each in known if re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(each)), plain)]
    return min(fits, key=lambda each: each.count("{"), default="")


def links_in(page: str, at: str) -> Iterator[str]:
    """Paths of ours that a page leads to, without the part after #."""
    for href in found_in(page, "//a/@href | //link[@rel='alternate']/@href | //iframe/@src"):
        address = urldefrag(urljoin(f"http://here{at}", href)).url
        if address.startswith("http://here/"):
            yield address.removeprefix("http://here")


async def walk(whole: WholeHouse) -> Tour:
    """Go everywhere, as everybody."""
    tour, known = Tour(), gets(whole.app)
    plain = [each for each in known if "{" not in each]
    letters = await whole.links_of_letters()
    reached: set[str] = set()
    for who in whole.visitors:
        most = MANY if who in {NOBODY, MEMBER} else ONE
        seeds = [*plain, *(SEARCHES if who == NOBODY else ()), *(letters if most == MANY else ())]
        async for stop in _walk_as(whole, who, seeds, known, most):
            tour.stops.append(stop)
            if stop.status == web.HTTPOk.status_code:
                reached.add(stop.canonical)
    for each in sorted(set(known) - reached):
        if alike := await _by_likeness(whole, each, tour):
            tour.stops.append(alike)
        else:
            tour.missed.append(each)
    return tour


async def _walk_as(whole: WholeHouse, who: str, seeds: list[str], known: list[str], most: int) -> AsyncIterator[Stop]:
    waiting, seen, times = deque(seeds), set(seeds), Counter[str]()
    while waiting:
        path = waiting.popleft()
        canonical = canonical_of(path, known)
        if times[canonical] >= most and path not in SEARCHES:
            continue
        status, kind, text = await whole.get(who, path)
        if status == web.HTTPOk.status_code or not canonical:
            times[canonical] += 1
        yield Stop(who=who, path=path, canonical=canonical, status=status, kind=kind, text=text)
        if kind == "text/html" and status == web.HTTPOk.status_code:
            for link in links_in(text, path):
                if link not in seen and canonical_of(link, known):
                    seen.add(link)
                    waiting.append(link)


async def _by_likeness(whole: WholeHouse, canonical: str, tour: Tour) -> Stop | None:
    """A route that ends as another does (`/api/opportunities/{id}`) is filled in like it."""
    tail = re.search(r"/[^/]+/\{[^}]+\}$", canonical)
    if tail is None:
        return None
    for stop in tour.stops:
        if stop.canonical.endswith(tail[0]) and stop.status == web.HTTPOk.status_code:
            path = canonical[: tail.start()] + "/" + "/".join(urlsplit(stop.path).path.rsplit("/", 2)[1:])
            status, kind, text = await whole.get(stop.who, path)
            if status == web.HTTPOk.status_code:
                return Stop(who=stop.who, path=path, canonical=canonical, status=status, kind=kind, text=text)
    return None


def found_in(page: str, xpath: str) -> list[str]:
    """Attributes, texts or elements of a page; elements only to be counted."""
    return [str(each) for each in cast("list[object]", html.fromstring(page).xpath(xpath))]


def forms_in(page: str) -> list[HtmlElement]:
    """The forms of a page that ask something and are posted."""
    asking = ".//input[not(@type='hidden')] | .//select | .//textarea"
    posted = cast("list[HtmlElement]", html.fromstring(page).xpath("//main//form[@method='post']"))
    return [each for each in posted if each.xpath(asking)]
