"""The demo as a process of its own, with its workers and its mailbox, for stories of people in a real browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def a_demo(home: Path) -> Iterator[str]:
    """The address of a running demo with notices in it; it stops gracefully at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith("BOWBELL_")}
    env |= {"BOWBELL_HOME": str(home), "BOWBELL_LISTEN": f"127.0.0.1:{port}", "BOWBELL_LOG_LEVEL": "error"}
    with subprocess.Popen([sys.executable, "-m", "service.cli", "serve", "--demo"], env=env) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/opportunities", 'class="card')
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _wait_for(address: str, words: str) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own loopback address
                if words in answer.read().decode("utf-8"):
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise AssertionError(f"{words!r} was not at {address} within a minute and a half")
        time.sleep(0.5)
