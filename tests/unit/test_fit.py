"""The promises of the three fits: they come out as reckoned by hand, and what nobody knows teaches nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit, softmax

from classifiers.learning.corpus import Floats
from classifiers.learning.fit import (
    BAYES_SHARE,
    LIFT,
    SOFTMAX_SHARE,
    fit_all,
    fit_bayes,
    fit_softmax,
    fit_squares,
    ground_of,
    likeness,
)


def two_words(texts: int) -> tuple[object, Floats, Floats]:
    """Texts of the first word, all right, and of the second, all wrong."""
    table = sparse.csr_matrix(np.repeat(np.eye(2, dtype=np.float32), texts, axis=0))
    wanted = np.repeat(np.array([[1], [0]], np.float32), texts, axis=0)
    return table, wanted, np.ones(2 * texts, np.float32)


def test_every_text_is_likened_to_every_other_whatever_part_it_is_in() -> None:
    chance = np.random.default_rng(1)
    table = sparse.random(2_300, 40, density=0.2, random_state=chance, format="csr", dtype=np.float32)
    assert np.abs(likeness(table) - (table @ table.T).toarray()).max() < 1e-5


def test_rivals_stand_where_penalty_and_error_are_even() -> None:
    table, wanted, weight = two_words(5)
    found = fit_softmax(ground_of(table, weight, penalty=4.0), np.hstack([wanted, 1 - wanted]), heads=[slice(2)])
    word = found.weights[0, 0]
    # Five texts pull by what is still wrong, a quarter of the penalty holds by the weight itself. As one rival rises,
    # the other falls.
    assert word == pytest.approx(5 * (1 - expit(2 * word)), abs=0.02)
    assert found.weights[0, 1] == pytest.approx(-word, abs=1e-4)
    assert found.weights[1, 0] == pytest.approx(-word, abs=1e-4)
    assert found.start == pytest.approx([np.log(0.5)] * 2, abs=1e-6)


def test_a_text_of_two_answers_is_shared_out() -> None:
    table = sparse.csr_matrix(np.ones((1, 1), np.float32))
    found = fit_softmax(
        ground_of(table, np.array([1e4], np.float32)), np.array([[1, 1, 0]], np.float32), heads=[slice(3)]
    )
    chance = softmax(found.weights[0] + found.start)
    assert chance == pytest.approx([0.5, 0.5, 0], abs=0.01)


def test_a_text_that_only_says_what_it_is_not_lifts_the_others_as_they_stand() -> None:
    table = sparse.csr_matrix(np.eye(4, dtype=np.float32))
    nobody = np.nan
    wanted = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, nobody, nobody]], np.float32)
    found = fit_softmax(ground_of(table, np.ones(4, np.float32)), wanted, heads=[slice(3)])
    not_, one, other = found.weights[3]
    assert not_ < -0.1
    assert one == pytest.approx(other, abs=1e-5)
    assert one == pytest.approx(-not_ / 2, abs=1e-4)


def test_what_nobody_knows_and_what_has_no_answer_moves_nothing() -> None:
    table = sparse.csr_matrix(np.eye(4, dtype=np.float32))
    wanted = np.array([[1, 0], [0, 1], [np.nan, np.nan], [0, 0]], np.float32)
    found = fit_softmax(ground_of(table, np.ones(4, np.float32)), wanted, heads=[slice(2)])
    assert found.weights[2:] == pytest.approx(np.zeros((2, 2)), abs=1e-6)
    assert abs(found.weights[0, 0]) > 0.1


@pytest.mark.parametrize("said", [0.0, 1.0])
def test_an_answer_that_is_never_or_always_right_stays_finite(said: float) -> None:
    table, wanted, weight = two_words(2)
    found = fit_softmax(ground_of(table, weight), np.full_like(wanted, said), heads=[slice(1)])
    assert np.isfinite(found.weights).all()
    assert np.isfinite(found.start).all()


def test_many_texts_alike_do_not_swing_the_rounds_apart() -> None:
    table = sparse.csr_matrix(np.ones((400, 1), np.float32))
    wanted = np.tile(np.eye(2, dtype=np.float32), (200, 1))
    weight = np.tile(np.array([10, 1], np.float32), 200)
    found = fit_softmax(ground_of(table, weight), wanted, heads=[slice(2)])
    assert softmax(found.start + found.weights[0])[0] == pytest.approx(10 / 11, abs=0.01)


def test_heads_do_not_hear_of_one_another() -> None:
    table, wanted, weight = two_words(3)
    one = np.hstack([wanted, 1 - wanted])
    other = np.hstack([1 - wanted, wanted, np.zeros_like(wanted)])
    both = fit_softmax(ground_of(table, weight), np.hstack([one, other]), heads=[slice(2), slice(2, 5)])
    alone = [fit_softmax(ground_of(table, weight), each, heads=[slice(each.shape[1])]) for each in (one, other)]
    assert both.weights == pytest.approx(np.hstack([each.weights for each in alone]), abs=1e-5)
    assert both.start == pytest.approx(np.concatenate([each.start for each in alone]), abs=1e-6)


def test_bayes_hears_who_else_uses_a_word() -> None:
    table = sparse.csr_matrix(np.array([[3, 1], [0.2, 0], [0, 0.5]], np.float32))
    wanted = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    found = fit_bayes(table, wanted, np.array([1, 2, 4], np.float32), smooth=1.0)
    # Texts of other answers than the first: four of the second word. Of others than the second: three and one.
    by_hand = -np.log(np.array([[1 / 6, 4 / 6], [5 / 6, 2 / 6]]))
    assert found.weights == pytest.approx(by_hand - by_hand.mean(axis=1, keepdims=True), abs=1e-6)
    assert found.start == pytest.approx([0, 0])


def test_what_nobody_knows_counts_for_no_answer_in_bayes() -> None:
    table = sparse.csr_matrix(np.eye(3, dtype=np.float32))
    wanted = np.array([[1, 0], [0, 1], [np.nan, 1]], np.float32)
    found = fit_bayes(table, wanted, np.ones(3, np.float32))
    without = fit_bayes(table[:2], wanted[:2], np.ones(2, np.float32))
    assert np.diff(found.weights[:2])[:, 0] == pytest.approx(np.diff(without.weights[:2])[:, 0], abs=1e-6)


def test_all_are_added_for_the_first_answers_and_squares_alone_judge_the_rest() -> None:
    table, one, weight = two_words(4)
    wanted = np.hstack([one, 1 - one, one])
    all_, plain = fit_all(table, wanted, weight, heads=[slice(2)]), fit_squares(ground_of(table, weight), wanted)
    softmax_, bayes = (
        fit_softmax(ground_of(table, weight), wanted, heads=[slice(2)]),
        fit_bayes(table, wanted[:, :2], weight),
    )
    added = SOFTMAX_SHARE * softmax_.weights + BAYES_SHARE * bayes.weights
    assert all_.weights[:, :2] == pytest.approx(plain.weights[:, :2] + added, abs=1e-5)
    assert all_.weights[:, 2] == pytest.approx(plain.weights[:, 2], abs=1e-6)
    assert all_.start[:2] == pytest.approx(plain.start[:2] + SOFTMAX_SHARE * softmax_.start + LIFT, abs=1e-6)
    assert all_.start[2] == pytest.approx(plain.start[2], abs=1e-6)
