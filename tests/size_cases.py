"""The verdicts and reasons of more than a hundred notices, worked out by hand as an adviser to small firms would.

Each case: what it is about, the notice, the text, the verdicts for micro, small and medium (S suits, M might,
U unlikely, ? unknown), and every reason in order.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from service.domain.money import Value
from service.domain.opportunity import Details, Lot

NO_VALUE = "the notice states no value"
NOT_BELIEVABLE = "the value stated is not believable"
OTHER_MONEY = "the value is stated in a currency we do not reckon with"
FRAMEWORK = "it is a framework, so its value is shared among its suppliers"
DYNAMIC = "it is a dynamic list, which any firm that qualifies may join at any time"
SME = "the buyer says that it suits small and medium firms"
NOT_SME = "the buyer does not say that it suits small and medium firms"
BELOW = "the buyer says that it lies below the threshold for the full rules"
RESERVED_SME = "it is reserved for small and medium firms and charities"
JOINT = "the notice speaks of joint bids"
SUBCONTRACT = "a main contractor looks for firms to work under it"
ANYWHERE = "the work may be anywhere in the country"
DIRECT = "nobody else is asked to bid: it is a direct award"
SUPPLIERS = "only suppliers of a framework that is there already are asked"
ON_LIST = "only firms on a dynamic list are asked; it can be joined at any time"
INVITED = "only firms that the buyer invites may bid"
ROUNDS = "there are several rounds of bidding"

CLEANING, OFFICE, CARE, WORKS, CONSULTING = "90910000", "30190000", "85300000", "45200000", "79410000"


class Case(NamedTuple):
    """One notice and what is to be said of it."""

    about: str
    details: Details
    text: str
    verdicts: str
    reasons: list[str]


def unclear(worth: str, what: str = "the contract") -> str:
    return f"{what} is worth {worth}; its length is not clear, so we count it as one year"


def short(worth: str) -> str:
    return f"the contract is worth {worth} and lasts a year or less"


def over(worth: str, years: str, yearly: str, what: str = "the contract") -> str:
    return f"{what} is worth {worth} over {years} years, about {yearly} a year"


def lots(number: int) -> str:
    return f"it has {number} lots, and one can bid for a single one"


def at_most(worth: str) -> str:
    return f"{BELOW}, so it is worth at most {worth}"


def turnover(sum_: str) -> str:
    return f"the notice asks for a yearly turnover of {sum_}"


def asks(what: str) -> str:
    return f"the notice asks for {what}"


def certificates(names: str) -> str:
    return f"the notice asks for {names}, which takes months to earn"


def long(years: str) -> str:
    return f"it lasts {years} years, longer than most firms of under 10 people can promise"


def only(who: str) -> str:
    return f"only these may bid: {who}"


def a_notice(  # noqa: PLR0913 - a notice has that many fields
    value: str | None = None,
    *,
    years: float | None = None,
    parts: tuple[str | None, ...] = (),
    currency: str = "GBP",
    framework: bool | None = None,
    sme: bool | None = None,
    below_threshold: bool | None = None,
    procedure: str = "",
    cpv: str = "",
    delivery_regions: tuple[str, ...] = (),
    reserved: str = "",
    description: str = "",
) -> Details:
    """A notice of a value, a length in years from 1 April 2026, and lots with or without values."""
    starts = date(2026, 4, 1)
    ends = starts + timedelta(days=round(365.25 * years) - 1) if years is not None else None
    return Details(
        title="Sample contract",
        description=description,
        value=Value(net=Decimal(value), currency=currency) if value is not None else None,
        starts=starts if years is not None else None,
        ends=ends,
        lots=tuple(
            Lot(identity=str(number), value=Value(net=Decimal(part)) if part is not None else None)
            for number, part in enumerate(parts, start=1)
        ),
        cpv=(cpv,) if cpv else (),
        framework=framework,
        sme=sme,
        below_threshold=below_threshold,
        procedure=procedure,
        delivery_regions=delivery_regions,
        reserved=reserved,
    )


BY_VALUE = [
    Case("a very small one", a_notice("10000"), "", "SSS", [unclear("£10,000")]),
    Case("the most that suits a micro firm", a_notice("166666"), "", "SSS", [unclear("£166,666")]),
    Case("a pound more", a_notice("166667"), "", "MSS", [unclear("£166,667")]),
    Case("the most a micro firm might do", a_notice("333333"), "", "MSS", [unclear("£333,333")]),
    Case("a pound more than it might", a_notice("333334"), "", "USS", [unclear("£333,334")]),
    Case("the most that suits a small firm", a_notice("1000000"), "", "USS", [unclear("£1m")]),
    Case("a pound more for a small firm", a_notice("1000001"), "", "UMS", [unclear("£1,000,001")]),
    Case("the most a small firm might do", a_notice("2000000"), "", "UMS", [unclear("£2m")]),
    Case("a pound more than a small firm might", a_notice("2000001"), "", "UUS", [unclear("£2,000,001")]),
    Case("the most that suits a medium firm", a_notice("5000000"), "", "UUS", [unclear("£5m")]),
    Case("a pound more for a medium firm", a_notice("5000001"), "", "UUM", [unclear("£5,000,001")]),
    Case("the most a medium firm might do", a_notice("10000000"), "", "UUM", [unclear("£10m")]),
    Case("too large for all", a_notice("10000001"), "", "UUU", [unclear("£10,000,001")]),
    Case(
        "the figure without VAT counts",
        Details(title="Sample", value=Value(net=Decimal(160000), gross=Decimal(192000))),
        "",
        "SSS",
        [unclear("£160,000")],
    ),
    Case(
        "only the figure with VAT is stated",
        Details(title="Sample", value=Value(gross=Decimal(192000))),
        "",
        "MSS",
        [unclear("£192,000")],
    ),
    Case(
        "only the least is stated",
        Details(title="Sample", value=Value(minimum=Decimal(90000))),
        "",
        "SSS",
        [unclear("£90,000")],
    ),
]

BY_LENGTH = [
    Case("four years", a_notice("500000", years=4), "", "SSS", [over("£500,000", "4", "£125,000")]),
    Case("four years, larger", a_notice("1000000", years=4), "", "MSS", [over("£1m", "4", "£250,000")]),
    Case("four years, large", a_notice("4000000", years=4), "", "USS", [over("£4m", "4", "£1,000,000")]),
    Case("three months", a_notice("150000", years=0.25), "", "SSS", [short("£150,000")]),
    Case("half a year is not doubled", a_notice("400000", years=0.5), "", "USS", [short("£400,000")]),
    Case("a year and a fortnight", a_notice("150000", years=1.04), "", "SSS", [short("£150,000")]),
    Case("the flag on half a million", a_notice("500000", sme=True), "", "MSS", [unclear("£500,000"), SME]),
    Case("it ends before it starts", a_notice("1000000", years=-1), "", "USS", [unclear("£1m")]),
    Case("sixty years are a slip", a_notice("1200000", years=60), "", "UMS", [unclear("£1.2m")]),
    Case("it ends on the day it starts", a_notice("90000", years=1 / 365.25), "", "SSS", [unclear("£90,000")]),
    Case("long, though small", a_notice("800000", years=8), "", "MSS", [over("£800,000", "8", "£100,000"), long("8")]),
    Case(
        "a long framework",
        a_notice("800000", years=8, framework=True),
        "",
        "SSS",
        [over("£800,000", "8", "£100,000"), FRAMEWORK],
    ),
    Case("long and large", a_notice("28000000", years=8), "", "UUS", [over("£28m", "8", "£3,500,000"), long("8")]),
    Case(
        "the length stands in the text only",
        a_notice("1000000"),
        "The contract is for 4 years.",
        "MSS",
        [over("£1m", "4", "£250,000")],
    ),
    Case(
        "a year and a half in the text",
        a_notice("300000"),
        "It is let for a period of 18 months.",
        "MSS",
        [over("£300,000", "1.5", "£200,000")],
    ),
    Case("weeks in the text", a_notice("100000"), "For an initial period of 12 weeks.", "SSS", [short("£100,000")]),
    Case(
        "the form beats the text",
        a_notice("400000", years=4),
        "The contract is for a period of 2 years.",
        "SSS",
        [over("£400,000", "4", "£100,000")],
    ),
    Case(
        "ten years by the text",
        a_notice("1000000"),
        "The contract is for a period of 10 years.",
        "MSS",
        [over("£1m", "10", "£100,000"), long("10")],
    ),
]

BY_LOTS = [
    Case(
        "the smallest lot counts",
        a_notice("3000000", parts=("100000", "2900000")),
        "",
        "SSS",
        [unclear("£100,000", "the smallest of the 2 lots")],
    ),
    Case(
        "the smallest lot over four years",
        a_notice("9000000", years=4, parts=("1200000", "7800000")),
        "",
        "MSS",
        [over("£1.2m", "4", "£300,000", "the smallest of the 2 lots")],
    ),
    Case("lots without values", a_notice("2000000", parts=(None, None, None)), "", "MMS", [unclear("£2m"), lots(3)]),
    Case("lots of a very large one", a_notice("9000000", parts=(None, None)), "", "UMM", [unclear("£9m"), lots(2)]),
    Case("one lot is no lot", a_notice("2000000", parts=(None,)), "", "UMS", [unclear("£2m")]),
    Case("one lot worth less than the whole", a_notice("2000000", parts=("90000",)), "", "UMS", [unclear("£2m")]),
    Case("only the one lot has a value", a_notice(parts=("90000",)), "", "SSS", [unclear("£90,000")]),
    Case("lots and no value at all", a_notice(parts=(None, None)), "", "???", [NO_VALUE, lots(2)]),
    Case(
        "one lot of two has no value",
        a_notice("600000", parts=("100000", None)),
        "",
        "MSS",
        [unclear("£600,000"), lots(2)],
    ),
    Case(
        "lots by the text only",
        a_notice("1500000"),
        "The tender is divided into 3 lots.",
        "MMS",
        [unclear("£1.5m"), lots(3)],
    ),
    Case(
        "a lot of a pound is a placeholder",
        a_notice("600000", parts=("1", "100000")),
        "",
        "MSS",
        [unclear("£600,000"), lots(2)],
    ),
]

BY_FRAMEWORK = [
    Case("a framework", a_notice("1500000", framework=True), "", "MMS", [unclear("£1.5m"), FRAMEWORK]),
    Case("a national framework", a_notice("400000000", framework=True), "", "UUU", [unclear("£400m"), FRAMEWORK]),
    Case("a large framework", a_notice("60000000", framework=True), "", "UUM", [unclear("£60m"), FRAMEWORK]),
    Case(
        "a framework by the text",
        a_notice("1500000"),
        "Framework agreement for cleaning.",
        "MMS",
        [unclear("£1.5m"), FRAMEWORK],
    ),
    Case(
        "a dynamic list, whatever its sum",
        a_notice("140000000"),
        "We set up a dynamic purchasing system.",
        "MMM",
        [unclear("£140m"), DYNAMIC],
    ),
    Case(
        "a dynamic list without a value",
        a_notice(),
        "We set up a dynamic purchasing system.",
        "???",
        [NO_VALUE, DYNAMIC],
    ),
    Case(
        "a call-off is closed to others",
        a_notice("100000", framework=True, procedure="Call-off from a framework agreement"),
        "",
        "UUU",
        [unclear("£100,000"), SUPPLIERS],
    ),
    Case(
        "an award under a framework",
        a_notice("50000", framework=True, procedure="Below threshold - award under framework"),
        "",
        "UUU",
        [unclear("£50,000"), SUPPLIERS],
    ),
    Case(
        "a call-off from a dynamic list",
        a_notice("100000", procedure="Call-off from a dynamic purchasing system"),
        "",
        "MMM",
        [unclear("£100,000"), ON_LIST],
    ),
    Case(
        "the same in the old spelling",
        a_notice("100000", procedure="CallOffFromDynamicPurchasingSystem"),
        "",
        "MMM",
        [unclear("£100,000"), ON_LIST],
    ),
]

BY_THE_BUYER = [
    Case("the buyer's flag", a_notice("1500000", sme=True), "", "UMS", [unclear("£1.5m"), SME]),
    Case("the flag on a large one", a_notice("3000000", sme=True), "", "UMS", [unclear("£3m"), SME]),
    Case("no flag on Contracts Finder", a_notice("100000", sme=False), "", "MMM", [unclear("£100,000"), NOT_SME]),
    Case("no flag on Find a Tender says nothing", a_notice("100000", sme=None), "", "SSS", [unclear("£100,000")]),
    Case("the flag without a value", a_notice(sme=True), "", "???", [NO_VALUE, SME]),
    Case("no flag and no value", a_notice(sme=False), "", "???", [NO_VALUE, NOT_SME]),
    Case("below the threshold", a_notice("400000", below_threshold=True), "", "MSS", [unclear("£400,000"), BELOW]),
    Case(
        "below the threshold for goods, no value",
        a_notice(below_threshold=True, cpv=OFFICE),
        "",
        "MSS",
        [NO_VALUE, at_most("£207,720")],
    ),
    Case(
        "below the threshold for people's services, no value",
        a_notice(below_threshold=True, cpv=CARE),
        "",
        "?SS",
        [NO_VALUE, at_most("£663,540")],
    ),
    Case(
        "below the threshold for works, no value",
        a_notice(below_threshold=True, cpv=WORKS),
        "",
        "??M",
        [NO_VALUE, at_most("£5,193,000")],
    ),
    Case(
        "below some threshold, nobody knows which",
        a_notice(below_threshold=True),
        "",
        "??M",
        [NO_VALUE, at_most("£5,193,000")],
    ),
    Case("not below the threshold, no value", a_notice(below_threshold=False), "", "???", [NO_VALUE]),
    Case(
        "below the threshold and worth five millions",
        a_notice("5000000", below_threshold=True),
        "",
        "UUS",
        [unclear("£5m"), BELOW],
    ),
    Case(
        "reserved for small firms",
        a_notice("1500000", reserved="smeVcse"),
        "",
        "UMS",
        [unclear("£1.5m"), RESERVED_SME, only("small and medium firms, charities and social enterprises")],
    ),
    Case(
        "reserved for the country",
        a_notice("5000", reserved="K02000001"),
        "",
        "SSS",
        [unclear("£5,000"), only("firms in the United Kingdom")],
    ),
    Case(
        "reserved for a place",
        a_notice("5000", reserved="smeVcse, Havering, E09000016"),
        "",
        "SSS",
        [
            unclear("£5,000"),
            RESERVED_SME,
            only("small and medium firms, charities and social enterprises, firms in Havering"),
        ],
    ),
    Case(
        "reserved in the buyer's own words",
        a_notice("5000", reserved="sheltered workshops"),
        "",
        "SSS",
        [unclear("£5,000"), only("sheltered workshops")],
    ),
]

BY_PROCEDURE = [
    Case("a direct award", a_notice("100000", procedure="Direct award"), "", "UUU", [unclear("£100,000"), DIRECT]),
    Case(
        "without competition",
        a_notice("9000", procedure="Below threshold - without competition"),
        "",
        "UUU",
        [unclear("£9,000"), DIRECT],
    ),
    Case(
        "without a call for competition",
        a_notice("100000", procedure="Award procedure without prior publication of a call for competition"),
        "",
        "UUU",
        [unclear("£100,000"), DIRECT],
    ),
    Case(
        "a single tender",
        a_notice("100000", procedure="SingleTenderActionNonOJEU"),
        "",
        "UUU",
        [unclear("£100,000"), DIRECT],
    ),
    Case("a direct award without a value", a_notice(procedure="Direct award"), "", "UUU", [NO_VALUE, DIRECT]),
    Case(
        "a direct award that suits small firms, it says",
        a_notice("100000", procedure="Direct award", sme=True),
        "",
        "UUU",
        [unclear("£100,000"), SME, DIRECT],
    ),
    Case("open to all", a_notice("100000", procedure="Open procedure"), "", "SSS", [unclear("£100,000")]),
    Case(
        "several rounds",
        a_notice("100000", procedure="Competitive flexible procedure"),
        "",
        "MSS",
        [unclear("£100,000"), ROUNDS],
    ),
    Case(
        "several rounds of a large one",
        a_notice("400000", procedure="Restricted"),
        "",
        "USS",
        [unclear("£400,000"), ROUNDS],
    ),
    Case(
        "by invitation",
        a_notice("50000", procedure="Below threshold - limited competition"),
        "",
        "MMM",
        [unclear("£50,000"), INVITED],
    ),
    Case("by invitation, no value", a_notice(procedure="Below threshold - limited competition"), "", "???",
         [NO_VALUE, INVITED]),
    Case("a procedure nobody knows", a_notice("50000", procedure="\u00d8vrig \x00 ???"), "", "SSS",
         [unclear("£50,000")]),
]  # fmt: skip

NOT_TO_BE_BELIEVED = [
    Case("nothing is stated", Details(title=""), "", "???", [NO_VALUE]),
    Case("a value of nothing", a_notice("0"), "", "???", [NOT_BELIEVABLE]),
    Case("a value of a pound", a_notice("1"), "", "???", [NOT_BELIEVABLE]),
    Case("just too little", a_notice("99.99"), "", "???", [NOT_BELIEVABLE]),
    Case("just enough", a_notice("100"), "", "SSS", [unclear("£100")]),
    Case("a negative value", a_notice("-500000"), "", "???", [NOT_BELIEVABLE]),
    Case("an absurd value", a_notice("1e30"), "", "???", [NOT_BELIEVABLE]),
    Case("just too much", a_notice("100000000001"), "", "???", [NOT_BELIEVABLE]),
    Case("no number", a_notice("NaN"), "", "???", [NOT_BELIEVABLE]),
    Case("without end", a_notice("Infinity"), "", "???", [NOT_BELIEVABLE]),
    Case("yen", a_notice("100000", currency="JPY"), "", "???", [OTHER_MONEY]),
    Case("euros", a_notice("190000", currency="EUR"), "", "SSS", [unclear("£163,400")]),
    Case("a value without any figure", Details(title="Sample", value=Value()), "", "???", [NO_VALUE]),
    Case("absurd, below the threshold", a_notice("1", below_threshold=True, cpv=OFFICE), "", "MSS",
         [NOT_BELIEVABLE, at_most("£207,720")]),
]  # fmt: skip

BY_WHAT_IS_ASKED = [
    Case(
        "a turnover a micro firm has",
        a_notice("100000"),
        "A minimum turnover of £500,000 is needed.",
        "SSS",
        [unclear("£100,000"), turnover("£500,000")],
    ),
    Case(
        "a turnover of a pound more",
        a_notice("100000"),
        "A minimum turnover of £500,001 is needed.",
        "USS",
        [unclear("£100,000"), turnover("£500,001")],
    ),
    Case(
        "a turnover of a medium firm",
        a_notice("100000"),
        "A minimum turnover of £10 million is needed.",
        "UUS",
        [unclear("£100,000"), turnover("£10m")],
    ),
    Case(
        "a turnover of none of them",
        a_notice("100000"),
        "A minimum turnover of £200m is needed.",
        "UUU",
        [unclear("£100,000"), turnover("£200m")],
    ),
    Case(
        "a turnover, and no value",
        a_notice(),
        "A minimum turnover of £10 million is needed.",
        "UU?",
        [NO_VALUE, turnover("£10m")],
    ),
    Case(
        "heavy public liability",
        a_notice("100000"),
        "Public liability insurance of £10 million.",
        "MSS",
        [unclear("£100,000"), asks("£10m public liability insurance")],
    ),
    Case(
        "usual public liability",
        a_notice("100000"),
        "Public liability insurance of £5 million.",
        "SSS",
        [unclear("£100,000")],
    ),
    Case(
        "the employers' liability of the law",
        a_notice("100000"),
        "Employers' liability insurance of £10 million.",
        "SSS",
        [unclear("£100,000")],
    ),
    Case(
        "heavy indemnity",
        a_notice("100000"),
        "Professional indemnity insurance of £5 million.",
        "MSS",
        [unclear("£100,000"), asks("£5m professional indemnity insurance")],
    ),
    Case(
        "usual indemnity",
        a_notice("100000"),
        "Professional indemnity insurance of £2 million.",
        "SSS",
        [unclear("£100,000")],
    ),
    Case(
        "heavy insurance, and no value",
        a_notice(),
        "Public liability insurance of £10 million.",
        "???",
        [NO_VALUE, asks("£10m public liability insurance")],
    ),
    Case(
        "a certificate that takes months",
        a_notice("100000"),
        "Bidders need ISO 9001.",
        "MSS",
        [unclear("£100,000"), certificates("ISO 9001")],
    ),
    Case(
        "three of them",
        a_notice("100000"),
        "Bidders need ISO 9001, 14001 and 45001.",
        "MMS",
        [unclear("£100,000"), certificates("ISO 9001, ISO 14001 and ISO 45001")],
    ),
    Case(
        "what can be had in weeks",
        a_notice("100000"),
        "Bidders need Cyber Essentials, CHAS and DBS checks.",
        "SSS",
        [unclear("£100,000")],
    ),
    Case(
        "firms may bid together",
        a_notice("1500000"),
        "Bids from consortia are welcome.",
        "MMS",
        [unclear("£1.5m"), JOINT],
    ),
    Case(
        "a main contractor looks for others",
        a_notice("1500000", description="We propose to subcontract the lightning protection."),
        "",
        "MMS",
        [unclear("£1.5m"), SUBCONTRACT],
    ),
    Case(
        "a word on the management of subcontractors",
        a_notice("1500000", description="Bidders select subcontractors; subcontract management is part of the work."),
        "",
        "UMS",
        [unclear("£1.5m")],
    ),
]

BY_PLACE = [
    Case(
        "cleaning anywhere in the country",
        a_notice("100000", cpv=CLEANING, delivery_regions=("United Kingdom",)),
        "",
        "MSS",
        [unclear("£100,000"), ANYWHERE],
    ),
    Case(
        "advice anywhere in the country",
        a_notice("100000", cpv=CONSULTING, delivery_regions=("United Kingdom",)),
        "",
        "SSS",
        [unclear("£100,000")],
    ),
    Case(
        "cleaning in London",
        a_notice("100000", cpv=CLEANING, delivery_regions=("London",)),
        "",
        "SSS",
        [unclear("£100,000")],
    ),
    Case(
        "nobody knows what, anywhere",
        a_notice("100000", delivery_regions=("United Kingdom",)),
        "",
        "SSS",
        [unclear("£100,000")],
    ),
    Case(
        "the first entry of a form is no place",
        a_notice("100000", cpv=CLEANING, delivery_regions=("Any region",)),
        "",
        "SSS",
        [unclear("£100,000")],
    ),
    Case(
        "a small job and the default of a form",
        a_notice("40000", cpv=WORKS, delivery_regions=("United Kingdom",)),
        "",
        "SSS",
        [unclear("£40,000")],
    ),
]

TOGETHER = [
    Case(
        "everything at once",
        a_notice("8000000", years=4, parts=(None, None), sme=True, procedure="Restricted procedure"),
        "A minimum turnover of £2 million. Public liability insurance of £10 million. Bidders need ISO 9001.",
        "UMS",
        [
            over("£8m", "4", "£2,000,000"),
            lots(2),
            SME,
            turnover("£2m"),
            asks("£10m public liability insurance"),
            certificates("ISO 9001"),
            ROUNDS,
        ],
    ),
    Case(
        "opened, then closed again",
        a_notice("1500000", framework=True, sme=False),
        "",
        "MMM",
        [unclear("£1.5m"), FRAMEWORK, NOT_SME],
    ),
    Case(
        "small and asked for too much",
        a_notice("40000", procedure="Open procedure"),
        "A minimum turnover of £20 million. Public liability insurance of £50 million.",
        "UUU",
        [unclear("£40,000"), turnover("£20m"), asks("£50m public liability insurance")],
    ),
]

CASES = [
    *(BY_VALUE + BY_LENGTH + BY_LOTS + BY_FRAMEWORK + BY_THE_BUYER + BY_PROCEDURE),
    *(NOT_TO_BE_BELIEVED + BY_WHAT_IS_ASKED + BY_PLACE + TOGETHER),
]
