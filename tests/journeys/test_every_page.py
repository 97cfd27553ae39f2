"""Every page of the router, for everybody, with data on it: what eyes, fingers and ears are promised.

The walk finds the pages (tour.py); the browser opens each that differs once, at desk width, and looks again at 400 %
zoom: a window of 1280 by 1024 that is zoomed to 400 % is 320 CSS pixels wide and 256 high.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.webdriver import WebDriver

from tests.journeys.axe import bring_axe, violations
from tests.journeys.browser import a_browser, missing, resize
from tests.journeys.tour import ENDING, Tour, forms_in, found_in, walk
from tests.journeys.whole_house import WholeHouse, a_whole_house

#: Pages that tell programmes and guides by name.
NAMING_HELP = ("/support", "/embed/support", "/returns", "/learn", "/account/help-used", "/operator/support")

DESK = {"width": 1280, "height": 900}
ZOOMED = {"width": 320, "height": 256, "scale": 4}

#: Whatever can have the focus is given it, after one press of Tab, so that the browser shows it as to a keyboard.
_FOCUS = """
const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
const unseen = [];
for (const each of document.querySelectorAll(wanted)) {
  if (!each.checkVisibility() || each.closest('.trap')) continue;
  each.focus();
  if (document.activeElement !== each) { unseen.push('cannot be reached: ' + each.outerHTML.slice(0, 120)); continue; }
  const style = getComputedStyle(each);
  const next = each.nextElementSibling;
  const label = next && getComputedStyle(next, '::before');
  const marked = style.outlineStyle !== 'none' && style.outlineWidth !== '0px' || style.boxShadow !== 'none'
    || label && label.boxShadow !== 'none';
  if (!marked) unseen.push('focus is not seen: ' + each.outerHTML.slice(0, 120));
}
for (const each of document.querySelectorAll('[tabindex]'))
  if (Number(each.getAttribute('tabindex')) > 0) unseen.push('out of order: ' + each.outerHTML.slice(0, 120));
return unseen;
"""
_WIDE = """
document.querySelectorAll('details').forEach(each => { each.open = true; });
const wide = document.documentElement.scrollWidth;
return wide > window.innerWidth ? [`${wide} pixels wide in a window of ${window.innerWidth}`] : [];
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHouse]:
    with a_whole_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="module")
def tour(whole: WholeHouse) -> Tour:
    return whole.run(walk(whole))


def test_the_walk_leads_to_every_route(tour: Tour) -> None:
    assert tour.missed == [], "let something in whole_house.py lead there"
    assert len(tour.pages) > 100


def test_no_visitor_meets_a_fault_of_ours(tour: Tour) -> None:
    assert [(stop.who, stop.path, stop.status) for stop in tour.stops if stop.status >= 500] == []


def test_no_page_carries_a_script_but_the_one_of_the_preview_or_anything_from_another_host(tour: Tour) -> None:
    scripted = set()
    for stop in tour.pages:
        assert not found_in(stop.text, "//script[not(@src)] | //@*[starts-with(name(), 'on')]"), stop.path
        sources = [each.partition("?")[0] for each in found_in(stop.text, "//script/@src")]
        scripted |= {stop.canonical} if sources else set()
        assert sources in ([], ["/static/preview.js"]), stop.path
    assert {each.partition("/interests/")[1] for each in scripted} == {"/interests/"}, scripted
    for stop in tour.pages:
        if stop.canonical != "/mailbox/{id}/html":  # mail carries its styles in itself
            assert not found_in(stop.text, "//style | //@style"), stop.path
        fetched = found_in(stop.text, "//img/@src | //@srcset | //iframe/@src | //link[@rel!='alternate']/@href")
        assert [each for each in fetched if not each.startswith("/")] == [], stop.path


def test_no_page_looks_like_one_of_the_government(tour: Tour) -> None:
    for stop in tour.pages:
        said = re.sub(r"https?://\S+", "", stop.text)  # addresses of notices name their host
        if stop.canonical.startswith(NAMING_HELP):  # programmes are told by name, with who gives them
            said = re.sub(r"<main.*</main>", "", said, flags=re.DOTALL)
        assert not re.search(r"GDS Transport|GOV\.UK|(?i:\bcrown\b|\bcrest\b)", said), stop.path


