"""Finding work in a real browser, and what every public page promises to eyes, fingers and ears."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.journeys.browser import a_browser, missing, resize, without_scripts
from tests.journeys.open_house import OpenHouse, an_open_house
from tests.journeys.sample_desk import HACKNEY

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

PAGES = (
    "/",
    "/opportunities",
    "/opportunities?q=cleaning&sector=environment&area=E09000012&size=micro&closing=30",
    "/opportunities/op-1",
    "/opportunities/op-2",
    "/sources",
    "/support",
    "/alerts/new",
    "/alerts/sent",
    "/how-we-decide",
    "/privacy",
    "/accessibility",
    "/glossary",
    "/mailbox",
    "/nothing-here",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[WebDriver]:
    with a_browser() as driver:
        yield driver


@pytest.fixture
def house() -> Iterator[OpenHouse]:
    with an_open_house() as house:
        yield house


@pytest.fixture(autouse=True)
def _usual_window(browser: WebDriver) -> None:
    resize(browser, width=1180)


def _one(browser: WebDriver, css: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, css)


def _press(browser: WebDriver, text: str) -> None:
    """Press the button or follow the link with this text."""
    xpath = f"//main//*[self::a or self::button][normalize-space()='{text}']"
    _click(browser, browser.find_element(By.XPATH, xpath))


def _click(browser: WebDriver, element: WebElement) -> None:
    """Click where the element is on the screen, as a hand does, whatever the driver thinks of its visibility."""
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    ActionChains(browser).move_to_element(element).click().perform()


def _see(browser: WebDriver, css: str, words: str) -> None:
    """Wait until an element says these words: pages follow one another while we look."""

    def says(driver: WebDriver) -> bool:
        return words in driver.find_element(By.CSS_SELECTOR, css).text

    patience = WebDriverWait(browser, 10, ignored_exceptions=[StaleElementReferenceException, NoSuchElementException])
    patience.until(says, f"“{words}” was never seen in {css} of {browser.current_url}")


def _heading(browser: WebDriver, words: str) -> None:
    _see(browser, "h1", words)


def _tick(browser: WebDriver, name: str, value: str) -> None:
    box = _one(browser, f"input[name='{name}'][value='{value}']")
    _click(browser, box)
    assert box.is_selected()


def test_a_reader_searches_and_filters(browser: WebDriver, house: OpenHouse) -> None:
    browser.get(f"{house.url}/opportunities")
    words = _one(browser, "#q")
    # wide screens show the filters beside the list, though the details that holds them is not open
    assert browser.execute_script("return arguments[0].checkVisibility()", words)
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})
    heard = [(node.get("role", {}).get("value"), node.get("name", {}).get("value")) for node in tree["nodes"]]
    assert ("searchbox", "Words") in heard
    _click(browser, words)
    ActionChains(browser).send_keys("cleaning").perform()
    _tick(browser, "area", HACKNEY)
    _press(browser, "Show results")
    _see(browser, "#found", "2 open opportunities for “cleaning”, Hackney")
    _press(browser, "Window cleaning for eight libraries")
    _see(browser, "main .official a", "Read the official notice on Find a Tender")
    browser.back()
    _heading(browser, "Find work")
    browser.find_element(By.XPATH, "//ul[@aria-label='Filters chosen']//a[contains(., 'Hackney')]").click()
    _see(browser, "#found", "2 open opportunities for “cleaning”")
    WebDriverWait(browser, 10).until(lambda driver: "area=" not in driver.current_url)
    _press(browser, "Get alerts for this search")
    _heading(browser, "What is your e-mail address?")
    assert "q=cleaning" in (_one(browser, "main form").get_attribute("action") or "")


def test_on_a_phone_results_come_first_and_filters_unfold(browser: WebDriver, house: OpenHouse) -> None:
    resize(browser, width=390, height=800)
    browser.get(f"{house.url}/opportunities")
    assert not _one(browser, "#q").is_displayed()
    assert _one(browser, "article").rect["y"] < 800
    _one(browser, ".filters summary").click()
    assert _one(browser, "#q").is_displayed()
    _one(browser, "#q").send_keys("meals", Keys.ENTER)
    _see(browser, "#found", "1 open opportunity")
    assert _one(browser, ".filters summary").text == "Filters (1 chosen)"


def test_searching_works_with_scripts_off(house: OpenHouse) -> None:
    with a_browser() as browser:
        resize(browser, width=390)
        without_scripts(browser)
        browser.get(f"{house.url}/opportunities")
        _one(browser, ".filters summary").click()
        _one(browser, "#q").send_keys("meals", Keys.ENTER)
        _see(browser, "#found", "1 open opportunity")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_on_the_narrowest_screen(browser: WebDriver, house: OpenHouse, path: str) -> None:
    resize(browser, width=320)
    browser.get(f"{house.url}{path}")
    for unfold in browser.find_elements(By.CSS_SELECTOR, "summary"):
        if unfold.is_displayed():
            unfold.click()
    widths = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1] == 320


@pytest.mark.parametrize("path", PAGES)
def test_targets_are_large_enough_for_a_thumb(browser: WebDriver, house: OpenHouse, path: str) -> None:
    resize(browser, width=390)
    browser.get(f"{house.url}{path}")
    small = browser.execute_script(
        """
        const wanted = 'button, .govuk-button, input:not(#website), select, nav a, summary, .chosen a, .back';
        return [...document.querySelectorAll(wanted)]
          .filter(element => element.checkVisibility() && element.getBoundingClientRect().height < 44)
          .map(element => element.outerHTML.slice(0, 90));
        """
    )
    assert small == []


@pytest.mark.parametrize("path", ["/", "/opportunities", "/opportunities/op-1", "/alerts/new", "/support"])
def test_the_keyboard_reaches_everything_in_reading_order_and_is_seen(
    browser: WebDriver, house: OpenHouse, path: str
) -> None:
    browser.get(f"{house.url}{path}")
    _one(browser, "body").send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to main content"
    seen: list[tuple[float, str]] = []
    for _ in range(60):
        place = browser.execute_script(
            """
            const at = document.activeElement;
            const style = getComputedStyle(at);
            const label = at.nextElementSibling && getComputedStyle(at.nextElementSibling, '::before');
            const marked = style.outlineStyle !== 'none' && style.outlineWidth !== '0px'
              || style.boxShadow !== 'none' || (label && label.boxShadow !== 'none');
            const order = [...document.querySelectorAll('*')].indexOf(at);
            return [order, marked, at.id || at.textContent.trim().slice(0, 40), at.tagName];
            """
        )
        if place[3] == "BODY":
            break
        assert place[1], f"focus cannot be seen on {place[2]}"
        seen.append((place[0], place[2]))
        browser.switch_to.active_element.send_keys(Keys.TAB)
    orders = [order for order, _ in seen]
    assert orders == sorted(orders)
    assert len(seen) > 10
    assert "website" not in [name for _, name in seen]


def test_the_skip_link_leads_past_the_header(browser: WebDriver, house: OpenHouse) -> None:
    browser.get(house.url)
    _one(browser, "body").send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "main"


@pytest.mark.parametrize("path", PAGES)
def test_every_control_has_a_name_people_can_hear(browser: WebDriver, house: OpenHouse, path: str) -> None:
    browser.get(f"{house.url}{path}")
    tree = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})
    controls = {"button", "link", "checkbox", "radio", "textbox", "searchbox", "combobox", "heading", "navigation"}
    nameless = [
        node["role"]["value"]
        for node in tree["nodes"]
        if not node.get("ignored")
        and node.get("role", {}).get("value") in controls
        and not node.get("name", {}).get("value", "").strip()
    ]
    assert nameless == []


@pytest.mark.parametrize("path", ["/", "/opportunities?q=cleaning", "/opportunities/op-1", "/alerts/new"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_as_shown_has_contrast(browser: WebDriver, house: OpenHouse, path: str, scheme: str) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.get(f"{house.url}{path}")
    poor = browser.execute_script(_CONTRAST)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert poor == []


_CONTRAST = """
const linear = part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const ground = element => {
  for (let at = element; at; at = at.parentElement) {
    const colour = numbers(getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const poor = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
  if (element.closest('.govuk-visually-hidden, .govuk-skip-link, .trap')) continue;
  const one = light(numbers(getComputedStyle(element).color));
  const other = light(ground(element));
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (ratio < 4.5) poor.push([element.className || element.tagName, ratio.toFixed(2)]);
}
return poor;
"""
