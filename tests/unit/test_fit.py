"""The promises of the two fits: log odds come out as reckoned by hand, what nobody knows teaches nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit

from classifiers.learning.corpus import Floats
from classifiers.learning.fit import ODDS_LIFT, ODDS_SHARE, fit, fit_both, fit_odds


def two_words(texts: int) -> tuple[object, Floats, Floats]:
    """Texts of the first word, all right, and of the second, all wrong."""
    table = sparse.csr_matrix(np.repeat(np.eye(2, dtype=np.float32), texts, axis=0))
    wanted = np.repeat(np.array([[1], [0]], np.float32), texts, axis=0)
    return table, wanted, np.ones(2 * texts, np.float32)


def test_log_odds_stand_where_penalty_and_error_are_even() -> None:
    table, wanted, weight = two_words(5)
    found = fit_odds(table, wanted, weight, penalty=1.0)
    (word,) = found.weights[0]
    # Five texts pull by what is still wrong, the penalty holds by the weight itself.
    assert word == pytest.approx(5 * (1 - expit(word)), abs=0.02)
    assert found.weights[1, 0] == pytest.approx(-word, abs=1e-4)
    assert found.start[0] == pytest.approx(0, abs=1e-6)


def test_what_nobody_knows_moves_no_odds() -> None:
    table = sparse.csr_matrix(np.eye(3, dtype=np.float32))
    wanted = np.array([[1, 0], [0, 1], [np.nan, 1]], np.float32)
    found = fit_odds(table, wanted, np.ones(3, np.float32))
    assert found.weights[2, 0] == pytest.approx(0, abs=1e-6)
    assert found.weights[2, 1] > 0


@pytest.mark.parametrize("said", [0.0, 1.0])
def test_an_answer_that_is_never_or_always_right_stays_finite(said: float) -> None:
    table, wanted, weight = two_words(2)
    found = fit_odds(table, np.full_like(wanted, said), weight)
    assert np.isfinite(found.weights).all()
    assert np.isfinite(found.start).all()


def test_many_texts_alike_do_not_swing_the_rounds_apart() -> None:
    table = sparse.csr_matrix(np.ones((400, 1), np.float32))
    wanted = np.tile(np.array([[1], [0]], np.float32), (200, 1))
    weight = np.tile(np.array([10, 1], np.float32), 200)
    found = fit_odds(table, wanted, weight)
    assert expit(found.start[0] + found.weights[0, 0]) == pytest.approx(10 / 11, abs=0.01)


def test_both_are_added_for_the_first_answers_and_squares_alone_judge_the_rest() -> None:
    table, one, weight = two_words(4)
    wanted = np.hstack([one, one])
    both, plain = fit_both(table, wanted, weight, odds=1), fit(table, wanted, weight)
    odds = fit_odds(table, one, weight)
    assert both.weights[:, 0] == pytest.approx(plain.weights[:, 0] + ODDS_SHARE * odds.weights[:, 0], abs=1e-5)
    assert both.weights[:, 1] == pytest.approx(plain.weights[:, 1], abs=1e-6)
    assert both.start[0] == pytest.approx(plain.start[0] + ODDS_SHARE * odds.start[0] + ODDS_LIFT, abs=1e-6)
