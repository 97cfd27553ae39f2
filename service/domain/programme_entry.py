"""What is written down about one programme of free support.

The words are few and fixed, so that a file, a form and a page all say the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Help = Literal[
    "find_work",
    "register",
    "bid",
    "price",
    "insurance_and_policies",
    "finance",
    "social_value",
    "certification",
    "consortia",
    "mentoring",
    "exporting",
]
Size = Literal["micro", "small", "medium"]
State = Literal["current", "check", "ended"]
#: Who alone may use a programme, where that is not everyone.
Ownership = Literal["social_enterprise", "co_operative", "women_led", "minority_led"]

#: How far a business has to be to use a programme, in the words of the government's own finder of support.
Stage = Literal["not_yet_trading", "start_up", "established"]
#: Whether firms can begin just now, as its provider says.
Capacity = Literal["open", "full", "paused"]

#: What exactly a programme is about within the help it gives. Certificates go by the name the tagger gives them.
Topic = Literal[
    "Cyber Essentials",
    "Cyber Essentials Plus",
    "CHAS",
    "SafeContractor",
    "Constructionline",
    "ISO 9001",
    "ISO 14001",
    "ISO 22301",
    "ISO 27001",
    "ISO 45001",
    "ISO 50001",
    "DBS checks",
    "Living Wage",
    "cover",
    "staff",
    "data_protection",
    "health_and_safety",
    "cyber_security",
    "late_public",
    "late_private",
    "unfair_process",
    "platform",
    "search",
    "london_tenders_portal",
    "agency_framework",
    "framework",
    "first_bid",
    "central_government",
    "own_guide",
    "social_value",
    "mayor",
    "joint_bids",
    "abroad",
]

HELPS: tuple[Help, ...] = get_args(Help)
TOPICS: tuple[Topic, ...] = get_args(Topic)
SIZES: tuple[Size, ...] = get_args(Size)
STATES: tuple[State, ...] = get_args(State)
OWNERSHIPS: tuple[Ownership, ...] = get_args(Ownership)
STAGES: tuple[Stage, ...] = get_args(Stage)
CAPACITIES: tuple[Capacity, ...] = get_args(Capacity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a programme costs its user.

    Attributes:
        free: True only where a source supports the word; False where it costs something; None where nobody says.
        note: What a person should know about the cost; None when there is nothing to add.
        evidence: What supports the word free, or the price; None when nothing was read.
    """

    free: bool | None
    note: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One programme of support.

    Attributes:
        key: Stable short name, in lower case with underscores.
        name: Its own name.
        provider: Who runs it.
        summary: What it gives, in one or two plain sentences.
        for_whom: Who may use it, in words.
        sectors: Keys of the trades it is for; empty: all.
        sizes: Sizes of firm it is for; empty: all.
        stages: Stages of business it is for; empty: none is stated, so any.
        ownership: Kinds of firm it is for alone; empty: any firm.
        buyers: Keys of the buyers whose work it is about; empty: any buyer.
        area: Where firms must be, or the work must be: "london", "england", "uk" or GSS codes of boroughs.
        cost: What it costs.
        eligibility: Conditions beyond the fields above; None: none were read.
        how_to_apply: The first step; None: none was read.
        url: Where to start; None: no address was seen.
        email: A role address where its provider answers, never a person's; None: none was given.
        capacity: Whether firms can begin just now; None: nobody says.
        helps_with: The needs it meets; empty: general advice that meets none of those we can tell from a notice.
        topics: What exactly it is about; empty: all that its help covers, save certificates, policies and money, where
            a programme is never taken to fit unless it says for what.
        starts: First day it can be used; None: not stated or long open.
        ends: Last day it can be used; None: not stated or open-ended.
        state: "current", "check" (a person must look before it is sent) or "ended".
        source: Where the facts were read.
        evidence_date: Date of that source; None: it has none, or only a year.
        last_checked: When a person or a source last confirmed the entry; None: never, so it is not sent.
        review_by: Until when that may be relied on; None: no longer, so it is not sent.
    """

    key: str
    name: str
    provider: str
    summary: str
    for_whom: str
    area: tuple[str, ...]
    cost: Cost
    state: State
    source: str
    sectors: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    stages: tuple[Stage, ...] = ()
    ownership: tuple[Ownership, ...] = ()
    buyers: tuple[str, ...] = ()
    eligibility: str | None = None
    how_to_apply: str | None = None
    url: str | None = None
    email: str | None = None
    capacity: Capacity | None = None
    helps_with: tuple[Help, ...] = ()
    topics: tuple[Topic, ...] = ()
    starts: date | None = None
    ends: date | None = None
    evidence_date: date | None = None
    last_checked: date | None = None
    review_by: date | None = None
