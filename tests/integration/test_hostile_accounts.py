"""Anything typed into any field of any form: no fault of ours, nothing reflected as markup, nothing broken for others.

The fields are found in the pages themselves, so that a new one is tried the day it appears. BOWBELL_HOSTILE=1000 makes
the list of strings that long.
"""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path

import pytest
from lxml import html
from lxml.html import HtmlElement

from service.web.house import HOUSE
from tests.account_world import OURS, World, a_world

PAGES = (
    "/sign-in",
    "/alerts/new",
    "/alerts/new/trade",
    "/alerts/new/place",
    "/alerts/new/firm",
    "/alerts/new/worth",
    "/alerts/new/check",
    "/account",
    "/account/interests/new",
    "/account/profile",
    "/account/consent",
    "/account/people",
    "/account/address",
)
#: Forms that end the story: others try them.
ENDING = ("/sign-out", "/stop", "/erase", "/remove", "/pause", "/resume")
SHARP = "<script>alert(1)</script>"
WORST = (
    "",
    SHARP,
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1; DROP TABLE firm; --",
    "{{ 7*7 }}",
    "{% raw %}",
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "x" * 20_000,
    "((((((((((" * 20,
    '"' * 51,
    "NOT " * 100,
    "a OR " * 90,
    "9" * 400,
    "1e9999",
    "-5",
    "\u0665",
    "\u202e\u2066",
    "\N{SNOWMAN}" * 500,
    "a\r\nBcc: victim@example.org",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "%s%n%d",
    "NaN",
    "london\x00",
    ",,,,,,",
)


def strings() -> list[str]:
    """The worst, and as many made up of their pieces as asked for."""
    wanted = int(os.environ.get("BOWBELL_HOSTILE", "0"))
    dice = random.Random(1)
    pieces = [*WORST, "<", ">", "&", "'", '"', "(", ")", "NOT", "AND", ",", "\n", "\t", "\x7f", "\u2028", "é", "0"]
    made = ["".join(dice.choices(pieces, k=dice.randint(1, 6)))[:30_000] for _ in range(max(0, wanted - len(WORST)))]
    return [*WORST, *made]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        await made.sign_up()
        await made.answer_questions("second@example.org")
        yield made


def forms_of(page: HtmlElement) -> list[tuple[str, dict[str, str], list[str]]]:
    """Action, usual answers and the names of the fields of every form that can be posted."""
    found = []
    for form in page.xpath("//main//form[@method='post']"):
        action = form.get("action").partition("#")[0]
        names = list(
            dict.fromkeys(form.xpath(".//input/@name | .//select/@name | .//textarea/@name | .//button/@name"))
        )
        if names and not action.endswith(ENDING):
            usual = {"sector": "environment", "area": "london", "size": "micro", "do": "preview"}
            found.append((action, {name: usual.get(name, "") for name in names}, names))
    return found


def reflected(said: str) -> list[HtmlElement]:
    """What was typed and stands in a page as markup of its own."""
    if not said.strip():
        return []
    page = html.fromstring(said)
    return [
        each
        for each in page.iter()
        if (each.tag in {"script", "img"} or {"onerror", "onclick"} & set(each.attrib)) and not _is_ours(each)
    ]


def _is_ours(element: HtmlElement) -> bool:
    """Whether it is a script that the page itself brings: in its head, a file of ours, and nothing within."""
    parent = element.getparent()
    is_in_head = parent is not None and parent.tag == "head"
    return is_in_head and element.get("src", "").startswith("/static/") and not (element.text or "").strip()


@pytest.mark.parametrize("path", PAGES)
async def test_no_field_of_any_form_bears_a_fault(world: World, path: str) -> None:
    if path == "/sign-in":
        world.forget_cookies()
    tried = 0
    for action, usual, names in forms_of(await world.page(path)):
        for name in names:
            tried += 1
            for typed in strings():
                _lift_limits(world)
                answer = await world.browser.post(
                    action, data={**usual, name: typed}, headers=OURS, allow_redirects=False
                )
                said = await answer.text(errors="replace")
                assert answer.status < 500, (action, name, typed[:80])
                assert not reflected(said), (action, name, typed[:80])
    assert tried or path == "/account"
    assert (await world.get("/opportunities")).status == 200


@pytest.mark.parametrize("path", ["/alerts/new", "/sign-in", "/account/interests/new"])
async def test_a_body_that_is_no_form_is_refused_in_words(world: World, path: str) -> None:
    for body in (b"\xff\xfe", b"a=%ff", b"&".join(b"a=1" for _ in range(500)), b"{" * 1000):
        answer = await world.browser.post(
            path, data=body, headers={**OURS, "Content-Type": "application/x-www-form-urlencoded"}
        )
        assert answer.status in {200, 400, 422}, body[:20]
    answer = await world.browser.post(path, data=b"a=" + b"x" * 300_000, headers=OURS)
    assert answer.status == 413


@pytest.mark.parametrize("token", ["x", "x" * 3000, "%00", "%E2%98%83", "..%2F..", "a.b.c", "%3Cscript%3E"])
@pytest.mark.parametrize("page", ["confirm", "manage", "unsubscribe", "join", "address", "sign-in"])
async def test_a_false_link_is_refused_in_words(world: World, page: str, token: str) -> None:
    for method in ("GET", "POST"):
        answer = await world.browser.request(method, f"/{page}/{token}", headers=OURS)
        assert answer.status in {404, 405, 410}, (method, page, token)
        assert "<script>" not in await answer.text()


@pytest.mark.parametrize("cookie", ["", "x", "x" * 4000, "\u2603", "' OR 1=1"])
async def test_a_false_cookie_is_nobodys(world: World, cookie: str) -> None:
    world.forget_cookies()
    headers = {
        "Cookie": "; ".join(f"bowbell-{name}={cookie}" for name in ("session", "draft", "door", "asked", "wanted"))
    }
    for path in ("/account", "/alerts/new/trade", "/sign-in/sent", "/alerts/new/check"):
        answer = await world.browser.get(path, headers=headers)
        assert answer.status in {200, 400}, "a header that is too long is refused before any page"
        assert "What you hear about" not in await answer.text()
    answer = await world.browser.post("/alerts/new", data={"email": "a@example.org"}, headers={**headers, **OURS})
    assert answer.status in {200, 400}


def _lift_limits(world: World) -> None:
    """So that what is typed is looked at, not only counted."""
    limits = world.app[HOUSE].limits
    for field in fields(limits):
        getattr(limits, field.name)._seen.clear()
