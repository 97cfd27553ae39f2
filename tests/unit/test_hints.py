"""The promises of the two hints: a chance from 0 to 1, moved by what is known, and never made up."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from classifiers.forest import read_forest
from classifiers.hints import HINTS, Hint, circumstances_of, worth_of
from classifiers.model import shipped
from classifiers.tagger import TAGGER
from service.domain.money import Value
from service.domain.opportunity import Buyer, Details


def cleaning(*, pounds: int | None = None, flag: bool | None = None) -> Details:
    return Details(
        title="Window cleaning for Sample School",
        description="Cleaning of the windows twice a year.",
        value=Value(net=Decimal(pounds), currency="GBP") if pounds else None,
        sme=flag,
    )


@pytest.mark.parametrize(
    ("value", "buyer", "procedure", "known"),
    [
        (9_999.0, "Sample Borough Council", "Open procedure", ("value 0", "buyer council", "procedure open")),
        (10_000.0, "Sample NHS Trust", "Restricted", ("value 1", "buyer health", "procedure restricted")),
        (200_000.0, "Sample Police", "Call-off from a framework", ("value 5", "buyer emergency", "procedure call-off")),
        (1e12, "Sample Ltd", "Direct award", ("value 13", "buyer other", "procedure direct")),
        (None, "", "", ("value unknown", "buyer unknown", "procedure unknown")),
        (-5.0, "", "x", ("value unknown", "buyer unknown", "procedure unknown")),
        (1.0, "", "", ("value unknown", "buyer unknown", "procedure unknown")),
        (float("nan"), "", "", ("value unknown", "buyer unknown", "procedure unknown")),
    ],
)
def test_circumstances_are_told_apart(value: float | None, buyer: str, procedure: str, known: tuple[str, ...]) -> None:
    assert circumstances_of(value=value, buyer=buyer, procedure=procedure) == known


def test_a_chance_is_the_logistic_of_the_sum_by_hand() -> None:
    hint = Hint(base=0.5, start=0.0, text=2.0, weights={"value 3": 1.0})
    assert hint.chance(0.0, ("value unknown",)) == pytest.approx(0.5)
    assert hint.chance(0.5, ("value 3",)) == pytest.approx(0.880797, abs=1e-6)  # 1 / (1 + e^-2)
    assert hint.chance(-1e9, ()) == pytest.approx(0, abs=1e-9)


def test_turns_of_phrase_are_circumstances_too() -> None:
    text = "Supply of benches in three lots. SMEs are welcome."
    known = circumstances_of(value=None, buyer="", procedure="", text=text)
    assert known[3:] == ("says lots", "says small firms", "says supply")


def test_a_hint_with_trees_is_the_mean_of_both_chances_by_hand() -> None:
    tables = {"column": [1, 0, 0], "edge": [5.0, 0, 0], "left": [1, 0, 0], "share": [0, 51, 204], "root": [0]}
    trees = read_forest({name: np.array(row) for name, row in tables.items()}, columns=2)
    hint = Hint(base=0.5, start=0.0, text=0.0, weights={}, forest=trees, columns=("score", "worth"))
    assert hint.chance(0.0, (), worth_of(1_000_000.0)) == pytest.approx((0.5 + 0.8) / 2)
    assert hint.chance(0.0, (), worth_of(None)) == pytest.approx((0.5 + 0.2) / 2)


def test_a_chance_comes_with_the_base_rate_of_its_model() -> None:
    tags = TAGGER.tags(cleaning(pounds=40_000))
    hints = shipped().hints
    assert tags.awarded_to_sme_base == round(hints["awarded_to_sme"].base, 3)
    assert tags.flag_base == round(hints["flag_probability"].base, 3)


def test_the_shipped_model_has_both_hints_with_base_rate_and_figures() -> None:
    hints = shipped().page["hints"]
    assert set(hints) == set(HINTS)
    for said in hints.values():
        assert 0 < said["base"] < 1
        assert said["figures"]["auc"]["low"] > 0.5


def test_a_large_contract_goes_to_a_small_firm_less_often_than_a_small_one() -> None:
    small = TAGGER.tags(cleaning(pounds=40_000))
    large = TAGGER.tags(cleaning(pounds=40_000_000))
    assert small.awarded_to_sme is not None
    assert large.awarded_to_sme is not None
    assert 0 < large.awarded_to_sme < small.awarded_to_sme < 1


def test_the_buyers_own_flag_is_not_looked_at() -> None:
    said = {TAGGER.tags(cleaning(flag=flag)).flag_probability for flag in (True, False, None)}
    assert len(said) == 1


def test_where_nothing_is_read_nothing_is_hinted() -> None:
    tags = TAGGER.tags(Details(title="", buyer=Buyer(name="Sample Council")))
    assert (tags.awarded_to_sme, tags.flag_probability) == (None, None)
