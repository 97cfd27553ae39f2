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
        ("You need public liability insurance. It is worth £90,000.", "public liability insurance, no sum stated"),
        ("Public Liability Insurance = 1 Million GBP", "£1m public liability insurance"),
        ("Public liability insurance: GBP 5Million", "£5m public liability insurance"),
        ("Public Liability Insurance = 5 000 000 GBP", "£5m public liability insurance"),
        ("Employer\u2019s (Compulsory) Liability Insurance = 10 million GBP", "£10m employers' liability insurance"),
        ("you must carry PI Insurance cover of not less than £1,000,000", "£1m professional indemnity insurance"),
        ("£10 million (ten million pounds) public liability", "£10m public liability insurance"),
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
        "Public Liability £5,000,000 Employers Liability £10,000,000",
        "public liability insurance £5m employers' liability insurance £10m",
        "£5m public liability £10m employers' liability",
        "Insurance: PL - £5m EL - £10m",
    ],
)
def test_two_insurances_never_swap_their_sums(text: str) -> None:
    assert read(text) == [
        ("insurance", "£5m public liability insurance"),
        ("insurance", "£10m employers' liability insurance"),
    ]


def test_a_sum_stated_for_two_insurances_together_counts_for_both() -> None:
    assert read("employers' liability and public liability insurances of £5 million") == [
        ("insurance", "£5m employers' liability insurance"),
        ("insurance", "£5m public liability insurance"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Lot 2 Employers Liability, Public and Products Liability insurance, Motor Fleet",
        "Non-life insurance services, including business interruption; public liability; employers' liability",
        "an insurance broker for professional indemnity cover",
    ],
)
def test_insurance_that_is_bought_is_no_demand(text: str) -> None:
    assert [kind for kind, _ in read(text) if kind == "insurance"] == []


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


@pytest.mark.parametrize(
    "text",
    [
        "Turnover on all facilities in 2015/16 was 6 700 000 GBP.",
        "The estimated turnover for the entire five-year duration is approximately £770,000.",
        "The minimum annual turnover is 2 x £100,000.",
        "A minimum turnover, see the papers.",
    ],
)
def test_a_turnover_of_the_service_or_one_to_be_reckoned_is_not_a_demand(text: str) -> None:
    assert [kind for kind, _ in read(text) if kind == "turnover"] == []


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
        ("a Disclosure and Barring Service check", "DBS checks"),
        ("DBS-cleared youth workers", "DBS checks"),
        ("Cyber Security Essentials Plus", "Cyber Essentials Plus"),
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
        ("We set up a dynamic purchasing system", ("framework", "dynamic purchasing list")),
        ("Providers can apply to join the DPS at any time", ("framework", "dynamic purchasing list")),
        ("The framework is divided into parts", ("framework", "framework agreement")),
        ("Consortium bids are welcomed", ("consortium", "speaks of joint bids")),
        ("Price 60%, quality 40%", ("split", "weighed by price 60%, quality 40%")),
        ("Quality (Technical) - 70%\nCommercial (Price) - 30%", ("split", "weighed by price 30%, quality 70%")),
        ("a price/quality split of 40/60", ("split", "weighed by price 40%, quality 60%")),
        ("awarded on 100% price", ("split", "weighed by price 100%")),
        ("TUPE will apply to this contract", ("tupe", "staff transfer to the winner (TUPE)")),
        ("TUPE may apply", ("tupe", "staff may transfer to the winner (TUPE)")),
        ("TUPE is not likely to apply", ("tupe", "staff are not expected to transfer (TUPE)")),
        ("Site visits can be booked", ("site_visit", "site visit offered")),
        ("A site visit is mandatory", ("site_visit", "site visit required")),
        ("All contractors must visit the site before they price", ("site_visit", "site visit required")),
        ("The tender is divided into three (3) lots", ("lots", "3 lots")),
        ("Lot 1: North\nLot 2: South\nLot 3: East", ("lots", "3 lots")),
        ("three individual Lots and four combined Lots", ("lots", "7 lots")),
        ("The deadline for clarification questions is 5 May 2026", ("questions_by", "questions until 5 May 2026")),
        ("All questions must be submitted by 12:00 on 05/05/2026", ("questions_by", "questions until 5 May 2026")),
        ("The contract will commence on 1st April 2026", ("start", "starts 1 April 2026")),
        ("Contract start date: 01.04.2026", ("start", "starts 1 April 2026")),
        ("commencing in June 2026", ("start", "starts in June 2026")),
    ],
)
def test_other_statements_are_read(text: str, fact: tuple[str, str]) -> None:
    assert read(text) == [fact]


