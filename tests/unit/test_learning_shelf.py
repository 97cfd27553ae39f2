"""What stands on the learning shelf holds: dated, licensed, tied to words, and only what our evidence supports."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from importlib.resources import files

import pytest

from service.domain.learning import glossary_terms, links, shelf, shown
from service.domain.programme import is_sendable, shipped_programmes


def test_whatever_is_not_ours_is_a_current_programme_of_the_catalogue_at_the_same_address() -> None:
    known = {each.key: each for each in shipped_programmes()}
    for each in shelf():
        if each.page is None:
            programme = known[each.key]
            assert is_sendable(programme, date(2026, 11, 24)), each.key
            assert (each.url, each.source) == (programme.url, programme.source), each.key
            assert each.review_by <= (programme.review_by or date.min), each.key


def test_whatever_is_ours_is_under_the_projects_licence_and_has_words_to_fill_in() -> None:
    ours = [each for each in shelf() if each.page is not None]
    assert {each.key for each in ours} >= {"one_page_quote", "capability_statement", "bid_or_not"}
    for each in ours:
        assert each.page is not None
        assert "Apache License 2.0" in each.licence
        assert sum(len(part.lines) for part in each.page.parts) >= 10, each.key
        assert not each.url


def test_nothing_of_others_is_shown_before_it_was_checked_and_nothing_after_its_review_date() -> None:
    for each in shelf():
        assert each in shown(each.checked)
        assert each in shown(each.review_by)
        assert each not in shown(each.review_by + timedelta(days=1))
        assert (each in shown(each.checked - timedelta(days=1))) == (each.page is not None)


def test_links_are_listed_once_for_whoever_checks_them() -> None:
    assert len(links()) == len(set(links())) == sum(each.page is None for each in shelf())
    assert all(each.startswith("https://") for each in links())


def test_each_is_tied_to_words_of_the_glossary() -> None:
    for each in shelf():
        assert each.terms
        assert glossary_terms() >= set(each.terms)


@pytest.mark.parametrize("name", ["learning.toml", "learning_pages.toml"])
def test_the_files_say_where_they_come_from_and_when(name: str) -> None:
    text = files("service.data").joinpath(name).read_text(encoding="utf-8")
    assert tomllib.loads(text)
    for each in ("# source  =", "# licence = Apache-2.0", "# date    ="):
        assert each in text
