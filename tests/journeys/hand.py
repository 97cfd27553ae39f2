"""Somebody at a browser, with a mouse or with a keyboard alone: every click and key is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.journeys.browser import a_browser, resize, without_scripts

#: The ways in which every journey of a firm has to work.
WAYS = ("with scripts", "without scripts", "by keyboard alone")


@dataclass
class Hand:
    """Somebody at a browser: every click and key is counted."""

    browser: WebDriver
    house: str
    clicks: int = 0
    keys: int = 0

    def one(self, css: str) -> WebElement:
        """The element a person sees; waits for a page that is on its way."""

        def there(driver: WebDriver) -> WebElement:
            return driver.find_element(By.CSS_SELECTOR, css)

        patience = WebDriverWait(self.browser, 20, ignored_exceptions=[WebDriverException])
        found: WebElement = patience.until(there, f"{css} is not on {self.browser.current_url}")
        return found

    def click(self, element: WebElement) -> None:
        """Click where the element is on the screen."""
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        ActionChains(self.browser).move_to_element(element).click().perform()
        self.clicks += 1

    def press(self, text: str) -> None:
        """Press the button or follow the link with this text."""
        xpath = f"//main//*[self::a or self::button][normalize-space()='{text}']"
        patience = WebDriverWait(self.browser, 20, ignored_exceptions=[WebDriverException])
        self.click(patience.until(lambda driver: driver.find_element(By.XPATH, xpath), f"no “{text}”"))

    def tick(self, name: str, value: str) -> None:
        """Tick a box."""
        self.click(self.one(f"input[name='{name}'][value='{value}']"))

    def write(self, css: str, text: str) -> None:
        """Type into a box."""
        self.one(css).send_keys(text)
        self.keys += len(text)

    def pick(self, css: str, text: str) -> None:
        """Choose in a list by how the choice begins."""
        self.one(css).send_keys(text)
        self.keys += len(text)

    def see(self, words: str, css: str = "main") -> None:
        """Wait until the page says these words."""

        def says(driver: WebDriver) -> bool:
            return words in driver.find_element(By.CSS_SELECTOR, css).text

        ignored = [WebDriverException]  # pages follow one another while we look
        patience = WebDriverWait(self.browser, 20, ignored_exceptions=ignored)
        patience.until(says, f"“{words}” was never seen on {self.browser.current_url}")

    def open(self, path: str) -> None:
        """Type an address in."""
        self.browser.get(f"{self.house}{path}")

    def open_letter(self, subject: str, page: str) -> None:
        """Wait for the newest letter with a subject, and follow its link to a page."""

        def listed(driver: WebDriver) -> bool:
            driver.get(f"{self.house}/mailbox")
            return subject in driver.find_element(By.TAG_NAME, "main").text

        WebDriverWait(self.browser, 30, poll_frequency=0.5).until(listed, f"no letter “{subject}”")
        self.press(subject)
        self.click(self.one(f"main a[href*='/{page}/']"))


@dataclass
class Keyboard(Hand):
    """Somebody who has no mouse: whatever is pressed, typed into or chosen is reached by Tab, back by Shift and Tab."""

    def click(self, element: WebElement) -> None:
        """Reach it, and press the key that does what a click does; arrows have chosen what is one of several."""
        reach(self.browser, element)
        kind = element.get_attribute("type") if element.tag_name == "input" else ""
        if kind != "radio" or not element.is_selected():
            self._keys(Keys.SPACE if kind in {"checkbox", "radio"} else Keys.ENTER)

    def write(self, css: str, text: str) -> None:
        """Reach it and type."""
        reach(self.browser, self.one(css))
        self._keys(text)

    def pick(self, css: str, text: str) -> None:
        """Reach it and type how the choice begins."""
        reach(self.browser, self.one(css))
        self._keys(text)

    def _keys(self, text: str) -> None:
        ActionChains(self.browser).send_keys(text).perform()
        self.keys += len(text)


#: How to come from what has the focus to what is wanted: "" where it is there.
_NEXT_STEP = """
const [wanted, here] = [arguments[0], document.activeElement];
if (wanted === here) return '';
const ofOne = ['type', 'name', 'form'].every(each => here[each] === wanted[each]) && here.type === 'radio';
const isBehind = wanted.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING;
return ofOne ? (isBehind ? 'up' : 'down') : isBehind ? 'back' : 'on';
"""
_STEPS: Mapping[str, Sequence[str]] = {
    "on": (Keys.TAB,),
    "back": (Keys.SHIFT, Keys.TAB),
    "up": (Keys.ARROW_UP,),
    "down": (Keys.ARROW_DOWN,),
}


def reach(browser: WebDriver, wanted: WebElement) -> None:
    """Press Tab, Shift and Tab, or among several of which one is chosen an arrow, until an element has the focus."""
    for _ in range(300):
        step = browser.execute_script(_NEXT_STEP, wanted)
        if not step:
            return
        keys = ActionChains(browser)
        for key in _STEPS[step]:
            keys = keys.key_down(key)
        for key in reversed(_STEPS[step]):
            keys = keys.key_up(key)
        keys.perform()
    raise AssertionError("the keyboard does not reach it")


@contextmanager
def a_hand(house: str, way: str, *, width: int) -> Iterator[Hand]:
    """Somebody at a fresh browser, in one of `WAYS`; by keyboard alone nothing may have been clicked at the end."""
    with a_browser() as browser:
        resize(browser, width=width)
        if way == "without scripts":
            without_scripts(browser)
        with_keys = way == "by keyboard alone"
        hand = (Keyboard if with_keys else Hand)(browser=browser, house=house)
        yield hand
        assert not (with_keys and hand.clicks)
