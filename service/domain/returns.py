"""Returns: what became of help that was pointed to, in figures that tell nothing of any one firm.

A figure is published for whole months only, and moves only when it moves by FEWEST or more: so neither a figure, nor
the difference of what was published in two months, is ever a small number. Where one count is part of another, it is
held back while the rest of the other is small; a total is shown only where each of its parts is. A test draws chances
and checks all of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: Below this a number would tell who it is about.
FEWEST = 5


class Measure(StrEnum):
    """What is counted, in the order in which it happens."""

    #: Alerts that carried the programme.
    CARRIED = "carried"
    #: Presses of the button on its page.
    OPENED = "opened"
    #: Questions to its organisation about what it helps with.
    ASKED = "asked"
    #: Firms that say they began to use it, and that they used it to the end.
    STARTED = "started"
    FINISHED = "finished"
    #: Of the firms that began: those whose list says afterwards that they bid, and that they won.
    BID = "bid"
    WON = "won"


#: Which count is a part of which.
PART_OF: Mapping[Measure, tuple[Measure, ...]] = {
    Measure.FINISHED: (Measure.STARTED,),
    Measure.BID: (Measure.STARTED,),
    Measure.WON: (Measure.BID, Measure.STARTED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One thing that happened, which counts once."""

    programme: str
    measure: Measure
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The published figures of one programme; None: fewer than FEWEST, or held back."""

    programme: str
    figures: Mapping[Measure, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """What is published of some programmes."""

    #: The first day that is not in it.
    before: date
    lines: tuple[Line, ...]
    #: Of all programmes together; None where a part is not shown.
    total: Mapping[Measure, int | None]


def returns_of(programmes: Sequence[str], counted: Iterable[Counted], *, today: date) -> Returns:
    """What may be published of some programmes on a day.

    Args:
        programmes: their keys, in the order of the answer.
        counted: everything that happened with them, in any order.
        today: the day in London; the month it is in is not published yet.
    """
    before = today.replace(day=1)
    days: dict[tuple[str, Measure], list[date]] = {}
    for each in counted:
        days.setdefault((each.programme, each.measure), []).append(each.day)
    lines = tuple(
        Line(
            programme=key,
            figures=_held_back(
                {measure: published(days.get((key, measure), ()), before=before) for measure in Measure}
            ),
        )
        for key in programmes
    )
    return Returns(before=before, lines=lines, total={measure: _total(lines, measure) for measure in Measure})


def published(days: Iterable[date], *, before: date) -> int | None:
    """How many days lie before the first of a month, as far as that is published; None for fewer than FEWEST.

    It is worked out month by month, so that it is the same whoever asks and whenever: what was published stays until
    there is at least FEWEST more.
    """
    by_month: dict[tuple[int, int], int] = {}
    for day in days:
        if day < before:
            by_month[day.year, day.month] = by_month.get((day.year, day.month), 0) + 1
    shown = count = 0
    for month in sorted(by_month):
        count += by_month[month]
        if count - shown >= FEWEST:
            shown = count
    return shown or None


def _held_back(figures: Mapping[Measure, int | None]) -> dict[Measure, int | None]:
    """Without the parts that would tell a small rest of a whole."""
    found = dict(figures)
    for part, wholes in PART_OF.items():
        for whole in wholes:
            inner, outer = found[part], found[whole]
            if inner is not None and (outer is None or 0 < outer - inner < FEWEST or outer < inner):
                found[part] = None
    return found


def _total(lines: Sequence[Line], measure: Measure) -> int | None:
    parts = [line.figures[measure] for line in lines]
    shown = [each for each in parts if each is not None]
    return sum(shown) if shown and len(shown) == len(parts) else None
