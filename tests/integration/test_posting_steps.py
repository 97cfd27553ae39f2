"""What a program does with a posting by a key besides writing it: publish it on a day, award it, end it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.account_world import FIRM
from tests.integration.test_posting_machines import FIELDS, a_key, asked, states
from tests.posting_world import APPROVER, HACKNEY, Borough, a_borough

ON_A_DAY = "2026-12-01T09:00"


@pytest.fixture
async def borough(tmp_path: Path) -> AsyncIterator[Borough]:
    async with a_borough(tmp_path) as made:
        yield made


async def test_a_program_has_a_posting_published_on_a_day(borough: Borough) -> None:
    key = await a_key(borough, "approver")
    status, made = await asked(borough, key, "POST", "/api/postings", **FIELDS, publish_at=ON_A_DAY)
    assert (status, made["state"], made["publishes"]) == (201, "scheduled", "2026-12-01T09:00:00Z")
    borough.turn_to(datetime(2026, 12, 1, 9, 1, tzinfo=UTC))
    await borough.house.publish_due()
    assert await states(borough) == ["published"]


async def test_what_a_revoked_key_wanted_published_on_a_day_is_not(borough: Borough) -> None:
    key = await a_key(borough, "approver")
    _, made = await asked(borough, key, "POST", "/api/postings", **FIELDS, publish_at=ON_A_DAY)
    await borough.accounts.api_keys.revoke(key.split("_")[1])
    borough.turn_to(datetime(2026, 12, 1, 9, 1, tzinfo=UTC))
    await borough.house.publish_due()
    assert await states(borough) == ["draft"]
    await borough.enter(APPROVER)
    assert "could not be published on its day" in await borough.said(f"/buyers/postings/{made['id']}")


@pytest.mark.parametrize(
    ("sent", "state", "told"),
    [
        ({"award": "Sample Windows Ltd", "award_worth": 17_500}, "awarded", "Awarded: "),
        ({"no_award": "Every price was above the budget"}, "closed", "Cancelled: "),
        ({"withdraw": "Not needed"}, "withdrawn", "Cancelled: "),
    ],
)
async def test_a_program_ends_a_posting_and_firms_that_were_told_hear_of_it(
    borough: Borough, sent: dict[str, object], state: str, told: str
) -> None:
    await borough.sign_up(FIRM, sector="environment", area=HACKNEY)
    key = await a_key(borough, "approver")
    _, made = await asked(borough, key, "POST", "/api/postings", **FIELDS, publish=True)
    await borough.work()
    path = f"/api/postings/{made['id']}"
    for _ in range(2):  # sent twice
        status, ended = await asked(borough, key, "PATCH", path, **sent)
        assert (status, ended["state"]) == (200, state)
    await borough.work()
    assert [each for each in await borough.mail(FIRM) if not each.startswith("New: ")][-1].startswith(told)
    assert len([each for each in await borough.mail(FIRM) if each.startswith(told)]) == 1


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"publish_at": "soon"}, "publish_at", "Write it like 2027-01-12T09:00"),
        ({"publish_at": "2020-01-01T09:00"}, "publish_at", "That moment is past"),
        ({"award": "Sample Ltd", "award_worth": -5}, "award_worth", "above 0"),
        ({"award_worth": 5}, "award", "name of the firm that won"),
        ({"award": "Sample Ltd", "withdraw": "Not needed"}, "withdraw", "one of these at a time"),
        ({"withdraw": "Not needed", "worth": "5"}, "worth", "nothing else is changed"),
        ({"publish": "yes"}, "publish", "true or false"),
        ({"no_award": 5}, "no_award", "Send a text"),
    ],
)
async def test_a_wrong_step_is_told_by_field_and_nothing_happens(
    borough: Borough, sent: dict[str, object], field: str, sentence: str
) -> None:
    key = await a_key(borough, "approver")
    _, made = await asked(borough, key, "POST", "/api/postings", **FIELDS)
    status, wrong = await asked(borough, key, "PATCH", f"/api/postings/{made['id']}", **sent)
    assert status == 422
    assert sentence in wrong["problems"][field]
    assert await states(borough) == ["draft"]


async def test_a_key_that_may_not_publish_takes_no_step(borough: Borough) -> None:
    key = await a_key(borough, "poster")
    _, made = await asked(borough, key, "POST", "/api/postings", **FIELDS)
    for sent in ({"publish_at": ON_A_DAY}, {"award": "Sample Ltd"}, {"no_award": "None"}, {"withdraw": "None"}):
        assert (await asked(borough, key, "PATCH", f"/api/postings/{made['id']}", **sent))[0] in {403, 404}
    assert await states(borough) == ["draft"]
