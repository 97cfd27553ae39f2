"""Real workers on one SQLite file, a mail sink that counts what it accepts, and the database seen from outside."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import asyncpg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.chaos.sample_trade import ocids_named

_ROOT = Path(__file__).resolve().parents[2]
_TAIL = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A letter the sink said yes to. `at`: seconds of the monotonic clock."""

    recipient: str
    message_id: str
    ocids: frozenset[str]
    at: float


class Sink:
    """A mail server that accepts everything."""

    def __init__(self) -> None:
        self.accepted: list[Accepted] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002 - aiosmtpd gives it
        session: Session,  # noqa: ARG002 - aiosmtpd gives it
        envelope: Envelope,
    ) -> str:
        """Note the letter, then say yes."""
        letter = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
        body = letter.get_body(("plain",))
        told = f"{letter['Subject']}\n{body.get_content() if body else ''}"
        for recipient in envelope.rcpt_tos:
            self.accepted.append(
                Accepted(
                    recipient=recipient,
                    message_id=str(letter["Message-ID"]),
                    ocids=frozenset(ocids_named(told)),
                    at=time.monotonic(),
                )
            )
        return "250 Taken"

    @property
    def repeats(self) -> int:
        """How often a letter was accepted again."""
        return len(self.accepted) - len({(each.recipient, each.message_id) for each in self.accepted})


@asynccontextmanager
async def a_sink() -> AsyncIterator[tuple[Sink, int]]:
    """Run a sink; with its port."""
    sink = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    await asyncio.to_thread(controller.start)
    try:
        yield sink, port
    finally:
        await asyncio.to_thread(controller.stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What waits in the database at one moment."""

    notices: int
    #: Events, and letters of several alerts that are to come.
    events: int
    messages: int
    sending: int


class Book:
    """The database, read from outside the workers."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._apart = ThreadPoolExecutor(max_workers=1)

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """Ask."""
        if not self._url.startswith("sqlite"):
            # The driver is asynchronous: it gets a loop of its own, beside the one that waits for the workers.
            return self._apart.submit(lambda: asyncio.run(self._asked(statement))).result(timeout=60)
        path = self._url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(statement).fetchall()

    async def _asked(self, statement: str) -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(self._url)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    def is_whole(self) -> bool:
        """Whether the database passes its own checks. PostgreSQL has none that a client may ask for."""
        if not self._url.startswith("sqlite"):
            return True
        return self.rows("PRAGMA integrity_check") == [("ok",)] and self.rows("PRAGMA foreign_key_check") == []

    def look(self) -> Look:
        """Count what waits."""
        ((notices, events, messages, sending),) = self.rows(
            "SELECT (SELECT count(*) FROM notice),"
            " (SELECT count(*) FROM event WHERE NOT done) + (SELECT count(*) FROM digest_run WHERE made = ''),"
            " (SELECT count(*) FROM message WHERE state = 'waiting'),"
            " (SELECT count(*) FROM message WHERE state = 'sending')"
        )
        return Look(
            notices=int(str(notices)), events=int(str(events)), messages=int(str(messages)), sending=int(str(sending))
        )


class Worker:
    """One worker process, and the one that takes its place when it dies."""

    def __init__(self, name: str, *, folder: Path, environment: Mapping[str, str]) -> None:
        self._log = folder / f"{name}.log"
        self._folder = folder
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._said_before = 0

    async def start(self, *, fail_at: str = "", only: str = "") -> None:
        """Start; with a place at which to die, or with some steps only."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("BOWBELL_")}
        environment |= {**self._environment, "PYTHONPATH": str(_ROOT)} | (
            {"BOWBELL_FAIL_AT": fail_at} if fail_at else {}
        )
        asked = ("worker", "--only", only) if only else ("worker",)
        with self._log.open("ab") as log:
            self._said_before = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "service.cli", *asked, cwd=self._folder, env=environment, stdout=log, stderr=log
            )

    @property
    def is_at_work(self) -> bool:
        """Whether the process of now has begun its work: killing it before that would prove nothing."""
        with self._log.open("rb") as log:
            log.seek(self._said_before)
            return b"worker_began" in log.read()

    @property
    def ended(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.returncode if self._process else None

    async def kill(self) -> int:
        """Kill it as `kill -9` does; how it ended."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        return await self._process.wait()

    async def retire(self) -> int:
        """Tell it to finish what it has in hand and stop, and see that it does; how it ended."""
        assert self._process is not None
        self._process.terminate()
        return await asyncio.wait_for(self._process.wait(), timeout=60)

    def tail(self) -> str:
        """The end of what it said."""
        return self._log.read_text(errors="replace")[-_TAIL:] if self._log.exists() else ""


async def until(
    reached: Callable[[], bool],
    *,
    within: float,
    else_say: Callable[[], str],
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Wait until something is so, at most `within` seconds; `meanwhile` is done about once a second."""
    end, next_time = time.monotonic() + within, time.monotonic() + 1.0
    while not reached():
        assert time.monotonic() < end, f"not within {within:.0f} s: {else_say()}"
        if meanwhile is not None and time.monotonic() >= next_time:
            meanwhile()
            next_time = time.monotonic() + 1.0
        await asyncio.sleep(0.03)
