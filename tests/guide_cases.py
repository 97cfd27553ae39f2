"""What the compliance guide must say, decided by hand from the sources before the guide was written.

Each case is a draft (a plain one with some answers changed), who posts it, the day, and every piece of advice with how
strong it is; nothing else may be said. The sources: `service/data/thresholds.toml` (SI 2025/1200, PPN 023; sums with
VAT), sections 84, 85 and 87 of the Procurement Act 2023 in force from 24 February 2025, the Local Government (Exclusion
of Non-commercial Considerations) (England) Order 2026 in force from 4 February 2026, and `service/data/buying.toml`.
The form asks for a worth without VAT; VAT is reckoned at 20 per cent, so that 25,000 is 30,000 and 173,100 is 207,720.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

TODAY = date(2026, 11, 24)
#: The last and the first days around the start of a rule.
BEFORE_THE_ACT, FIRST_OF_THE_ACT = date(2025, 2, 23), date(2025, 2, 24)
LAST_OF_2025, FIRST_OF_2026 = date(2025, 12, 31), date(2026, 1, 1)
BEFORE_THE_ORDER, FIRST_OF_THE_ORDER = date(2026, 2, 3), date(2026, 2, 4)

#: A reservation is offered; a notice must be on Find a Tender first, and one more follows the award.
RESERVE = {"local_reservation": "consider"}
NOTICE = {"notice_first": "must", "details_notice": "consider"}
AFTER = {"details_notice": "consider"}
FULL = {"full_rules": "must"}
DOUBT = {"kind_doubt": "should"}
BARRED = {"pre_qualification": "must"}
NUMBER = "012345-2026"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One decision."""

    says: str
    expected: Mapping[str, str]
    #: Key of the buyer; "central" and "private" for bodies that are no organisation of the data.
    buyer: str = "hackney"
    day: date = TODAY
    draft: Mapping[str, str] = field(default_factory=dict)


def case(says: str, *expected: Mapping[str, str], buyer: str = "hackney", day: date = TODAY, **draft: str) -> Case:
    together: dict[str, str] = {}
    for each in expected:
        together |= each
    return Case(says=says, expected=together, buyer=buyer, day=day, draft=draft)


SUMS = (
    case("a small sum is only offered the reservation", RESERVE, worth="18000"),
    case("nothing is known of a sum that is not given", worth=""),
    case("nothing is known of a sum in words", worth="about thirty thousand"),
    case("a sum of nothing is no sum", worth="0"),
    case("a sum below nothing is no sum", worth="-5"),
    case("a penny below 25,000 is below 30,000 with VAT", RESERVE, worth="24999.99"),
    case("25,000 is 30,000 with VAT, and the rule begins there", RESERVE, NOTICE, worth="25000"),
    case("signs and commas do not matter", RESERVE, NOTICE, worth="£25,000.00"),
    case("a sum that passes 30,000 by its VAT alone", RESERVE, NOTICE, worth="29999.99"),
    case("30,000 without VAT", RESERVE, NOTICE, worth="30000"),
    case("the last penny below the full rules", RESERVE, NOTICE, worth="173099.99"),
    case("173,100 is 207,720 with VAT: the full rules begin there", FULL, worth="173100"),
    case("well above the full rules", FULL, worth="500000"),
)

DATES = (
    case("before the Act none of its rules is claimed", worth="30000", day=BEFORE_THE_ACT),
    case("before the Act its full rules are not claimed either", worth="500000", day=BEFORE_THE_ACT),
    case("the notice rule begins with the Act", NOTICE, worth="25000", day=FIRST_OF_THE_ACT),
    case("the full rules begin with the Act", FULL, worth="500000", day=FIRST_OF_THE_ACT),
    case("the sums of 2025 were higher: 173,100 was below them", NOTICE, worth="173100", day=LAST_OF_2025),
    case("179,086.66 is below 214,904 with VAT", NOTICE, worth="179086.66", day=LAST_OF_2025),
    case("179,086.67 is 214,904 with VAT", FULL, worth="179086.67", day=LAST_OF_2025),
    case("the sums of 2026 begin on new year's day", FULL, worth="173100", day=FIRST_OF_2026),
    case("the day before the Order nothing is offered", worth="18000", day=BEFORE_THE_ORDER),
    case("the Order begins on 4 February 2026", RESERVE, worth="18000", day=FIRST_OF_THE_ORDER),
    case("years ago nothing is claimed", worth="500000", day=date(2023, 6, 1)),
)

