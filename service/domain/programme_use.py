"""What a firm says of its use of a programme, with one press: that it began, and that it used it to the end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What can be said."""

    STARTED = "started"
    FINISHED = "finished"


#: In words, for the button and for what was pressed.
LABELS: dict[Use, str] = {Use.STARTED: "We have begun", Use.FINISHED: "We have used it to the end"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedProgramme:
    """A programme that was named to a firm in its alerts, or that it spoke of."""

    #: Key of the programme.
    programme: str
    said: Collection[Use]


def implied(use: Use) -> tuple[Use, ...]:
    """Everything that is said by a press: whoever used it to the end has begun."""
    return (Use.STARTED, Use.FINISHED) if use is Use.FINISHED else (Use.STARTED,)
