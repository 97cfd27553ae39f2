"""The demo as a person meets it: `bowbell serve --demo`, three firms, their alerts in the mailbox within a minute."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from scrapers.replay.samples import sample_firms


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demo; it stops gracefully at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home: Path = tmp_path_factory.mktemp("demo")
    env = {name: value for name, value in os.environ.items() if not name.startswith("BOWBELL_")}
    env |= {"BOWBELL_HOME": str(home), "BOWBELL_LISTEN": f"127.0.0.1:{port}", "BOWBELL_LOG_LEVEL": "error"}
    with subprocess.Popen([sys.executable, "-m", "service.cli", "serve", "--demo"], env=env) as server:
        try:
            address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 60
            while True:
                try:
                    page(f"{address}/readyz")
                    break
                except OSError:
                    assert time.monotonic() < deadline, "the demo was not ready within a minute"
                    time.sleep(0.5)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(25) == 0, "the service did not stop gracefully"


def page(address: str) -> str:
    """A page's text."""
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own loopback address
        return str(answer.read().decode("utf-8"))


def subjects(demo: str) -> list[tuple[str, str]]:
    """Who was written to, and the subject, for every letter."""
    found = re.findall(
        r'<a [^>]*href="/mailbox/[^"]+"[^>]*>(.*?)</a>.*?To (\S+@\S+)', page(f"{demo}/mailbox"), re.DOTALL
    )
    return [(to, unescape(re.sub(r"<[^>]+>", "", subject)).strip()) for subject, to in found]


def test_within_a_minute_each_sample_firm_has_its_alerts_and_hears_of_the_changes(demo: str) -> None:
    at_once = [firm for firm in sample_firms() if firm.pace == "at_once"]
    expected = {firm.email: (len(firm.hears_of), len(firm.changes)) for firm in at_once}
    deadline = time.monotonic() + 90
    while True:
        try:
            seen = subjects(demo)
        except OSError:
            seen = []
        news = {to: sum(1 for who, what in seen if who == to and what.startswith("New:")) for to in expected}
        changes = {to: sum(1 for who, what in seen if who == to and not what.startswith("New:")) for to in expected}
        if all(news[to] >= new and changes[to] >= changed for to, (new, changed) in expected.items()):
            break
        assert time.monotonic() < deadline, f"still missing: {news} {changes} of {expected}"
        time.sleep(1)

    assert len(seen) == len(set(seen)), "somebody was told something twice"
    assert {to: changes[to] for to in expected} == {to: changed for to, (_, changed) in expected.items()}
    assert not [what for who, what in seen if who == "green-spaces@sample.example" and "roof" in what.lower()]


def test_one_sample_firm_has_chosen_one_message_a_day_and_gets_all_of_it_in_one(demo: str) -> None:
    (daily,) = [firm for firm in sample_firms() if firm.pace == "daily"]
    deadline = time.monotonic() + 90
    while not (mine := [what for who, what in subjects(demo) if who == daily.email]):
        assert time.monotonic() < deadline, "no letter came"
        time.sleep(1)
    assert len(mine) < len(daily.hears_of)
    assert [what for what in mine if re.search(r"\d new( opportunities)? today: ", what)], mine


@pytest.mark.parametrize(
    "path", ["/", "/opportunities", "/sources", "/support", "/healthz", "/readyz", "/metrics", "/api/openapi.json"]
)
def test_every_page_of_the_contract_answers(demo: str, path: str) -> None:
    assert page(f"{demo}{path}")
