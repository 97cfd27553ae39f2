"""Every page over the real front desk and a real database file, and a firm's story by its links alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from service.front_desk import FrontDesk
from service.store.database import Database
from service.store.ledger import SqlLedger
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
    desk = FrontDesk(database=database, clock=StillClock(), sources={})
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
