"""What is written about help requests, to whoever has one and to whoever asked."""

from __future__ import annotations

from service.domain.help_request import HAND_BACK_AFTER, HelpRequest
from service.domain.helpline import SUBJECTS, Audience
from service.domain.message import AccountLetter

_WHY_ASKED = "You get this because your organisation takes such questions here."
_WHY_ASKER = "You get this because you asked for help here."
_WHY_OPERATOR = "You get this because you run this copy of Bowbell."


def who_asks(request: HelpRequest) -> str:
    """The asker in two words."""
    return "A firm" if request.audience is Audience.FIRMS else "A buyer"


def subject_words(request: HelpRequest) -> str:
    """What it is about."""
    return next((words for key, words in SUBJECTS.items() if key == request.sought.subject), "Buying")


def to_organisation(request: HelpRequest, *, url: str, days: int = 0) -> AccountLetter:
    """A request, or after some working days the reminder of one."""
    waits = (f"It has waited {days} working days.",) if days else ()
    return AccountLetter(
        subject=f"{'Reminder: ' if days else ''}{who_asks(request)} asks for help: {subject_words(request)}",
        heading=f"{who_asks(request)} asks for help",
        said=(*waits, *(f"{each.name}: {each.text}" for each in request.passed)),
        button="Take it, or say that you cannot help",
        url=url,
        after=(
            "The page shows the same and changes nothing until you press a button.",
            f"Where nobody answers within {HAND_BACK_AFTER} working days it goes back to us.",
            "Use what is passed on for this question alone.",
        ),
        why=_WHY_ASKED,
    )


def to_operator(request: HelpRequest, *, url: str) -> AccountLetter:
    """A request that nobody has."""
    return AccountLetter(
        subject=f"Nobody answers: {subject_words(request)}",
        heading="A question has come back",
        said=(f"{who_asks(request)} asks about: {subject_words(request)}. No organisation has it.",),
        button="See what can be done",
        url=url,
        why=_WHY_OPERATOR,
    )


def taken_away(request: HelpRequest) -> AccountLetter:
    """The asker takes a request back."""
    return AccountLetter(
        subject=f"Taken back: {subject_words(request)}",
        heading="A question was taken back",
        said=(
            f"Whoever asked (question {request.number}) needs no answer any more.",
            "Please delete what you were sent.",
        ),
        why=_WHY_ASKED,
    )


def put_to(*, name: str, url: str) -> AccountLetter:
    """The asker learns who has it now, where that has changed."""
    return _to_asker(
        "Your question is with somebody else now",
        f"It is with {name} now: whoever had it before could not help.",
        button="See where it stands",
        url=url,
    )


def taken(*, name: str, url: str) -> AccountLetter:
    """The asker learns that somebody has taken it."""
    return _to_asker(
        "Somebody has taken your question",
        f"Somebody at {name} has taken it, and will be in touch the way you asked for.",
        button="See where it stands",
        url=url,
    )


def answered(*, name: str, url: str) -> AccountLetter:
    """The asker is asked whether it was of use."""
    return _to_asker(
        "Was it useful?",
        f"{name} says that your question is answered. One press tells us whether it helped.",
        button="Say whether it helped",
        url=url,
        after=("They see how many answers helped, and never which firm said so.",),
    )


def handed_back(*, url: str, late: bool) -> AccountLetter:
    """The asker learns that nobody has answered."""
    why = (
        f"Nobody has answered within {HAND_BACK_AFTER} working days. We are sorry."
        if late
        else "No organisation that was asked can help with this. We are sorry."
    )
    return _to_asker(
        "Nobody has answered your question yet",
        why,
        "It is now with the people who run this service. You need to do nothing.",
        button="See where it stands",
        url=url,
    )


def closed(*, url: str) -> AccountLetter:
    """The asker learns that nobody will answer."""
    return _to_asker(
        "We found nobody to answer your question",
        "We looked, and found nobody who can help with it. We are sorry.",
        "The free support that we know of may still help.",
        button="See free support",
        url=url,
    )


def _to_asker(subject: str, *said: str, button: str, url: str, after: tuple[str, ...] = ()) -> AccountLetter:
    return AccountLetter(
        subject=subject, heading=subject, said=said, button=button, url=url, after=after, why=_WHY_ASKER
    )
