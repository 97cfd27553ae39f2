"""Puts the figures of a judging together: for all, by source, for councils, for London, and sector by sector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.learning.figures import (
    Counts,
    Figure,
    Marks,
    Reals,
    area_under_curve,
    calibration_error,
    curve,
    drawn,
    figure_of,
    marks_of,
    measured,
)
from classifiers.learning.labelled import Labelled

#: A source of fewer notices than these is not listed alone.
_LEAST_OF_A_SOURCE = 100
#: Of the table of mistaken sectors the pairs most often mistaken.
_MOST_MISTAKEN = 15
_EVEN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSector:
    """How one sector fared as the first answer, on full texts."""

    key: str
    notices: int
    precision: float | None
    recall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All figures of one judging.

    Attributes:
        notices: how many.
        buyers: how many buyers they are of.
        slices: figures by slice ("all", "councils"...), then by head and kind ("divisions/full").
        sizes: notices of each slice.
        sectors: sector by sector.
        mistaken: pairs of sectors (true, answered) with how often.
        curves: calibration curves by head and kind.
        confusion: one row a true sector, one column an answered one.
        names: the sectors in the order of the confusion.
        hints: area under the curve and calibration error of each hint; empty where none was judged.
        note: what a reader must know of all figures; "".
    """

    notices: int
    buyers: int
    slices: Mapping[str, Mapping[str, Mapping[str, Figure]]]
    sizes: Mapping[str, int]
    sectors: tuple[OneSector, ...]
    mistaken: tuple[tuple[str, str, int], ...]
    curves: Mapping[str, Sequence[tuple[float, float, float]]]
    confusion: Counts
    names: tuple[str, ...]
    hints: Mapping[str, Mapping[str, Figure]]
    note: str = ""


def judged(
    notices: Sequence[Labelled],
    names: Mapping[str, Sequence[str]],
    answers: Mapping[str, Reals],
    *,
    hints: Mapping[str, Mapping[str, Figure]] | None = None,
    draws: int = 200,
) -> Judged:
    """Put the figures together.

    Args:
        notices: what was judged.
        names: the answers of each head.
        answers: probabilities by head and kind ("divisions/full"...), one row a notice.
        hints: what `judged_hints` found.
        draws: how many drawings the intervals rest on.
    """
    marks = {
        name: marks_of(notices, names[name.partition("/")[0]], probability, head=name.partition("/")[0])
        for name, probability in answers.items()
    }
    slices, sizes = {}, {}
    for title, belongs in _slices(notices):
        rows = np.array([row for row, notice in enumerate(notices) if belongs(notice)], np.int64)
        if not len(rows):
            continue
        some = [notices[row] for row in rows]
        slices[title] = {
            name: measured(
                each.of(known := _with_a_group(each, rows, name)), [notices[row] for row in known], draws=draws
            )
            for name, each in marks.items()
        }
        sizes[title] = len(some)
    sectors = tuple(names["sectors"])
    first = marks["sectors/full"]
    confusion = np.zeros((len(sectors), len(sectors)), np.int64)
    answered = (first.main >= 0) & (first.first >= 0)
    np.add.at(confusion, (first.main[answered], first.first[answered]), 1)
    return Judged(
        notices=len(notices),
        buyers=len({notice.buyer_key for notice in notices}),
        slices=slices,
        sizes=sizes,
        sectors=tuple(_sectors(sectors, first)),
        mistaken=_mistaken(sectors, confusion),
        curves={name: curve(each.said, each.main_rank < 1) for name, each in marks.items() if len(each)},
        confusion=confusion,
        names=sectors,
        hints=hints or {},
    )


def judged_hints(
    notices: Sequence[Labelled], chances: Mapping[str, Sequence[float | None]], *, draws: int = 200
) -> dict[str, dict[str, Figure]]:
    """How the hints fared where buyers set a flag or winners are known; a missing answer counts as an even chance."""
    found = {}
    for name, said in chances.items():
        truth = [notice.went_to_sme if name == "awarded_to_sme" else notice.suits_sme for notice in notices]
        rows = [row for row, each in enumerate(truth) if each is not None]
        true = np.array([bool(truth[row]) for row in rows], bool)
        if not true.any() or true.all():
            continue
        chance = np.array([_EVEN if (each := said[row]) is None else each for row in rows], np.float64)
        picked = drawn([notices[row] for row in rows], draws)
        found[name] = {
            key: figure_of(measure, chance, true, picked)
            for key, measure in (("auc", area_under_curve), ("calibration_error", calibration_error))
        }
    return found


