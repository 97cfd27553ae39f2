"""What a search means, and what of an opportunity is indexed: values written by hand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.search_words import MOST_SOUGHT, Sought, indexed_words, sought_in, told_apart

Terms = tuple[tuple[str, ...], ...]


@pytest.mark.parametrize(
    ("typed", "wanted", "without"),
    [
        ("Windows libraries", (("window",), ("library",)), ()),
        ("school-meals", (("school",), ("meal",)), ()),
        ('"school-meals" hot', (("school", "meal"), ("hot",)), ()),
        ("\u201cdeep cleaning\u201d", (("deep", "cleaning"),), ()),
        ("cleaning -hospital", (("cleaning",),), (("hospital",),)),
        ('cleaning -"care homes" -school-meals', (("cleaning",),), (("care", "home"), ("school", "meal"))),
        ("C++ window* NEAR(a)", (("cplusplus",), ("window",), ("near",), ("a",)), ()),
        ("care - homes", (("care",), ("home",)), ()),
        ('the "open', (("the",), ("open",)), ()),
        ("\x00'--*%_()", (), ()),
        ("window window", (("window",),), ()),
    ],
)
def test_a_search_means(typed: str, wanted: Terms, without: Terms) -> None:
    assert sought_in(typed) == Sought(wanted=wanted, without=without)


def test_a_paste_by_mistake_counts_as_its_first_words() -> None:
    sought = sought_in(" ".join(f"word{number}" for number in range(5_000)))
    assert sought.wanted == tuple((f"word{number}",) for number in range(MOST_SOUGHT))


def test_fields_are_parted_and_title_and_buyer_marked() -> None:
    words = indexed_words(title="Deep cleaning", buyer="Hackney Council", description="Windows.")
    assert words == "deep cleaning _ hackney council _ window _ t_deep t_cleaning _ b_hackney b_council"


def test_a_word_that_stands_too_often_keeps_its_first_places() -> None:
    words = indexed_words(title="", buyer="", description="window " * 300 + "door").split()
    assert words.count("window") == 250
    assert words.index("door") == 302


@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=300))
def test_nothing_but_plain_words_reaches_a_database(title: str, buyer: str, typed: str) -> None:
    sought = sought_in(typed)
    asked = [word for term in (*sought.wanted, *sought.without) for word in term]
    indexed = indexed_words(title=title, buyer=buyer, description=typed).split()
    assert all(re.fullmatch("[a-z0-9_]{1,62}", word) for word in (*asked, *indexed))


@given(st.text(max_size=200))
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    indexed = set(indexed_words(title="", buyer="", description=text).split())
    assert all(word in indexed for term in sought_in(text.replace("-", " ")).wanted for word in term)


def test_a_search_becomes_the_two_lists_of_an_alert() -> None:
    assert told_apart('window "deep cleaning" -hospital -"care homes"') == (
        "window deep cleaning",
        "hospital, care homes",
    )
