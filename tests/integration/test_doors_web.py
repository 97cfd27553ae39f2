"""Signing in over the web: cookies, one button, the number of the other browser, and pages that ask who is there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from service.store.database import Database
from service.usecases.accounts import Accounts
from service.web.app import WebOptions, make_app
from service.web.cookies import cookie_name
from tests.accounts import TurnedClock, a_database, accounts_over
from tests.integration.test_sign_in import KNOWN, letters
from tests.journeys.sample_desk import SampleDesk

Client = TestClient[web.Request, web.Application]
LOCAL = "http://127.0.0.1:8080"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with a_database(f"sqlite+aiosqlite:///{tmp_path / 'bowbell.db'}") as made:
        yield made


@pytest.fixture
async def accounts(database: Database) -> Accounts:
    made = accounts_over(database, TurnedClock(), public_url=LOCAL)
    await made.membering.add_administrator(KNOWN)
    return made


@pytest.fixture
async def client(accounts: Accounts) -> AsyncIterator[Client]:
    options = WebOptions(public_url=LOCAL, listen_host="127.0.0.1", built_in_mailbox=False)
    async with TestClient(TestServer(make_app(SampleDesk(), accounts, options))) as made:
        yield made


async def sent_link(client: Client, accounts: Accounts, database: Database, address: str = KNOWN) -> str:
    """Ask on the page; the path of the link in the mail."""
    answer = await client.post("/sign-in", data={"email": address}, headers=OURS)
    assert answer.url.path == "/sign-in/sent"
    await accounts.sign_in.drain()
    found = re.search(r"/sign-in/\S+", (await letters(database))[-1][1])
    assert found is not None
    return found[0]


async def test_sign_in_look_round_and_sign_out(client: Client, accounts: Accounts, database: Database) -> None:
    assert (await client.get("/account")).url.path == "/sign-in"
    link = await sent_link(client, accounts, database)
    shown = await (await client.get(link)).text()
    assert "Press the button to sign in as Sample.Person@example.org" in shown
    answer = await client.post(link, headers=OURS)
    assert answer.url.path == "/account"
    said = await answer.text()
    assert "Administrator of this copy" in said
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Your alerts" in await (await client.get("/opportunities")).text()
    assert (await client.post("/sign-out", headers=OURS)).url.path == "/signed-out"
    assert (await client.get("/account")).url.path == "/sign-in"
    assert (await client.get(link)).status == 410


async def test_another_browser_is_asked_for_the_number(client: Client, accounts: Accounts, database: Database) -> None:
    await client.post("/sign-in", data={"email": KNOWN}, headers=OURS)
    number = re.search(r'compare-number">(\d{4})<', await (await client.get("/sign-in/sent")).text())
    assert number is not None
    await accounts.sign_in.drain()
    found = re.search(r"/sign-in/\S+", (await letters(database))[-1][1])
    assert found is not None
    client.session.cookie_jar.clear()
    assert "enter the number it shows" in await (await client.get(found[0])).text()
    wrong = await client.post(found[0], data={"number": ""}, headers=OURS)
    assert wrong.status == 422
    assert "Error: " in await wrong.text()
    assert (await client.post(found[0], data={"number": number[1]}, headers=OURS)).url.path == "/account"


async def test_a_known_and_an_unknown_address_get_the_same_page(client: Client) -> None:
    pages = []
    for address in (KNOWN, "nobody@example.org"):
        answer = await client.post("/sign-in", data={"email": address}, headers=OURS)
        shown = re.sub(r'compare-number">\d{4}<', "", await answer.text())
        pages.append((answer.status, answer.url.path, shown, sorted(answer.headers)))
    assert pages[0] == pages[1]


async def test_the_cookie_of_a_session_is_out_of_reach(client: Client, accounts: Accounts, database: Database) -> None:
    link = await sent_link(client, accounts, database)
    answer = await client.post(link, headers=OURS, allow_redirects=False)
    cookie = answer.cookies[cookie_name("session", secure=False)]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert cookie_name("session", secure=True).startswith("__Host-")


async def test_under_https_the_cookie_is_secure_and_of_this_host(accounts: Accounts, database: Database) -> None:
    options = WebOptions(public_url="https://bowbell.example", listen_host="127.0.0.1", built_in_mailbox=False)
    async with TestClient(TestServer(make_app(SampleDesk(), accounts, options))) as client:
        answer = await client.post("/sign-in", data={"email": KNOWN}, headers=OURS, allow_redirects=False)
        cookie = answer.cookies["__Host-bowbell-door"]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_site_can_neither_sign_in_nor_out(
    client: Client, accounts: Accounts, database: Database, headers: dict[str, str]
) -> None:
    link = await sent_link(client, accounts, database)
    assert (await client.post(link, headers=headers)).status == 403
    await client.post(link, headers=OURS)
    for path in ("/sign-out", "/sign-out/everywhere"):
        assert (await client.post(path, headers=headers)).status == 403
    assert (await client.get("/account")).url.path == "/account"


async def test_too_many_links_are_refused_in_words_whoever_is_asked_for(client: Client) -> None:
    for address in (KNOWN, "nobody@example.org"):
        statuses = [(await client.post("/sign-in", data={"email": address}, headers=OURS)).status for _ in range(6)]
        assert statuses == [200] * 5 + [429]


@pytest.mark.parametrize("typed", ["", "x", '"><script>alert(1)</script>', "\x00@example.org", "a" * 9_000, "☃@☃"])
async def test_what_is_no_address_comes_back_with_a_sentence(client: Client, typed: str) -> None:
    answer = await client.post("/sign-in", data={"email": typed}, headers=OURS)
    said = await answer.text()
    assert answer.status == 422
    assert "There is a problem" in said
    assert "<script>alert" not in said
