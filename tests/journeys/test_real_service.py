"""A firm's story over the real service: `bowbell serve` with its own collectors, steps and mailbox, in a real browser.

The services it polls are a replay server whose sample notices appear only after the firm has signed up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver

from tests.chaos.sample_trade import Publisher
from tests.journeys.browser import a_browser, missing, resize
from tests.journeys.served import Reader, a_process, free_port, said, until

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

_CROYDON = "E09000008"
_CONFIRM = "Confirm your e-mail address to get alerts"
#: How the subject of an alert of new work begins.
_NEW = "New: "


@dataclass(frozen=True, slots=True, kw_only=True)
class RealService:
    """Where it listens, and who publishes what the replay server serves."""

    url: str
    publisher: Publisher


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RealService]:
    """The real service beside a replay server that has nothing to tell yet."""
    publisher = Publisher(tmp_path / "notices")
    port = free_port()
    with ExitStack() as stack:
        replay = stack.enter_context(a_process("replay", str(tmp_path / "notices"), "--port", "0", env={}))
        address = said(replay, r"http://127\.0\.0\.1:\d+")
        env = {
            "BOWBELL_HOME": str(tmp_path / "home"),
            "BOWBELL_LISTEN": f"127.0.0.1:{port}",
            "BOWBELL_LOG_LEVEL": "error",
            "BOWBELL_SOURCES": "find_a_tender,contracts_finder",
            "BOWBELL_POLL_EVERY": "2",
        }
        for key in ("FIND_A_TENDER", "CONTRACTS_FINDER"):
            env |= {f"BOWBELL_SOURCE_{key}_URL": address, f"BOWBELL_SOURCE_{key}_PACE": "0.05"}
        running = stack.enter_context(a_process("serve", env=env))
        said(running, "Bowbell is at")
        yield RealService(url=f"http://127.0.0.1:{port}", publisher=publisher)


@pytest.fixture
def browser() -> Iterator[WebDriver]:
    with a_browser() as driver:
        resize(driver, width=1180)
        yield driver


def test_a_firm_signs_up_confirms_is_told_of_new_work_and_stops(browser: WebDriver, service: RealService) -> None:
    reader = Reader(browser)
    browser.get(f"{service.url}/alerts/new")
    reader.finds("#email").send_keys("windows@sample.example")
    reader.presses("Continue")
    for name, value in (("sector", "environment"), ("area", _CROYDON), ("size", "micro")):
        reader.clicks(reader.finds(f"input[name='{name}'][value='{value}']"))
        reader.presses("Continue")
    reader.sees("Check your answers")
    reader.clicks(reader.finds("input[name='consent']"))
    reader.presses("Send me the link")
    reader.sees("Check your e-mail")

    until(lambda: _CONFIRM in reader.letters(service.url), "the confirming letter never came")
    reader.presses(_CONFIRM)
    reader.clicks(reader.finds("main a[href*='/confirm/']"))
    reader.sees("Start your alerts")
    reader.presses("Start my alerts")
    reader.sees("Your alerts are on")

    # new work is published, polled, recorded, tagged, matched, composed and sent by the service itself
    service.publisher.publish(6)  # the sixth is of windows in Croydon
    until(lambda: any(_NEW in each for each in reader.letters(service.url)), "no alert ever came")
    time.sleep(3)  # whatever else these polls bring comes now
    told = [each for each in reader.letters(service.url) if each.startswith(_NEW)]
    assert len(told) == 1, "the work that was asked for, once, and no other"
    assert "Window cleaning at Sample Hall 000006" in told[0]
    reader.presses(told[0])
    reader.clicks(reader.finds("main a[href*='/opportunities/']"))
    reader.sees("Window cleaning at Sample Hall 000006")

    # stop, from a link of the letter
    reader.letters(service.url)
    reader.presses(told[0])
    reader.clicks(reader.finds("main a[href*='/unsubscribe/']"))
    reader.sees("Stop your alerts")
    reader.presses("Stop all alerts")
    reader.sees("Your alerts have stopped")
    assert reader.letters(service.url) == [], "what was sent is forgotten with the firm"
