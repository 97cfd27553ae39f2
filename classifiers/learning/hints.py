"""Learns the two hints of `classifiers.hints` from notices whose buyers set a flag or whose winners are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression

from classifiers.forest import Table, forest_tables, read_forest
from classifiers.hints import HINTS, LOUD, SCORE, WORTH, Hint, circumstances_of, known_to_trees, worth_of
from classifiers.learning.corpus import Floats, Lexis, Matrix
from classifiers.learning.figures import Figure, Reals, Truths, area_under_curve, calibration_error, drawn, figure_of
from classifiers.learning.fit import fit_squares, ground_of, likeness
from classifiers.learning.folds import folds_by_buyer
from classifiers.learning.labelled import Labelled

#: Fewer notices of either answer teach nothing.
_LEAST_OF_EACH = 40
#: The one ministry's flags are a habit of its own and half of all: it counts for little here.
_MINISTRY = 0.05
#: The trees: so many, of leaves so large at least and so deep at most, each branch the best of so large a share of all
#: questions. Fixed seed.
_TREES, _LEAST_OF_A_LEAF, _DEEPEST, _QUESTIONS, _SEED = 80, 8, 12, 1.0, 2026
#: Weights are held down more than for trades: the signal is weak.
_PENALTY = 6.0
_FOLDS = 5
_DRAWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """One hint: its reckoning, the weights of words and pairs, the trees, and how it fared on buyers not seen."""

    hint: Hint
    words: Floats
    trees: Mapping[str, Table]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What is known beside the words: for the sum of weights and for the trees, one row a notice."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    weighed: Reals
    seen: Reals

    def with_scores(self, score: Reals) -> tuple[Reals, Reals]:
        """Both tables with the scores of the words in front."""
        loud = LOUD * score[:, None]
        return np.column_stack([loud, self.weighed]), np.column_stack([loud, self.seen])


def _beside(notices: Sequence[Labelled]) -> _Beside:
    known = [
        circumstances_of(
            value=each.value,
            buyer=each.buyer,
            procedure=each.procedure,
            text=f"{each.title} {each.description}",
        )
        for each in notices
    ]
    names = tuple(sorted({name for each in known for name in each}))
    columns = (SCORE, WORTH, *(name for name in names if not name.startswith("value ")))
    return _Beside(
        names=names,
        columns=columns,
        weighed=np.array([[name in each for name in names] for each in known], np.float64),
        seen=np.array(
            [
                known_to_trees(0, worth_of(notice.value), each, columns)[1:]
                for notice, each in zip(notices, known, strict=True)
            ],
            np.float64,
        ),
    )


def _one(notices: Sequence[Labelled], table: Matrix, true: Truths) -> Learnt:
    weight = np.array([_MINISTRY if notice.weight < 1 else 1.0 for notice in notices], np.float32)
    of_buyer = Counter(notice.buyer_key for notice in notices)
    # A flag is a buyer's habit: ten notices of one buyer tell little more of words than three of three buyers.
    evened = np.array([1 / np.sqrt(of_buyer[notice.buyer_key]) for notice in notices], np.float32)
    wanted, alike, fold = true.astype(np.float32)[:, None], likeness(table), folds_by_buyer(notices, folds=_FOLDS)
    score = np.zeros(len(notices))
    for number in range(_FOLDS):
        judge, learn = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        some = ground_of(table[learn], evened[learn], alike=alike[np.ix_(learn, learn)], penalty=_PENALTY)
        part = fit_squares(some, wanted[learn])
        score[judge] = (table[judge] @ part.weights + part.start)[:, 0]
    beside = _beside(notices)
    weighed, seen = beside.with_scores(score)
    chance = np.zeros(len(notices))
    for number in range(_FOLDS):
        judge, learn = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        if len(judge) and len(set(true[learn].tolist())) > 1:
            curve = _curve(weighed[learn], true[learn], weight[learn])
            trees = _trees(seen[learn], true[learn], weight[learn])
            chance[judge] = (curve.predict_proba(weighed[judge])[:, 1] + trees.predict_proba(seen[judge])[:, 1]) / 2
    curve = _curve(weighed, true, weight)
    whole = fit_squares(ground_of(table, evened, alike=alike, penalty=_PENALTY), wanted)
    tables = _tables_of(_trees(seen, true, weight))
    hint = Hint(
        base=float((true * weight).sum() / weight.sum()),
        start=float(curve.intercept_[0] + LOUD * curve.coef_[0][0] * whole.start[0]),
        text=float(LOUD * curve.coef_[0][0]),
        weights=dict(zip(beside.names, map(float, curve.coef_[0][1:]), strict=True)),
        forest=read_forest(tables, columns=len(beside.columns)),
        columns=beside.columns,
        level=float(whole.start[0]),
    )
    rows = np.array([row for row, notice in enumerate(notices) if notice.weight >= 1], np.int64)
    return Learnt(
        hint=hint,
        words=whole.weights[:, 0],
        trees=tables,
        notices=len(notices),
        figures=_figures([notices[row] for row in rows.tolist()], chance[rows], true[rows]),
    )


def _curve(both: Reals, true: Truths, weight: Floats) -> LogisticRegression:
    return LogisticRegression(C=0.3, max_iter=500).fit(both, true, sample_weight=weight)


def _trees(seen: Reals, true: Truths, weight: Floats) -> ExtraTreesClassifier:
    grown = ExtraTreesClassifier(
        _TREES, min_samples_leaf=_LEAST_OF_A_LEAF, max_depth=_DEEPEST, max_features=_QUESTIONS, random_state=_SEED
    )
    return grown.fit(seen, true, sample_weight=weight)


def _tables_of(grown: ExtraTreesClassifier) -> dict[str, Table]:
    trees = []
    for each in grown.estimators_:
        tree = each.tree_
        # What is so or not so is parted in the middle, wherever chance put the edge.
        edge = np.where(tree.feature < len((SCORE, WORTH)), tree.threshold, 0.5)
        share = tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1)
        trees.append((tree.feature, edge, tree.children_left, tree.children_right, share))
    return forest_tables(trees)


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
