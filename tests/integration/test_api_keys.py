"""Keys of organisations: a program asks with one in a role, until it is revoked; the secret is kept nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text

from service.errors import AskedWrongly, NotFound
from service.web.audience import known_visitor, only
from service.web.house import HOUSE
from service.web.middleware.errors import plain_errors
from service.web.middleware.visitors import know_the_visitor
from tests.account_world import World, a_world

LABEL = "the website of the sample agency"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        await made.accounts.membering.let_in(
            "editor@agency.example", kind="support", key="sample", name="Sample agency", role="approver"
        )
        yield made


async def make(world: World, *, role: str = "poster") -> str:
    return await world.accounts.api_keys.make(kind="support", key="sample", role=role, label=LABEL)


@only("programme.draft")
async def draft(request: web.Request) -> web.Response:
    """A page for programs that write drafts."""
    return web.json_response({"for": [each.name for each in known_visitor(request).where("programme.draft")]})


@only("programme.publish")
async def publish(request: web.Request) -> web.Response:
    """A page for programs that publish."""
    raise NotImplementedError


async def asked(world: World, path: str, key: str) -> tuple[int, str, str]:
    """Status, challenge and words of what a program gets."""
    accounts = world.accounts
    middlewares = [plain_errors(), know_the_visitor(accounts.sign_in.visitor, whose_key=accounts.api_keys.visitor)]
    app = web.Application(middlewares=middlewares)
    app[HOUSE] = world.app[HOUSE]
    app.router.add_get("/api/draft", draft)
    app.router.add_get("/api/publish", publish)
    app.router.add_get("/draft", draft)
    async with TestClient(TestServer(app)) as client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = await client.get(path, headers=headers, allow_redirects=False)
        return answer.status, answer.headers.get("WWW-Authenticate", ""), await answer.text()


async def test_a_program_asks_for_its_organisation_in_the_role_of_its_key(world: World) -> None:
    key = await make(world)
    assert await asked(world, "/api/draft", key) == (200, "", '{"for": ["Sample agency"]}')
    assert (await asked(world, "/api/publish", key))[0] == 403


async def test_without_a_key_that_works_a_program_is_told_to_send_one(world: World) -> None:
    key = await make(world)
    for wrong in ("", "nonsense", key[:-1] + ("A" if key[-1] != "A" else "B"), key.replace("bowbell_", "bowbell_0")):
        status, challenge, said = await asked(world, "/api/draft", wrong)
        assert (status, challenge[:6]) == (401, "Bearer"), said
        assert "key" in said


async def test_a_key_opens_no_page_for_people(world: World) -> None:
    assert (await asked(world, "/draft", await make(world)))[0] == 303


async def test_a_revoked_key_works_no_more_and_is_revoked_once(world: World) -> None:
    key, other = await make(world), await make(world)
    first = next(each for each in await world.accounts.api_keys.all() if each.identity in key)
    await world.accounts.api_keys.revoke(first.identity)
    assert (await asked(world, "/api/draft", key))[0] == 401
    assert (await asked(world, "/api/draft", other))[0] == 200
    with pytest.raises(NotFound):
        await world.accounts.api_keys.revoke(first.identity)


async def test_the_secret_is_in_no_row_and_the_log_says_who_made_what(world: World) -> None:
    key = await make(world)
    (kept,) = await world.accounts.api_keys.all()
    assert kept.identity in key
    async with world.database.reading() as connection:
        rows = (await connection.execute(text("SELECT * FROM api_key"))).all()
        acts = (await connection.execute(text("SELECT act, subject FROM audit WHERE act LIKE 'key.%'"))).all()
    _, secret = key.split(f"_{kept.identity}_")  # the secret may hold the sign that parts the two
    assert secret not in str(rows)
    assert [tuple(each) for each in acts] == [("key.made", f"key:{kept.identity}")]


async def test_the_last_use_is_kept_to_the_hour(world: World) -> None:
    key, keys = await make(world), world.accounts.api_keys
    seen = []
    for _ in range(3):
        await keys.visitor(key)
        seen.append((await keys.all())[0].used)
        world.clock.at += timedelta(minutes=31)
    assert seen[0] == seen[1] != seen[2]


async def test_a_key_needs_an_organisation_a_role_and_a_word_of_what_it_is_for(world: World) -> None:
    keys = world.accounts.api_keys
    with pytest.raises(NotFound, match="was let in"):
        await keys.make(kind="support", key="nobody", role="poster", label=LABEL)
    with pytest.raises(AskedWrongly, match="viewer, poster, approver"):
        await keys.make(kind="support", key="sample", role="owner", label=LABEL)
    with pytest.raises(AskedWrongly, match="what the key is for"):
        await keys.make(kind="support", key="sample", role="poster", label=" ")
