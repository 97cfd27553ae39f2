"""The promises of the kept trade model: it is small, it is read without pickle, and a damaged one is refused."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from classifiers.model import ARRAYS, PAGE, SHIPPED, Calibration, load, shipped
from classifiers.sector import trade_of
from classifiers.tagger import TrainedTagger
from service.domain.opportunity import Details
from service.errors import ReferenceDataError

TWO_MEGABYTES = 2_000_000


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in (ARRAYS, PAGE):
        shutil.copyfile(SHIPPED / name, tmp_path / name)
    return tmp_path


def changed_page(folder: Path, **changes: object) -> Path:
    page = json.loads((folder / PAGE).read_text("utf-8"))
    (folder / PAGE).write_text(json.dumps(page | changes), "utf-8")
    return folder


def test_the_shipped_model_is_under_two_megabytes_and_knows_all_heads() -> None:
    assert sum((SHIPPED / name).stat().st_size for name in (ARRAYS, PAGE)) < TWO_MEGABYTES
    model = shipped()
    assert len(model.divisions) == 45
    assert len(model.sectors) == 24
    assert len(model.groups) > 250


def test_the_shipped_model_holds_numbers_only() -> None:
    with np.load(SHIPPED / ARRAYS, allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} <= {"i", "u", "f"}


def test_the_card_beside_the_model_is_of_its_version() -> None:
    assert (SHIPPED / "CARD.md").read_text("utf-8").startswith(f"# Trade model {shipped().version}\n")


def test_a_copy_judges_as_the_model_it_is_a_copy_of(copied: Path) -> None:
    assert trade_of("Window cleaning", "", (), model=load(copied)) == trade_of("Window cleaning", "", ())
    assert TrainedTagger(copied).tags(Details(title="Window cleaning")).version == shipped().version


@pytest.mark.parametrize("name", [ARRAYS, PAGE])
def test_a_missing_file_is_refused(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(ReferenceDataError, match=name):
        load(copied)


@pytest.mark.parametrize("cut", [0, 10, 1000])
def test_a_cut_or_changed_file_is_refused(copied: Path, cut: int) -> None:
    raw = (copied / ARRAYS).read_bytes()
    (copied / ARRAYS).write_bytes(raw[:cut] + b"x" + raw[cut + 1 : -1])
    with pytest.raises(ReferenceDataError, match="not the file"):
        load(copied)


def test_another_form_is_refused_with_the_way_out(copied: Path) -> None:
    with pytest.raises(ReferenceDataError, match="bowbell train"):
        load(changed_page(copied, form=99))


@pytest.mark.parametrize("page", ["", "[]", "nonsense", "{}", '{"form": 2}', '{"form": 2, "sha256": 5}'])
def test_a_page_that_is_none_is_refused(copied: Path, page: str) -> None:
    (copied / PAGE).write_text(page, "utf-8")
    with pytest.raises(ReferenceDataError):
        load(copied)


def test_tables_that_do_not_fit_one_another_are_refused(copied: Path) -> None:
    heads = {"divisions": ["45"], "sectors": ["construction"], "groups": ["452"]}
    with pytest.raises(ReferenceDataError, match="shape"):
        load(changed_page(copied, heads=heads))


def test_a_pickle_in_the_place_of_a_table_is_refused(copied: Path) -> None:
    from hashlib import sha256

    with np.load(copied / ARRAYS, allow_pickle=False) as arrays:
        tables = {name: arrays[name] for name in arrays.files}
    tables["start"] = np.array([{"a": "pickle"}], dtype=object)
    with (copied / ARRAYS).open("wb") as file:
        np.savez(file, **tables)
    changed_page(copied, sha256=sha256((copied / ARRAYS).read_bytes()).hexdigest())
    with pytest.raises(ReferenceDataError, match="allow_pickle"):
        load(copied)


def test_judging_loads_no_library_of_training() -> None:
    import subprocess

    script = (
        "import sys; from classifiers.tagger import TAGGER; from service.domain.opportunity import Details; "
        "TAGGER.tags(Details(title='Window cleaning')); "
        "print([name for name in ('sklearn', 'scipy', 'pandas') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert said.stdout.strip() == "[]"


def test_a_clear_lead_makes_a_surer_answer() -> None:
    calibration = Calibration(score=1.0, lead=3.0, start=0.0)
    ahead, level = np.array([0.8, 0.1], np.float32), np.array([0.8, 0.79], np.float32)
    assert calibration(ahead)[0] > calibration(level)[0]
