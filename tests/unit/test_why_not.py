"""Which filters stopped a notice, and that every change that is offered opens its gate by the matcher's own word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from service.domain.interest import Interest
from service.domain.matching import prepare
from service.domain.money import Value
from service.domain.opportunity import Buyer, Deadline, Details, Stage, Status
from service.domain.pasted import pasted, same_address
from service.domain.place import place_of
from service.domain.subject import Subject, subject_of
from service.domain.tagging import SectorTag, SizeTag, Tags
from service.domain.why_not import round_sum, stops

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HACKNEY, CAMDEN = "E09000012", "E09000007"
CLEANING = Interest(sectors=("environment",), areas=(HACKNEY,), value_max=Decimal(50_000))
WINDOWS = Details(
    title="Window cleaning at libraries",
    description="Inside and outside panes, four visits a year.",
    buyer=Buyer(name="Camden Council"),
    cpv=("90911300",),
    value=Value(net=Decimal(45_000)),
    deadline=Deadline(at=NOW + timedelta(days=9)),
)


def a_subject(
    details: Details = WINDOWS,
    *,
    region: str = CAMDEN,
    stage: Stage = Stage.TENDER,
    source: str = "find_a_tender",
    size: str = "might",
) -> Subject:
    tags = Tags(
        sectors=(
            SectorTag(key="environment", label="Cleaning, waste and environment", probability=1.0, reasons=("",)),
        ),
        sure=True,
        size=SizeTag(verdicts={"micro": size}, verdict="", reasons=()),  # type: ignore[dict-item]  # a verdict
        facts=(),
        divisions=(),
        groups=(),
        version="sample/1",
    )
    place = place_of(delivery_regions=(region,), buyer_name="")
    return subject_of(details=details, stage=stage, status=Status.OPEN, tags=tags, place=place, source=source)


def cleaning(**changes: object) -> Interest:
    return replace(CLEANING, areas=(CAMDEN,), **changes)  # type: ignore[arg-type]  # fields of an interest


ABOVE = a_subject(replace(WINDOWS, below_threshold=False))
OTHER_TRADE = "chose Cleaning, waste and environment as well"


@pytest.mark.parametrize(
    ("interest", "subject", "gate", "words"),
    [
        (CLEANING, a_subject(), "place", "added Camden"),
        (cleaning(value_max=Decimal(40_000)), a_subject(), "worth", "raised your highest sum to £50,000"),
        (
            cleaning(value_min=Decimal(60_000), value_max=None),
            a_subject(),
            "worth",
            "lowered your least sum to £20,000",
        ),
        (cleaning(buyers=("Hackney Council",)), a_subject(), "buyer", "added the buyer Camden Council"),
        (cleaning(), a_subject(stage=Stage.PLANNING), "early", "asked for early news"),
        (
            replace(CLEANING, areas=()),
            a_subject(source="ted", region="FR10"),
            "union",
            "asked for the European Union's notices",
        ),
        (cleaning(suits="micro"), a_subject(size="unlikely"), "size", "asked for any size of firm"),
        (cleaning(days_left=14), a_subject(), "time", "took away the 14 days you need to answer"),
        (cleaning(below_threshold=True), ABOVE, "threshold", "asked for work above the threshold too"),
        (Interest(sectors=("construction",)), a_subject(), "trade", OTHER_TRADE),
        (Interest(words="gritting"), a_subject(), "trade", OTHER_TRADE),
    ],
)
def test_one_closed_gate_is_named_and_its_change_lets_the_notice_through(
    interest: Interest, subject: Subject, gate: str, words: str
) -> None:
    assert not prepare(interest).judge(subject, now=NOW).matched
    closed = stops(prepare(interest), subject, now=NOW)
    assert [each.gate for each in closed] == [gate]
    assert closed[0].changes[0].words == words
    assert prepare(closed[0].changes[0].interest).judge(subject, now=NOW).matched


def test_every_closed_gate_is_named_not_only_the_first() -> None:
    subject = a_subject(replace(WINDOWS, value=Value(net=Decimal(1_500_000))), stage=Stage.PLANNING)
    closed = stops(prepare(replace(CLEANING, words="NOT pane")), subject, now=NOW)
    assert [each.gate for each in closed] == ["left_out", "place", "worth", "early"]


def test_what_agrees_is_stopped_by_nothing() -> None:
    assert stops(prepare(replace(CLEANING, areas=(CAMDEN,))), a_subject(), now=NOW) == ()


def test_no_change_is_offered_for_what_is_over() -> None:
    late = a_subject(replace(WINDOWS, deadline=Deadline(at=NOW - timedelta(days=1))))
    closed = stops(prepare(replace(CLEANING, areas=(CAMDEN,))), late, now=NOW)
    assert [(each.gate, each.changes) for each in closed] == [("open", ())]


@pytest.mark.parametrize(
    ("amount", "above", "below"),
    [("1", "1", "1"), ("45000", "50000", "20000"), ("50000", "50000", "50000"), ("1500001", "2000000", "1000000")],
)
def test_sums_are_offered_as_people_set_them(amount: str, above: str, below: str) -> None:
    assert round_sum(Decimal(amount), up=True) == Decimal(above)
    assert round_sum(Decimal(amount), up=False) == Decimal(below)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("012345-2026", "012345-2026"),
        ("Notice 012345-2026, please", "012345-2026"),
        ("https://www.find-tender.service.gov.uk/Notice/012345-2026?origin=SearchResults&p=1", "012345-2026"),
        ("https://ted.europa.eu/en/notice/-/detail/123456-2026", "123456-2026"),
        ("http://127.0.0.1:8080/opportunities/e45e268bafe721e8f7#what", "e45e268bafe721e8f7"),
        ("<https://sample.example.org/view.aspx?ID=DN712345>", "DN712345"),
        ("OCDS-H6VHTK-05A1B2", "ocds-h6vhtk-05a1b2"),
    ],
)  # fmt: skip
def test_a_number_is_found_in_whatever_is_pasted(text: str, name: str) -> None:
    assert name in pasted(text).names


@pytest.mark.parametrize("text", ["", " ", "\x00\x00", "http://[", "https://", "a" * 100_000, "1 " * 5_000, "\ud800"])
def test_a_hostile_paste_is_only_a_paste(text: str) -> None:
    assert len(pasted(text).names) <= 24


def test_two_spellings_of_one_page_are_one_address() -> None:
    assert same_address("https://www.Sample.example.org/a/B%20c/#top") == same_address(
        "http://sample.example.org/a/b c"
    )
