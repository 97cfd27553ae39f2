"""Who may do what: every route of the router times every kind of visitor, worked out from what the code declares.

A new page is in the table the moment it has a route. One that says nothing is for anyone, and must stand in PUBLIC.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from service.domain.roles import roles
from service.web.app import WebOptions, make_app
from service.web.audience import SIGNED_IN, asked_of
from tests.account_world import FIRM, OURS, World, a_world
from tests.accounts import nobodys_accounts
from tests.journeys.sample_desk import SampleDesk

ADMINISTRATOR, POSTER, OTHER_FIRM = "admin@example.org", "poster@example.org", "other@example.org"

#: Who belongs to what; "link" holds the change link of FIRM's firm and nothing else.
VISITORS = ("nobody", "member", "other firm", "poster", "administrator")

#: Prefixes of what anyone may ask for, or whoever holds the link in the address.
PUBLIC = (
    *("/opportunities", "/sources", "/support", "/how-we-decide", "/privacy", "/accessibility", "/glossary"),
    *("/contracts-ending", "/rules", "/boroughs", "/oruk", "/embed/support", "/providers/widget"),
    *("/healthz", "/readyz", "/metrics", "/api/", "/feeds/", "/static/", "/alerts/", "/confirm/", "/sign-in"),
    *("/sign-out", "/signed-out", "/manage/", "/unsubscribe/", "/join/", "/address/", "/mailbox"),
    *("/help/", "/helped/", "/learn"),
)


def routes() -> list[tuple[str, str, str]]:
    """Method, path and act asked for, of every route."""
    options = WebOptions(public_url="http://127.0.0.1:8080", listen_host="127.0.0.1", built_in_mailbox=True)
    app = make_app(SampleDesk(), nobodys_accounts(), options)
    found = set()
    for route in app.router.routes():
        if route.method != "HEAD" and isinstance(route.resource, web.Resource):
            found.add((route.method, route.resource.canonical, asked_of(route.handler)))
    return sorted(found)


ASKING = [each for each in routes() if each[2]]


def test_every_page_says_whom_it_is_for_or_is_known_to_be_public() -> None:
    for method, path, act in routes():
        assert act or path in {"/", "/buyers", "/providers"} or path.startswith(PUBLIC), f"{method} {path} is for whom?"


def test_every_act_a_page_asks_for_is_in_the_roles() -> None:
    known = {act for role in roles().values() for act in role.may}
    assert {act for _, _, act in ASKING} - {SIGNED_IN} <= known


@pytest.fixture
def acts() -> dict[str, frozenset[str]]:
    """What each visitor may do, from the roles."""
    return {
        "nobody": frozenset(),
        "member": roles()["firm", "member"].may,
        "other firm": roles()["firm", "member"].may,
        "poster": roles()["buyer", "poster"].may,
        "administrator": roles()["copy", "administrator"].may,
    }


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        await made.accounts.membering.add_administrator(ADMINISTRATOR)
        await made.accounts.membering.let_in(POSTER, kind="buyer", key="sample", name="", role="poster")
        for address in (FIRM, OTHER_FIRM):
            await made.sign_up(address)
            made.forget_cookies()
        yield made


async def enter(world: World, who: str) -> None:
    world.forget_cookies()
    addresses = {"member": FIRM, "other firm": OTHER_FIRM, "poster": POSTER, "administrator": ADMINISTRATOR}
    if who in addresses:
        await world.sign_in(addresses[who])


@pytest.mark.parametrize("who", VISITORS)
async def test_every_page_lets_in_whom_it_is_for_and_nobody_else(
    world: World, who: str, acts: dict[str, frozenset[str]]
) -> None:
    await enter(world, who)
    seen = []
    for method, canonical, act in ASKING:
        if canonical in {"/account/erase", "/account/stop", "/sign-out/everywhere"} and method == "POST":
            continue  # these end the visit: below
        path = re.sub(r"\{[^}]+\}", "999999", canonical)
        answer = await world.browser.request(method, path, allow_redirects=False, headers=OURS)
        allowed = act in acts[who] or (act == SIGNED_IN and who != "nobody")
        if allowed:
            assert answer.status not in {401, 403, 410}, (who, method, path, answer.status)
            assert answer.headers.get("Location") != "/sign-in"
        elif who == "nobody":
            expected = (303, "/sign-in") if method == "GET" else (403, None)
            if path.startswith("/api/"):  # a program is asked for its key
                expected = (401, None)
            assert (answer.status, answer.headers.get("Location")) == expected, (who, method, path)
        else:
            assert answer.status == 403, (who, method, path, answer.status)
        seen.append((method, path))
    assert len(seen) > 20


@pytest.mark.parametrize("path", ["/account/erase", "/account/stop"])
@pytest.mark.parametrize("who", ["nobody", "poster", "administrator"])
async def test_only_members_end_a_firm(world: World, who: str, path: str) -> None:
    await enter(world, who)
    assert (await world.post(path)).status == 403
    await enter(world, "member")
    assert (await world.get("/account")).status == 200


async def test_a_firm_can_neither_see_nor_touch_another_firms_things(world: World) -> None:
    await enter(world, "member")
    await world.post("/account/people", email="third@example.org")
    (own,) = (await world.page("/account")).xpath("//ul[@class='interests']//a/@href")
    people = await world.page("/account/people")
    others = [
        ("GET", own),
        ("POST", own),
        ("POST", f"{own}/remove"),
        ("POST", people.xpath("//form[contains(., 'Leave')]/@action")[0]),
        ("POST", people.xpath("//form[contains(@action, 'withdraw')]/@action")[0]),
    ]
    await enter(world, "other firm")
    assert "third@example.org" not in await world.said("/account/people")
    for method, path in others:
        answer = await world.browser.request(
            method,
            path,
            data={"sector": "food", "area": "london", "do": "save"},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status in {200, 404}
        if path == own:
            assert answer.status == 404, (method, path)
    await enter(world, "member")
    assert "Cleaning" in await world.said("/account")
    assert "third@example.org" in await world.said("/account/people")


async def test_who_left_a_firm_may_do_nothing_there_at_once(world: World) -> None:
    await enter(world, "member")
    await world.post("/account/people", email="third@example.org")
    link = await world.link("join", "third@example.org")
    await world.post(link)
    world.forget_cookies()
    await world.sign_in("third@example.org")
    gone = {cookie.key: cookie.value for cookie in world.browser.session.cookie_jar}
    await enter(world, "member")
    (remove,) = (await world.page("/account/people")).xpath("//form[contains(., 'third@example.org')]/@action")
    await world.post(remove)
    world.forget_cookies()
    answer = await world.browser.get("/account/people", cookies=gone, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
