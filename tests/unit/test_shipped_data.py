"""The promises of the shipped data files: each can be read, says where it comes from and holds nothing private."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable

import pytest

from service.domain import shipped
from service.domain.gazetteer import gazetteer
from service.domain.place import place_of
from service.errors import ReferenceDataError

DATA = files("service.data")


def data_files(folder: Traversable = DATA) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and not entry.name.startswith("__"):
            found.extend(data_files(entry))
        elif entry.name.endswith((".toml", ".csv", ".tsv")):
            found.append(entry)
    return found


FILES = {entry.name: entry for entry in data_files()}


def test_the_files_others_rely_on_are_there() -> None:
    assert {
        "authorities.toml",
        "countries.csv",
        "cpv.tsv",
        "glossary.toml",
        "london_buyers.toml",
        "postcode_districts.csv",
        "regions.csv",
        "sectors.toml",
        "thresholds.toml",
    } <= set(FILES)
    assert len(FILES) > 100


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_file_is_clean_text_with_source_licence_and_date(name: str) -> None:
    text = FILES[name].read_bytes().decode("utf-8")
    assert "\r" not in text
    assert text.endswith("\n")
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    assert "source" in text
    assert "licence" in text
    assert re.search(r"\b20\d\d-\d\d(-\d\d)?\b", text)
    assert not re.search(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", text), "no personal addresses"
    assert "\ufffd" not in text


@pytest.mark.parametrize("name", sorted(name for name in FILES if name.endswith(".toml")))
def test_every_toml_file_parses(name: str) -> None:
    assert tomllib.loads(FILES[name].read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(name for name in FILES if name.endswith(".csv")))
def test_every_csv_file_has_its_columns_in_every_row(name: str) -> None:
    assert len(shipped.csv_rows(name)) >= 200


# Thresholds --------------------------------------------------------------------------------------------------------


def thresholds(on: date) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in shipped.toml_rows("thresholds.toml", "threshold"):
        begins, ends, amount, key = row["from"], row.get("until", date.max), row["amount"], row["key"]
        assert isinstance(begins, date)
        assert isinstance(ends, date)
        assert isinstance(amount, int)
        assert isinstance(key, str)
        if begins <= on <= ends:
            assert key not in found, f"two sums for {key} on {on}"
            found[key] = amount
    return found


def test_the_sums_of_2026_are_those_of_the_law() -> None:
    assert thresholds(date(2026, 11, 23)) == {
        "goods_and_services_central": 135_018,
        "goods_and_services_other": 207_720,
        "works": 5_193_000,
        "light_touch": 663_540,
        "light_touch_utilities": 884_720,
        "goods_and_services_utilities": 415_440,
        "concessions": 5_193_000,
        "concessions_light_touch": 5_372_609,
        "notice_central": 12_000,
        "notice_other": 30_000,
        "council_transparency": 5_000,
    }


def test_the_sums_changed_on_new_years_day_of_2026() -> None:
    assert thresholds(date(2025, 12, 31))["goods_and_services_other"] == 214_904
    assert thresholds(date(2026, 1, 1))["goods_and_services_other"] == 207_720


def test_every_threshold_says_its_source_and_how_vat_counts() -> None:
    for row in shipped.toml_rows("thresholds.toml", "threshold"):
        where = str(row["key"])
        assert shipped.text_in(row, "source", where=where)
        assert shipped.text_in(row, "label", where=where).endswith(".")
        assert row["vat"] in {"included", "excluded", "not stated"}
        assert row["who"] in {"central", "other", "utilities", "all"}
        assert row["what"] in {"goods_and_services", "works", "light_touch", "concessions", "notice", "transparency"}


# Glossary ------------------------------------------------------------------------------------------------------------


def test_the_glossary_explains_thirty_words_in_short_sentences() -> None:
    rows = shipped.toml_rows("glossary.toml", "word")
    terms = [shipped.text_in(row, "term", where="glossary.toml") for row in rows]
    assert len(terms) == 30
    assert terms == sorted(terms, key=str.casefold)
    spellings = [
        name.casefold() for row in rows for name in (str(row["term"]), *shipped.texts_in(row, "also", where="x"))
    ]
    assert len(spellings) == len(set(spellings))
    for row in rows:
        meaning = shipped.text_in(row, "means", where=str(row["term"]))
        sentences = [sentence for sentence in re.split(r"(?<=[.:])\s", meaning) if sentence]
        assert meaning.endswith(".")
        assert len(sentences) <= 3, row["term"]
        assert all(len(sentence.split()) <= 25 for sentence in sentences), row["term"]


# Damage ---------------------------------------------------------------------------------------------------------------


def test_damage_to_a_file_is_told_with_its_name_and_field() -> None:
    with pytest.raises(ReferenceDataError, match=r"nothing\.toml cannot be read"):
        shipped.toml_rows("nothing.toml", "row")
    with pytest.raises(ReferenceDataError, match=r"sectors\.toml: it has no \[\[colour\]\] entries"):
        shipped.toml_rows("sectors.toml", "colour")
    with pytest.raises(ReferenceDataError, match="here: label must be a text"):
        shipped.text_in({"label": " "}, "label", where="here")
    with pytest.raises(ReferenceDataError, match="here: words must be a list of texts"):
        shipped.texts_in({"words": "one"}, "words", where="here")
    with pytest.raises(ReferenceDataError, match="does not have the columns"):
        shipped.csv_rows("cpv.tsv")


# Whole --------------------------------------------------------------------------------------------------------------


def test_every_region_and_postcode_district_leads_to_a_place() -> None:
    places = gazetteer()
    for code in places.regions:
        place = place_of(delivery_regions=[code])
        assert place.scope != "unknown", code
        assert place.in_london == (code == "UK" or code.startswith("UKI")), code
    for district in places.districts:
        assert place_of(delivery_postcodes=[district]).in_london, district
