"""A whole house with its pages, two organisations of support, its operator and a firm: for stories of programmes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from service.bootstrap import open_house
from service.settings import Settings
from service.web.app import WebOptions, make_app
from tests.account_world import LOCAL
from tests.accounts import TurnedClock
from tests.posting_world import APPROVER, NOW, Borough

EDITOR, PUBLISHER, OTHER = "editor@agency.example", "publisher@agency.example", "publisher@other.example"
OPERATOR = "operator@copy.example"
#: Every field that a whole entry needs, and an answer to each.
FIELDS: tuple[tuple[str, str], ...] = (
    ("name", "Sample bid clinic"),
    ("provider", "Sample Enterprise Agency"),
    ("summary", "An adviser reads your draft bid with you."),
    ("for_whom", "Small firms in London."),
    ("url", "https://agency.example/clinic"),
    ("helps_with", "bid"),
    ("helps_with", "mentoring"),
    ("area", "london"),
    ("cost", "free"),
    ("cost_evidence", "stated on our page"),
)


def filled(**changed: str) -> list[tuple[str, str]]:
    """The fields of the form, some of them changed, or left out where they are empty."""
    kept = [(name, value) for name, value in FIELDS if name not in changed]
    return [*kept, *((name, value) for name, value in changed.items() if value)]


@dataclass(kw_only=True)
class Agency(Borough):
    """A browser in a house where two organisations enter programmes."""

    async def begin_programme(self) -> str:
        """A new draft of the person at the browser; the path of its page."""
        answer = await self.post("/providers/programmes")
        assert answer.url.path.endswith("/edit"), await answer.text()
        return answer.url.path.removesuffix("/edit")

    async def version(self, path: str) -> str:
        """The version that is looked at."""
        (seen,) = (await self.page(path)).xpath("//input[@name='seen']/@value")
        return str(seen)

    async def enter_programme(self, **changed: str) -> str:
        """A draft with nothing wrong in it; the path of its page."""
        path = await self.begin_programme()
        seen = await self.version(f"{path}/edit")
        answer = await self.post(f"{path}/edit", ("seen", seen), *filled(**changed))
        assert (answer.status, answer.url.path) == (200, path), await answer.text()
        return path

    async def press_publish(self, path: str) -> str:
        """Press Publish on a page; the words of the answer."""
        answer = await self.post(f"{path}/publish", seen=await self.version(path))
        assert answer.status == 200, await answer.text()
        return " ".join((await answer.text()).split())

    async def published(self, **changed: str) -> str:
        """A programme that firms see; the path of its page."""
        await self.enter(PUBLISHER)
        path = await self.enter_programme(**changed)
        await self.press_publish(path)
        await self.check(path)
        await self.enter(PUBLISHER)
        return path

    async def check(self, path: str) -> None:
        """Let the operator publish it, where it waits for that."""
        await self.enter(OPERATOR)
        desk = f"/operator/support/{path.rpartition('/')[2]}"
        if (await self.page("/operator/support")).xpath(f"//a[@href='{desk}']"):
            answer = await self.post(f"{desk}/approve", seen=await self.version(desk))
            assert answer.status == 200, await answer.text()

    def turn(self, later: timedelta) -> None:
        """Let time pass in the house."""
        vars(self.house.clock)["_ahead"] += later

    async def key(self, path: str) -> str:
        """The key in the catalogue of a programme that firms see."""
        (href,) = (await self.page(path)).xpath("//a[contains(., 'See it as firms do')]/@href")
        return str(href).removeprefix("/support/")


@asynccontextmanager
async def an_agency(folder: Path) -> AsyncIterator[Agency]:
    """Open it."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'b.db'}", home=folder, now=NOW, public_url=LOCAL, _env_file=None
    )
    async with open_house(settings) as house:
        await house.accounts.membering.add_administrator(OPERATOR)
        let_in = house.organisations().add
        for key, name, person, role in (
            ("sample_agency", "Sample Enterprise Agency", EDITOR, "poster"),
            ("sample_agency", "", PUBLISHER, "approver"),
            ("other_agency", "Other Agency", OTHER, "approver"),
        ):
            await let_in(key, kind="support", name=name, domains=[], person=person, role=role)
        await let_in("hackney", domains=["hackney.gov.uk"], person=APPROVER, role="approver")
        app = make_app(
            house.desk,
            house.accounts,
            WebOptions(public_url=LOCAL, listen_host="127.0.0.1", built_in_mailbox=True),
        )
        async with TestClient(TestServer(app)) as browser:
            yield Agency(
                database=house.database,
                clock=TurnedClock(),
                accounts=house.accounts,
                app=app,
                browser=browser,
                house=house,
            )
