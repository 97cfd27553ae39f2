"""The index of many interests finds exactly what asking every interest finds, with the same reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.interest import Interest
from service.domain.matching import prepare
from service.domain.money import Value
from service.domain.opportunity import Buyer, Deadline, Details, Lot, Stage, Status
from service.domain.place import place_of
from service.domain.sectors import all_sectors
from service.domain.subject import Subject, subject_of
from service.domain.tagging import SectorTag, SizeTag, Tags
from service.domain.words import parse
from service.usecases.interest_index import Found, InterestIndex, ways_in
from service.usecases.ledger import Subscriber

NOW = datetime(2026, 8, 11, 12, 0, tzinfo=UTC)
_KEYS = [sector.key for sector in all_sectors()]
_WORDS = ("window", "cleaning", "roof", "school", "training", "software", "hospital", "bus", "repairs", "windows")
_CODES = ("90911300", "45261900", "55524000", "79713000", "72413000", "98390000", "45000000")
_REGIONS = ("UKI41", "UKI62", "UKD33", "UK", "UKI", "TLI43", "London", "England", "FR10")
_AREAS = ("london", "uk", "E09000012", "E09000007", "UKI4", "TLI41", "UKD", "UKI", "nowhere")
_BUYERS = ("Hackney Council", "London Borough of Hackney", "Camden", "NHS Sample Trust", "Sample Academy")

word = st.sampled_from(_WORDS)
phrase = st.lists(word, min_size=1, max_size=3).map(lambda said: f'"{" ".join(said)}"')
expression = st.recursive(
    word | phrase,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR", ""]), inner).map(lambda it: f"({it[0]} {it[1]} {it[2]})"),
        inner.map(lambda it: f"NOT {it}"),
        st.tuples(inner, inner).map(lambda it: f"({it[0]} OR NOT {it[1]})"),
    ),
    max_leaves=5,
)
limit = st.sampled_from([None, None, Decimal(1000), Decimal(20000), Decimal(500000)])
interest = st.builds(
    Interest,
    sectors=st.lists(st.sampled_from(_KEYS), max_size=2, unique=True).map(tuple),
    cpv=st.lists(st.sampled_from(["9", "90", "9091", "45261900", "55", "72", "79713000"]), max_size=2).map(tuple),
    words=st.just("") | expression,
    areas=st.lists(st.sampled_from(_AREAS), max_size=2).map(tuple),
    value_min=limit,
    value_max=limit,
    buyers=st.just(()) | st.lists(st.sampled_from(_BUYERS), min_size=1, max_size=2).map(tuple),
    early=st.booleans(),
    eu=st.booleans(),
    suits=st.sampled_from(["", "", "micro", "small"]),
    below_threshold=st.booleans(),
    days_left=st.sampled_from([0, 0, 7]),
)
firms = st.lists(st.lists(interest, min_size=1, max_size=3), min_size=1, max_size=12).map(
    lambda each: [
        Subscriber(firm=100 - number, size="small", interests=tuple(interests)) for number, interests in enumerate(each)
    ]
)
value = st.none() | st.sampled_from([0, 900, 5000, 20000, 900000]).flatmap(
    lambda net: st.sampled_from(["GBP", "EUR"]).map(lambda currency: Value(net=Decimal(net), currency=currency))
)
text = st.lists(word | st.sampled_from(["of", "and", "for", "the"]), max_size=8).map(" ".join)
details = st.builds(
    Details,
    title=text,
    description=text | st.just("The procurement has now concluded."),
    buyer=st.none() | st.sampled_from(_BUYERS).map(lambda name: Buyer(name=name)),
    cpv=st.lists(st.sampled_from(_CODES), max_size=3).map(tuple),
    value=value,
    below_threshold=st.sampled_from([None, None, True, False]),
    deadline=st.none() | st.sampled_from([-1, 5, 9]).map(lambda days: Deadline(at=NOW + timedelta(days=days))),
    lots=st.lists(st.builds(Lot, identity=st.just("1"), title=text, value=value), max_size=2).map(tuple),
    delivery_regions=st.lists(st.sampled_from(_REGIONS), max_size=2).map(tuple),
)


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    """A notice as the matcher sees it."""
    said = draw(details)
    keys = draw(st.lists(st.sampled_from(_KEYS), max_size=3, unique=True))
    tags = Tags(
        sectors=tuple(
            SectorTag(key=key, label=key.title(), probability=draw(st.sampled_from([0.1, 0.4, 0.9])), reasons=())
            for key in keys
        ),
        sure=True,
        size=SizeTag(
            verdicts={"micro": draw(st.sampled_from(["suits", "unlikely", "unknown"]))}, verdict="", reasons=()
        ),
        facts=(),
        divisions=(),
        groups=(),
        version="sample",
    )
    place = place_of(delivery_regions=said.delivery_regions, buyer_name=said.buyer.name if said.buyer else None)
    stage = draw(st.sampled_from([Stage.TENDER] * 4 + list(Stage)))
    status = Status.OPEN if stage is Stage.TENDER else draw(st.sampled_from(Status))
    source = draw(st.sampled_from(["find_a_tender", "find_a_tender", "ted", "ted_feed"]))
    return subject_of(details=said, stage=stage, status=status, tags=tags, place=place, source=source)


def asked_one_by_one(subscribers: list[Subscriber], subject: Subject) -> list[Found]:
    """Every firm with an interest that agrees, with the reasons of the first: the matcher of the domain, in a loop."""
    found = []
    for subscriber in subscribers:
        for each in subscriber.interests:
            answer = prepare(each).judge(subject, now=NOW)
            if answer.matched:
                found.append(Found(firm=subscriber.firm, reasons=answer.reasons))
                break
    return found


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(subscribers=firms, about=st.lists(subjects(), min_size=1, max_size=4))
def test_the_index_finds_what_asking_every_interest_finds(subscribers: list[Subscriber], about: list[Subject]) -> None:
    index = InterestIndex(subscribers)
    for subject in about:
        assert index.agreeing(subject, now=NOW) == asked_one_by_one(subscribers, subject)
        met = set(index.interests(subject, now=NOW))
        asked = [index.interest(number) for number in range(len(index))]
        assert met == {n for n, each in enumerate(asked) if prepare(each).judge(subject, now=NOW).matched}


@pytest.mark.parametrize(
    ("words", "ways"),
    [
        ("window", {"w:window"}),
        ('"deep window cleaning"', {"w:cleaning"}),
        ("window OR roof", {"w:window", "w:roof"}),
        ("(window OR roof) AND cleaning", {"w:cleaning"}),
        ("cleaning OR NOT school", {"w:cleaning"}),
        ("cleaning NOT school", {"w:cleaning"}),
        ("(cleaning OR NOT school) AND (roof OR NOT bus)", {"w:cleaning", "w:roof"}),
        ("NOT school", set()),
    ],
)
def test_an_interest_in_words_is_met_by_way_of_as_few_words_as_will_do(words: str, ways: set[str]) -> None:
    assert parse(words)
    assert ways_in(prepare(Interest(words=words))) == ways


def test_nobody_asks_for_anything_and_nothing_is_found() -> None:
    index = InterestIndex([])
    assert len(index) == 0
