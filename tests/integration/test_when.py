"""When a firm is told, through the running house: at once, in digests, never in quiet hours, nothing lost or twice."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.commands.work import drain_all
from service.domain.message import Links
from service.domain.rhythm import Rhythm
from service.errors import NotFound
from service.usecases.collect import Report
from tests.scripted_source import ScriptedSource, TurnedClock, a_house, a_row
from tests.when_world import heading, headings, letters, london, opportunity, settle, subscribe, take_in, timing, told

#: A Tuesday.
NOON = london("2026-11-24 12:00")
DAILY = Rhythm(pace="daily")


def row(number: int, *, days: float = 20) -> dict[str, str]:
    """A tender published at noon that closes so many days after."""
    return a_row(number, published=NOON, closes=NOON + timedelta(days=days))


def changed(number: int, *, days: float, after: float = 1, **more: str) -> dict[str, str]:
    """The same tender with another closing date, published some hours after."""
    moved = a_row(number, published=NOON + timedelta(hours=after), closes=NOON + timedelta(days=days))
    return moved | {"what": "changed"} | more


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(NOON)


async def test_a_daily_firm_gets_one_letter_in_the_morning(
    tmp_path: Path, clock: TurnedClock, each_database: str
) -> None:
    source = ScriptedSource([row(1), row(2), row(3, days=2.5)], [changed(1, days=30)], [])
    async with a_house(tmp_path, clock, source, database_url=each_database) as house:
        await subscribe(house, rhythm=DAILY)
        await take_in(house)
        clock.turn(hours=2)
        await take_in(house)
        assert await letters(house) == [], "the morning is not there"

        clock.at = london("2026-11-25 07:00")
        await settle(house)
        ((slot, subject, said),) = await letters(house)
        assert (slot, heading(subject)) == ("digest:day:2026-11-25", "1 last chance and 2 new today")
        assert "houses 3" in subject, "the most pressing is named"
        titles = [said.index(words) for words in ("LAST CHANCE", "houses 3", "NEW", "houses 2", "houses 1")]
        assert titles == sorted(titles), "what can be missed comes first, then what closes first"
        assert "moved from" not in said, "who has never heard of it does not care how it stood before"
        await settle(house)
        assert len(await letters(house)) == 1


async def test_a_digest_with_nothing_in_it_is_not_sent(tmp_path: Path, clock: TurnedClock) -> None:
    gone = row(1) | {"what": "cancelled", "published": (NOON + timedelta(hours=1)).isoformat()}
    async with a_house(tmp_path, clock, ScriptedSource([row(1)], [gone], [])) as house:
        await subscribe(house, rhythm=DAILY)
        await take_in(house)
        clock.turn(hours=2)
        await take_in(house)
        clock.at = london("2026-11-25 07:00")
        await settle(house)
        clock.turn(days=1)
        await settle(house)
        assert await letters(house) == []
        assert [why for _, why in await told(house)] == ["it was over before it was told"] * 2


async def test_changes_of_what_was_told_come_as_one_change_from_first_to_last(
    tmp_path: Path,
    clock: TurnedClock,
    each_database: str,
) -> None:
    awarded = changed(2, days=20, after=3, holder="Sample Holder Ltd", paid="18000") | {"what": "award"}
    script = [[row(1), row(2), row(3)], [changed(1, days=25)], [changed(1, days=30, after=2), awarded], []]
    async with a_house(tmp_path, clock, ScriptedSource(*script), database_url=each_database) as house:
        firm = await subscribe(house)
        await take_in(house)
        assert len(await letters(house)) == 3, "at once"
        await timing(house).choose(firm, DAILY, person=0)
        for _ in range(2):
            clock.turn(hours=2)
            await take_in(house)
        clock.at = london("2026-11-25 07:00")
        await settle(house)
        _, subject, said = (await letters(house))[-1]
        assert heading(subject) == "1 changed and 1 awarded today"
        assert "The closing date moved from Mon 14 Dec 2026, 12 noon to Thu 24 Dec 2026, 12 noon." in said
        assert "The contract was awarded to Sample Holder Ltd for £18,000." in said
        assert len(await letters(house)) == 4


async def test_a_weekly_firm_does_not_wait_for_what_closes_before_its_letter(
    tmp_path: Path, clock: TurnedClock
) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row(1, days=5), row(2, days=20)], [])) as house:
        await subscribe(house, rhythm=Rhythm(pace="weekly"))
        await take_in(house)
        assert [subject.split(",")[0] for _, subject, _ in await letters(house)] == ["New: Sample window cleaning"]
        assert "houses 1" in (await letters(house))[0][1]
        clock.at = london("2026-11-30 07:00")
        await settle(house)
        slot, subject, said = (await letters(house))[1]
        assert slot == "digest:week:2026-W49"
        assert "houses 2" in subject, "one alone is told in full, as an alert"
        assert "What it asks for" in said


async def test_a_run_that_was_lost_is_made_good_as_one_letter(
    tmp_path: Path, clock: TurnedClock, each_database: str
) -> None:
    """No worker ran for a week: seven mornings went by, and one letter tells it all."""
    later = a_row(9, published=NOON + timedelta(days=1), closes=NOON + timedelta(days=20))
    async with a_house(
        tmp_path, clock, ScriptedSource([row(1), row(2)], [later], []), database_url=each_database
    ) as house:
        await subscribe(house, rhythm=DAILY)
        await take_in(house)
        clock.turn(days=1)
        assert await house.poll(house.sources["sample_listing"], Report()) == ""
        for step in (house.recorder(), house.judge(), house.matcher(), house.composer()):
            while await step.drain():
                pass
        async with house.database.reading() as connection:
            asked = text("SELECT slot FROM digest_run WHERE made = '' ORDER BY slot")
            waiting = list((await connection.execute(asked)).scalars())
        assert waiting == ["day:2026-11-25", "day:2026-11-26"]
        clock.turn(days=7)
        await settle(house)
        ((slot, subject, _),) = await letters(house)
        assert (slot, heading(subject)) == ("digest:day:2026-11-26", "3 new opportunities today")
        await settle(house)
        assert len(await letters(house)) == 1


async def test_nothing_comes_in_quiet_hours_and_then_all_of_it_together(tmp_path: Path, clock: TurnedClock) -> None:
    clock.at = london("2026-11-24 21:00")
    source = ScriptedSource([row(1)], [row(2)], [])
    async with a_house(tmp_path, clock, source) as house:
        await subscribe(house, rhythm=Rhythm(quiet_from=20, quiet_until=7))
        await take_in(house)
        clock.turn(hours=3)
        await take_in(house)
        assert await letters(house) == []
        clock.at = london("2026-11-25 07:00")
        await settle(house)
        assert await headings(house) == ["2 new opportunities"]


async def test_what_comes_at_the_weekend_waits_for_monday_where_a_firm_wants_working_days(
    tmp_path: Path, clock: TurnedClock
) -> None:
    clock.at = london("2026-11-28 10:00")
    async with a_house(tmp_path, clock, ScriptedSource([row(1), row(2)], [])) as house:
        await subscribe(house, rhythm=Rhythm(working_days_only=True))
        await take_in(house)
        clock.at = london("2026-11-29 10:00")
        await settle(house)
        assert await letters(house) == []
        clock.at = london("2026-11-30 07:00")
        await settle(house)
        assert await headings(house) == ["2 new opportunities"]


async def test_a_burst_is_one_letter_that_names_everything(
    tmp_path: Path, clock: TurnedClock, each_database: str
) -> None:
    many = [row(number) for number in range(1, 21)]
    async with a_house(tmp_path, clock, ScriptedSource(many, [row(21)], []), database_url=each_database) as house:
        await subscribe(house)
        await take_in(house)
        clock.turn(seconds=30)
        await take_in(house)  # one more, while they are gathered
        assert await letters(house) == []
        clock.turn(seconds=31)
        await settle(house)
        ((_, subject, said),) = await letters(house)
        assert heading(subject) == "21 new opportunities"
        assert {int(number) for number in re.findall(r"houses (\d+)", said)} == set(range(1, 22))
        assert "AND THESE" in said


async def test_a_few_at_once_come_each_alone(tmp_path: Path, clock: TurnedClock) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row(number) for number in range(1, 9)], [])) as house:
        await subscribe(house)
        await take_in(house)
        assert len({subject for _, subject, _ in await letters(house)}) == 8


async def test_who_chooses_another_rhythm_need_not_wait_for_the_old_one(
    tmp_path: Path,
    clock: TurnedClock,
    each_database: str,
) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row(1), row(2)], []), database_url=each_database) as house:
        firm = await subscribe(house, rhythm=Rhythm(pace="weekly"))
        await take_in(house)
        assert (await timing(house).of(firm)).waiting == london("2026-11-30 07:00")
        await timing(house).choose(firm, DAILY, person=0)
        assert (await timing(house).of(firm)).waiting == london("2026-11-25 07:00")
        await timing(house).choose(firm, Rhythm(), person=0)
        await settle(house)
        assert await headings(house) == ["2 new opportunities"]
        assert (await timing(house).of(firm)).waiting is None


async def test_a_paused_firm_gets_no_digest(tmp_path: Path, clock: TurnedClock) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row(1), row(2)], [])) as house:
        firm = await subscribe(house, rhythm=DAILY)
        await take_in(house)
        async with house.ledger.writing() as book:
            await book.set_firm_state(firm, "paused")
        clock.at = london("2026-11-25 07:00")
        await settle(house)
        assert await letters(house) == []
        assert {why for _, why in await told(house)} == {"the firm no longer hears from us"}


async def test_all_of_a_letter_is_on_its_page_as_it_stands_now(tmp_path: Path, clock: TurnedClock) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row(1), row(2)], [])) as house:
        firm, other = await subscribe(house, rhythm=DAILY), await subscribe(house, "other@firm.example", rhythm=DAILY)
        await take_in(house)
        clock.at = london("2026-11-25 07:00")
        await settle(house)
        _, _, said = (await letters(house))[0]
        found = re.search(r"/digests/(\d+)", said)
        assert found is not None
        letter = await house.accounts.past_letters.of(firm, int(found[1]))
        assert {each.opportunity.identity for each in letter.entries} == {
            await opportunity(house, 1),
            await opportunity(house, 2),
        }
        with pytest.raises(NotFound):
            await house.accounts.past_letters.of(other, int(found[1]))


async def test_who_chose_nothing_hears_at_once(tmp_path: Path, clock: TurnedClock) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row(1)], [])) as house:
        firm = await subscribe(house)
        await take_in(house)
        assert len(await letters(house)) == 1
        assert (await timing(house).of(firm)).rhythm == Rhythm()


async def test_two_workers_that_wake_at_the_same_moment_send_one_letter(
    tmp_path: Path, clock: TurnedClock, each_database: str
) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row(1), row(2)], []), database_url=each_database) as house:
        for number in range(12):
            await subscribe(house, f"firm{number}@firm.example", rhythm=DAILY)
        await take_in(house)
        clock.at = london("2026-11-25 07:00")
        await asyncio.gather(*(drain_all(house, ("send",)) for _ in range(3)))
        for number in range(12):
            assert await headings(house, f"firm{number}@firm.example") == ["2 new opportunities today"]


async def test_a_letter_that_cannot_be_made_holds_up_no_other_and_is_tried_again(
    tmp_path: Path, clock: TurnedClock
) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([row(1), row(2)], [])) as house:
        unlucky = await subscribe(house, rhythm=DAILY)
        await subscribe(house, "other@firm.example", rhythm=DAILY)
        await take_in(house)
        clock.at = london("2026-11-25 07:00")
        sound = house.digester()

        def links(firm: int, secret: str, target: int) -> Links:
            if firm == unlucky:
                raise RuntimeError("a sample of what nobody thought of")
            return sound.links(firm, secret, target)

        await dataclasses.replace(sound, links=links).drain()
        await settle(house)
        assert await headings(house, "other@firm.example") == ["2 new opportunities today"]
        assert await letters(house) == []
        clock.turn(minutes=10)
        await settle(house)
        assert await headings(house) == ["2 new opportunities today"]
