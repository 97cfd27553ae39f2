"""Where a place is named, the process dies there, as by `kill -9`; in a service places do nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import text

from scrapers.replay.samples import sample_firms, write_samples
from service.bootstrap import House, open_house
from service.commands.gather import import_files
from service.commands.serve import subscribe_samples
from service.commands.work import drain_all
from service.domain.rhythm import Rhythm
from service.failpoints import DUE_PLACES, PLACES
from service.settings import Settings

_ROOT = Path(__file__).resolve().parents[2]
_WALK = """
from service.failpoints import DUE_PLACES, PLACES, reached
for turn in range(3):
    for place in (*PLACES, *DUE_PLACES):
        print(turn, place, flush=True)
        reached(place)
"""


def _walk(fail_at: str) -> tuple[int, list[str]]:
    """Reach every place three times; how it ended and the places it came to."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", _WALK],
        env={**os.environ, "BOWBELL_FAIL_AT": fail_at, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout.splitlines()


def test_nothing_dies_where_nothing_was_asked() -> None:
    code, lines = _walk("")
    assert (code, len(lines)) == (0, 3 * len((*PLACES, *DUE_PLACES)))


@pytest.mark.parametrize(
    ("fail_at", "last"), [("tag.committed", "0 tag.committed"), ("send.claimed:3", "2 send.claimed")]
)
def test_it_dies_at_the_place_named_and_in_its_turn(fail_at: str, last: str) -> None:
    code, lines = _walk(fail_at)
    assert code == -signal.SIGKILL
    assert lines[-1] == last


def test_every_place_is_named_once() -> None:
    named = (*PLACES, *DUE_PLACES)
    assert len(set(named)) == len(named)


#: A Monday noon in London, and the morning after.
_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_MORNING = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize("place", DUE_PLACES)
async def test_a_worker_that_dies_over_what_is_due_leaves_it_to_the_next_and_nothing_is_told_twice(
    place: str, tmp_path: Path
) -> None:
    """A letter of several alerts waits, and a reminder falls due: killed at each place, then started again twice."""
    chosen, firm = Settings(home=tmp_path, now=_NOON, _env_file=None), sample_firms()[0]
    write_samples(tmp_path / "notices", now=_NOON)
    async with open_house(chosen) as house:
        await subscribe_samples(house)
    await import_files(chosen, [tmp_path / "notices"], console=Console(quiet=True))
    async with open_house(chosen) as house:
        await _each_firm_daily(house)
        await drain_all(house, ("tag", "match"))
        waiting = await _rows(house, "SELECT count(*) FROM digest_part")
        assert waiting[0][0] >= len(firm.hears_of)
        await _saved_long_ago(house)

    killed, _ = _send(tmp_path, fail_at=place)
    assert killed == -signal.SIGKILL
    for at in (_MORNING, _MORNING, _MORNING + timedelta(days=1)):
        code, said = _send(tmp_path, at=at)
        assert code == 0, said

    async with open_house(chosen) as house:
        letters = await _rows(
            house, "SELECT address, count(*) FROM message WHERE kind = 'digest' AND state = 'sent' GROUP BY address"
        )
        # the worker came back after seven: its reminder goes with the letter of the day after
        assert sorted(letters) == sorted((each.email, 2 if each == firm else 1) for each in sample_firms())
        assert await _rows(house, "SELECT id FROM digest_run WHERE made = ''") == []
        reminders = await _rows(house, "SELECT dropped FROM alert WHERE change LIKE 'reminder:%'")
        assert reminders == [("",)]
        # every alert that was not dropped went to its firm's one destination, once
        untold = (
            "SELECT alert.id FROM alert LEFT JOIN delivery ON delivery.alert_id = alert.id "
            "WHERE alert.dropped = '' GROUP BY alert.id HAVING count(delivery.id) != 1"
        )
        assert await _rows(house, untold) == []


def _send(home: Path, *, at: datetime = _MORNING, fail_at: str = "") -> tuple[int, str]:
    """Deliver what is due, in a process of its own; how it ended and what it said."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BOWBELL_")}
    environment |= {"BOWBELL_HOME": str(home), "BOWBELL_NOW": at.isoformat(), "PYTHONPATH": str(_ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "send", "--once"],
        env=environment | ({"BOWBELL_FAIL_AT": fail_at} if fail_at else {}),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


async def _each_firm_daily(house: House) -> None:
    async with house.ledger.writing() as book:
        for row in (await book.connection.execute(text("SELECT id FROM firm"))).all():
            await book.keep_rhythm(row.id, Rhythm(pace="daily", remind_days=14), at=_NOON)


async def _saved_long_ago(house: House) -> None:
    """The first firm has saved something that closes within its lead time."""
    soon = (
        "SELECT a.firm_id, o.id, o.revision FROM alert a JOIN opportunity o ON o.id = a.opportunity_id "
        "WHERE o.status = 'open' AND o.closes > '2026-11-26' AND o.closes < '2026-12-06' ORDER BY a.id LIMIT 1"
    )
    ((firm, opportunity, revision),) = await _rows(house, soon)
    async with house.ledger.writing() as book:
        long_ago = _NOON - timedelta(days=30)
        await book.pursue(firm, opportunity, "saved", revision=revision, at=long_ago)


async def _rows(house: House, statement: str) -> list[tuple[Any, ...]]:
    async with house.database.reading() as connection:
        return [tuple(row) for row in (await connection.execute(text(statement))).all()]
