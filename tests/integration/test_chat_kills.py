"""The real worker is killed in the middle of a talk, at every place there is, and the talk goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from service.failpoints import CHAT_PLACES
from tests.fake_telegram import TOKEN, FakeTelegram, fake_telegram

CHAT = "5550001"
#: What is typed or pressed, and what is then asked or said.
STORY = (
    ("/start", "1 of 3"),
    ("gardening", "2 of 3"),
    ("Camden", "3 of 3"),
    ("[Under 10 people]", "Please check."),
    ("[Yes, start]", "It is on."),
    ("/list", "On. You hear of"),
)
_PATIENCE = 90.0
_ROOT = Path(__file__).resolve().parents[2]


async def a_worker(
    far: FakeTelegram, home: Path, gone: AsyncExitStack, *, fail_at: str = ""
) -> asyncio.subprocess.Process:
    """Start a worker that only sends and talks; it is gone when the stack is left, whatever happened."""
    settings = {
        "BOWBELL_HOME": str(home),
        "BOWBELL_TELEGRAM_TOKEN": TOKEN,
        "BOWBELL_TELEGRAM_API_URL": far.url,
        "BOWBELL_FAIL_AT": fail_at,
    }
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service.cli", "worker", "--only", "send"),
        cwd=home,
        env=os.environ | settings | {"PYTHONPATH": str(_ROOT)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    gone.push_async_callback(_end, worker)
    return worker


async def _end(worker: asyncio.subprocess.Process) -> None:
    if worker.returncode is None:
        worker.kill()
        await worker.wait()


async def until_or_lost(holds: Callable[[], bool], worker: asyncio.subprocess.Process) -> bool:
    """Wait until something holds, or the worker is gone; whether it is gone."""
    async with asyncio.timeout(_PATIENCE):
        while not holds() and worker.returncode is None:  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.05)
    return worker.returncode is not None


async def said_or_lost(far: FakeTelegram, expected: str, worker: asyncio.subprocess.Process) -> bool:
    """Wait until something is said, or the worker is gone; whether it is gone."""
    return await until_or_lost(lambda: any(expected in said.words for said in far.to(CHAT)), worker)


async def written_down_or_lost(home: Path, worker: asyncio.subprocess.Process) -> None:
    """Wait until every answer that was given is written down as given, or the worker is gone.

    Who writes the next line before that may be answered twice if the worker is killed on it: that is the place
    `chat.answered`, whatever place was meant.
    """
    open_ = "SELECT count(*) FROM chat_answer WHERE state IN ('waiting', 'sending')"
    await until_or_lost(lambda: asked(home, open_) == [(0,)], worker)


def asked(home: Path, sql: str) -> list[tuple[object, ...]]:
    """What the database says; also changes it."""
    with closing(sqlite3.connect(home / "bowbell.db", timeout=30)) as connection, connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("place", CHAT_PLACES)
async def test_a_worker_killed_in_the_middle_loses_nothing_and_does_nothing_twice(place: str, tmp_path: Path) -> None:
    async with fake_telegram() as far, AsyncExitStack() as gone:
        worker = await a_worker(far, tmp_path, gone, fail_at=f"{place}:4")
        kills = 0
        for typed, expected in STORY:
            far.presses(CHAT, typed.strip("[]")) if typed.startswith("[") else far.types(CHAT, typed)

            if await said_or_lost(far, expected, worker):
                assert worker.returncode == -signal.SIGKILL
                kills += 1
                # The lease of an answer in hand runs out at once: time is not what this is about.
                asked(tmp_path, "UPDATE chat_answer SET lease_until = '' WHERE state = 'sending'")
                worker = await a_worker(far, tmp_path, gone)
                assert not await said_or_lost(far, expected, worker)
            await written_down_or_lost(tmp_path, worker)
        worker.send_signal(signal.SIGTERM)
        await asyncio.wait_for(worker.wait(), 30)
        assert worker.returncode == 0
    assert kills == 1
    assert asked(tmp_path, "SELECT state FROM firm") == [("active",)]
    assert asked(tmp_path, "SELECT count(*) FROM interest") == [(1,)]
    assert {state for (state,) in asked(tmp_path, "SELECT state FROM chat_update")} == {"done"}
    repeats = Counter(said.words for said in far.to(CHAT))
    # Only an answer whose delivery was not written down may come twice: nobody can know whether it arrived.
    assert sum(repeats.values()) - len(STORY) == (1 if place == "chat.answered" else 0)
    assert all(count <= 2 for count in repeats.values())
