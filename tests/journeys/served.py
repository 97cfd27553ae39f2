"""`bowbell serve` as its operator starts it, and somebody at the browser: for every story over the real service."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.journeys.browser import picture, resize
from tests.journeys.post_box import Letter

_ROOT = Path(__file__).resolve().parents[2]
#: CSS pixels.
_DESK, _LETTER = 1180, 700


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


def free_port() -> int:
    """A port nobody listens on: links in mail need to know it before the service starts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(reached: Callable[[], bool], else_say: str) -> None:
    """Wait a minute at most, looking once a second."""
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, else_say
        time.sleep(1)


class Copy:
    """A copy of Bowbell that its operator may stop and start again at another time; postings are its only source."""

    def __init__(self, folder: Path, *, smtp_url: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._env = {
            "BOWBELL_HOME": str(folder / "home"),
            "BOWBELL_LISTEN": f"127.0.0.1:{port}",
            "BOWBELL_PUBLIC_URL": self.url,
            "BOWBELL_LOG_LEVEL": "error",
            "BOWBELL_SOURCES": "postings",
            "BOWBELL_SMTP_URL": smtp_url,
            "BOWBELL_MAIL_FROM": "Bowbell <alerts@bowbell.example>",
        }

    def told(self, *asked: str) -> str:
        """What a command of the operator says."""
        with a_process(*asked, env=self._env) as process:
            return said(process, ".+")

    @contextmanager
    def served(self, *, now: datetime) -> Iterator[None]:
        """Serve from a moment on."""
        with a_process("serve", env=self._env | {"BOWBELL_NOW": now.isoformat()}) as running:
            said(running, "Bowbell is at")
            yield


class Reader:
    """Somebody at the browser.

    With BOWBELL_PICTURES naming a folder, what `pictured` and `reads` are asked for is kept there, to be looked at.
    """

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver
        lost = [StaleElementReferenceException, NoSuchElementException]
        self._patience = WebDriverWait(driver, 30, ignored_exceptions=lost)
        self._folder = os.environ.get("BOWBELL_PICTURES", "")
        self._pictures = 0

    def sees(self, words: str, *, where: str = "h1") -> None:
        """Wait until it says so."""
        # found and read in one go: between two the page may have become the next one
        read = "return document.querySelector(arguments[0])?.innerText ?? ''"
        self._patience.until(lambda page: words in page.execute_script(read, where), f"never: {words}")

    def arrives(self, path: str) -> None:
        """Wait until the address is this one of ours, and its page is there."""
        self._patience.until(
            lambda page: (
                urlsplit(page.current_url).path == path
                and page.execute_script("return document.readyState") == "complete"
            ),
            f"never at: {path}",
        )

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

    def says(self, words: str, *, where: str = "main") -> bool:
        """Whether the page says so now."""
        return words in self.finds(where).text

    def letters(self, url: str) -> list[str]:
        """The subjects in the built-in mailbox."""
        self.driver.get(f"{url}/mailbox")
        return [each.text for each in self.driver.find_elements(By.CSS_SELECTOR, "main a[href^='/mailbox/']")]

    def pictured(self, name: str) -> None:
        """Keep a picture of the page."""
        if self._folder:
            self._pictures += 1
            plain = re.sub(r"[^a-z]+", "-", name.lower()).strip("-")
            picture(self.driver, Path(self._folder) / f"{self._pictures:02}-{plain}.png", _DESK)

    def reads(self, letter: Letter, *, name: str) -> Letter:
        """Look at a letter as a mail program shows it."""
        if self._folder:
            page = self.driver.current_url
            resize(self.driver, width=_LETTER)
            self.driver.get(f"data:text/html;charset=utf-8,{quote(letter.html)}")
            self._pictures += 1
            picture(self.driver, Path(self._folder) / f"{self._pictures:02}-letter-{name}.png", _LETTER)
            resize(self.driver, width=_DESK)
            self.driver.get(page)
        return letter


def let_in(copy: Copy, key: str, *, people: Sequence[tuple[str, str]], domain: str = "") -> None:
    """The operator lets people of an organisation in, each an address with a role."""
    for address, role in people:
        more = ("--domain", domain) if domain else ()
        assert address in copy.told("admin", "organisation", "add", key, *more, "--person", address, "--role", role)
