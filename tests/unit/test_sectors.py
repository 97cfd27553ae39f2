"""The promises of the trades: complete, plain, and every procurement code has its one home."""

from __future__ import annotations

import re

import pytest

from service.domain import cpv
from service.domain.sectors import all_sectors, sector_of_cpv, sectors_of_cpv

KEYS = [
    *("construction", "materials", "design", "maintenance", "environment", "grounds", "it", "telecoms", "energy"),
    *("health", "care", "education", "consultancy", "research", "finlegal", "staffing", "creative", "security"),
    *("transport", "food", "goods", "industrial", "leisure", "public"),
]


def test_the_sectors_are_the_24_of_the_contract_in_its_order() -> None:
    assert [sector.key for sector in all_sectors()] == KEYS


def test_every_sector_says_in_plain_words_what_it_covers() -> None:
    for sector in all_sectors():
        assert sector.label[0].isupper()
        assert 3 <= len(sector.covers) <= 8, sector.key
        assert 10 <= len(sector.words) <= 40, sector.key
        assert "cpv" not in " ".join((sector.label, *sector.covers)).lower()


def test_cue_words_are_lower_case_whole_and_never_repeated() -> None:
    for sector in all_sectors():
        assert len(set(sector.words)) == len(sector.words), sector.key
        for word in sector.words:
            assert re.fullmatch(r"[a-z0-9&'. +-]{3,45}", word), (sector.key, word)
            assert word == word.strip().lower()


def test_a_cue_word_points_to_one_trade_only() -> None:
    owners: dict[str, list[str]] = {}
    for sector in all_sectors():
        for word in sector.words:
            owners.setdefault(word, []).append(sector.key)
    assert {word: keys for word, keys in owners.items() if len(keys) > 1} == {}


@pytest.mark.parametrize(
    ("code", "sector"),
    [
        ("45000000-7", "construction"),
        ("90911300", "environment"),  # window cleaning
        ("90911300-9", "environment"),
        ("55524000", "food"),  # school catering
        ("15000000", "food"),
        ("79000000", "consultancy"),
        ("79710000", "security"),  # longer than 79
        ("79600000", "staffing"),
        ("79100000", "finlegal"),
        ("79340000", "creative"),
        ("79952000", "creative"),
        ("79990000", "consultancy"),
        ("30200000", "it"),
        ("30192000", "goods"),
        ("50312000", "it"),
        ("50100000", "transport"),
        ("50700000", "maintenance"),
        ("85000000", "care"),
        ("85121000", "health"),
        ("85200000", "health"),
        ("85310000", "care"),
        ("70300000", "public"),
        (72000000, "it"),
        (3000000, "grounds"),
        ("9091", "environment"),
    ],
)
def test_a_code_belongs_to_the_sector_with_the_longest_prefix(code: str | int, sector: str) -> None:
    assert sector_of_cpv(code) == sector


@pytest.mark.parametrize("code", ["", "x", "99999999", "00000000", "4", "45-00-00", "\u0664\u0665000000", "4" * 500])
def test_a_code_that_is_none_of_ours_belongs_to_no_sector(code: str) -> None:
    assert sector_of_cpv(code) is None


def test_every_code_of_the_vocabulary_has_a_sector_and_every_sector_has_codes() -> None:
    homes = {code: sector_of_cpv(code) for code in cpv._labels()}
    assert [code for code, home in homes.items() if home is None] == []
    assert set(homes.values()) == set(KEYS)


def test_several_codes_name_each_sector_once_and_in_order() -> None:
    assert sectors_of_cpv(["90910000", "45000000", "90911300", "nonsense"]) == ("environment", "construction")
    assert sectors_of_cpv([]) == ()
