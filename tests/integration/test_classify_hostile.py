"""`bowbell classify` on hostile lines: a clear answer or a clear error, never a crash and never a silent tag."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from service.cli import app


def classify(*lines: str) -> Result:
    return CliRunner().invoke(app, ["classify"], input="\n".join(lines) + "\n")


def answer(**said: object) -> dict[str, object]:
    result = classify(json.dumps({"id": 1, **said}))
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"title": ""},
        {"title": None, "description": None, "cpv": None, "value": None},
        {"title": "\x00\x07\x1b[31m", "description": "\x7f" * 50},
        {"title": ["a", "list"]},
        {"title": 12},
    ],
)
def test_what_says_nothing_is_answered_without_a_trade(said: dict[str, object]) -> None:
    found = answer(**said)
    assert found["sure"] is False
    assert found["sectors"] == [] or "not sure" in str(found["note"])


def test_a_megabyte_of_text_is_answered() -> None:
    assert answer(title="Window cleaning", description="window cleaning of schools " * 40_000)["sure"] is True


def test_a_megabyte_of_another_script_is_named_and_not_guessed_at() -> None:
    found = answer(title="Уборка", description="уборка помещений школы " * 44_000)
    assert found["sectors"] == []
    assert "another script" in str(found["note"])


def test_control_characters_between_words_change_nothing() -> None:
    plain = answer(title="Window cleaning of schools")
    dirty = answer(title="Window\x00cleaning\x1b of\x07schools")
    assert dirty["sectors"] == plain["sectors"]


def test_half_a_character_is_answered_in_escapes() -> None:
    result = classify('{"id": "\\ud800", "title": "Window cleaning \\udfff"}')
    assert result.exit_code == 0
    assert json.loads(result.stdout)["id"] == "\ud800"


def test_codes_that_are_none_are_named_and_decide_nothing() -> None:
    found = answer(title="Window cleaning", cpv=["99999999", "rubbish", "", None, 5])
    assert found["sectors"][0]["key"] == "environment"  # type: ignore[index]  # the answer is an object
    assert found["sectors"][0]["probability"] < 1  # type: ignore[index]  # the answer is an object
    assert "no codes of the vocabulary: 99999999, rubbish" in str(found["note"])


@pytest.mark.parametrize("value", [-1, 0, -1e12])
def test_a_value_of_nought_or_less_counts_as_not_stated(value: float) -> None:
    found = answer(title="Window cleaning", value=value)
    assert found["size"] == answer(title="Window cleaning")["size"]


@pytest.mark.parametrize("value", ["1e400", "NaN", "a lot", 1e300])
def test_a_value_nobody_would_pay_is_refused_by_name(value: object) -> None:
    result = classify(json.dumps({"id": 1, "title": "x", "value": value}))
    assert result.exit_code == 1
    assert "value" in f"{result.exception}"


@pytest.mark.parametrize("line", ["nonsense", "[1]", '{"title": "no id"}', "[" * 100_000])
def test_a_line_that_is_no_notice_is_refused_by_its_number(line: str) -> None:
    result = classify('{"id": 1, "title": "Window cleaning"}', line)
    assert result.exit_code == 1
    assert "Line 2" in f"{result.exception}"


def test_another_language_is_named() -> None:
    found = answer(title="Marché de travaux pour la réfection des toitures et des façades dans les écoles de la ville")
    assert found["sectors"] == []
    assert "French" in str(found["note"])
