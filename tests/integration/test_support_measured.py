"""The help that is chosen, against the table judged before the chooser was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.commands.evaluate_support import SupportMeasured, measure_support, support_as_json, support_as_lines
from service.registry import all_sources, the_tagger

JUDGED = Path(__file__).parents[1] / "fixtures" / "judged"


@pytest.fixture(scope="module")
def measured(shared_data: Path) -> SupportMeasured:
    found = measure_support(JUDGED, shared_data, sources=all_sources().values(), tagger=the_tagger(None))
    assert found is not None
    return found


def test_at_least_four_in_five_of_the_programmes_shown_are_what_an_adviser_would_name(
    measured: SupportMeasured,
) -> None:
    assert len(measured.answers) == 60
    assert measured.shown >= 30
    assert measured.precision >= 0.8


def test_at_least_three_in_five_of_those_that_should_get_help_get_it(measured: SupportMeasured) -> None:
    assert measured.should == 33
    assert measured.reach >= 0.6


def test_a_firm_that_is_ready_gets_nothing(measured: SupportMeasured) -> None:
    ready = [answer for answer in measured.answers if answer.pair.trap == "ready"]
    assert len(ready) == 3
    assert [answer.chosen for answer in ready] == [(), (), ()]


def test_the_figures_are_printed_for_people_and_machines(measured: SupportMeasured) -> None:
    first = next(iter(support_as_lines(measured)))
    assert first.startswith("Help chosen for 60 firms and notices: precision at 2 ")
    said = support_as_json(measured)
    assert said is not None
    assert said["pairs"] == 60


def test_without_the_notices_nothing_is_claimed(tmp_path: Path) -> None:
    found = measure_support(JUDGED, tmp_path, sources=all_sources().values(), tagger=the_tagger(None))
    assert found is None
    assert "not measured" in next(iter(support_as_lines(found)))
    assert support_as_json(found) is None
