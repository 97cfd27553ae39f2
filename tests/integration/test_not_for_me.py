"""A firm says "not for me": what changes is said before, seen afterwards, and taken back with one button."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.store.feedback import Feedbacks
from service.store.ledger import SqlLedger
from service.usecases.feedback import MOST_A_DAY
from tests.account_world import FIRM, World, a_world
from tests.builders import NOW, SampleOpportunity

PAGE = "/account/not-for-me/hackney-1"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A house with a firm that asked for cleaning in Hackney, and such work of £18,000."""
    async with a_world(tmp_path) as found:
        await found.sign_up()
        found.clock.at = NOW + timedelta(hours=1)
        await found.put(SampleOpportunity(identity="hackney-1"))
        yield found


async def test_the_page_says_exactly_what_each_reason_changes_and_nothing_changes_by_looking(world: World) -> None:
    before = await world.said("/account")
    said = await world.said(PAGE)
    assert "We leave out notices coded 90911300 (window-cleaning services)." in said
    assert "We leave out notices over £10,000." in said
    assert "It is in the only place you asked for, so nothing changes." in said
    assert await world.said("/account") == before


async def test_what_is_the_same_for_several_reasons_is_said_once(world: World) -> None:
    await world.put(SampleOpportunity(identity="software", title="Sample software", sector="it", cpv=("72000000",)))
    said = await world.said("/account/not-for-me/software")
    assert said.count("It does not fit what you ask for any more, so nothing needs to change.") == 1
    assert said.count("Nothing changes. We keep what you say") == 1


async def test_what_was_said_is_done_seen_on_the_page_and_undone(world: World) -> None:
    answer = await world.post(PAGE, reason="big", said="  we are   two people ")
    assert "You said: too big" in await answer.text()
    assert "worth up to £10,000" in await world.said("/account")
    answer = await world.post(f"{PAGE}/undo")
    assert "Taken back. You hear about it as before." in await answer.text()
    assert "£10,000" not in await world.said("/account")
    assert "Why is it not for you?" in await world.said(PAGE)


async def test_another_answer_takes_the_first_back(world: World) -> None:
    await world.post(PAGE, reason="big")
    async with SqlLedger(world.database).reading() as book:
        firm = await book.firm_at(channel="email", address=FIRM)
    assert firm is not None
    await world.accounts.feedback.say(firm.identity, "hackney-1", "trade")
    said = await world.said("/account")
    assert "£10,000" not in said
    assert "but not the code 909113" in said


async def test_an_interest_changed_since_is_not_overwritten_by_the_undo(world: World) -> None:
    await world.post(PAGE, reason="big")
    (own,) = (await world.page("/account")).xpath("//ul[@class='interests']//a/@href")
    fields = {"sector": "environment", "area": "E09000012", "value_max": "7000", "do": "save", "sure": "yes"}
    await world.post(own, **fields)
    answer = await world.post(f"{PAGE}/undo")
    assert "stays as it is" in await answer.text()
    assert "worth up to £7,000" in await world.said("/account")


async def test_it_is_kept_with_what_it_was_about_and_within_a_cap_for_each_firm(world: World) -> None:
    await world.put(*(SampleOpportunity(identity=f"more-{n}") for n in range(30)))
    for n in range(30):
        await world.post(f"/account/not-for-me/more-{n}", reason="other", said="sample")
    async with world.database.reading() as connection:
        kept = await Feedbacks(connection).answers_to_judge_by()
    assert len(kept) == 20
    assert {(each.reason, each.revision, each.tags_version, each.said) for each in kept} == {
        ("other", 1, "sample", "sample")
    }


async def test_a_flood_of_answers_is_refused(world: World) -> None:
    await world.put(*(SampleOpportunity(identity=f"more-{n}") for n in range(MOST_A_DAY)))
    for n in range(MOST_A_DAY):
        assert (await world.post(f"/account/not-for-me/more-{n}", reason="other")).status == 200
    assert (await world.post(PAGE, reason="other")).status == 429


async def test_nothing_chosen_asks_again(world: World) -> None:
    answer = await world.post(PAGE, said="x")
    assert answer.status == 422
    assert "Choose why it is not for you" in await answer.text()


@pytest.mark.parametrize("path", ["/account/not-for-me/nothing", "/account/not-for-me/" + "x" * 500])
async def test_what_is_not_there_is_not_there(world: World, path: str) -> None:
    assert (await world.get(path)).status == 404
    assert (await world.post(path, reason="big")).status == 404


async def test_a_wrong_trade_read_from_words_is_a_correction_and_one_the_buyer_coded_is_not(world: World) -> None:
    await world.put(SampleOpportunity(identity="uncoded", cpv=()))
    await world.post("/account/not-for-me/uncoded", reason="trade")
    await world.post(PAGE, reason="trade")

    async def corrected() -> list[tuple[str, tuple[str, ...]]]:
        async with SqlLedger(world.database).reading() as book:
            return [
                (each.correction.opportunity, each.correction.not_sectors) for each in await book.corrected_examples()
            ]

    assert await corrected() == [("uncoded", ("environment",))]
    await world.post("/account/not-for-me/uncoded/undo")
    assert await corrected() == []
