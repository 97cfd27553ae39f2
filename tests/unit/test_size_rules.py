"""The promises of the size rules: forty cases by hand, and properties that hold for every figure.

Letters of a verdict, micro then small then medium: S suits, M might, U unlikely, ? unknown. With the assumed turnovers
of £500,000, £3m and £15m a third is £166,667, £1m and £5m a year, two thirds £333,333, £2m and £10m.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.facts import findings_in
from classifiers.size import rules, size_of
from service.domain.money import Value
from service.domain.opportunity import Details, Lot
from service.domain.tagging import SIZES, SizeTag

LETTERS = {"suits": "S", "might": "M", "unlikely": "U", "unknown": "?"}
START = date(2026, 4, 1)


def letters(tag: SizeTag) -> str:
    return "".join(LETTERS[tag.verdicts[size]] for size in SIZES)


def worth(amount: str, currency: str = "GBP") -> Value:
    return Value(net=Decimal(amount), currency=currency)


def lots(*amounts: str | None) -> tuple[Lot, ...]:
    return tuple(
        Lot(identity=str(place), value=None if amount is None else worth(amount))
        for place, amount in enumerate(amounts, start=1)
    )


def details(
    amount: str | None = None,
    *,
    currency: str = "GBP",
    years: float | None = None,
    parts: Sequence[str | None] = (),
    below: bool | None = None,
    framework: bool | None = None,
    sme: bool | None = None,
    procedure: str = "",
) -> Details:
    return Details(
        title="Sample contract",
        value=None if amount is None else worth(amount, currency),
        starts=None if years is None else START,
        ends=None if years is None else START + timedelta(days=round(years * 365.25) - 1),
        lots=lots(*parts),
        below_threshold=below,
        framework=framework,
        sme=sme,
        procedure=procedure,
    )


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        # By the value alone.
        (details("10000"), "", "SSS"),
        (details("166666"), "", "SSS"),
        (details("166667"), "", "MSS"),
        (details("333333"), "", "MSS"),
        (details("333334"), "", "USS"),
        (details("1000000"), "", "USS"),
        (details("1000001"), "", "UMS"),
        (details("2000001"), "", "UUS"),
        (details("5000001"), "", "UUM"),
        (details("10000001"), "", "UUU"),
        # By the value of a year.
        (details("500000", years=4), "", "SSS"),
        (details("1000000", years=4), "", "MSS"),
        (details("3200000", years=3), "", "UMS"),
        (details("150000", years=0.25), "", "SSS"),
        (details("400000", years=0.5), "", "USS"),
        (details("1000000", years=-1), "", "USS"),
        (details("1200000", years=60), "", "UMS"),
        # By lots.
        (details("3000000", parts=("100000", "2900000")), "", "SSS"),
        (details("2000000", parts=(None, None, None)), "", "MMS"),
        (details("9000000", parts=(None, None)), "", "UMM"),
        (details("2000000", parts=(None,)), "", "UMS"),
        (details("2000000", parts=("90000",)), "", "UMS"),
        (details(parts=("90000",)), "", "SSS"),
        (details(parts=(None, None)), "", "???"),
        # By what the buyer says of it.
        (details("1500000", framework=True), "", "MMS"),
        (details("400000000", framework=True), "", "UUU"),
        (details("1500000", sme=True), "", "MMS"),
        (details("100000", sme=False), "", "MMM"),
        (details("100000", sme=None), "", "SSS"),
        (details("400000", below=True), "", "MSS"),
        (details("100000", procedure="Direct award"), "", "UUU"),
        (details("100000", procedure="Open procedure"), "", "SSS"),
        # Without a value that can be believed.
        (details(), "", "???"),
        (details(below=True), "", "MSS"),
        (details(below=False), "", "???"),
        (details("0"), "", "???"),
        (details("1"), "", "???"),
        (details("-500000"), "", "???"),
        (details("1e30"), "", "???"),
        (details("NaN"), "", "???"),
        (details("Infinity"), "", "???"),
        (details("100000", currency="JPY"), "", "???"),
        (details("190000", currency="EUR"), "", "SSS"),
        # By what the text asks for.
        (details("100000"), "A minimum turnover of £400,000 is needed.", "SSS"),
        (details("100000"), "A minimum turnover of £1 million is needed.", "USS"),
        (details("100000"), "A minimum turnover of £10 million is needed.", "UUS"),
        (details("100000"), "Public liability insurance of £10 million.", "MSS"),
        (details("100000"), "Public liability insurance of £5 million.", "SSS"),
        (details("100000"), "Employers' liability insurance of £10 million.", "SSS"),
        (details(), "A minimum turnover of £10 million is needed.", "???"),
    ],
)
def test_the_verdicts_are_those_worked_out_by_hand(case: Details, text: str, expected: str) -> None:
    tag = size_of(case, findings_in(text, ""))
    assert letters(tag) == expected
    assert tag.reasons


@pytest.mark.parametrize(
    ("case", "text", "reason"),
    [
        (details("1000000", years=4), "", "the contract is worth £1m over 4 years, about £250,000 a year"),
        (details("90000"), "", "the contract is worth £90,000; its length is not clear, so we count it as one year"),
        (details("90000", years=0.5), "", "the contract is worth £90,000 and lasts a year or less"),
        (
            details(parts=("80000", "90000")),
            "",
            "the smallest of the 2 lots is worth £80,000; its length is not clear, so we count it as one year",
        ),
        (details(), "", "the notice states no value"),
        (details("0.01"), "", "the value stated is not believable"),
        (details("5000", currency="XXX"), "", "the value is stated in a currency we do not reckon with"),
        (details(below=True), "", "the buyer says that it lies below the threshold for the full rules"),
        (details("90000", framework=True), "", "it is a framework, so its value is shared among its suppliers"),
        (details("90000", sme=True), "", "the buyer says that it suits small and medium firms"),
        (details("90000", sme=False), "", "the buyer does not say that it suits small and medium firms"),
        (details("90000", parts=(None, None)), "", "it has 2 lots, and one can bid for a single one"),
        (details("90000", procedure="Direct Award"), "", "it is a direct award: nobody else is asked to bid"),
        (details("90000"), "a minimum turnover of £1m", "the notice speaks of a yearly turnover of £1m"),
        (
            details("90000"),
            "£10m public liability insurance",
            "the notice speaks of £10m public liability insurance",
        ),
    ],
)
def test_every_rule_that_counted_is_told_in_words(case: Details, text: str, reason: str) -> None:
    assert reason in size_of(case, findings_in(text, "")).reasons


def test_who_alone_may_bid_is_told() -> None:
    tag = size_of(Details(title="Sample", value=worth("5000"), reserved="sheltered workshops"))
    assert "only these may bid: sheltered workshops" in tag.reasons


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (details(), "We cannot tell which size of firm this suits."),
        (details("10000"), "This suits micro, small and medium firms."),
        (details("200000"), "This suits small and medium firms, might suit micro firms."),
        (details("1500000"), "This suits medium firms, might suit small firms, is unlikely to suit micro firms."),
        (details("90000000"), "This is unlikely to suit micro, small and medium firms."),
    ],
)
def test_the_verdict_is_one_plain_sentence(case: Details, sentence: str) -> None:
    assert size_of(case).verdict == sentence


def test_the_figure_without_vat_is_the_one_that_counts() -> None:
    value = Value(net=Decimal(160000), gross=Decimal(192000))
    assert letters(size_of(Details(title="Sample", value=value))) == "SSS"


RANK = {"unlikely": 0, "might": 1, "suits": 2}
AMOUNTS = st.decimals(min_value=100, max_value=10**9, places=2)


FLAGS = st.fixed_dictionaries({flag: st.booleans() | st.none() for flag in ("framework", "sme", "below")})


@given(AMOUNTS, FLAGS)
def test_a_larger_firm_is_never_judged_less_able_to_do_the_work(amount: Decimal, flags: dict[str, bool | None]) -> None:
    verdicts = size_of(
        details(str(amount), framework=flags["framework"], sme=flags["sme"], below=flags["below"])
    ).verdicts
    assert RANK[verdicts["micro"]] <= RANK[verdicts["small"]] <= RANK[verdicts["medium"]]


@given(AMOUNTS, AMOUNTS)
def test_a_larger_contract_never_suits_a_firm_better(one: Decimal, other: Decimal) -> None:
    small, large = (size_of(details(str(amount))).verdicts for amount in sorted((one, other)))
    assert all(RANK[large[size]] <= RANK[small[size]] for size in SIZES)


@given(st.decimals(allow_nan=True, allow_infinity=True), st.dates(), st.dates())
def test_any_figures_and_dates_can_be_judged(amount: Decimal, starts: date, ends: date) -> None:
    tag = size_of(Details(title="Sample", value=Value(net=amount), starts=starts, ends=ends))
    assert set(tag.verdicts) == set(SIZES)
    assert tag.verdict.endswith(".")


def test_every_assumption_is_shipped_with_its_source() -> None:
    text = files("classifiers").joinpath("size_rules.toml").read_text(encoding="utf-8")
    sections = [block for block in text.split("\n[") if "]" in block.partition("\n")[0]]
    assert len(sections) == 6
    assert all('source = "' in section for section in sections)
    assert rules().turnover == {"micro": 500_000, "small": 3_000_000, "medium": 15_000_000}
    assert "Assumption" in sections[0]
