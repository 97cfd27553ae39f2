"""Which authorities we say we cover: two ways, told apart, and only while they were read well lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.coverage import Reader, coverage
from service.domain.gazetteer import gazetteer
from service.domain.source_health import Health
from service.web.london_tiles import COLUMNS, places

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HACKNEY, LEWISHAM = "E09000012", "E09000023"


def a_reader(
    *,
    name: str = "Sample listing",
    health: Health = "ok",
    authorities: tuple[str, ...] = (HACKNEY,),
    national: bool = False,
    days: float | None = 1,
) -> Reader:
    return Reader(
        name=name,
        health=health,
        national=national,
        authorities=authorities,
        last_good=NOW - timedelta(days=days) if days is not None else None,
    )


def test_a_national_service_covers_all_33_and_is_nobodys_own_listing() -> None:
    found = coverage([a_reader(name="Sample national service", national=True, authorities=())], now=NOW)
    assert len(found) == 33
    assert {each.national for each in found.values()} == {("Sample national service",)}
    assert not any(each.own for each in found.values())


def test_a_listing_covers_its_own_authorities_and_nobody_else() -> None:
    found = coverage([a_reader(authorities=(HACKNEY, LEWISHAM))], now=NOW)
    assert [gss for gss, each in found.items() if each.own] == [HACKNEY, LEWISHAM]
    assert found[HACKNEY].own_last_good == NOW - timedelta(days=1)
    assert not found["E09000007"].is_covered


@pytest.mark.parametrize(
    ("reader", "covers"),
    [
        (a_reader(days=30), True),
        (a_reader(days=30.1), False),
        (a_reader(days=None), False),
        (a_reader(health="down"), True),
        (a_reader(health="disabled"), False),
    ],
)
def test_only_what_was_read_well_within_30_days_covers(reader: Reader, *, covers: bool) -> None:
    assert bool(coverage([reader], now=NOW)[HACKNEY].own) is covers


def test_every_authority_has_a_tile_of_its_own() -> None:
    where = places()
    assert set(where) == set(gazetteer().authorities)
    assert len({(place.row, place.column) for place in where.values()}) == 33
    assert len({place.short for place in where.values()}) == 33
    assert {place.column for place in where.values()} == set(range(1, COLUMNS + 1))


def test_enfield_is_north_of_sutton_and_hillingdon_west_of_havering() -> None:
    where = places()
    assert where["E09000010"].row < where["E09000029"].row
    assert where["E09000017"].column < where["E09000016"].column
    assert where["E09000017"].row == where["E09000016"].row