KINDS = (
    case("care below the sum for goods and services", RESERVE, NOTICE, worth="172000", sector="care"),
    case("care between the two sums may be either", RESERVE, NOTICE, DOUBT, worth="173100", sector="care"),
    case("care a penny below 663,540 with VAT", RESERVE, NOTICE, DOUBT, worth="552949.99", sector="care"),
    case("care from 663,540 with VAT is above every sum", FULL, worth="552950", sector="care"),
    case("school lessons may be light touch too", RESERVE, NOTICE, DOUBT, worth="200000", sector="education"),
    case("works between the two sums may be works", RESERVE, NOTICE, DOUBT, worth="173100", sector="construction"),
    case("works a penny below 5,193,000 with VAT", RESERVE, NOTICE, DOUBT, worth="4327499.99", sector="construction"),
    case("works from 5,193,000 with VAT", FULL, worth="4327500", sector="construction"),
    case("works had a higher sum in 2025", NOTICE, DOUBT, worth="4327500", sector="construction", day=LAST_OF_2025),
    case("no sum for light touch is known for 2025", NOTICE, DOUBT, worth="600000", sector="care", day=LAST_OF_2025),
    case("a trade not chosen yet counts as goods and services", FULL, worth="173100", sector=""),
    case("a trade not chosen yet, below every sum", RESERVE, NOTICE, worth="100000", sector=""),
)

NUMBERS = (
    case("the number of a notice answers the rule", RESERVE, AFTER, worth="30000", find_a_tender=NUMBER),
    case("blanks around it do not matter", RESERVE, AFTER, worth="30000", find_a_tender=f"  {NUMBER} "),
    case("the number of the procurement will do", RESERVE, AFTER, worth="30000", find_a_tender="ocds-h6vhtk-06da5f"),
    case("in capitals too", RESERVE, AFTER, worth="30000", find_a_tender="OCDS-H6VHTK-06DA5F"),
    case("the address of the notice will do", RESERVE, AFTER, worth="30000",
         find_a_tender="https://www.find-tender.service.gov.uk/Notice/012345-2026"),
    case("digits alone are no number", RESERVE, AFTER, {"notice_number": "must"}, worth="30000",
         find_a_tender="12345"),
    case("a year to come is no number", RESERVE, AFTER, {"notice_number": "must"}, worth="30000",
         find_a_tender="012345-2027"),
    case("the service began in 2021", RESERVE, AFTER, {"notice_number": "must"}, worth="30000",
         find_a_tender="012345-2020"),
    case("a number of Contracts Finder is another", RESERVE, AFTER, {"notice_number": "must"}, worth="30000",
         find_a_tender="ocds-b5fd17-7c5dbae2"),
    case("a wrong number where none is needed", RESERVE, {"notice_number": "should"}, worth="18000",
         find_a_tender="n/a"),
    case("above the full rules a number shows that it is advertised there", {"full_rules": "should"}, worth="500000",
         find_a_tender=NUMBER),
    case("above the full rules a wrong number shows nothing", FULL, {"notice_number": "must"}, worth="500000",
         find_a_tender="12345"),
)  # fmt: skip

BUYERS = (
    case("central government: a penny below 12,000 with VAT", buyer="central", worth="9999.99"),
    case("central government: from 12,000 with VAT", NOTICE, buyer="central", worth="10000"),
    case("central government: a penny below 135,018 with VAT", NOTICE, buyer="central", worth="112514.99"),
    case("central government: from 135,018 with VAT", FULL, buyer="central", worth="112515"),
    case("a main contractor is no public buyer", buyer="private", worth="500000",
         description="A pre-qualification questionnaire comes first. Local firms only."),
    case("a body we do not know is advised as a public one, without a reservation", NOTICE, buyer="somebody",
         worth="30000"),
    case("the GLA family may look at the Order", RESERVE, NOTICE, buyer="transport_for_london", worth="30000"),
    case("the City of London may reserve", RESERVE, buyer="city_of_london", worth="18000"),
    case("Westminster asks for quotations from 25,000", RESERVE, NOTICE, {"own_quotes": "consider"},
         buyer="westminster", worth="25000"),
    case("Westminster says nothing of less", RESERVE, buyer="westminster", worth="24999.99"),
    case("Westminster: 100,000 is still a quotation", RESERVE, NOTICE, {"own_quotes": "consider"},
         buyer="westminster", worth="100000"),
    case("Westminster: tenders above", RESERVE, NOTICE, {"own_quotes": "consider"}, buyer="westminster",
         worth="100000.01"),
    case("Kingston: two of three quotations local below 150,000", RESERVE, {"own_quotes": "consider"},
         buyer="kingston_upon_thames", worth="18000"),
    case("Kingston: from 150,000 nothing is known", RESERVE, NOTICE, buyer="kingston_upon_thames", worth="150000"),
    case("Tower Hamlets: local quotations below 25,000", RESERVE, {"own_quotes": "consider"}, buyer="tower_hamlets",
         worth="24999.99"),
    case("Tower Hamlets: from 25,000 nothing is known", RESERVE, NOTICE, buyer="tower_hamlets", worth="25000"),
    case("Enfield: one local quotation, at any small sum", RESERVE, {"own_quotes": "consider"}, buyer="enfield",
         worth="18000"),
    case("a rule of its own needs a sum", buyer="enfield", worth=""),
)  # fmt: skip

