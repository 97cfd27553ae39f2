"""Promises of reading a person's own sentence: what firms really write is understood, and nothing is ever guessed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import words
from service.domain.asked_in_words import LONGEST, asked_in_words
from service.domain.gazetteer import gazetteer


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a person would say the sentence means, written by hand."""

    sectors: tuple[str, ...] = ()
    #: A phrase that must be among those looked for, for each narrower trade.
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    #: Names of boroughs, "London" or "the United Kingdom".
    places: tuple[str, ...] = ("London",)
    low: int | None = None
    high: int | None = None
    strange: tuple[str, ...] = ()
    size: str = ""
    buyers: tuple[str, ...] = ()
    cpv: tuple[str, ...] = ()


CENTRAL = (
    "City of London",
    "Camden",
    "Islington",
    "Kensington and Chelsea",
    "Lambeth",
    "Southwark",
    "Westminster",
)
HACKNEY_AND_AROUND = (
    "Hackney",
    "City of London",
    "Haringey",
    "Islington",
    "Newham",
    "Tower Hamlets",
    "Waltham Forest",
)

PHRASINGS: dict[str, Wanted] = {
    "cleaning, Hackney and Newham, up to 50k": Wanted(
        sectors=("environment",), places=("Hackney", "Newham"), high=50_000
    ),
    "Cleaning in hackney": Wanted(sectors=("environment",), places=("Hackney",)),
    "cleaner, E8": Wanted(sectors=("environment",), places=("Hackney", "Tower Hamlets")),
    "We clean offices. Contract cleaning, Camden, under £100,000": Wanted(
        sectors=("environment",), places=("Camden",), high=100_000, strange=("clean offices",)
    ),
    "office cleaning Islington": Wanted(phrases=("office cleaning",), places=("Islington",)),
    "window cleaning, Hackney": Wanted(phrases=("window cleaning",), places=("Hackney",)),
    "Window cleaner based in Lewisham": Wanted(phrases=("window cleaning",), places=("Lewisham",)),
    "Hi, I am a plumber in Brent, thanks": Wanted(phrases=("plumbing",), places=("Brent",)),
    "plumbing and heating, LB Camden": Wanted(phrases=("plumbing",), places=("Camden",)),
    "roofing in south London, £10k to £250k": Wanted(
        phrases=("roofing",),
        places=(
            "Bromley",
            "Croydon",
            "Kingston upon Thames",
            "Merton",
            "Richmond upon Thames",
            "Sutton",
            "Wandsworth",
        ),
        low=10_000,
        high=250_000,
    ),
    "Roofers. H&F and K&C.": Wanted(phrases=("roofing",), places=("Hammersmith and Fulham", "Kensington and Chelsea")),
    "electrician, Barking & Dagenham": Wanted(phrases=("rewiring",), places=("Barking and Dagenham",)),
    "electrical works Barking": Wanted(phrases=("electrical works",), places=("Barking and Dagenham",)),
    "catering for events in Southwark, max 20k": Wanted(
        sectors=("food", "creative"), places=("Southwark",), high=20_000
    ),
    "event catering, central London": Wanted(phrases=("event catering",), places=CENTRAL),
    "Caterer - all of London - £5,000 to £60,000": Wanted(sectors=("food",), low=5_000, high=60_000),
    "school meals Enfield and Haringey": Wanted(phrases=("school meals",), places=("Enfield", "Haringey")),
    "IT support, Westminster, no more than 75k": Wanted(sectors=("it",), places=("Westminster",), high=75_000),
    "websites for charities and councils in Lambeth": Wanted(
        phrases=("website",), places=("Lambeth",), strange=("charities", "councils")
    ),
    "I do it all: gardening in Merton": Wanted(sectors=("grounds",), places=("Merton",)),
    "gardening, Richmond, Kingston": Wanted(
        sectors=("grounds",), places=("Richmond upon Thames", "Kingston upon Thames")
    ),
    "Grounds maintenance and tree surgery in Bexley": Wanted(
        sectors=("grounds",), phrases=("tree surgery",), places=("Bexley",)
    ),
    "tree surgeon TW1": Wanted(phrases=("tree surgery",), places=("Richmond upon Thames",)),
    "painting and decorating / Tower Hamlets / £2k - £40k": Wanted(
        phrases=("painting and decorating",), places=("Tower Hamlets",), low=2_000, high=40_000
    ),
    "decorators, east london, nothing over 100k": Wanted(
        phrases=("decorating",),
        places=(
            "Barking and Dagenham",
            "Bexley",
            "Greenwich",
            "Hackney",
            "Havering",
            "Lewisham",
            "Newham",
            "Redbridge",
            "Tower Hamlets",
            "Waltham Forest",
        ),
        high=100_000,
    ),
    "construction up to £1m in Havering": Wanted(sectors=("construction",), places=("Havering",), high=1_000_000),
    "building work, £0.5m to £2m, Ealing": Wanted(
        sectors=("construction",), places=("Ealing",), low=500_000, high=2_000_000
    ),
    "Builder. Anything from 20k. Harrow & Hillingdon.": Wanted(
        sectors=("construction",), places=("Harrow", "Hillingdon"), low=20_000
    ),
    "translation and interpreting": Wanted(phrases=("translation", "interpreting")),
    "interpreters, NHS not hospitals": Wanted(phrases=("interpreting",), without=("hospitals",), strange=("NHS",)),
    "training courses, London": Wanted(sectors=("education",)),
    "Staff training\nCroydon\nup to 30000": Wanted(sectors=("education",), places=("Croydon",), high=30_000),
    "photography": Wanted(phrases=("photography",)),
    "photographer and film, Hackney and neighbouring boroughs": Wanted(
        phrases=("photography",), places=HACKNEY_AND_AROUND
    ),
    "cleaning in Hackney and next door": Wanted(sectors=("environment",), places=HACKNEY_AND_AROUND),
    "security guards, Newham, not nights": Wanted(sectors=("security",), places=("Newham",), without=("nights",)),
    "Security, City of London": Wanted(sectors=("security",), places=("City of London",)),
    "security in the City": Wanted(sectors=("security",), places=("City of London",)),
    "pest control, London except Croydon and Bromley": Wanted(
        phrases=("pest control",),
        places=tuple(each.name for each in gazetteer().authorities.values() if each.name not in {"Croydon", "Bromley"}),
    ),
    "cleaning, Hackney, not hospitals": Wanted(sectors=("environment",), places=("Hackney",), without=("hospitals",)),
    "cleaning but no hospitals or schools, Camden": Wanted(
        sectors=("environment",), places=("Camden",), without=("hospitals", "schools")
    ),
    "cleaning, excluding street cleaning, Brent": Wanted(
        sectors=("environment",), places=("Brent",), without=("street cleaning",)
    ),
    "food without alcohol": Wanted(sectors=("food",), without=("alcohol",)),
    "Furniture, apart from kitchens, Barnet": Wanted(sectors=("goods",), places=("Barnet",), without=("kitchens",)),
    "minibuses, not in Croydon": Wanted(
        phrases=("minibuses",),
        places=tuple(each.name for each in gazetteer().authorities.values() if each.name != "Croydon"),
    ),
    '"bee keeping" in Brent': Wanted(phrases=("bee keeping",), places=("Brent",)),
    "beekeeping in Brent": Wanted(places=("Brent",), strange=("beekeeping",)),
    "\u201cwindow cleaning\u201d, Hackney": Wanted(phrases=("window cleaning",), places=("Hackney",)),
    "catering 50k": Wanted(sectors=("food",)),
    "catering, 10-50k": Wanted(sectors=("food",), low=10_000, high=50_000),
    "catering between £10 and £50k": Wanted(sectors=("food",), low=10_000, high=50_000),
    "catering from 10,000 to 2 million": Wanted(sectors=("food",), low=10_000, high=2_000_000),
    "catering £50k or less": Wanted(sectors=("food",), high=50_000),
    "catering 50k max": Wanted(sectors=("food",), high=50_000),
    "catering, maximum value: £50 000": Wanted(sectors=("food",), high=50_000),
    "catering < 25k": Wanted(sectors=("food",), high=25_000),
    "catering £5k+": Wanted(sectors=("food",), low=5_000),
    "catering, at least 5,000 pounds": Wanted(sectors=("food",), low=5_000),
    "catering, not less than 5k, not more than 9k": Wanted(sectors=("food",), low=5_000, high=9_000),
    "catering, contracts over £1.5m": Wanted(sectors=("food",), low=1_500_000),
    "catering up to 50 thousand": Wanted(sectors=("food",), high=50_000),
    "catering up to £50k a year": Wanted(sectors=("food",)),
    "catering £60k to £20k": Wanted(sectors=("food",)),
    "we are 6 people, catering, Sutton": Wanted(sectors=("food",), places=("Sutton",), size="micro"),
    "marketing agency with 12 staff": Wanted(sectors=("creative",), size="small", strange=("agency",)),
    "Sole trader, joinery, Waltham Forest": Wanted(phrases=("joinery",), places=("Waltham Forest",), size="micro"),
    "10 to 49 people, recruitment": Wanted(sectors=("staffing",), size="small"),
    "engineering firm, 120 employees, whole of London": Wanted(sectors=("design",), size="medium"),
    "under 10 people, laundry, Redbridge": Wanted(phrases=("laundry",), places=("Redbridge",), size="micro"),
    "CPV 90911300 in Hackney": Wanted(places=("Hackney",), cpv=("90911300",)),
    "cpv codes: 9091 Hounslow": Wanted(places=("Hounslow",), cpv=("9091",)),
    "90911300-9 Hounslow": Wanted(places=("Hounslow",), cpv=("90911300",)),
    "work for Hackney Council, cleaning": Wanted(sectors=("environment",), buyers=("Hackney Council",)),
    "anything from Transport for London": Wanted(buyers=("Transport for London",)),
    "Royal Borough of Greenwich, social care": Wanted(sectors=("care",), places=("Greenwich",)),
    "London Borough of Barking and Dagenham; home care": Wanted(sectors=("care",), places=("Barking and Dagenham",)),
    "Consultancy, anywhere in the UK": Wanted(sectors=("consultancy",), places=("the United Kingdom",)),
    "accountant": Wanted(sectors=("finlegal",)),
    "Hello! Could you please send me alerts about printing jobs in W1? Many thanks": Wanted(
        sectors=("creative",), places=("Westminster",)
    ),
    "Please add me to your mailing list. We're a small landscaping company working in N1 and N16.": Wanted(
        sectors=("grounds",), places=("Islington", "Hackney"), strange=("add",)
    ),
    "subscribe: asbestos removal, Southwark SE1 2AA, £20k to £200k": Wanted(
        phrases=("asbestos",), places=("Southwark",), low=20_000, high=200_000
    ),
    "solar panels and ev charging, Lewisham": Wanted(phrases=("solar panels", "ev charging"), places=("Lewisham",)),
    "cleaning weekly in Hackney": Wanted(sectors=("environment",), places=("Hackney",)),
    "Cleaning, waste and environment": Wanted(sectors=("environment",)),
    "computers, software and IT services; Kingston upon Thames": Wanted(
        sectors=("it",), places=("Kingston upon Thames",)
    ),
    "reinigung in Hackney": Wanted(places=("Hackney",), strange=("reinigung",)),
    "hello": Wanted(),
    "": Wanted(),
}


