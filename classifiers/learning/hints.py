"""Learns the two hints of `classifiers.hints` from notices whose buyers set a flag or whose winners are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from classifiers.hints import HINTS, Hint, circumstances_of
from classifiers.learning.corpus import Floats, Lexis, Matrix
from classifiers.learning.figures import Figure, Reals, Truths, area_under_curve, calibration_error, drawn, figure_of
from classifiers.learning.fit import fit, likeness
from classifiers.learning.folds import folds_by_buyer
from classifiers.learning.labelled import Labelled

#: Fewer notices of either answer teach nothing.
_LEAST_OF_EACH = 40
#: The one ministry's flags are a habit of its own and half of all: it counts for little here.
_MINISTRY = 0.05
#: Weights are held down more than for trades: the signal is weak.
_PENALTY = 6.0
_FOLDS = 5
_DRAWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """One hint: its reckoning, the weights of words and pairs, and how it fared on buyers not seen."""

    hint: Hint
    words: Floats
    notices: int
    figures: dict[str, Figure]


def learnt(notices: Sequence[Labelled], table: Matrix, lexis: Lexis) -> dict[str, Learnt]:
    """Every hint that there is enough to learn from.

    Args:
        notices: all; those that say nothing of a hint are passed over.
        table: their words, one row a notice.
        lexis: what the columns of the table are.
    """
    found = {}
    for name in HINTS:
        said = [notice.went_to_sme if name == "awarded_to_sme" else notice.suits_sme for notice in notices]
        rows = np.array([row for row, each in enumerate(said) if each is not None], np.int64)
        true = np.array([bool(said[row]) for row in rows.tolist()], bool)
        if min(int(true.sum()), int((~true).sum())) >= _LEAST_OF_EACH:
            wide = len(lexis.vocabulary.words) + len(lexis.vocabulary.pairs)
            found[name] = _one([notices[row] for row in rows.tolist()], table[rows][:, :wide], true)
    return found


def _one(notices: Sequence[Labelled], table: Matrix, true: Truths) -> Learnt:
    weight = np.array([_MINISTRY if notice.weight < 1 else 1.0 for notice in notices], np.float32)
    wanted, alike, fold = true.astype(np.float32)[:, None], likeness(table), folds_by_buyer(notices, folds=_FOLDS)
    score = np.zeros(len(notices))
    for number in range(_FOLDS):
        judge, learn = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        part = fit(table[learn], wanted[learn], weight[learn], alike=alike[np.ix_(learn, learn)], penalty=_PENALTY)
        score[judge] = (table[judge] @ part.weights + part.start)[:, 0]
    known = [circumstances_of(value=each.value, buyer=each.buyer, procedure=each.procedure) for each in notices]
    names = sorted({name for each in known for name in each})
    beside = np.array([[name in each for name in names] for each in known], np.float64)
    both = np.column_stack([4 * score, beside])
    chance = np.zeros(len(notices))
    for number in range(_FOLDS):
        judge, learn = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        if len(judge) and len(set(true[learn].tolist())) > 1:
            chance[judge] = _curve(both[learn], true[learn], weight[learn]).predict_proba(both[judge])[:, 1]
    curve, whole = _curve(both, true, weight), fit(table, wanted, weight, alike=alike, penalty=_PENALTY)
    others = [row for row, notice in enumerate(notices) if notice.weight >= 1]
    hint = Hint(
        base=float((true * weight).sum() / weight.sum()),
        start=float(curve.intercept_[0] + 4 * curve.coef_[0][0] * whole.start[0]),
        text=float(4 * curve.coef_[0][0]),
        weights=dict(zip(names, map(float, curve.coef_[0][1:]), strict=True)),
    )
    rows = np.array(others, np.int64)
    return Learnt(
        hint=hint,
        words=whole.weights[:, 0],
        notices=len(notices),
        figures=_figures([notices[row] for row in others], chance[rows], true[rows]),
    )


def _curve(
    both: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    true: Truths,
    weight: Floats,
) -> LogisticRegression:
    return LogisticRegression(C=0.3, max_iter=500).fit(both, true, sample_weight=weight)


def _figures(
    notices: Sequence[Labelled],
    chance: Reals,
    true: Truths,
) -> dict[str, Figure]:
    """Area under the curve and calibration error, without the one ministry."""
    if not len(notices) or true.all() or not true.any():
        return {}
    draws = drawn(notices, _DRAWS)
    return {
        "auc": figure_of(area_under_curve, chance, true, draws),
        "calibration_error": figure_of(calibration_error, chance, true, draws),
    }
