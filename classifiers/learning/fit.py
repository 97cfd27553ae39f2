"""Fits one weight for each word and each answer, all answers at once, by weighted least squares with a penalty.

Solved over the likeness of the texts and not over their words: with some ten thousand texts this is one factorisation
of a matrix, needs no random start and no number of rounds, and gives the same weights every time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from classifiers.learning.corpus import Floats, Matrix

#: How strongly weights are held down; of a few values tried by buyer the best, and a flat best.
PENALTY = 2.0
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