def test_there_are_eighty_phrasings_and_more() -> None:
    assert len(PHRASINGS) >= 80


@pytest.mark.parametrize("said", PHRASINGS)
def test_a_sentence_means_what_a_person_would_say(said: str) -> None:
    wanted, asked = PHRASINGS[said], asked_in_words(said)
    interest = asked.interest
    assert interest.sectors == wanted.sectors
    assert _phrases_of(interest.words, wanted) == (set(wanted.phrases), set(wanted.without))
    assert {gazetteer().area_name(code) for code in interest.areas} == set(wanted.places)
    assert (interest.value_min, interest.value_max) == (_pounds(wanted.low), _pounds(wanted.high))
    assert asked.not_understood == wanted.strange
    assert asked.size == wanted.size
    assert interest.buyers == wanted.buyers
    assert interest.cpv == wanted.cpv
    assert asked.names_work == bool(wanted.sectors or wanted.phrases or wanted.buyers or wanted.cpv)


def _pounds(said: int | None) -> Decimal | None:
    return None if said is None else Decimal(said)


def _phrases_of(expression: str, wanted: Wanted) -> tuple[set[str], set[str]]:
    """The wished phrases that are looked for (all of them, or none of any other trade), and what is left out."""
    head, *vetoes = expression.split('NOT "')
    looked_for = {part for part in head.split('"') if part.strip(" ()") not in {"", "OR"}}
    if not wanted.phrases:
        assert not looked_for
    return {phrase for phrase in wanted.phrases if phrase in looked_for}, {veto.strip().rstrip('"') for veto in vetoes}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("catering 50k", "“50k”: write “up to 50k” or “at least 50k”"),
        ("catering up to £50k a year", "for the whole life of a contract"),
        ("catering £60k to £20k", "neither was taken"),
        ("catering, up to 20k, up to 50k", "the first was taken"),
        ("catering", "You named no place, so this is for all of London"),
        ("catering daily in Hackney", "how often you hear is chosen on your page"),
    ],
)
def test_what_is_not_clear_is_said_back(said: str, told: str) -> None:
    assert any(told in note for note in asked_in_words(said).notes)


def test_a_place_that_was_named_needs_no_word_about_london() -> None:
    assert asked_in_words("catering in Hackney").notes == ()


def test_only_the_beginning_of_a_very_long_text_is_read_and_that_is_said() -> None:
    asked = asked_in_words("catering " + "x" * LONGEST + " cleaning")
    assert asked.interest.sectors == ("food",)
    assert "letters were read" in asked.notes[0]


@given(st.text(max_size=400))
def test_any_text_has_an_answer_whose_words_can_be_parsed(text: str) -> None:
    words.parse(asked_in_words(text).interest.words)


@given(st.lists(st.sampled_from([*PHRASINGS, '"', "NOT", "(", "£", "k", "-", "\x00", "\u202e"]), max_size=12))
def test_sentences_thrown_together_can_be_parsed_too(parts: list[str]) -> None:
    asked = asked_in_words(" ".join(parts))
    words.parse(asked.interest.words)
    assert asked.interest.areas
