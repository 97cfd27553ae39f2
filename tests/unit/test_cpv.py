"""The promises of the procurement codes: all of them known, any honest spelling read, nothing invented."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import cpv


def test_all_9454_codes_are_shipped_with_a_label() -> None:
    assert len(cpv._labels()) == 9454
    assert all(label == label.strip() != "" for label in cpv._labels().values())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("45000000-7", "45000000"),
        ("45000000", "45000000"),
        ("  45000000-7 \n", "45000000"),
        ("45000000 - 7", "45000000"),
        ("45000000\u20137", "45000000"),
        ("4500 0000", "45000000"),
        (45000000, "45000000"),
        (3000000, "03000000"),
    ],
)
def test_honest_spellings_of_a_code_are_read(raw: str | int, code: str) -> None:
    assert cpv.normalise(raw) == code


@pytest.mark.parametrize(
    "raw",
    ["", " ", "45", "4500000", "450000000", "45000000-77", "CPV 45000000", "45000000;71000000", "4500000A", "-45000000",
     "4.5e7", "\u0664\u0665000000", "45000000-", "4" * 10_000, 0, -45000000, 45, 123456789, True],
)  # fmt: skip
def test_what_is_not_a_code_is_refused(raw: str | int) -> None:
    assert cpv.normalise(raw) is None
    assert not cpv.is_known(raw)
    assert cpv.label(raw) is None


def test_a_well_formed_code_that_does_not_exist_is_unknown() -> None:
    assert cpv.normalise("45999999") == "45999999"
    assert not cpv.is_known("45999999")
    assert cpv.label("45999999") is None


def test_labels_are_the_official_ones() -> None:
    assert cpv.label("45000000-7") == "Construction work"
    assert cpv.label("90911300-9") == "Window-cleaning services"
    assert cpv.is_known("90911300")


@given(st.text(max_size=60) | st.integers() | st.booleans())
def test_no_input_breaks_the_reading(raw: str | int) -> None:
    code = cpv.normalise(raw)
    assert code is None or (len(code) == 8 and code.isascii() and code.isdigit())


def test_nearly_every_code_on_real_notices_is_known(shared_data: Path) -> None:
    with gzip.open(shared_data / "notices" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        codes = [code for line in lines for code in json.loads(line)["cpv"]]
    unknown = [code for code in codes if not cpv.is_known(code)]
    assert len(codes) > 5000
    assert len(unknown) <= len(codes) * 0.005, unknown[:20]
