"""A firm asks why it did not hear of a notice: signed in, or with the link of any message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import html
from lxml.html import HtmlElement

from service.domain.notice import Notice
from service.domain.opportunity import Key, Status
from service.store.ledger import SqlLedger
from service.usecases.ledger import Claim, NewAlert
from tests.account_world import CAMDEN, FIRM, World, a_world
from tests.builders import NOW, SampleOpportunity

IN_CAMDEN = SampleOpportunity(
    identity="camden-1", title="Sample cleaning in Camden", buyer="Camden Council", regions=(CAMDEN,)
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A house with a firm that asked for cleaning in Hackney."""
    async with a_world(tmp_path) as found:
        await found.sign_up()
        found.clock.at = NOW + timedelta(hours=1)
        yield found


async def asked(world: World, text: str, *, base: str = "/account") -> str:
    """The words of the answer."""
    answer = await world.browser.get(f"{base}/why-not", params={"notice": text})
    assert answer.status == 200
    page: HtmlElement = html.fromstring(await answer.text())
    return " ".join(page.text_content().split())


async def test_the_filter_that_stopped_it_is_named_with_what_one_change_would_have_done(world: World) -> None:
    await world.put(IN_CAMDEN, *(replace(IN_CAMDEN, identity=f"camden-{n}") for n in range(2, 6)))
    said = await asked(world, "http://127.0.0.1:8080/opportunities/camden-1")
    assert "One of your filters stopped it: place." in said
    assert "If you added Camden, this and 4 more of the last 30 days would have reached you." in said


async def test_what_the_firm_hears_of_anyway_is_not_counted_as_more(world: World) -> None:
    await world.put(IN_CAMDEN, SampleOpportunity(identity="hackney-1"))
    said = await asked(world, "camden-1")
    assert "If you added Camden, this would have reached you, and nothing else of the last 30 days." in said


async def test_it_works_with_the_link_of_any_message(world: World) -> None:
    await world.put(IN_CAMDEN)
    async with SqlLedger(world.database).reading() as book:
        firm = await book.firm_at(channel="email", address=FIRM)
    assert firm is not None
    token = world.accounts.subscribe._links.manage_token(firm.identity, firm.secret)
    world.forget_cookies()
    assert "stopped it: place" in await asked(world, "camden-1", base=f"/manage/{token}")
    assert (await world.get("/manage/void/why-not")).status in {400, 404, 410}


async def test_an_official_number_and_an_official_address_find_it(world: World) -> None:
    await world.put(IN_CAMDEN)
    async with SqlLedger(world.database).writing() as book:
        key = Key(scheme="ocid", value="ocds-sample-05a1b2")
        await book.claim([Claim(key=key, opportunity="camden-1", evidence="sample")])
    assert "Sample cleaning in Camden" in await asked(world, "OCDS-SAMPLE-05A1B2")
    assert "Sample cleaning in Camden" in await asked(world, "https://sample.example.org/notices/camden-1/")


async def test_what_was_told_says_when(world: World) -> None:
    await world.put(SampleOpportunity(identity="hackney-1"))
    async with SqlLedger(world.database).writing() as book:
        firm = await book.firm_at(channel="email", address=FIRM)
        assert firm is not None
        alert = NewAlert(
            firm=firm.identity,
            opportunity="hackney-1",
            change="new",
            revision=1,
            change_kind="",
            reasons=("a sample reason",),
            differences=(),
        )
        await book.keep_alerts([alert], at=NOW)
    assert "It fits, and it is on its way to you." in await asked(world, "hackney-1")


async def test_what_was_published_before_the_alerts_began_says_so(world: World) -> None:
    await world.put(SampleOpportunity(identity="hackney-1", published=NOW - timedelta(days=3)))
    said = await asked(world, "hackney-1")
    assert "It fits what you ask for now." in said
    assert "your alerts began on" in said


async def test_what_was_over_when_it_came_says_so_and_offers_nothing(world: World) -> None:
    await world.put(replace(IN_CAMDEN, status=Status.CANCELLED))
    said = await asked(world, "camden-1")
    assert "There was nothing left to bid for when it reached us." in said
    assert "If you" not in said


async def test_a_notice_that_was_set_aside_says_why(world: World) -> None:
    notice = Notice(
        source="sample",
        source_id="DN-777",
        form="sample",
        body=b"{}",
        published=None,
        seen=datetime(2026, 11, 22, tzinfo=UTC),
    )
    async with SqlLedger(world.database).writing() as book:
        await book.keep_notices([(notice, "it is a test notice")])
    said = await asked(world, "see DN-777")
    assert "We have seen it, and set it aside." in said
    assert "Why: It is a test notice" in said


async def test_what_nobody_knows_is_said_to_be_unknown(world: World) -> None:
    said = await asked(world, "https://elsewhere.example.org/notice/999999-2026")
    assert "We have not seen a notice with that number." in said
    assert "elsewhere.example.org is not among the sites we read" in said


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "' OR 1=1 --", "%", "\x00", "x" * 3000, "{{7*7}}"])
async def test_anything_may_be_pasted(world: World, text: str) -> None:
    answer = await world.browser.get("/account/why-not", params={"notice": text})
    assert answer.status == 200
    assert "<script>alert" not in await answer.text()
