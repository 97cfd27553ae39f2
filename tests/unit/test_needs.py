"""What an opportunity asks of a firm becomes needs, the most pressing first and the bid last."""

from __future__ import annotations

import pytest

from service.domain.needs import needs_of
from service.domain.opportunity import Details
from service.domain.programme import Need
from service.domain.tagging import SIZES, Fact, SizeTag, Tags, Verdict


def tags(*facts: tuple[str, str], micro: Verdict = "unknown") -> Tags:
    verdicts: dict[str, Verdict] = {**dict.fromkeys(SIZES, "unknown"), "micro": micro}
    return Tags(
        sectors=(),
        sure=False,
        size=SizeTag(verdicts=verdicts, verdict="", reasons=()),
        facts=tuple(Fact(kind=kind, value=value, quote=value, start=0, end=1) for kind, value in facts),
        divisions=(),
        groups=(),
        version="sample/1",
    )


PLAIN = Details(title="Sample")


def test_nothing_asked_needs_nothing() -> None:
    assert needs_of(PLAIN, tags()) == ()


@pytest.mark.parametrize(
    ("kind", "help_kind"),
    [
        ("accreditation", "certification"),
        ("insurance", "insurance_and_policies"),
        ("turnover", "finance"),
        ("social_value", "social_value"),
        ("consortium", "consortia"),
        ("framework", "bid"),
    ],
)
def test_each_fact_calls_for_its_help(kind: str, help_kind: str) -> None:
    assert [need.kind for need in needs_of(PLAIN, tags((kind, "something")))] == [help_kind]


def test_the_reason_has_the_words_of_the_fact() -> None:
    assert needs_of(PLAIN, tags(("accreditation", "Cyber Essentials."))) == (
        Need(kind="certification", because="this notice asks for Cyber Essentials"),
    )


def test_what_shuts_out_comes_first_the_bid_last_and_each_once() -> None:
    asked = tags(
        ("framework", "a framework"),
        ("social_value", "10%"),
        ("insurance", "£5m cover"),
        ("insurance", "£1m cover"),
        ("accreditation", "ISO 9001"),
        micro="suits",
    )
    needs = needs_of(PLAIN, asked)
    assert [need.kind for need in needs] == ["certification", "insurance_and_policies", "social_value", "bid"]
    assert needs[1].because == "this notice asks for £5m cover"


@pytest.mark.parametrize(
    ("details", "micro", "expected"),
    [
        (Details(title="S", framework=True), "unknown", ["bid"]),
        (Details(title="S", below_threshold=False), "unlikely", ["bid"]),
        (Details(title="S", below_threshold=True), "unlikely", []),
        (Details(title="S"), "might", ["bid"]),
        (Details(title="S"), "unlikely", []),
    ],
)
def test_when_help_with_the_bid_is_offered(details: Details, micro: Verdict, expected: list[str]) -> None:
    assert [need.kind for need in needs_of(details, tags(micro=micro))] == expected
