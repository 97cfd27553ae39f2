"""The promises of the trade tagger: codes decide, words give their reasons, and a guess is called a guess."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.features import BODY_CHARS, TITLE_CHARS
from classifiers.language import other_language
from classifiers.model import shipped
from classifiers.sector import SURE_FROM, Trade, trade_of
from classifiers.tagger import TAGGER
from classifiers.text import words_of
from service.domain.opportunity import Details
from service.domain.sectors import all_sectors
from service.ports import Tagger

KNOWN = {sector.key for sector in all_sectors()}


def keys(trade: Trade) -> list[str]:
    return [tag.key for tag in trade.sectors]


def reasons(trade: Trade, key: str) -> tuple[str, ...]:
    return next(tag.reasons for tag in trade.sectors if tag.key == key)


def test_the_tagger_fits_its_port_and_every_tag_names_the_models_version() -> None:
    tagger: Tagger = TAGGER
    assert tagger.version.startswith("trade/3-")
    assert tagger.tags(Details(title="Sample")).version == tagger.version == shipped().version


def test_the_main_code_decides_and_says_so() -> None:
    trade = trade_of("Sample contract", "", ("90911300",))
    assert [(tag.key, tag.probability) for tag in trade.sectors] == [("environment", 1.0)]
    assert reasons(trade, "environment") == ("the notice is coded 90911300 Window-cleaning services",)
    assert trade.sure
    assert trade.divisions == (("90", 1.0),)
    assert trade.groups == (("909", 1.0),)


def test_further_codes_are_nearly_certain_and_come_after_the_main_one() -> None:
    trade = trade_of("Sample contract", "", ("79710000", "90911300", "79713000"))
    assert [(tag.key, tag.probability) for tag in trade.sectors] == [("security", 1.0), ("environment", 0.9)]
    assert trade.divisions == (("79", 1.0), ("90", 0.9))
    assert trade.groups == (("797", 1.0), ("909", 0.9))


def test_a_division_alone_names_no_group() -> None:
    assert trade_of("", "", ("45000000",)).groups == ()


PLAIN_GUARDING = ("Security guards", "Manned guarding and keyholding of offices. Patrol at night.")


def test_a_text_of_quite_another_trade_is_shown_beside_the_code_with_the_reason() -> None:
    trade = trade_of(*PLAIN_GUARDING, ("45000000",))
    assert keys(trade) == ["construction", "security"]
    assert trade.sectors[0].probability == 1.0
    assert trade.note == "the codes say Building work, but the text reads like Security and safety"
    assert all(trade.note in tag.reasons for tag in trade.sectors)
    assert trade.sure


def test_a_text_of_the_coded_trade_adds_and_notes_nothing() -> None:
    trade = trade_of(*PLAIN_GUARDING, ("79713000",))
    assert keys(trade) == ["security"]
    assert trade.note == ""


def test_a_text_that_is_not_plain_adds_nothing_to_a_code() -> None:
    assert keys(trade_of("Sample contract", "Various services", ("79710000",))) == ["security"]


@pytest.mark.parametrize("code", ["99999999", "", "not a code", "-1", "00000000", "9" * 500, "\x00"])
def test_a_code_that_does_not_exist_counts_as_none(code: str) -> None:
    trade = trade_of("Window cleaning", "", (code,))
    assert trade == trade_of("Window cleaning", "", ())
    assert keys(trade_of("Sample", "", (code, "90911300"))) == ["environment"]


def test_an_unknown_code_of_a_real_division_still_names_the_trade() -> None:
    trade = trade_of("Sample", "", ("90911399",))
    assert reasons(trade, "environment") == ("the notice is coded 90911399",)


@pytest.mark.parametrize(
    ("title", "sector", "division"),
    [
        ("Window cleaning for Sample School", "environment", "90"),
        ("Grass cutting and tree surgery", "grounds", "77"),
        ("Roof replacement at Sample House", "construction", "45"),
        ("Manned guarding", "security", "79"),
        ("School catering", "food", "55"),
        ("Lift maintenance", "maintenance", "50"),
        ("TRAINING COURSES FOR SAMPLE STAFF", "education", "80"),
        ("Occupational health", "health", "85"),
        ("Home to school transport", "transport", "60"),
        ("Temporary agency staff", "staffing", "79"),
    ],
)
def test_without_codes_a_plain_title_is_enough_to_be_sure(title: str, sector: str, division: str) -> None:
    trade = trade_of(title, "", ())
    assert keys(trade)[0] == sector
    assert trade.sure
    assert trade.note == ""
    assert trade.divisions[0][0] == division
    assert all(reason.startswith("the title says '") for reason in trade.sectors[0].reasons)


def test_the_reasons_are_words_of_the_notice_and_say_where_they_stand() -> None:
    trade = trade_of("Sample contract", "Fortnightly window cleaning of three schools.", ())
    found = reasons(trade, "environment")
    assert any("cleaning" in reason and reason.startswith("the description says '") for reason in found)
    quoted = {word for reason in found if " says '" in reason for word in words_of(reason.split("'")[1])}
    assert quoted <= set(words_of("Sample contract Fortnightly window cleaning of three schools."))


def test_what_names_no_trade_is_a_guess_that_names_three() -> None:
    trade = trade_of("Provision of services", "", ())
    assert not trade.sure
    assert trade.sectors[0].probability < SURE_FROM
    assert trade.note.startswith("not sure: ")
    assert reasons(trade, keys(trade)[0])[0] == trade.note
    for tag in trade.sectors[:3]:
        assert tag.label in trade.note


def test_three_sectors_and_three_divisions_are_always_named_without_codes() -> None:
    trade = trade_of("Window cleaning", "", ())
    assert len(trade.sectors) >= 3
    assert len(trade.divisions) >= 3


@pytest.mark.parametrize(
    ("word", "sector"),
    [("Minibustransport", "transport"), ("Softwarelicences", "it"), ("Roofrepairs", "construction")],
)
def test_a_word_the_model_never_met_is_read_by_its_pieces(word: str, sector: str) -> None:
    assert word.lower() not in shipped().vocabulary.words
    assert keys(trade_of(word, "", ()))[0] == sector


@pytest.mark.parametrize(("title", "description"), [("", ""), (" ", "\n"), ("\x00\x01", "\x7f"), ("\u2603", "...")])
def test_empty_text_has_no_trade_and_says_why(title: str, description: str) -> None:
    trade = trade_of(title, description, ())
    assert (trade.sectors, trade.sure, trade.divisions, trade.groups) == ((), False, (), ())
    assert "nothing" in trade.note


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mae'r cyngor yn gwahodd tendrau ar gyfer gwasanaethau glanhau yn yr ysgolion ac yn y swyddfeydd", "Welsh"),
        ("Marché de travaux pour la réfection des toitures et des façades dans les écoles de la ville", "French"),
        ("Lieferung von Möbeln für die Schulen und den Kindergarten der Stadt mit Montage", "German"),
        ("Usługi sprzątania dla szkoły oraz przedszkola, dostawa środków do czystości", "Polish"),
        ("Уборка помещений школы", "another script"),
        ("学校清洁服务合同", "another script"),
    ],
)
def test_another_language_is_named_and_not_guessed_at(text: str, language: str) -> None:
    assert other_language(text) == language
    trade = trade_of(text, "", ())
    assert (trade.sectors, trade.divisions) == ((), ())
    assert language in trade.note
    assert not trade.sure


@pytest.mark.parametrize(
    "text",
    [
        "Window cleaning",
        "La Retraite Roman Catholic Girls' School: catering",
        "Café de la Poste, Canada Water: fit out",
        "Gwasanaethau glanhau ar gyfer y Cyngor / Cleaning services for the Council in all of the schools and offices",
        "",
    ],
)
def test_english_with_a_foreign_name_or_beside_welsh_is_english(text: str) -> None:
    assert other_language(text) is None


def test_codes_decide_in_any_language() -> None:
    text = "Marché de travaux pour la réfection des toitures et des façades dans les écoles de la ville"
    assert keys(trade_of(text, "", ("45261000",))) == ["construction"]


SAMPLE_WORDS = st.sampled_from([word for sector in all_sectors() for word in sector.words] + ["and", "of", "\x00", "é"])


@settings(max_examples=60)
@given(
    st.lists(SAMPLE_WORDS, max_size=8).map(" ".join),
    st.lists(SAMPLE_WORDS, max_size=30).map(" ".join),
    st.lists(st.sampled_from(["90911300", "79710000", "45000000", "99999999", "", "x"]), max_size=4),
)
def test_whatever_is_said_the_answer_is_well_formed(title: str, description: str, codes: list[str]) -> None:
    trade = trade_of(title, description, tuple(codes))
    found = [tag.probability for tag in trade.sectors]
    assert found == sorted(found, reverse=True)
    assert all(0 < probability <= 1 for probability in found)
    assert set(keys(trade)) <= KNOWN
    assert len(set(keys(trade))) == len(trade.sectors)
    assert all(tag.reasons and tag.label for tag in trade.sectors)
    assert trade.divisions or not trade.sectors
    assert all(len(start) == 2 and start.isdigit() and 0 < share <= 1 for start, share in trade.divisions)
    assert all(len(start) == 3 and start.isdigit() and 0 < share <= 1 for start, share in trade.groups)
    by_division = dict(trade.divisions)
    assert all(share <= by_division.get(group[:2], 1) + 0.001 for group, share in trade.groups)
    assert trade.sure <= bool(trade.sectors)
    if trade.sure:
        assert found[0] >= SURE_FROM


@settings(max_examples=60)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_judged(title: str, description: str) -> None:
    tags = TAGGER.tags(Details(title=title, description=description, conditions=description))
    assert set(tags.size.verdicts) == {"micro", "small", "medium"}


@pytest.mark.parametrize("piece", ["a", "window ", "window cleaning ", "a'", "&", "\x00", " ", "planned "])
def test_a_megabyte_is_judged_by_its_first_page(piece: str) -> None:
    huge = piece * (1_000_000 // len(piece))
    assert trade_of(huge, huge, ()) == trade_of(huge[:TITLE_CHARS], huge[:BODY_CHARS], ())
    assert TAGGER.tags(Details(title=huge, description=huge)).version == TAGGER.version


def test_only_likely_sectors_are_listed_though_three_are_named() -> None:
    tags = TAGGER.tags(Details(title="Window cleaning"))
    assert [tag.key for tag in tags.likely] == ["environment"]
    assert len(tags.sectors) >= 3
