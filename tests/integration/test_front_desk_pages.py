"""Every page over the real front desk and a real database file, and a firm's story by its links alone."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from notifiers.render import write_confirmation
from service.domain.message import Message
from service.front_desk import FrontDesk
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.store.messages import MESSAGE
from service.store.reading import LetterBox
from service.usecases.links import Links
from service.web.app import WebOptions, make_app
from tests.accounts import nobodys_accounts
from tests.builders import NOW, SampleOpportunity, keep

PUBLIC = "http://127.0.0.1:8080"
FORM = {
    "email": "sample.firm@example.org",
    "sector": "environment",
    "area": "london",
    "words": "window cleaning",
    "size": "micro",
    "consent": "yes",
}


class StillClock:
    """It is always the same moment."""

    def now(self) -> datetime:
        """That moment."""
        return NOW

    async def sleep(self, seconds: float) -> None:
        """Refuse to wait."""
        raise NotImplementedError(seconds)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'bowbell.db'}")
    await made.migrate()
    async with SqlLedger(made).writing() as transaction:
        await keep(transaction, SampleOpportunity())
    yield made
    await made.close()


@pytest.fixture
async def browser(database: Database) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    desk = FrontDesk(
        database=database,
        links=Links("sample-key-" * 4, PUBLIC, now=NOW.timestamp),
        clock=StillClock(),
        sources={},
        write_confirmation=write_confirmation,
        message_id=lambda: f"<{uuid.uuid4()}@example.org>",
        channel="email",
    )
    options = WebOptions(public_url=PUBLIC, listen_host="127.0.0.1", built_in_mailbox=True)
    async with TestClient(TestServer(make_app(desk, nobodys_accounts(), options))) as client:
        yield client


async def body(answer: ClientResponse) -> str:
    said = await answer.text()
    assert answer.status == 200, said
    return said


@pytest.mark.parametrize(
    "path",
    ["/", "/opportunities", "/opportunities/op-1", "/sources", "/support", "/readyz", "/mailbox"]
    + ["/api/opportunities", "/api/opportunities/op-1"]
    + [f"/feeds/opportunities.{kind}" for kind in ("atom", "json", "ics", "csv")],
)
async def test_every_page_is_served_from_the_database(browser: TestClient, path: str) -> None:  # type: ignore[type-arg]
    said = await body(await browser.get(path))
    assert ("Sample window cleaning" in said) == (path == "/" or "opportunities" in path)


async def test_a_firm_lives_by_its_links_alone(browser: TestClient, database: Database) -> None:  # type: ignore[type-arg]
    own = {"Origin": PUBLIC}
    assert "mail" in await body(await browser.post("/alerts/new", data=FORM, headers=own))
    async with database.reading() as connection:
        row = (await connection.execute(select(MESSAGE))).one()
    confirm = re.findall(r"/confirm/\S+", row.text)[0]
    assert "s\u2026@example.org" in await body(await browser.get(confirm))
    begun = await body(await browser.post(confirm, headers=own))
    assert "Sample window cleaning" in begun
    manage = re.findall(r"/manage/[\w.\-]+", begun)[0]
    assert "window cleaning" in await body(await browser.get(manage))
    assert "Paused" in await body(await browser.post(f"{manage}/pause", headers=own))
    await LetterBox(database).keep(_letter(row.header_id), headers=(), at=NOW)
    listed = await body(await browser.get("/mailbox"))
    assert "Hello" in await body(await browser.get(re.findall(r'/mailbox/[^"]+', listed)[0]))
    for _ in range(2):
        assert "stopped" in await body(await browser.post(manage + "/stop", headers=own))
    assert (await browser.get(manage)).status in {400, 404, 410}


def _letter(message_id: str) -> Message:
    return Message(
        message_id=message_id,
        channel="email",
        to=FORM["email"],
        subject="Sample",
        text="Hello",
        html="<p>Hello</p>",
        kind="account",
        created=NOW,
    )
