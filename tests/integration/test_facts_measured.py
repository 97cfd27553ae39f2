"""The facts read from real notices, measured against what a person read in them."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from service.commands.evaluate_facts import FactsMeasured, facts_as_json, facts_as_lines, interval, measure_facts
from service.registry import all_sources, the_tagger

LABELS = Path(__file__).resolve().parents[1] / "fixtures" / "facts"


def measured(labels: Path, data: Path | None) -> dict[str, FactsMeasured]:
    found = measure_facts(labels, data, sources=all_sources().values(), tagger=the_tagger())
    return {one.half: one for one in found}


@pytest.fixture(scope="module")
def real(shared_data: Path) -> dict[str, FactsMeasured]:
    return measured(LABELS, shared_data)


@pytest.mark.parametrize("half", ["measure", "tune"])
def test_what_is_read_from_real_notices_is_nearly_always_right(real: dict[str, FactsMeasured], half: str) -> None:
    tally = real[half].every
    assert real[half].absent == 0
    assert tally.right / (tally.right + tally.false) >= 0.95
    assert tally.right / (tally.right + tally.missed) >= 0.6
    assert tally.same_place / tally.right >= 0.95


def test_the_sample_is_as_large_as_it_says(real: dict[str, FactsMeasured]) -> None:
    assert {half: one.notices for half, one in real.items()} == {"measure": 159, "tune": 743}


def test_the_labels_hold_places_and_values_and_never_the_words() -> None:
    for path in LABELS.glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            said = json.loads(line)
            assert set(said) == {"id", "file", "text_sha256", "facts"}
            for fact in said["facts"]:
                assert set(fact) == {"kind", "value", "start", "end"}
                assert len(fact["value"]) <= 40
                assert 0 <= fact["start"] < fact["end"]


def a_sample(folder: Path, text: str, facts: list[dict[str, object]]) -> Path:
    """Labels of one notice whose text stands in a notices file."""
    labels, notices = folder / "labels", folder / "data" / "notices"
    labels.mkdir()
    notices.mkdir(parents=True)
    with gzip.open(notices / "train.jsonl.gz", "wt", encoding="utf-8") as out:
        out.write(json.dumps({"id": "1", "description": text}) + "\n")
    row = {
        "id": "1",
        "file": "train",
        "text_sha256": hashlib.sha256(text.encode()).hexdigest()[:16],
        "facts": facts,
    }
    (labels / "measure.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    return labels


def test_right_false_and_missed_are_counted(tmp_path: Path) -> None:
    text = "Sample work for a period of 3 years. ISO 9001 is needed, and four shepherds."
    labels = a_sample(
        tmp_path,
        text,
        [
            {"kind": "length", "value": "36 months", "start": 28, "end": 35},
            {"kind": "lots", "value": "4", "start": 61, "end": 65},
        ],
    )
    found = measured(labels, tmp_path / "data")["measure"]
    assert (found.every.right, found.every.false, found.every.missed, found.every.same_place) == (1, 1, 1, 1)
    assert found.by_kind["accreditation"].false == 1
    assert "precision 0.500 (1/2" in next(facts_as_lines([found]))
    said = facts_as_json([found])
    assert said is not None
    assert "measure" in said


def test_a_text_that_is_not_the_one_that_was_read_counts_as_not_here(tmp_path: Path) -> None:
    labels = a_sample(tmp_path, "Sample text.", [])
    row = json.loads((labels / "measure.jsonl").read_text("utf-8"))
    other = {**row, "text_sha256": "0" * 16, "facts": [{"kind": "lots", "value": "4", "start": 0, "end": 1}]}
    (labels / "measure.jsonl").write_text(f"{json.dumps(row)}\n{json.dumps(other)}\n", "utf-8")
    found = measured(labels, tmp_path / "data")["measure"]
    assert (found.notices, found.absent, found.every.missed) == (1, 1, 0)


def test_without_the_texts_nothing_is_claimed(tmp_path: Path) -> None:
    assert measured(LABELS, tmp_path) == {}
    assert measured(tmp_path, tmp_path) == {}
    assert measured(LABELS, None) == {}
    assert facts_as_json([]) is None


def test_the_interval_is_wide_where_little_is_counted() -> None:
    assert interval(0, 0) == (0.0, 1.0)
    low, high = interval(1, 1)
    assert low == pytest.approx(0.2065, abs=0.001)
    assert high == 1.0
    low, high = interval(95, 100)
    assert low == pytest.approx(0.8882, abs=0.001)
    assert high == pytest.approx(0.9785, abs=0.001)
