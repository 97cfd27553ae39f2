"""A support organisation's story over the real service: sign in, draft, check, publish, the firm's alert, pause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.journeys.browser import a_browser, missing, resize
from tests.journeys.buyer import WINDOWS, Buyer, sign_up
from tests.journeys.post_box import a_post_box
from tests.journeys.served import Copy, let_in

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

_PUBLISHER, _APPROVER, _OPERATOR = "adviser@agency.example", "approver@council.example", "operator@copy.example"
_FIRM = "windows@sample.example"
_NAME = "Sample certificate clinic"
_JOB = replace(WINDOWS, description="Clean the windows of two schools. Bidders must hold Cyber Essentials.")
_NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_CLOSES, _STARTS = date(2026, 12, 16), date(2027, 2, 1)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Buyer]:
    """A browser at a served copy with an operator, an organisation of support and a borough let in."""
    with a_post_box() as post, a_browser() as driver:
        resize(driver, width=1180)
        copy = Copy(tmp_path, smtp_url=post.url)
        assert "is now an administrator" in copy.told("admin", "add", _OPERATOR)
        agency = ("sample_agency", "--kind", "support", "--name", "Sample Enterprise Agency", "--person", _PUBLISHER)
        assert "is approver of" in copy.told("admin", "organisation", "add", *agency)
        let_in(copy, "hackney", domain="council.example", people=[(_APPROVER, "approver")])
        with copy.served(now=_NOW):
            yield Buyer(driver, copy.url, post)


def test_a_programme_is_entered_checked_named_in_an_alert_and_paused(reader: Buyer) -> None:
    sign_up(reader, _FIRM)

    reader.enters(_PUBLISHER)
    enter_programme(reader)
    reader.presses("Publish")
    reader.sees("checked by a person", where="[role='status']")
    reader.driver.get(f"{reader.url}/support")
    reader.sees("Free support")
    assert _NAME not in reader.driver.page_source

    reader.enters(_OPERATOR)
    reader.driver.get(f"{reader.url}/operator/support")
    reader.presses(_NAME)
    reader.sees(_NAME)
    reader.presses("Publish it")
    reader.sees("It is published", where="[role='status']")
    reader.driver.get(f"{reader.url}/support?area=E09000012")
    reader.presses(_NAME)
    reader.sees(_NAME)

    assert _NAME in alert_of_a_new_posting(reader)

    reader.enters(_PUBLISHER)
    reader.driver.get(f"{reader.url}/providers/programmes")
    reader.presses(_NAME)
    reader.clicks(reader.finds("input[name='capacity'][value='paused']"))
    reader.presses("Save")
    reader.sees("It counts at once", where="[role='status']")
    assert _NAME not in alert_of_a_new_posting(reader)


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


def alert_of_a_new_posting(reader: Buyer) -> str:
    """Hackney posts work that asks for a certificate; the words of the firm's newest alert."""
    before = len(reader.post.to(_FIRM, "New: "))
    reader.enters(_APPROVER)
    reader.answers_six_questions(_JOB, closes=_CLOSES, starts=_STARTS)
    reader.presses("Publish")
    reader.sees("It is published", where="[role='status']")
    return reader.post.next(_FIRM, "New: ", after=before).text
