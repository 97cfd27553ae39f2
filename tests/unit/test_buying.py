"""How the authorities buy, as data: everyone is there, every fact has its evidence, and nothing is guessed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files

import pytest

from service.domain import buying, shipped
from service.domain.buying import how_they_buy
from service.domain.gazetteer import gazetteer
from service.errors import ReferenceDataError


@pytest.fixture
def a_changed_file(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    how_they_buy.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    how_they_buy.cache_clear()


def read_with(patch: pytest.MonkeyPatch, old: str, new: str) -> str:
    """The error of the shipped file with one passage changed."""
    text = files("service.data").joinpath("buying.toml").read_text(encoding="utf-8")
    assert old in text
    rows = tomllib.loads(text.replace(old, new, 1))

    def changed(name: str, table: str) -> list[shipped.Row]:
        found: list[shipped.Row] = rows[table] if name == "buying.toml" else shipped.toml_rows(name, table)
        return found

    patch.setattr(buying, "toml_rows", changed)
    with pytest.raises(ReferenceDataError) as caught:
        how_they_buy()
    return str(caught.value)


def test_the_33_authorities_and_the_seven_bodies_of_the_gla_family_are_there() -> None:
    known = how_they_buy()
    assert set(gazetteer().authorities) <= set(known)
    assert len(gazetteer().authorities) == 33
    assert set(known) - set(gazetteer().authorities) == {
        "greater_london_authority",
        "transport_for_london",
        "mayors_office_for_policing_and_crime",
        "metropolitan_police_service",
        "london_fire_commissioner",
        "london_legacy_development_corporation",
        "old_oak_and_park_royal_development_corporation",
    }


def test_neighbours_for_local_reservation_are_so_both_ways() -> None:
    authorities = gazetteer().authorities
    for code, authority in authorities.items():
        assert code not in authority.neighbours
        assert authority.neighbours, f"{authority.name} has none"
        for other in authority.neighbours:
            assert code in authorities[other].neighbours, f"{authorities[other].name} does not know {authority.name}"


def test_a_portal_is_told_with_the_date_of_its_evidence() -> None:
    known = how_they_buy()
    city = known["E09000001"].portal
    assert (city.key, city.evidence.date) == ("jaggaer", "2026-08-11")
    camden = known["E09000007"]
    assert [(each.key, each.evidence.date) for each in camden.portals] == [
        ("procontract", "2026-08-10"),
        ("eu_supply", "2020"),
    ]
    assert known["transport_for_london"].portal.name == "SAP Ariba"


def test_what_nobody_could_tell_is_unknown_and_not_left_out() -> None:
    brent = how_they_buy()["E09000005"]
    assert brent.portal.key == ""
    assert brent.portal.evidence.source
    assert brent.quotes is None
    unknown = [each.name for each in how_they_buy().values() if each.identity[:3] == "E09" and not each.portal.key]
    assert unknown == [
        *("Barking and Dagenham Council", "Barnet Council", "Brent Council", "Croydon Council"),
        *("Haringey Council", "Hounslow Council"),
    ]


def test_each_of_the_33_says_where_its_committees_decide() -> None:
    committees = [how_they_buy()[code].committees for code in gazetteer().authorities]
    assert all(each is not None and each.evidence.date == "2026-05-30" for each in committees)


def test_a_fact_without_a_date_is_refused_by_name(a_changed_file: pytest.MonkeyPatch) -> None:
    said = read_with(a_changed_file, 'notice EALING001-DN454087", date = "2020"', 'notice EALING001-DN454087"')
    assert "E09000009, portals: date must be a text" in said


def test_a_date_that_is_none_is_refused(a_changed_file: pytest.MonkeyPatch) -> None:
    said = read_with(a_changed_file, 'EALING001-DN454087", date = "2020"', 'EALING001-DN454087", date = "lately"')
    assert "E09000009, portals: date must be a year, a month or a day" in said


def test_an_authority_with_two_entries_is_refused(a_changed_file: pytest.MonkeyPatch) -> None:
    assert "E09000033 has two entries" in read_with(a_changed_file, 'gss = "E09000009"', 'gss = "E09000033"')


def test_a_portal_nobody_described_is_refused(a_changed_file: pytest.MonkeyPatch) -> None:
    said = read_with(a_changed_file, 'portal = "ariba"', 'portal = "arriba"')
    assert "transport_for_london: arriba is no portal" in said


def test_a_field_nobody_knows_is_refused(a_changed_file: pytest.MonkeyPatch) -> None:
    said = read_with(a_changed_file, 'quotes = "unknown"', 'quotations = "unknown"')
    assert "there is no field quotations" in said


def test_an_authority_that_is_missing_is_named(a_changed_file: pytest.MonkeyPatch) -> None:
    block = files("service.data").joinpath("buying.toml").read_text(encoding="utf-8")
    start = block.index("[[authority]] # Westminster")
    end = block.index("[[authority]]", start + 1)
    assert "there is no entry for E09000033" in read_with(a_changed_file, block[start:end], "")
