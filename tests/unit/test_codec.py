"""What is written as JSON is read back the same, and what is not JSON of ours is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given

from service.domain import codec
from service.domain.interest import FirmFile, Interest
from service.domain.money import Value
from service.domain.opportunity import Details, Reading, Stage, State, Status
from service.domain.tagging import Tags
from service.errors import UnreadableBody
from tests.unit import domain_worlds as worlds

STATE = State(
    stage=Stage.TENDER,
    status=Status.OPEN,
    details=Details(title="Sample", value=Value(net=Decimal("45000.10"))),
    as_of=datetime(2026, 11, 1, tzinfo=UTC),
    first_published=datetime(2026, 11, 1, tzinfo=UTC),
    source="find_a_tender",
)


@given(worlds.states)
def test_states_survive(state: State) -> None:
    assert codec.state_from_json(codec.state_to_json(state)) == state


@given(worlds.readings)
def test_readings_survive(reading: Reading) -> None:
    assert codec.reading_from_json(codec.reading_to_json(reading)) == reading


@given(worlds.tags)
def test_tags_survive(tags: Tags) -> None:
    assert codec.tags_from_json(codec.tags_to_json(tags)) == tags


@given(worlds.interests)
def test_interests_survive(interest: Interest) -> None:
    assert codec.interest_from_json(codec.interest_to_json(interest)) == interest


@given(worlds.firms)
def test_firms_survive(firm: FirmFile) -> None:
    assert codec.firm_from_json(codec.firm_to_json(firm)) == firm


def test_sums_keep_every_digit() -> None:
    assert json.loads(codec.state_to_json(STATE))["details"]["value"]["net"] == "45000.10"


def test_absent_fields_take_their_defaults_and_unknown_ones_are_passed_over() -> None:
    said = json.loads(codec.state_to_json(STATE))
    del said["notice_type"]
    said["from_the_future"] = 1
    assert codec.state_from_json(json.dumps(said)) == STATE


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("stage", "nonsense", "stage"),
        ("as_of", 7, "as_of"),
        ("details", [], "details"),
        ("source", None, "source"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_field(field: str, value: object, said: str) -> None:
    body = json.loads(codec.state_to_json(STATE)) | {field: value}
    with pytest.raises(UnreadableBody, match=said):
        codec.state_from_json(json.dumps(body))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"{}"])
def test_what_is_no_state_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableBody):
        codec.state_from_json(body)
