"""After the first alert, through the running house: what is on a firm's list is followed and recalled, and no more."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.bootstrap import House
from service.commands.work import drain_all
from service.domain.interest import Interest
from service.domain.pursuit import Course
from service.domain.rhythm import Rhythm
from service.errors import NotFound
from service.usecases.collect import Report
from tests.scripted_source import ScriptedSource, TurnedClock, a_house, a_row
from tests.when_world import headings, letters, lists, london, opportunity, settle, subscribe, take_in, told

#: A Tuesday.
NOON = london("2026-11-24 12:00")
#: A Friday, ten days later.
CLOSES = london("2026-12-04 12:00")
#: Somebody who asked for something else altogether.
ELSEWHERE = Interest(cpv=("7231",), areas=("E09000007",))


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(NOON)


def row(number: int = 1, *, closes: datetime = CLOSES, after: float = 0, **more: str) -> dict[str, str]:
    """A tender; or what became of it some hours after."""
    return a_row(number, published=NOON + timedelta(hours=after), closes=closes) | more


async def mark(house: House, firm: int, course: Course, number: int = 1) -> None:
    await lists(house).mark(firm, await opportunity(house, number), course)


async def subjects(house: House) -> list[str]:
    return [subject for _, subject, _ in await letters(house)]


async def test_a_saved_opportunity_is_recalled_once_by_the_firms_own_lead_time(
    tmp_path: Path, clock: TurnedClock, each_database: str
) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row()], []), database_url=each_database) as house:
        firm = await subscribe(house, rhythm=Rhythm(remind_days=5))
        await take_in(house)
        await mark(house, firm, "saved")
        clock.at = london("2026-11-29 06:59")
        await settle(house)
        assert len(await letters(house)) == 1
        for _ in range(3):
            clock.turn(hours=1)
            await settle(house)
        _, reminder = await letters(house)
        assert reminder[1].startswith("Closes soon: Sample window cleaning")
        assert "This closes soon: Fri 4 Dec, 12 noon." in reminder[2]
        assert "You saved it" in reminder[2]
        assert [change for change, _ in await told(house)] == ["new", "reminder:2026-12-04"]


@pytest.mark.parametrize("course", ["sent", "won", "lost", "no_bid"])
async def test_who_says_it_is_done_is_not_reminded(tmp_path: Path, clock: TurnedClock, course: Course) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row()], [])) as house:
        firm = await subscribe(house)
        await take_in(house)
        await mark(house, firm, "bidding")
        await mark(house, firm, course)
        clock.at = london("2026-12-02 09:00")
        await settle(house)
        assert len(await letters(house)) == 1


@pytest.mark.parametrize("course", ["saved", "bidding"])
async def test_what_is_not_for_a_firm_leaves_its_list_and_is_not_recalled_and_the_undo_brings_it_back(
    tmp_path: Path, clock: TurnedClock, course: Course
) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row()], [])) as house:
        firm = await subscribe(house)
        await take_in(house)
        await mark(house, firm, course)
        feedback, about = dataclasses.replace(house.accounts.feedback, clock=clock), await opportunity(house, 1)
        clock.at = london("2026-12-01 09:00")
        await house.reminders().look()
        await drain_all(house, ("match",))
        assert (await feedback.say(firm, about, "other")).course == course
        assert await lists(house).of(firm) == ()
        await drain_all(house, ("send",))
        assert len(await letters(house)) == 1, "the reminder was written, and is not sent"
        assert await feedback.undo(firm, about)
        assert [each.course for each in await lists(house).of(firm)] == [course]


async def test_a_bid_that_is_in_stays_on_the_list_of_a_firm_that_says_not_for_me(
    tmp_path: Path, clock: TurnedClock
) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row()], [])) as house:
        firm = await subscribe(house)
        await take_in(house)
        await mark(house, firm, "sent")
        await house.accounts.feedback.say(firm, await opportunity(house, 1), "big")
        assert [each.course for each in await lists(house).of(firm)] == ["sent"]


async def test_done_is_asked_again_when_the_letter_is_sent(tmp_path: Path, clock: TurnedClock) -> None:
    """The reminder was written already, and the bid went in before it was handed to the mail server."""
    async with a_house(tmp_path, clock, ScriptedSource([row()], [])) as house:
        firm = await subscribe(house)
        await take_in(house)
        await mark(house, firm, "bidding")
        clock.at = london("2026-12-01 09:00")
        await house.reminders().look()
        await drain_all(house, ("match",))
        await mark(house, firm, "sent")
        await drain_all(house, ("send",))
        assert len(await letters(house)) == 1


async def test_done_is_asked_again_when_the_letter_is_written(tmp_path: Path, clock: TurnedClock) -> None:
    quiet = Rhythm(quiet_from=20, quiet_until=10)
    async with a_house(tmp_path, clock, ScriptedSource([row(), row(2)], [])) as house:
        firm = await subscribe(house, rhythm=quiet)
        await take_in(house)
        await mark(house, firm, "bidding")
        await mark(house, firm, "saved", 2)
        clock.at = london("2026-12-01 10:00")
        await house.reminders().look()
        await lists(house).leave(firm, await opportunity(house, 1))
        await settle(house)
        assert [subject.split(":")[0] for subject in await subjects(house)] == ["New", "New", "Closes soon"]
        assert "houses 2" in (await subjects(house))[2]


async def test_a_deadline_that_moves_is_recalled_anew(tmp_path: Path, clock: TurnedClock) -> None:
    later = row(closes=london("2026-12-11 12:00"), after=24 * 7 + 1, what="changed")
    async with a_house(tmp_path, clock, ScriptedSource([row()], [later], [])) as house:
        firm = await subscribe(house)
        await take_in(house)
        await mark(house, firm, "saved")
        clock.at = london("2026-12-01 08:00")
        await settle(house)
        clock.at = london("2026-12-01 14:00")
        await take_in(house)
        clock.at = london("2026-12-08 08:00")
        await settle(house)
        openings = [subject.split(":")[0] for subject in await subjects(house)]
        assert openings == ["New", "Closes soon", "Changed", "Closes soon"]
        assert (
            "The closing date moved from Fri 4 Dec 2026, 12 noon to Fri 11 Dec 2026, 12 noon."
            in (await letters(house))[2][2]
        )


async def test_what_was_saved_without_an_alert_is_followed_too(
    tmp_path: Path, clock: TurnedClock, each_database: str
) -> None:
    moved = row(closes=london("2026-12-11 12:00"), after=1, what="changed")
    given = moved | {"published": (NOON + timedelta(hours=2)).isoformat(), "what": "award"}
    given |= {"holder": "Sample Holder Ltd", "paid": "18000"}
    script = ScriptedSource([row()], [moved], [given], [])
    async with a_house(tmp_path, clock, script, database_url=each_database) as house:
        firm = await subscribe(house, interest=ELSEWHERE)
        await take_in(house)
        await mark(house, firm, "saved")
        for _ in range(2):
            clock.turn(hours=2)
            await take_in(house)
        assert [subject.split(":")[0] for subject in await subjects(house)] == ["Changed", "Awarded"]
        assert "The contract was awarded to Sample Holder Ltd for £18,000." in (await letters(house))[1][2]


async def test_who_does_not_bid_hears_no_more_of_it(tmp_path: Path, clock: TurnedClock) -> None:
    moved = row(closes=london("2026-12-11 12:00"), after=1, what="changed")
    async with a_house(tmp_path, clock, ScriptedSource([row()], [moved], [])) as house:
        firm = await subscribe(house)
        await take_in(house)
        await mark(house, firm, "no_bid")
        clock.turn(hours=2)
        await take_in(house)
        assert len(await letters(house)) == 1
        assert ("2", "the firm said that it does not bid") in await told(house)


async def test_a_withdrawn_tender_is_said_to_be_withdrawn_and_recalled_no_more(
    tmp_path: Path, clock: TurnedClock
) -> None:
    gone = row(after=1, what="cancelled")
    async with a_house(tmp_path, clock, ScriptedSource([row()], [gone], [])) as house:
        firm = await subscribe(house)
        await take_in(house)
        await mark(house, firm, "bidding")
        clock.turn(hours=2)
        await take_in(house)
        clock.at = london("2026-12-02 09:00")
        await settle(house)
        assert [subject.split(":")[0] for subject in await subjects(house)] == ["New", "Cancelled"]
        assert "There is nothing to bid for any more." in (await letters(house))[1][2]


async def test_a_reminder_in_a_digest_is_its_last_chance(tmp_path: Path, clock: TurnedClock) -> None:
    fresh = a_row(2, published=NOON + timedelta(days=6), closes=london("2026-12-20 12:00"))
    async with a_house(tmp_path, clock, ScriptedSource([row()], [fresh], [])) as house:
        firm = await subscribe(house, rhythm=Rhythm(pace="daily"))
        await take_in(house)
        await mark(house, firm, "saved")
        clock.at = london("2026-11-25 07:00")
        await settle(house)
        clock.at = london("2026-12-01 06:00")
        assert await house.poll(house.sources["sample_listing"], Report()) == ""
        clock.at = london("2026-12-01 06:45")
        await settle(house)
        assert len(await letters(house)) == 1
        clock.at = london("2026-12-01 07:00")
        await settle(house)
        clock.at = london("2026-12-02 07:00")
        await settle(house)
        assert (await headings(house))[1:] == ["1 last chance and 1 new today"]


async def test_a_list_is_in_the_order_of_what_is_to_be_done(tmp_path: Path, clock: TurnedClock) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row(1), row(2), row(3), row(4)], [])) as house:
        firm = await subscribe(house)
        other = await subscribe(house, "other@firm.example")
        await take_in(house)
        said: tuple[tuple[int, Course], ...] = ((1, "won"), (2, "saved"), (3, "bidding"), (4, "saved"))
        for number, course in said:
            clock.turn(minutes=1)
            await mark(house, firm, course, number)
        await mark(house, firm, "saved", 4)  # twice is the same as once
        names = {await opportunity(house, number): number for number in range(1, 5)}
        listed = [(names[each.opportunity], each.course) for each in await lists(house).of(firm)]
        assert listed == [(3, "bidding"), (4, "saved"), (2, "saved"), (1, "won")]
        assert await lists(house).of(other) == ()
        with pytest.raises(NotFound):
            await lists(house).mark(firm, "nothing-of-that-name", "saved")
