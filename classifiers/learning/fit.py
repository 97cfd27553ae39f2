"""Fits one weight for each word and each answer, all answers at once, in three ways that are then added.

Weighted least squares with a penalty ranks the first answer best, a softmax (all answers of a head are rivals) the
second and third; both are solved over the likeness of the texts and not over their words: with some ten thousand texts
that is one factorisation of a matrix. Naive Bayes only counts, and errs elsewhere: that is its worth beside the others.
None has a random start, so that the same texts give the same weights every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse, special

from classifiers.learning.corpus import Floats, Matrix
from classifiers.learning.figures import Truths

#: How strongly weights are held down; of a few values tried by buyer the best, and a flat best.
PENALTY = 2.0
#: How loud the softmax is beside least squares. Anything from 0.03 to 0.06 did as well on buyers not seen.
SOFTMAX_SHARE = 0.05
#: How many texts of other answers naive Bayes takes to have each term, beside those that do.
BAYES_SMOOTH = 2.0
#: How loud naive Bayes is beside least squares. Anything from 0.25 to 1 did as well on buyers not seen.
BAYES_SHARE = 0.4
#: Scores are read by their logarithm; so much lifts those of likely answers above nought.
LIFT = 0.25
#: Rounds of the softmax; eight more change no figure by more than a thousandth.
_ROUNDS = 12
#: No step of the softmax is larger than this curvature allows. A half of the steepest there can be: the rounds cannot
#: swing apart. It is held down by this share of the penalty, 0.5; of .15, .4 and .5 tried the larger two did alike.
_CURVATURE = 0.25
#: An answer that nobody gave has no logarithm: this is as far as it goes.
_LEAST_COMMON = 1e-6
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What was learnt: `table @ weights + start` are the scores of texts."""

    #: One row a word, pair or piece, one column an answer.
    weights: Floats
    #: The score of an empty text: how common each answer is.
    start: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Texts, how much each counts, and the one factorisation that squares and softmax both are solved by.

    Attributes:
        table: one row a text.
        weight: how much each text counts, above 0.
        alike: the inner product of every text with every other.
        held: how strongly each text's part is held down.
        factor: of `alike` with `held` on its diagonal, as scipy keeps it.
    """

    table: Matrix
    weight: Floats
    alike: Floats
    held: Floats
    factor: tuple[Floats, bool]

    def solved(self, wrong: Floats) -> Floats:
        """What each text must add so that what is wrong is put right; `wrong` may be overwritten."""
        found: Floats = linalg.cho_solve(self.factor, wrong.astype(np.float32), overwrite_b=True, check_finite=False)
        return found

    def weights(self, pull: Floats) -> Floats:
        """The weights of terms from what each text adds."""
        return np.asarray(sparse.csr_matrix(self.table.T) @ pull, np.float32)


def ground_of(table: Matrix, weight: Floats, *, alike: Floats | None = None, penalty: float = PENALTY) -> Ground:
    """Make texts ready to be fitted.

    Args:
        table: one row a text.
        weight: how much each text counts, above 0.
        alike: `likeness(table)` where it is already there; it is left as it was.
        penalty: how strongly weights are held down.
    """
    alike = likeness(table) if alike is None else alike
    held = (penalty / weight).astype(np.float32)
    square = alike.copy()
    square[np.diag_indices_from(square)] += held
    factor = linalg.cho_factor(square, lower=True, overwrite_a=True, check_finite=False)
    return Ground(table=table, weight=weight, alike=alike, held=held[:, None], factor=factor)


def likeness(table: Matrix) -> Floats:
    """The inner product of every text with every other, as one square; one half is reckoned, and mirrored."""
    square = np.empty((table.shape[0], table.shape[0]), np.float32)
    starts = range(0, table.shape[0], _ROWS_AT_ONCE)
    parts = [table[at : at + _ROWS_AT_ONCE] for at in starts]
    for left, down in zip(parts, starts, strict=True):
        turned = left.T.tocsr()
        for right, along in zip(parts, starts, strict=True):
            if along >= down:
                part = (right @ turned).toarray()
                square[along : along + part.shape[0], down : down + part.shape[1]] = part
                square[down : down + part.shape[1], along : along + part.shape[0]] = part.T
    return square


def fit_squares(ground: Ground, wanted: Floats) -> Fit:
    """Fit weighted least squares.

    Args:
        ground: the texts.
        wanted: one row a text, one column an answer: 0 to 1; not-a-number where nobody knows, which teaches nothing.
    """
    unknown = np.isnan(wanted)
    counts = np.where(unknown, 0, ground.weight[:, None])
    start = (np.where(unknown, 0, wanted) * counts).sum(axis=0) / np.maximum(counts.sum(axis=0), 1e-9)
    pull = ground.solved(np.where(unknown, start, wanted) - start)
    return Fit(weights=ground.weights(pull), start=start.astype(np.float32))


def fit_softmax(ground: Ground, wanted: Floats, *, heads: Sequence[slice]) -> Fit:
    """Fit multinomial logistic regression: in each head the answers are rivals, and their chances make one together.

    Solved by rounds with a bound on the curvature (Boehning 1992). The bound is a share of what squares are solved by,
    so its factorisation serves, and weights are held down by the same share of the ground's penalty.

    Args:
        ground: the texts.
        wanted: as for `fit_squares`. A text of several answers of a head is shared out among them; one of none teaches
            that head nothing, and what nobody knows of a text is left to what the rest of its head says.
        heads: the columns of each head, one behind the other from the first column on.
    """
    rivals = [_Rivals.of(wanted[:, head], ground.weight) for head in heads]
    start = np.concatenate([each.start for each in rivals])
    pull = np.zeros((len(ground.weight), len(start)), np.float32)
    for _ in range(_ROUNDS):
        scores = ground.alike @ pull + start
        wrong = np.hstack([each.wrong(scores[:, head]) for each, head in zip(rivals, heads, strict=True)])
        pull += ground.solved(wrong / _CURVATURE - ground.held * pull)
    return Fit(weights=ground.weights(pull), start=start)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rivals:
    """What is wanted of one head, for a softmax.

    Attributes:
        shares: one row a text, one column an answer; each row adds up to one where all of it is known, 0 where unknown.
        unknown: where nobody knows.
        teaches: one row a text: whether it teaches this head anything.
        start: the logarithm of how common each answer is.
    """

    shares: Floats
    unknown: Truths
    teaches: Truths
    start: Floats

    @classmethod
    def of(cls, wanted: Floats, weight: Floats) -> _Rivals:
        unknown = np.isnan(wanted)
        known = np.where(unknown, 0, wanted)
        total, open_ = known.sum(axis=1, keepdims=True), unknown.any(axis=1, keepdims=True)
        shares = known / np.maximum(total, np.where(open_, 1, _LEAST_COMMON))
        common = (shares * weight[:, None]).sum(axis=0)
        common /= max(float(common.sum()), _LEAST_COMMON)
        return cls(
            shares=shares.astype(np.float32),
            unknown=unknown,
            teaches=(total > 0) | open_,
            start=np.log(np.maximum(common, _LEAST_COMMON)).astype(np.float32),
        )

    def wrong(self, scores: Floats) -> Floats:
        """How far the chances of these scores are from what is wanted."""
        chance = special.softmax(scores, axis=1)
        open_ = np.where(self.unknown, chance, 0)
        left = 1 - self.shares.sum(axis=1, keepdims=True)
        should = self.shares + open_ * (left / np.maximum(open_.sum(axis=1, keepdims=True), _LEAST_COMMON))
        return np.where(self.teaches, should - chance, 0).astype(np.float32)


def fit_bayes(table: Matrix, wanted: Floats, weight: Floats, *, smooth: float = BAYES_SMOOTH) -> Fit:
    """Complement naive Bayes (Rennie and others, 2003): a term speaks for an answer where texts of others lack it.

    Only whether a text has a term is counted, not how loud it is there.

    Args:
        table: one row a text.
        wanted: as for `fit_squares`.
        weight: how much each text counts, above 0.
        smooth: so many texts of other answers are taken to have each term beside those that do.
    """
    there = table.copy()
    there.data = np.ones_like(there.data)
    against = np.where(np.isnan(wanted), 0, 1 - wanted) * weight[:, None]
    using = np.asarray(there.T @ against.astype(np.float32)) + np.float32(smooth)
    weights = -np.log(using / using.sum(axis=0))
    weights -= weights.mean(axis=1, keepdims=True)
    return Fit(weights=weights, start=np.zeros(wanted.shape[1], np.float32))


def fit_all(table: Matrix, wanted: Floats, weight: Floats, *, heads: Sequence[slice]) -> Fit:
    """All three ways added: squares, and of `heads` a share of the softmax, of naive Bayes, and `LIFT`."""
    ground = ground_of(table, weight)
    squares, softmax = fit_squares(ground, wanted), fit_softmax(ground, wanted, heads=heads)
    wide = len(softmax.start)
    bayes = fit_bayes(table, wanted[:, :wide], weight)
    weights, start = squares.weights, squares.start
    weights[:, :wide] += np.float32(SOFTMAX_SHARE) * softmax.weights + np.float32(BAYES_SHARE) * bayes.weights
    start[:wide] += np.float32(SOFTMAX_SHARE) * softmax.start + np.float32(LIFT)
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
