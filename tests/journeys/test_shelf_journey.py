"""The shelf of guides with its days to meet buyers, and what became of help, in a real browser."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver

from service.domain.returns import FEWEST
from tests.journeys.axe import bring_axe
from tests.journeys.browser import missing, resize
from tests.journeys.hand import WAYS, Hand, a_hand
from tests.journeys.test_every_page import become, look
from tests.journeys.whole_house import NOBODY, WholeHouse, a_whole_house

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

_SUPPORT = "support approver"
_CLINIC = "Sample bid clinic"
_DAY = {
    "#title": "Meet sample buyers",
    "#day": "14",
    "#day_month": "1",
    "#day_year": "2027",
    "#begins": "10am",
    "#ends": "4pm",
    "#place": "Sample Hall",
    "#url": "https://sample.example/day",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHouse]:
    with a_whole_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(params=WAYS)
def hand(request: pytest.FixtureRequest, whole: WholeHouse) -> Iterator[Hand]:
    with a_hand(whole.url, request.param, width=1180) as hand:
        if request.param != "without scripts":
            bring_axe(hand.browser)
        yield hand


def at_ease(browser: WebDriver, request: pytest.FixtureRequest) -> None:
    """Axe needs scripts of its own."""
    if "without" not in request.node.name:
        assert look(browser) == []
        resize(browser, width=1180)


def test_a_reader_finds_a_template_and_a_day_that_an_organisation_enters_and_takes_off(
    whole: WholeHouse, hand: Hand, request: pytest.FixtureRequest
) -> None:
    become(hand.browser, whole, NOBODY)
    hand.open("/support")
    hand.press("Templates, guides and days to meet buyers")
    hand.see("Learn to bid", "h1")
    at_ease(hand.browser, request)
    hand.press("A one-page quote")
    hand.see("Price, without VAT")
    assert str(hand.one("main a[href$='/text']").get_attribute("href")).startswith(whole.url)
    hand.press("explained here")
    hand.see("Words explained", "h1")

    become(hand.browser, whole, _SUPPORT)
    hand.open("/learn/days")
    hand.press("Enter a day, or take one off")
    hand.press("Put it on the list")
    hand.see("Say where it is, or that it is online", ".govuk-error-summary")
    at_ease(hand.browser, request)
    for css, said in _DAY.items():
        hand.write(css, said)
    hand.press("Put it on the list")
    hand.see("It is on the list", "[role='status']")
    become(hand.browser, whole, NOBODY)
    hand.open("/learn")
    hand.press("Days to meet public buyers")
    hand.see("Meet sample buyers")
    hand.see("Thu 14 Jan 2027, 10am to 4pm")
    assert hand.one("main a[href='/learn/days.ics']").is_displayed()

    become(hand.browser, whole, _SUPPORT)
    hand.open("/learn/days/own")
    hand.click(hand.one("button[aria-label='Take it off: Meet sample buyers']"))
    hand.see("It is off the list", "[role='status']")


def test_what_became_of_help_is_told_to_who_gives_it_and_to_whoever_runs_the_copy(
    whole: WholeHouse, hand: Hand, request: pytest.FixtureRequest
) -> None:
    firms_began(whole, FEWEST + 2)
    become(hand.browser, whole, _SUPPORT)
    hand.open("/account")
    hand.press("What became of your help")
    hand.see(_CLINIC)
    hand.see(f"Firms that began to use it {FEWEST + 2}", "tbody")
    hand.see("Firms that then won not shown", "tbody")
    assert str(hand.one("main a[href$='.csv']").get_attribute("href")).endswith("/returns.csv")
    at_ease(hand.browser, request)

    become(hand.browser, whole, "copy administrator")
    hand.open("/account")
    hand.press("What became of all help")
    hand.see(_CLINIC)
    hand.see("Nothing can be shown yet of")
    hand.see("Acas advice", "main ul")
    at_ease(hand.browser, request)


def firms_began(whole: WholeHouse, count: int) -> None:
    """So many sample firms began, in a month that is over, to use what the sample organisation of support offers."""
    at = "2026-10-05T10:00:00.000000Z"
    with closing(sqlite3.connect(whole.inside.settings.home / "bowbell.db", timeout=30)) as live, live:
        asked = "SELECT programme_entry.key FROM programme_entry JOIN organisation ON organisation.id = organisation_id"
        (key,) = live.execute(f"{asked} WHERE organisation.kind = 'support' AND live <> ''").fetchone()
        for number in range(9000, 9000 + count):
            firm = (number, "", "micro", "active", at, at, "sample")
            live.execute(
                "INSERT OR IGNORE INTO firm (id, name, size, state, created, confirmed, secret) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                firm,
            )
            live.execute("INSERT OR IGNORE INTO programme_use VALUES (?, ?, 'started', ?)", (number, key, at))
