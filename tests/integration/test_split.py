"""A wrong join is undone: ids, notices and keys go back, nobody is told again, and it is not joined again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from service.cli import app
from service.domain.notice import Notice
from service.domain.opportunity import Key
from service.errors import AskedWrongly, NotFound
from service.registry import the_tagger
from service.store.ledger import SqlLedger
from service.usecases.collect import Report, keep
from service.usecases.match import Matcher
from service.usecases.record import Recorder
from service.usecases.split import Splitter
from service.usecases.tag import Judge
from tests.http_world import JumpingClock
from tests.integration.test_batches import SOURCES, a_ledger

NOW = datetime(2026, 8, 11, 20, 0, tzinfo=UTC)
WHY = "two halls, not one"


def a_notice(name: str, *, source: str = "one", hall: str = "east", **more: object) -> Notice:
    """A notice of a sample roof; its first key is its own name."""
    said = {
        "keys": [name],
        "hours": 5,
        "title": f"Sample roof works {hall} hall",
        "buyer": "Sample Buyer",
        "value": 1000,
        "closes": 9,
    }
    body = json.dumps(said | more).encode()
    return Notice(source=source, source_id=f"{name}-{hash(body) % 1000}", published=None, seen=NOW, body=body, form="s")


class House:
    """The flow over one ledger, with the clock in hand."""

    def __init__(self, ledger: SqlLedger) -> None:
        self.ledger = ledger
        self.clock = JumpingClock(NOW)
        self.splitter = Splitter(ledger=ledger, clock=self.clock, sources=SOURCES)

    async def hears(self, *notices: Notice) -> None:
        """Notices come in, and the flow runs until nothing waits."""
        async with self.ledger.writing() as transaction:
            rows = [(each, "") for each in notices]
            await keep(transaction, rows, quiet=False, report=Report(), now=self.clock.now())
        await self.settles()

    async def settles(self) -> None:
        """Every step but the telling, until nothing waits."""
        for step in (
            Recorder(ledger=self.ledger, clock=self.clock, sources=SOURCES),
            Judge(ledger=self.ledger, clock=self.clock, tagger=the_tagger()),
            Matcher(ledger=self.ledger, clock=self.clock),
        ):
            while await step.drain():
                pass

    async def asked(self, statement: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        async with self.ledger.database.reading() as connection:
            return [tuple(row) for row in (await connection.execute(text(statement))).all()]

    async def owner(self, name: str) -> str:
        """The opportunity a name leads to."""
        rows = await self.asked("SELECT key, opportunity_id FROM opportunity_key")
        return next(str(owner) for key, owner in rows if key == name)


def reference(name: str) -> Key:
    """A name as a key."""
    return Key(scheme="reference", value=name)


async def test_a_merge_is_undone_with_its_ids_and_nobody_is_told_again(tmp_path: Path) -> None:
    async with a_ledger(tmp_path / "b.db") as ledger:
        house = House(ledger)
        await house.hears(a_notice("a"))
        await house.hears(a_notice("b", hall="west", value=2000))
        a, b = await house.owner("a"), await house.owner("b")
        told = await house.asked("SELECT firm_id, opportunity_id, change FROM alert ORDER BY id")
        assert {opportunity for _, opportunity, _ in told} == {a, b}
        states = await house.asked("SELECT id, state FROM opportunity ORDER BY id")

        await house.hears(a_notice("c", keys=["a", "b"], hours=6))  # an older notice that mentions both
        assert await house.owner("a") == await house.owner("b") == min(a, b)
        assert len(await house.splitter.joins()) == 1
        gone, kept = max(a, b), min(a, b)
        name = "b" if gone == b else "a"
        done = await house.splitter.split(kept, reference(name), reason=WHY)
        assert (done.kept, done.restored) == (kept, gone)
        await house.settles()

        assert (await house.owner("a"), await house.owner("b")) == (a, b)
        assert {row[0]: row[1] for row in await house.asked("SELECT id, redirect_to FROM opportunity")} == {
            a: "",
            b: "",
        }
        assert await house.asked("SELECT firm_id, opportunity_id, change FROM alert ORDER BY id") == told
        assert [row[0] for row in states] == sorted((a, b))
        assert await house.splitter.joins() == []
        titles = await house.asked("SELECT title_key FROM opportunity ORDER BY title_key")
        assert titles == [("east hall roof sample work",), ("hall roof sample west work",)]


async def test_what_was_split_is_not_joined_again_by_a_later_notice_that_mentions_both(tmp_path: Path) -> None:
    async with a_ledger(tmp_path / "b.db") as ledger:
        house = House(ledger)
        await house.hears(a_notice("a"), a_notice("b", hall="west"), a_notice("c", keys=["a", "b"]))
        kept = await house.owner("a")
        names = {"a", "b"}
        first = "b"
        try:
            await house.splitter.split(kept, reference(first), reason=WHY)
        except AskedWrongly as trouble:
            first = "a"
            assert "permanent id" in str(trouble)  # noqa: PT017 - which of the two has the id is a matter of its hash
            await house.splitter.split(kept, reference(first), reason=WHY)
        owners = {name: await house.owner(name) for name in names}
        assert len(set(owners.values())) == 2
        await house.hears(a_notice("a", keys=["a", "b"], hours=1, value=3000))
        await house.hears(a_notice("b", keys=["b", "a"], hours=1, value=4000))
        assert {name: await house.owner(name) for name in names} == owners
        values = await house.asked("SELECT state FROM opportunity WHERE redirect_to = ''")
        assert len(values) == 2
        assert await house.asked("SELECT reason FROM apart") == [(WHY,)]


async def test_a_look_alike_of_another_source_is_split_off_and_gets_an_id_of_its_own(tmp_path: Path) -> None:
    async with a_ledger(tmp_path / "b.db") as ledger:
        house = House(ledger)
        await house.hears(a_notice("a"))
        await house.hears(a_notice("b", source="two"))
        joined = await house.owner("a")
        assert await house.owner("b") == joined
        (join,) = await house.splitter.joins()
        assert (join.opportunity, join.key) == (joined, reference("b"))
        assert join.evidence == "The same buyer, the same title and the same deadline."
        told = await house.asked("SELECT count(*) FROM alert")

        done = await house.splitter.split(joined, reference("b"), reason=WHY)
        await house.settles()
        assert await house.owner("b") == done.restored != joined
        assert (done.notices_kept, done.notices_restored) == (1, 1)
        assert await house.asked("SELECT count(*) FROM alert") == told
        # A later notice of either goes to its own, and is not taken for the other.
        await house.hears(a_notice("b", source="two", hours=1, closes=3))
        assert (await house.owner("a"), await house.owner("b")) == (joined, done.restored)
        changed = await house.asked("SELECT id, revision FROM opportunity ORDER BY id")
        assert set(changed) == {(joined, 2), (done.restored, 2)}


async def test_a_split_that_cannot_be_says_what_there_is(tmp_path: Path) -> None:
    async with a_ledger(tmp_path / "b.db") as ledger:
        house = House(ledger)
        await house.hears(a_notice("a"))
        alone = await house.owner("a")
        with pytest.raises(NotFound, match="no opportunity nothing"):
            await house.splitter.split("nothing", reference("a"), reason=WHY)
        with pytest.raises(AskedWrongly, match="of one procurement only"):
            await house.splitter.split(alone, reference("a"), reason=WHY)
        await house.hears(a_notice("b", source="two"))
        with pytest.raises(AskedWrongly, match="It has: reference:a, reference:b"):
            await house.splitter.split(alone, reference("z"), reason=WHY)
        assert await house.asked("SELECT count(*) FROM apart") == [(0,)]


async def test_who_was_told_of_one_is_not_told_of_it_again_when_it_is_joined(tmp_path: Path) -> None:
    async with a_ledger(tmp_path / "b.db") as ledger:
        house = House(ledger)
        await house.hears(a_notice("a"))
        await house.hears(a_notice("b", hall="west", value=2000))
        told = await house.asked("SELECT firm_id, opportunity_id, change FROM alert ORDER BY id")
        await house.hears(a_notice("c", keys=["a", "b"], hours=6))
        assert await house.asked("SELECT firm_id, opportunity_id, change FROM alert ORDER BY id") == told


def test_the_command_says_joins_and_refuses_what_is_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOWBELL_HOME", str(tmp_path))
    run = CliRunner().invoke
    said = run(app, ["opportunity", "joins", "--json"])
    assert (said.exit_code, json.loads(said.stdout)) == (0, [])
    assert run(app, ["opportunity", "split", "some-id", "no-key"]).exit_code == 2
    failed = run(app, ["opportunity", "split", "some-id", "ocid:ocds-h6vhtk-000000"])
    assert isinstance(failed.exception, NotFound)
