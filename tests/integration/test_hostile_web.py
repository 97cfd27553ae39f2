"""Hostile strings in every field there is: of every form that any page shows, and of every parameter of lists and API.

The fields are found by walking the router (tests/journeys/tour.py), and the parameters in our own OpenAPI description,
so that a new one is tried the day it appears. Each run tries a sample that the name of the field decides, and
`make hostile` all 1,000 (BOWBELL_HOSTILE=1000).
"""

from __future__ import annotations

import hashlib
import os
import random
import re
from collections.abc import Iterator
from typing import cast
from urllib.parse import quote, urlencode, urlsplit

import pytest
from lxml import html
from lxml.html import HtmlElement

from tests.hostile_strings import hostile_strings
from tests.journeys.tour import ENDING, Tour, forms_in, walk
from tests.journeys.whole_house import NOBODY, WholeHouse, a_whole_house

ALL = 1000
#: Strings for each field in an ordinary run.
SAMPLE = 6
#: Stands in every string that could become markup of its own, so that it is known again.
SIGN = "b0wbe11"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHouse]:
    with a_whole_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="module")
def tour(whole: WholeHouse) -> Tour:
    return whole.run(walk(whole))


def chosen(field: str) -> list[str]:
    """The strings a field is tried with: as many as asked for, others for each field, the same in every run."""
    count = int(os.environ.get("BOWBELL_HOSTILE", str(SAMPLE)))
    everything = hostile_strings(ALL, sign=SIGN)
    if count >= len(everything):
        return everything
    dice = random.Random(hashlib.sha256(field.encode()).digest())
    return dice.sample(everything, count)


def reflected(said: str) -> list[str]:
    """What was typed and came back as markup: a tag or an attribute of our sign."""
    if SIGN not in said:
        return []
    found = []
    for each in html.document_fromstring(said).iter():
        if isinstance(each.tag, str):
            names = [each.tag, *each.attrib]
            acts = [
                str(value)
                for name, value in each.attrib.items()
                if name in {"href", "src", "action"} and SIGN in str(value)
            ]
            bad = [value for value in acts if re.match(r"\s*(?:javascript|data|vbscript):", value, re.IGNORECASE)]
            if any(SIGN in name for name in names) or bad or (each.tag == "script" and SIGN in (each.text or "")):
                found.append(html.tostring(each, encoding="unicode")[:120])
    return found


def test_the_strings_are_a_thousand_different_ones_and_a_page_that_reflects_is_known() -> None:
    strings = hostile_strings(ALL, sign=SIGN)
    assert len(set(strings)) == len(strings) == ALL
    assert reflected(f"<p><script>{SIGN}</script></p>")
    assert reflected(f"<p><a href='javascript:{SIGN}'>x</a></p>")
    assert reflected(f"<input value='' on{SIGN}=x>")
    assert not reflected(f"<p>&lt;script&gt;{SIGN}</p><input value='{SIGN}'>")


def test_no_parameter_of_any_list_feed_or_api_bears_a_fault(whole: WholeHouse, tour: Tour) -> None:
    names = parameters(tour)
    lists = sorted({stop.canonical for stop in tour.stops if "{" not in stop.canonical and stop.who == NOBODY} - {""})
    feeds = sorted({urlsplit(stop.path).path for stop in tour.stops if stop.canonical.startswith("/feeds/")})
    tried = 0
    for path in (*lists, *feeds):
        for name in names:
            for typed in chosen(f"{path} {name}"):
                query = urlencode({name: typed.encode("utf-8", "surrogatepass")})
                status, kind, said = whole.run(whole.get(NOBODY, f"{path}?{query}"))
                assert status < 500, (path, name, typed[:80])
                assert kind != "text/html" or not reflected(said), (path, name, typed[:80])
                tried += 1
    assert tried >= SAMPLE * len(names) * len(lists)


def parameters(tour: Tour) -> list[str]:
    """Names in our own description of the API, and of the fields of every form that only asks."""
    description = next(stop.text for stop in tour.stops if stop.canonical == "/api/openapi.json")
    found = set(re.findall(r'"name": ?"(\w+)", "in": ?"query"', description))
    for stop in tour.pages:
        form = html.fromstring(stop.text).xpath("//form[@method='get']//*[@name]/@name")
        found |= {str(each) for each in cast("list[str]", form)}
    return sorted(found)


def test_no_part_of_any_address_bears_a_fault(whole: WholeHouse, tour: Tour) -> None:
    for canonical in sorted({stop.canonical for stop in tour.stops if "{" in stop.canonical}):
        for typed in chosen(canonical):
            part = quote(typed[:2000].encode("utf-8", "surrogatepass"), safe="") or "%20"
            path = part.join(re.split(r"\{[^}]+\}", canonical))
            status, kind, said = whole.run(whole.get("copy administrator", path))
            assert status < 500, (canonical, typed[:80])
            assert kind != "text/html" or not reflected(said), (canonical, typed[:80])


def test_no_field_of_any_form_bears_a_fault(whole: WholeHouse, tour: Tour) -> None:
    tried, seen = 0, set[str]()
    for stop in tour.pages:
        for form in forms_in(stop.text) if stop.status == 200 else ():
            action = str(form.get("action") or stop.path)
            kind = re.sub(r"[\w.-]{20,}|\d+", "*", f"{urlsplit(action).path} {' '.join(fields_of(form))}")
            if kind in seen or urlsplit(action).path.endswith(ENDING):
                continue
            seen.add(kind)
            for name in fields_of(form):
                for typed in chosen(f"{kind} {name}"):
                    body = [(other, said) for other, said in usual(form) if other != name]
                    status, said = whole.run(whole.post(stop.who, action, *body, (name, writable(typed))))
                    assert status < 500, (action, name, typed[:80])
                    assert not reflected(said), (action, name, typed[:80])
                    tried += 1
    assert tried >= SAMPLE * len(seen)
    assert len(seen) > 5


def fields_of(form: HtmlElement) -> list[str]:
    """Names of every field and button of a form."""
    found = cast("list[str]", form.xpath(".//input/@name | .//select/@name | .//textarea/@name | .//button/@name"))
    return list(dict.fromkeys(map(str, found)))


def usual(form: HtmlElement) -> list[tuple[str, str]]:
    """What a form would send as it stands, with the first of each group of boxes ticked."""
    boxes: dict[str, str] = {}
    for each in cast("list[HtmlElement]", form.xpath(".//input[@type='checkbox' or @type='radio']")):
        boxes.setdefault(str(each.get("name")), str(each.get("value")))
    others = cast("list[HtmlElement]", form.xpath(".//input[not(@type='checkbox' or @type='radio')] | .//textarea"))
    typed = [(str(each.get("name")), str(each.get("value") or each.text or "")) for each in others if each.get("name")]
    return [*boxes.items(), *typed]


def writable(typed: str) -> str:
    """A string that a form can carry; lone halves of characters cannot be sent by any browser."""
    return typed.encode("utf-8", "replace").decode("utf-8")
