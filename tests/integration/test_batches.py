"""A hundred events at once come to the same as one after another, and a bad one among them holds up nobody."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select, text

from scrapers.sources.contracts_finder import SOURCE as CONTRACTS_FINDER
from scrapers.sources.find_a_tender import SOURCE as FIND_A_TENDER
from service.domain.interest_file import interest_from
from service.domain.money import Value
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Buyer, Change, Deadline, Details, Key, Reading, Stage
from service.ports import Access, Http, Page, Source, SourceCard
from service.registry import the_tagger
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.usecases import steps
from service.usecases.collect import Report, import_payload, keep
from service.usecases.match import Matcher
from service.usecases.record import Recorder
from service.usecases.tag import Judge
from tests.http_world import JumpingClock

NOW = datetime(2026, 8, 11, 20, 0, tzinfo=UTC)
_CARD = SourceCard(name="Sample", home="", licence="", attribution="", rhythm="")
_TABLES = ("notice", "opportunity", "opportunity_key", "revision", "event", "alert", "delivery", "message")
_FIRMS = (
    {"sectors": ["maintenance"]},
    {"cpv": ["45"], "areas": ["london"]},
    {"words": "software OR training OR sample"},
)


class SampleSource:
    """Reads notices whose body is a few plain facts."""

    card = _CARD

    def __init__(self, key: str) -> None:
        self.key = key

    def pages(
        self,
        http: Http,
        *,
        access: Access,
        bookmark: str | None,
        since: datetime | None,
        until: datetime,
        seen: datetime,
    ) -> AsyncIterator[Page]:
        """Nothing is polled here."""
        raise NotImplementedError

    def recognises(self, payload: bytes) -> bool:
        """No file is of this source."""
        return payload == self.key.encode()

    def notices_in(self, payload: bytes, *, seen: datetime) -> Iterable[Notice | SetAside]:
        """No file is of this source."""
        raise NotImplementedError(f"{len(payload)} bytes seen {seen}")

    def read(self, notice: Notice) -> Reading | SetAside:
        """The facts as a reading; a poisonous notice makes the reader fail as no reader should."""
        said = json.loads(notice.body)
        if said.get("poison"):
            raise RuntimeError("a reader with a fault")
        closes = NOW + timedelta(days=said["closes"])
        return Reading(
            source=self.key,
            notice_id=notice.source_id,
            published=NOW - timedelta(hours=said["hours"]),
            keys=tuple(Key(scheme="reference", value=each) for each in said["keys"]),
            stage=Stage.TENDER,
            change=Change.CANCELLATION if said.get("cancels") else Change.NEW,
            details=Details(
                title=said["title"],
                buyer=Buyer(name=said["buyer"]),
                cpv=("45000000",),
                value=Value(net=Decimal(said["value"])),
                deadline=Deadline(at=closes),
                delivery_regions=("UKI",),
            ),
        )


SOURCES: dict[str, Source] = {each.key: each for each in (SampleSource("one"), SampleSource("two"))}


def a_tangle(chance: random.Random, size: int) -> list[Notice]:
    """Notices that share keys, bridge procurements, look alike across sources, repeat and contradict one another."""
    notices = []
    for number in range(size):
        keys = [f"k{chance.randrange(size)}" for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        said = {
            "keys": keys,
            "hours": chance.randrange(60),
            "title": f"Sample roof works {chance.choice('uvwxyz')}{chance.choice('uvwxyz')} hall",
            "buyer": f"Sample Buyer {chance.choice('MN')}",
            "value": chance.choice((1000, 2000)),
            "closes": chance.choice((3, 9)),
            "cancels": chance.random() < 0.1,
        }
        body = json.dumps(said).encode()
        source = chance.choice(("one", "two"))
        name = f"n{number}"
        notices.append(Notice(source=source, source_id=name, published=None, seen=NOW, body=body, form="sample"))
    return notices


@asynccontextmanager
async def a_ledger(path: Path) -> AsyncIterator[SqlLedger]:
    """A fresh database with a few firms."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.migrate()
    ledger = SqlLedger(database)
    async with ledger.writing() as transaction:
        for number, said in enumerate(_FIRMS):
            firm = await transaction.create_firm(
                channel="email",
                address=f"firm-{number}@firm.example",
                size="small",
                interest=interest_from(said),
                secret=f"sample-{number}",
                consent="A sample firm.",
                at=NOW,
            )
            await transaction.set_firm_state(firm.identity, "active", confirmed=NOW)
    try:
        yield ledger
    finally:
        await database.close()


