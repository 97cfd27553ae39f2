"""How good the trade tags are: every figure of the table in docs/classifier.md, with its interval.

Top-1 asks for the main code; "any" for one of the codes the buyer gave. What is not answered counts as wrong. Intervals
are of 95 percent, by drawing whole buyers with replacement, because notices of one buyer are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from classifiers.learning.labelled import Labelled

#: The probability from which a tag counts as given where several may be right.
GIVEN_FROM = 0.3
BINS = 10
_DRAWS = 200
#: A rank beyond all that is shown.
_NEVER = 99
_SHOWN = 5

Reals = np.ndarray[Any, np.dtype[np.float64]]
Counts = np.ndarray[Any, np.dtype[np.int64]]
Truths = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How each notice was answered for one head; one item a notice.

    Attributes:
        main: column of what the main code names; -1 where it names none.
        first: column of the first answer; -1 where there is none.
        main_rank: rank of the main one among the answers, 0 for the first.
        any_rank: rank of the first answer that any of the codes names.
        said: probability of the first answer.
        given: how many answers are given from `GIVEN_FROM` on.
        given_right: how many of those are named by the codes.
        named: how many the codes name.
    """

    main: Counts
    first: Counts
    main_rank: Counts
    any_rank: Counts
    said: Reals
    given: Counts
    given_right: Counts
    named: Counts

    def __len__(self) -> int:
        return len(self.main)

    def of(self, rows: Counts) -> Marks:
        """The same for some notices only, perhaps with repeats."""
        return Marks(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure and the interval it lies in."""

    value: float
    low: float
    high: float


def marks_of(notices: Sequence[Labelled], names: Sequence[str], probability: Reals, *, head: str) -> Marks:
    """Mark answers.

    Args:
        notices: whose codes are the truth.
        names: the answers there are, one a column.
        probability: one row a notice; 0 where nothing was answered.
        head: "divisions", "sectors" or "groups".
    """
    columns = {name: place for place, name in enumerate(names)}
    named, main = np.zeros(probability.shape, bool), np.full(len(notices), -1, np.int64)
    for row, notice in enumerate(notices):
        named[row, [columns[name] for name in getattr(notice, head) if name in columns]] = True
        first = {"divisions": notice.divisions, "sectors": notice.main_sectors, "groups": notice.main_groups}[head]
        main[row] = next((columns[name] for name in first[:1] if name in columns), -1)
    order = np.argsort(-probability, axis=1, kind="stable")[:, :_SHOWN]
    answered = np.take_along_axis(probability, order, axis=1) > 0
    right = np.take_along_axis(named, order, axis=1) & answered
    given = probability >= GIVEN_FROM
    return Marks(
        main=main,
        first=np.where(answered[:, 0], order[:, 0], -1),
        main_rank=_first_rank((order == main[:, None]) & answered),
        any_rank=_first_rank(right),
        said=probability.max(axis=1, initial=0).astype(np.float64),
        given=given.sum(axis=1),
        given_right=(given & named).sum(axis=1),
        named=named.sum(axis=1),
    )


def _first_rank(hit: Truths) -> Counts:
    return np.where(hit.any(axis=1), hit.argmax(axis=1), _NEVER).astype(np.int64)


def macro_f1(marks: Marks) -> float:
    """F1 of the first answer, the mean over the answers that are somebody's main one."""
    known = marks.main >= 0
    size = int(max(marks.main.max(initial=0), marks.first.max(initial=0))) + 1
    main = np.bincount(marks.main[known], minlength=size)
    first = np.bincount(marks.first[marks.first >= 0], minlength=size)
    right = np.bincount(marks.main[known & (marks.first == marks.main)], minlength=size)
    there = main > 0
    return float((2 * right[there] / (main + first)[there]).mean()) if there.any() else 0.0


def micro_f1(marks: Marks) -> float:
    """F1 over all notices and answers together, of what is given from `GIVEN_FROM` on."""
    total = int(marks.given.sum()) + int(marks.named.sum())
    return 2 * int(marks.given_right.sum()) / total if total else 0.0


def surest_half(marks: Marks) -> float:
    """'Any' at 1 over the half of the notices with the most confident first answers."""
    best = np.argsort(-marks.said, kind="stable")[: max(1, len(marks) // 2)]
    return float((marks.any_rank[best] == 0).mean())


def curve(said: Reals, right: Truths) -> list[tuple[float, float, float]]:
    """For each of ten equal bins that is not empty: mean said, share right, share of all."""
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    return [
        (float(said[bins == each].mean()), float(right[bins == each].mean()), float((bins == each).mean()))
        for each in np.unique(bins)
    ]


def calibration_error(said: Reals, right: Truths) -> float:
    """Expected calibration error over ten equal bins."""
    return float(sum(share * abs(mean - truth) for mean, truth, share in curve(said, right)))


def area_under_curve(said: Reals, true: Truths) -> float:
    """The chance that one that is true is said to be likelier than one that is not; ties count half."""
    positive = int(true.sum())
    negative = len(true) - positive
    if not positive or not negative:
        return float("nan")
    _, place, count = np.unique(said, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((rank[true].sum() - positive * (positive + 1) / 2) / (positive * negative))


MEASURES: Mapping[str, Callable[[Marks], float]] = {
    "any_1": lambda marks: float((marks.any_rank < 1).mean()),
    "any_3": lambda marks: float((marks.any_rank < 3).mean()),  # noqa: PLR2004 - it is in the name
    "top_1": lambda marks: float((marks.main_rank < 1).mean()),
    "top_3": lambda marks: float((marks.main_rank < 3).mean()),  # noqa: PLR2004 - it is in the name
    "top_5": lambda marks: float((marks.main_rank < 5).mean()),  # noqa: PLR2004 - it is in the name
    "macro_f1": macro_f1,
    "micro_f1": micro_f1,
    "ece_top": lambda marks: calibration_error(marks.said, marks.main_rank < 1),
    "ece_any": lambda marks: calibration_error(marks.said, marks.any_rank < 1),
    "any_1_surest_half": surest_half,
}


def measured(marks: Marks, notices: Sequence[Labelled], *, draws: int = _DRAWS) -> dict[str, Figure]:
    """Every measure with its interval; empty where there are no notices."""
    if not len(marks):
        return {}
    spread = [{name: measure(marks.of(rows)) for name, measure in MEASURES.items()} for rows in drawn(notices, draws)]
    found = {}
    for name, measure in MEASURES.items():
        value = measure(marks)
        low, high = np.quantile([each[name] for each in spread] or [value], [0.025, 0.975])
        found[name] = Figure(value=value, low=float(low), high=float(high))
    return found


def figure_of(
    measure: Callable[[Reals, Truths], float], chance: Reals, true: Truths, picked: Sequence[Counts]
) -> Figure:
    """A measure of chances with its interval over drawings."""
    value = measure(chance, true)
    low, high = np.nanquantile([measure(chance[rows], true[rows]) for rows in picked] or [value], [0.025, 0.975])
    return Figure(value=value, low=float(low), high=float(high))


def drawn(notices: Sequence[Labelled], draws: int) -> list[Counts]:
    """Rows of whole buyers, drawn with replacement; the same each time."""
    chance = np.random.default_rng(2026)
    buyers: dict[str, list[int]] = {}
    for row, notice in enumerate(notices):
        buyers.setdefault(notice.buyer_key, []).append(row)
    rows = [np.array(each, np.int64) for each in buyers.values()]
    return [np.concatenate([rows[each] for each in chance.integers(len(rows), size=len(rows))]) for _ in range(draws)]
