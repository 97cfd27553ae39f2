"""A firm's own story in a real browser over the running service: with scripts and without, by hand and by keyboard."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.journeys.browser import a_browser, missing, resize, without_scripts
from tests.journeys.demo_house import a_demo
from tests.journeys.hand import Hand, Keyboard, reach

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

#: docs/sign-up.md says the same; both are measured below.
MOST_CLICKS, MOST_KEYS = 14, 24


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_demo(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture(params=["with scripts", "without scripts"])
def hand(request: pytest.FixtureRequest, house: str) -> Iterator[Hand]:
    with a_browser() as browser:
        resize(browser, width=1180)
        if request.param == "without scripts":
            without_scripts(browser)
        yield Hand(browser=browser, house=house)


def sign_up(hand: Hand, address: str, sector: str = "environment") -> None:
    """From the front page to the message that asks for the confirmation."""
    hand.open("/")
    hand.press("Get alerts, free")
    hand.see("What is your e-mail address?")
    hand.write("#email", address)
    hand.press("Continue")
    hand.see("What does your firm do?")
    hand.tick("sector", sector)
    hand.press("Continue")
    hand.see("Where would you work?")
    hand.tick("area", "london")
    hand.press("Continue")
    hand.see("How many people work in your firm?")
    hand.tick("size", "micro")
    hand.press("Continue")
    hand.see("Check your answers")
    hand.see("The last 30 days would have sent you")
    hand.tick("consent", "yes")
    hand.press("Send me the link")
    hand.see("Check your e-mail")


def confirm(hand: Hand) -> None:
    hand.open_letter("Confirm your e-mail address to get alerts", "confirm")
    hand.see("Start your alerts")
    hand.press("Start my alerts")
    hand.see("Your alerts are on")


def test_sign_up_preview_change_pause_sign_in_and_erase(hand: Hand, request: pytest.FixtureRequest) -> None:
    address = f"story{abs(hash(request.node.name)) % 10_000}@example.org"
    # a slip first: the summary leads to the field, and nothing typed is lost
    hand.open("/alerts/new")
    hand.write("#email", "sample at example")
    hand.press("Continue")
    hand.see("There is a problem")
    assert hand.browser.title.startswith("Error: ")
    assert hand.one("#email").get_attribute("value") == "sample at example"
    sign_up(hand, address)
    confirm(hand)
    hand.see("for you today")

    # change, with the preview
    hand.press("See and change what you asked for")
    hand.see("What you hear about")
    hand.press("Hear about something more")
    hand.tick("sector", "food")
    hand.tick("area", "london")
    hand.press("Show what this would have sent")
    hand.see("The last 30 days would have sent you")
    assert hand.one("input[name='sector'][value='food']").is_selected()
    hand.press("Save")
    hand.see("Added.")
    hand.see("Food and catering")

    # pause and start again
    hand.press("Pause")
    hand.see("Paused.")
    hand.press("Start again")
    hand.see("Started again.")

    # sign out, and in again by the link in the mail
    hand.press("Sign out")
    hand.see("You are signed out")
    hand.open("/sign-in")
    hand.write("#email", address)
    hand.press("Send me a link")
    hand.see("Check your e-mail")
    hand.open_letter("Your link to sign in to Bowbell", "sign-in")
    hand.press("Sign in")
    hand.see("Food and catering")

    # erase
    hand.press("Your data")
    hand.press("delete everything")
    hand.press("Delete everything")
    hand.see("Your alerts have stopped")
    hand.open("/account")
    hand.see("Enter your e-mail address")


def an_alert(hand: Hand) -> None:
    """Open an alert in the mailbox, as soon as there is one."""

    def listed(driver: WebDriver) -> list[str]:
        driver.get(f"{hand.house}/mailbox")
        links = driver.find_elements(By.CSS_SELECTOR, "main a[href^='/mailbox/']")
        return [str(link.get_attribute("href")) for link in links if link.text.startswith("New: ")]

    hand.browser.get(WebDriverWait(hand.browser, 30, poll_frequency=0.5).until(listed, "no alert came")[0])


def test_the_preview_follows_every_change_without_a_button_where_there_are_scripts(house: str) -> None:
    with a_browser() as browser:
        hand = Hand(browser=browser, house=house)
        an_alert(hand)
        manage = str(hand.one("main a[href*='/manage/']").get_attribute("href"))
        browser.get("/".join([*manage.split("/")[:5], "interests/new"]))
        assert not hand.one("[data-preview-line]").is_displayed()
        hand.tick("sector", "environment")
        hand.see("Choose all of London, or at least one borough", "[data-preview-line]")
        hand.tick("area", "london")
        hand.see("The last 30 days would have sent you", "[data-preview-line]")
        first = hand.one("[data-preview-line]").text
        hand.write("#words", "zebra-crossings-on-the-moon")
        hand.tick("sector", "environment")
        hand.see("The last 30 days would have sent you nothing", "[data-preview-line]")
        assert first != hand.one("[data-preview-line]").text
        assert len(browser.find_elements(By.CSS_SELECTOR, "#preview")) == 1
        assert "/interests/new" in browser.current_url, "nothing was saved or left"


def test_stopping_from_the_link_of_an_alert_takes_one_button_and_no_signing_in(hand: Hand) -> None:
    an_alert(hand)
    hand.click(hand.one("main a[href*='/unsubscribe/']"))
    hand.see("Stop your alerts")
    hand.press("Stop all alerts")
    hand.see("Your alerts have stopped")


def test_sign_up_by_keyboard_alone(house: str) -> None:
    with a_browser() as browser:
        hand = Hand(browser=browser, house=house)
        hand.open("/alerts/new")
        for heading, first, keys in (
            ("What is your e-mail address?", "#email", ["keys@example.org", Keys.ENTER]),
            ("What does your firm do?", "input[name='sector'][value='environment']", [Keys.SPACE, Keys.ENTER]),
            ("Where would you work?", "input[name='area'][value='london']", [Keys.SPACE, Keys.ENTER]),
            ("How many people work in your firm?", "input[name='size'][value='micro']", [Keys.SPACE, Keys.ENTER]),
            ("Check your answers", "input[name='consent']", [Keys.SPACE, Keys.ENTER]),
        ):
            hand.see(heading)
            reach(browser, hand.one(first))
            for each in keys:
                ActionChains(browser).send_keys(each).perform()
        hand.see("Check your e-mail")
    assert hand.clicks == 0


def test_every_other_journey_by_keyboard_alone(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    """In a house of its own, whose firms have stopped nothing yet."""
    with a_demo(tmp_path_factory.mktemp("keyboard")) as house, a_browser() as browser:
        resize(browser, width=1180)
        hand = Keyboard(browser=browser, house=house)
        test_sign_up_preview_change_pause_sign_in_and_erase(hand, request)
        test_stopping_from_the_link_of_an_alert_takes_one_button_and_no_signing_in(hand)
    assert hand.clicks == 0


def test_the_clicks_and_keys_of_a_sign_up_are_few(house: str, record_property: Callable[[str, object], None]) -> None:
    clicks, keys = [], []
    for sector in ("environment", "food", "construction"):
        with a_browser() as browser:
            resize(browser, width=1180)
            hand = Hand(browser=browser, house=house)
            sign_up(hand, f"{sector}@example.org", sector)
            confirm(hand)
            clicks.append(hand.clicks)
            keys.append(hand.keys)
    record_property("clicks", statistics.median(clicks))
    record_property("keys", statistics.median(keys))
    print(f"median clicks {statistics.median(clicks)}, median keystrokes {statistics.median(keys)}")  # noqa: T201 - the figure
    assert statistics.median(clicks) <= MOST_CLICKS
    assert statistics.median(keys) <= MOST_KEYS


@pytest.mark.parametrize("width", [320, 390, 1180])
def test_no_page_of_the_account_scrolls_sideways_and_every_control_has_a_name(house: str, width: int) -> None:
    with a_browser() as browser:
        resize(browser, width=width)
        hand = Hand(browser=browser, house=house)
        sign_up(hand, f"wide{width}@example.org")
        confirm(hand)
        for path in PAGES:
            hand.open(path)
            sizes = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
            assert sizes[0] <= sizes[1] == width, path
            tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})
            controls = {"button", "link", "checkbox", "radio", "textbox", "combobox", "heading"}
            nameless = [
                node["role"]["value"]
                for node in tree["nodes"]
                if not node.get("ignored")
                and node.get("role", {}).get("value") in controls
                and not node.get("name", {}).get("value", "").strip()
            ]
            assert nameless == [], path
            small = browser.execute_script(
                """
                const wanted = 'button, .govuk-button, input:not(#website), select, nav a, summary, .back, .doors a';
                return [...document.querySelectorAll(wanted)]
                  .filter(element => element.checkVisibility() && element.getBoundingClientRect().height < 24)
                  .map(element => element.outerHTML.slice(0, 90));
                """
            )
            assert small == [], path


PAGES = (
    "/account",
    "/account/interests/new",
    "/account/profile",
    "/account/consent",
    "/account/when",
    "/account/list",
    "/account/people",
    "/account/address",
    "/account/data",
    "/account/erase",
    "/account/stop",
    "/sign-in/sent",
    "/alerts/new",
)
