"""Each gate of the matcher, with the words it gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from service.domain.interest import Interest, Match
from service.domain.matching import match
from service.domain.money import Value
from service.domain.opportunity import Buyer, Deadline, Details, Lot, Stage, Status
from service.domain.place import Place, place_of
from service.domain.sectors import all_sectors, sectors_of_cpv
from service.domain.tagging import SectorTag, SizeTag, Tags
from service.errors import BadInterest

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WINDOWS = Details(
    title="Window cleaning at libraries",
    description="Inside and outside panes, four visits a year.",
    buyer=Buyer(name="Sample Borough Council"),
    cpv=("90911300",),
    value=Value(net=Decimal(45000)),
    deadline=Deadline(at=NOW + timedelta(days=9)),
)
HACKNEY = place_of(delivery_regions=("UKI41",), buyer_name="Hackney Council")
LABELS = {sector.key: sector.label for sector in all_sectors()}
NO_SIZE = SizeTag(verdicts={}, verdict="", reasons=())


def tags_for(details: Details, *guesses: str) -> Tags:
    keys = sectors_of_cpv(details.cpv) or guesses
    sectors = tuple(
        SectorTag(key=key, label=LABELS[key], probability=1.0, reasons=("the title says 'panes'",)) for key in keys
    )
    return Tags(sectors=sectors, sure=True, size=NO_SIZE, facts=(), divisions=(), groups=(), version="sample/1")


def judged(
    interest: Interest,
    details: Details = WINDOWS,
    *,
    stage: Stage = Stage.TENDER,
    status: Status = Status.OPEN,
    place: Place = HACKNEY,
    source: str = "find_a_tender",
    guess: str = "environment",
) -> Match:
    return match(
        interest,
        details=details,
        stage=stage,
        status=status,
        tags=tags_for(details, guess),
        place=place,
        source=source,
        now=NOW,
    )


CLEANING = Interest(sectors=("environment",))


def test_a_sector_agrees_and_says_the_code() -> None:
    found = judged(CLEANING)
    assert found.matched
    assert found.reasons == (
        f"you chose {LABELS['environment']}; the notice is coded 90911300 window-cleaning services",
    )


def test_without_a_code_the_reason_is_the_taggers() -> None:
    found = judged(CLEANING, replace(WINDOWS, cpv=()))
    assert found.reasons == (f"you chose {LABELS['environment']}; the title says 'panes'",)


def test_code_and_words_widen_each_other() -> None:
    for interest in (
        Interest(cpv=("90911",), words="minibus"),
        Interest(cpv=("6013",), sectors=("environment",)),
        Interest(words='"window cleaning"'),
        Interest(sectors=("food",), cpv=("90911",)),
    ):
        assert judged(interest).matched, interest
    assert judged(Interest(words='"window cleaning"')).reasons == ("the notice says 'window cleaning'",)
    assert judged(Interest(words="panes visits")).reasons == ("the notice says 'panes' and 'visits'",)
    assert judged(Interest(cpv=("90911",))).reasons == (
        "you chose the code 90911; the notice is coded 90911300 window-cleaning services",
    )


def test_nothing_of_the_interest_is_no_near_miss() -> None:
    assert judged(Interest(sectors=("food",), words="catering")) == Match(matched=False)


def test_words_do_not_count_in_a_notice_of_another_trade() -> None:
    fitting = replace(WINDOWS, title="New windows and final cleaning", cpv=("45421100",))
    asked = Interest(cpv=("90911",), words="window AND cleaning")
    assert judged(asked, fitting) == Match(matched=False)
    assert judged(replace(asked, cpv=()), fitting).matched


def test_a_code_of_who_buys_contradicts_no_words() -> None:
    council = replace(WINDOWS, cpv=("75200000",))
    assert judged(Interest(sectors=("environment",), words="panes"), council).matched


def test_a_further_code_needs_the_text_to_bear_it_out() -> None:
    odd = replace(WINDOWS, cpv=("90911300", "79710000"))
    security = Interest(sectors=("security",))
    assert not judged(security, odd).matched
    lots = (Lot(identity="1", title="Cleaning"), Lot(identity="2", title="Security guarding"))
    assert judged(security, replace(odd, lots=lots)).matched
    assert judged(replace(security, words="panes"), odd).matched


def test_an_excluded_word_closes_the_whole_interest() -> None:
    asked = replace(CLEANING, words="cleaning NOT hospital")
    ward = replace(WINDOWS, description="Panes of one hospital.")
    assert judged(asked).matched
    assert judged(asked, ward).near_miss == "the notice says 'hospital', which you left out"
    buyer = replace(WINDOWS, buyer=Buyer(name="Sample Hospital Trust"))
    assert not judged(asked, buyer).matched


@pytest.mark.parametrize(
    ("stage", "status", "said"),
    [
        (Stage.TENDER, Status.CANCELLED, "it has been cancelled"),
        (Stage.AWARD, Status.AWARDED, "the contract has been awarded"),
        (Stage.CONTRACT, Status.AWARDED, "the contract has been awarded"),
        (Stage.OTHER, Status.CLOSED, "it is not open for offers"),
        (Stage.PLANNING, Status.PLANNED, "it is only planned, and you did not ask for early news"),
        (Stage.PIPELINE, Status.PLANNED, "it is only planned, and you did not ask for early news"),
    ],
)
def test_what_is_not_open_is_a_near_miss(stage: Stage, status: Status, said: str) -> None:
    assert judged(CLEANING, stage=stage, status=status) == Match(matched=False, near_miss=said)


def test_a_passed_deadline_closes_at_its_minute_and_none_leaves_time() -> None:
    due = replace(WINDOWS, deadline=Deadline(at=NOW))
    assert judged(CLEANING, due).near_miss == "it closed on Mon 23 Nov 2026, 12 noon"
    assert judged(CLEANING, replace(WINDOWS, deadline=Deadline(at=NOW + timedelta(seconds=1)))).matched
    assert judged(CLEANING, replace(WINDOWS, deadline=None)).matched


def test_a_notice_that_says_the_buying_is_over_is_closed() -> None:
    late = replace(WINDOWS, description="This procurement has now concluded; the notice is for the record.")
    assert judged(CLEANING, late).near_miss == "the notice says 'procurement has now concluded'"


def test_early_news_comes_where_it_was_asked_for() -> None:
    found = judged(replace(CLEANING, early=True), stage=Stage.PLANNING, status=Status.PLANNED)
    assert found.matched
    assert "it is only planned so far; you asked for early news" in found.reasons


def test_the_area_narrows_with_its_reason() -> None:
    inside = judged(replace(CLEANING, areas=("E09000030", "E09000012")))
    assert inside.matched
    assert inside.reasons[1].startswith("in Hackney: ")
    outside = judged(replace(CLEANING, areas=("E09000008",)))
    assert outside.near_miss.startswith("it is not in Croydon: ")


@pytest.mark.parametrize(
    ("value", "lots", "low", "high", "matched", "said"),
    [
        (45_000, (), 10_000, 50_000, True, "worth £45,000"),
        (45_000, (), 45_000, 45_000, True, "worth £45,000"),
        (45_000, (), 50_000, None, False, "it is worth £45,000, less than the £50,000 you set"),
        (45_000, (), None, 40_000, False, "it is worth £45,000, more than the £40,000 you set"),
        (None, (), 10_000, 50_000, True, "the notice does not say what it is worth"),
        (0, (), 10_000, 50_000, True, "the notice does not say what it is worth"),
        (90_000, (60_000, 30_000), None, 40_000, True, "its lot 'Lot 2' is worth £30,000"),
        (90_000, (60_000, 50_000), None, 40_000, False, "it is worth £90,000, more than the £40,000 you set"),
        (None, (60_000, 50_000), None, 40_000, False, "it is worth £60,000, more than the £40,000 you set"),
        (None, (60_000, None), None, 40_000, True, "the notice does not say what it is worth"),
    ],
)
def test_the_value_narrows(
    value: int | None, lots: tuple[int | None, ...], low: int | None, high: int | None, matched: object, said: str
) -> None:
    details = replace(
        WINDOWS,
        value=None if value is None else Value(net=Decimal(value)),
        lots=tuple(
            Lot(identity=str(place), title=f"Lot {place}", value=None if sum_ is None else Value(net=Decimal(sum_)))
            for place, sum_ in enumerate(lots, start=1)
        ),
    )
    asked = replace(
        CLEANING,
        value_min=None if low is None else Decimal(low),
        value_max=None if high is None else Decimal(high),
    )
    found = judged(asked, details)
    assert found.matched is matched
    assert said in (found.reasons[-1] if matched else found.near_miss)


def test_a_sum_in_another_currency_is_not_compared() -> None:
    euros = replace(WINDOWS, value=Value(net=Decimal(10**9), currency="EUR"))
    assert judged(replace(CLEANING, value_max=Decimal(5)), euros).matched


def test_buyers_narrow_and_alone_are_enough() -> None:
    named = judged(replace(CLEANING, buyers=("SAMPLE BOROUGH",)))
    assert "you asked for the buyer Sample Borough Council" in named.reasons
    assert judged(replace(CLEANING, buyers=("Other Council",))).near_miss.startswith("the buyer is Sample Borough")
    assert judged(Interest(buyers=("Sample Borough Council",))).matched
    assert judged(Interest(buyers=("Other Council",))) == Match(matched=False)
    assert not judged(replace(CLEANING, buyers=("Other",)), replace(WINDOWS, buyer=None)).matched


def test_the_european_unions_services_come_only_where_asked_for() -> None:
    brussels = place_of(delivery_regions=("BE100",))
    closed = judged(CLEANING, source="ted", place=brussels)
    assert closed.near_miss == "it is of the European Union's services, and you did not ask for those"
    asked = replace(CLEANING, eu=True, areas=("london",))
    assert judged(asked, source="ted", place=brussels).matched
    assert not judged(asked, place=brussels).matched


def test_the_first_closed_gate_is_named() -> None:
    asked = replace(CLEANING, areas=("E09000008",), value_max=Decimal(1))
    assert judged(asked, stage=Stage.AWARD, status=Status.AWARDED).near_miss == "the contract has been awarded"
    assert judged(asked).near_miss.startswith("it is not in Croydon")


def test_words_that_are_not_in_the_language_are_refused() -> None:
    with pytest.raises(BadInterest):
        judged(Interest(words="(roof"))
