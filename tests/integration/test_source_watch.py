"""Sources through the running house: permits, health and its history, the operator's mail, circuits, quiet returns."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import func, select, text

from service.bootstrap import House
from service.commands.work import STEPS, drain_all
from service.domain.interest import Interest
from service.errors import AskedWrongly, FarSideDown, GoneStale, LayoutDrift
from service.store.session import table
from service.store.tables import MessageRow, OpportunityRow
from service.usecases.collect import Report
from tests.http_world import a_site
from tests.scripted_source import CARD, ScriptedSource, TurnedClock, a_house, a_row

#: A Tuesday.
NOON = datetime.fromisoformat("2026-11-24T12:00:00+00:00")
OPERATOR = "sources@operator.example"
CLOSED_DOOR = dataclasses.replace(CARD, permission="needs_permission")
NO_ANSWER = FarSideDown("sample.example.org does not answer.")
READ: dict[str, Any] = {"robots_read": date(2026, 11, 23), "terms_read": date(2026, 11, 23)}


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(NOON)


async def poll(house: House) -> str:
    """Poll the sample listing as the worker would, whether or not its time has come."""
    return await house.poll(house.sources["sample_listing"], Report())


async def subscribe(house: House) -> None:
    """A sample firm that wants window cleaning in Hackney."""
    async with house.ledger.writing() as book:
        firm = await book.create_firm(
            channel="email",
            address="windows@firm.example",
            size="micro",
            interest=Interest(cpv=("9091",), areas=("E09000012",)),
            secret="sample",
            consent="A sample firm of a test.",
            at=NOON - timedelta(days=90),
        )
        await book.set_firm_state(firm.identity, "active", confirmed=NOON - timedelta(days=90))


async def mails(house: House, address: str) -> list[str]:
    """The subjects of all that was written to an address, in order."""
    message = table(MessageRow)
    asked = select(message.c.subject).where(message.c.address == address).order_by(message.c.id)
    async with house.database.reading() as connection:
        return list((await connection.execute(asked)).scalars())


async def held(house: House) -> int:
    """How many opportunities there are."""
    async with house.database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table(OpportunityRow)))).scalar_one()


# ------------------------------------------------------------------------------------------------ permission


async def test_a_source_that_needs_permission_is_not_asked_before_somebody_gave_it(
    tmp_path: Path, clock: TurnedClock
) -> None:
    source = ScriptedSource([a_row(1, published=NOON, closes=None)], card=CLOSED_DOOR)
    async with a_house(tmp_path, clock, source, sources=("find_a_tender",)) as house:
        assert await house.due_sources() == [], "being chosen overrides nothing"
        said = await poll(house)
        assert "bowbell source permit sample_listing" in said
        assert source.asked_since == []
        (shown,) = await house.desk.sources()
        assert (shown.health, shown.permission, shown.permit) == ("disabled", "needs_permission", None)

        await house.permitting().permit("sample_listing", basis="the terms allow it", by="operator", **READ)
        assert await house.due_sources() == [source]
        assert await poll(house) == ""
        (shown,) = await house.desk.sources()
        assert shown.health == "ok"
        assert shown.permit is not None
        assert (shown.permit.basis, shown.permit.robots_read) == ("the terms allow it", date(2026, 11, 23))

        await house.permitting().forbid("sample_listing", why="the terms changed")
        assert await house.due_sources() == []
        assert "Nobody has recorded" in await poll(house)
        async with house.ledger.writing() as book:
            (kept,) = await book.permit_history("sample_listing")
        assert (kept.why_withdrawn, kept.withdrawn) == ("the terms changed", NOON)
        async with house.database.reading() as connection:
            acts = list((await connection.execute(text("SELECT act FROM audit ORDER BY id"))).scalars())
        assert acts == ["source.permitted", "source.forbidden"]


async def test_a_prohibited_source_can_never_be_permitted(tmp_path: Path, clock: TurnedClock) -> None:
    source = ScriptedSource([], card=dataclasses.replace(CARD, permission="prohibited"))
    async with a_house(tmp_path, clock, source) as house:
        with pytest.raises(AskedWrongly, match="no permit changes that"):
            await house.permitting().permit("sample_listing", basis="we want to", by="operator", **READ)
        assert await house.due_sources() == []
        assert "never asked" in await poll(house)
        assert source.asked_since == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"robots_read": date(2026, 11, 25)}, "--robots-read: 2026-11-25 has not come yet"),
        ({"terms_read": date(2025, 11, 1)}, "more than a year ago"),
        ({"basis": "  "}, "--basis: it is empty"),
        ({"by": "somebody@operator.example"}, "--by: it is shown in public"),
    ],
)
async def test_a_permit_that_says_too_little_or_too_much_is_refused_with_the_field(
    tmp_path: Path, clock: TurnedClock, wrong: dict[str, Any], said: str
) -> None:
    given: dict[str, Any] = {"basis": "the terms allow it", "by": "operator", **READ} | wrong
    async with a_house(tmp_path, clock, ScriptedSource([], card=CLOSED_DOOR)) as house:
        with pytest.raises(AskedWrongly, match=said):
            await house.permitting().permit("sample_listing", **given)
        assert await house.polls.permits() == {}


# ------------------------------------------------------------------------------------------------ health


async def test_the_operator_hears_once_of_a_trouble_and_once_of_its_end(tmp_path: Path, clock: TurnedClock) -> None:
    drift = LayoutDrift(field="deadline", why="half of the rows have none.")
    source = ScriptedSource([], NO_ANSWER, NO_ANSWER, drift, drift, drift, [])
    async with a_house(tmp_path, clock, source, operator=OPERATOR) as house:
        heard = []
        for _ in range(8):
            await poll(house)
            heard.append(len(await mails(house, OPERATOR)))
            clock.turn(hours=7)
        assert heard == [0, 0, 0, 1, 1, 1, 2, 2]
        assert await mails(house, OPERATOR) == ["Sample listing has changed its shape", "Sample listing is well again"]
        await drain_all(house, STEPS)
        (last, first) = await house.desk.letters()
        letter = await house.desk.letter(first.identity)
        assert "3 polls in a row have gone wrong" in letter.text
        assert "half of the rows have none" in letter.text
        assert not [name for name, _ in letter.headers if name.startswith("List-")]
        assert last.subject == "Sample listing is well again"


async def test_the_history_of_health_answers_when_a_source_was_down(tmp_path: Path, clock: TurnedClock) -> None:
    source = ScriptedSource([], NO_ANSWER, NO_ANSWER, [])
    async with a_house(tmp_path, clock, source) as house:
        for _ in range(4):
            await poll(house)
            clock.turn(hours=1)
        spells = await house.polls.spells(since=NOON, until=clock.at)
        assert [(each.health, each.began, each.ended) for each in spells] == [
            ("empty", NOON, NOON + timedelta(hours=1)),
            ("down", NOON + timedelta(hours=1), NOON + timedelta(hours=3)),
            ("empty", NOON + timedelta(hours=3), None),
        ]
        down = await house.polls.spells(since=NOON, until=clock.at, healths={"down", "blocked", "drift", "stale"})
        assert [each.reason for each in down] == [str(NO_ANSWER)]
        later = await house.polls.spells(since=NOON + timedelta(hours=3), until=clock.at, healths={"down"})
        assert later == []


async def test_a_source_goes_stale_by_time_alone_and_the_operator_hears_of_it(
    tmp_path: Path, clock: TurnedClock
) -> None:
    row = a_row(1, published=NOON, closes=NOON + timedelta(days=90))
    source = ScriptedSource([row], [], card=dataclasses.replace(CARD, silence=3))
    async with a_house(tmp_path, clock, source, operator=OPERATOR) as house:
        await poll(house)
        clock.turn(days=3)  # Friday: two whole working days
        await poll(house)
        await house.watch_sources()
        assert await mails(house, OPERATOR) == []
        clock.turn(days=4)  # Tuesday: four
        for _ in range(2):
            await house.watch_sources()
        assert await mails(house, OPERATOR) == ["Sample listing has gone quiet"]
        (shown,) = await house.desk.sources()
        assert (shown.health, shown.since) == ("stale", clock.at)


async def test_a_list_whose_newest_row_is_too_old_is_stale_though_it_is_read_well(
    tmp_path: Path, clock: TurnedClock
) -> None:
    source = ScriptedSource(GoneStale("its newest row is of Mon 3 Aug."))
    async with a_house(tmp_path, clock, source, operator=OPERATOR) as house:
        assert await poll(house) == ""
        (shown,) = await house.desk.sources()
        assert (shown.health, shown.last_good) == ("stale", clock.at)
        assert "its newest row is of Mon 3 Aug." in shown.reason
        assert await mails(house, OPERATOR) == ["Sample listing has gone quiet"]


async def test_an_empty_or_drifted_poll_closes_nothing(tmp_path: Path, clock: TurnedClock) -> None:
    row = a_row(1, published=NOON, closes=NOON + timedelta(days=20))
    source = ScriptedSource([row], [], LayoutDrift(field="title", why="it is gone."))
    async with a_house(tmp_path, clock, source) as house:
        states = []
        for _ in range(3):
            await poll(house)
            await drain_all(house, STEPS)
            clock.turn(hours=1)
            opportunity = table(OpportunityRow)
            async with house.database.reading() as connection:
                kept = (await connection.execute(select(opportunity.c.status, opportunity.c.state))).all()
            states.append([tuple(each) for each in kept])
        assert states[0][0][0] == "open"
        assert states == [states[0]] * 3


# ------------------------------------------------------------------------------------------------ circuits


async def test_an_open_circuit_survives_a_restart_and_one_probe_without_retries_may_close_it(
    tmp_path: Path, clock: TurnedClock
) -> None:
    asked = 0

    async def answer(_request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=500)

    async with a_site(answer) as url:
        for _ in range(3):
            async with a_house(tmp_path, clock, ScriptedSource(NO_ANSWER)) as house:
                await poll(house)
        async with a_house(tmp_path, clock, ScriptedSource(url + "/list")) as house:
            assert await house.due_sources() == [], "a restart is no reason to ask"
            clock.turn(hours=1, minutes=59)
            assert await house.due_sources() == []
            clock.turn(minutes=1)
            (due,) = await house.due_sources()
            await house.poll(due, Report())
            assert asked == 1, "a probe knocks once"
            assert await house.due_sources() == []
            assert (await house.polls.records())["sample_listing"].failures == 4
        async with a_house(tmp_path, clock, ScriptedSource([])) as house:
            clock.turn(hours=4)
            (due,) = await house.due_sources()
            assert await house.poll(due, Report()) == ""
            assert (await house.polls.records())["sample_listing"].failures == 0


# ------------------------------------------------------------------------------------------------ quiet returns


async def test_a_repaired_source_tells_only_of_what_is_fresh_and_open(tmp_path: Path, clock: TurnedClock) -> None:
    meanwhile = clock.at + timedelta(days=12)
    old = a_row(1, published=meanwhile - timedelta(days=9), closes=meanwhile + timedelta(days=20))
    over = a_row(2, published=meanwhile - timedelta(days=2), closes=meanwhile - timedelta(hours=1))
    fresh = a_row(3, published=meanwhile - timedelta(days=2), closes=meanwhile + timedelta(days=20))
    source = ScriptedSource([], NO_ANSWER, NO_ANSWER, [old, over, fresh])
    async with a_house(tmp_path, clock, source) as house:
        await subscribe(house)
        for _ in range(3):
            await poll(house)
            clock.turn(hours=1)
        clock.at = meanwhile
        assert await poll(house) == ""
        await drain_all(house, STEPS)
        told = await mails(house, "windows@firm.example")
        assert len(told) == 1
        assert "houses 3" in told[0]
        assert await held(house) == 3, "all of them are kept"


async def test_a_source_that_was_never_away_tells_of_what_it_published_nine_days_ago(
    tmp_path: Path, clock: TurnedClock
) -> None:
    late = a_row(1, published=NOON - timedelta(days=9), closes=NOON + timedelta(days=20))
    async with a_house(tmp_path, clock, ScriptedSource([], [late])) as house:
        await subscribe(house)
        await poll(house)
        clock.turn(hours=1)
        await poll(house)
        await drain_all(house, STEPS)
        assert len(await mails(house, "windows@firm.example")) == 1


async def test_a_working_day_left_out_is_read_again_from_the_last_news(tmp_path: Path, clock: TurnedClock) -> None:
    first = a_row(1, published=NOON, closes=NOON + timedelta(days=30))
    found = a_row(2, published=NOON + timedelta(days=1), closes=NOON + timedelta(days=30))
    source = ScriptedSource([first], [], [], [found], card=dataclasses.replace(CARD, busy=True))
    async with a_house(tmp_path, clock, source) as house:
        await poll(house)  # Tuesday noon
        clock.at = datetime.fromisoformat("2026-11-26T00:10:00+00:00")  # Wednesday is over and brought nothing
        assert "nothing at all for Wednesday 25 November" in await poll(house)
        (shown,) = await house.desk.sources()
        assert shown.health == "blocked"
        clock.turn(minutes=30)
        await poll(house)
        assert (await house.polls.records())["sample_listing"].failures == 2, "still nothing: the pause grows"
        clock.turn(hours=1)
        assert await poll(house) == ""
        assert source.asked_since == [None, None, NOON, NOON]
        (shown,) = await house.desk.sources()
        assert shown.health == "ok"
