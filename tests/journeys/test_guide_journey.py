"""A poster in a real browser: advice is seen, a text taken over, advice overruled, and the record shows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver

from tests.journeys.browser import a_browser, missing, resize
from tests.journeys.served import Reader
from tests.journeys.test_every_page import become
from tests.journeys.whole_house import WholeHouse, a_whole_house
from tests.posting_world import ANSWERS

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(missing()), reason=missing() or "ready")]

_WHY = "Ordered from our own framework, which was advertised there"
_GUIDE = "section[aria-labelledby='guide-heading']"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHouse]:
    with a_whole_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture
def browser() -> Iterator[WebDriver]:
    with a_browser() as driver:
        resize(driver, width=1180)
        yield driver


def test_advice_is_seen_followed_or_overruled_and_the_record_shows_it(browser: WebDriver, whole: WholeHouse) -> None:
    poster = Reader(browser)
    become(browser, whole, "buyer poster")
    browser.get(f"{whole.url}/buyers/postings")
    poster.presses("Post something new")
    poster.finds("#title")  # the address is the new page's once it is here
    path = browser.current_url.removesuffix("/what")
    answers_up_to_the_worth(whole, path.removeprefix(whole.url))

    browser.get(f"{path}/how-much")
    poster.finds("#worth").send_keys("30000")
    poster.presses("Save and continue")
    poster.sees("How long does it last?")
    poster.sees("To be settled Find a Tender first", where=_GUIDE)
    answers_the_rest(whole, path.removeprefix(whole.url))

    browser.get(f"{path}/check")
    poster.presses("Read it, with the sources, and settle it")
    poster.sees("With VAT at 20 per cent this is £36,000", where="main")
    poster.sees("Procurement Act 2023, sections 84 and 87", where="main")

    poster.clicks(poster.finds("input[name='area'][value='neighbours']"))
    poster.clicks(poster.finds("input[name='who'][value='small']"))
    poster.presses("Put the text into the posting")
    poster.sees("The text now stands at the end", where="[role='status']")

    poster.finds("#why-notice_first").send_keys(_WHY)
    poster.presses("Go over it with this reason")
    poster.sees("Your reason is kept", where="[role='status']")
    poster.sees("Nothing here keeps it from being published", where="main")

    poster.presses("Back to your answers")
    poster.sees("only small and medium firms (fewer than 250 people)", where=".answers")
    poster.sees("London Borough of Tower Hamlets", where=".answers")
    poster.presses("Ask for approval")
    poster.sees(f"went over advice of the guide: Find a Tender first: {_WHY}", where=".record")
    poster.sees("took over the text of a reservation", where=".record")

    become(browser, whole, "buyer approver")
    browser.get(f"{path}/check")
    poster.sees(_WHY, where=_GUIDE)
    poster.presses("Publish")
    poster.sees("It is published", where="[role='status']")


def answers_up_to_the_worth(whole: WholeHouse, path: str) -> None:
    """What the story is not about."""
    send(whole, path, ("what", "where"))


def answers_the_rest(whole: WholeHouse, path: str) -> None:
    send(whole, path, ("how-long", "by-when", "how-to-reply"))


def send(whole: WholeHouse, path: str, questions: tuple[str, ...]) -> None:
    for question, answer in ANSWERS:
        if question in questions:
            status, said = whole.run(whole.post("buyer poster", f"{path}/{question}", *answer.items()))
            assert status == 200, said