def test_every_page_has_one_heading_a_title_and_a_language(tour: Tour) -> None:
    for stop in tour.pages:
        if stop.canonical != "/mailbox/{id}/html":
            assert len(found_in(stop.text, "//h1")) == 1, stop.path
            assert found_in(stop.text, "/html/@lang") == ["en-GB"], stop.path
            (title,) = found_in(stop.text, "//title/text()")
            assert re.fullmatch(r"\S.* · Bowbell", title.strip()), stop.path


@pytest.mark.journey
@pytest.mark.skipif(bool(missing()), reason=missing() or "ready")
def test_a_bad_page_is_seen_to_be_bad() -> None:
    with a_browser() as browser:
        bring_axe(browser)
        browser.get("data:text/html,<!doctype html><img src=x style=width:2000px><button style=outline:none></button>")
        said = " ".join(look(browser))
    for each in ("image-alt", "button-name", "html-has-lang", "focus is not seen", "pixels wide"):
        assert each in said


@pytest.mark.journey
@pytest.mark.skipif(bool(missing()), reason=missing() or "ready")
def test_axe_finds_nothing_wrong_with_any_page_at_any_width(whole: WholeHouse, tour: Tour) -> None:
    found: list[str] = []
    with a_browser() as browser:
        bring_axe(browser)
        who = ""
        for stop in sorted(tour.different(), key=lambda each: each.who):
            if stop.canonical == "/mailbox/{id}/html":  # mail, in its own frame without scripts: test_mail looks at it
                continue
            if stop.who != who:
                who = stop.who
                become(browser, whole, who)
            browser.get(f"{whole.url}{stop.path}")
            found += [f"{stop.who} {stop.canonical} {stop.path[-40:]}: {said}" for said in look(browser)]
    assert found == [], "\n".join(found)


@pytest.mark.journey
@pytest.mark.skipif(bool(missing()), reason=missing() or "ready")
def test_axe_finds_nothing_wrong_with_any_form_that_was_sent_empty(whole: WholeHouse, tour: Tour) -> None:
    found, tried = [], set[str]()
    with a_browser() as browser:
        bring_axe(browser)
        who = ""
        # Pages with many forms first: what is sent from one page may take a form away from another.
        for stop in sorted(tour.different(), key=lambda each: (each.who, -len(forms_in(each.text)))):
            for number, form in enumerate(forms_in(stop.text)):
                action = re.sub(r"\?.*", "", form.get("action") or "")
                kind = f"{stop.canonical} {number}"
                if kind in tried or action.endswith(ENDING):
                    continue
                tried.add(kind)
                if stop.who != who:
                    who = stop.who
                    become(browser, whole, who)
                browser.get(f"{whole.url}{stop.path}")
                send_empty(browser, number)
                found += [f"{stop.who} sends {kind} empty: {said}" for said in look(browser)]
    assert tried
    assert found == [], "\n".join(found)


def become(browser: WebDriver, whole: WholeHouse, who: str) -> None:
    """Take over the cookies of a visitor."""
    browser.get(f"{whole.url}/healthz")
    browser.delete_all_cookies()
    for name, value in whole.cookies(who).items():
        browser.add_cookie({"name": name, "value": value, "path": "/"})


def look(browser: WebDriver) -> list[str]:
    """What is wrong with the page that is open: at desk width, by keyboard, and at 400 % zoom."""
    resize(browser, **DESK)
    said = [f"at desk width: {each}" for each in violations(browser)]
    browser.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Tab", "windowsVirtualKeyCode": 9})
    said += [f"by keyboard: {each}" for each in browser.execute_script(_FOCUS)]
    resize(browser, **ZOOMED)
    said += [f"at 400 %: {each}" for each in (*browser.execute_script(_WIDE), *violations(browser))]
    return said


def send_empty(browser: WebDriver, number: int) -> None:
    """Send a form of the page with nothing in it, and wait for the answer."""
    browser.execute_script(
        """
        const asks = form => form.querySelector('input:not([type=hidden]), select, textarea');
        const form = [...document.querySelectorAll('main form[method=post]')].filter(asks)[arguments[0]];
        for (const each of form.elements) { each.checked = false; if (each.type != 'hidden') each.value = ''; }
        window.before = true;
        HTMLFormElement.prototype.submit.call(form);
        """,
        number,
    )
    for _ in range(200):
        try:
            if browser.execute_script("return !window.before && document.readyState == 'complete'"):
                return
        except WebDriverException:
            continue  # between two pages
    raise AssertionError("the form was never answered")
