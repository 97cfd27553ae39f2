"""A support organisation's story over the real service: sign in, draft, check, publish, the firm's alert, pause."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver

from tests.journeys import test_posting_journey as borough
from tests.journeys.browser import a_browser, missing, resize
from tests.journeys.test_posting_journey import Buyer, sign_up
from tests.journeys.test_real_service import _until, a_process, said

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

_PUBLISHER, _APPROVER, _OPERATOR = "adviser@agency.example", "approver@hackney.gov.uk", "operator@copy.example"
_NAME = "Sample certificate clinic"
_TASK = "Clean the windows of two schools. Bidders must hold Cyber Essentials."


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """The real service with an operator, an organisation of support and a borough let in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {
        "BOWBELL_HOME": str(tmp_path / "home"),
        "BOWBELL_LISTEN": f"127.0.0.1:{port}",
        "BOWBELL_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BOWBELL_LOG_LEVEL": "error",
        "BOWBELL_SOURCES": "postings",
    }
    agency = ("sample_agency", "--kind", "support", "--name", "Sample Enterprise Agency", "--person", _PUBLISHER)
    hackney = ("hackney", "--domain", "hackney.gov.uk", "--person", _APPROVER)
    for asked, answer in (
        (("admin", "add", _OPERATOR), r".+is now an administrator.+"),
        (("admin", "organisation", "add", *agency), r".+is approver of Sample Enterprise Agency.+"),
        (("admin", "organisation", "add", *hackney), r".+is approver of London Borough of Hackney.+"),
    ):
        with a_process(*asked, env=env) as adding:
            assert said(adding, answer)
    with a_process("serve", env=env) as running:
        said(running, "Bowbell is at")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def browser() -> Iterator[WebDriver]:
    with a_browser() as driver:
        resize(driver, width=1180)
        yield driver


def test_a_programme_is_entered_checked_named_in_an_alert_and_paused(
    browser: WebDriver, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Buyer(browser, service)
    monkeypatch.setattr(borough, "_TASK", _TASK)
    sign_up(reader)

    reader.enters(_PUBLISHER)
    enter_programme(reader)
    reader.presses("Publish")
    reader.sees("checked by a person", where="[role='status']")
    browser.get(f"{service}/support")
    reader.sees("Free support")
    assert _NAME not in browser.page_source

    reader.enters(_OPERATOR)
    browser.get(f"{service}/operator/support")
    reader.presses(_NAME)
    reader.sees(_NAME)
    reader.presses("Publish it")
    reader.sees("It is published", where="[role='status']")
    browser.get(f"{service}/support?area=E09000012")
    reader.presses(_NAME)
    reader.sees(_NAME)

    assert _NAME in alert_of_a_new_posting(reader, service)

    reader.enters(_PUBLISHER)
    browser.get(f"{service}/providers/programmes")
    reader.presses(_NAME)
    reader.clicks(reader.finds("input[name='capacity'][value='paused']"))
    reader.presses("Save")
    reader.sees("It counts at once", where="[role='status']")
    assert _NAME not in alert_of_a_new_posting(reader, service)


def enter_programme(reader: Buyer) -> None:
    """The form, first with its name left out: what was typed stays."""
    reader.driver.get(f"{reader.url}/providers/programmes")
    reader.presses("Enter a programme")
    reader.sees("A programme of support")
    reader.types("#summary", "An adviser gets your certificate with you.")
    reader.types("#for_whom", "Small firms in Hackney.")
    reader.types("#url", "https://agency.example/clinic")
    for name, value in (
        ("helps_with", "certification"),
        ("topics", "Cyber Essentials"),
        ("area", "E09000012"),
        ("cost", "free"),
    ):
        reader.clicks(reader.finds(f"input[name='{name}'][value='{value}']"))
    reader.types("#cost_evidence", "stated on our page")
    reader.presses("Save and look at it")
    reader.sees("There is a problem", where=".govuk-error-summary")
    assert reader.finds("#summary").get_attribute("value") == "An adviser gets your certificate with you."
    reader.types("#name", _NAME)
    reader.presses("Save and look at it")
    reader.sees(_NAME)
    reader.sees("As firms will see it", where="main h2")


def alert_of_a_new_posting(reader: Buyer, url: str) -> str:
    """Hackney posts work that asks for a certificate; the words of the firm's newest alert."""
    before = told(reader, url)
    reader.enters(_APPROVER)
    reader.answers_six_questions(closes=date.today() + timedelta(days=30))  # noqa: DTZ011 - a day in the future will do
    reader.presses("Publish")
    reader.sees("It is published", where="[role='status']")
    _until(lambda: told(reader, url) > before, "no alert ever came")
    newest = reader.driver.find_elements("xpath", "//main//a[starts-with(normalize-space(), 'New: ')]")[0]
    reader.clicks(newest)
    return str(reader.finds("main").text)


def told(reader: Buyer, url: str) -> int:
    """How many alerts lie in the mailbox."""
    return sum(each.startswith("New: ") for each in reader.letters(url))
