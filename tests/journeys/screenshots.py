"""`make screenshots`: the pages as people see them, and forms with something wrong in them.

At desk and on a phone, light, dark, in forced colours and in print. Kept out of git: they are there to be looked at.
"""

from __future__ import annotations

import logging
import re
import sys
import tempfile
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog
from selenium.webdriver.chrome.webdriver import WebDriver

from tests.builders import SampleOpportunity, keep
from tests.hostile_fields import is_let_in
from tests.journeys.browser import a_browser, missing, picture, resize, written
from tests.journeys.test_every_page import become, send_empty
from tests.journeys.tour import ENDING, SEARCHES, Stop, Tour, forms_in, walk
from tests.journeys.whole_house import WholeHouse, a_whole_house

#: Width in CSS pixels, colour scheme, forced colours.
MODES = {
    "desk-light": (1280, "light", "none"),
    "phone-light": (390, "light", "none"),
    "desk-dark": (1280, "dark", "none"),
    "phone-dark": (390, "dark", "none"),
    "desk-forced": (1280, "light", "active"),
}
#: The ways a form with something wrong in it is shown.
_PLAIN = ("desk-light", "phone-light")
#: As long as titles and names of buyers get.
_LONG = (
    "Sample: planned and reactive maintenance, cleaning of windows, gutters, fa\u00e7ades and rainwater goods, and "
    "emergency call-out services to schools, libraries, children's centres, leisure centres and housing estates across "
    "the borough (Lots 1 to 14), with an option to extend for two further periods of twelve months"
)
_LONG_BUYER = "Sample London Borough Joint Procurement Consortium for Property, Highways and Environment (SLBJPC)"
_LONG_ID = "sample-long-title"


def take(folder: Path, modes: Collection[str] = tuple(MODES)) -> int:
    """Write them into a folder; returns how many pages were shown."""
    with tempfile.TemporaryDirectory(prefix="bowbell-pictures-") as home, a_whole_house(Path(home)) as whole:
        whole.run(_publish_long_title(whole))
        tour = whole.run(walk(whole))
        shown = _chosen(tour.different())
        with a_browser() as browser:
            who = ""
            for name, stop in sorted(shown.items(), key=lambda each: each[1].who):
                if stop.who != who:
                    who = stop.who
                    become(browser, whole, who)
                browser.get(f"{whole.url}{stop.path}")
                _shoot(browser, folder, name, modes)
                if tuple(modes) == tuple(MODES):
                    _print(browser, folder / "print" / f"{name}.pdf")
            return len(shown) + _take_errors(browser, whole, tour, folder)


async def _publish_long_title(whole: WholeHouse) -> None:
    """Something whose title and buyer take more room than others."""
    now = whole.inside.clock.now()
    long = SampleOpportunity(identity=_LONG_ID, title=_LONG, buyer=_LONG_BUYER, published=now)
    async with whole.inside.ledger.writing() as book:
        await keep(book, replace(long, closes=now + timedelta(days=12)))


def _take_errors(browser: WebDriver, whole: WholeHouse, tour: Tour, folder: Path) -> int:
    """Every form that asks something, sent with nothing in it; how many."""
    seen, who = set[str](), ""
    for stop in sorted(tour.different(), key=lambda each: (each.who, -len(forms_in(each.text)))):
        for number, form in enumerate(forms_in(stop.text)):
            name = f"error-{_plain_name(stop.canonical)}-{number}"
            if name in seen or re.sub(r"\?.*", "", form.get("action") or "").endswith(ENDING):
                continue
            seen.add(name)
            if stop.who != who:
                who = stop.who
                become(browser, whole, who)
            browser.get(f"{whole.url}{stop.path}")
            send_empty(browser, number)
            _shoot(browser, folder, name, _PLAIN)
    return len(seen)


def _shoot(browser: WebDriver, folder: Path, name: str, modes: Collection[str]) -> None:
    for mode in modes:
        width, scheme, forced = MODES[mode]
        resize(browser, width=width)
        _media(browser, scheme=scheme, forced=forced)
        picture(browser, folder / mode / f"{name}.png", width)


def _chosen(stops: list[Stop]) -> dict[str, Stop]:
    """The first of each kind of page that a visitor meets, by a name for its file."""
    found: dict[str, Stop] = {}
    for stop in stops:
        if not is_let_in(stop) and stop.path not in SEARCHES:
            continue  # the page that asks to sign in is shown once
        plain = _plain_name(stop.path)[:60] if stop.path in SEARCHES else _plain_name(stop.canonical)
        if stop.who not in {"nobody", "firm member"}:
            plain = f"{plain}-{stop.who.replace(' ', '-')}"
        found.setdefault(f"{plain}-long-title" if _LONG_ID in stop.path else plain, stop)
    return found


def _plain_name(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"


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
    sys.stdout.write(f"{take(where, sys.argv[2:] or tuple(MODES))} pages in {where}\n")
