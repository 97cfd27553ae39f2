"""The two commands a person uses to look at recorded days: `bowbell replay` and `bowbell collect --once`.

Both run as processes of their own. What must have arrived is counted from the recorded payloads, apart from any reader
of ours. The services ask for patience in the middle, and collectors are killed between pages.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_LONDON = ZoneInfo("Europe/London")
_PREFIXES = {"find_a_tender": "ocds-h6vhtk-", "contracts_finder": "ocds-b5fd17-"}
#: Each service's recorded days: the first, and the first that is no longer asked for.
_DAYS = {
    "find_a_tender": (("2026-08-10", "2026-08-11"), ("2026-08-11", "2026-08-12")),
    "contracts_finder": (("2025-01-23", "2025-01-24"), ("2025-03-11", "2025-03-12")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the payloads hold of one service on the days asked for, official tests left out of the processes."""

    notices: frozenset[str]
    processes: frozenset[str]
    #: Processes that those releases say they are related to, whether recorded or not.
    related: frozenset[str]
    set_aside: int


def recorded(folder: Path, source: str) -> Recorded:
    """Count a service's releases of its recorded days, with nothing but a JSON reader."""
    spans = [tuple(datetime.fromisoformat(day).replace(tzinfo=_LONDON) for day in days) for days in _DAYS[source]]
    notices: set[str] = set()
    processes: set[str] = set()
    related: set[str] = set()
    aside: set[str] = set()
    for path in sorted(folder.rglob("*.json")):
        said = json.loads(path.read_bytes().decode("utf-8", "replace"))
        for release in said.get("releases", ()) if isinstance(said, dict) else ():
            if not str(release.get("ocid")).startswith(_PREFIXES[source]):
                continue
            at = datetime.fromisoformat(release["date"])
            if any(begins <= at < ends for begins, ends in spans):
                notices.add(release["id"])
                is_test = re.match(r"\W*TEST\b", str(release["tender"].get("title", "")))
                (aside if is_test else processes).add(release["ocid"])
                related |= {each.get("identifier") for each in release.get("relatedProcesses", ())}
    return Recorded(
        notices=frozenset(notices),
        processes=frozenset(processes),
        related=frozenset(filter(None, related)),
        set_aside=len(aside),
    )


