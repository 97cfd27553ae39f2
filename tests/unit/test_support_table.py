"""The table that the choice of support is measured against is whole before anything is measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.domain.programme import shipped_programmes

TABLE = Path(__file__).parents[1] / "fixtures" / "judged" / "support_pairs.jsonl"
PAIRS = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
FIELDS = {"pair", "source", "file", "notice", "on", "firm", "should", "none_because", "trap", "doubtful"}


def test_there_are_sixty_pairs_and_fifteen_or_more_that_should_get_nothing() -> None:
    assert len(PAIRS) == 60
    assert len({pair["pair"] for pair in PAIRS}) == 60
    assert sum(1 for pair in PAIRS if not pair["should"]) >= 15


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair["pair"]))
def test_each_pair_names_programmes_of_the_catalogue_with_reasons_or_says_why_none(pair: dict[str, object]) -> None:
    known = {programme.key for programme in shipped_programmes()}
    should = pair["should"]
    assert isinstance(should, dict)
    assert set(pair) == FIELDS
    assert set(should) <= known
    assert bool(should) != bool(pair["none_because"])
    assert all(reason.strip() for reason in should.values())


def test_no_pair_carries_words_of_a_notice() -> None:
    longest = max(len(str(pair["none_because"] or "")) for pair in PAIRS)
    assert longest < 160
    assert not any({"title", "description"} & set(pair) for pair in PAIRS)
