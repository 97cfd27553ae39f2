"""A cell of a listing means what London reads in it, and what cannot be believed is refused by the field's name."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from scrapers.kinds.cells import Moment, sum_of, value_of
from scrapers.kinds.rules import FieldRules
from service.domain.money import Value
from service.errors import UnreadableField

DATE = FieldRules(select="x", dates=("%d/%m/%Y %H:%M", "%d/%m/%Y", "%d %B %Y", "iso", "/Date(ms)/"))


@pytest.mark.parametrize(
    ("said", "at", "date_only"),
    [
        ("22/09/2026 12:00", datetime(2026, 9, 22, 11, 0, tzinfo=UTC), False),
        ("22/12/2026 12:00", datetime(2026, 12, 22, 12, 0, tzinfo=UTC), False),
        ("22/9/2026", datetime(2026, 9, 21, 23, 0, tzinfo=UTC), True),
        ("5 January 2027", datetime(2027, 1, 5, 0, 0, tzinfo=UTC), True),
        ("22/09/2026 00:00", datetime(2026, 9, 21, 23, 0, tzinfo=UTC), True),
        ("2026-09-22T12:00:00+02:00", datetime(2026, 9, 22, 10, 0, tzinfo=UTC), False),
        ("/Date(1790000000000)/", datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC), False),
    ],
)
def test_a_date_is_londons_and_one_without_a_time_is_its_day(said: str, at: datetime, *, date_only: bool) -> None:
    assert value_of("deadline", DATE, said) == Moment(at=at, date_only=date_only)


@pytest.mark.parametrize(
    "said",
    ["soon", "31/02/2026", "22/09/26", "09/22/2026", "/Date(x)/", "/Date(999999999999999)/", "12:00", "01/01/0001"],
)
def test_what_is_no_date_is_refused(said: str) -> None:
    with pytest.raises(UnreadableField, match="deadline: it is not a date like"):
        value_of("deadline", DATE, said)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("£1,400,000.00", Value(net=Decimal("1400000.00"))),
        ("£18k", Value(net=Decimal(18000))),
        ("1.5 million", Value(net=Decimal("1500000.0"))),
        ("£10,000 - £50,000", Value(net=Decimal(50000), minimum=Decimal(10000))),
        ("£10,000 to £50,000 per year", Value(net=Decimal(50000), minimum=Decimal(10000))),
        ("€600000", Value(net=Decimal(600000), currency="EUR")),
        ("25000", Value(net=Decimal(25000))),
    ],
)
def test_a_sum_or_a_range_is_read(said: str, value: Value) -> None:
    assert sum_of("value", said, currency="GBP") == value


@pytest.mark.parametrize(
    "said", ["a lot", "22/09/2026", "-£5", "£99,999,999,999,999", "London Borough of Camden 7", "1 2 3"]
)
def test_what_is_no_sum_is_refused(said: str) -> None:
    with pytest.raises(UnreadableField, match="value: "):
        sum_of("value", said, currency="GBP")


@pytest.mark.parametrize(
    "said",
    ["javascript:alert(1)", "//x", "/list", "https://", "https://u:p@x.example/", "http://[", "https://x.example/a b"],
)
def test_what_is_no_web_address_is_refused(said: str) -> None:
    with pytest.raises(UnreadableField, match="url: it is no web address"):
        value_of("url", FieldRules(select="a"), said)


def test_what_stands_for_not_stated_is_not_stated() -> None:
    assert value_of("value", FieldRules(select="x", money="GBP", none=("N/A",)), " n/a ") is None
    assert value_of("title", FieldRules(select="x"), "  ") is None


def test_a_part_of_a_cell_can_be_the_value() -> None:
    rules = FieldRules(select="x", find=r"Ref: (\w+)", pattern=r"[A-Z]+\d+")
    assert value_of("reference", rules, "Tender (Ref: AB12)") == "AB12"
    assert value_of("reference", rules, "Tender") is None
    with pytest.raises(UnreadableField, match="not of the form"):
        value_of("reference", rules, "Ref: 12")