QUALIFYING = (
    case("a questionnaire before the bid", RESERVE, BARRED, description="Fill in our pre-qualification questionnaire."),
    case("written in one word", RESERVE, BARRED, description="A prequalification stage comes first."),
    case("by its letters", RESERVE, BARRED, asks="Send the PQQ first."),
    case("more than one of them", RESERVE, BARRED, asks="All PQQs are scored."),
    case("with a hyphen that does not break", RESERVE, BARRED, description="A pre\u2011qualification stage."),
    case("in the title", RESERVE, BARRED, title="Selection questionnaire for window cleaners"),
    case("a shortlist", RESERVE, BARRED, description="Five firms will be shortlisted and asked for a price."),
    case("a list of approved firms", RESERVE, BARRED, description="Only firms on our approved list may reply."),
    case("invited after a look at them", RESERVE, BARRED,
         description="Suppliers that meet the minimum standard will be invited to tender."),
    case("the old name of a procedure", RESERVE, BARRED, description="We use the restricted procedure."),
    case("said to be absent", RESERVE, description="There is no pre-qualification questionnaire."),
    case("said to be absent in another way", RESERVE, description="Reply without a PQQ."),
    case("square metres are no questionnaire", RESERVE, description="The floor has 300 sq m and 20 SQ FT more."),
    case("references with the bid may be asked for", RESERVE, asks="A price and one reference; insurance papers."),
    case("an expression of interest alone is no test", RESERVE, description="Send an expression of interest."),
    case("with no sum it may not apply", {"pre_qualification": "should"}, worth="", asks="Send the PQQ first."),
    case("at the notice rule too", RESERVE, NOTICE, BARRED, worth="30000", asks="Send the PQQ first."),
    case("above the full rules section 85 does not apply", FULL, worth="173100", asks="Send the PQQ first."),
    case("larger works have an exception", RESERVE, NOTICE, DOUBT, {"pre_qualification": "consider"}, worth="200000",
         sector="construction", asks="Send the PQQ first."),
    case("small works have none", RESERVE, BARRED, sector="construction", asks="Send the PQQ first."),
    case("before the Act it is not claimed", asks="Send the PQQ first.", day=BEFORE_THE_ACT),
    case("from the first day of the Act", BARRED, asks="Send the PQQ first.", day=FIRST_OF_THE_ACT),
)  # fmt: skip

LOCAL = (
    case("before the Order local firms alone could not be asked", {"local_only_barred": "must"},
         description="Local firms only.", day=BEFORE_THE_ORDER),
    case("before the Act as well", {"local_only_barred": "must"}, description="Local firms only.", day=BEFORE_THE_ACT),
    case("since the Order the area must be named", {"local_area_unnamed": "should"}, description="Local firms only."),
    case("and is", description="Only firms based in Hackney may reply."),
    case("a reservation to the whole country names its area",
         description="Reserved for suppliers based in the United Kingdom."),
    case("above the full rules the Order does not help", FULL, {"local_only_above": "must"}, worth="173100",
         description="Only firms based in Hackney may reply."),
    case("where the sum is not known it is not claimed", {"local_area_unnamed": "should"}, worth="",
         description="Local suppliers only."),
    case("firms that know the area are not a reservation", RESERVE, description="Firms with local knowledge do well."),
    case("a reservation said to be absent", RESERVE, description="This is not reserved for suppliers of one place."),
    case("central government has a policy of its own", buyer="central", worth="9000", description="Local firms only."),
)  # fmt: skip

CASES = (*SUMS, *DATES, *KINDS, *NUMBERS, *BUYERS, *QUALIFYING, *LOCAL)
