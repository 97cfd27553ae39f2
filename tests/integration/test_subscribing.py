"""A firm by its links alone, over a real database: signing up, confirming, stopping; and what its tokens open."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlmodel import SQLModel

from service.domain.consent import level
from service.domain.interest import Interest
from service.domain.message import Message
from service.errors import BadToken, TooManyRequests
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.store.messages import MESSAGE
from service.store.reading import LetterBox
from service.usecases.links import Links
from service.usecases.subscribe import Subscribe
from tests.accounts import TurnedClock, a_database, accounts_over, links_for
from tests.builders import NOW

ADDRESS = "sample.firm@example.org"
CLEANING = Interest(sectors=("environment",), words='"window cleaning" NOT hospital', areas=("E09000012",))
CATERING = Interest(sectors=("food",), areas=("london",))
CONSENT = level("alerts").text


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with a_database(f"sqlite+aiosqlite:///{tmp_path / 'bowbell.db'}") as made:
        yield made


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def links(clock: TurnedClock) -> Links:
    return links_for(clock)


@pytest.fixture
def subscribe(database: Database, clock: TurnedClock) -> Subscribe:
    return accounts_over(database, clock).subscribe


async def sign_up(subscribe: Subscribe, *, address: str = ADDRESS, interest: Interest = CLEANING) -> str:
    return await subscribe.sign_up(address=address, size="micro", interest=interest, consent=CONSENT)


async def mails(database: Database) -> list[tuple[str, str, str]]:
    """Subject, text and state of every message, the oldest first."""
    async with database.reading() as connection:
        asked = select(MESSAGE.c.subject, MESSAGE.c.text, MESSAGE.c.state).order_by(MESSAGE.c.id)
        return [(row.subject, row.text, row.state) for row in (await connection.execute(asked)).all()]


async def token_in_last_mail(database: Database, page: str = "confirm") -> str:
    found = re.search(rf"https://bowbell\.example\.org/{page}/(\S+)", (await mails(database))[-1][1])
    assert found is not None
    return found[1]


async def confirmed(subscribe: Subscribe, database: Database) -> str:
    """The change token of a firm that is on."""
    return (await subscribe.confirm(await token_in_last_mail(database), mark="")).manage_token


async def test_a_firm_signs_up_confirms_and_stops(subscribe: Subscribe, database: Database) -> None:
    mark = await sign_up(subscribe)
    token = await token_in_last_mail(database)
    waiting = await subscribe.awaiting(token)
    assert (waiting.state, waiting.address, waiting.interest) == ("waiting", ADDRESS, CLEANING)
    first = await subscribe.confirm(token, mark=mark)
    again = await subscribe.confirm(token, mark=mark)
    assert (first.entered is not None, again.entered) == (True, None), "the mark signs in once"
    manage = first.manage_token
    assert (await subscribe.managed(manage)).state == "active"
    await subscribe.stop(manage)
    await subscribe.stop(manage)
    for refused in (subscribe.managed(manage), subscribe.firm(manage), subscribe.confirm(token, mark=mark)):
        with pytest.raises(BadToken):
            await refused


async def test_once_stopped_only_a_salted_hash_is_left(subscribe: Subscribe, database: Database, links: Links) -> None:
    await sign_up(subscribe)
    await confirmed(subscribe, database)
    async with database.reading() as connection:
        row = (await connection.execute(text("SELECT secret, id FROM firm"))).one()
    await LetterBox(database).keep(_message(), headers=(("To", ADDRESS),), at=NOW)
    unsubscribe = links.unsubscribe_token(row.id, row.secret)
    await subscribe.stop(unsubscribe)
    await subscribe.stop(unsubscribe)
    assert (await subscribe.firm(unsubscribe)).state == "stopped"
    async with database.reading() as connection:
        dump = []
        for name in sorted(SQLModel.metadata.tables):
            dump += [str(tuple(each)) for each in (await connection.execute(text(f"SELECT * FROM {name}"))).all()]  # noqa: S608 - our own tables
    assert not [line for line in dump if "sample.firm" in line or "window" in line or CONSENT in line]
    assert [state for _, _, state in await mails(database)] == ["dropped"]
    async with SqlLedger(database).reading() as book:
        assert await book.is_suppressed(ADDRESS.upper())
        assert not await book.is_suppressed("another@example.org")


async def test_a_suppressed_address_gets_one_confirmation_and_is_free_again_once_it_confirms(
    subscribe: Subscribe, database: Database, clock: TurnedClock
) -> None:
    await sign_up(subscribe)
    await subscribe.stop(await confirmed(subscribe, database))
    accounts = accounts_over(database, clock)
    await accounts.membering.let_in(ADDRESS, kind="buyer", key="sample", name="", role="viewer")
    await accounts.sign_in.ask(ADDRESS)
    await accounts.sign_in.drain()
    await sign_up(subscribe)
    async with SqlLedger(database).writing() as book:
        claimed = await book.claim_messages(most=10, now=NOW, lease=10)
    assert [(each.message.subject, each.forbidden) for each in claimed] == [
        ("Your link to sign in to Bowbell", "its owner does not want to hear from us"),
        ("Confirm your e-mail address to get alerts", ""),
    ]
    await confirmed(subscribe, database)
    async with SqlLedger(database).reading() as book:
        assert not await book.is_suppressed(ADDRESS)


async def test_an_address_that_gets_alerts_is_sent_its_own_links_and_nothing_changes(
    subscribe: Subscribe, database: Database
) -> None:
    await sign_up(subscribe)
    token = await confirmed(subscribe, database)
    await sign_up(subscribe, address=ADDRESS.upper(), interest=CATERING)
    assert (await mails(database))[-1][0] == "You are signed up already"
    assert (await subscribe.managed(await token_in_last_mail(database, "manage"))).interest == CLEANING
    assert (await subscribe.managed(token)).state == "active"


async def test_a_second_sign_up_counts_and_voids_the_first_link(subscribe: Subscribe, database: Database) -> None:
    await sign_up(subscribe)
    first = await token_in_last_mail(database)
    await sign_up(subscribe, interest=CATERING)
    with pytest.raises(BadToken):
        await subscribe.confirm(first, mark="")
    assert (await subscribe.awaiting(await token_in_last_mail(database))).interest == CATERING


async def test_an_address_is_written_to_three_times_a_day_at_most(
    subscribe: Subscribe, database: Database, clock: TurnedClock
) -> None:
    for _ in range(3):
        await sign_up(subscribe)
    last = await token_in_last_mail(database)
    with pytest.raises(TooManyRequests):
        await sign_up(subscribe)
    assert len(await mails(database)) == 3
    assert (await subscribe.awaiting(last)).state == "waiting"
    clock.at += timedelta(days=1)
    await sign_up(subscribe)
    assert len(await mails(database)) == 4


async def test_sign_ups_at_the_same_moment_make_one_firm_and_keep_the_cap(
    subscribe: Subscribe, database: Database
) -> None:
    outcomes = await asyncio.gather(*(sign_up(subscribe) for _ in range(5)), return_exceptions=True)
    assert sorted(map(type, outcomes), key=str) == sorted([str] * 3 + [TooManyRequests] * 2, key=str)
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM firm"))).scalar_one() == 1
        assert (await connection.execute(text("SELECT count(*) FROM interest"))).scalar_one() == 1


async def test_a_confirming_link_runs_out_and_the_sign_up_is_taken_away(
    subscribe: Subscribe, database: Database, clock: TurnedClock
) -> None:
    await sign_up(subscribe)
    token = await token_in_last_mail(database)
    clock.at += timedelta(hours=48, seconds=2)
    with pytest.raises(BadToken):
        await subscribe.confirm(token, mark="")
    assert await subscribe.tidy() == 0
    clock.at += timedelta(days=5)
    assert await subscribe.tidy() == 1
    assert await mails(database) == []


async def test_tokens_of_another_purpose_key_or_firm_open_nothing(
    subscribe: Subscribe, database: Database, links: Links
) -> None:
    await sign_up(subscribe)
    confirm = await token_in_last_mail(database)
    manage = await confirmed(subscribe, database)
    firm, secret, _ = links.read(manage, ("manage",))
    foreign = Links("another-key-" * 4, "https://bowbell.example.org").manage_token(firm, secret)
    wrong = (confirm, foreign, links.manage_token(firm, "other"), links.manage_token(firm + 1, secret), manage[:-1], "")
    for token in (*wrong, "x" * 100_000, "\N{SNOWMAN}", "a.b.c"):
        for deed in (subscribe.firm, subscribe.stop, subscribe.managed):
            with pytest.raises(BadToken):
                await deed(token)
    with pytest.raises(BadToken):
        await subscribe.managed(links.unsubscribe_token(firm, secret))
    with pytest.raises(BadToken):
        await subscribe.confirm(manage, mark="")
    assert (await subscribe.firm(manage)).state == "active"


def _message() -> Message:
    return Message(
        message_id="<sample@example.org>",
        channel="email",
        to=ADDRESS,
        subject="Sample",
        text="Hello",
        html="<p>Hello</p>",
        kind="account",
        created=NOW,
    )
