"""The compliance guide says what was decided by hand from the sources, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from service.domain import rules, shipped
from service.domain.gazetteer import gazetteer
from service.domain.guide import (
    Advice,
    Organisation,
    advice_on,
    is_notice_number,
    open_musts,
    organisation_of,
    reason_for,
)
from service.domain.phrases import phrases
from service.domain.posting import Draft, Overruled
from service.domain.reservation import offers_for
from service.domain.rules import all_rules, rule_on
from service.errors import ReferenceDataError
from tests.guide_cases import CASES, NUMBER, TODAY, Case

PLAIN = Draft(
    title="Window cleaning at two sample schools",
    description="Inside and outside, four times a year.",
    sector="environment",
    areas=("E09000012",),
    worth="18000",
    asks="A price for each visit.",
)
NAMES = {
    "hackney": "London Borough of Hackney",
    "central": "Sample Department",
    "private": "Sample Builders Ltd",
}


def buyer(key: str) -> Organisation:
    name = NAMES.get(key, key.replace("_", " ").title())
    if key == "central":
        return Organisation(key=key, name=name, who="central")
    return organisation_of(kind="contractor" if key == "private" else "buyer", key=key, name=name)


def draft_of(case: Case) -> Draft:
    answers: dict[str, Any] = dict(case.draft)
    return replace(PLAIN, **answers)


def advised(draft: Draft, *, key: str = "hackney", day: date = TODAY) -> dict[str, Advice]:
    found = advice_on(draft, buyer(key), day)
    assert len({each.rule for each in found}) == len(found)
    return {each.rule: each for each in found}


@pytest.mark.parametrize("case", CASES, ids=lambda each: each.says)
def test_the_guide_says_what_was_decided_by_hand(case: Case) -> None:
    found = advised(draft_of(case), key=case.buyer, day=case.day)
    assert {key: each.severity for key, each in found.items()} == case.expected


def test_every_case_is_told_apart_by_what_it_says() -> None:
    assert len(CASES) >= 60
    assert len({each.says for each in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda each: each.says)
def test_advice_cites_its_source_and_never_claims_certainty(case: Case) -> None:
    for each in advised(draft_of(case), key=case.buyer, day=case.day).values():
        assert each.source
        assert date(2026, 11, 1) <= each.read <= TODAY
        assert "{" not in each.sentence + each.source
        assert not [word for word in ("illegal", "unlawful", "certainly", "guarantee") if word in each.sentence]


def test_the_strongest_advice_comes_first() -> None:
    said = [each.severity for each in advice_on(replace(PLAIN, worth="30000"), buyer("hackney"), TODAY)]
    assert said == sorted(said, key=["must", "should", "consider"].index)


def test_a_sum_is_told_with_vat_and_with_the_sum_it_passes() -> None:
    said = advised(replace(PLAIN, worth="25000"))["notice_first"].sentence
    assert "£30,000. From £30,000" in said
    full = advised(replace(PLAIN, worth="173100"))["full_rules"]
    assert "£207,720. From £207,720" in full.sentence
    assert "SI 2025/1200" in full.source


def test_the_words_found_are_shown_as_they_were_typed_at_the_question_that_holds_them() -> None:
    found = advised(replace(PLAIN, asks="Send the PQQ, and a  Pre-Qualification form."))["pre_qualification"]
    assert "“PQQ” and “Pre-Qualification”" in found.sentence
    assert found.question == "how-to-reply"
    assert advised(replace(PLAIN, title="A shortlist of cleaners"))["pre_qualification"].question == "what"


def test_the_text_of_a_reservation_names_the_borough_and_all_its_neighbours() -> None:
    (own, around, country) = advised(PLAIN)["local_reservation"].offers
    assert (own.area, around.area, country.area) == ("own", "neighbours", "uk")
    assert "The local area is the London Borough of Hackney." in own.texts["any"]
    for name in ("Haringey", "Islington", "Newham", "Tower Hamlets", "Waltham Forest"):
        assert name in around.texts["any"]
    assert "the City of London" in around.texts["any"]
    assert "fewer than 250 people" in own.texts["small"]
    assert "Order 2026" in country.texts["social"]


def test_what_is_taken_over_is_itself_good_advice_followed() -> None:
    for authority in gazetteer().authorities.values():
        for offer in offers_for(authority):
            for text in offer.texts.values():
                draft = replace(PLAIN, description=f"{PLAIN.description}\n\n{text}")
                assert len(draft.description) < 2000
                assert advised(draft, key=authority.slug.replace("-", "_")).keys() <= {"own_quotes"}


def test_advice_that_must_be_followed_stays_open_until_somebody_says_why_not() -> None:
    draft = replace(PLAIN, worth="30000")
    found = advised(draft)
    (must,) = open_musts(draft, tuple(found.values()))
    assert must.rule == "notice_first"
    settled = replace(draft, overruled=(Overruled(rule=must.rule, said=must.sentence, why="A framework call-off"),))
    assert open_musts(settled, tuple(found.values())) == ()
    assert reason_for(settled, must) == "A framework call-off"


def test_a_reason_does_not_outlive_what_it_was_given_for() -> None:
    said = advised(replace(PLAIN, worth="30000"))["notice_first"]
    draft = replace(PLAIN, worth="90000", overruled=(Overruled(rule=said.rule, said=said.sentence, why="Because"),))
    assert [each.rule for each in open_musts(draft, advice_on(draft, buyer("hackney"), TODAY))] == ["notice_first"]


def test_a_wrong_number_is_corrected_and_not_argued_about() -> None:
    draft = replace(PLAIN, worth="30000", find_a_tender="12345")
    said = advised(draft)["notice_number"]
    reasoned = replace(draft, overruled=(Overruled(rule=said.rule, said=said.sentence, why="Because"),))
    assert [each.rule for each in open_musts(reasoned, advice_on(reasoned, buyer("hackney"), TODAY))] == [said.rule]


@pytest.mark.parametrize(
    "said", ["", "x" * 5000, "012345-2026\n012345-2026", "\uff1012345-2026", "012345-\uff12026", "<script>"]
)
def test_what_is_no_number_is_none(said: str) -> None:
    assert not is_notice_number(said, today=TODAY)
    assert is_notice_number(NUMBER, today=TODAY)


def test_hostile_text_is_looked_at_and_nothing_breaks() -> None:
    nasty = "{vat} {0} %s \x00 " + "pre-" * 20000 + " PQQ {found}"
    found = advised(replace(PLAIN, description=nasty, find_a_tender="{gross}{0}" * 50))
    assert found["pre_qualification"].severity == "must"
    assert "{gross}{0}" in found["notice_number"].sentence


def test_a_phrase_is_found_whatever_stands_between_its_parts_and_not_inside_a_word() -> None:
    sought = phrases(["pre-qualif*"], ["PQQ"])
    assert sought.found_in("prequalify, pre qualified,\npre-\nqualification; PQQ pqq") == (
        "prequalify", "pre qualified", "PQQ",
    )  # fmt: skip
    assert sought.found_in("unprequalified ZPQQ") == ()


def test_a_rule_counts_from_its_first_day_to_its_last() -> None:
    assert rule_on(date(2026, 2, 3), "local_only_barred") is not None
    assert rule_on(date(2026, 2, 4), "local_only_barred") is None
    assert rule_on(date(2026, 2, 3), "local_reservation") is None
    assert rule_on(date(2026, 2, 4), "local_reservation") is not None
    assert rule_on(TODAY, "no such rule") is None


@pytest.mark.parametrize(
    ("field", "wrong", "told"),
    [
        ("from", "soon", "must be days"),
        ("read", None, "must be days"),
        ("severity", "perhaps", "severity must be one of"),
        ("may_be_overruled", "yes", "true or false"),
        ("question", "why", "question must be one of"),
        ("address", "http://insecure.example", "https://"),
        ("says", "With {magic}", "cannot be filled in"),
        ("says", "With {vat", "brace"),
        ("says", "", "must be a text"),
        ("source", None, "must be a text"),
        ("sevrity", "must", "no field sevrity"),
        ("when", {"case": {"says": "{oops}"}}, "cannot be filled in"),
        ("when", ["case"], "must hold tables"),
    ],
)
def test_a_damaged_rule_stops_at_once_and_is_named(
    monkeypatch: pytest.MonkeyPatch, field: str, wrong: object, told: str
) -> None:
    rows = {name: shipped.toml_rows(f"rules/{name}.toml", "rule") for name in rules.FILES}

    def changed(name: str, _table: str) -> list[shipped.Row]:
        found = rows[name.removeprefix("rules/").removesuffix(".toml")]
        return [{**row, field: wrong} if row["key"] == "notice_first" else row for row in found]

    monkeypatch.setattr(rules, "toml_rows", changed)
    all_rules.cache_clear()
    try:
        with pytest.raises(ReferenceDataError, match=r"notices\.toml, notice_first.*" + told):
            all_rules()
    finally:
        all_rules.cache_clear()


def test_every_file_of_rules_is_read() -> None:
    there = {each.name.removesuffix(".toml") for each in files("service.data").joinpath("rules").iterdir()}
    assert there == {*rules.FILES, "reckoning"}
