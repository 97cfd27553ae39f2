"""A help request as boxes and words: what was typed, cleaned, and where a request stands, in sentences."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.help_request import HelpRequest, HelpState
from service.domain.helpline import SUBJECTS
from service.domain.wording import moment_words
from service.usecases.helping.ask import Record, Typed
from service.usecases.helping.carry import OURSELVES
from service.web.forms.fields import Fields

#: Kept of a box, so that a sentence can be said about too much of it.
_KEPT = 20_000

STATES: Mapping[HelpState, str] = {
    HelpState.WAITING: "Nobody has taken it yet",
    HelpState.TAKEN: "Taken",
    HelpState.ANSWERED: "Answered",
    HelpState.HANDED_BACK: "With the people who run this service",
    HelpState.CLOSED: "Closed: nobody was found",
    HelpState.WITHDRAWN: "Taken back",
}
_STEPS = {
    "ask": "asked",
    "take": "taken",
    "answer": "answered",
    "hand_on": "passed on",
    "hand_back": "handed back: nobody answered, or nobody there could help",
    "remind": "reminded",
    "close": "closed",
    "withdraw": "taken back",
    "rate": "the asker said whether it helped",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One line of a request's record."""

    at: str
    text: str


def typed_in(fields: Fields) -> Typed:
    """What was typed, without what no keyboard types."""
    return Typed(
        hard=_clean(fields.get("hard", "")),
        reach=" ".join(_clean(fields.get("reach", "")).split()),
        subject=fields.get("subject", "") if fields.get("subject", "") in SUBJECTS else "",
    )


def subject_choices(chosen: str) -> list[dict[str, object]]:
    """What it may be about, for a list of choices."""
    return [{"value": key, "text": text, "selected": key == chosen} for key, text in SUBJECTS.items()]


def subject_of(request: HelpRequest) -> str:
    """What a request is about, in words."""
    return next((words for key, words in SUBJECTS.items() if key == request.sought.subject), "Buying")


def record_lines(record: Record, *, now: datetime) -> Sequence[RecordLine]:
    """What was done, the oldest first, by organisation: people are not named."""
    lines = []
    for each in record.steps:
        words = _STEPS.get(each.step, each.step)
        if each.step in {"ask", "hand_on"}:
            words = f"{words}, and put to {_inside(record.name(each.organisation))}"
        elif each.step in {"take", "answer", "remind"}:
            words = f"{words}: {record.name(each.organisation)}"
        lines.append(RecordLine(at=moment_words(each.at, now=now), text=words))
    return lines


def _inside(name: str) -> str:
    """A name within a sentence: ours is no name."""
    return f"{name[:1].lower()}{name[1:]}" if name == OURSELVES else name


def _clean(said: str) -> str:
    plain = said.replace("\r\n", "\n")[:_KEPT]
    return "".join(each for each in plain if each == "\n" or unicodedata.category(each)[0] != "C").strip()
