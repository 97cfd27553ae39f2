"""An opportunity: one procurement, joined from the notices of any number of sources, with its revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.domain.money import Money, Value


class Stage(StrEnum):
    """The step of a procurement a notice announces."""

    PIPELINE = "pipeline"
    PLANNING = "planning"
    TENDER = "tender"
    AWARD = "award"
    CONTRACT = "contract"
    OTHER = "other"


class Change(StrEnum):
    """What a notice does to its procurement."""

    NEW = "new"
    UPDATE = "update"
    CANCELLATION = "cancellation"
    AWARD = "award"


class Status(StrEnum):
    """Where a procurement stands, before its deadline is compared with a clock."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    AWARDED = "awarded"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Key:
    """One name by which a procurement is known somewhere, for example ("ocid", "ocds-h6vhtk-06da5f").

    Schemes: "ocid"; "notice" with value "<source>:<notice id>"; "procedure" with "<source>:<procedure id>" where a
    source names the procedure itself; "reference" with a number that is the same wherever a procurement is published
    (those of ProContract, "DN475213").
    """

    scheme: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who buys. No contact people."""

    name: str
    #: The source's id of the body, for example "GB-PPON-PXZV-5458-QTLT"; None: not stated.
    identifier: str | None = None
    #: NUTS/ITL code or region name of the buyer's address; None: not stated.
    region: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """By when to answer."""

    at: datetime
    #: Only a day is given: `at` is the start of that day in London; take it to be early.
    date_only: bool = False
    #: "tender": offers are due; "interest": expressions of interest are due.
    kind: str = "tender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A part one can bid for alone."""

    identity: str
    title: str = ""
    value: Value | None = None
    #: Where the lot has its own: codes, deadline, places and flags. Empty or None: nothing is stated of this lot.
    cpv: tuple[str, ...] = ()
    deadline: Deadline | None = None
    delivery_regions: tuple[str, ...] = ()
    sme: bool | None = None
    #: Whether the buyer says that the Government Procurement Agreement covers it.
    gpa: bool | None = None
    #: Who alone may bid for it, as stated; "" for everyone.
    reserved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper the buyer published, by address. The notice's own page is not among them."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is known of a procurement. None or empty means that nobody stated it."""

    title: str
    description: str = ""
    buyer: Buyer | None = None
    #: Eight-digit CPV codes, the main one first.
    cpv: tuple[str, ...] = ()
    value: Value | None = None
    deadline: Deadline | None = None
    enquiries_until: datetime | None = None
    starts: date | None = None
    ends: date | None = None
    lots: tuple[Lot, ...] = ()
    #: Codes or names as stated, sorted.
    delivery_regions: tuple[str, ...] = ()
    delivery_postcodes: tuple[str, ...] = ()
    #: OCDS procurementMethodDetails as stated.
    procedure: str = ""
    below_threshold: bool | None = None
    #: The buyer's own flags. Find a Tender never says False.
    sme: bool | None = None
    vcse: bool | None = None
    framework: bool | None = None
    #: Who alone may bid, as stated; "" for everyone.
    reserved: str = ""
    #: Conditions and selection criteria as stated, joined.
    conditions: str = ""
    documents: tuple[Document, ...] = ()
    #: Companies only.
    suppliers: tuple[str, ...] = ()
    award_value: Money | None = None
    #: The official page of the newest notice.
    official_url: str = ""
    #: Whether the buyer says that the Government Procurement Agreement of the World Trade Organization covers it: True
    #: where any lot is, False where all that say so are not. It tells nobody that they may bid.
    gpa: bool | None = None
    #: The language of title and description, two letters ("pl"); "" for English or not stated.
    language: str = ""
    #: Why it was withdrawn or ended without an award, in the buyer's words.
    ended_because: str = ""
    #: The public contract that a main contractor's work stems from: an ocid or the number of a notice.
    part_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one notice says, mapped to our words by its source."""

    source: str
    notice_id: str
    published: datetime
    keys: tuple[Key, ...]
    stage: Stage
    change: Change
    details: Details
    #: The source's notice type, for example "UK4"; "" where it has none.
    notice_type: str = ""
    #: The notice tells only what changed: what it leaves out stays as it was.
    sparse: bool = False
    #: What the source's own status field says where it is believed ("cancelled", "withdrawn"); "" otherwise.
    #: Kept for the reader of the history.
    stated_status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A procurement as all its readings together tell it, oldest first."""

    stage: Stage
    status: Status
    details: Details
    #: Release date of the newest reading that counts.
    as_of: datetime
    #: Release date of the first reading.
    first_published: datetime
    #: Key of the source of the newest reading.
    source: str
    notice_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field before and after, in plain words; `before` is "" where nothing was stated."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """One procurement as we hold it: permanent id, current state."""

    identity: str
    revision: int
    state: State
    first_seen: datetime

    def closes_after(self, now: datetime) -> bool:
        """Tell whether there is still time; an unstated deadline leaves time."""
        deadline = self.state.details.deadline
        return deadline is None or deadline.at > now
