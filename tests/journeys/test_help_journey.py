"""A firm asks a person, in a real browser: the organisation takes it from its letter and answers; was it useful?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By

from service.commands.work import STEPS, drain_all
from tests.journeys.axe import bring_axe
from tests.journeys.browser import a_browser, missing, without_scripts
from tests.journeys.hand import Hand, Keyboard
from tests.journeys.test_every_page import become, look
from tests.journeys.whole_house import HELPLINE, MEMBER, NOBODY, WholeHouse, a_whole_house, address_of

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

_HARD = "A sample question: they want three references and I have one"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHouse]:
    with a_whole_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(params=["with scripts", "without scripts", "by keyboard alone"])
def browser(request: pytest.FixtureRequest) -> Iterator[WebDriver]:
    with a_browser() as driver:
        if request.param == "without scripts":
            without_scripts(driver)
        else:
            bring_axe(driver)
        yield driver


def letter_to(whole: WholeHouse, address: str, page: str) -> str:
    """The newest link to a page in the letters to an address, once everything that waits is sent."""
    whole.run(drain_all(whole.inside, STEPS))
    return whole.run(whole.link(page, address))


def test_a_firm_asks_an_organisation_takes_it_and_answers_and_it_helped(
    whole: WholeHouse, browser: WebDriver, request: pytest.FixtureRequest
) -> None:
    with_scripts, with_keys = "without" not in request.node.name, "keyboard" in request.node.name
    hand = (Keyboard if with_keys else Hand)(browser=browser, house=whole.url)

    def at_ease() -> None:
        if with_scripts:
            assert look(browser) == []

    become(browser, whole, MEMBER)
    hand.open("/opportunities")
    hand.click(hand.one("main article.card a[href^='/opportunities/']"))
    hand.press("Ask a person for help with this")
    hand.see("Ask a person for help", "h1")
    hand.write("#hard", _HARD)
    assert hand.one("#reach").get_attribute("value") == address_of(MEMBER)
    hand.press("See what is passed on")
    hand.see("What is passed on", "h1")
    hand.see("It goes to Sample support organisation")
    at_ease()
    hand.press("Pass it on")
    hand.see("Tick the box if it may be passed on", ".govuk-error-summary")
    hand.tick("consent", "yes")
    hand.press("Pass it on")
    hand.see("It is passed on", "[role='status']")
    own_page = browser.current_url
    at_ease()

    become(browser, whole, NOBODY)  # whoever reads the team's mailbox need not sign in
    hand.open(letter_to(whole, HELPLINE, "help"))
    hand.see(_HARD)
    at_ease()
    hand.press("We take it")
    hand.see("It is yours", "[role='status']")

    become(browser, whole, "support approver")
    hand.open("/help-requests")
    hand.click(browser.find_element(By.XPATH, f"//main//li[contains(., '{_HARD[:40]}')]//a"))
    hand.press("It is answered")
    hand.see("asked whether it helped", "[role='status']")

    become(browser, whole, NOBODY)
    hand.open(letter_to(whole, address_of(MEMBER), "helped"))
    hand.see("Was it useful?", "h1")
    hand.press("Yes, it helped")
    hand.see("You said: Yes, it helped")

    become(browser, whole, MEMBER)
    browser.get(own_page)
    hand.see("You said: Yes, it helped")
    assert re.search(
        r"asked, and put to Sample support organisation[\s\S]*taken[\s\S]*answered", hand.one(".record").text
    )
    assert not (with_keys and hand.clicks)
