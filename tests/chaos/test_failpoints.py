"""Where a place is named, the process dies there, as by `kill -9`; in a service places do nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.failpoints import PLACES

_ROOT = Path(__file__).resolve().parents[2]
_WALK = """
from service.failpoints import PLACES, reached
for turn in range(3):
    for place in PLACES:
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
    assert (code, len(lines)) == (0, 3 * len(PLACES))


@pytest.mark.parametrize(
    ("fail_at", "last"), [("tag.committed", "0 tag.committed"), ("send.claimed:3", "2 send.claimed")]
)
def test_it_dies_at_the_place_named_and_in_its_turn(fail_at: str, last: str) -> None:
    code, lines = _walk(fail_at)
    assert code == -signal.SIGKILL
    assert lines[-1] == last


def test_every_place_is_named_once() -> None:
    assert len(set(PLACES)) == len(PLACES)
