"""Fits one weight for each word and each answer, all answers at once, in two ways that are then added.

Weighted least squares with a penalty ranks the first answer best, log odds (one answer against the rest) the second and
third. Both are solved over the likeness of the texts and not over their words: with some ten thousand texts each is one
factorisation of a matrix, without a random start, so that the same texts give the same weights every time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse, special

from classifiers.learning.corpus import Floats, Matrix

#: How strongly weights are held down; of a few values tried by buyer the best, and a flat best.
PENALTY = 2.0
#: Likewise for log odds.
ODDS_PENALTY = 0.15
#: How loud log odds are beside least squares. Anything from 0.04 to 0.2 did as well on buyers not seen.
ODDS_SHARE = 0.06
#: Scores are read by their logarithm; so much lifts those of likely answers above nought.
ODDS_LIFT = 0.25
#: Rounds of log odds. After so many nothing moves by more than a hundredth.
_ROUNDS = 20
#: No step is larger than this curvature allows. A half of the steepest there can be: the rounds cannot swing apart.
_CURVATURE = 0.125
#: An answer that is never or always right has no log odds: this is as far as they go.
_LEAST_COMMON = 1e-6
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What was learnt: `table @ weights + start` are the scores of texts."""

    #: One row a word, pair or piece, one column an answer.
    weights: Floats
    #: The score of an empty text: how common each answer is.
    start: Floats


def likeness(table: Matrix) -> Floats:
    """The inner product of every text with every other, as one square."""
    square = np.empty((table.shape[0], table.shape[0]), np.float32)
    turned = table.T.tocsr()
    for at in range(0, table.shape[0], _ROWS_AT_ONCE):
        square[at : at + _ROWS_AT_ONCE] = (table[at : at + _ROWS_AT_ONCE] @ turned).toarray()
    return square


def fit(table: Matrix, wanted: Floats, weight: Floats, *, alike: Floats | None = None, penalty: float = PENALTY) -> Fit:
    """Fit all answers.

    Args:
        table: one row a text.
        wanted: one row a text, one column an answer: 0 to 1; not-a-number where nobody knows, which teaches nothing.
        weight: how much each text counts, above 0.
        alike: `likeness(table)` where it is already there; it is left as it was.
        penalty: how strongly weights are held down.
    """
    unknown = np.isnan(wanted)
    counts = np.where(unknown, 0, weight[:, None])
    start = (np.where(unknown, 0, wanted) * counts).sum(axis=0) / np.maximum(counts.sum(axis=0), 1e-9)
    wanted = np.where(unknown, start, wanted)
    square = likeness(table) if alike is None else alike.copy()
    square[np.diag_indices_from(square)] += penalty / weight
    factor = linalg.cho_factor(square, lower=True, overwrite_a=True, check_finite=False)
    pull = linalg.cho_solve(factor, (wanted - start).astype(np.float32), overwrite_b=True, check_finite=False)
    return Fit(weights=np.asarray(sparse.csr_matrix(table.T) @ pull, np.float32), start=start.astype(np.float32))


def fit_odds(
    table: Matrix, wanted: Floats, weight: Floats, *, alike: Floats | None = None, penalty: float = ODDS_PENALTY
) -> Fit:
    """Fit the log odds of all answers, each against the rest, by rounds of one and the same factorisation.

    Args:
        table: one row a text.
        wanted: as for `fit`.
        weight: as for `fit`.
        alike: `likeness(table)` where it is already there; it is left as it was.
        penalty: how strongly weights are held down.
    """
    unknown = np.isnan(wanted)
    counts = np.where(unknown, 0, weight[:, None])
    common = (np.where(unknown, 0, wanted) * counts).sum(axis=0) / np.maximum(counts.sum(axis=0), 1e-9)
    common = np.clip(common, _LEAST_COMMON, 1 - _LEAST_COMMON)
    start = np.log(common / (1 - common)).astype(np.float32)
    square = likeness(table) if alike is None else alike
    held = (penalty / weight).astype(np.float32)
    bound = square * np.float32(_CURVATURE)
    bound[np.diag_indices_from(bound)] += held
    factor = linalg.cho_factor(bound, lower=True, overwrite_a=True, check_finite=False)
    pull = np.zeros(wanted.shape, np.float32)
    for _ in range(_ROUNDS):
        wrong = np.where(unknown, 0, wanted - special.expit(square @ pull + start)).astype(np.float32)
        pull += linalg.cho_solve(factor, wrong - held[:, None] * pull, overwrite_b=True, check_finite=False)
    return Fit(weights=np.asarray(sparse.csr_matrix(table.T) @ pull, np.float32), start=start)


def fit_both(table: Matrix, wanted: Floats, weight: Floats, *, odds: int) -> Fit:
    """Both ways added: `ODDS_SHARE` of the log odds, and `ODDS_LIFT`; after the first `odds` answers squares alone."""
    alike = likeness(table)
    plain = fit(table, wanted, weight, alike=alike)
    more = fit_odds(table, wanted[:, :odds], weight, alike=alike)
    weights, start = plain.weights, plain.start
    weights[:, :odds] += np.float32(ODDS_SHARE) * more.weights
    start[:odds] += np.float32(ODDS_SHARE) * more.start + np.float32(ODDS_LIFT)
    return Fit(weights=weights, start=start)


def rare_counts_more(main: Floats, weight: Floats) -> Floats:
    """Weights evened out by class: with the square root of how rare the main division is, from 0.3 to 4 times.

    Args:
        main: one row a notice, one column a division, 1 for the main one.
        weight: of each notice.
    """
    count = (main * weight[:, None]).sum(axis=0)
    mean = count.sum() / len(count)
    factor = np.sqrt(mean / np.maximum(count, 1e-6))
    return np.asarray(weight * np.clip(main @ factor, 0.3, 4), np.float32)
