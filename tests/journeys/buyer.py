"""A buyer's people at the browser, their clicks and keystrokes counted, and the firms that they write for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from tests.journeys.post_box import Letter, PostBox
from tests.journeys.served import Reader

HACKNEY = "E09000012"
_SIGN_IN = "Your link to sign in to Bowbell"
_CONFIRM = "Confirm your e-mail address to get alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is typed for a plain posting, and the trade that is suggested for it, by its label."""

    title: str
    description: str
    trade: str
    worth: str
    months: str
    asks: str
    #: "": firms write their reply on our page.
    reply: str = "quotes@borough.example"


WINDOWS = Job(
    title="Window cleaning at two sample schools",
    description="Clean the windows of two schools, inside and outside, four times a year.",
    trade="Cleaning, waste and environment",
    worth="18000",
    months="36",
    asks="A price for each visit.",
)


class Buyer(Reader):
    """Somebody at the browser whose clicks and keystrokes are counted; also whoever reads the mail beside it."""

    def __init__(self, driver: WebDriver, url: str, post: PostBox) -> None:
        super().__init__(driver)
        self.url, self.post = url, post
        self.clicked = self.typed = 0

    def clicks(self, element: WebElement) -> None:
        """Click, and count it."""
        self.clicked += 1
        super().clicks(element)

    def types(self, css: str, words: str) -> None:
        """Click into a box and type: a click, and a keystroke for each character."""
        self.clicks(self.finds(css))
        self.typed += len(words)
        self.finds(css).send_keys(words)

    def enters(self, address: str) -> None:
        """Sign in by the link that is mailed, in a browser that knows nobody."""
        self.driver.get(f"{self.url}/sign-in")
        self.driver.delete_all_cookies()
        self.driver.get(f"{self.url}/sign-in")
        before = len(self.post.to(address, _SIGN_IN))
        self.finds("#email").send_keys(address)
        self.clicks(self.finds("main form button"))
        self.sees("Check your e-mail")
        self.opens(self.post.next(address, _SIGN_IN, after=before), "/sign-in/")
        self.clicks(self.finds("main form button"))
        self.arrives("/account")

    def opens(self, letter: Letter, path: str) -> None:
        """Follow the link of a letter that has a path."""
        self.driver.get(letter.link(path))

    def begins(self) -> None:
        """Press "Post something new", and count from there."""
        self.driver.get(f"{self.url}/buyers/postings")
        self.clicked = self.typed = 0
        self.presses("Post something new")
        self.sees("What do you need?")

    def answers_six_questions(self, job: Job, *, closes: date, starts: date) -> None:
        """From "Post something new" to the page that shows everything."""
        self.begins()
        self.types("#title", job.title)
        self.types("#description", job.description)
        self.goes_on_to("What trade is it")
        assert Select(self.finds("#sector")).first_selected_option.text == job.trade
        self.clicks(self.finds(f"input[name='area'][value='{HACKNEY}']"))
        self.goes_on_to("How much is it worth?")
        self.types("#worth", job.worth)
        self.goes_on_to("How long does it last?")
        self.types_a_day("starts", starts)
        self.types("#months", job.months)
        self.goes_on_to("By when must firms reply?")
        self.types_a_day("closes", closes)
        self.goes_on_to("How do firms reply?")
        if job.reply:
            self.types("#reply", job.reply)
        else:
            self.clicks(self.finds("#by_form"))
        self.types("#asks", job.asks)
        self.goes_on_to("Check your answers")

    def types_a_day(self, name: str, day: date) -> None:
        """Into the three boxes of a day."""
        for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
            self.types(f"#{name}_{part}", str(number))

    def goes_on_to(self, heading: str) -> None:
        """Save a page, and wait for the next; keep a picture of both."""
        self.presses("Save and continue")
        self.sees(heading)
        self.pictured(heading)

    def opens_the_posting(self, title: str) -> None:
        """From the list."""
        self.driver.get(f"{self.url}/buyers/postings")
        self.presses(title)
        self.sees(title)


def sign_up(reader: Buyer, address: str, *, sector: str = "environment") -> None:
    """A small firm of Hackney asks for alerts of a trade, and confirms by the link that is mailed."""
    reader.driver.get(f"{reader.url}/alerts/new")
    reader.driver.delete_all_cookies()
    reader.driver.get(f"{reader.url}/alerts/new")
    reader.finds("#email").send_keys(address)
    reader.presses("Continue")
    for name, value in (("sector", sector), ("area", HACKNEY), ("size", "micro")):
        reader.clicks(reader.finds(f"input[name='{name}'][value='{value}']"))
        reader.presses("Continue")
    reader.clicks(reader.finds("input[name='consent']"))
    reader.presses("Send me the link")
    reader.sees("Check your e-mail")
    reader.opens(reader.reads(reader.post.next(address, _CONFIRM), name="confirm"), "/confirm/")
    reader.presses("Start my alerts")
    reader.sees("Your alerts are on")
