"""The promises of places: every authority, honest look-ups, and one clear rule for where the work is."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.place import Place, covers, gazetteer, outward_code, place_of

CITY, CAMDEN, CROYDON, HACKNEY, HARINGEY = "E09000001", "E09000007", "E09000008", "E09000012", "E09000014"
ISLINGTON, LAMBETH, NEWHAM, RICHMOND, SOUTHWARK = "E09000019", "E09000022", "E09000025", "E09000027", "E09000028"
TOWER_HAMLETS, WANDSWORTH, WESTMINSTER = "E09000030", "E09000032", "E09000033"
ALL_33 = frozenset(f"E090000{number:02d}" for number in range(1, 34))


# The lists -------------------------------------------------------------------------------------------------------


def test_all_33_authorities_are_there_with_an_area_and_a_page_name() -> None:
    authorities = gazetteer().authorities
    assert set(authorities) == ALL_33
    assert len({row.slug for row in authorities.values()}) == len({row.name for row in authorities.values()}) == 33
    assert all(row.itl in gazetteer().regions and len(row.itl) == 5 for row in authorities.values())


def test_neighbours_are_mutual_known_and_never_oneself() -> None:
    authorities = gazetteer().authorities
    for gss, row in authorities.items():
        assert row.neighbours <= ALL_33 - {gss}
        assert all(gss in authorities[other].neighbours for other in row.neighbours), row.name


def test_neighbours_agree_with_a_published_count() -> None:
    counts = {gazetteer().authorities[gss].name: len(gazetteer().authorities[gss].neighbours) for gss in ALL_33}
    assert {name for name, count in counts.items() if count == 7} == {"Brent", "Wandsworth"}
    assert {name for name, count in counts.items() if count == 2} == {"Bexley", "Havering"}
    assert sum(counts.values()) == 2 * 77


@pytest.mark.parametrize(
    ("postcode", "boroughs"),
    [
        ("E8 1EA", (HACKNEY, TOWER_HAMLETS)),
        ("e81ea", (HACKNEY, TOWER_HAMLETS)),
        (" E8 ", (HACKNEY, TOWER_HAMLETS)),
        ("N1 2UD", (ISLINGTON, HACKNEY)),
        ("E14 5HU", (TOWER_HAMLETS,)),
        ("E145HU", (TOWER_HAMLETS,)),
        ("SW1A 0AA", (WESTMINSTER,)),
        ("CR0 2QT", (CROYDON,)),
    ],
)
def test_a_postcode_leads_to_its_boroughs_likeliest_first(postcode: str, boroughs: tuple[str, ...]) -> None:
    assert gazetteer().boroughs_of_postcode(postcode) == boroughs


@pytest.mark.parametrize(
    "postcode", ["M1 1AA", "", "London", "E8 1E", "E8-1EA", "ZZ99 9ZZ", "E" * 9999, "E\u0668 1EA", "EEE8"]
)
def test_what_is_not_a_london_postcode_leads_nowhere(postcode: str) -> None:
    assert gazetteer().boroughs_of_postcode(postcode) == ()


def test_every_authority_has_postcodes_and_no_share_is_above_one() -> None:
    districts = gazetteer().districts
    assert {gss for rows in districts.values() for gss, _ in rows} == ALL_33
    assert len(districts) >= 300
    for district, rows in districts.items():
        shares = [share for _, share in rows]
        assert all(0.05 <= share <= 1 for share in shares), district
        assert sum(shares) <= 1.001, district
        assert shares == sorted(shares, reverse=True), district
        assert outward_code(district) == district


# Names -----------------------------------------------------------------------------------------------------------

REAL_SPELLINGS = [
    ("London Borough of Hackney", HACKNEY),
    ("Hackney Council", HACKNEY),
    ("LB Hackney", HACKNEY),
    ("LONDON BOROUGH OF CAMDEN", CAMDEN),
    ("London Borough Of Camden Council", CAMDEN),
    ("THE LONDON BOROUGH OF CAMDEN", CAMDEN),
    ("London Borough of Hammersmith and Fuham (LBHF)", "E09000013"),
    ("London Borough of Hammersmith & Fulham", "E09000013"),
    ("London Borough of Hammersmith &amp; Fulham", "E09000013"),
    ("The Royal Borough of Kensington & Chelsea", "E09000020"),
    ("Royal Borough of Kensington and Chelsea", "E09000020"),
    ("The Royal Borough of Kingston upon Thames", "E09000021"),
    ("Royal Borough of Kingston Upon Thames", "E09000021"),
    ("London Borough of Richmond upon Thames", RICHMOND),
    ("Haringey Council - Traffic Management", HARINGEY),
    ("Haringey", HARINGEY),
    ("Tower Hamlets", TOWER_HAMLETS),
    ("Westminster City Council", WESTMINSTER),
    ("City of Westminster", WESTMINSTER),
    ("City of London Corporation", CITY),
    ("The Mayor and Commonalty and Citizens of the City of London", CITY),
    ("Royal Borough of Greenwich", "E09000011"),
]


@pytest.mark.parametrize(("spelling", "gss"), REAL_SPELLINGS)
def test_a_borough_is_recognised_however_its_notices_spell_it(spelling: str, gss: str) -> None:
    buyer = gazetteer().buyer(spelling)
    assert buyer is not None
    assert (buyer.kind, buyer.home, buyer.serves) == ("borough", gss, (gss,))


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("TRANSPORT FOR LONDON", "transport_for_london"),
        ("TfL", "transport_for_london"),
        ("The Mayor&#039;s Office for Policing and Crime (MOPAC)", "mayors_office_for_policing_and_crime"),
        ("Mayor\u2019s Office for Policing and Crime", "mayors_office_for_policing_and_crime"),
        ("London Fire Brigade : London Fire Brigade", "london_fire_commissioner"),
        ("University College London Hospitals NHS FT", "university_college_london_hospitals_nhs_foundation_trust"),
        ("NHS North East London ICB", "nhs_north_east_london_integrated_care_board"),
        ("L&amp;Q Construction", "l_and_q"),
        ("Barnet Homes Ltd", "barnet_homes"),
    ],
)
def test_other_london_buyers_are_recognised(spelling: str, key: str) -> None:
    buyer = gazetteer().buyer(spelling)
    assert buyer is not None
    assert buyer.key == key


@pytest.mark.parametrize(
    "name",
    [
        "Kingston upon Hull City Council",
        "Borough Council of King's Lynn and West Norfolk",
        "Richmondshire District Council",
        "Sutton Parish Council",
        "Newham Recordings",
        "Camden Market Holdings",
        "Transport for Greater Manchester",
        "London Luton Airport Operations Limited",
        "Westminster Kingsway Fan Club",
        "Wandsworth",  # a name alone is enough only because it is the borough's own
        "NHS England",
        "",
        "(GLA)",
        "\x00",
        "council",
        "London Borough of",
        "London Borough of " + "x" * 100_000,
    ],
)
def test_no_other_body_is_taken_for_a_london_buyer(name: str) -> None:
    buyer = gazetteer().buyer(name)
    assert (buyer is None) == (name != "Wandsworth")


def test_every_buyer_has_a_home_and_a_place_it_serves() -> None:
    places = gazetteer()
    buyers = {buyer.key: buyer for buyer in (*places.buyers.values(), *places.boroughs_as_buyers.values())}
    assert len(buyers) > 200
    for buyer in buyers.values():
        assert buyer.home == "london" or buyer.home in ALL_33, buyer.key
        assert all(area == "abroad" or places.area_name(area) for area in buyer.serves), buyer.key
        assert places.buyer(buyer.name) is buyer


def test_buyers_of_real_notices_that_call_themselves_a_london_borough_are_all_known(shared_data: Path) -> None:
    names: set[str] = set()
    for name in ("train", "more"):
        with gzip.open(shared_data / "notices" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            names.update(json.loads(line).get("buyer") or "" for line in lines)
    with (shared_data / "recorded/contracts_finder/notices_export_2025-11-07.csv").open(
        encoding="utf-8", errors="replace", newline=""
    ) as rows:
        names.update(row["Organisation Name"] for row in csv.DictReader(rows))
    for path in sorted((shared_data / "recorded/find_a_tender/backfill").rglob("*.json")):
        names.update(release.get("buyer", {}).get("name", "") for release in json.loads(path.read_bytes())["releases"])
    boroughs = {name for name in names if "london borough" in name.lower() or "royal borough of k" in name.lower()}
    assert len(boroughs) >= 30
    assert {name for name in boroughs if gazetteer().buyer(name) is None} == set()


# Regions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("UKI41", ("UKI41",)),
        ("TLI41", ("UKI41",)),
        ("uki", ("UKI",)),
        ("London", ("UKI",)),
        ("Yorkshire and the Humber", ("UKE",)),
        ("GB", ("UK",)),
        ("United Kingdom", ("UK",)),
        ("E12000007", ("UKI",)),
        ("E12000009", ("UKK",)),
        ("Hackney", (HACKNEY,)),
        ("TLI39", ("UKI3",)),  # a code of a newer list: the area one level up
        ("Ukraine", ("UA",)),
        ("BZ", ("BZ",)),
        ("IE052", ("IE052",)),
        ("Any region", ()),
        ("", ()),
        ("n/a", ()),
        ("Narnia", None),
        ("UKX", None),
        ("UKI" * 5000, None),
    ],
)
def test_a_stated_region_is_read_or_refused_but_never_guessed(said: str, codes: tuple[str, ...] | None) -> None:
    assert gazetteer().codes_of_region(said) == codes


def test_regions_hold_the_right_boroughs() -> None:
    places = gazetteer()
    assert places.boroughs_of_region("UKI41") == (HACKNEY, NEWHAM)
    assert set(places.boroughs_of_region("London")) == set(places.boroughs_of_region("UK")) == ALL_33
    assert set(places.boroughs_of_region("UKI3")) | set(places.boroughs_of_region("UKI4")) == set(
        places.boroughs_of_region("UKI1")
    )
    assert places.boroughs_of_region("UKD") == ()
    assert len(places.boroughs_of_region("UKI2")) == 19
    parts = [places.boroughs_of_region(f"UKI{number}") for number in range(3, 8)]
    assert sum(map(len, parts)) == 33


def test_nationwide_is_the_whole_country_or_all_of_england() -> None:
    places = gazetteer()
    english = ["UKC", "UKD", "UKE", "UKF", "UKG", "UKH", "UKI", "UKJ", "UKK"]
    assert places.is_nationwide(["UK"])
    assert places.is_nationwide(["GB"])
    assert places.is_nationwide(["England"])
    assert places.is_nationwide(english)
    assert places.is_nationwide([*english, "UKL", "UKM", "UKN"])
    assert places.is_nationwide(["TL" + code[2:] for code in english])
    assert not places.is_nationwide(english[:-1])
    assert not places.is_nationwide(["UKI"])
    assert not places.is_nationwide([])


# Where the work is -------------------------------------------------------------------------------------------------


def boroughs(*gss: str) -> frozenset[str]:
    return frozenset(gss)


def test_a_stated_place_beats_the_buyers_address() -> None:
    place = place_of(
        delivery_regions=["UKD3"], buyer_name="Hackney Council", buyer_postcode="E8 1EA", buyer_region="UKI41"
    )
    assert place == Place(
        regions=boroughs("UKD3"),
        scope="region",
        in_london=False,
        evidence=("the notice says delivery in UKD3 (Greater Manchester)",),
    )


@pytest.mark.parametrize("coarse", ["London", "UKI", "UKI4", "UKI41", "TLI41", "UKI1"])
def test_a_coarse_place_around_one_borough_is_that_borough(coarse: str) -> None:
    place = place_of(delivery_regions=[coarse], buyer_name="London Borough of Hackney")
    assert (place.scope, place.boroughs, place.in_london) == ("boroughs", boroughs(HACKNEY), True)
    assert place.evidence[-1] == "the buyer is Hackney Council"


def test_the_evidence_reads_as_a_person_would_say_it() -> None:
    place = place_of(delivery_regions=["UKI41"], buyer_name="London Borough of Hackney")
    assert place.evidence == (
        "the notice says delivery in UKI41 (Hackney and Newham)",
        "the buyer is Hackney Council",
    )


def test_a_borough_that_buys_for_elsewhere_in_london_is_believed() -> None:
    place = place_of(delivery_regions=["UKI7"], buyer_name="Hackney Council")
    assert HACKNEY not in place.boroughs
    assert len(place.boroughs) == 7


def test_a_list_of_areas_is_not_narrowed_to_the_buyer() -> None:
    place = place_of(delivery_regions=["UKI32", "UKI33"], buyer_name="Westminster City Council")
    assert place.boroughs == boroughs(WESTMINSTER, "E09000013", "E09000020")


def test_nationwide_stays_nationwide_whoever_buys() -> None:
    place = place_of(delivery_regions=["United Kingdom"], buyer_name="Hackney Council")
    assert (place.scope, place.boroughs, place.in_london) == ("nationwide", frozenset(), True)
    assert place.evidence == ("the notice says delivery anywhere in the United Kingdom",)


def test_all_nine_regions_in_one_text_are_nationwide() -> None:
    text = (
        "North East,North West,Yorkshire and The Humber,East Midlands,West Midlands,East of England,London,South East"
    )
    assert place_of(delivery_regions=[text + ",South West"]).scope == "nationwide"
    place = place_of(delivery_regions=[text], buyer_name="Hackney Council")
    assert (place.scope, place.in_london) == ("region", True)


def test_with_nothing_stated_the_buyer_list_speaks_first_then_postcode_then_region() -> None:
    listed = place_of(buyer_name="Hackney Council", buyer_postcode="M1 1AA", buyer_region="UKD33")
    assert listed.boroughs == boroughs(HACKNEY)
    assert listed.evidence == ("the notice does not say where", "the buyer is Hackney Council")
    by_postcode = place_of(buyer_name="Sample Charity", buyer_postcode="E14 5HU", buyer_region="UKI31")
    assert by_postcode.boroughs == boroughs(TOWER_HAMLETS)
    assert by_postcode.evidence[-1] == "the buyer's postcode E14 is in Tower Hamlets"
    by_region = place_of(buyer_name="Sample Charity", buyer_region="UKI31")
    assert by_region.boroughs == boroughs(CITY, CAMDEN)
    assert by_region.evidence[-1] == "the buyer's region is UKI31 (Camden and City of London)"


@pytest.mark.parametrize("said", [[], ["London"], ["UKI"], ["Any region"]])
@pytest.mark.parametrize("buyer", ["Transport for London", "GLA", "MOPAC", "London Fire Brigade", "LLDC", "OPDC"])
def test_the_gla_family_works_all_over_london(said: list[str], buyer: str) -> None:
    place = place_of(delivery_regions=said, buyer_name=buyer, buyer_postcode="E20 1JN")
    assert (place.scope, place.boroughs) == ("london", ALL_33)


def test_a_body_of_several_boroughs_works_in_those() -> None:
    place = place_of(delivery_regions=["London"], buyer_name="NHS South West London ICB")
    assert place.scope == "boroughs"
    assert place.boroughs == boroughs(CROYDON, "E09000021", "E09000024", RICHMOND, "E09000029", WANDSWORTH)


def test_a_buyer_that_reaches_far_beyond_london_does_not_narrow_london() -> None:
    assert place_of(delivery_regions=["London"], buyer_name="L&Q Group").boroughs == ALL_33
    assert place_of(buyer_name="L&Q Group").boroughs == boroughs(NEWHAM)


@pytest.mark.parametrize(
    ("name", "boroughs_left"),
    [
        ("Sample Primary School", 1),
        ("Sample Borough Council (Hackney)", 1),
        ("Sample Academy Trust", 33),
        ("Sample Department", 33),
        ("National School of Samples", 33),
        ("Sample Schoolwear Supplies", 33),
        ("", 33),
    ],
)
def test_a_school_or_council_off_the_list_narrows_london_to_its_postcode(name: str, boroughs_left: int) -> None:
    place = place_of(delivery_regions=["UKI"], buyer_name=name, buyer_region="UKI41", buyer_postcode="E8 1AA")
    assert len(place.boroughs) == boroughs_left
    if boroughs_left == 1:
        assert place.boroughs == boroughs(HACKNEY)
        assert place.evidence == ("the notice says delivery in UKI (London)", "the buyer's postcode E8 is in Hackney")
    elsewhere = place_of(delivery_regions=["UKI7"], buyer_name=name, buyer_region="UKI41", buyer_postcode="E8 1AA")
    assert len(elsewhere.boroughs) == 7


def test_a_region_settles_which_borough_of_a_postcode_is_meant() -> None:
    assert place_of(buyer_postcode="E8 1AA").boroughs == boroughs(HACKNEY, TOWER_HAMLETS)
    assert place_of(buyer_postcode="E8 1AA", buyer_region="UKI41").boroughs == boroughs(HACKNEY)
    assert place_of(buyer_postcode="E8 1AA", buyer_region="UKD3").boroughs == boroughs(HACKNEY, TOWER_HAMLETS)


@pytest.mark.parametrize("name", ["British Council", "Foreign, Commonwealth & Development Office", "FCDO"])
def test_a_body_that_works_abroad_does_not_make_its_work_londons(name: str) -> None:
    place = place_of(buyer_name=name, buyer_postcode="E20 1JQ", buyer_region="UKI41")
    assert (place.scope, place.in_london) == ("unknown", None)
    assert place.evidence[1].endswith("which works mostly abroad")
    assert place_of(delivery_regions=["London"], buyer_name=name).scope == "london"


def test_a_buyer_with_a_london_address_and_work_elsewhere_is_elsewhere() -> None:
    place = place_of(buyer_name="Surrey County Council", buyer_postcode="KT1 2DN", buyer_region="UKI63")
    assert (place.scope, place.in_london, place.boroughs) == ("region", False, frozenset())


def test_a_delivery_postcode_says_where() -> None:
    assert place_of(delivery_postcodes=["E14 5HU"]).boroughs == boroughs(TOWER_HAMLETS)
    outside = place_of(delivery_postcodes=["M1 1AA"], buyer_name="Hackney Council")
    assert (outside.scope, outside.in_london) == ("region", False)
    assert outside.evidence == ("the notice says delivery at M1, outside London",)


def test_a_postcode_shared_by_boroughs_is_settled_by_the_buyer() -> None:
    assert len(place_of(delivery_postcodes=["N4 1AA"]).boroughs) == 3
    assert place_of(delivery_postcodes=["N4 1AA"], buyer_name="Haringey Council").boroughs == boroughs(HARINGEY)


def test_a_postcode_inside_a_stated_london_says_where_in_it() -> None:
    assert place_of(delivery_regions=["London"], delivery_postcodes=["E14 5HU"]).boroughs == boroughs(TOWER_HAMLETS)


def test_the_buyers_own_postcode_in_the_delivery_field_counts_as_nothing_stated() -> None:
    place = place_of(
        delivery_regions=["South East"],
        delivery_postcodes=["SW1P 4DF"],
        buyer_name="Sample Agency",
        buyer_postcode="sw1p4df",
    )
    assert (place.in_london, place.regions) == (False, boroughs("UKJ"))
    assert place_of(delivery_postcodes=["E20 1JN"], buyer_name="TfL", buyer_postcode="E20 1JN").scope == "london"


def test_work_abroad_for_a_london_buyer_is_abroad() -> None:
    place = place_of(delivery_regions=["Ukraine"], buyer_name="Sample Contractor", buyer_postcode="EC1M 5QL")
    assert (place.scope, place.in_london, place.regions) == ("region", False, boroughs("UA"))
    assert covers("uk", place) is None
    assert covers("london", place) is None


def test_a_place_we_do_not_know_is_unknown_and_says_so() -> None:
    place = place_of(delivery_regions=["Narnia"], buyer_name="Hackney Council")
    assert (place.scope, place.in_london, place.boroughs) == ("unknown", None, frozenset())
    assert place.evidence == ("the notice names a place we do not know: 'Narnia'",)


def test_a_postcode_typed_into_the_region_field_is_read() -> None:
    assert place_of(delivery_regions=["sw1p 4df"]).boroughs == boroughs(WESTMINSTER)


@given(
    regions=st.lists(st.text(max_size=30), max_size=4),
    postcodes=st.lists(st.text(max_size=12), max_size=3),
    name=st.none() | st.text(max_size=40),
    region=st.none() | st.text(max_size=20),
    postcode=st.none() | st.text(max_size=12),
)
def test_no_input_breaks_the_reading_and_every_place_has_a_reason(
    regions: list[str], postcodes: list[str], name: str | None, region: str | None, postcode: str | None
) -> None:
    place = place_of(
        delivery_regions=regions,
        delivery_postcodes=postcodes,
        buyer_name=name,
        buyer_region=region,
        buyer_postcode=postcode,
    )
    assert place.evidence
    assert place.boroughs <= ALL_33
    assert (place.in_london is None) == (place.scope == "unknown")
    assert (place.scope == "london") == (place.boroughs == ALL_33 and place.scope != "region")


# Whether a firm's area agrees -----------------------------------------------------------------------------------------


def areas_covering(place: Place, areas: Iterable[str]) -> set[str]:
    return {area for area in areas if covers(area, place) is not None}


AREAS = ("london", "uk", HACKNEY, NEWHAM, "UKI", "UKI4", "TLI41", "UKI7", "UKD", "UKD3", "UKJ")


@pytest.mark.parametrize(
    ("said", "agreeing"),
    [
        (
            {"delivery_regions": ["UKI"], "buyer_name": "Hackney Council"},
            {"london", "uk", HACKNEY, "UKI", "UKI4", "TLI41"},
        ),
        ({"delivery_regions": ["UKI41"]}, {"london", "uk", HACKNEY, NEWHAM, "UKI", "UKI4", "TLI41"}),
        ({"delivery_regions": ["London"]}, {"london", "uk", HACKNEY, NEWHAM, "UKI", "UKI4", "TLI41", "UKI7"}),
        ({"delivery_regions": ["UKD3"]}, {"uk", "UKD", "UKD3"}),
        ({"delivery_regions": ["UKD"]}, {"uk", "UKD", "UKD3"}),
        ({"delivery_regions": ["South East"]}, {"uk", "UKJ"}),
        (
            {"delivery_regions": ["UKI", "UKJ"]},
            {"london", "uk", HACKNEY, NEWHAM, "UKI", "UKI4", "TLI41", "UKI7", "UKJ"},
        ),
        ({"delivery_regions": ["GB"]}, set(AREAS)),
        ({}, {"uk"}),
    ],
)
def test_an_area_agrees_exactly_with_the_places_inside_it(said: dict[str, object], agreeing: set[str]) -> None:
    assert areas_covering(place_of(**said), AREAS) == agreeing  # type: ignore[arg-type]


def test_the_reason_is_a_sentence_part_a_firm_can_check() -> None:
    place = place_of(delivery_regions=["UKI41"], buyer_name="Hackney Council")
    assert covers(HACKNEY, place) == (
        "the notice says delivery in UKI41 (Hackney and Newham) and the buyer is Hackney Council"
    )
    assert covers("uk", place_of()) == "the notice does not say where"
    assert covers("uk", Place()) == "the notice does not say where"


@pytest.mark.parametrize("area", ["", "Hackney Wick", "E09000034", "UKX", "london; DROP", "\x00", "UKI41 OR 1=1"])
def test_an_area_that_does_not_exist_agrees_with_nothing(area: str) -> None:
    assert covers(area, place_of(delivery_regions=["GB"])) is None
    assert covers(area, place_of(delivery_regions=["UKI"])) is None
