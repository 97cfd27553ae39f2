"""`make screenshots`: the pages as people see them, at desk and on a phone, light, dark, in forced colours, in print.

Kept out of git: they are there to be looked at.
"""

from __future__ import annotations

import logging
import re
import sys
import tempfile
from pathlib import Path

import structlog
from selenium.webdriver.chrome.webdriver import WebDriver

from tests.hostile_fields import is_let_in
from tests.journeys.browser import a_browser, missing, picture, resize, written
from tests.journeys.test_every_page import become
from tests.journeys.tour import SEARCHES, Stop, walk
from tests.journeys.whole_house import a_whole_house

#: Width in CSS pixels, colour scheme, forced colours.
MODES = {
    "desk-light": (1280, "light", "none"),
    "phone-light": (390, "light", "none"),
    "desk-dark": (1280, "dark", "none"),
    "phone-dark": (390, "dark", "none"),
    "desk-forced": (1280, "light", "active"),
}


def take(folder: Path) -> int:
    """Write them into a folder; returns how many pages were shown."""
    with tempfile.TemporaryDirectory(prefix="bowbell-pictures-") as home, a_whole_house(Path(home)) as whole:
        shown = _chosen(whole.run(walk(whole)).different())
        with a_browser() as browser:
            who = ""
            for name, stop in sorted(shown.items(), key=lambda each: each[1].who):
                if stop.who != who:
                    who = stop.who
                    become(browser, whole, who)
                browser.get(f"{whole.url}{stop.path}")
                for mode, (width, scheme, forced) in MODES.items():
                    resize(browser, width=width)
                    _media(browser, scheme=scheme, forced=forced)
                    picture(browser, folder / mode / f"{name}.png", width)
                _print(browser, folder / "print" / f"{name}.pdf")
        return len(shown)


def _chosen(stops: list[Stop]) -> dict[str, Stop]:
    """The first of each kind of page that a visitor meets, by a name for its file."""
    found: dict[str, Stop] = {}
    for stop in stops:
        if not is_let_in(stop) and stop.path not in SEARCHES:
            continue  # the page that asks to sign in is shown once
        plain = re.sub(r"[^a-z0-9]+", "-", stop.canonical.lower()).strip("-") or "home"
        if stop.path in SEARCHES:
            plain = re.sub(r"[^a-z0-9]+", "-", stop.path.lower()).strip("-")[:60]
        if stop.who not in {"nobody", "firm member"}:
            plain = f"{plain}-{stop.who.replace(' ', '-')}"
        found.setdefault(plain, stop)
    return found


def _media(browser: WebDriver, *, scheme: str, forced: str) -> None:
    features = [
        {"name": "prefers-color-scheme", "value": scheme},
        {"name": "forced-colors", "value": forced},
        {"name": "prefers-reduced-motion", "value": "reduce"},  # no picture of a colour on its way to another
    ]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def _print(browser: WebDriver, file: Path) -> None:
    written(file, browser.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})["data"])


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if missing():
        sys.exit(missing())
    where = Path(sys.argv[1])
    sys.stdout.write(f"{take(where)} pages in {where}\n")
