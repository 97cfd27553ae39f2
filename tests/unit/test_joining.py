"""Two tellings of one procurement meet; two procurements that look alike stay apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from service.domain.joining import alike
from service.domain.money import Value
from service.domain.opportunity import Buyer, Deadline, Details, Stage, State, Status

WHEN = datetime(2026, 12, 4, 12, tzinfo=UTC)
DETAILS = Details(
    title="Window and Office Cleaning of Sample Libraries",
    buyer=Buyer(name="London Borough of Hackney", identifier="GB-PPON-AAAA"),
    cpv=("90911300",),
    value=Value(net=Decimal(45000)),
    deadline=Deadline(at=WHEN),
)


def state(**changed: object) -> State:
    return State(
        stage=Stage.TENDER,
        status=Status.OPEN,
        details=replace(DETAILS, **changed),  # type: ignore[arg-type]
        as_of=datetime(2026, 11, 1, tzinfo=UTC),
        first_published=datetime(2026, 11, 1, tzinfo=UTC),
        source="find_a_tender",
    )


ONE = state()


@pytest.mark.parametrize(
    ("other", "evidence"),
    [
        ({}, "The same buyer, the same title and the same deadline."),
        (
            {"title": "WINDOW & OFFICE CLEANING - Sample Library"},
            "The same buyer, the same title and the same deadline.",
        ),
        ({"title": "CLN-0042/B Window and office cleaning for sample libraries"}, "the same title"),
        ({"buyer": Buyer(name="Hackney Council")}, "the same deadline"),
        ({"deadline": Deadline(at=WHEN + timedelta(hours=35))}, "the same deadline"),
        ({"deadline": None}, "the same value"),
        ({"deadline": None, "value": None}, "the same main code"),
    ],
)
def test_one_procurement_told_twice(other: dict[str, object], evidence: str) -> None:
    said = alike(ONE, state(**other))
    assert said is not None
    assert evidence in said
    assert alike(state(**other), ONE) == said


@pytest.mark.parametrize(
    "other",
    [
        {"buyer": Buyer(name="Camden Council")},
        {"buyer": None},
        {"buyer": Buyer(name="London Borough of Hackney", identifier="GB-PPON-BBBB")},
        {"title": "Window and Office Cleaning of Sample Schools"},
        {"title": "Grounds maintenance"},
        {"title": ""},
        {"title": DETAILS.title + " 2027"},
        {"title": DETAILS.title + " lot 2"},
        {"deadline": Deadline(at=WHEN + timedelta(hours=37))},
        {"deadline": None, "value": Value(net=Decimal(46000))},
        {"deadline": None, "value": Value(net=Decimal(45000), currency="EUR")},
        {"deadline": None, "value": None, "cpv": ("90919200",)},
        {"deadline": None, "value": None, "cpv": ()},
    ],
)
def test_two_procurements_stay_two(other: dict[str, object]) -> None:
    assert alike(ONE, state(**other)) is None
    assert alike(state(**other), ONE) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Sample school meals 2026", "Sample school meals 2027"),
        ("Sample school meals 2026/27", "Sample school meals 2027/28"),
        ("Sample school meals 2025-2026", "Sample school meals 2026-2027"),
        ("Sample roofs phase 1", "Sample roofs phase 2"),
    ],
)
def test_rounds_of_one_kind_are_never_joined(first: str, second: str) -> None:
    assert alike(state(title=first), state(title=second)) is None
    assert alike(state(title=first), state(title=first)) is not None


def test_the_same_contract_a_year_later_is_another() -> None:
    later = replace(ONE, first_published=ONE.first_published + timedelta(days=365))
    assert alike(ONE, later) is None


def test_one_short_word_is_no_title_to_go_by_unless_it_is_the_same() -> None:
    assert alike(state(title="Cleaning"), state(title="Catering")) is None
    assert alike(state(title="Cleaning"), state(title="Cleaning")) is not None
