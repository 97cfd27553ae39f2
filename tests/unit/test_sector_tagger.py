"""The promises of the trade tagger: codes decide, words give their reasons, and a guess is called a guess."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.sector import SURE_FROM, Trade, trade_of
from classifiers.tagger import TAGGER
from classifiers.text import BODY_LIMIT, cues_in, words_of
from service.domain.opportunity import Details
from service.domain.sectors import all_sectors
from service.ports import Tagger

KNOWN = {sector.key for sector in all_sectors()}


def keys(trade: Trade) -> list[str]:
    return [tag.key for tag in trade.sectors]


def reasons(trade: Trade, key: str) -> tuple[str, ...]:
    return next(tag.reasons for tag in trade.sectors if tag.key == key)


def test_the_tagger_fits_its_port_and_names_its_version() -> None:
    tagger: Tagger = TAGGER
    assert tagger.tags(Details(title="Sample")).version == "cpv-and-words/1"


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


def test_a_title_adds_a_trade_to_a_coded_notice_only_by_a_phrase() -> None:
    added = trade_of("Manned guarding and window cleaning", "", ("79710000",))
    assert [(tag.key, tag.probability) for tag in added.sectors] == [("security", 1.0), ("environment", 0.6)]
    assert reasons(added, "environment") == ("the title says 'window cleaning'",)
    assert keys(trade_of("Recycling", "", ("79710000",))) == ["security"]


def test_a_description_never_adds_a_trade_to_a_coded_notice() -> None:
    assert keys(trade_of("Sample", "Window cleaning and grounds maintenance", ("79710000",))) == ["security"]


@pytest.mark.parametrize("code", ["99999999", "", "not a code", "-1", "00000000", "9" * 500])
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
        ("Website development", "it", "72"),
        ("Lift maintenance", "maintenance", "50"),
        ("TRAINING COURSES FOR SAMPLE STAFF", "education", "80"),
        ("Occupational health", "health", "85"),
    ],
)
def test_without_codes_a_cue_in_the_title_is_enough_to_be_sure(title: str, sector: str, division: str) -> None:
    trade = trade_of(title, "", ())
    assert keys(trade)[0] == sector
    assert trade.sure
    assert trade.divisions[0][0] == division
    assert all(reason.startswith("the title says '") for reason in trade.sectors[0].reasons)


def test_a_lone_cue_in_the_description_is_a_guess_with_its_reason() -> None:
    trade = trade_of("Sample contract", "Includes window cleaning.", ())
    assert keys(trade) == ["environment"]
    assert trade.sectors[0].reasons == ("the description says 'window cleaning'",)
    assert trade.sectors[0].probability < SURE_FROM
    assert not trade.sure


def test_a_cue_counts_more_in_the_title_than_in_the_description() -> None:
    trade = trade_of("Window cleaning", "Grass cutting", ())
    assert keys(trade) == ["environment", "grounds"]
    assert trade.sectors[0].probability > 2 * trade.sectors[1].probability


def test_two_trades_in_a_title_are_both_shown_and_neither_is_sure() -> None:
    trade = trade_of("Window cleaning and grass cutting", "", ())
    assert set(keys(trade)) == {"environment", "grounds"}
    assert not trade.sure


def test_more_evidence_makes_surer() -> None:
    one = trade_of("Window cleaning", "", ()).sectors[0].probability
    two = trade_of("Window cleaning", "Office cleaning", ()).sectors[0].probability
    assert two > one


@pytest.mark.parametrize(("title", "description"), [("", ""), (" ", "\n"), ("\x00\x01", "\x7f"), ("\u2603", "...")])
def test_empty_text_has_no_trade(title: str, description: str) -> None:
    assert trade_of(title, description, ()) == Trade(sectors=(), sure=False, divisions=(), groups=())


def test_without_a_cue_the_labels_of_the_codes_still_give_a_best_guess_at_the_division() -> None:
    trade = trade_of("Supply of violins", "", ())
    assert trade.sectors == ()
    assert not trade.sure
    assert trade.divisions[0][0] == "37"
    assert trade.divisions[0][1] < SURE_FROM


def test_words_that_every_label_uses_are_no_guess() -> None:
    assert trade_of("Services of and", "", ()).divisions == ()
    assert trade_of("Violins and services", "", ()) == trade_of("Violins", "", ())


@pytest.mark.parametrize("text", ["window cleaning", "Window-Cleaning", "WINDOW  CLEANING,", "(window\ncleaning)"])
def test_a_cue_is_found_however_it_is_set(text: str) -> None:
    assert [cue.words for cue in cues_in(words_of(text))] == ["window cleaning"]


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("tree surgeons", "tree surgeon"),
        ("mobile phones", "mobile phone"),
        ("employer\u2019s agent", "employer's agent"),
        ("M&E maintenance", "m&e maintenance"),
        ("multi disciplinary", "multi-disciplinary"),
        ("architects", "architects"),
    ],
)
def test_plurals_apostrophes_and_hyphens_do_not_hide_a_cue(text: str, cue: str) -> None:
    assert [found.words for found in cues_in(words_of(text))] == [cue]


@pytest.mark.parametrize("text", ["restraining", "vanstone", "rapid", "windowcleaning", "milkman"])
def test_a_cue_is_a_whole_word(text: str) -> None:
    assert cues_in(words_of(text)) == ()


def test_every_cue_of_every_trade_finds_itself_and_no_other_trade() -> None:
    for sector in all_sectors():
        for words in sector.words:
            (found,) = cues_in(words_of(words))
            assert found.sector == sector.key
            assert words_of(found.words) == words_of(words)


def test_of_cues_within_one_another_the_longest_is_meant() -> None:
    assert [cue.words for cue in cues_in(words_of("window cleaning"))] == ["window cleaning"]
    assert [cue.words for cue in cues_in(words_of("cleaning of window frames"))] == ["cleaning"]


SAMPLE_WORDS = st.sampled_from([word for sector in all_sectors() for word in sector.words] + ["and", "of", "\x00", "é"])


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


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_judged(title: str, description: str) -> None:
    tags = TAGGER.tags(Details(title=title, description=description, conditions=description))
    assert set(tags.size.verdicts) == {"micro", "small", "medium"}


@pytest.mark.parametrize("piece", ["a", "window ", "window cleaning ", "a'", "&", "\x00", " ", "planned "])
def test_a_megabyte_is_judged_by_its_first_pages(piece: str) -> None:
    huge = piece * (1_000_000 // len(piece))
    assert TAGGER.tags(Details(title=huge, description=huge)) == TAGGER.tags(
        Details(title=huge[:BODY_LIMIT], description=huge[:BODY_LIMIT])
    )


def test_the_number_of_cues_does_not_slow_the_reading() -> None:
    """Words that begin no cue cost one look each: about as long as cutting the text into words, not 800 times it."""
    text = " ".join(letter * 5 for letter in string.ascii_lowercase) * 100
    cues_in(words_of(text))
    cutting, looking = [], []
    for _ in range(5):
        before = time.process_time()
        words = words_of(text)
        between = time.process_time()
        cues_in(words)
        cutting.append(between - before)
        looking.append(time.process_time() - between)
    assert min(looking) < 20 * min(cutting) + 0.001
