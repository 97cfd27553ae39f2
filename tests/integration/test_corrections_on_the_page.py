"""This is not the right sector: who may say it, what is kept, what the keeper sees, and that nobody's name is in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from service.domain.correction import MOST_A_DAY, Origin
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.store.session import table
from service.store.tables import CorrectionRow
from tests.account_world import FIRM, World, a_world
from tests.builders import SampleOpportunity

PAGE = "/opportunities/hackney-1"
FORM = f"{PAGE}/sector"
KEEPER, POSTER = "keeper@example.org", "poster@example.org"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A firm that is signed in, a poster, a keeper, and cleaning in Hackney."""
    async with a_world(tmp_path) as made:
        await made.accounts.membering.add_administrator(KEEPER)
        await made.accounts.membering.let_in(POSTER, kind="buyer", key="sample", name="", role="poster")
        await made.put(SampleOpportunity(identity="hackney-1"))
        await made.sign_up()
        await enter(made, FIRM)
        yield made


async def enter(world: World, who: str) -> None:
    world.forget_cookies()
    await world.sign_in(who)


async def kept(database: Database) -> list[CorrectionRow]:
    async with database.reading() as connection:
        rows = (await connection.execute(select(table(CorrectionRow)))).all()
    return [CorrectionRow(**row._mapping) for row in rows]


async def test_a_firm_says_what_it_is_and_it_is_a_labelled_row(world: World) -> None:
    assert FORM in await (await world.get(PAGE)).text()
    answer = await world.post(FORM, wrong="environment", right="maintenance")
    assert answer.status == 200
    assert "You said: It is" in await answer.text()
    async with SqlLedger(world.database).reading() as book:
        (example,) = await book.corrected_examples()
    assert example.correction.sectors == ("maintenance",)
    assert example.correction.not_sectors == ("environment",)
    assert example.correction.origin is Origin.READER
    assert example.title


async def test_no_row_tells_who_said_it(world: World) -> None:
    await world.post(FORM, wrong="environment")
    (row,) = await kept(world.database)
    said = " ".join(map(str, row.model_dump().values())).lower()
    assert FIRM.lower() not in said
    assert "sample.firm" not in said
    assert "example.org" not in said


async def test_a_later_word_replaces_the_first_and_one_button_takes_it_back(world: World) -> None:
    await world.post(FORM, wrong="environment")
    await world.post(FORM, right="food")
    (row,) = await kept(world.database)
    assert (row.sectors, row.not_sectors) == ("food", "")
    assert (await world.post(f"{FORM}/undo")).status == 200
    assert await kept(world.database) == []
    assert "You said" not in await world.said(FORM)


@pytest.mark.parametrize(
    "fields",
    [{}, {"right": ""}, {"right": "no-such-sector"}, {"wrong": "' or 1=1"}, {"wrong": "food", "right": "food"}],
)
async def test_what_says_nothing_or_two_things_at_once_is_asked_again(world: World, fields: dict[str, str]) -> None:
    answer = await world.post(FORM, **fields)
    assert answer.status == 422
    assert "There is a problem" in await answer.text()
    assert await kept(world.database) == []


async def test_a_poster_and_a_keeper_speak_as_such(world: World) -> None:
    for who in (POSTER, KEEPER):
        await enter(world, who)
        assert (await world.post(FORM, right="food")).status == 200
    assert {row.origin for row in await kept(world.database)} == {Origin.POSTER.value, Origin.KEEPER.value}


async def test_nobody_else_is_shown_the_form(world: World) -> None:
    world.forget_cookies()
    assert FORM not in await (await world.get(PAGE)).text()
    assert (await world.browser.get(FORM, allow_redirects=False)).headers["Location"] == "/sign-in"
    assert (await world.post(FORM, right="food")).status == 403
    assert await kept(world.database) == []


async def test_one_person_says_only_so_much_in_a_day(world: World) -> None:
    await world.put(*(SampleOpportunity(identity=f"more-{number}") for number in range(MOST_A_DAY)))
    for number in range(MOST_A_DAY):
        assert (await world.post(f"/opportunities/more-{number}/sector", right="food")).status == 200
    assert (await world.post(FORM, right="food")).status == 429
    assert len(await kept(world.database)) == MOST_A_DAY


async def test_the_keeper_sees_what_was_said_and_not_by_whom(world: World) -> None:
    await enter(world, KEEPER)
    assert "Nobody has corrected a sector yet" in await world.said("/copy/corrections")
    await enter(world, FIRM)
    await world.post(FORM, wrong="environment", right="maintenance")
    assert (await world.get("/copy/corrections")).status == 403
    await enter(world, KEEPER)
    said = await world.said("/copy/corrections")
    assert "1 correction by 1 person" in said
    assert "not Cleaning" in said
    assert "a firm" in said
    assert FIRM.lower() not in said.lower()
    (row,) = await kept(world.database)
    assert row.person not in said


async def test_an_opportunity_that_is_not_there_has_no_form(world: World) -> None:
    assert (await world.get("/opportunities/none/sector")).status == 404
    assert (await world.post("/opportunities/none/sector", right="food")).status == 404
