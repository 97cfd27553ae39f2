"""The promises of the plain-language summary: nothing invented, each line with where it came from, unknown said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.tagger import TAGGER
from service.domain.money import Value
from service.domain.opportunity import Deadline, Details, Lot
from service.domain.place import Place
from service.domain.reserved import who_may_bid
from service.domain.summary import NOT_STATED, SummaryLine, summary_of

NOW = datetime(2026, 8, 12, 9, tzinfo=UTC)
FULL = Details(
    title="Sample cleaning",
    description=(
        "Background words come first, and please register on the portal https://in-tendhost.co.uk/sample to see more.\n"
        "The Council seeks a firm to clean two libraries. The contract is for 3 years with an option to extend for 2 "
        "years. TUPE may apply. Price 60%, quality 40%."
    ),
    conditions="Bidders must hold public liability insurance of £5 million. A site visit is mandatory.",
    value=Value(net=Decimal(90000)),
    deadline=Deadline(at=datetime(2026, 9, 4, 11, tzinfo=UTC)),
    procedure="Open procedure",
    official_url="https://example.org/notice",
)


def lines(details: Details, *, place_words: str = "Hackney") -> dict[str, SummaryLine]:
    place = Place(scope="boroughs", evidence=("the buyer is Sample Council",))
    found = summary_of(details, TAGGER.tags(details), place=place, place_words=place_words, now=NOW)
    return {line.key: line for line in found}


def test_every_line_says_what_the_notice_says() -> None:
    said = {key: line.text for key, line in lines(FULL).items()}
    assert said == {
        "wanted": "The Council seeks a firm to clean two libraries.",
        "where": "Hackney.",
        "worth": "£90,000 without VAT in all, about £30,000 a year.",
        "length": "Lasts 3 years; may be extended by up to 2 years.",
        "deadline": "Bid by Fri 4 Sep, 12 noon.",
        "must_have": "£5m public liability insurance and site visit required. The tender papers may ask for more.",
        "weights": "Weighed by price 60%, quality 40%.",
        "besides": "Staff may transfer to the winner (TUPE).",
        "effort": "A full bid in one round, with proof of 2 things you must have.",
        "apply": (
            "Through the portal that the notice names: https://in-tendhost.co.uk/sample. "
            "Read the official notice first."
        ),
    }


def test_every_line_points_to_the_words_or_the_field_it_came_from() -> None:
    text = f"{FULL.description}\n{FULL.conditions}"
    for line in lines(FULL).values():
        assert line.origins
        for origin in line.origins:
            assert bool(origin.field) != bool(origin.quote)
            if origin.quote:
                assert text[origin.start : origin.end] == origin.quote


def test_what_is_not_stated_is_said_to_be_not_stated() -> None:
    found = lines(Details(title=""), place_words="")
    assert {found[key].text for key in ("wanted", "where", "worth", "length", "deadline", "apply")} == {NOT_STATED}
    assert found["must_have"].text == "The notice names no insurance, turnover or certificate. The tender papers may."
    assert found["effort"].text == "We cannot tell: the notice does not say how it is run."
    assert "weights" not in found
    assert "besides" not in found
    assert not any(line.origins for line in found.values())


@pytest.mark.parametrize(
    ("details", "key", "text"),
    [
        (Details(title="sample works"), "wanted", "Sample works"),
        (Details(title="A", value=Value(gross=Decimal(1200))), "worth", "£1,200 with VAT in all."),
        (Details(title="A", value=Value(minimum=Decimal(1200))), "worth", "at least £1,200 in all."),
        (Details(title="A", value=Value(net=Decimal(0))), "worth", NOT_STATED),
        (
            Details(
                title="A",
                lots=(Lot(identity="1", value=Value(net=Decimal(10))), Lot(identity="2", value=Value(net=Decimal(20)))),
            ),
            "worth",
            "The lots that give a value: £10 to £20.",
        ),
        (
            Details(title="A", starts=date(2026, 10, 1), ends=date(2028, 9, 30)),
            "length",
            "Thu 1 Oct to Sat 30 Sep 2028.",
        ),
        (Details(title="A", starts=date(2026, 10, 1)), "length", "Starts Thu 1 Oct."),
        (
            Details(title="A", deadline=Deadline(at=datetime(2026, 9, 3, 23, tzinfo=UTC), date_only=True)),
            "deadline",
            "Bid by Fri 4 Sep, take it to be early in the day.",
        ),
        (
            Details(title="A", deadline=Deadline(at=datetime(2026, 9, 4, 11, tzinfo=UTC), kind="interest")),
            "deadline",
            "Say that you are interested by Fri 4 Sep, 12 noon.",
        ),
        (
            Details(title="A", description="The deadline for questions is 20 August 2026."),
            "deadline",
            "Ask questions until 20 August 2026.",
        ),
        (
            Details(title="A", reserved="sheltered workshops"),
            "must_have",
            "Only sheltered workshops may bid. The tender papers may ask for more.",
        ),
        (
            Details(title="A", below_threshold=True),
            "effort",
            "Less than a full tender: it lies below the threshold for the full rules.",
        ),
        (Details(title="A", procedure="Restricted"), "effort", "A lot: there are several rounds of bidding."),
        (Details(title="A", procedure="Competitive quotation"), "effort", "Little: a quotation."),
        (
            Details(title="A", description="We set up a dynamic purchasing system for roofers."),
            "effort",
            "First a form to join the list, then short bids for each piece of work.",
        ),
        (
            Details(title="A", official_url="https://example.org/1"),
            "apply",
            "Read the official notice: it tells where to send the bid.",
        ),
    ],
)
def test_each_kind_of_line(details: Details, key: str, text: str) -> None:
    assert lines(details)[key].text == text


@given(st.text(max_size=600), st.text(max_size=200))
def test_any_text_can_be_summed_up_and_every_quote_stands_in_it(description: str, conditions: str) -> None:
    text = f"{description}\n{conditions}"
    for line in lines(Details(title="Sample", description=description, conditions=conditions)).values():
        assert line.text
        for origin in line.origins:
            assert origin.field or text[origin.start : origin.end] == origin.quote


@pytest.mark.parametrize(
    ("reserved", "words"),
    [
        ("", ""),
        ("K02000001", "firms in the United Kingdom"),
        ("smeVcse, Havering, E09000016", "small and medium firms, charities and social enterprises, firms in Havering"),
        ("E09000012", "firms in Hackney"),
        ("E99999999", "firms in E99999999"),
        ("sheltered workshops", "sheltered workshops"),
    ],
)
def test_who_may_bid_is_said_in_words(reserved: str, words: str) -> None:
    assert who_may_bid(reserved) == words
