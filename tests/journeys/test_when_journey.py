"""After the first alert, in a real browser over the running demo: save from a message, say how it goes, choose when."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.journeys.browser import missing
from tests.journeys.demo_house import a_demo
from tests.journeys.hand import WAYS, Hand, a_hand

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_demo(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture(params=WAYS)
def reader(request: pytest.FixtureRequest, demo: str) -> Iterator[Hand]:
    with a_hand(demo, request.param, width=390) as hand:
        yield hand


def open_letter(reader: Hand, words: str) -> None:
    """Wait for a letter whose subject has some words, and read it."""
    xpath = f"//main//a[starts-with(@href, '/mailbox/') and contains(normalize-space(), '{words}')]"

    def listed(browser: object) -> bool:
        del browser
        reader.open("/mailbox")
        return bool(reader.browser.find_elements(By.XPATH, xpath))

    WebDriverWait(reader.browser, 60, poll_frequency=1).until(listed, f"no letter with “{words}”")
    reader.click(reader.browser.find_element(By.XPATH, xpath))


def test_a_firm_saves_from_a_message_says_how_it_goes_and_chooses_when_it_hears(reader: Hand) -> None:
    open_letter(reader, "New: ")
    reader.click(reader.one("main a[href*='/list/']"))
    reader.see("What became of it")
    reader.press("Save it")
    reader.see("Saved. We tell you when it changes, and remind you before it closes.")
    reader.click(reader.one("main article a[href*='/list/']"))
    reader.press("We are bidding")
    reader.see("We are bidding.")
    reader.click(reader.one("main article a[href*='/list/']"))
    reader.press("Our bid is in")
    reader.see("No more reminders.")
    reader.see("Bids that are in")
    reader.click(reader.one("main article a[href*='/list/']"))
    reader.press("Take it off your list")
    reader.see("Nothing is on your list yet.")

    reader.press("Your alerts")
    reader.press("Change when")
    reader.see("How often?")
    reader.tick("pace", "weekly")
    reader.pick("#quiet_from", "8pm")
    reader.press("Save")
    reader.see("Choose when quiet hours end")
    assert reader.one("input[name='pace'][value='weekly']").is_selected(), "nothing chosen is lost"
    reader.pick("#quiet_until", "7am")
    reader.press("Save")
    reader.see("Once a week, not from 8pm to 7am, reminders 3 days before.")
    reader.press("Change when")
    reader.tick("pace", "at_once")
    for box in ("#quiet_from", "#quiet_until"):
        reader.pick(box, "No")
    reader.press("Save")
    reader.see("At once, reminders 3 days before.")


def test_a_message_of_many_leads_to_a_page_of_all_of_it_without_signing_in(reader: Hand) -> None:
    open_letter(reader, "opportunities today")
    reader.click(reader.one("main a[href*='/digests/']"))
    reader.see("Everything of that message, as it stands now.")
    assert len(reader.browser.find_elements(By.CSS_SELECTOR, "main article")) > 1
    sizes = reader.browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert sizes[0] <= sizes[1]