def _with_a_group(marks: Marks, rows: Counts, name: str) -> Counts:
    """Groups are judged only where the main code names one."""
    return rows[marks.main[rows] >= 0] if name.startswith("groups") else rows


def _slices(notices: Sequence[Labelled]) -> Iterator[tuple[str, Callable[[Labelled], bool]]]:
    yield "all", lambda _: True
    if any(notice.weight < 1 for notice in notices):
        yield "without the one-ministry sample", lambda notice: notice.weight >= 1
    yield "councils", lambda notice: notice.is_council
    yield "London", lambda notice: notice.london
    counts = Counter(notice.source for notice in notices)
    for source, count in counts.most_common():
        if count >= _LEAST_OF_A_SOURCE and len(counts) > 1:
            yield f"source {source}", lambda notice, source=source: notice.source == source  # type: ignore[misc]


def _sectors(names: Sequence[str], marks: Marks) -> Iterator[OneSector]:
    for column, key in enumerate(names):
        true, said = marks.main == column, marks.first == column
        if true.any():
            right = int((true & said).sum())
            yield OneSector(
                key=key,
                notices=int(true.sum()),
                precision=right / int(said.sum()) if said.any() else None,
                recall=right / int(true.sum()),
            )


def _mistaken(names: Sequence[str], confusion: Counts) -> tuple[tuple[str, str, int], ...]:
    pairs = [
        (names[true], names[said], int(confusion[true, said]))
        for true in range(len(names))
        for said in range(len(names))
        if true != said and confusion[true, said]
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair[2])[:_MOST_MISTAKEN])


def as_json(judged_: Judged) -> dict[str, object]:
    """The figures for a machine; what was not measured is null."""
    return {
        "notices": judged_.notices,
        "buyers": judged_.buyers,
        "note": judged_.note,
        "slices": {
            title: {
                "notices": judged_.sizes[title],
                **{name: {key: _rounded(figure) for key, figure in figures.items()} for name, figures in heads.items()},
            }
            for title, heads in judged_.slices.items()
        },
        "sectors": {
            each.key: {"notices": each.notices, "precision": _or_none(each.precision), "recall": round(each.recall, 4)}
            for each in judged_.sectors
        },
        "hints": {
            name: {key: _rounded(figure) for key, figure in figures.items()} for name, figures in judged_.hints.items()
        },
        "mistaken": [{"true": true, "answered": said, "count": count} for true, said, count in judged_.mistaken],
        "curves": {
            name: [
                {"said": round(said, 4), "right": round(right, 4), "share": round(share, 4)}
                for said, right, share in bins
            ]
            for name, bins in judged_.curves.items()
        },
    }


def as_lines(judged_: Judged) -> Iterator[str]:
    """The figures for a person."""
    yield f"{judged_.notices} notices of {judged_.buyers} buyers; no answer counts as wrong; 95% intervals by buyer"
    if judged_.note:
        yield judged_.note
    for title, heads in judged_.slices.items():
        yield f"{title} ({judged_.sizes[title]})"
        for name, figures in heads.items():
            shown = "  ".join(
                f"{key} {figure.value:.3f} [{figure.low:.3f}-{figure.high:.3f}]" for key, figure in figures.items()
            )
            yield f"  {name}: {shown}"
    yield "sector by sector, first answer on full texts"
    for each in judged_.sectors:
        precision = "-" if each.precision is None else f"{each.precision:.2f}"
        yield f"  {each.key}: {each.notices} notices, precision {precision}, recall {each.recall:.2f}"
    for name, figures in judged_.hints.items():
        shown = "  ".join(f"{key} {each.value:.3f} [{each.low:.3f}-{each.high:.3f}]" for key, each in figures.items())
        yield f"hint {name}: {shown}"
    yield "most often mistaken: " + ", ".join(f"{true} for {said} {count}" for true, said, count in judged_.mistaken)


def _rounded(figure: Figure) -> dict[str, float | None]:
    return {"value": _or_none(figure.value), "low": _or_none(figure.low), "high": _or_none(figure.high)}


def _or_none(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(value, 4)
