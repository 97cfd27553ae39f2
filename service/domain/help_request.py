"""A help request: somebody asks a person for help, one organisation after another has it, and it always ends somewhere.

The states and the steps between them are a table. Every step is a pure function that either gives the request as it
stands next or refuses with a sentence, so that of two people who press at once one decides and the other is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.helpline import Audience, Sought
from service.domain.working_days import working_days_since
from service.errors import NotNow

#: The longest words that are kept, in characters.
HARD_CAP = 1500
REACH_CAP = 200
#: Whole working days without a word after which an organisation is reminded.
REMIND_AFTER = (3, 9)
#: Whole working days without a word after which nobody is waited for any more.
HAND_BACK_AFTER = 12
#: How long the words stay after it is over.
WORDS_KEPT = timedelta(days=90)


class HelpState(StrEnum):
    """Where a request stands."""

    #: With an organisation that has not said anything.
    WAITING = "waiting"
    #: Somebody there has taken it.
    TAKEN = "taken"
    ANSWERED = "answered"
    #: Nobody answered, or nobody helps with this: with whoever runs this copy.
    HANDED_BACK = "handed_back"
    #: Whoever runs this copy has ended it without an answer.
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class HelpStep(StrEnum):
    """What can happen to a request."""

    TAKE = "take"
    ANSWER = "answer"
    #: It goes to the next organisation.
    HAND_ON = "hand_on"
    #: There is no next one, or time is over.
    HAND_BACK = "hand_back"
    REMIND = "remind"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    #: The asker says whether it was of use.
    RATE = "rate"


_WAITING, _TAKEN, _BACK = HelpState.WAITING, HelpState.TAKEN, HelpState.HANDED_BACK
#: Where each step leads from each state; what is not here cannot be done.
MOVES: dict[tuple[HelpState, HelpStep], HelpState] = {
    (_WAITING, HelpStep.TAKE): _TAKEN,
    (_WAITING, HelpStep.ANSWER): HelpState.ANSWERED,
    (_WAITING, HelpStep.HAND_ON): _WAITING,
    (_WAITING, HelpStep.HAND_BACK): _BACK,
    (_WAITING, HelpStep.REMIND): _WAITING,
    (_WAITING, HelpStep.WITHDRAW): HelpState.WITHDRAWN,
    (_TAKEN, HelpStep.ANSWER): HelpState.ANSWERED,
    (_TAKEN, HelpStep.HAND_ON): _WAITING,
    (_TAKEN, HelpStep.HAND_BACK): _BACK,
    (_TAKEN, HelpStep.REMIND): _TAKEN,
    (_TAKEN, HelpStep.WITHDRAW): HelpState.WITHDRAWN,
    (_BACK, HelpStep.HAND_ON): _WAITING,
    (_BACK, HelpStep.ANSWER): HelpState.ANSWERED,
    (_BACK, HelpStep.CLOSE): HelpState.CLOSED,
    (_BACK, HelpStep.WITHDRAW): HelpState.WITHDRAWN,
    (HelpState.ANSWERED, HelpStep.RATE): HelpState.ANSWERED,
}
#: States in which nothing is waited for any more.
OVER = frozenset({HelpState.ANSWERED, HelpState.CLOSED, HelpState.WITHDRAWN})
#: States in which an organisation has it.
WITH_SOMEBODY = frozenset({_WAITING, _TAKEN})
#: Steps that, done twice, are the same as once.
_DONE_ALREADY = {
    (HelpState.TAKEN, HelpStep.TAKE),
    (HelpState.ANSWERED, HelpStep.ANSWER),
    (HelpState.CLOSED, HelpStep.CLOSE),
    (HelpState.WITHDRAWN, HelpStep.WITHDRAW),
}
_WHY_NOT = {
    HelpState.WAITING: "Nobody has taken it yet.",
    HelpState.TAKEN: "Somebody has taken it.",
    HelpState.ANSWERED: "It is answered.",
    HelpState.HANDED_BACK: "It has gone back to the people who run this service.",
    HelpState.CLOSED: "It has been closed.",
    HelpState.WITHDRAWN: "Whoever asked has taken it back.",
}

#: What an asker can say of an answer.
USEFUL: dict[str, str] = {"yes": "Yes, it helped", "partly": "It helped a little", "no": "No, it did not help"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One thing that is passed on, as the asker was shown it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRequest:
    """One question of one asker."""

    #: 0 before it is kept.
    number: int = 0
    sought: Sought
    #: Numbers of the firm (0: a buyer asks), of the asker's organisation and of the person.
    firm: int
    asker: int
    person: int
    #: The opportunity it is about; "" for none.
    opportunity: str = ""
    #: Everything that is passed on, and nothing else is.
    passed: tuple[Passed, ...]
    #: The sentence that was agreed to, and when.
    consent: str
    consented: datetime
    state: HelpState
    #: Who has it; 0 for no organisation.
    organisation: int
    #: Since when it stands so with them.
    since: datetime
    #: How often they were reminded.
    reminded: int = 0
    #: Counts the organisations it was put to.
    turn: int = 0
    #: Organisations it was put to before.
    tried: tuple[int, ...] = ()
    #: Part of the links for whoever has it now; a new one for each organisation.
    secret: str
    #: A key of USEFUL; "" where the asker has not said.
    useful: str = ""
    #: Counts every change.
    version: int = 1

    @property
    def audience(self) -> Audience:
        """Whether a firm or a buyer asks."""
        return self.sought.audience


def due(request: HelpRequest, *, now: datetime) -> HelpStep | None:
    """What time asks to be done with a request: a reminder, or to wait no longer; None for nothing."""
    if request.state not in WITH_SOMEBODY:
        return None
    days = working_days_since(request.since, now=now)
    if days >= HAND_BACK_AFTER:
        return HelpStep.HAND_BACK
    return HelpStep.REMIND if _reminders(days) > request.reminded else None


def may(request: HelpRequest, step: HelpStep) -> bool:
    """Whether a step can be done now."""
    return (request.state, step) in MOVES


def move(request: HelpRequest, step: HelpStep, *, at: datetime) -> HelpRequest:
    """A request after a step that puts it to nobody else; the very same where that was done already.

    Raises:
        NotNow: it stands otherwise.
    """
    if (request.state, step) in _DONE_ALREADY:
        return request
    after = replace(request, state=_next(request, step), version=request.version + 1)
    if step is HelpStep.REMIND:
        return replace(after, reminded=_reminders(working_days_since(request.since, now=at)))
    if step is HelpStep.RATE:
        return after
    held = request.organisation if after.state in {HelpState.TAKEN, HelpState.ANSWERED} else 0
    tried = request.tried
    if request.organisation and not held:
        tried = (*tried, request.organisation)
    return replace(after, organisation=held, tried=tried, since=at, reminded=0)


def hand_on(request: HelpRequest, *, to: int, secret: str, at: datetime) -> HelpRequest:
    """A request put to another organisation.

    Raises:
        NotNow: it stands otherwise.
    """
    state = _next(request, HelpStep.HAND_ON)
    tried = (*request.tried, request.organisation) if request.organisation else request.tried
    return replace(
        request,
        state=state,
        organisation=to,
        since=at,
        reminded=0,
        turn=request.turn + 1,
        tried=tried,
        secret=secret,
        version=request.version + 1,
    )


def rate(request: HelpRequest, useful: str, *, at: datetime) -> HelpRequest:
    """A request whose asker has said whether it helped; said again, the last word counts.

    Raises:
        NotNow: it is not answered.
    """
    if useful not in USEFUL:
        raise NotNow("Choose one of the answers.")
    return replace(move(request, HelpStep.RATE, at=at), useful=useful)


def _next(request: HelpRequest, step: HelpStep) -> HelpState:
    state = MOVES.get((request.state, step))
    if state is None:
        raise NotNow(f"{_WHY_NOT[request.state]} Nothing was changed.")
    return state


def _reminders(days: int) -> int:
    """How many reminders are due after so many working days."""
    return sum(days >= each for each in REMIND_AFTER)
