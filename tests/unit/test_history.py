"""A procurement's history: the same whatever the order of arrival, and nothing known is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.history import MATERIAL, change_kind, content_hash, differences, fold
from service.domain.money import Money, Value
from service.domain.opportunity import (
    Buyer,
    Change,
    Deadline,
    Details,
    Document,
    FieldDifference,
    Lot,
    Reading,
    Stage,
    Status,
)
from tests.unit.domain_worlds import related

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
NOON = Deadline(at=datetime(2026, 12, 4, 12, tzinfo=UTC))
FULL = Details(
    title="Sample window cleaning",
    description="Nine libraries.",
    buyer=Buyer(name="Sample Council", region="UKI41"),
    cpv=("90911300",),
    value=Value(net=Decimal(45000)),
    deadline=NOON,
    lots=(Lot(identity="1", title="North", value=Value(net=Decimal(20000))), Lot(identity="2", title="South")),
    documents=(Document(title="Specification", url="https://sample.test/a"),),
)


def reading(day: int, stage: Stage = Stage.TENDER, change: Change = Change.NEW, **said: object) -> Reading:
    details = said.pop("details", Details(title=""))
    assert isinstance(details, Details)
    return Reading(
        source="find_a_tender",
        notice_id=f"{day:03d}",
        published=START + timedelta(days=day),
        keys=(),
        stage=stage,
        change=change,
        details=details,
        sparse=said.pop("sparse", False) is True,
        **said,  # type: ignore[arg-type]
    )


TENDER = reading(1, details=FULL)


@given(related, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_state(readings: list[Reading], random: object) -> None:
    shuffled = list(readings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(readings)
    assert content_hash(fold(shuffled), number=1) == content_hash(fold(readings), number=1)


@given(related)
def test_a_notice_seen_twice_changes_nothing(readings: list[Reading]) -> None:
    assert fold([*readings, *readings]) == fold(readings)


@given(related)
def test_what_was_stated_is_never_erased(readings: list[Reading]) -> None:
    state = fold(readings)
    for field in ("title", "description", "cpv", "procedure", "conditions", "suppliers", "award_value", "official_url"):
        stated = [value for one in readings if (value := getattr(one.details, field))]
        assert bool(getattr(state.details, field)) == bool(stated), field
    assert {one.url for one in state.details.documents} == {
        one.url for said in readings for one in said.details.documents
    }


def test_no_reading_is_no_state() -> None:
    with pytest.raises(ValueError, match="at least one"):
        fold([])


def test_later_beats_earlier_and_empty_erases_nothing() -> None:
    later = reading(2, change=Change.UPDATE, details=Details(title="Sample glass cleaning"))
    state = fold([later, TENDER])
    assert state.details == replace(FULL, title="Sample glass cleaning")
    assert (state.stage, state.status) == (Stage.TENDER, Status.OPEN)
    assert (state.first_published, state.as_of) == (TENDER.published, later.published)


def test_a_sparse_notice_changes_only_what_it_states() -> None:
    moved = Deadline(at=NOON.at + timedelta(days=7))
    lot = Lot(identity="2", value=Value(net=Decimal(9)))
    sparse = reading(2, change=Change.UPDATE, sparse=True, details=Details(title="", deadline=moved, lots=(lot,)))
    state = fold([TENDER, sparse])
    assert state.details == replace(FULL, deadline=moved, lots=(FULL.lots[0], replace(lot, title="South")))


def test_a_full_notice_replaces_the_lots() -> None:
    lots = (Lot(identity="9", title="All"),)
    assert fold([TENDER, reading(2, details=Details(title="", lots=lots))]).details.lots == lots


@pytest.mark.parametrize("stage", [Stage.AWARD, Stage.CONTRACT])
def test_an_award_adds_who_won_and_writes_over_nothing(stage: Stage) -> None:
    award = reading(
        40,
        stage,
        Change.AWARD,
        details=Details(
            title="Award",
            value=Value(net=Decimal(1)),
            suppliers=("Sample Panes Ltd",),
            award_value=Money(amount=Decimal(44000), currency="GBP"),
            procedure="Open procedure",
        ),
    )
    state = fold([award, TENDER])
    assert (state.stage, state.status) == (stage, Status.AWARDED)
    assert state.details == replace(
        FULL,
        suppliers=award.details.suppliers,
        award_value=award.details.award_value,
        procedure="Open procedure",
    )


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(Stage.PIPELINE, Change.NEW)], (Stage.PIPELINE, Status.PLANNED)),
        ([(Stage.PLANNING, Change.NEW), (Stage.TENDER, Change.NEW)], (Stage.TENDER, Status.OPEN)),
        ([(Stage.TENDER, Change.NEW), (Stage.PLANNING, Change.UPDATE)], (Stage.TENDER, Status.OPEN)),
        ([(Stage.TENDER, Change.NEW), (Stage.OTHER, Change.NEW)], (Stage.TENDER, Status.OPEN)),
        ([(Stage.OTHER, Change.NEW)], (Stage.OTHER, Status.CLOSED)),
        ([(Stage.OTHER, Change.NEW), (Stage.PLANNING, Change.NEW)], (Stage.PLANNING, Status.PLANNED)),
        ([(Stage.TENDER, Change.NEW), (Stage.TENDER, Change.CANCELLATION)], (Stage.TENDER, Status.CANCELLED)),
        ([(Stage.TENDER, Change.CANCELLATION), (Stage.AWARD, Change.AWARD)], (Stage.TENDER, Status.CANCELLED)),
        ([(Stage.TENDER, Change.CANCELLATION), (Stage.PLANNING, Change.NEW)], (Stage.TENDER, Status.CANCELLED)),
        ([(Stage.TENDER, Change.CANCELLATION), (Stage.TENDER, Change.UPDATE)], (Stage.TENDER, Status.OPEN)),
        ([(Stage.TENDER, Change.NEW), (Stage.TENDER, Change.AWARD)], (Stage.AWARD, Status.AWARDED)),
        ([(Stage.AWARD, Change.AWARD), (Stage.TENDER, Change.UPDATE)], (Stage.TENDER, Status.OPEN)),
    ],
)
def test_where_a_procurement_stands(steps: list[tuple[Stage, Change]], expected: tuple[Stage, Status]) -> None:
    state = fold([reading(day, stage, change) for day, (stage, change) in enumerate(steps)])
    assert (state.stage, state.status) == expected


def test_the_date_of_early_talks_is_not_the_deadline_of_the_tender() -> None:
    talks = reading(0, Stage.PLANNING, details=Details(title="Sample", deadline=Deadline(at=START, kind="interest")))
    assert fold([talks]).details.deadline == talks.details.deadline
    assert fold([talks, reading(5)]).details.deadline is None


def test_a_bare_day_does_not_blur_the_hour_nor_a_nought_the_value() -> None:
    vague = Details(
        title="",
        deadline=Deadline(at=datetime(2026, 12, 4, tzinfo=UTC), date_only=True),
        value=Value(net=Decimal(0)),
    )
    assert fold([TENDER, reading(2, details=vague)]).details == FULL


def test_differences_in_plain_words() -> None:
    before = fold([TENDER])
    new = Details(
        title="",
        deadline=Deadline(at=datetime(2026, 12, 11, 17, 30, tzinfo=UTC)),
        value=Value(gross=Decimal("60000.50")),
        documents=(Document(title="Answers", url="https://sample.test/b"),),
    )
    after = fold([TENDER, reading(2, details=new)])
    assert differences(before, after) == (
        FieldDifference(field="deadline", before="Fri 4 Dec 2026, 12 noon", after="Fri 11 Dec 2026, 5.30pm"),
        FieldDifference(field="value", before="£45,000", after="£60,000.50 with VAT"),
        FieldDifference(field="documents", before="", after="Answers"),
    )
    assert {one.field for one in differences(before, after)} <= MATERIAL
    assert change_kind(before, after) == "changed"


def test_a_deadline_in_summer_is_told_in_londons_time() -> None:
    summer = replace(FULL, deadline=Deadline(at=datetime(2026, 7, 1, 11, tzinfo=UTC)))
    told = differences(fold([reading(1)]), fold([reading(1, details=summer)]))
    assert FieldDifference(field="deadline", before="", after="Wed 1 Jul 2026, 12 noon") in told


@pytest.mark.parametrize(
    ("later", "kind"),
    [
        (reading(2), ""),
        (reading(2, details=Details(title="Sample other title")), ""),
        (reading(2, details=Details(title="", deadline=Deadline(at=START))), "deadline"),
        (reading(2, change=Change.CANCELLATION), "cancelled"),
        (reading(2, Stage.AWARD, Change.AWARD), "awarded"),
        (reading(2, details=Details(title="", value=Value(net=Decimal(7)))), "changed"),
    ],
)
def test_the_one_word_for_what_happened(later: Reading, kind: str) -> None:
    assert change_kind(fold([TENDER]), fold([TENDER, later])) == kind


def test_the_hash_is_of_what_is_said_and_not_of_the_telling() -> None:
    once, again = fold([TENDER]), fold([TENDER, reading(3)])
    other = fold([TENDER, reading(3, details=Details(title="Other"))])
    assert once != again
    assert content_hash(once, number=1) == content_hash(again, number=1)
    assert content_hash(once, number=1) != content_hash(other, number=1)


def test_what_is_said_again_after_something_else_is_another_revision() -> None:
    state = fold([TENDER])
    assert content_hash(state, number=1) != content_hash(state, number=3)


@pytest.mark.parametrize("stage", [Stage.AWARD, Stage.CONTRACT])
def test_when_a_contract_ends_is_as_it_was_let_and_not_as_the_tender_planned_it(stage: Stage) -> None:
    planned = reading(1, details=Details(title="Sample windows", ends=date(2027, 3, 31)))
    let = reading(40, stage, Change.AWARD, details=Details(title="Award", ends=date(2027, 6, 30)))
    extended = reading(90, stage, Change.UPDATE, details=Details(title="Award", ends=date(2028, 6, 30)))
    silent = reading(99, stage, Change.UPDATE, details=Details(title="Award"))
    assert fold([planned, let]).details.ends == date(2027, 6, 30)
    assert fold([silent, extended, let, planned]).details.ends == date(2028, 6, 30)
    assert fold([planned, let]).details.title == "Sample windows"
