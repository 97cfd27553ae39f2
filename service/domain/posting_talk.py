"""What firms and a buyer say to each other about a posting: questions that are answered for everybody, and replies.

A question is nobody's: neither the buyer nor the public hears who asked. A reply written on our page stays shut until
the deadline, also for the buyer, so that nobody's price is known before all are in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.wording import LONDON
from service.domain.working_days import is_working_day

#: Characters.
QUESTION_CAP, ANSWER_CAP, REPLY_TEXT_CAP, PRICE_CAP, CONTACT_CAP = 1_000, 2_000, 5_000, 60, 200
#: Questions of one firm about one posting that may wait for an answer.
MOST_WAITING = 5
#: Working days before the deadline at which questions close: time to answer, and to use the answer.
QUESTION_DAYS = 2


class QuestionState(StrEnum):
    """Where a question stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    #: Not published: not about the work, or it tells who asks.
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question about a posting. `firm` is never shown; 0 once the firm has stopped."""

    identity: int
    posting: str
    firm: int
    text: str
    #: What everybody is told; or why it is not published, for whoever asked.
    answer: str
    state: QuestionState
    asked: datetime
    #: When it was answered or declined; None while it waits.
    decided: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """That a firm replied: elsewhere, as it says itself, or on our page with its words."""

    posting: str
    firm: int
    #: "" where it replied elsewhere.
    text: str = ""
    price: str = ""
    #: How the buyer reaches the firm.
    contact: str = ""
    at: datetime

    @property
    def is_here(self) -> bool:
        """Whether it was written on our page."""
        return bool(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What everybody sees of it: answered questions, the oldest first, and how to ask and reply."""

    questions: tuple[Question, ...]
    #: The moment after which nobody can ask.
    questions_until: datetime
    can_ask: bool
    can_reply: bool
    #: Whether replies are written on our page.
    by_form: bool
    #: What a reply is to hold, in the buyer's words.
    asks: str = ""


def questions_end(closes: datetime) -> datetime:
    """The moment questions close: QUESTION_DAYS working days before the deadline, at the same time of day."""
    day, left = closes.astimezone(LONDON), QUESTION_DAYS
    while left:
        day -= timedelta(days=1)
        left -= is_working_day(day.date())
    return day


def question_problem(said: str) -> str:
    """What is wrong with a question, in a sentence; "" where it will do."""
    return _problem(said, cap=QUESTION_CAP, missing="Write your question")


def answer_problem(said: str) -> str:
    """What is wrong with an answer; "" where it will do."""
    return _problem(said, cap=ANSWER_CAP, missing="Write the answer, or why you do not publish the question")


def reply_problems(reply: Reply) -> dict[str, str]:
    """What is wrong with a reply on our page, by field."""
    found = {
        "text": _problem(reply.text, cap=REPLY_TEXT_CAP, missing="Write what the buyer asks for"),
        "price": _problem(reply.price, cap=PRICE_CAP, missing="Enter your price, like £8,500 in all"),
        "contact": _problem(reply.contact, cap=CONTACT_CAP, missing="Say how the buyer reaches you"),
    }
    return {name: said for name, said in found.items() if said}


def _problem(said: str, *, cap: int, missing: str) -> str:
    if not said:
        return missing
    return f"That is {len(said):,} characters. Keep it to {cap:,}" if len(said) > cap else ""
