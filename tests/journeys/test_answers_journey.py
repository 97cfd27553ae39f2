"""From an alert in the mailbox: not for me and back, why a notice was not told, and what was checked; in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.journeys.browser import missing
from tests.journeys.demo_house import a_demo
from tests.journeys.hand import WAYS, a_hand

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_demo(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.mark.parametrize("way", WAYS)
def test_an_alert_that_is_not_for_the_firm_is_answered_taken_back_and_asked_about(house: str, way: str) -> None:
    with a_hand(house, way, width=1180) as hand:

        def told(driver: WebDriver) -> bool:
            driver.get(f"{house}/mailbox")
            return bool(driver.find_elements(By.PARTIAL_LINK_TEXT, "New: "))

        WebDriverWait(hand.browser, 60, poll_frequency=1).until(told, "no alert arrived")
        hand.click(hand.browser.find_element(By.PARTIAL_LINK_TEXT, "New: "))
        hand.click(hand.one("main a[href*='/not-for-me/']"))
        hand.see("Why is it not for you?")
        hand.tick("reason", "trade")
        hand.press("Not for me")
        hand.see("You said: wrong trade")
        hand.press("Undo")
        hand.see("Taken back.")
        hand.press("Why did I not hear of something?")
        hand.write("#notice", "ocds-h6vhtk-5a4901")
        hand.press("Ask")
        hand.see("Another notice")
        hand.press("Your alerts")
        hand.press("What we checked for you")
        hand.see("Were all sources well?")
        hand.tick("choice", "never")
        hand.press("Save")
        hand.see("Saved.")
