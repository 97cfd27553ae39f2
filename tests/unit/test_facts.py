"""The promises of the fact reader: right sums, true quotes, and no text that can hold it up."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.facts import QUOTE_LIMIT, READ_LIMIT, findings_in, in_pounds


def read(description: str, conditions: str = "") -> list[tuple[str, str]]:
    return [(item.fact.kind, item.fact.value) for item in findings_in(description, conditions)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Public liability insurance of £5 million is needed.", "£5m public liability insurance"),
        ("£5m public liability insurance", "£5m public liability insurance"),
        ("£10,000,000 of Public Liability cover", "£10m public liability insurance"),
        ("Professional Indemnity: £500,000", "£500,000 professional indemnity insurance"),
        ("Employer's Liability Insurance - £5m", "£5m employers' liability insurance"),
        ("Employers\u2019 liability: GBP 10 million", "£10m employers' liability insurance"),
        ("Products liability of £2.5m", "£2.5m product liability insurance"),
        ("You must hold public liability insurance.", "public liability insurance, no sum stated"),
        ("Public liability insurance. The contract is worth £90,000.", "public liability insurance, no sum stated"),
    ],
)
def test_an_insurance_is_told_with_its_own_sum(text: str, value: str) -> None:
    assert read(text) == [("insurance", value)]


@pytest.mark.parametrize(
    "text",
    [
        "£5m public liability and £10m employers' liability insurance",
        "Public liability £5m and employers' liability £10m",
        "Public liability: £5,000,000\nEmployers liability: £10,000,000",
        "public liability insurance of £5 million, employers' liability insurance of £10 million",
    ],
)
def test_two_insurances_never_swap_their_sums(text: str) -> None:
    assert read(text) == [
        ("insurance", "£5m public liability insurance"),
        ("insurance", "£10m employers' liability insurance"),
    ]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("a minimum annual turnover of at least £500,000", 500_000),
        ("Turnover: £2 million in each of the last two years", 2_000_000),
        ("at least £750k annual turnover", 750_000),
    ],
)
def test_a_turnover_asked_for_is_told_as_a_sum(text: str, amount: int) -> None:
    (finding,) = findings_in(text, "")
    assert finding.fact.kind == "turnover"
    assert finding.amount == Decimal(amount)


def test_the_turnover_of_the_slavery_act_is_not_a_demand() -> None:
    assert (
        read("Modern slavery: bidders with an annual turnover of at least £36 million must publish a statement.") == []
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ISO 9001 certified", "ISO 9001"),
        ("BS EN ISO14001:2015", "ISO 14001"),
        ("ISO/IEC 27001", "ISO 27001"),
        ("hold Cyber Essentials", "Cyber Essentials"),
        ("hold Cyber Essentials Plus", "Cyber Essentials Plus"),
        ("CHAS accredited", "CHAS"),
        ("Safe Contractor or equivalent", "SafeContractor"),
        ("ConstructionLine Gold", "Constructionline"),
        ("an enhanced DBS check", "DBS checks"),
        ("Disclosure and Barring Service", "DBS checks"),
    ],
)
def test_an_accreditation_goes_by_its_proper_name(text: str, value: str) -> None:
    assert read(text) == [("accreditation", value)]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Social value weighting: 10%", ("social_value", "social value counts for 10%")),
        ("Price 60%, and 12.5 per cent for social value", ("social_value", "social value counts for 12.5%")),
        ("Bids from consortia are welcome", ("consortium", "speaks of joint bids")),
        ("A framework agreement for four years", ("framework", "framework agreement")),
        ("A dynamic purchasing system", ("framework", "dynamic purchasing list")),
    ],
)
def test_other_statements_are_read(text: str, fact: tuple[str, str]) -> None:
    assert read(text) == [fact]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We make chasing debts easy.",
        "The framework of the building is of steel.",
        "Social value matters to us.",
        "Price 60%, quality 40%. Social value is welcome.",
        "Public liability: see the papers",
        "ISO 90012",
        "a turnover of £1",
        "turnover of staff is low. The value is £400,000.",
    ],
)
def test_nothing_is_read_into_words_that_do_not_say_it(text: str) -> None:
    assert read(text) == []


def test_a_long_sentence_is_quoted_from_word_to_word() -> None:
    text = "cleaning " * 40 + "with public liability of £5m " + "cleaning " * 40
    (finding,) = findings_in(text, "")
    assert set(finding.fact.quote.split()) == {"cleaning", "with", "public", "liability", "of", "£5m"}
    assert "with public liability of £5m" in finding.fact.quote


def test_conditions_are_read_too_and_offsets_count_through_both() -> None:
    description, conditions = "Sample cleaning work.", "Bidders need ISO 9001. CHAS is welcome."
    text = f"{description}\n{conditions}"
    facts = [item.fact for item in findings_in(description, conditions)]
    assert [fact.quote for fact in facts] == ["Bidders need ISO 9001.", "CHAS is welcome."]
    assert [text[fact.start : fact.end] for fact in facts] == [fact.quote for fact in facts]


def test_a_statement_made_twice_is_told_once() -> None:
    assert read("ISO 9001. ISO 9001. ISO 9001.") == [("accreditation", "ISO 9001")]


PIECES = st.sampled_from(
    ["public liability ", "£5m ", "£1,000,000", "employers' liability", " insurance", "turnover of ", "ISO 9001", ". ",
     "\n", "\x00", "social value 10%", "consortium", "x" * 90, "é€", "framework agreement ", "£9999999999999 ", "; "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=10).map("".join))
def test_every_quote_is_short_and_stands_where_it_says(description: str, conditions: str) -> None:
    text = f"{description}\n{conditions}"
    for item in findings_in(description, conditions):
        assert 0 < len(item.fact.quote) <= QUOTE_LIMIT
        assert text[item.fact.start : item.fact.end] == item.fact.quote


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    findings_in(text, text)


def test_what_lies_beyond_the_limit_is_not_read() -> None:
    assert read(" " * READ_LIMIT + "ISO 9001", "ISO 9001") == []
    assert read(" " * (READ_LIMIT - 8) + "ISO 9001") == [("accreditation", "ISO 9001")]


HOSTILE = [
    *("a", "£", " ", "turnover ", "£1,000", "£1,000 turnove ", "public liability ", "social value 9 ", "9% ", "\x00\n"),
    *("ISO ", "cyber essentials plu", "framework agreemen ", "£5 of public liabilit ", "1 % social ", "consorti"),
]


def seconds_to_read(text: str) -> float:
    """The least of several tries: the noise of a busy machine only ever adds."""
    tries = []
    for _ in range(5):
        before = time.process_time()
        findings_in(text, "")
        tries.append(time.process_time() - before)
    return min(tries)


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_takes_about_twice_as_long(piece: str) -> None:
    """A quadratic pattern would take 16 times as long for 4 times the text, a cubic one 64 times."""
    whole = piece * (READ_LIMIT // len(piece))
    quarter = whole[: len(whole) // 4]
    assert seconds_to_read(whole) < 10 * seconds_to_read(quarter) + 0.002


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_takes_no_longer_than_the_limit(piece: str) -> None:
    huge = piece * (1_000_000 // len(piece))
    assert [item.fact for item in findings_in(huge, huge)] == [item.fact for item in findings_in(huge[:READ_LIMIT], "")]


@pytest.mark.parametrize(
    ("amount", "words"),
    [("5000000", "£5m"), ("1500000", "£1.5m"), ("300000", "£300,000"), ("1234567", "£1,234,567"), ("20000000", "£20m")],
)
def test_sums_are_written_as_people_write_them(amount: str, words: str) -> None:
    assert in_pounds(Decimal(amount)) == words
