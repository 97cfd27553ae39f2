"""The promises of training and judging: nothing is learnt from what is judged, and figures count what they say."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from classifiers.learning.calibrate import as_page
from classifiers.learning.corpus import heads, lexis_of, teaching
from classifiers.learning.figures import area_under_curve, calibration_error, macro_f1, marks_of, measured, micro_f1
from classifiers.learning.folds import folds_by_buyer, without_lookalikes
from classifiers.learning.labelled import Labelled, read
from classifiers.model import Calibration
from service.errors import UnreadableBody


def a_notice(title: str, code: str = "90911300", buyer: str = "Sample Council", **more: object) -> Labelled:
    return Labelled(identity=title, title=title, description="", codes=(code,), buyer=buyer, **more)  # type: ignore[arg-type]  # a builder


def lines(path: Path, *rows: Mapping[str, object]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


ROW = {"id": "1", "title": "Sample window cleaning", "cpv": ["90911300-9", "45000000"], "buyer": "Sample Council"}


def test_a_row_is_read_with_its_codes_in_order(tmp_path: Path) -> None:
    (found,) = read([lines(tmp_path / "rows.jsonl", ROW)])
    assert found.codes == ("90911300", "45000000")
    assert found.divisions == ("90", "45")
    assert found.sectors == ("environment", "construction")
    assert found.main_sectors == ("environment",)
    assert found.groups == ("909",)
    assert found.is_council


def test_a_zipped_file_reads_the_same(tmp_path: Path) -> None:
    plain = lines(tmp_path / "rows.jsonl", ROW)
    zipped = tmp_path / "rows.jsonl.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    assert read([zipped]) == read([plain])


def test_rows_without_a_code_that_exists_teach_nothing(tmp_path: Path) -> None:
    rows = [ROW | {"cpv": said} for said in ([], None, "90911300", ["99999999"], [None, "x"])] + [ROW | {"title": " "}]
    assert read([lines(tmp_path / "rows.jsonl", *rows)]) == []


@pytest.mark.parametrize("bad", ["nonsense", "[1]", '"text"', "{"])
def test_a_line_that_is_no_row_is_named(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + bad, "utf-8")
    with pytest.raises(UnreadableBody, match=r"rows\.jsonl, line 2"):
        read([path])


def test_a_damaged_zip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(ROW).encode() * 50)[:-12])
    with pytest.raises(UnreadableBody, match=r"rows\.jsonl\.gz"):
        read([path])


def test_find_a_tenders_flag_tells_nothing_because_it_never_says_no(tmp_path: Path) -> None:
    said = [ROW | {"title": source, "source": source, "sme": True} for source in ("fts-ocds:x", "cf-csv:x")]
    first, second = read([lines(tmp_path / "rows.jsonl", *said)])
    assert (first.suits_sme, second.suits_sme) == (None, True)


def test_the_same_notice_in_a_second_file_is_taken_once(tmp_path: Path) -> None:
    one = lines(tmp_path / "one.jsonl", ROW)
    two = lines(tmp_path / "two.jsonl", ROW | {"id": "2"}, ROW | {"title": "Sample roofing"})
    assert [notice.title for notice in read([one, two])] == ["Sample window cleaning", "Sample roofing"]


def test_a_buyer_is_never_on_both_sides_however_its_name_is_written() -> None:
    names = ["The Sample Council", "SAMPLE COUNCIL", "Sample Council Ltd.", "Other", "Third", "Fourth", "Fifth"]
    fold = folds_by_buyer([a_notice(str(place), buyer=name) for place, name in enumerate(names)], folds=3)
    assert len(set(fold[:3])) == 1
    assert set(fold) == {0, 1, 2}


def test_folds_do_not_depend_on_the_order_of_the_notices() -> None:
    notices = [a_notice(str(place), buyer=f"Buyer {chr(65 + place % 9)}") for place in range(40)]
    there = {notice.title: fold for notice, fold in zip(notices, folds_by_buyer(notices), strict=True)}
    back = notices[::-1]
    assert {notice.title: fold for notice, fold in zip(back, folds_by_buyer(back), strict=True)} == there


def test_a_text_nearly_the_same_is_not_learnt_from() -> None:
    notices = [
        a_notice("Cleaning of windows at seven libraries in Sampleton", buyer="One"),
        a_notice("Cleaning of windows at seven libraries, Sampleton (again)", buyer="Two"),
        a_notice("Cleaning of windows at seven libraries in sampleton", buyer="Three"),
        a_notice("Tree surgery in the park", buyer="Four"),
    ]
    lexis = lexis_of(notices, teaching())
    kept = without_lookalikes(notices, lexis, learn=np.array([1, 2, 3]), judge=np.array([0]))
    assert kept.tolist() == [3]


def test_every_line_of_the_lexicon_speaks_of_codes_that_exist() -> None:
    starts = {*heads().divisions, *heads().groups}
    ours = [each for each in teaching() if each.is_lexicon]
    assert {each.start for each in ours} <= starts
    assert {each.start[:2] for each in ours} == set(heads().divisions)


def test_every_phrase_of_the_lexicon_is_taught_once_under_its_codes() -> None:
    written = [
        (start, phrase)
        for line in files("classifiers").joinpath("lexicon.tsv").read_text("utf-8").splitlines()
        if not line.startswith("#")
        for start, _, phrases in (line.partition("\t"),)
        for phrase in phrases.split("; ")
    ]
    taught = [(each.start, phrase) for each in teaching() if each.is_lexicon for phrase in each.text.split(" . ")]
    assert sorted(taught) == sorted(written)
    assert len(set(written)) == len(written)


def figures_of(probability: list[list[float]], *codes: tuple[str, ...]) -> dict[str, float]:
    notices = [
        Labelled(identity=str(row), title=str(row), description="", codes=each) for row, each in enumerate(codes)
    ]
    marks = marks_of(notices, ("45", "90", "71", "79", "50"), np.array(probability), head="divisions")
    return {name: figure.value for name, figure in measured(marks, notices, draws=0).items()}


def test_any_counts_a_further_code_and_top_only_the_main_one() -> None:
    found = figures_of([[0.6, 0.3, 0.1, 0, 0]], ("90000000", "45000000"))
    assert (found["any_1"], found["top_1"], found["top_3"]) == (1, 0, 1)


def test_a_missing_answer_counts_as_wrong() -> None:
    found = figures_of([[0, 0, 0, 0, 0], [0.9, 0, 0, 0, 0]], ("45000000",), ("45000000",))
    assert (found["any_1"], found["any_3"], found["top_1"]) == (0.5, 0.5, 0.5)


def test_macro_f1_is_the_mean_over_the_true_classes() -> None:
    # 45: right once, answered twice, true once: 2*1/3. 90: never answered though true once: 0.
    found = figures_of([[0.9, 0, 0, 0, 0], [0.9, 0, 0, 0, 0]], ("45000000",), ("90000000",))
    assert found["macro_f1"] == pytest.approx((2 / 3 + 0) / 2)


def test_micro_f1_counts_what_is_given_from_three_tenths_on() -> None:
    # Given: 45 and 90 (0.3 counts, 0.29 does not). Named: 45, 71. One right of 2 given and 2 named.
    found = figures_of([[0.6, 0.3, 0.29, 0, 0]], ("45000000", "71000000"))
    assert found["micro_f1"] == pytest.approx(2 * 1 / 4)


def test_calibration_error_is_nought_for_an_honest_coin_and_half_for_a_boaster() -> None:
    right = np.array([True, False] * 50)
    assert calibration_error(np.full(100, 0.5), right) == pytest.approx(0)
    assert calibration_error(np.full(100, 1.0), right) == pytest.approx(0.5)


def test_the_area_under_the_curve_of_a_few_hand_ranked_answers() -> None:
    # Of the 2x2 pairs: (.9,.8) right, (.9,.1) right, (.5,.8) wrong, (.5,.1) right: 3 of 4.
    true = np.array([True, False, True, False])
    assert area_under_curve(np.array([0.9, 0.8, 0.5, 0.1]), true) == pytest.approx(0.75)
    assert area_under_curve(np.array([0.5, 0.5, 0.5, 0.5]), true) == pytest.approx(0.5)


def test_the_interval_holds_the_figure_and_is_the_same_each_time() -> None:
    notices = [a_notice(str(place), buyer=f"Buyer {place % 7}") for place in range(40)]
    said = np.zeros((40, 2))
    said[:25, 0], said[25:, 1] = 0.9, 0.9
    marks = marks_of(notices, ("90", "45"), said, head="divisions")
    once, again = measured(marks, notices, draws=50), measured(marks, notices, draws=50)
    assert once == again
    assert once["any_1"].value == pytest.approx(25 / 40)
    assert once["any_1"].low <= 25 / 40 <= once["any_1"].high
    assert macro_f1(marks) == once["macro_f1"].value
    assert micro_f1(marks) == once["micro_f1"].value


def test_a_calibration_is_the_same_after_it_was_kept() -> None:
    kept = as_page({"sectors/full": Calibration(score=1.25, lead=3.5, start=0.5, steps=((0.0, 0.01), (1.0, 0.9)))})
    assert kept == {"sectors/full": {"score": 1.25, "lead": 3.5, "start": 0.5, "steps": [[0.0, 0.01], [1.0, 0.9]]}}
