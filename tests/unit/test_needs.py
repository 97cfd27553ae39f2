"""What a notice asks and a firm does not say it has becomes needs, the most pressing first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from service.domain.money import Value
from service.domain.needs import Asking, Need, needs_of
from service.domain.opportunity import Buyer, Details
from service.domain.place import Place, place_of
from service.domain.profile import Cover, Profile
from service.domain.tagging import SIZES, Fact, SizeTag, Tags

READY = Profile(
    accreditations=("Cyber Essentials Plus", "CHAS"),
    policies=("data_protection", "social_value"),
    registered=True,
    bid_before=True,
)
LONDON = place_of(delivery_regions=["London"])


def asking(
    said: str = "",
    *facts: tuple[str, str, str],
    profile: Profile | None = None,
    size: str = "small",
    source: str = "find_a_tender",
    place: Place = LONDON,
    details: Details | None = None,
) -> Asking:
    """A sample notice whose text is `said`; each fact is a kind, the words and the value for comparing."""
    found = []
    for kind, value, normal in facts:
        start = max(0, said.find(value))
        found.append(Fact(kind=kind, value=value, quote=value, start=start, end=start + len(value), normal=normal))
    tags = Tags(
        sectors=(),
        sure=False,
        size=SizeTag(verdicts=dict.fromkeys(SIZES, "unknown"), verdict="", reasons=()),
        facts=tuple(found),
        divisions=(),
        groups=(),
        version="sample/1",
    )
    known = details or Details(title="Sample")
    return Asking(
        details=replace(known, description=said), tags=tags, place=place, source=source, profile=profile, size=size
    )


def topics(case: Asking, *, newcomers: bool = False) -> list[str | None]:
    return [need.topic for need in needs_of(case, newcomers=newcomers)]


CYBER = ("accreditation", "Cyber Essentials", "Cyber Essentials")


def test_a_notice_that_asks_nothing_needs_nothing_whoever_reads_it() -> None:
    for profile in (None, Profile(), READY):
        assert needs_of(asking("Windows to clean.", profile=profile)) == ()


def test_a_firm_that_is_ready_needs_nothing() -> None:
    said = "You need Cyber Essentials and a GDPR policy. 10% social value."
    case = asking(said, CYBER, ("social_value", "10% social value", "10"), profile=READY)
    assert needs_of(case) == ()


@pytest.mark.parametrize(
    ("profile", "rest"),
    [
        (None, ""),
        (Profile(), ", and you have not told us whether you hold it"),
        (Profile(accreditations=("CHAS",)), ", which your profile does not list"),
    ],
)
def test_the_reason_says_what_is_asked_and_what_we_know_of_the_firm(profile: Profile | None, rest: str) -> None:
    because = f"this notice asks for Cyber Essentials{rest}"
    assert needs_of(asking("You need Cyber Essentials.", CYBER, profile=profile)) == (
        Need(kind="certification", topic="Cyber Essentials", because=because),
    )


def test_the_higher_certificate_is_enough_and_the_lower_is_not() -> None:
    plus = ("accreditation", "Cyber Essentials Plus", "Cyber Essentials Plus")
    higher, lower = Profile(accreditations=("Cyber Essentials Plus",)), Profile(accreditations=("Cyber Essentials",))
    assert topics(asking("You need Cyber Essentials.", CYBER, profile=higher)) == []
    assert topics(asking("You need Cyber Essentials Plus.", plus, profile=lower)) == ["Cyber Essentials Plus"]


def test_what_is_only_wanted_later_is_not_asked() -> None:
    plus = ("accreditation", "Cyber Essentials Plus", "Cyber Essentials Plus")
    said = "You need Cyber Essentials and should be looking to progress to Cyber Essentials Plus."
    assert topics(asking(said, CYBER, plus)) == ["Cyber Essentials"]


def test_one_of_several_certificates_is_enough() -> None:
    iso = ("accreditation", "ISO 27001", "ISO 27001")
    said = "You need a certificate, for example Cyber Essentials or ISO 27001."
    assert topics(asking(said, CYBER, iso, profile=Profile(accreditations=("ISO 27001",)))) == []
    (need,) = needs_of(asking(said, CYBER, iso, profile=Profile(accreditations=("CHAS",))))
    assert need.because.startswith("this notice asks for one of Cyber Essentials and ISO 27001, which")


def test_cover_below_what_is_asked_is_said_only_where_the_firm_told_us_its_cover() -> None:
    fact = ("insurance", "£5m public liability insurance", "public_liability:5000000")
    low = Profile(insurance=(Cover(kind="public_liability", amount=Decimal(2_000_000)),))
    high = Profile(insurance=(Cover(kind="public_liability", amount=Decimal(5_000_000)),))
    assert topics(asking("", fact, profile=low)) == ["cover"]
    assert topics(asking("", fact, profile=high)) == []
    assert topics(asking("", fact, profile=Profile())) == []
    assert topics(asking("", fact)) == []


@pytest.mark.parametrize(
    ("normal", "size", "expected"),
    [
        ("applies", "micro", ["staff"]),
        ("may apply", "small", ["staff"]),
        ("may apply", "", ["staff"]),
        ("unlikely", "micro", []),
        ("applies", "medium", []),
    ],
)
def test_a_small_firm_is_told_where_staff_may_move(normal: str, size: str, expected: list[str]) -> None:
    assert topics(asking("", ("tupe", "TUPE", normal), size=size, profile=READY)) == expected


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Suppliers must comply with UK GDPR.", True),
        ("The contractor has GDPR obligations.", True),
        ("Show your data protection policy.", True),
        ("The software is fully GDPR compliant.", False),
        ("A survey on data protection preparedness.", False),
        ("", False),
    ],
)
def test_the_data_protection_law_counts_where_the_bidder_must_keep_it(said: str, *, asked: bool) -> None:
    assert topics(asking(said, profile=Profile(policies=("equality",)))) == (["data_protection"] if asked else [])
    assert topics(asking(said, profile=READY)) == []


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Social Value will form part of the evaluation.", True),
        ("You must be willing to deliver social value to our client.", True),
        ("10% for social value.", True),
        ("The council believes in social value.", False),
    ],
)
def test_social_value_counts_where_it_is_scored_or_asked(said: str, *, asked: bool) -> None:
    assert topics(asking(said)) == (["social_value"] if asked else [])


def test_a_notice_that_buys_something_on_social_value_does_not_ask_for_it() -> None:
    details = Details(title="A social value portal")
    assert topics(asking("It must deliver social value reports.", details=details)) == []


def test_a_turnover_out_of_reach_leaves_only_the_complaint_where_it_is_out_of_proportion() -> None:
    asked = ("turnover", "yearly turnover of £15m", "15000000")
    firm = replace(READY, turnover=Decimal(3_000_000), bid_before=False, accreditations=())
    small = Details(title="Sample", value=Value(net=Decimal(1_000_000), currency="GBP"))
    large = Details(title="Sample", value=Value(net=Decimal(9_000_000), currency="GBP"))
    assert topics(asking("You need Cyber Essentials.", asked, CYBER, profile=firm, details=small)) == ["unfair_process"]
    assert topics(asking("You need Cyber Essentials.", asked, CYBER, profile=firm, details=large)) == []
    assert topics(asking("", asked, profile=replace(firm, turnover=Decimal(15_000_000), bid_before=True))) == []
    assert topics(asking("", asked)) == []


def test_a_turnover_is_measured_against_a_year_of_the_work() -> None:
    asked = ("turnover", "yearly turnover of £3m", "3000000")
    details = Details(
        title="Sample",
        value=Value(net=Decimal(4_000_000), currency="GBP"),
        starts=date(2027, 1, 1),
        ends=date(2030, 12, 31),
    )
    firm = replace(READY, turnover=Decimal(100_000))
    assert topics(asking("", asked, profile=firm, details=details)) == ["unfair_process"]
    assert topics(asking("", asked, profile=firm, details=replace(details, starts=None))) == []


def test_registration_is_for_who_says_it_is_not_registered_where_the_platform_is_used() -> None:
    new = replace(READY, registered=False)
    assert topics(asking("", profile=new)) == ["platform"]
    assert topics(asking("", profile=new, source="contracts_finder")) == []
    assert topics(asking("", profile=replace(READY, registered=None))) == []
    assert topics(asking(""), newcomers=True) == []


def test_first_steps_are_for_who_says_it_never_bid() -> None:
    framework = Details(title="Sample", framework=True)
    never = replace(READY, bid_before=False)
    assert topics(asking("", profile=never, details=framework)) == ["own_guide", "framework", "first_bid"]
    assert topics(asking("", profile=READY, details=framework)) == []
    assert topics(asking("", profile=replace(READY, bid_before=None), details=framework)) == []


def test_a_reader_we_do_not_know_gets_first_steps_on_the_page_and_not_on_lists() -> None:
    framework = Details(title="Sample", framework=True, buyer=Buyer(name="Sample"))
    assert topics(asking("", details=framework)) == []
    needs = needs_of(asking("", details=framework), newcomers=True)
    assert [need.topic for need in needs] == ["own_guide", "framework"]
    assert needs[1].because == "this is a framework"


def test_a_framework_of_the_agency_and_the_shared_portal_are_told_to_a_newcomer() -> None:
    never = replace(READY, bid_before=False)
    agency = asking("A Crown Commercial Service framework will be used.", profile=never)
    assert topics(agency)[0] == "agency_framework"
    assert "london_tenders_portal" in topics(asking("Register on the London Tenders Portal.", profile=never))


@pytest.mark.parametrize(
    ("late", "said", "expected"),
    [
        ("public", "Windows.", ["late_public"]),
        ("public", "We look for a subcontractor.", []),
        ("private", "We look for a subcontractor.", ["late_private"]),
        ("private", "Windows.", []),
        ("no", "Windows.", []),
    ],
)
def test_late_payment_goes_to_the_office_for_that_kind_of_customer(late: str, said: str, expected: list[str]) -> None:
    assert topics(asking(said, profile=replace(READY, paid_late=late))) == expected


def test_work_abroad_needs_help_with_selling_abroad_and_no_british_guide() -> None:
    firm = Profile(registered=False, bid_before=False)
    case = asking("You need Cyber Essentials.", CYBER, profile=firm, place=place_of(delivery_regions=["FRE11"]))
    assert topics(case) == ["abroad"]
    assert "abroad" not in topics(replace(case, place=place_of(delivery_regions=["UKM"])))
