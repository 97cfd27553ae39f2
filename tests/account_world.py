"""The web over a real database with real accounts, and a browser to press its buttons: for stories of people."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from lxml import html
from lxml.html import HtmlElement
from sqlalchemy import select

from service.front_desk import FrontDesk
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.store.messages import MESSAGE
from service.usecases.accounts import Accounts
from service.web.app import WebOptions, make_app
from tests.accounts import TurnedClock, accounts_over
from tests.builders import SampleOpportunity, keep

LOCAL = "http://127.0.0.1:8080"
OURS = {"Sec-Fetch-Site": "same-origin"}
HACKNEY = "E09000012"
CAMDEN = "E09000007"
FIRM = "Sample.Firm@example.org"


@dataclass(kw_only=True)
class World:
    """A house with one browser in it."""

    database: Database
    clock: TurnedClock
    accounts: Accounts
    app: web.Application
    browser: TestClient[web.Request, web.Application]

    async def get(self, path: str) -> ClientResponse:
        """Follow a link."""
        return await self.browser.get(path)

    async def post(self, path: str, *pairs: tuple[str, str], **fields: str) -> ClientResponse:
        """Press a button of a page of ours."""
        return await self.browser.post(path, data=[*pairs, *fields.items()], headers=OURS)

    async def page(self, path: str) -> HtmlElement:
        """A page that has to be there."""
        answer = await self.get(path)
        said = await answer.text()
        assert answer.status == 200, said
        return html.fromstring(said)

    async def said(self, path: str) -> str:
        """The words of a page."""
        return " ".join((await self.page(path)).text_content().split())

    async def put(self, *samples: SampleOpportunity) -> None:
        """There are these opportunities."""
        async with SqlLedger(self.database).writing() as transaction:
            for sample in samples:
                await keep(transaction, sample)

    async def letters(self, address: str = "") -> list[tuple[str, str]]:
        """Subject and text of the messages to an address, the oldest first; to anybody where none is named."""
        await self.accounts.sign_in.drain()
        async with self.database.reading() as connection:
            asked = select(MESSAGE.c.address, MESSAGE.c.subject, MESSAGE.c.text).order_by(MESSAGE.c.id)
            rows = (await connection.execute(asked)).all()
        return [(row.subject, row.text) for row in rows if address.lower() in row.address.lower()]

    async def link(self, page: str, address: str = "") -> str:
        """The path of the newest link of a kind in the letters to an address."""
        for _, text in reversed(await self.letters(address)):
            if found := re.search(rf"{re.escape(LOCAL)}(/{page}/\S+)", text):
                return found[1]
        raise AssertionError(f"no letter with a link to /{page}")

    async def answer_questions(self, address: str = FIRM, *, sector: str = "environment", area: str = HACKNEY) -> None:
        """The four questions, one after another."""
        for path, fields in (
            ("", {"email": address}),
            ("/trade", {"sector": sector, "words": ""}),
            ("/place", {"area": area}),
            ("/firm", {"size": "micro"}),
        ):
            answer = await self.post(f"/alerts/new{path}", **fields)
            assert answer.status == 200, await answer.text()

    async def sign_up(self, address: str = FIRM, **choices: str) -> None:
        """Answer, agree, confirm: signed in afterwards, as the browser that signed up."""
        await self.answer_questions(address, **choices)
        answer = await self.post("/alerts/new/check", consent="yes")
        assert answer.url.path == "/alerts/sent"
        answer = await self.post(await self.link("confirm", address))
        assert "Your alerts are on" in await answer.text()

    async def sign_in(self, address: str = FIRM) -> None:
        """Ask for a link and press its button."""
        await self.post("/sign-in", email=address)
        answer = await self.post(await self.link("sign-in", address))
        assert answer.url.path == "/account", await answer.text()

    def forget_cookies(self) -> None:
        """Another browser."""
        self.browser.session.cookie_jar.clear()


@asynccontextmanager
async def a_world(folder: Path) -> AsyncIterator[World]:
    """Open a house with a database of its own."""
    database, clock = Database(f"sqlite+aiosqlite:///{folder / 'bowbell.db'}"), TurnedClock()
    await database.migrate()
    accounts = accounts_over(database, clock, public_url=LOCAL)
    desk = FrontDesk(database=database, clock=clock, sources={})
    app = make_app(desk, accounts, WebOptions(public_url=LOCAL, listen_host="127.0.0.1", built_in_mailbox=False))
    async with TestClient(TestServer(app)) as browser:
        yield World(database=database, clock=clock, accounts=accounts, app=app, browser=browser)
    await database.close()
