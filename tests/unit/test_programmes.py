"""The promises of the support catalogue: nothing dead, nothing unasked, at most two, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.domain.place import Place, place_of
from service.domain.programme import (
    HELPS,
    TOPICS,
    Cost,
    Help,
    Need,
    Programme,
    ProgrammeError,
    Seeker,
    Topic,
    choose,
    is_sendable,
    programme_of,
    shipped_programmes,
)
from service.errors import BowbellError, ReferenceDataError

TODAY = date(2026, 11, 23)
HACKNEY, ISLINGTON, NEWHAM = "E09000012", "E09000019", "E09000025"
IN_HACKNEY = place_of(buyer_name="Hackney Council")
IN_LONDON = place_of(delivery_regions=["London"])


def a_programme(key: str = "sample_help", **changes: Any) -> Programme:
    plain = Programme(
        key=key,
        name=f"Sample {key}",
        provider="Sample provider",
        summary="A sample.",
        for_whom="Sample firms.",
        area=("uk",),
        cost=Cost(free=True, evidence="the sample says so"),
        state="current",
        source="sample",
        helps_with=("bid",),
        last_checked=date(2026, 11, 1),
        review_by=date(2027, 2, 1),
    )
    return replace(plain, **changes)


def a_row(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "key": "sample_help",
        "name": "Sample help",
        "provider": "Sample provider",
        "summary": "A sample.",
        "for_whom": "Sample firms.",
        "area": ["london"],
        "cost": {"free": True, "evidence": "the sample says so"},
        "helps_with": ["bid"],
        "state": "current",
        "source": "https://example.org/sample",
        "last_checked": date(2026, 11, 1),
        "review_by": date(2027, 2, 1),
    }
    row.update(changes)
    return {field: value for field, value in row.items() if value is not ...}


def keys(
    *programmes: Programme,
    needs: tuple[Help | tuple[Help, Topic], ...] = ("bid",),
    place: Place = IN_HACKNEY,
    size: str | None = "small",
    sectors: tuple[str, ...] = ("environment",),
    on: date = TODAY,
    most: int = 2,
    buyer: str | None = None,
) -> list[str]:
    wanted = [
        Need(kind=need[0], topic=need[1], because="the sample says so")
        if isinstance(need, tuple)
        else Need(kind=need, because="the sample says so")
        for need in needs
    ]
    seeker = Seeker(place=place, size=size, sectors=sectors, buyer=buyer)
    chosen = choose(programmes, needs=wanted, seeker=seeker, on=on, most=most)
    return [suggestion.programme.key for suggestion in chosen]


# When a programme may be sent ---------------------------------------------------------------------------------------


def test_a_checked_current_programme_is_sent_until_its_review_date_and_not_a_day_longer() -> None:
    programme = a_programme()
    assert is_sendable(programme, date(2026, 11, 1))
    assert is_sendable(programme, date(2027, 2, 1))
    assert not is_sendable(programme, date(2027, 2, 2))


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "ended"},
        {"state": "check"},
        {"last_checked": None},
        {"last_checked": TODAY + timedelta(days=1)},
        {"review_by": None},
        {"review_by": TODAY - timedelta(days=1)},
        {"ends": TODAY - timedelta(days=1)},
        {"starts": TODAY + timedelta(days=1)},
    ],
)
def test_what_is_over_unchecked_or_not_begun_is_never_sent(changes: dict[str, Any]) -> None:
    programme = a_programme(**changes)
    assert not is_sendable(programme, TODAY)
    assert keys(programme) == []


def test_the_first_and_the_last_day_count() -> None:
    assert is_sendable(a_programme(starts=TODAY, ends=TODAY), TODAY)


# Choosing -----------------------------------------------------------------------------------------------------------


def test_a_suggestion_says_why_and_what_for_in_one_sentence_without_the_name_again() -> None:
    need = Need(kind="social_value", because="this notice scores social value.")
    programme = a_programme(helps_with=("social_value",), name="Sample Standard")
    (suggestion,) = choose([programme], needs=[need], seeker=Seeker(place=IN_HACKNEY), on=TODAY)
    assert suggestion.programme is programme
    assert suggestion.because == "This notice scores social value"
    assert suggestion.reason == "This notice scores social value; this helps you answer the questions on it."


@pytest.mark.parametrize("kind", HELPS)
def test_every_need_has_its_words(kind: Help) -> None:
    need = Need(kind=kind, topic="staff", because="the notice says so.")
    programme = a_programme(helps_with=(kind,), topics=("staff",))
    (suggestion,) = choose([programme], needs=[need], seeker=Seeker(place=IN_HACKNEY), on=TODAY)
    assert suggestion.reason.startswith("The notice says so; ")
    assert suggestion.reason.count(".") == 1
    plain = choose(
        [a_programme(helps_with=(kind,), topics=("staff",))],
        needs=[Need(kind=kind, because="so it is")],
        seeker=Seeker(place=IN_HACKNEY),
        on=TODAY,
    )
    assert plain[0].reason.startswith("So it is; ")


def test_nothing_is_sent_where_nothing_fits() -> None:
    assert keys(a_programme(helps_with=("finance",))) == []
    assert keys(a_programme(helps_with=())) == []
    assert keys() == []
    assert keys(a_programme(), needs=()) == []
    assert keys(a_programme(), most=0) == []


@pytest.mark.parametrize("free", [False, None])
def test_only_what_is_known_to_be_free_is_suggested(free: bool | None) -> None:  # noqa: FBT001 - a parameter of the test
    assert keys(a_programme(cost=Cost(free=free))) == []


def test_the_certificate_itself_is_named_with_its_price_and_a_free_way_to_it_comes_first() -> None:
    scheme = a_programme(
        "a_scheme", helps_with=("certification",), topics=("CHAS",), cost=Cost(free=False, note="From 5 pounds. Ask.")
    )
    need = Need(kind="certification", topic="CHAS", because="this notice asks for CHAS")
    (suggestion,) = choose([scheme], needs=[need], seeker=Seeker(place=IN_HACKNEY), on=TODAY)
    assert suggestion.reason == (
        "This notice asks for CHAS; this is the scheme that gives it, and it is not free: from 5 pounds; Ask."
    )
    free = a_programme("z_free", helps_with=("certification",), topics=("CHAS",))
    asked: tuple[tuple[Help, Topic], ...] = (("certification", "CHAS"),)
    assert keys(scheme, free, needs=asked) == ["z_free"]
    assert keys(replace(scheme, cost=Cost(free=None)), needs=asked) == []
    assert keys(scheme, needs=(("certification", "Cyber Essentials"),)) == []


def test_a_programme_about_one_thing_serves_no_other_and_money_and_certificates_want_their_topic() -> None:
    about = a_programme(topics=("framework",))
    assert keys(about, needs=(("bid", "first_bid"),)) == []
    assert keys(about, needs=(("bid", "framework"),)) == ["sample_help"]
    assert keys(a_programme(), needs=(("bid", "framework"),)) == ["sample_help"]
    for kind in ("certification", "insurance_and_policies", "finance"):
        assert keys(a_programme(helps_with=(kind,)), needs=((kind, "staff"),)) == []


@pytest.mark.parametrize(
    ("area", "place", "fits"),
    [
        (("uk",), Place(), True),
        (("england",), Place(), True),
        (("england",), place_of(delivery_regions=["Wales"]), False),
        (("england",), place_of(delivery_regions=["Wales", "South West"]), True),
        (("england",), place_of(delivery_regions=["Ukraine"]), False),
        (("london",), IN_LONDON, True),
        (("london",), IN_HACKNEY, True),
        (("london",), place_of(delivery_regions=["UKD"]), False),
        (("london",), Place(), False),
        ((HACKNEY,), IN_HACKNEY, True),
        ((HACKNEY, ISLINGTON), IN_HACKNEY, True),
        ((ISLINGTON,), IN_HACKNEY, False),
        ((HACKNEY,), IN_LONDON, False),
        ((HACKNEY,), place_of(delivery_regions=["UKI41"]), False),
        ((HACKNEY, NEWHAM), place_of(delivery_regions=["UKI41"]), True),
        ((HACKNEY,), place_of(delivery_regions=["UK"]), False),
        ((HACKNEY,), Place(), False),
    ],
)
def test_the_area_is_a_hard_rule(area: tuple[str, ...], place: Place, *, fits: bool) -> None:
    assert keys(a_programme(area=area), place=place) == (["sample_help"] if fits else [])


def test_size_trade_and_buyer_are_hard_rules() -> None:
    assert keys(a_programme(sizes=("micro",)), size="small") == []
    assert keys(a_programme(sizes=("micro",)), size=None) == []
    assert keys(a_programme(sizes=("micro", "small")), size="small") == ["sample_help"]
    assert keys(a_programme(sectors=("food",))) == []
    assert keys(a_programme(sectors=("food", "environment"))) == ["sample_help"]
    guide: tuple[tuple[Help, Topic], ...] = (("find_work", "own_guide"),)
    assert keys(a_programme(buyers=("islington",)), buyer="hackney", needs=guide) == []
    assert keys(a_programme(buyers=("islington",)), needs=guide) == []
    assert keys(a_programme(buyers=("hackney",)), buyer="hackney", needs=guide) == ["sample_help"]
    assert keys(a_programme(buyers=("hackney",)), buyer="hackney") == []
    assert keys(a_programme(helps_with=("find_work",)), buyer="hackney", needs=guide) == []


def test_a_programme_for_certain_owners_is_not_suggested_to_a_firm_we_never_asked() -> None:
    assert keys(a_programme(ownership=("social_enterprise",))) == []


def test_a_boroughs_own_comes_before_londons_and_londons_before_the_countrys() -> None:
    everyone = [
        a_programme("a_national"),
        a_programme("b_english", area=("england",)),
        a_programme("c_london", area=("london",)),
        a_programme("d_local", area=(HACKNEY,)),
    ]
    for best in ("d_local", "c_london", "a_national", "b_english"):
        assert keys(*everyone) == [best]
        assert keys(*reversed(everyone)) == [best]
        everyone = [programme for programme in everyone if programme.key != best]


def test_each_need_is_served_once_and_no_programme_is_named_twice() -> None:
    both = a_programme("both", helps_with=("bid", "price"))
    bid = a_programme("two_bid")
    assert keys(bid, both, needs=("bid",)) == ["both"]
    assert keys(bid, both, needs=("price", "bid")) == ["both", "two_bid"]
    assert keys(both, needs=("bid", "price")) == ["both"]
    assert keys(bid, both, needs=("bid", "price"), most=1) == ["both"]


# Reading files and forms ------------------------------------------------------------------------------------------


def test_a_written_programme_is_read_back_field_by_field() -> None:
    programme = programme_of(
        a_row(
            sectors=["food"],
            sizes=["micro", "micro"],
            ownership=["co_operative"],
            buyers=["islington"],
            area=["london", HACKNEY],
            eligibility="A sample.",
            how_to_apply="Ask.",
            url="https://example.org/apply?x=1",
            starts=date(2026, 1, 1),
            ends=date(2027, 1, 1),
            evidence_date=date(2026, 5, 1),
            cost={"free": "unknown", "note": "Ask."},
        ),
        file="sample",
    )
    assert programme == Programme(
        key="sample_help",
        name="Sample help",
        provider="Sample provider",
        summary="A sample.",
        for_whom="Sample firms.",
        sectors=("food",),
        sizes=("micro",),
        ownership=("co_operative",),
        buyers=("islington",),
        area=("london", HACKNEY),
        cost=Cost(free=None, note="Ask."),
        eligibility="A sample.",
        how_to_apply="Ask.",
        url="https://example.org/apply?x=1",
        helps_with=("bid",),
        starts=date(2026, 1, 1),
        ends=date(2027, 1, 1),
        state="current",
        source="https://example.org/sample",
        evidence_date=date(2026, 5, 1),
        last_checked=date(2026, 11, 1),
        review_by=date(2027, 2, 1),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ...}, "name"),
        ({"name": " "}, "name"),
        ({"name": 7}, "name"),
        ({"summary": "two\nlines"}, "summary"),
        ({"summary": "x" * 401}, "summary"),
        ({"key": "Not A Key"}, "key"),
        ({"key": "../../etc/passwd"}, "key"),
        ({"reviewby": date(2027, 1, 1)}, "reviewby"),
        ({"state": "running"}, "state"),
        ({"state": ["current"]}, "state"),
        ({"sectors": ["cleaning"]}, "sectors"),
        ({"sectors": "food"}, "sectors"),
        ({"sizes": ["large"]}, "sizes"),
        ({"helps_with": ["advice"]}, "helps_with"),
        ({"buyers": ["nobody"]}, "buyers"),
        ({"area": []}, "area"),
        ({"area": ["E09000099"]}, "area"),
        ({"area": ["London"]}, "area"),
        ({"cost": "free"}, "cost"),
        ({"cost": {}}, "cost.free"),
        ({"cost": {"free": "yes"}}, "cost.free"),
        ({"cost": {"free": 1}}, "cost.free"),
        ({"cost": {"free": True}}, "cost"),
        ({"cost": {"free": False, "price": "5"}}, "cost.price"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://exa mple.org"}, "url"),
        ({"url": "http://localhost/x"}, "url"),
        ({"last_checked": "2026-11-23"}, "last_checked"),
        ({"last_checked": datetime(2026, 11, 23, tzinfo=UTC)}, "last_checked"),
        ({"review_by": date(2026, 10, 1)}, "review_by"),
        ({"review_by": ...}, "review_by"),
        ({"starts": date(2027, 1, 1), "ends": date(2026, 12, 31)}, "ends"),
    ],
)
def test_an_error_names_the_file_and_the_field(changes: Mapping[str, object], field: str) -> None:
    with pytest.raises(ProgrammeError) as caught:
        programme_of(a_row(**changes), file="sample_help.toml")
    assert caught.value.field == field
    assert str(caught.value).startswith("A programme is written wrongly. sample_help.toml: ")
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, ReferenceDataError)
    assert isinstance(caught.value, BowbellError)


# The shipped catalogue ---------------------------------------------------------------------------------------------


def test_the_catalogue_says_which_entries_may_be_sent() -> None:
    states = {
        state: [row for row in shipped_programmes() if row.state == state] for state in ("current", "check", "ended")
    }
    assert len(states["current"]) >= 25
    assert len(states["check"]) >= 50
    assert len(states["ended"]) >= 15
    for programme in shipped_programmes():
        assert is_sendable(programme, TODAY) == (programme.state == "current"), programme.key


def test_known_dead_schemes_are_in_the_catalogue_and_never_sent() -> None:
    by_key = {programme.key: programme for programme in shipped_programmes()}
    for key in ("vcse_contract_readiness", "competefor", "supply4london", "london_business_hub", "business_link"):
        assert by_key[key].state == "ended"
    days = [TODAY + timedelta(days=number) for number in range(-4000, 1000, 97)]
    assert not any(is_sendable(by_key[key], day) for key in by_key if by_key[key].state != "current" for day in days)


def test_every_sendable_entry_runs_out_within_half_a_year() -> None:
    for programme in shipped_programmes():
        if programme.state == "current":
            assert programme.last_checked is not None
            assert programme.review_by is not None
            assert programme.review_by - programme.last_checked <= timedelta(days=182), programme.key
            assert not is_sendable(programme, programme.review_by + timedelta(days=1))


def test_what_an_alert_may_carry_has_an_address_a_first_step_and_evidence_that_it_is_free() -> None:
    offered = [row for row in shipped_programmes() if is_sendable(row, TODAY) and row.cost.free]
    assert len(offered) >= 20
    for programme in offered:
        assert programme.url, programme.key
        assert programme.how_to_apply, programme.key
        assert programme.cost.evidence, programme.key
        assert programme.provider, programme.key


def test_real_needs_find_real_help() -> None:
    guide: tuple[tuple[Help, Topic], ...] = (("find_work", "own_guide"),)
    shipped = shipped_programmes()
    assert keys(*shipped, needs=(("social_value", "social_value"),)) == ["social_value_guide_for_smes"]
    assert keys(*shipped, needs=(("bid", "first_bid"),), size="micro") == ["procurement_act_guide_london"]
    assert keys(*shipped, needs=(("certification", "Cyber Essentials"),)) == ["cyber_essentials"]
    islington = place_of(buyer_name="Islington Council")
    assert keys(*shipped, needs=guide, place=islington, buyer="islington") == ["selling_to_islington"]


def test_after_the_last_review_date_nothing_is_suggested_at_all() -> None:
    needs = [Need(kind=kind, topic=topic, because="the sample says so") for kind in HELPS for topic in TOPICS]
    late = date(2027, 6, 1)
    seeker = Seeker(place=IN_HACKNEY, size="micro", sectors=["food"], buyer="hackney")
    assert choose(shipped_programmes(), needs=needs, seeker=seeker, on=late) == ()
