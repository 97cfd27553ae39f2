"""A page asked for while signed out: gone to after signing in, if it is a page of ours and the browser is the same."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import ClientResponse

from service.web.cookies import cookie_name
from service.web.wanted import KEPT
from tests.account_world import FIRM, OURS, World, a_world

WANTED = cookie_name("wanted", secure=False)
ADMINISTRATOR = "admin@example.org"

#: What a browser could take for another host, what could end a line of a header, and what is no address of a page.
HOSTILE = (
    *(
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%5Cevil.example",
        "/%2Fevil.example",
    ),
    *("https://evil.example/", "HTTPS:evil.example", "javascript:alert(1)", "evil.example", "@evil.example", "?x", ""),
    *("/account//evil.example", "/account/..//evil.example", "/account?to=\\evil.example", "/account#x"),
    *("/account%0d%0aSet-Cookie:%20a=b", "/account?x=%0D%0ALocation:%20//evil.example", "/account%00", "/account%7f"),
    *("/account?x=" + "a" * 1_000, "/account?q=\u2603", "/account?q=\xe9", "/account?q=a b", "/account?q=a;b,c"),
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        await made.accounts.membering.add_administrator(ADMINISTRATOR)
        yield made


async def link_for(world: World, address: str = ADMINISTRATOR) -> str:
    """Ask for a link; its path."""
    await world.post("/sign-in", email=address)
    return await world.link("sign-in", address)


async def press(world: World, link: str, **headers: str) -> ClientResponse:
    """Press the button of a link, without going on."""
    return await world.browser.post(link, headers={**OURS, **headers}, allow_redirects=False)


async def kept_of(world: World, method: str, target: str) -> str | None:
    """What the answer to a request, sent byte for byte, lets a browser keep; None where it says nothing of it."""
    server = world.browser.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    said = (await reader.read()).decode()
    writer.close()
    found = re.search(rf'^Set-Cookie: {WANTED}="?([^";\r\n]*)', said, re.MULTILINE)
    return None if found is None else found[1]


async def test_signing_in_leads_to_the_page_asked_for_once(world: World) -> None:
    await world.sign_up()
    world.forget_cookies()
    asked = "/account/when?from=a%20letter&place=a%26b"
    answer = await world.get(asked)
    assert (answer.url.path, answer.url.query_string) == ("/sign-in", "")
    assert "/account/when" not in await answer.text()

    answer = await press(world, await link_for(world, FIRM))

    assert (answer.status, answer.headers["Location"]) == (303, asked)
    assert answer.cookies[WANTED]["max-age"] == "0"
    assert (await world.get(answer.headers["Location"])).url.path == "/account/when"
    assert WANTED not in {cookie.key for cookie in world.browser.session.cookie_jar}
    await world.post("/sign-out")
    assert (await press(world, await link_for(world, FIRM))).headers["Location"] == "/account"


async def test_it_is_kept_as_every_cookie_of_ours_and_for_an_hour(world: World) -> None:
    answer = await world.browser.get("/account", allow_redirects=False)
    cookie = answer.cookies[WANTED]
    assert (answer.status, answer.headers["Location"], cookie.value) == (303, "/sign-in", "/account")
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert int(cookie["max-age"]) == KEPT.total_seconds() == 3_600


async def test_in_another_browser_signing_in_leads_to_the_account(world: World) -> None:
    await world.get("/account/when")
    link = await link_for(world)
    number = re.search(r'compare-number">(\d{4})<', await (await world.get("/sign-in/sent")).text())
    assert number is not None
    world.forget_cookies()
    answer = await world.browser.post(link, data={"number": number[1]}, headers=OURS, allow_redirects=False)
    assert answer.headers["Location"] == "/account"


async def test_the_last_page_asked_for_counts_also_where_it_cannot_be_kept(world: World) -> None:
    await world.get("/account/list")
    await world.get("/account/when")
    assert (await press(world, await link_for(world))).headers["Location"] == "/account/when"
    await world.post("/sign-out")
    await world.get("/account/when")
    await world.get("/account/when?x=" + "a" * 1_000)
    assert (await press(world, await link_for(world))).headers["Location"] == "/account"


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out/everywhere", "/account/stop"])
async def test_signing_out_leaves_nothing_to_the_next_person(world: World, path: str) -> None:
    await world.sign_up()
    world.browser.session.cookie_jar.update_cookies({WANTED: "/account/when"}, world.browser.make_url("/"))
    answer = await world.browser.post(path, headers=OURS, allow_redirects=False)
    assert [answer.cookies[name]["max-age"] for name in (cookie_name("session", secure=False), WANTED)] == ["0", "0"]


async def test_signing_up_enters_too_and_leaves_nothing(world: World) -> None:
    await world.get("/account/when")
    await world.sign_up()
    assert WANTED not in {cookie.key for cookie in world.browser.session.cookie_jar}


@pytest.mark.parametrize("method", ["POST", "HEAD"])
async def test_only_a_page_that_is_read_is_kept(world: World, method: str) -> None:
    assert await kept_of(world, method, "/account/when") is None
    assert await kept_of(world, method, "/account/stop") is None


async def test_what_programs_and_anyone_may_ask_for_is_not_kept(world: World) -> None:
    for target in ("/api/postings", "/opportunities", "/sign-in", "/nowhere", "/static/nowhere.css"):
        assert await kept_of(world, "GET", target) is None, target


async def test_a_file_is_not_landed_on(world: World) -> None:
    for target in ("/account/data/bowbell.json", "/returns.csv?year=2026"):
        assert await kept_of(world, "GET", target) == "", target


async def test_only_a_page_of_ours_is_kept(world: World) -> None:
    for target in (*HOSTILE, "http://127.0.0.1/account", "http://evil.example/account"):
        assert not await kept_of(world, "GET", target), target


async def test_what_is_kept_is_what_was_asked_for(world: World) -> None:
    for target in ("/account", "/account?a=%C3%A9&b=1+2%2F3&c='(x)'!$*@:~", "/account?x=" + "a" * 989):
        assert await kept_of(world, "GET", target) == target


async def test_a_link_to_sign_in_may_name_the_page_to_come_back_to(world: World) -> None:
    assert (
        await kept_of(world, "GET", "/sign-in?to=/opportunities/ocds-b5fd17-0001") == "/opportunities/ocds-b5fd17-0001"
    )
    for said in HOSTILE:
        assert not await kept_of(world, "GET", f"/sign-in?to={quote(said, safe='')}"), said


async def test_who_is_signed_in_already_is_led_on_at_once_and_nowhere_else(world: World) -> None:
    await press(world, await link_for(world))
    for said, leads in (
        ("/account/when", "/account/when"),
        ("/sign-in", "/sign-in"),
        *((each, "/account") for each in HOSTILE),
    ):
        answer = await world.browser.get("/sign-in", params={"to": said}, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, leads), said
    assert (await world.get("/sign-in?to=/sign-in")).url.path == "/account"


def in_codes(said: str) -> str:
    """A cookie with every byte written as the code that a quoted cookie may use."""
    return '"' + "".join(f"\\{each:03o}" for each in said.encode()) + '"'


async def test_a_false_cookie_leads_nowhere_else(world: World) -> None:
    controls = (
        "/\t/evil.example",
        "/\r\n/evil.example",
        "/account\r\nX-Evil: y",
        "/account\n",
        "/account\x00",
        "/\x7f",
    )
    plain = [each for each in HOSTILE if not {";", " "} & {*each}]  # a cookie that is not quoted ends there
    for sent in (*plain, *map(in_codes, (*HOSTILE, *controls))):
        world.clock.at += timedelta(hours=1)  # one person is sent few links an hour
        asked = await world.accounts.sign_in.ask(ADMINISTRATOR)
        link = await world.link("sign-in", ADMINISTRATOR)
        world.forget_cookies()
        cookies = f"{cookie_name('door', secure=False)}={asked.nonce}; {WANTED}={sent}"
        answer = await press(world, link, Cookie=cookies)
        assert (answer.status, answer.headers["Location"]) == (303, "/account"), sent
        assert "X-Evil" not in answer.headers


async def test_a_true_cookie_in_codes_is_read(world: World) -> None:
    asked = await world.accounts.sign_in.ask(ADMINISTRATOR)
    link = await world.link("sign-in", ADMINISTRATOR)
    cookies = f"{cookie_name('door', secure=False)}={asked.nonce}; {WANTED}={in_codes('/account/when?x=1%2F2')}"
    assert (await press(world, link, Cookie=cookies)).headers["Location"] == "/account/when?x=1%2F2"
