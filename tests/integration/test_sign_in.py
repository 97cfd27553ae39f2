"""Signing in by an e-mailed link: bound to the browser that asked, used once, and silent about who is known."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from service.domain.roles import roles, session_limits
from service.errors import BadAddress, BadToken, WrongNumber
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.store.messages import MESSAGE
from service.usecases.accounts import Accounts
from service.usecases.people import Person
from service.usecases.sign_in import LINK_MINUTES, LINKS_AN_HOUR, WRONG_NUMBERS, Asked
from tests.accounts import TurnedClock, a_database, accounts_over

KNOWN = "Sample.Person@example.org"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with a_database(f"sqlite+aiosqlite:///{tmp_path / 'bowbell.db'}") as made:
        yield made


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
async def accounts(database: Database, clock: TurnedClock) -> Accounts:
    made = accounts_over(database, clock)
    await made.membering.add_administrator(KNOWN)
    return made


async def letters(database: Database) -> Sequence[tuple[str, str]]:
    async with database.reading() as connection:
        asked = select(MESSAGE.c.address, MESSAGE.c.text).order_by(MESSAGE.c.id)
        return [(row.address, row.text) for row in (await connection.execute(asked)).all()]


async def a_link(accounts: Accounts, database: Database, address: str = KNOWN) -> tuple[Asked, str]:
    """Ask, let the worker answer, and read the secret out of the mail."""
    asked = await accounts.sign_in.ask(address)
    await accounts.sign_in.drain()
    found = re.search(r"/sign-in/(\S+)", (await letters(database))[-1][1])
    assert found is not None
    return asked, found[1]


async def test_a_link_signs_in_the_browser_that_asked_and_works_once(accounts: Accounts, database: Database) -> None:
    asked, token = await a_link(accounts, database, address="sample.person@EXAMPLE.org")
    seen = await accounts.sign_in.look(token, nonce=asked.nonce)
    assert (seen.same_browser, seen.address) == (True, "Sample.Person@example.org")

    entered = await accounts.sign_in.enter(token, nonce=asked.nonce, number="")

    visitor = await accounts.sign_in.visitor(entered.token)
    assert visitor is not None
    assert visitor.may("copy.run")
    assert not visitor.may("firm.change")
    with pytest.raises(BadToken):
        await accounts.sign_in.enter(token, nonce=asked.nonce, number="")
    with pytest.raises(BadToken):
        await accounts.sign_in.look(token, nonce=asked.nonce)


async def test_another_browser_needs_the_number_and_has_few_tries(accounts: Accounts, database: Database) -> None:
    asked, token = await a_link(accounts, database)
    assert not (await accounts.sign_in.look(token, nonce="another")).same_browser
    wrong = "0000" if asked.number != "0000" else "1111"
    with pytest.raises(WrongNumber):
        await accounts.sign_in.enter(token, nonce="", number=wrong)

    entered = await accounts.sign_in.enter(token, nonce="", number=f" {asked.number} ")
    assert await accounts.sign_in.visitor(entered.token) is not None

    asked, token = await a_link(accounts, database)
    wrong = "0000" if asked.number != "0000" else "1111"
    for _ in range(WRONG_NUMBERS):
        with pytest.raises(WrongNumber):
            await accounts.sign_in.enter(token, nonce="", number=wrong)
    with pytest.raises(BadToken):
        await accounts.sign_in.enter(token, nonce="", number=asked.number)


async def test_a_link_runs_out(accounts: Accounts, database: Database, clock: TurnedClock) -> None:
    asked, token = await a_link(accounts, database)
    clock.at += timedelta(minutes=LINK_MINUTES)
    with pytest.raises(BadToken):
        await accounts.sign_in.enter(token, nonce=asked.nonce, number="")
    assert await accounts.sign_in.number_of(asked.nonce) == ""


async def test_a_newer_entry_voids_the_other_links(accounts: Accounts, database: Database) -> None:
    first, first_token = await a_link(accounts, database)
    second, second_token = await a_link(accounts, database)
    await accounts.sign_in.enter(second_token, nonce=second.nonce, number="")
    with pytest.raises(BadToken):
        await accounts.sign_in.enter(first_token, nonce=first.nonce, number="")


async def test_asking_does_the_same_work_for_a_known_and_an_unknown_address(
    accounts: Accounts, database: Database
) -> None:
    done: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        done.append(statement)

    known = await accounts.sign_in.ask(KNOWN)
    for_known = list(done)
    done.clear()
    unknown = await accounts.sign_in.ask("nobody@example.org")
    assert done == for_known
    assert len(known.nonce) == len(unknown.nonce)
    assert len(known.number) == len(unknown.number) == 4
    assert await accounts.sign_in.number_of(unknown.nonce) == unknown.number

    await accounts.sign_in.drain()
    assert [address for address, _ in await letters(database)] == ["Sample.Person@example.org"]
    async with database.reading() as connection:
        kept = (await connection.execute(text("SELECT address FROM sign_in"))).scalars().all()
    assert kept == ["", ""]


async def test_one_person_is_not_flooded_with_links(accounts: Accounts, database: Database) -> None:
    for _ in range(LINKS_AN_HOUR + 3):
        await accounts.sign_in.ask(KNOWN)
    await accounts.sign_in.drain()
    assert len(await letters(database)) == LINKS_AN_HOUR


async def test_sessions_end_idle_and_absolutely_and_everywhere(
    accounts: Accounts, database: Database, clock: TurnedClock
) -> None:
    idle, longest = roles()["copy", "administrator"].idle, roles()["copy", "administrator"].longest
    asked, token = await a_link(accounts, database)
    entered = await accounts.sign_in.enter(token, nonce=asked.nonce, number="")
    for _ in range(int(longest / idle) * 2 - 1):
        clock.at += idle / 2
        assert await accounts.sign_in.visitor(entered.token) is not None
    clock.at += idle / 2
    assert await accounts.sign_in.visitor(entered.token) is None, "the absolute limit"

    asked, token = await a_link(accounts, database)
    entered = await accounts.sign_in.enter(token, nonce=asked.nonce, number="")
    clock.at += idle
    assert await accounts.sign_in.visitor(entered.token) is None, "the idle limit"
    assert await accounts.sign_in.tidy() > 0

    one, one_token = await a_link(accounts, database)
    first = await accounts.sign_in.enter(one_token, nonce=one.nonce, number="")
    two, two_token = await a_link(accounts, database)
    second = await accounts.sign_in.enter(two_token, nonce=two.nonce, number="")
    visitor = await accounts.sign_in.visitor(first.token)
    assert visitor is not None
    await accounts.sign_in.leave_everywhere(visitor.person)
    assert await accounts.sign_in.visitor(first.token) is None
    assert await accounts.sign_in.visitor(second.token) is None


async def test_a_new_role_ends_sessions_and_the_strictest_role_sets_their_length(
    accounts: Accounts, database: Database
) -> None:
    await accounts.membering.let_in("other@example.org", kind="firm", key="9", name="", role="member")
    asked, token = await a_link(accounts, database, "other@example.org")
    entered = await accounts.sign_in.enter(token, nonce=asked.nonce, number="")
    assert entered.longest == roles()["firm", "member"].longest
    assert await accounts.membering.let_in(
        "other@example.org", kind="buyer", key="sample", name="Sample Council", role="poster"
    )
    assert await accounts.sign_in.visitor(entered.token) is None
    async with SqlLedger(database).reading() as book:
        person = await book.person_at("OTHER@example.org")
        assert person is not None
        mine = await book.memberships(person.identity)
    assert session_limits(mine)[1] == roles()["buyer", "poster"].longest
    assert {each.kind for each in mine} == {"firm", "buyer"}


async def test_only_addresses_and_known_roles_are_let_in(accounts: Accounts) -> None:
    for said in ("", "nobody", "a@b@c", "<script>@example.org", "x" * 400 + "@example.org"):
        with pytest.raises(BadAddress):
            await accounts.membering.add_administrator(said)
    with pytest.raises(LookupError):
        await accounts.membering.let_in(KNOWN, kind="firm", key="1", name="", role="approver")
    assert not await accounts.membering.add_administrator(KNOWN.upper())


async def test_signing_in_goes_on_working_after_old_requests_and_people_are_gone(
    accounts: Accounts, database: Database, clock: TurnedClock
) -> None:
    for _ in range(2):
        asked, token = await a_link(accounts, database)
        entered = await accounts.sign_in.enter(token, nonce=asked.nonce, number="")
        visitor = await accounts.sign_in.visitor(entered.token)
        assert visitor is not None
        clock.at += timedelta(days=8)
        assert await accounts.sign_in.tidy() == 2
        async with SqlLedger(database).writing() as book:
            (organisation,) = {each.organisation for each in visitor.memberships}
            await book.leave_organisation(visitor.person, organisation=organisation)
            await book.forget_person(Person(identity=visitor.person, address=visitor.address))
        await accounts.membering.add_administrator(KNOWN)
        async with SqlLedger(database).reading() as book:
            person = await book.person_at(KNOWN)
        assert person is not None
        assert person.identity > visitor.person, "a number in the log never comes to mean somebody else"


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\x00", "☃", "' OR 1=1 --"])
async def test_a_false_token_or_session_opens_nothing(accounts: Accounts, database: Database, token: str) -> None:
    await accounts.sign_in.ask("nobody@example.org")
    await accounts.sign_in.drain()
    assert await accounts.sign_in.visitor(token) is None
    with pytest.raises(BadToken):
        await accounts.sign_in.look(token, nonce=token)
    with pytest.raises(BadToken):
        await accounts.sign_in.enter(token, nonce=token, number=token)


async def test_secrets_are_kept_as_hashes_only(accounts: Accounts, database: Database) -> None:
    asked, token = await a_link(accounts, database)
    entered = await accounts.sign_in.enter(token, nonce=asked.nonce, number="")
    async with database.reading() as connection:
        kept = [
            str(row)
            for name in ("sign_in", "session", "event", "audit")
            for row in (await connection.execute(text(f"SELECT * FROM {name}"))).all()  # noqa: S608 - fixed names
        ]
    assert kept
    assert not [row for row in kept for secret in (asked.nonce, token, entered.token) if secret in row]
