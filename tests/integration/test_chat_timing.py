"""A firm chooses in a chat how often it hears, and whether a receipt of what was checked comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service.commands.work import STEPS, drain_all
from service.domain.rhythm import Rhythm
from service.usecases.silence_asked import ask_for_receipt
from tests.builders import SampleOpportunity, keep
from tests.chat_world import CHAT, NOON, ChatWorld, chat_world

CAMDEN = "E09000007"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[ChatWorld]:
    """A house with a bot, and a firm that signed up there."""
    async with chat_world(tmp_path) as made:
        await made.listener.introduce()
        await made.signs_up()
        yield made


async def firm_of(world: ChatWorld) -> int:
    async with world.house.ledger.reading() as book:
        firm = await book.firm_at(channel="telegram", address=CHAT)
    assert firm is not None
    return firm.identity


async def test_how_often_is_said_chosen_by_a_button_or_a_word_and_kept(world: ChatWorld) -> None:
    firm, timing = await firm_of(world), world.house.accounts.timing
    await timing.choose(firm, Rhythm(quiet_from=20, quiet_until=7, working_days_only=True), person=0)
    said = await world.types("/when")
    assert said.startswith("You hear at once, never from 20:00 to 7:00, on working days only.")
    assert await world.presses("Once a week") == (
        "From now on: once a week, never from 20:00 to 7:00, on working days only."
    )
    chosen = (await timing.of(firm)).rhythm
    assert (chosen.pace, chosen.quiet_from, chosen.working_days_only) == ("weekly", 20, True)
    assert (await world.types("/when daily")).startswith("From now on: once a day")
    assert (await timing.of(firm)).rhythm.pace == "daily"


async def test_a_receipt_is_chosen_and_refused(world: ChatWorld) -> None:
    firm, choices = await firm_of(world), world.house.accounts.receipts
    assert "It also comes by itself: in a month without any alert." in await world.types("/receipt")
    await world.presses("Change how often")
    await world.presses("Every month")
    assert await choices.choice(firm) == "monthly"
    assert "never" in await world.types("/receipt never")
    assert await choices.choice(firm) == "never"


async def test_a_receipt_comes_when_it_is_asked_for(world: ChatWorld) -> None:
    async with world.house.ledger.writing() as book:
        seen = world.house.clock.now() - timedelta(days=3)
        for n in range(5):
            one = SampleOpportunity(identity=f"camden-{n}", regions=(CAMDEN,), published=seen)
            await keep(book, replace(one, closes=seen + timedelta(days=20)))
        software = SampleOpportunity(identity="other", title="Sample software", sector="it", cpv=("72000000",))
        await keep(book, replace(software, published=seen, closes=seen + timedelta(days=20)))
    assert "in a moment" in await world.types("/receipt")
    await drain_all(world.house, STEPS)
    said = [each.words for each in world.far.to(CHAT) if "We checked" in each.words]
    assert len(said) == 1
    assert said[0].startswith(
        "Nothing fitted in the last 30 days\nWe checked no sources and no notices: 6 pieces of work"
    )
    assert "• 5 were of your trade, but elsewhere" in said[0]
    assert "• 1 was of another trade" in said[0]
    assert "If you added Camden, 5 of them would have reached you." in said[0]
    assert said[0].endswith("Your alerts are on. You hear from us when something fits.")
    assert "window cleaning" in await world.presses("What you hear of")


async def test_two_presses_by_a_thumb_that_slips_ask_for_one_receipt(world: ChatWorld) -> None:
    async with world.house.ledger.writing() as book:
        firm = await book.firm_at(channel="telegram", address=CHAT)
        assert firm is not None
        for _ in range(2):
            await ask_for_receipt(book, firm, at=NOON)
    before = len(world.far.to(CHAT))
    await drain_all(world.house, STEPS)
    assert len(world.far.to(CHAT)) == before + 1


async def test_a_firm_that_paused_still_gets_the_receipt_it_asks_for(world: ChatWorld) -> None:
    await world.types("/pause")
    await world.types("/receipt")
    await drain_all(world.house, STEPS)
    assert world.far.last(CHAT).words.endswith("Your alerts are paused. /resume starts them again.")


async def test_a_firm_that_stops_right_after_it_asked_hears_no_more(world: ChatWorld) -> None:
    await world.types("/receipt")
    await world.types("/stop")
    before = len(world.far.to(CHAT))
    await drain_all(world.house, STEPS)
    assert len(world.far.to(CHAT)) == before


async def test_help_names_both(world: ChatWorld) -> None:
    said = await world.types("/help")
    assert "/when" in said
    assert "/receipt" in said


async def test_what_is_no_choice_asks_again_and_changes_nothing(world: ChatWorld) -> None:
    firm = await firm_of(world)
    assert "How often" in await world.types("/when yesterday")
    assert "When do you want it?" in await world.types("/receipt now and then")
    assert (await world.house.accounts.timing.of(firm)).rhythm == Rhythm()
