"""Whoever runs a copy takes down a posting, a programme or a firm: with a reason, in the log, and nobody else may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from service.errors import AskedWrongly, NotFound
from tests.posting_world import APPROVER, Borough, a_borough

ADMINISTRATOR = "operator@sample.example"


@pytest.fixture
async def borough(tmp_path: Path) -> AsyncIterator[Borough]:
    """A borough with a published posting, and somebody who runs the copy."""
    async with a_borough(tmp_path) as made:
        await made.accounts.membering.add_administrator(ADMINISTRATOR)
        yield made


async def logged(borough: Borough) -> list[tuple[str, str]]:
    async with borough.database.reading() as connection:
        asked = "SELECT act, detail FROM audit WHERE act LIKE '%taken_down' ORDER BY id"
        return [(row.act, row.detail) for row in await connection.execute(text(asked))]


async def test_a_posting_is_withdrawn_with_the_reason_and_its_buyer_sees_it(borough: Borough) -> None:
    await borough.sign_in(APPROVER)
    path = await borough.write()
    await borough.publish(path)
    borough.forget_cookies()
    await borough.sign_in(ADMINISTRATOR)
    number = path.rpartition("/")[2]
    answer = await borough.post("/operator/take-down", kind="posting", what=number, why="It is a sample.")
    assert "The posting is withdrawn" in await answer.text()
    assert await logged(borough) == [("posting.taken_down", "It is a sample.")]
    borough.forget_cookies()
    await borough.sign_in(APPROVER)
    said = await borough.said(path)
    assert "Withdrawn" in said
    assert "It is a sample." in said


async def test_a_programme_that_is_shipped_is_named_no_more(borough: Borough) -> None:
    named = {each.key for each in await borough.house.desk.programmes()}
    key = min(named)
    await borough.accounts.take_down("programme", key, why="It has moved.")
    assert key not in {each.key for each in await borough.house.desk.programmes()}
    assert await logged(borough) == [("programme.taken_down", "It has moved.")]


async def test_a_firm_stops_and_is_forgotten(borough: Borough) -> None:
    await borough.sign_up("nuisance@sample.example")
    await borough.accounts.take_down("firm", "Nuisance@sample.example", why="It is a robot.")
    async with borough.house.ledger.reading() as book:
        assert await book.firm_at(channel="email", address="nuisance@sample.example") is None
    assert await logged(borough) == [("firm.taken_down", "It is a robot.")]


@pytest.mark.parametrize("kind", ["posting", "programme", "firm"])
async def test_what_is_not_there_or_has_no_reason_is_said_and_nothing_is_logged(borough: Borough, kind: str) -> None:
    await borough.sign_in(ADMINISTRATOR)
    answer = await borough.post("/operator/take-down", kind=kind, what="nobody@sample.example", why="It is a sample.")
    assert answer.status == 422
    assert "nobody@sample.example" in await answer.text(), "nothing typed is lost"
    with pytest.raises(AskedWrongly):
        await borough.accounts.take_down("posting", "1", why=" ")
    with pytest.raises(NotFound):
        await borough.accounts.take_down("posting", "1", why="A sample.")
    assert await logged(borough) == []


async def test_a_buyer_may_not(borough: Borough) -> None:
    await borough.sign_in(APPROVER)
    assert (await borough.get("/operator/take-down")).status == 403
    assert (await borough.post("/operator/take-down", kind="firm", what=APPROVER, why="No.")).status == 403
