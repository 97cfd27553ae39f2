"""A whole house with its pages, two boroughs and a firm in it: for stories of postings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from service.bootstrap import House, open_house
from service.commands.work import drain_all
from service.settings import Settings
from service.web.app import WebOptions, make_app
from tests.account_world import LOCAL, World
from tests.accounts import TurnedClock

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
POSTER, APPROVER, SECOND = "poster@hackney.gov.uk", "approver@hackney.gov.uk", "second@hackney.gov.uk"
OUTSIDER = "helper@contractor.example.org"
CAMDEN_APPROVER = "approver@camden.gov.uk"
HACKNEY, CAMDEN = "E09000012", "E09000007"

#: The six questions and an answer to each.
ANSWERS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "what",
        {
            "title": "Window cleaning at two sample schools",
            "description": "Clean the windows of two schools inside and outside, four times a year.",
        },
    ),
    ("where", {"sector": "environment", "area": HACKNEY}),
    ("how-much", {"worth": "£18,000"}),
    ("how-long", {"starts_day": "1", "starts_month": "4", "starts_year": "2027", "months": "36"}),
    ("by-when", {"closes_day": "12", "closes_month": "1", "closes_year": "2027", "closes_time": "12 noon"}),
    ("how-to-reply", {"reply": "quotes@borough.example", "asks": "A price for each visit."}),
)


@dataclass(kw_only=True)
class Borough(World):
    """A browser in a house where Hackney and Camden may post."""

    house: House

    async def enter(self, address: str) -> None:
        """Another person at the browser."""
        self.forget_cookies()
        await self.sign_in(address)

    def turn_to(self, to: datetime) -> None:
        """Let it be another time for the whole house."""
        self.house.clock._ahead = to - datetime.now(UTC)

    async def begin(self) -> str:
        """A new draft of the person at the browser; the path of its page."""
        answer = await self.post("/buyers/postings")
        assert answer.url.path.endswith("/what"), await answer.text()
        return answer.url.path.removesuffix("/what")

    async def write(self, **changed: dict[str, str]) -> str:
        """A draft with all six answers; the path of its page."""
        path = await self.begin()
        for question, fields in ANSWERS:
            answer = await self.post(f"{path}/{question}", **(fields | changed.get(question.replace("-", "_"), {})))
            assert answer.status == 200, await answer.text()
        assert answer.url.path == f"{path}/check"
        return path

    async def seen(self, path: str) -> str:
        """The version that the check page of a posting would publish."""
        found = (await self.page(f"{path}/check")).xpath("//input[@name='seen']/@value")
        assert found, await self.said(f"{path}/check")
        return str(found[0])

    async def publish(self, path: str) -> None:
        """Read it and publish it."""
        answer = await self.post(f"{path}/publish", seen=await self.seen(path))
        assert answer.status == 200, await answer.text()

    async def work(self, *steps: str) -> None:
        """Let the workers do what waits."""
        await drain_all(self.house, steps or ("collect", "tag", "match", "send"))

    async def mail(self, address: str) -> list[str]:
        """The subjects of the letters that were sent to an address, the oldest first."""
        letters = await self.house.desk.letters()
        return [each.subject for each in reversed(letters) if each.to.lower() == address.lower()]


@asynccontextmanager
async def a_borough(folder: Path, *, database_url: str = "") -> AsyncIterator[Borough]:
    """Open it."""
    url = database_url or f"sqlite:///{folder / 'b.db'}"
    settings = Settings(database_url=url, home=folder, now=NOW, public_url=LOCAL, _env_file=None)
    async with open_house(settings) as house:
        let_in = house.organisations().add
        for person, role in ((POSTER, "poster"), (APPROVER, "approver"), (SECOND, "administrator")):
            await let_in("hackney", domains=["hackney.gov.uk"], person=person, role=role)
        await let_in("hackney", domains=[], person=OUTSIDER, role="approver")
        await let_in("camden", domains=["camden.gov.uk"], person=CAMDEN_APPROVER, role="approver")
        options = WebOptions(public_url=LOCAL, listen_host="127.0.0.1", built_in_mailbox=True)
        app = make_app(house.desk, house.accounts, options)
        async with TestClient(TestServer(app)) as browser:
            yield Borough(
                database=house.database,
                clock=TurnedClock(),
                accounts=house.accounts,
                app=app,
                browser=browser,
                house=house,
            )
