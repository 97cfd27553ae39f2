"""Words of the domain made at random, for tests that must hold for all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from service.domain.interest import FirmFile, Interest
from service.domain.opportunity import Change, Details, Reading, Stage, State
from service.domain.tagging import SIZES, Fact, SectorTag, SizeTag, Tags

texts = st.text(max_size=12)
sums = st.decimals(min_value=0, max_value=Decimal(10) ** 9, places=2)
zones = st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-5))])
moments = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001 - the zone is drawn

for kind, strategy in ((Decimal, sums), (datetime, moments), (str, texts)):
    st.register_type_strategy(kind, strategy)

details = st.builds(Details)
states = st.builds(State)
readings = st.builds(Reading)
interests = st.builds(Interest)
firms = st.builds(FirmFile)
tags = st.builds(
    Tags,
    sectors=st.lists(st.builds(SectorTag, probability=st.floats(min_value=0, max_value=1)), max_size=3).map(tuple),
    size=st.builds(
        SizeTag,
        verdicts=st.fixed_dictionaries(
            dict.fromkeys(SIZES, st.sampled_from(["suits", "might", "unlikely", "unknown"]))
        ),
    ),
    facts=st.lists(st.builds(Fact), max_size=3).map(tuple),
    divisions=st.lists(st.tuples(texts, st.floats(min_value=0, max_value=1)), max_size=3).map(tuple),
    groups=st.just(()),
)
#: Readings of one procurement: few moments and ids, so that ties are common.
related = st.lists(
    st.builds(
        Reading,
        source=st.sampled_from(["find_a_tender", "contracts_finder"]),
        notice_id=st.sampled_from(["1", "2", "3"]),
        published=st.integers(0, 3).map(lambda day: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day)),
        stage=st.sampled_from(Stage),
        change=st.sampled_from(Change),
        keys=st.just(()),
    ),
    min_size=1,
    max_size=5,
)
