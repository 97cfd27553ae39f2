"""How often, when not, what is saved and what came of it: on pages, signed in and by the link of a message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from service.domain.rhythm import Rhythm, Slot
from service.store.ledger import SqlLedger
from service.usecases.ledger import NewAlert
from tests.account_world import LOCAL, World, a_world
from tests.accounts import links_for
from tests.builders import NOW, SampleOpportunity


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as found:
        await found.put(SampleOpportunity(), SampleOpportunity(identity="op-2", title="Sample floor polishing"))
        yield found


async def the_firm(world: World) -> int:
    """Signed up and confirmed; its number."""
    await world.sign_up()
    return 1


async def rhythm(world: World, firm: int) -> Rhythm:
    return (await world.accounts.timing.of(firm)).rhythm


async def manage(world: World, firm: int) -> str:
    """The path of the link in the firm's messages, as for somebody without a session."""
    async with SqlLedger(world.database).reading() as book:
        found = await book.firm(firm)
    assert found is not None

    world.forget_cookies()
    return urlsplit(links_for(world.clock, public_url=LOCAL).for_firm(firm, found.secret).manage).path


async def test_a_firm_chooses_when_it_hears_and_sees_it_in_words(world: World) -> None:
    firm = await the_firm(world)
    assert "At once, reminders 3 days before. Change when" in await world.said("/account")
    answer = await world.post(
        "/account/when", pace="weekly", quiet_from="20", quiet_until="7", working_days="yes", remind_days="7"
    )
    assert answer.url.path == "/account"
    said = await world.said("/account")
    assert "Once a week, on working days, not from 8pm to 7am, reminders 7 days before." in said
    expected = Rhythm(pace="weekly", quiet_from=20, quiet_until=7, working_days_only=True, remind_days=7)
    assert await rhythm(world, firm) == expected
    page = await world.page("/account/when")
    chosen = [each.get("value") for each in page.xpath("//input[@checked]") + page.xpath("//option[@selected]")]
    assert chosen == ["weekly", "yes", "20", "7", "7"]


async def test_the_link_of_a_message_is_enough(world: World) -> None:
    firm = await the_firm(world)
    base = await manage(world, firm)
    answer = await world.post(f"{base}/when", pace="daily", quiet_from="", quiet_until="", remind_days="0")
    assert answer.url.path == base
    assert await rhythm(world, firm) == Rhythm(pace="daily", remind_days=0)
    assert "Once a day, no reminders." in await world.said(base)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"pace": "hourly"}, "Choose how often"),
        ({"quiet_from": "20"}, "Choose when quiet hours end"),
        ({"quiet_until": "7"}, "Choose when quiet hours begin"),
        ({"quiet_from": "7", "quiet_until": "7"}, "must end at another hour"),
        ({"remind_days": "999"}, "Choose how long before"),
        ({"remind_days": "\N{SUPERSCRIPT TWO}"}, "Choose how long before"),
        ({"quiet_from": "24", "quiet_until": "25", "remind_days": ""}, "Choose how long before"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field_and_nothing_changes(
    world: World, fields: dict[str, str], said: str
) -> None:
    firm = await the_firm(world)
    whole = {"pace": "daily", "quiet_from": "", "quiet_until": "", "remind_days": "3"} | fields
    answer = await world.post("/account/when", **whole)
    assert answer.status == 422
    assert said in await answer.text()
    assert await rhythm(world, firm) == Rhythm()


async def test_a_link_in_a_message_opens_a_page_and_only_its_buttons_act(world: World) -> None:
    firm = await the_firm(world)
    base = await manage(world, firm)
    page = await world.page(f"{base}/list/op-1")
    buttons = [" ".join(each.text_content().split()) for each in page.xpath("//main//form//button")]
    assert buttons[:2] == ["Save it", "We are bidding"]
    assert "Nothing is on your list yet." in await world.said(f"{base}/list"), "a scanner follows links"
    answer = await world.post(f"{base}/list/op-1", course="bidding")
    said = " ".join((await answer.text()).split())
    assert "We are bidding. We tell you when it changes, and remind you before it closes." in said
    assert [(each.opportunity, each.course) for each in await world.accounts.lists.of(firm)] == [("op-1", "bidding")]


async def test_a_list_shows_what_is_to_be_done_first_and_lets_go(world: World) -> None:
    firm = await the_firm(world)
    await world.post("/account/list/op-1", course="won")
    await world.post("/account/list/op-2", course="saved")
    page = await world.page("/account/list")
    assert [each.text_content() for each in page.xpath("//main//h2")] == ["Saved", "Won"]
    answer = await world.post("/account/list/op-1", course="leave")
    assert "Taken off your list." in await answer.text()
    assert [each.opportunity for each in await world.accounts.lists.of(firm)] == ["op-2"]


async def test_nonsense_and_what_is_not_there_are_said_plainly(world: World) -> None:
    await the_firm(world)
    assert (await world.post("/account/list/op-1", course="perhaps")).status == 400
    assert (await world.post("/account/list/none", course="saved")).status == 404
    assert (await world.get("/account/list/none")).status == 404
    for run in ("1", "0", "x", "9" * 30, "\N{SUPERSCRIPT TWO}"):
        assert (await world.get(f"/account/digests/{run}")).status == 404
    world.forget_cookies()
    assert (await world.get("/manage/not-a-token/list")).status >= 400


async def test_the_page_of_a_message_shows_all_of_it_to_its_firm_alone(world: World) -> None:
    firm = await the_firm(world)
    async with SqlLedger(world.database).writing() as book:
        alerts = [
            NewAlert(
                firm=firm, opportunity=each, change="new", revision=1, change_kind="", reasons=("a",), differences=()
            )
            for each in ("op-1", "op-2")
        ]
        numbers = await book.keep_alerts(alerts, at=NOW)
        await book.hold(firm, Slot(name="day:2026-11-24", due=NOW), numbers)
        (run,) = await book.due_runs(now=NOW, most=1)
    said = await world.said(f"/account/digests/{run.identity}")
    assert "2 opportunities, Mon 23 Nov" in said
    assert "Sample window cleaning for eight libraries" in said
    assert "Sample floor polishing" in said
    world.forget_cookies()
    await world.sign_up("other@example.org")
    assert (await world.get(f"/account/digests/{run.identity}")).status == 404


async def test_a_copy_of_everything_has_the_rhythm_and_the_list_and_erasing_takes_them(world: World) -> None:
    firm = await the_firm(world)
    await world.post("/account/when", pace="daily", quiet_from="", quiet_until="", remind_days="3")
    await world.post("/account/list/op-1", course="saved")
    kept = (await world.accounts.rights.export(firm, person=1))["kept"]
    assert isinstance(kept, dict)
    assert [row["pace"] for row in kept["rhythm"]] == ["daily"]
    assert [row["course"] for row in kept["list"]] == ["saved"]
    await world.accounts.firm.erase(firm, person=1)
    async with SqlLedger(world.database).reading() as book:
        assert await book.rhythms([firm]) == {}
        assert await book.pursuits_of(firm) == []
