"""A browser for journeys: Debian's chromium without a screen, a fresh profile each time, no calls of its own."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.chrome.webdriver import WebDriver

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)

#: A page longer than this, in CSS pixels, is shown as far as this.
_LONGEST = 5000


def missing() -> str:
    """What is not on this machine, in a sentence; empty where a browser can be started."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        return "No chromium here: journeys need it (Debian: apt-get install chromium chromium-driver)."
    if shutil.which("chromedriver") is None:
        return "No chromedriver here: journeys need it (Debian: apt-get install chromium-driver)."
    return ""


@contextmanager
def a_browser() -> Iterator[WebDriver]:
    """A browser of its own, gone at the end with its profile."""
    profile = tempfile.mkdtemp(prefix="bowbell-journey-")
    options = webdriver.ChromeOptions()
    options.binary_location = next(
        found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))
    )
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_page_load_timeout(30)
    try:
        yield driver
    finally:
        driver.quit()
        shutil.rmtree(Path(profile), ignore_errors=True)


def resize(driver: WebDriver, *, width: int, height: int = 900, scale: int = 1) -> None:
    """Give the page a width in CSS pixels (windows have a least width; this has none), and so many dots for each."""
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False},
    )


def without_scripts(driver: WebDriver) -> None:
    """Turn scripts of pages off, as some readers do."""
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})


def picture(driver: WebDriver, file: Path, width: int) -> None:
    """Write the whole page, at a width in CSS pixels, into a PNG file."""
    height = min(int(driver.execute_script("return document.documentElement.scrollHeight")), _LONGEST)
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    asked = {"format": "png", "captureBeyondViewport": True, "clip": clip}
    written(file, driver.execute_cdp_cmd("Page.captureScreenshot", asked)["data"])


def written(file: Path, data: str) -> None:
    """Write what the browser gave, in base 64, into a file; its folder is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(base64.b64decode(data))
