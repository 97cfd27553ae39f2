"""Whoever runs a copy permits and forbids sources on a page: in public words, and in the log with who did it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from service.registry import all_sources
from tests.posting_world import APPROVER, Borough, a_borough

ADMINISTRATOR = "operator@sample.example"
BASIS = "the terms of 3 March 2026 allow reading the public list"
#: A source that ships switched off.
KEY = min(key for key, each in all_sources().items() if each.card.permission == "needs_permission")
PERMIT = {
    "source": KEY,
    "basis": BASIS,
    "by": "head of operations",
    **{f"{name}_{part}": said for name in ("robots_read", "terms_read") for part, said in zip(
        ("day", "month", "year"), ("20", "11", "2026"), strict=True
    )},
}  # fmt: skip


@pytest.fixture
async def borough(tmp_path: Path) -> AsyncIterator[Borough]:
    async with a_borough(tmp_path) as made:
        await made.accounts.membering.add_administrator(ADMINISTRATOR)
        yield made


async def logged(borough: Borough) -> list[tuple[str, str, bool]]:
    """Act, subject, and whether a person stands with it."""
    async with borough.database.reading() as connection:
        asked = text("SELECT act, subject, person_id FROM audit WHERE act LIKE 'source.%' ORDER BY id")
        return [(row.act, row.subject, row.person_id > 0) for row in await connection.execute(asked)]


async def test_a_source_is_permitted_in_words_that_the_public_reads_and_forbidden_again(borough: Borough) -> None:
    await borough.sign_in(ADMINISTRATOR)
    page = await (await borough.post("/operator/permits", **PERMIT)).text()
    assert "It may be read from now on" in page
    public = " ".join((await borough.said("/sources")).split())
    assert f"{BASIS}. robots.txt read on Fri 20 Nov, terms on Fri 20 Nov" in public
    assert "Permitted by the head of operations" in public
    page = await (await borough.post("/operator/permits/forbid", held=KEY, why="The terms changed.")).text()
    assert "It is asked no more" in page
    assert BASIS not in await borough.said("/sources")
    assert await logged(borough) == [
        ("source.permitted", f"source:{KEY}", True),
        ("source.forbidden", f"source:{KEY}", True),
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"source": ""}, "Choose a source"),
        ({"source": "no_such_source"}, "There is no source no_such_source"),
        ({"source": "find_a_tender"}, "needs no permit"),
        ({"basis": ""}, "It is empty"),
        ({"by": "somebody@operator.example"}, "It is shown in public, so name a role or a document and no address"),
        ({"robots_read_day": "31", "robots_read_month": "02"}, "Enter the day on which you read it"),
        ({"terms_read_year": ""}, "Enter the day on which you read them"),
        ({"terms_read_year": "2090"}, "has not come yet"),
        ({"robots_read_year": "2024"}, "more than a year ago"),
        ({"basis": "x" * 1500}, "It is longer than 1000 characters"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    borough: Borough, wrong: dict[str, str], said: str
) -> None:
    await borough.sign_in(ADMINISTRATOR)
    answer = await borough.post("/operator/permits", **(PERMIT | wrong))
    page = await answer.text()
    assert answer.status == 422
    assert said in page.partition("govuk-error-message")[2]
    for typed in (PERMIT | wrong).values():
        assert not typed or typed in page
    assert await logged(borough) == []


async def test_all_that_is_wrong_is_said_in_the_order_of_the_page(borough: Borough) -> None:
    await borough.sign_in(ADMINISTRATOR)
    wrong = {"source": "", "basis": "", "robots_read_day": "", "terms_read_day": "", "by": ""}
    page = await (await borough.post("/operator/permits", **(PERMIT | wrong))).text()
    leads = [f'href="#{each}"' for each in ("source", "basis", "robots_read_day", "terms_read_day", "by")]
    places = [page.index(each) for each in leads]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"held": ""}, "Choose a source"),
        ({"why": ""}, "It is empty"),
        ({"why": "ask somebody@operator.example"}, "It is shown in public"),
        ({"why": "x" * 1500}, "It is longer than 1000 characters"),
        ({"held": "find_a_tender"}, "find_a_tender needs no permit"),
    ],
)
async def test_a_permit_is_taken_back_for_a_reason_that_may_be_public(
    borough: Borough, wrong: dict[str, str], said: str
) -> None:
    await borough.sign_in(ADMINISTRATOR)
    await borough.post("/operator/permits", **PERMIT)
    answer = await borough.post("/operator/permits/forbid", **({"held": KEY, "why": "The terms changed."} | wrong))
    page = await answer.text()
    assert answer.status == 422
    beside = page.partition("govuk-error-message")[2].partition("</form>")[0]
    assert said in beside
    assert "--why" not in page
    assert "cannot be done as asked" not in page


async def test_nobody_else_permits(borough: Borough) -> None:
    await borough.sign_in(APPROVER)
    assert (await borough.post("/operator/permits", **PERMIT)).status == 403
    assert (await borough.post("/operator/permits/forbid", held=KEY, why="No.")).status == 403
    assert await logged(borough) == []
