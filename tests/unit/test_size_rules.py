"""The promises of the size rules: each verdict with its reasons, and nothing guessed from what is not stated."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.facts import findings_in
from classifiers.size import rules, size_of
from classifiers.size_rules import read_rules
from service.domain.money import Value
from service.domain.opportunity import Details
from service.domain.tagging import SIZES, SizeTag
from service.errors import ReferenceDataError
from tests.size_cases import CASES, Case, a_notice

SHIPPED = files("classifiers").joinpath("size_rules.toml").read_text(encoding="utf-8")
LETTERS = {"suits": "S", "might": "M", "unlikely": "U", "unknown": "?"}


def letters(tag: SizeTag) -> str:
    return "".join(LETTERS[tag.verdicts[size]] for size in SIZES)


@pytest.mark.parametrize("case", CASES, ids=[case.about for case in CASES])
def test_verdicts_and_reasons_are_those_an_adviser_worked_out(case: Case) -> None:
    text = case.text or case.details.description
    tag = size_of(case.details, findings_in(text, ""))
    assert letters(tag) == case.verdicts
    assert list(tag.reasons) == case.reasons


def test_there_are_more_than_a_hundred_cases_and_none_twice() -> None:
    assert len(CASES) >= 100
    assert Counter(case.about for case in CASES).most_common(1)[0][1] == 1


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (a_notice(), "We cannot tell which size of firm this suits."),
        (a_notice("10000"), "This suits micro, small and medium firms."),
        (a_notice("200000"), "This suits small and medium firms, might suit micro firms."),
        (a_notice("1500000"), "This suits medium firms, might suit small firms, is unlikely to suit micro firms."),
        (a_notice("90000000"), "This is unlikely to suit micro, small and medium firms."),
        (
            a_notice(below_threshold=True, cpv="85300000"),
            "This suits small and medium firms, leaves open whether it suits micro firms.",
        ),
    ],
)
def test_the_verdict_is_one_plain_sentence(case: Details, sentence: str) -> None:
    assert size_of(case).verdict == sentence


RANK = {"unlikely": 0, "might": 1, "suits": 2}
AMOUNTS = st.decimals(min_value=100, max_value=10**9, places=2)
FLAG = st.booleans() | st.none()


@given(amount=AMOUNTS, framework=FLAG, sme=FLAG, below=FLAG)
def test_a_larger_firm_is_never_judged_less_able_to_do_the_work(
    *, amount: Decimal, framework: bool | None, sme: bool | None, below: bool | None
) -> None:
    verdicts = size_of(a_notice(str(amount), framework=framework, sme=sme, below_threshold=below)).verdicts
    assert RANK[verdicts["micro"]] <= RANK[verdicts["small"]] <= RANK[verdicts["medium"]]


@given(AMOUNTS, AMOUNTS)
def test_a_larger_contract_never_suits_a_firm_better(one: Decimal, other: Decimal) -> None:
    small, large = (size_of(a_notice(str(amount))).verdicts for amount in sorted((one, other)))
    assert all(RANK[large[size]] <= RANK[small[size]] for size in SIZES)


@given(
    st.decimals(allow_nan=True, allow_infinity=True), st.dates(), st.dates(), st.text(max_size=60), st.text(max_size=60)
)
def test_any_figures_dates_and_words_can_be_judged(
    amount: Decimal, starts: date, ends: date, procedure: str, reserved: str
) -> None:
    tag = size_of(
        Details(
            title="Sample",
            value=Value(net=amount),
            starts=starts,
            ends=ends,
            procedure=procedure,
            reserved=reserved,
            delivery_regions=(reserved,),
            cpv=("90910000",),
        )
    )
    assert set(tag.verdicts) == set(SIZES)
    assert tag.verdict.endswith(".")
    assert tag.reasons


@given(framework=FLAG, sme=FLAG, text=st.text(max_size=40))
def test_without_a_value_or_a_threshold_no_size_is_said_to_be_suited(
    *, framework: bool | None, sme: bool | None, text: str
) -> None:
    details = a_notice(framework=framework, sme=sme, description=text)
    assert set(size_of(details, findings_in(text, "")).verdicts.values()) <= {"unknown", "unlikely"}


def test_every_assumption_is_shipped_with_its_words_its_source_and_its_day() -> None:
    assert len(rules().assumptions) == 11
    for assumption in rules().assumptions:
        assert assumption.label
        assert assumption.source
        assert assumption.checked >= date(2026, 11, 24)
    said = " ".join(line for assumption in rules().assumptions for line in assumption.lines)
    for sum_ in ("£500,000", "£3m", "£15m", "£166,667", "£333,333", "£207,720", "£5,193,000", "ISO 9001", "7 years"):
        assert sum_ in said


def test_what_the_page_says_follows_the_file() -> None:
    changed = read_rules(SHIPPED.replace("micro = 500000", "micro = 600000"))
    said = " ".join(line for assumption in changed.assumptions for line in assumption.lines)
    assert "£600,000" in said
    assert "£200,000 a year" in said


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("micro = 500000", "micro = -1", "turnover.micro"),
        ("micro = 500000", 'micro = "lots"', "turnover.micro"),
        ("micro = 500000", "micro = true", "turnover.micro"),
        ("micro = 500000", "micro = nan", "turnover.micro"),
        ("micro = 500000", "micro = 4000000", "turnover.micro"),
        ("micro = 500000", "mikro = 500000", "turnover.micro"),
        ("suits_up_to = [1, 3]", "suits_up_to = 0.33", "share.suits_up_to"),
        ("suits_up_to = [1, 3]", "suits_up_to = [3, 1]", "share.suits_up_to"),
        ("suits_up_to = [1, 3]", "suits_up_to = [1, 0]", "share.suits_up_to"),
        ("might_up_to = [2, 3]", "might_up_to = [1, 9]", "share.suits_up_to"),
        ("shared_up_to = 4", "shared_upto = 4", "opening.shared_up_to"),
        ("shared_up_to = 4", "shared_up_to = 4\nlikely = 3", "opening.likely"),
        ('works_cpv = ["45"]', "works_cpv = []", "below_threshold.works_cpv"),
        ('works_cpv = ["45"]', "works_cpv = [45]", "below_threshold.works_cpv"),
        ("many = 3", 'many = "three"', "certificates.many"),
        ("checked = 2026-11-24\n\n[share]", 'checked = "today"\n\n[share]', "turnover.checked"),
        ("checked = 2026-11-24\n\n[share]", "\n[share]", "turnover.checked"),
        ("[place]", "[plaice]", "plaice"),
        ("EUR = 0.86", "EUR = 0", "pounds.EUR"),
        ("[pounds]", "[pounds", "TOML"),
    ],
)
def test_a_damaged_rule_is_refused_with_its_key(before: str, after: str, key: str) -> None:
    assert before in SHIPPED
    with pytest.raises(ReferenceDataError) as refused:
        read_rules(SHIPPED.replace(before, after, 1))
    assert key in str(refused.value)
    assert "size_rules.toml" in str(refused.value)
