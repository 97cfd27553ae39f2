"""A firm chooses in a chat how often it hears, and whether a receipt of what was checked comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.domain.rhythm import Rhythm
from tests.chat_world import CHAT, ChatWorld, chat_world


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
    assert "It comes: in a month without any alert." in await world.types("/receipt")
    await world.presses("Every month")
    assert await choices.choice(firm) == "monthly"
    assert "never" in await world.types("/receipt never")
    assert await choices.choice(firm) == "never"


async def test_help_names_both(world: ChatWorld) -> None:
    said = await world.types("/help")
    assert "/when" in said
    assert "/receipt" in said


async def test_what_is_no_choice_asks_again_and_changes_nothing(world: ChatWorld) -> None:
    firm = await firm_of(world)
    assert "How often" in await world.types("/when yesterday")
    assert "When do you want it?" in await world.types("/receipt now and then")
    assert (await world.house.accounts.timing.of(firm)).rhythm == Rhythm()
