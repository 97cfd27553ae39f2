"""Where a string from outside can come in: every field of every form, every parameter of every address, every part.

Nothing is listed by hand. Forms are those that the walk through the router met (tests/journeys/tour.py), parameters are
those of our own description of the API, of forms that only ask, and of the code that answers an address.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import urljoin, urlsplit

from aiohttp import web
from lxml import html
from lxml.html import HtmlElement

import service.web
from service.web.forms import filters
from tests.journeys.tour import ENDING, Stop, Tour, canonical_of, found_in, gets, links_in
from tests.journeys.whole_house import WholeHouse

#: How the web reads what was typed: `query.get("q")`, `fields.getall("area")`, `(await read_form(request)).get("why")`.
_READ = re.compile(r'(?:query|fields|said|read_form\(request\)\))\.get(?:all|one)?\(\s*"([a-z_]+)"')
_ASKED = re.compile(r'query\.get(?:all|one)?\(\s*"([a-z_]+)"')
#: Acts that move a thing on, after which its forms are gone.
_MOVING = (*ENDING, "/check", "/publish", "/return", "/award", "/no-award", "/ask")
#: Read by the answering code in the way of lists: with all filters.
_FILTERED = "read_filters("


@dataclass(frozen=True, kw_only=True)
class Form:
    """One posted form as a page shows it.

    Attributes:
        who: the visitor who was shown it.
        at: the page that shows it.
        action: where it is sent.
        route: the route that takes it.
        fields: names of its fields and named buttons, hidden ones included.
        files: those of the fields that take a file.
        usual: what it would send as it stands, with the first of each group of boxes ticked.
    """

    who: str
    at: str
    action: str
    route: str
    fields: tuple[str, ...]
    files: frozenset[str]
    usual: tuple[tuple[str, str], ...]

    @property
    def moves_on(self) -> bool:
        """Whether what it acts on is no longer there to be acted on afterwards."""
        return self.route.endswith(_MOVING)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """An address with the parameters that something reads, and a visitor who may see it."""

    who: str
    path: str
    route: str
    names: tuple[str, ...]


def posts(app: web.Application) -> list[str]:
    """Every address that takes a form or a body, with its parts to fill in."""
    found = {
        route.resource.canonical
        for route in app.router.routes()
        if route.method in {"POST", "PUT", "PATCH", "DELETE"} and isinstance(route.resource, web.Resource)
    }
    return sorted(found)


async def see_every_question(whole: WholeHouse, tour: Tour) -> None:
    """Look at the pages that differ by a word in their address, as questions do, and that the walk saw one of."""
    known = gets(whole.app)
    seen = {(stop.who, urlsplit(stop.path).path) for stop in tour.stops}
    for stop in [each for each in tour.pages if is_let_in(each)]:
        for link in links_in(stop.text, stop.path):
            path = urlsplit(link).path
            route = canonical_of(path, known)
            if route.endswith("}") and re.search(r"/[a-z-]+$", path) and (stop.who, path) not in seen:
                seen.add((stop.who, path))
                status, kind, text = await whole.get(stop.who, path)
                tour.stops.append(Stop(who=stop.who, path=path, canonical=route, status=status, kind=kind, text=text))


def forms_of(tour: Tour, app: web.Application) -> list[Form]:
    """One of each kind of posted form there is.

    A route that no page shows a form for today, and a name that only the code knows, are tried too.
    """
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for stop in tour.pages:
        if stop.status == web.HTTPOk.status_code:
            for form in _posted(stop, posts(app)):
                found.setdefault((form.route, tuple(sorted(form.fields))), form)
    reads = {route: _names_of(source) for route, source in _modules(app, "POST").items()}
    forms = [*found.values(), *_unseen(list(found.values()), tour, reads)]
    shown = {name for form in forms for name in form.fields}
    forms = [replace(form, fields=(*form.fields, *sorted(reads.get(form.route, set()) - shown))) for form in forms]
    return sorted(forms, key=lambda each: (each.route, each.fields))


def _unseen(forms: list[Form], tour: Tour, reads: dict[str, set[str]]) -> Iterator[Form]:
    """Forms for routes that no page led to: all that is read there, at an address made of one that was seen."""
    seen = [(form.route, urlsplit(form.action).path, form.who) for form in forms]
    seen += [(stop.canonical, urlsplit(stop.path).path, stop.who) for stop in tour.stops if is_let_in(stop)]
    for route, names in reads.items():
        if route.startswith("/api/") or any(route == form.route for form in forms):
            continue
        parent, path, who = max((each for each in seen if _begins(route, each[0])), key=lambda each: len(each[0]))
        action = path + re.sub(r"\{[^}]+\}", "1", route.removeprefix(parent))
        yield Form(who=who, at="", action=action, route=route, fields=tuple(sorted(names)), files=frozenset(), usual=())


def _begins(route: str, parent: str) -> bool:
    return bool(parent) and (parent == route or route.startswith(f"{parent.rstrip('/')}/"))


def is_let_in(stop: Stop) -> bool:
    """Whether a visitor got the page asked for, and not the one that asks to sign in."""
    sent_away = stop.is_page and stop.canonical != "/sign-in" and "//main//form[@action='/sign-in']"
    return stop.status == web.HTTPOk.status_code and not (sent_away and found_in(stop.text, sent_away))


def _posted(stop: Stop, known: list[str]) -> Iterator[Form]:
    for form in cast("list[HtmlElement]", html.fromstring(stop.text).xpath("//form[@method='post']")):
        action = urljoin(stop.path, str(form.get("action") or stop.path))
        named = ".//input/@name | .//select/@name | .//textarea/@name | .//button/@name"
        yield Form(
            who=stop.who,
            at=stop.path,
            action=action,
            route=canonical_of(action, known),
            fields=tuple(dict.fromkeys(map(str, cast("list[str]", form.xpath(named))))),
            files=frozenset(map(str, cast("list[str]", form.xpath(".//input[@type='file']/@name")))),
            usual=tuple(_usual(form)),
        )


def _usual(form: HtmlElement) -> list[tuple[str, str]]:
    boxes: dict[str, str] = {}
    for each in cast("list[HtmlElement]", form.xpath(".//input[@type='checkbox' or @type='radio']")):
        boxes.setdefault(str(each.get("name")), str(each.get("value")))
    kinds = "@type='checkbox' or @type='radio' or @type='file'"
    others = cast("list[HtmlElement]", form.xpath(f".//input[not({kinds})] | .//textarea"))
    typed = [(str(each.get("name")), str(each.get("value") or each.text or "")) for each in others if each.get("name")]
    for each in cast("list[HtmlElement]", form.xpath(".//select[@name]")):
        chosen = cast("list[str]", each.xpath("(.//option[@selected] | .//option)[1]/@value"))
        typed += [(str(each.get("name")), str(value)) for value in chosen]
    return [*boxes.items(), *typed]


def askings_of(tour: Tour, app: web.Application) -> list[Asking]:
    """Every address that reads parameters, as somebody who may see it."""
    answering = _modules(app, "GET")
    in_forms = _asked_by_forms(tour, gets(app))
    described = _described(tour)
    found: dict[str, Asking] = {}
    for stop in tour.stops:
        route = stop.canonical
        if not route or not is_let_in(stop):
            continue
        names = {*in_forms.get(route, ()), *described.get(route, ()), *_read_by(answering.get(route, ""))}
        if names:
            path = urlsplit(stop.path).path
            key = path if route.startswith("/feeds/") else route  # one handler writes feeds of every kind
            found.setdefault(key, Asking(who=stop.who, path=path, route=route, names=tuple(sorted(names))))
    return list(found.values())


def names_in_the_code() -> set[str]:
    """Every name that the web reads from an address or a form; what programs send is tried in bodies of its own."""
    folder = Path(next(iter(service.web.__path__)))
    return {
        name
        for file in folder.rglob("*.py")
        for name in (_ASKED if file.parent.name == "api" else _READ).findall(file.read_text(encoding="utf-8"))
    }


def _modules(app: web.Application, method: str) -> dict[str, str]:
    """The source of the module that answers each address."""
    return {
        route.resource.canonical: _source(inspect.unwrap(route.handler).__module__)
        for route in app.router.routes()
        if route.method == method and isinstance(route.resource, web.Resource)
    }


def _names_of(source: str) -> set[str]:
    """What the module reads from forms, itself and through the forms it imports."""
    read = set(_READ.findall(source)) - set(_ASKED.findall(source))
    for form in re.findall(r"from (service\.web\.forms\.\w+) import", source):
        if form != filters.__name__:
            read |= set(_READ.findall(_source(form)))
    return read


@cache
def _source(module: str) -> str:
    return inspect.getsource(__import__(module, fromlist=["ROUTES"]))


def _read_by(source: str) -> Iterable[str]:
    names = re.findall(r'query\.get(?:all|one)?\(\s*"([a-z_]+)"', source)
    return [*names, *(_READ.findall(inspect.getsource(filters)) if _FILTERED in source else ())]


def _asked_by_forms(tour: Tour, known: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for stop in tour.pages:
        for form in cast("list[HtmlElement]", html.fromstring(stop.text).xpath("//form[@method='get']")):
            route = canonical_of(urljoin(stop.path, str(form.get("action") or stop.path)), known)
            found.setdefault(route, set()).update(map(str, cast("list[str]", form.xpath(".//*[@name]/@name"))))
    return found


def _described(tour: Tour) -> dict[str, set[str]]:
    text = next(stop.text for stop in tour.stops if stop.canonical == "/api/openapi.json")
    return {
        path: {str(each["name"]) for each in acts.get("get", {}).get("parameters", ()) if each["in"] == "query"}
        for path, acts in json.loads(text)["paths"].items()
    }


def parts_of(tour: Tour) -> list[tuple[str, str, str, str]]:
    """Each part to fill in of each route: the route, who may see it, and what stands before and after the part."""
    found: dict[tuple[str, int], tuple[str, str, str, str]] = {}
    for stop in tour.stops:
        path = urlsplit(stop.path).path
        fits = re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "([^/]+)", re.escape(stop.canonical)), path)
        if fits and is_let_in(stop):
            for number in range(1, len(fits.groups()) + 1):
                start, end = fits.span(number)
                found.setdefault((stop.canonical, number), (stop.canonical, stop.who, path[:start], path[end:]))
    return list(found.values())
