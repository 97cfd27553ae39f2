"""Over catalogues made by chance, what may not be sent is never chosen, and what is chosen closes a gap."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.needs import Need
from service.domain.place import Place
from service.domain.programme import SIZES, Cost, Help, Programme, Seeker, Topic, choose

T = TypeVar("T")
TODAY = date(2026, 11, 24)
BOROUGHS = ("E09000012", "E09000019", "E09000025")
TRADES = ("food", "it", "construction")
BUYERS = ("hackney", "islington")
KINDS: tuple[Help, ...] = ("bid", "certification", "finance", "find_work")
ABOUT: tuple[Topic, ...] = ("CHAS", "framework", "late_public", "own_guide")


def mostly(good: T, *rare: T) -> st.SearchStrategy[T]:
    """One value five times in six, and now and then another."""
    return st.integers(0, 5).flatmap(lambda number: st.just(good) if number else st.sampled_from(rare))


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


# Each rule is kept more often than broken, or a catalogue in which all are kept would hardly ever be made.
PROGRAMMES = st.lists(
    st.builds(
        Programme,
        key=st.text("abcdef", min_size=1, max_size=4),
        name=st.just("Sample programme"),
        provider=st.just("Sample"),
        summary=st.just("Sample."),
        for_whom=st.just("Samples."),
        source=st.just("sample"),
        area=st.lists(st.sampled_from(["uk", "uk", "england", "london", *BOROUGHS]), min_size=1, max_size=2).map(tuple),
        cost=st.builds(Cost, free=st.sampled_from([True, True, True, False, None]), note=st.just("From 5 pounds.")),
        state=mostly("current", "check", "ended"),
        sectors=mostly((), ("food",), ("it", "food")),
        sizes=mostly((), ("micro",), ("small", "medium")),
        stages=mostly((), ("start_up", "established"), ("not_yet_trading",), ("start_up",)),
        capacity=mostly("open", None, "full", "paused"),
        ownership=mostly((), ("co_operative",)),
        buyers=st.sampled_from([(), (), ("hackney",), ("islington",)]),
        helps_with=st.lists(st.sampled_from(KINDS), min_size=1, max_size=3).map(tuple),
        topics=st.sampled_from([(), *((topic,) for topic in ABOUT)]),
        starts=mostly(None, day(-1), day(0), day(1)),
        ends=mostly(None, day(-1), day(0), day(1)),
        last_checked=mostly(day(-1), day(0), day(1), None),
        review_by=mostly(day(1), day(0), day(-1), None),
    ),
    min_size=2,
    max_size=8,
    unique_by=lambda programme: programme.key,
)
NEEDS = st.lists(
    st.builds(Need, kind=st.sampled_from(KINDS), topic=st.none() | st.sampled_from(ABOUT), because=st.just("so it is")),
    min_size=1,
    max_size=5,
)
PLACES = st.one_of(
    st.just(Place()),
    st.just(Place(scope="london", in_london=True)),
    st.just(Place(scope="region", in_london=False, regions=frozenset({"UKL"}))),
    st.just(Place(scope="region", in_london=False, regions=frozenset({"FRE11"}))),
    st.frozensets(st.sampled_from(BOROUGHS), min_size=1).map(
        lambda codes: Place(scope="boroughs", boroughs=codes, in_london=True)
    ),
)
SEEKERS = st.builds(
    Seeker,
    place=PLACES,
    work=st.none() | PLACES,
    size=st.none() | st.sampled_from(SIZES),
    sectors=st.frozensets(st.sampled_from(TRADES)),
    buyer=st.none() | st.sampled_from(BUYERS),
)


def stated_inside(area: tuple[str, ...], place: Place) -> bool:
    """The rule of areas in other words than the chooser's."""
    wales_or_abroad = place.regions in ({"UKL"}, {"FRE11"})
    return (
        "uk" in area
        or ("england" in area and not wales_or_abroad)
        or ("london" in area and bool(place.in_london))
        or (bool(place.boroughs) and all(code in area for code in place.boroughs))
    )


@settings(max_examples=250, deadline=None)
@given(programmes=PROGRAMMES, needs=NEEDS, seeker=SEEKERS)
def test_nothing_out_of_date_place_price_size_trade_or_hands_is_ever_chosen(
    programmes: list[Programme], needs: list[Need], seeker: Seeker
) -> None:
    chosen = choose(programmes, needs=needs, seeker=seeker, on=TODAY)
    assert len(chosen) <= 2
    assert len({each.programme.key for each in chosen}) == len(chosen)
    for suggestion in chosen:
        programme = suggestion.programme
        assert programme.state == "current"
        assert programme.last_checked is not None
        assert programme.last_checked <= TODAY
        assert programme.review_by is not None
        assert programme.review_by >= TODAY
        assert programme.starts is None or programme.starts <= TODAY
        assert programme.ends is None or programme.ends >= TODAY
        place = seeker.work if programme.buyers and seeker.work is not None else seeker.place
        assert stated_inside(programme.area, place)
        assert not programme.sizes or seeker.size in programme.sizes
        assert not programme.sectors or set(programme.sectors) & set(seeker.sectors)
        assert not programme.buyers or seeker.buyer in programme.buyers
        assert not programme.ownership
        assert programme.capacity in {None, "open"}
        assert not programme.stages or {"start_up", "established"} <= set(programme.stages)
        assert programme.cost.free is True or (
            programme.cost.free is False and "certification" in programme.helps_with and "not free" in suggestion.reason
        )


@settings(max_examples=100, deadline=None)
@given(programmes=PROGRAMMES, needs=NEEDS, seeker=SEEKERS)
def test_each_choice_has_a_reason_of_its_own_and_the_order_of_the_catalogue_changes_nothing(
    programmes: list[Programme], needs: list[Need], seeker: Seeker
) -> None:
    chosen = choose(programmes, needs=needs, seeker=seeker, on=TODAY)
    assert choose(list(reversed(programmes)), needs=needs, seeker=seeker, on=TODAY) == chosen
    assert len(chosen) <= len(needs)
    assert all(each.reason.startswith("So it is; ") and each.reason.endswith(".") for each in chosen)
    assert choose(programmes, needs=(), seeker=seeker, on=TODAY) == ()


def test_a_buyers_guide_that_costs_something_is_not_named_whatever_is_asked() -> None:
    guide = Programme(
        key="guide",
        name="Sample guide",
        provider="Sample",
        summary="Sample.",
        for_whom="Samples.",
        source="sample",
        area=("uk",),
        cost=Cost(free=False, note="From 5 pounds."),
        state="current",
        buyers=("hackney",),
        helps_with=("certification",),
        last_checked=day(-1),
        review_by=day(1),
    )
    need = Need(kind="certification", because="so it is", topic="own_guide")
    seeker = Seeker(place=Place(), work=None, size=None, sectors=frozenset(), buyer="hackney")
    assert choose([guide], needs=[need], seeker=seeker, on=TODAY) == ()


def test_the_generated_catalogues_do_hold_programmes_that_are_chosen() -> None:
    """The promises above are worth nothing over catalogues from which nothing can be chosen."""
    seen = 0

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(programmes=PROGRAMMES, needs=NEEDS, seeker=SEEKERS)
    def count(programmes: list[Programme], needs: list[Need], seeker: Seeker) -> None:
        nonlocal seen
        seen += len(choose(programmes, needs=needs, seeker=seeker, on=TODAY))

    count()
    assert seen >= 10