async def flow(ledger: SqlLedger, sources: dict[str, Source]) -> None:
    """Record, tag and match until nothing waits; the clock stands still so that runs can be compared."""
    clock = JumpingClock(NOW)
    recorder = Recorder(ledger=ledger, clock=clock, sources=sources)
    judge = Judge(ledger=ledger, clock=clock, tagger=the_tagger())
    matcher = Matcher(ledger=ledger, clock=clock)
    for step in (recorder, judge, matcher):
        while await step.drain():
            pass


async def everything(database: Database) -> dict[str, list[str]]:
    """Every row of every table of the flow, as text."""
    tables = MetaData()
    async with database.reading() as connection:
        await connection.run_sync(tables.reflect, only=_TABLES)
        return {
            name: sorted(repr(tuple(row)) for row in (await connection.execute(select(found))).all())
            for name, found in tables.tables.items()
        }


@pytest.mark.parametrize("seed", range(8))
async def test_tangled_notices_give_the_same_tables_together_as_one_by_one(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices = a_tangle(random.Random(seed), 40)
    seen = []
    for batch in (1, 7, 100):
        monkeypatch.setattr(steps, "BATCH", batch)
        async with a_ledger(tmp_path / f"{batch}.db") as ledger:
            for part in (notices[:25], notices[25:]):
                async with ledger.writing() as transaction:
                    await keep(transaction, [(each, "") for each in part], quiet=False, report=Report(), now=NOW)
                clock = JumpingClock(NOW)
                recorder = Recorder(ledger=ledger, clock=clock, sources=SOURCES)
                while await recorder.drain():
                    pass
            seen.append(await everything(ledger.database))
    assert seen[0]["opportunity"]
    assert any("moved from" in row for row in seen[0]["opportunity_key"]), "the tangle has a bridge in it"
    assert seen[0] == seen[1] == seen[2]


async def test_a_recorded_day_gives_the_same_tables_together_as_one_by_one(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        *sorted((shared_data / "recorded/find_a_tender/backfill/2026-08-11").glob("*.json"))[:2],
        shared_data / "recorded/contracts_finder/ocds_search_page-002.json",
    ]
    sources: dict[str, Source] = {each.key: each for each in (FIND_A_TENDER, CONTRACTS_FINDER)}
    seen = []
    for batch in (1, 100):
        monkeypatch.setattr(steps, "BATCH", batch)
        async with a_ledger(tmp_path / f"{batch}.db") as ledger:
            for file in files:
                assert await import_payload(
                    ledger, JumpingClock(NOW), sources, file.read_bytes(), report=Report(), batch=batch
                )
            await flow(ledger, sources)
            seen.append(await everything(ledger.database))
    assert len(seen[0]["alert"]) > 5
    assert seen[0] == seen[1]


async def test_one_bad_event_among_a_batch_waits_alone_and_is_tried_again(tmp_path: Path) -> None:
    good = a_tangle(random.Random(3), 12)
    bad = Notice(source="one", source_id="bad", published=None, seen=NOW, body=b'{"poison": true}', form="sample")
    async with a_ledger(tmp_path / "b.db") as ledger:
        async with ledger.writing() as transaction:
            rows = [(each, "") for each in (*good[:6], bad, *good[6:])]
            await keep(transaction, rows, quiet=False, report=Report(), now=NOW)
        await flow(ledger, SOURCES)
        async with ledger.database.reading() as connection:
            asked = "SELECT subject, attempts FROM event WHERE kind = 'notice_seen' AND NOT done"
            waiting = await connection.execute(text(asked))
            ((subject, attempts),) = waiting.all()
            assert (subject, attempts) == ("7", 1)
            recorded = await connection.execute(text("SELECT count(*) FROM notice WHERE opportunity_id != ''"))
            assert recorded.scalar_one() == len(good)
