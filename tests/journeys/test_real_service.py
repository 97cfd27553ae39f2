"""A firm's story over the real service: `bowbell serve` with its own collectors, steps and mailbox, in a real browser.

The services it polls are a replay server whose sample notices appear only after the firm has signed up.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.chaos.sample_trade import Publisher
from tests.journeys.browser import a_browser, missing, resize

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

_ROOT = Path(__file__).resolve().parents[2]
_CROYDON = "E09000008"
_CONFIRM = "Confirm your e-mail address to get alerts"
#: How the subject of an alert of new work begins.
_NEW = "New: "


@dataclass(frozen=True, slots=True, kw_only=True)
class RealService:
    """Where it listens, and who publishes what the replay server serves."""

    url: str
    publisher: Publisher


@contextmanager
def a_process(*asked: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """One of our own commands, told to stop at the end."""
    whole = {name: value for name, value in os.environ.items() if not name.startswith("BOWBELL_")}
    whole |= {"PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1"} | env
    command = [sys.executable, "-m", "service.cli", *asked]
    with subprocess.Popen(command, env=whole, text=True, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def said(process: subprocess.Popen[str], pattern: str) -> str:
    """The first line of a process that has a pattern; what of it does."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found[0]
    raise AssertionError(f"it never said {pattern}")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RealService]:
    """The real service beside a replay server that has nothing to tell yet."""
    publisher = Publisher(tmp_path / "notices")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
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


class Reader:
    """Somebody at the browser."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver
        lost = [StaleElementReferenceException, NoSuchElementException]
        self._patience = WebDriverWait(driver, 30, ignored_exceptions=lost)

    def sees(self, words: str, *, where: str = "h1") -> None:
        """Wait until it says so."""
        # found and read in one go: between two the page may have become the next one
        read = "return document.querySelector(arguments[0])?.innerText ?? ''"
        self._patience.until(lambda page: words in page.execute_script(read, where), f"never: {words}")

    def finds(self, css: str) -> WebElement:
        """Wait for an element."""
        found: WebElement = self._patience.until(lambda page: page.find_element(By.CSS_SELECTOR, css), f"never: {css}")
        return found

    def clicks(self, element: WebElement) -> None:
        """Click as a hand does."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        ActionChains(self.driver).move_to_element(element).click().perform()

    def presses(self, text: str) -> None:
        """Press the button or follow the link with this text."""
        xpath = f"//main//*[self::a or self::button][normalize-space()='{text}']"
        self.clicks(self._patience.until(lambda page: page.find_element(By.XPATH, xpath), f"never: {text}"))

    def letters(self, url: str) -> list[str]:
        """The subjects in the mailbox."""
        self.driver.get(f"{url}/mailbox")
        return [each.text for each in self.driver.find_elements(By.CSS_SELECTOR, "main a[href^='/mailbox/']")]


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

    _until(lambda: _CONFIRM in reader.letters(service.url), "the confirming letter never came")
    reader.presses(_CONFIRM)
    reader.clicks(reader.finds("main a[href*='/confirm/']"))
    reader.sees("Start your alerts")
    reader.presses("Start my alerts")
    reader.sees("Your alerts are on")

    # new work is published, polled, recorded, tagged, matched, composed and sent by the service itself
    service.publisher.publish(6)  # the sixth is of windows in Croydon
    _until(lambda: any(_NEW in each for each in reader.letters(service.url)), "no alert ever came")
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


def _until(reached: Callable[[], bool], else_say: str) -> None:
    """Wait a minute at most, looking once a second."""
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, else_say
        time.sleep(1)