@pytest.mark.parametrize(
    ("text", "length", "extension"),
    [
        ("The contract is for 3 years with an option to extend for 2 years.", "36 months", "24 months"),
        ("an initial term of two (2) years, to be extended by up to 2 x 12 months", "24 months", "24 months"),
        ("for a period of 4 years with two further possible extensions of 24 months", "48 months", "48 months"),
        ("The contract length is 2+1+1 years.", "24 months", "24 months"),
        ("Contract term: 5 +1+1 Optional", "60 months", "24 months"),
        ("a 3-year contract with the option of 2 single year extensions", "36 months", "24 months"),
        ("an initial term of 3 years with extensions to a maximum term of 5 years", "36 months", "24 months"),
        ("for a period of 12 months and may be extended by a further 6 months", "12 months", "6 months"),
        ("Contract Duration\n18 months", "18 months", None),
        ("The contract is for two years and seven months.", "31 months", None),
        ("an initial period of 12 weeks", "12 weeks", None),
        ("a 5 year Dynamic Purchasing System", "60 months", None),
        ("The contract is extended for a further 12 months.", None, None),
        ("Direct award to extend the contract for a period of 2 months", None, None),
        ("three years of accounts, 12 months warranty and at least 2 years of experience", None, None),
    ],
)
def test_a_length_and_its_extensions_are_told_apart(text: str, length: str | None, extension: str | None) -> None:
    found = {item.fact.kind: item.fact.normal for item in findings_in(text, "")}
    assert (found.get("length"), found.get("extension")) == (length, extension)


@pytest.mark.parametrize(
    "text",
    [
        "This is a call-off contract under the ESPO Framework Agreement.",
        "Development of a governance framework for the strategy",
        "UKRI used the National LGPS Framework",
        "Framework agreement: No",
        "an online portal for DBS applications",
        "This opportunity is also advertised on Constructionline.",
        "members of the purchasing consortium",
        "London Universities Purchasing Consortia",
        "You may be awarded a maximum of 3 lots",
        "awarded under Lot 6 of the agreement",
        "The app records all site visits undertaken by officers",
        "the evaluation will start on 5 May 2026",
        "responses to questions will be published by 5 May 2026",
        "The contract start date of 6 September 2021 is unfeasible",
        "starting on 31 February 2026",
    ],
)
def test_what_is_said_of_something_else_is_no_fact(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We make chasing debts easy.",
        "The framework of the building is of steel.",
        "Social value matters to us.",
        "Price 60%, quality 45%.",
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


def test_a_duty_to_visit_quotes_the_words_that_make_it_one() -> None:
    (found,) = findings_in("Site visits\nAll contractors must visit the site.", "")
    assert found.fact.value == "site visit required"
    assert "must visit" in found.fact.quote


def test_of_two_mentions_of_a_dynamic_list_the_first_in_the_text_is_quoted() -> None:
    text = "Providers may apply to join the DPS now. It runs for long. Establishing a DPS helps us all."
    (found,) = [each for each in findings_in(text, "") if each.fact.kind == "framework"]
    assert found.fact.quote.startswith("Providers may apply")


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
    *("1 year ", "1+1 years ", "TUPE ", "site visit ", "1/1/26 ", "from 1 May 2020 to ", "Lot 1-2 ", "DPS "),
    *("the framework ", "establish a ", "quality 1% ", "12 months and ", "extend ", "commence on ", "question by "),
    *("a", "£", " ", "turnover ", "£1,000", "£1,000 turnove ", "public liability ", "social value 9 ", "9% ", "\x00\n"),
    *("ISO ", "cyber essentials plu", "framework agreemen ", "£5 of public liabilit ", "1 % social ", "consorti"),
]


def seconds_to_read(text: str) -> float:
    """The least of several tries: the noise of a busy machine only ever adds."""
    tries = []
    for _ in range(3):
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
