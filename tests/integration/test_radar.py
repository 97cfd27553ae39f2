"""Contracts that end, through the running house: noted from award notices, told once a week to firms that asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from service.bootstrap import House
from service.commands.work import STEPS, drain_all
from service.domain.interest import Interest
from service.domain.radar import slot_of, window
from service.store.session import table
from service.store.tables import MessageRow
from service.usecases.collect import Report
from tests.scripted_source import ScriptedSource, TurnedClock, a_house, a_row, an_award

#: A Monday.
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HACKNEY, CAMDEN = "E09000012", "E09000007"
WINDOWS = "windows@firm.example"
ASKS = Interest(cpv=("9091",), areas=(HACKNEY,), radar=True)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(MONDAY)


async def subscribe(house: House, address: str = WINDOWS, interest: Interest = ASKS) -> int:
    async with house.ledger.writing() as book:
        firm = await book.create_firm(
            channel="email",
            address=address,
            size="micro",
            interest=interest,
            secret="sample",
            consent="A sample firm of a test.",
            at=MONDAY,
        )
        await book.set_firm_state(firm.identity, "active", confirmed=MONDAY)
    return firm.identity


async def take_in(house: House) -> None:
    """Poll the sample register and let every step and the radar run."""
    assert await house.poll(house.sources["sample_listing"], Report()) == ""
    await drain_all(house, STEPS)
    await house.radar().look()


async def letters(house: House, address: str = WINDOWS) -> list[tuple[str, str]]:
    """Slot and subject of all that was written to an address."""
    message = table(MessageRow)
    asked = select(message.c.slot, message.c.subject).where(message.c.address == address).order_by(message.c.id)
    async with house.database.reading() as connection:
        return [(row.slot, row.subject) for row in (await connection.execute(asked)).all()]


def let_long_ago(number: int, *, ends: date | None, borough: str = HACKNEY) -> dict[str, str]:
    """A contract awarded three years ago."""
    return an_award(number, published=MONDAY - timedelta(days=3 * 365), ends=ends, borough=borough)


async def test_a_firm_that_asked_hears_once_a_week_of_contracts_like_its_own(
    tmp_path: Path, clock: TurnedClock
) -> None:
    rows = [
        let_long_ago(1, ends=date(2027, 5, 20)),
        let_long_ago(2, ends=date(2027, 2, 28)),
        let_long_ago(3, ends=date(2027, 9, 30)),  # too far off
        let_long_ago(4, ends=date(2026, 12, 5)),  # too near
        let_long_ago(5, ends=None),  # nobody said
        let_long_ago(6, ends=date(2027, 4, 1), borough=CAMDEN),  # elsewhere
        a_row(7, published=MONDAY, closes=MONDAY + timedelta(days=20)),  # open: an alert of its own
    ]
    async with a_house(tmp_path, clock, ScriptedSource(rows)) as house:
        await subscribe(house)
        await subscribe(house, "quiet@firm.example", Interest(cpv=("9091",), areas=(HACKNEY,)))
        await take_in(house)
        told = [each for each in await letters(house) if each[0].startswith("radar:")]
        assert told == [("radar:2026-W48", "2 contracts like yours end by May 2027")]
        assert not [slot for slot, _ in await letters(house, "quiet@firm.example") if slot.startswith("radar:")]

        await drain_all(house, STEPS)
        mine = [each for each in await house.desk.letters() if each.subject.startswith("2 contracts")]
        letter = await house.desk.letter(mine[0].identity)
        first, second = letter.text.index("houses 2"), letter.text.index("houses 1")
        assert first < second, "the soonest first"
        assert "Ends:    28 February 2027, in 3 months" in letter.text
        assert "Held by: Sample Holder Ltd" in letter.text
        assert "In Hackney" in letter.text
        assert "https://sample.example.org/S-2" in letter.text
        assert ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") in letter.headers


async def test_nothing_is_told_twice_and_the_next_week_brings_what_came_into_sight(
    tmp_path: Path, clock: TurnedClock
) -> None:
    rows = [let_long_ago(1, ends=date(2027, 3, 1)), let_long_ago(2, ends=date(2027, 9, 1))]
    async with a_house(tmp_path, clock, ScriptedSource(rows)) as house:
        await subscribe(house)
        await take_in(house)
        assert len(await letters(house)) == 1
        for _ in range(4):  # the rest of the week, and a restart of the look
            clock.turn(days=1)
            await house.radar().look()
        assert len(await letters(house)) == 1
        clock.at = MONDAY + timedelta(days=7)
        await house.radar().look()
        assert len(await letters(house)) == 1, "nothing new is no letter"
        clock.at = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
        await house.radar().look()
        assert await letters(house) == [
            ("radar:2026-W48", "1 contract like yours ends by March 2027"),
            ("radar:2027-W10", "1 contract like yours ends by September 2027"),
        ]


async def test_a_contract_that_was_extended_is_news_again(tmp_path: Path, clock: TurnedClock) -> None:
    row = let_long_ago(1, ends=date(2027, 3, 1))
    extended = row | {"ends": "2027-08-31", "published": (MONDAY + timedelta(days=2)).isoformat()}
    async with a_house(tmp_path, clock, ScriptedSource([row], [extended])) as house:
        await subscribe(house)
        await take_in(house)
        clock.turn(days=3)
        await take_in(house)
        clock.at = MONDAY + timedelta(days=119)  # Monday 22 March, when the first end is past
        await house.radar().look()
        subjects = [subject for slot, subject in await letters(house) if slot.startswith("radar:")]
        assert subjects == [
            "1 contract like yours ends by March 2027",
            "1 contract like yours ends by August 2027",
        ]


async def test_what_does_not_fit_into_one_letter_comes_with_the_next(tmp_path: Path, clock: TurnedClock) -> None:
    rows = [let_long_ago(number, ends=date(2027, 3, number)) for number in range(1, 11)]
    async with a_house(tmp_path, clock, ScriptedSource(rows)) as house:
        await subscribe(house)
        await take_in(house)
        await drain_all(house, STEPS)
        (listed,) = await house.desk.letters()
        assert listed.subject == "8 contracts like yours end by March 2027"
        assert "2 more come next week." in (await house.desk.letter(listed.identity)).text
        clock.turn(days=7)
        await house.radar().look()
        assert [subject for _, subject in await letters(house)][1:] == ["2 contracts like yours end by March 2027"]


async def test_a_paused_firm_hears_nothing_and_loses_nothing(tmp_path: Path, clock: TurnedClock) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([let_long_ago(1, ends=date(2027, 4, 1))])) as house:
        firm = await subscribe(house)
        async with house.ledger.writing() as book:
            await book.set_firm_state(firm, "paused")
        await take_in(house)
        assert await letters(house) == []
        async with house.ledger.writing() as book:
            await book.set_firm_state(firm, "active")
        clock.turn(days=7)
        await house.radar().look()
        assert len(await letters(house)) == 1


async def test_to_be_told_of_an_end_is_not_to_be_told_of_the_work(tmp_path: Path, clock: TurnedClock) -> None:
    """A change of the contract is no change of work the firm was offered."""
    row = let_long_ago(1, ends=date(2027, 4, 1))
    changed = row | {"holder": "Another Sample Holder Ltd", "published": (MONDAY + timedelta(days=1)).isoformat()}
    async with a_house(tmp_path, clock, ScriptedSource([row], [changed])) as house:
        await subscribe(house)
        await take_in(house)
        clock.turn(days=2)
        await take_in(house)
        assert [slot for slot, _ in await letters(house)] == ["radar:2026-W48"]


async def test_ends_are_noted_also_of_what_was_awarded_before_there_was_a_radar(
    tmp_path: Path, clock: TurnedClock
) -> None:
    async with a_house(tmp_path, clock, ScriptedSource([let_long_ago(1, ends=date(2027, 4, 1))])) as house:
        await take_in(house)
        async with house.database.writing() as connection:
            await connection.execute(text("DELETE FROM contract_end"))
        assert (await house.desk.contracts_ending(sector="", borough="", size=10, page=1)).total == 0
        await house.radar().look()
        found = await house.desk.contracts_ending(sector="", borough=HACKNEY, size=10, page=1)
        assert [(each.ends, each.suppliers) for each in found.items] == [(date(2027, 4, 1), ("Sample Holder Ltd",))]
        assert (await house.desk.contracts_ending(sector="", borough=CAMDEN, size=10, page=1)).total == 0


async def test_the_page_is_about_london_and_what_may_be_done_anywhere(tmp_path: Path, clock: TurnedClock) -> None:
    rows = [
        let_long_ago(1, ends=date(2027, 4, 1)),
        let_long_ago(2, ends=date(2027, 4, 2), borough="UK"),
        let_long_ago(3, ends=date(2027, 4, 3), borough="UKK30"),  # Cornwall
    ]
    async with a_house(tmp_path, clock, ScriptedSource(rows)) as house:
        await take_in(house)
        found = await house.desk.contracts_ending(sector="", borough="", size=10, page=1)
        assert [each.ends.day for each in found.items] == [1, 2]
        assert found.total == 2


def test_the_week_begins_on_monday_morning_in_london() -> None:
    assert slot_of(datetime(2026, 11, 23, 7, 59, tzinfo=UTC)) is None
    assert slot_of(datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) == "radar:2026-W48"
    assert slot_of(datetime(2026, 11, 29, 23, 0, tzinfo=UTC)) == "radar:2026-W48"
    assert slot_of(datetime(2027, 1, 1, 12, 0, tzinfo=UTC)) == "radar:2026-W53"


def test_half_a_year_is_looked_ahead() -> None:
    assert window(MONDAY) == (date(2026, 12, 23), date(2027, 5, 25))
