"""The sign-up, one question a page: what was answered so far, kept as JSON, and which question comes next."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from service.domain.codec import plain, restored
from service.domain.interest import Interest
from service.errors import BadAddress, UnreadableBody
from service.usecases.people import checked_address
from service.web.forms.fields import Fields
from service.web.forms.interests import (
    TypedInterest,
    check_areas,
    check_interest,
    check_sums,
    words_in,
)

#: Which form a draft is of.
FORM = "sign_up"
_ADDRESS_CAP = 320

FIRM_SIZES: tuple[tuple[str, str], ...] = (
    ("micro", "Under 10"),
    ("small", "10 to 49"),
    ("medium", "50 to 249"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What was typed so far."""

    email: str = ""
    size: str = ""
    interest: TypedInterest = field(default_factory=TypedInterest)
    #: The questions answered without a problem.
    done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One page: its name in the address, how it is filled from what was posted, and how it is checked."""

    name: str
    #: Whether it has to be answered before the answers are checked.
    asked: bool
    take: Callable[[SignUp, Fields], SignUp]
    check: Callable[[SignUp], dict[str, str]]


def _take_email(so_far: SignUp, fields: Fields) -> SignUp:
    return replace(so_far, email=fields.get("email", "").strip()[:_ADDRESS_CAP])


def _check_email(said: SignUp) -> dict[str, str]:
    if not said.email:
        return {"email": "Enter your e-mail address"}
    try:
        checked_address(said.email)
    except BadAddress:
        return {"email": "Enter an e-mail address like name@example.co.uk"}
    return {}


def _take_trade(so_far: SignUp, fields: Fields) -> SignUp:
    interest = replace(
        so_far.interest, sectors=tuple(fields.getall("sector", ())), words=fields.get("words", "").strip()
    )
    return replace(so_far, interest=interest)


def _check_trade(said: SignUp) -> dict[str, str]:
    problems: dict[str, str] = {}
    words_in(said.interest.words, problems)
    whole = check_interest(replace(said.interest, areas=("london",), value_min="", value_max=""))
    if isinstance(whole, dict):
        problems = {**whole, **problems}
    return {name: text for name, text in problems.items() if name in {"sector", "words"}}


def _take_place(so_far: SignUp, fields: Fields) -> SignUp:
    interest = replace(
        so_far.interest,
        areas=tuple(fields.getall("area", ())),
        neighbours=fields.get("neighbours", "") == "yes",
    )
    return replace(so_far, interest=interest)


def _check_place(said: SignUp) -> dict[str, str]:
    problems: dict[str, str] = {}
    check_areas(said.interest, problems)
    return problems


def _take_firm(so_far: SignUp, fields: Fields) -> SignUp:
    return replace(so_far, size=fields.get("size", ""))


def _check_firm(said: SignUp) -> dict[str, str]:
    known = {key for key, _ in FIRM_SIZES}
    return {} if said.size in known else {"size": "Choose how many people work in your firm"}


def _take_sums(so_far: SignUp, fields: Fields) -> SignUp:
    interest = replace(
        so_far.interest,
        value_min=fields.get("value_min", "").strip(),
        value_max=fields.get("value_max", "").strip(),
    )
    return replace(so_far, interest=interest)


def _check_sums(said: SignUp) -> dict[str, str]:
    problems: dict[str, str] = {}
    check_sums(said.interest, problems)
    return problems


QUESTIONS: tuple[Question, ...] = (
    Question(name="email", asked=True, take=_take_email, check=_check_email),
    Question(name="trade", asked=True, take=_take_trade, check=_check_trade),
    Question(name="place", asked=True, take=_take_place, check=_check_place),
    Question(name="firm", asked=True, take=_take_firm, check=_check_firm),
    Question(name="worth", asked=False, take=_take_sums, check=_check_sums),
)


def question(name: str) -> Question | None:
    """A question by name; None where there is none."""
    return next((each for each in QUESTIONS if each.name == name), None)


def next_question(said: SignUp) -> str:
    """The first question still to be answered; "check" where there is none."""
    return next((each.name for each in QUESTIONS if each.asked and each.name not in said.done), "check")


def answered(so_far: SignUp, name: str) -> SignUp:
    """The same with one question answered."""
    return replace(so_far, done=tuple(dict.fromkeys((*so_far.done, name))))


def interest_in(said: SignUp) -> Interest | dict[str, str]:
    """The interest of all answers, or what is still to be mended."""
    return check_interest(said.interest)


def to_json(said: SignUp) -> str:
    """What was typed so far, to be kept."""
    return json.dumps(plain(said), ensure_ascii=False)


def from_json(kept: str | None) -> SignUp:
    """What was typed so far; nothing where there is none, or an older version wrote it in another way."""
    try:
        return restored(json.loads(kept or "{}"), SignUp)
    except (ValueError, UnreadableBody):
        return SignUp()
