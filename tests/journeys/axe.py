"""axe-core in the browser of the journeys: the engine is handed over once and is there on every page that opens."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path
from typing import cast

from selenium.webdriver.chrome.webdriver import WebDriver

_PACKAGE, _FILE = "axe-playwright-python", "axe_playwright_python/axe.min.js"
#: The guidelines as far as rules can tell, and what the makers of axe hold to be good practice.
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_ASK = """
const done = arguments[arguments.length - 1];
axe.run(document, {
  runOnly: {type: 'tag', values: arguments[0]},
  rules: {'target-size': {enabled: true}},
  resultTypes: ['violations'],
  iframes: false,
}).then(
  found => done(found.violations.map(each =>
    `${each.id} (${each.help}): ` + each.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | '))),
  trouble => done([`axe could not look: ${trouble}`]));
"""


def engine() -> str:
    """The script of axe-core."""
    return Path(str(distribution(_PACKAGE).locate_file(_FILE))).read_text(encoding="utf-8")


def bring_axe(browser: WebDriver) -> None:
    """From now on every page that this browser opens has axe in it. The page's own policy on scripts is untouched."""
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": engine()})


def violations(browser: WebDriver) -> list[str]:
    """What axe finds wrong with the page as it stands, a sentence each."""
    return cast("list[str]", browser.execute_async_script(_ASK, list(_TAGS)))
