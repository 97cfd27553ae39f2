"""A worker is killed at each place of a help request; another one comes, and everything was done once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.bootstrap import House, open_house
from service.domain.helpline import Audience, Helpline
from service.failpoints import HELP_PLACES
from service.settings import Settings
from service.usecases.helping.ask import Asker, Shown, Typed

_ROOT = Path(__file__).resolve().parents[2]
_ASKED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
_TYPED = Typed(hard="A sample question about prices", reach="020 7946 0000")
_LOOK = """
import asyncio, sys
from tests.chaos.test_help_kills import look
asyncio.run(look(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
"""


def _settings(folder: str, days: int) -> Settings:
    return Settings(home=Path(folder), now=_ASKED + timedelta(days=days), _env_file=None)


async def look(folder: str, days: int, what: str) -> None:
    """What a worker does: look at what is overdue, or pass on the sample question of a buyer."""
    async with open_house(_settings(folder, days)) as house:
        if what == "look":
            await house.overdue_help()
        else:
            await _ask(house)


async def _ask(house: House) -> None:
    asker = Asker(firm=0, organisation=1, name="Sample borough", person=1)
    use = house.accounts.ask_for_help
    shown = await use.show(asker, _TYPED)
    found = await use.ask(asker, _TYPED, mark=shown.mark, once="the same page")
    assert not isinstance(found, Shown)


def _killed(folder: Path, days: int, what: str, place: str) -> int:
    """Run it in a process of its own that dies at a place; how it ended."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", _LOOK, str(folder), str(days), what],
        env={**os.environ, "BOWBELL_FAIL_AT": place, "PYTHONPATH": str(_ROOT)},
        check=False,
        timeout=120,
    )
    return done.returncode


async def _set_up(folder: Path) -> None:
    async with open_house(_settings(str(folder), 0)) as house:
        let_in, now = house.accounts.membering.let_in, house.clock.now()
        await let_in("poster@sample.example", kind="buyer", key="sample", name="Sample borough", role="poster")
        async with house.ledger.writing() as book:
            number = await book.organisation_for(kind="support", key="sample", name="Sample advice", at=now)
        line = Helpline(
            organisation=number, name="", audience=Audience.BUYERS, address="help@sample.example", areas=("london",)
        )
        await house.accounts.give_help.open_line(line)


async def _letters(folder: Path) -> list[tuple[str, str]]:
    """To whom and what, of every letter there is, whether sent or not."""
    async with (
        open_house(_settings(str(folder), 0)) as house,
        house.database.reading() as connection,
    ):
        asked = "SELECT address, subject FROM message WHERE slot LIKE 'help:%' ORDER BY id"
        return [(row.address, row.subject) for row in (await connection.execute(text(asked))).all()]


@pytest.mark.parametrize("place", [each for each in HELP_PLACES if each != "help.due"])
async def test_a_question_passed_on_while_the_process_dies_is_asked_once(tmp_path: Path, place: str) -> None:
    await _set_up(tmp_path)
    assert _killed(tmp_path, 0, "ask", place) == -signal.SIGKILL
    await look(str(tmp_path), 0, "ask")  # the asker presses again
    await look(str(tmp_path), 0, "ask")
    assert await _letters(tmp_path) == [("help@sample.example", "A buyer asks for help: Buying")]


@pytest.mark.parametrize("place", [each for each in HELP_PLACES if each != "help.before_commit"])
async def test_reminders_and_the_end_come_once_though_each_look_dies_first(tmp_path: Path, place: str) -> None:
    await _set_up(tmp_path)
    await look(str(tmp_path), 0, "ask")
    for days in (4, 14, 17):  # more than 3, 9 and 12 working days after a Tuesday
        assert _killed(tmp_path, days, "look", place) == -signal.SIGKILL
        await look(str(tmp_path), days, "look")
        await look(str(tmp_path), days, "look")
    line, asker = "help@sample.example", "poster@sample.example"
    assert await _letters(tmp_path) == [
        (line, "A buyer asks for help: Buying"),
        (line, "Reminder: A buyer asks for help: Buying"),
        (line, "Reminder: A buyer asks for help: Buying"),
        (asker, "Nobody has answered your question yet"),
    ]