@dataclass(slots=True, kw_only=True)
class Collecting:
    """A copy of Bowbell whose sources are a replay server."""

    home: Path
    address: str

    def start(self, source: str, days: tuple[str, str], *, now: datetime, fail_at: str = "") -> subprocess.Popen[str]:
        """Start `bowbell collect --once` for one recorded day."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("BOWBELL_")}
        env |= {
            "BOWBELL_HOME": str(self.home),
            "BOWBELL_NOW": now.isoformat(),
            "BOWBELL_LOG_LEVEL": "error",
            f"BOWBELL_SOURCE_{source.upper()}_URL": self.address,
            f"BOWBELL_SOURCE_{source.upper()}_PACE": "0.01",
            "BOWBELL_FAIL_AT": fail_at,
            "PYTHONPATH": str(_ROOT),
        }
        begins, ends = days
        asked = ["collect", source, "--once", "--since", begins, "--until", ends, "--json"]
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "service.cli", *asked],
            env=env,
            cwd=self.home,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def collect(self, source: str, days: tuple[str, str], *, now: datetime) -> dict[str, int]:
        """Collect one recorded day to its end; the counts of the source."""
        process = self.start(source, days, now=now)
        said, troubles = process.communicate(timeout=120)
        assert process.returncode == 0, troubles
        counts = json.loads(said)["sources"][source]
        assert counts["notices_read"] == counts["notices_new"] + counts["notices_known"] + counts["set_aside"]
        assert isinstance(counts, dict)
        return counts

    def dies(self, source: str, days: tuple[str, str], *, now: datetime, at: str) -> None:
        """Collect until the process is killed, as by kill -9, at a place."""
        process = self.start(source, days, now=now, fail_at=at)
        _, troubles = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, f"it was not killed at {at}: {troubles}"

    def rows(self, statement: str, *values: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        with closing(sqlite3.connect(f"file:{self.home / 'bowbell.db'}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(statement, values).fetchall()

    def counters(self, source: str) -> dict[str, object]:
        """What the replay server counted for a service."""
        with urllib.request.urlopen(f"{self.address}/__replay__/counters", timeout=20) as answer:  # noqa: S310 - loopback
            found = json.loads(answer.read())[source]
        assert isinstance(found, dict)
        return found


@contextmanager
def collecting(folder: Path, home: Path, *, script: str) -> Iterator[Collecting]:
    """Run `bowbell replay` over the recordings for the length of a test."""
    home.mkdir()
    command = [sys.executable, "-m", "service.cli", "replay", str(folder), "--port", "0", "--script", script]
    env = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=env, text=True, stdout=subprocess.PIPE) as server:  # noqa: S603 - our own command
        try:
            assert server.stdout is not None
            told = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
            assert told, "the replay server did not say where it listens"
            yield Collecting(home=home, address=told[0])
        finally:
            server.terminate()
            server.wait(20)


def everything_arrived(copy: Collecting, source: str, expected: Recorded) -> None:
    """Every recorded notice once, every process as one opportunity, nothing left to do."""
    kept = copy.rows("SELECT source_id FROM notice WHERE source = ?", source)
    assert len(kept) == len(set(kept)), "a notice was kept twice"
    assert {str(identity) for (identity,) in kept} == expected.notices
    ((aside,),) = copy.rows("SELECT count(*) FROM notice WHERE source = ? AND set_aside != ''", source)
    assert aside == expected.set_aside
    owned = copy.rows(
        "SELECT key, opportunity_id FROM opportunity_key WHERE scheme = 'ocid' AND key LIKE ?", _PREFIXES[source] + "%"
    )
    keys = {str(key) for key, _ in owned}
    assert expected.processes <= keys <= expected.processes | expected.related
    ((opportunities, redirected),) = copy.rows("SELECT count(*), count(NULLIF(redirect_to, '')) FROM opportunity")
    assert (opportunities, redirected) == (len(expected.processes), 0)
    assert copy.rows("SELECT id FROM event WHERE kind = 'notice_seen' AND (NOT done OR parked != '')") == []
    assert copy.rows("PRAGMA integrity_check") == [("ok",)]


def test_find_a_tender_429_in_the_middle_and_kills_between_pages_lose_and_repeat_nothing(
    shared_data: Path, tmp_path: Path
) -> None:
    source, now = "find_a_tender", datetime(2026, 8, 12, 6, 0, tzinfo=UTC)
    expected = recorded(shared_data / "recorded", source)
    assert (len(expected.notices), expected.set_aside) == (955, 0), "the recordings are as they were when counted"
    with collecting(shared_data / "recorded", tmp_path / "home", script="find_a_tender@4=429:2") as copy:
        first, second = _DAYS[source]
        copy.dies(source, first, now=now, at="collect.committed:2")
        began = time.monotonic()
        counts = copy.collect(source, first, now=now + timedelta(minutes=1))
        assert time.monotonic() - began >= 2, "it did not wait as long as it was asked to"
        copy.dies(source, second, now=now + timedelta(minutes=2), at="collect.before_commit:3")
        copy.dies(source, second, now=now + timedelta(minutes=3), at="record.before_commit:2")
        again = copy.collect(source, second, now=now + timedelta(minutes=4))

        everything_arrived(copy, source, expected)
        assert copy.counters(source)["interrupted"] == {"429": 1}
        # A page that was committed before a kill is not asked for again: only its window's overlap is read twice.
        assert counts["notices_new"] < 459
        assert again["notices_new"] < 496
        settled = copy.collect(source, second, now=now + timedelta(minutes=5))
        assert (settled["notices_new"], settled["opportunities_new"], settled["opportunities_revised"]) == (0, 0, 0)
        everything_arrived(copy, source, expected)


def test_contracts_finder_403_is_waited_for_across_a_kill_and_nothing_is_lost_or_repeated(
    shared_data: Path, tmp_path: Path
) -> None:
    source, now = "contracts_finder", datetime(2025, 3, 12, 6, 0, tzinfo=UTC)
    expected = recorded(shared_data / "recorded", source)
    assert len(expected.notices) == 152, "the recordings are as they were when counted"
    with collecting(shared_data / "recorded", tmp_path / "home", script="contracts_finder@3=403") as copy:
        first, second = _DAYS[source]
        process = copy.start(source, first, now=now)
        deadline = time.monotonic() + 60
        while copy.counters(source)["interrupted"] != {"403": 1}:
            assert time.monotonic() < deadline, "the third request never came"
            time.sleep(0.1)
        held_until = _held(copy, now + timedelta(seconds=200))
        assert now + timedelta(seconds=290) < held_until < now + timedelta(seconds=400), "five minutes were asked for"
        asked = copy.counters(source)["requests"]
        time.sleep(1)
        assert copy.counters(source)["requests"] == asked, "it asked again at once"
        assert process.poll() is None
        process.kill()
        process.communicate()

        copy.collect(source, first, now=held_until + timedelta(minutes=1))
        copy.dies(source, second, now=held_until + timedelta(minutes=2), at="collect.committed:1")
        copy.collect(source, second, now=held_until + timedelta(minutes=3))
        everything_arrived(copy, source, expected)


def _held(copy: Collecting, at_least: datetime) -> datetime:
    """Until when the host is left alone, once that is written down."""
    deadline = time.monotonic() + 20
    while True:
        for (said,) in copy.rows("SELECT next_start FROM pace"):
            until = datetime.fromisoformat(str(said))
            if until > at_least:
                return until
        assert time.monotonic() < deadline, "no wait was written down"
        time.sleep(0.1)


@pytest.mark.parametrize("source", sorted(_DAYS))
def test_the_independent_count_is_of_more_than_one_day(shared_data: Path, source: str) -> None:
    found = recorded(shared_data / "recorded", source)
    assert len(found.notices) >= len(found.processes) > 100
