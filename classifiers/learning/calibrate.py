"""Turns scores into honest probabilities, learnt from scores of buyers that the scoring model had not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from classifiers.learning.corpus import Floats, heads
from classifiers.learning.labelled import Labelled
from classifiers.learning.trial import Scores, Trial
from classifiers.model import Calibration, best_others, told_by

#: How much a further code proves beside the main one: buyers add codes freely. So a probability stands between how
#: often the answer is the main code and how often it is any of the codes, about as far from the one as from the other.
_FURTHER = 0.85
#: Of each notice so many of the best answers are learnt from: the others are never shown.
_BEST = 12
#: The bending is kept at so many points.
_STEPS = 24

HEADS = ("divisions", "sectors", "groups")


def calibrated(trial: Trial, *, leave_out: int | None = None) -> dict[str, Calibration]:
    """One calibration for each head and kind of text, named "divisions/full" and so on.

    Args:
        trial: scores of buyers not seen.
        leave_out: a fold that must not be learnt from, because it is to be judged.
    """
    rows = np.flatnonzero(trial.fold != leave_out) if leave_out is not None else np.arange(len(trial.notices))
    notices = [trial.notices[row] for row in rows]
    proved = {name: _proved(notices, name) for name in HEADS}
    weight = np.array([notice.weight for notice in notices])
    return {
        f"{name}/{kind}": _one(getattr(scores, name)[rows], proved[name], weight)
        for kind, scores in trial.kinds()
        for name in HEADS
    }


def probabilities(trial: Trial) -> tuple[Scores, Scores]:
    """Probabilities of full texts and of titles; each fold by the calibration of the other folds."""
    found = []
    by_fold = {int(fold): calibrated(trial, leave_out=int(fold)) for fold in np.unique(trial.fold)}
    for kind, scores in trial.kinds():
        heads_of = {name: np.zeros_like(getattr(scores, name)) for name in HEADS}
        for fold, calibrations in by_fold.items():
            rows = trial.fold == fold
            for name in HEADS:
                heads_of[name][rows] = calibrations[f"{name}/{kind}"](getattr(scores, name)[rows])
        found.append(Scores(**heads_of))
    return found[0], found[1]


def as_page(calibrations: Mapping[str, Calibration]) -> dict[str, dict[str, Any]]:
    """The calibrations as the model's page keeps them."""
    return {
        name: {
            "score": round(each.score, 4),
            "lead": round(each.lead, 4),
            "start": round(each.start, 4),
            "steps": [[round(said, 4), round(true, 4)] for said, true in each.steps],
        }
        for name, each in calibrations.items()
    }


def _proved(notices: Sequence[Labelled], head: str) -> Floats:
    """One row a notice: 1 for what its main code names, less for what a further code names."""
    order = {name: place for place, name in enumerate(getattr(heads(), head))}
    proved = np.zeros((len(notices), len(order)), np.float32)
    for row, notice in enumerate(notices):
        for place, name in enumerate(getattr(notice, head)):
            proved[row, order[name]] = _FURTHER if place else 1
    return proved


def _one(scores: Floats, proved: Floats, weight: Floats) -> Calibration:
    best = np.argsort(-scores, axis=1, kind="stable")[:, :_BEST]
    told, lead, true = (
        np.take_along_axis(each, best, axis=1).ravel()
        for each in (told_by(scores), scores - best_others(scores), proved)
    )
    loud = np.repeat(weight, best.shape[1])
    told_and_lead = np.column_stack([told, lead])
    both = np.vstack([told_and_lead, told_and_lead])
    answer = np.concatenate([np.ones(len(told)), np.zeros(len(told))])
    counts = np.concatenate([loud * true, loud * (1 - true)])
    if not 0 < float((loud * true).sum()) < float(loud.sum()):
        return Calibration(score=1, lead=0, start=0)
    kept = counts > 0
    curve = LogisticRegression(C=1e4, max_iter=300).fit(both[kept], answer[kept], sample_weight=counts[kept])
    score, lead_weight = (float(each) for each in curve.coef_[0])
    plain = Calibration(score=score, lead=lead_weight, start=float(curve.intercept_[0]))
    said = np.take_along_axis(plain(scores), best, axis=1).ravel()
    bend = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(said, true, sample_weight=loud)
    return Calibration(score=plain.score, lead=plain.lead, start=plain.start, steps=_steps(bend))


def _steps(bend: IsotonicRegression) -> tuple[tuple[float, float], ...]:
    """The bending as a rising line through few points: smooth enough that two scores seldom become one probability."""
    at = np.concatenate([np.linspace(0, 0.1, 8, endpoint=False), np.linspace(0.1, 1, _STEPS - 8)])
    around = np.linspace(-0.02, 0.02, 9)
    true = np.maximum.accumulate([float(np.mean(bend.predict(np.clip(point + around, 0, 1)))) for point in at])
    rising = true + np.linspace(0, 1e-3, len(at))
    return tuple((float(said), float(min(1.0, to))) for said, to in zip(at, rising, strict=True))
