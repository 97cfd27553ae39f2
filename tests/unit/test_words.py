"""The words language: what it means, what it finds, and how it says what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.words import parse, tokens
from service.errors import BadInterest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Re-roofing: Gutters & drains", ("re", "roofing", "gutter", "drain")),
        ("C++ and C# developers", ("cplusplus", "and", "csharp", "developer")),
        ("A .NET service", ("a", "dotnet", "service")),
        ("Children\u2019s bodies, classes, boxes, buses", ("children", "body", "class", "box", "bus")),
        ("\uff37\uff29\uff2e\uff24\uff2f\uff37 \ufb01re", ("window", "fire")),
        ("status analysis glass gas", ("status", "analysis", "glass", "gas")),
        ("", ()),
    ],
)
def test_tokens_are_the_words_as_they_are_compared(text: str, expected: tuple[str, ...]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize("word", ["window", "box", "company", "bus", "class", "carer", "house"])
def test_a_word_meets_its_plural(word: str) -> None:
    plurals = {"company": "companies", "box": "boxes", "bus": "buses", "class": "classes"}
    assert tokens(plurals.get(word, word + "s")) == tokens(word)


@given(st.text())
def test_tokens_take_any_text_and_split_no_token_again(text: str) -> None:
    for token in tokens(text):
        assert token
        assert " " not in token


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("cleaning", "Office Cleaning", ("cleaning",)),
        ("window cleaning", "cleaning of windows", ("window", "cleaning")),
        ("window cleaning", "cleaning of offices", ()),
        ('"window cleaning"', "cleaning of windows", ()),
        ('"Window cleaning"', "school windows cleaning", ("Window cleaning",)),
        ("roof OR gutter", "new gutters", ("gutter",)),
        ("roof or gutter", "new gutters and a roof", ("roof", "gutter")),
        ("a OR b AND c", "a", ("a",)),
        ("(a OR b) AND c", "a", ()),
        ("re-roofing", "Re roofing of a school", ("re-roofing",)),
        ("(cleaning NOT school) OR catering", "school cleaning", ()),
        ("(cleaning NOT school) OR catering", "school catering", ("catering",)),
        ("NOT NOT cleaning", "cleaning", ("cleaning",)),
        ("cleaning OR NOT school", "a park", ()),
        ("clean", "cleaning", ()),
    ],
)
def test_what_is_found(words: str, text: str, expected: tuple[str, ...]) -> None:
    assert parse(words).hits(tokens(text)) == expected


def test_a_not_at_the_top_is_a_veto() -> None:
    asked = parse("(window OR office) AND cleaning NOT hospital NOT (ward OR clinic)")
    assert len(asked.vetoes) == 2
    assert asked.hits(tokens("window cleaning")) == ("window", "cleaning")
    assert asked.hits(tokens("window cleaning of wards")) == ()
    assert asked.closed_by(" window cleaning of ward ") == ("ward",)


def test_a_not_inside_an_or_is_no_veto() -> None:
    assert parse("roof OR (window NOT school)").vetoes == ()


def test_blank_words_ask_for_nothing_and_a_lone_not_only_forbids() -> None:
    assert parse("  ").wanted is None
    only = parse("NOT school")
    assert only.wanted is None
    assert only.closed_by(" a school ") == ("school",)
    assert only.hits(("park",)) == ()


@pytest.mark.parametrize(
    ("words", "position", "way_out"),
    [
        ("roof AND", 9, "Add a word"),
        ("(roof OR gutter", 1, "closing"),
        ("roof)", 5, "Take it out"),
        ('the "roof', 5, "Close the phrase"),
        ("OR roof", 1, "Add a word"),
        ("roof & gutter", 6, "letters or digits"),
        ('roof ""', 6, "letters or digits"),
        ("()", 2, "Add a word"),
        ("(" * 60 + "a" + ")" * 60, 42, "two interests"),
    ],
)
def test_errors_name_the_position_and_the_way_out(words: str, position: int, way_out: str) -> None:
    with pytest.raises(BadInterest, match=f"position {position}:") as caught:
        parse(words)
    assert way_out in str(caught.value)


def test_words_without_end_are_refused() -> None:
    with pytest.raises(BadInterest, match="2000"):
        parse("roof " * 500)


@given(st.text(alphabet='ab ()"NOTRAD&\u201c', max_size=60))
def test_any_text_is_either_understood_or_refused_in_words(text: str) -> None:
    try:
        asked = parse(text)
    except BadInterest as error:
        said = str(error)
    else:
        said = ""
        assert set(asked.hits(("a", "b"))) <= {text[i:j] for i in range(len(text)) for j in range(i, len(text) + 1)}
    assert not said or "position" in said
