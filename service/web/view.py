"""What the pages are told about opportunities, sources, firms and mail: plain values, no rows, no formatting.

Whoever keeps the promises of `desk.py` fills these. `None` always means that nothing was stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from service.domain.posting_talk import Talk
from service.domain.source_health import Health, Permission
from service.domain.summary import SummaryLine

Verdict = Literal["suits", "might", "unlikely", "unknown"]
Standing = Literal["open", "planned", "closed", "cancelled", "awarded"]

#: Sizes of firm, smallest first.
FIRM_SIZES = ("micro", "small", "medium")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What the work is worth: a sum or a range.

    Attributes:
        low: the sum, or the lower end; None: not stated.
        high: the upper end where there is a range; None: not stated or the same.
        currency: ISO 4217 code.
        basis: how to read it, in words after the sum ("a year", "in all"); "" where not said.
        note: what else a reader should know ("VAT included"); "" where nothing.
    """

    low: Decimal | None
    high: Decimal | None = None
    currency: str = "GBP"
    basis: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorTag:
    """A trade the work belongs to, with how sure we are (0 to 1; None: no number was given) and why."""

    key: str
    label: str
    probability: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeTag:
    """Whom the work suits, for each size of firm, and why."""

    verdicts: Mapping[str, Verdict]
    reasons: tuple[str, ...]
    unsure_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field before and after, both in words; `before` is "" where nothing was stated."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What one revision changed. No fields: `said` tells what it was ("First published")."""

    at: datetime
    said: str
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A part one can bid for alone."""

    name: str
    title: str
    worth: Worth | None
    #: Where it is, when it closes (None: no deadline of its own), and what its buyer says of it, in words.
    place: str = ""
    closes: datetime | None = None
    closes_at_a_time: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper the buyer published; http or https only."""

    title: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenNotice:
    """A notice the opportunity was made from. `href` is "" where the source gives it no page."""

    source: str
    href: str
    kind: str
    published: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """A programme of free support that fits, with the reason in a sentence."""

    key: str
    name: str
    reason: str
    #: What is asked, for a line on a list; "" where there is nothing to say.
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityView:
    """An opportunity as it stands now. Lists may leave description, lots, documents, revisions and notices empty.

    Attributes:
        identity: its permanent id.
        place: where the work is, in words; "" where unknown.
        place_evidence: how we know, in words that finish a sentence.
        areas: GSS codes of London authorities.
        closes: the deadline; None: none is stated.
        closes_at_a_time: whether the deadline has a time of day, or only a day.
        standing: open, planned (nothing to bid for yet), closed, cancelled or awarded.
        reserved: who alone may bid, in words; "" for everyone.
        extra_tags: further facts worth a tag ("Below threshold", "Framework").
        asks: what bidders must have, in words ("£5m public liability insurance").
        language: two letters of the language of title and description; "" for English.
        union: whether it is a contract of the European journal outside Britain.
        gpa: what the buyer says of the Government Procurement Agreement; None: nothing.
        attribution: what its source asks to be said with it.
        why: reasons this firm sees it, where it is shown to a firm.
    """

    identity: str
    title: str
    buyer: str
    place: str
    place_evidence: tuple[str, ...]
    areas: tuple[str, ...]
    worth: Worth
    starts: date | None
    ends: date | None
    length: str
    closes: datetime | None
    closes_at_a_time: bool
    standing: Standing
    published: datetime | None
    changed: datetime
    sectors: tuple[SectorTag, ...]
    size: SizeTag
    reserved: str
    extra_tags: tuple[str, ...]
    asks: tuple[str, ...]
    official: str
    official_source: str
    description: str = ""
    lots: tuple[Lot, ...] = ()
    documents: tuple[Document, ...] = ()
    revisions: tuple[Revision, ...] = ()
    notices: tuple[SeenNotice, ...] = ()
    help: tuple[Help, ...] = ()
    why: str = ""
    #: What it wants and asks in plain lines, each with where it came from.
    summary: tuple[SummaryLine, ...] = ()
    #: Why it was withdrawn or ended without an award, in the buyer's words; "" where not said.
    ended_because: str = ""
    #: The public contract that a main contractor's work stems from; "" elsewhere. With the opportunity it is here.
    part_of: str = ""
    part_of_here: str = ""
    #: What firms and the buyer say about it, where it was posted here; None elsewhere.
    talk: Talk | None = None
    #: How likely such a contract is to go to a small or medium firm, 0 to 1; None: not judged. A hint.
    awarded_to_sme: float | None = None
    #: How many of all contracts the judge learnt from went to one.
    awarded_to_sme_base: float | None = None
    #: How likely a buyer is to flag such a contract as suitable for small firms, and how many of all are flagged so.
    flag_probability: float | None = None
    flag_base: float | None = None
    #: What a reader should know of the sectors as a whole: that they are a guess, that codes and text differ; "".
    tag_note: str = ""
    language: str = ""
    union: bool = False
    gpa: bool | None = None
    attribution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many opportunities each choice of a filter would show, the other filters kept; a missing key is 0."""

    sectors: Mapping[str, int] = field(default_factory=dict)
    areas: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    below_threshold: Mapping[str, int] = field(default_factory=dict)
    closing: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of a list, newest first, and how many there are in all."""

    items: tuple[OpportunityView, ...]
    total: int
    counts: Counts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingView:
    """A contract that ends on a day, and who holds it; no suppliers where nobody said."""

    opportunity: OpportunityView
    ends: date
    suppliers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingsFound:
    """One page of contracts that end, the soonest first, and how many there are in all."""

    items: tuple[EndingView, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """An opportunity that an interest nearly has, and which of its limits stopped it, in words."""

    identity: str
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What an interest would have sent in the last days."""

    days: int
    #: Opportunities it was compared with.
    looked_at: int
    total: int
    #: The newest of them.
    items: tuple[OpportunityView, ...]
    near: tuple[NearMiss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitView:
    """That an operator permitted a source: on what basis, what was read when, and in which role."""

    basis: str
    robots_read: date
    terms_read: date
    by: str
    given: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source and its health.

    Attributes:
        reason: why it is not well, in a sentence; "" where it is.
        last_good: the newest poll that came to its end; None: none did.
        since: since when it fares as it does; None: not known.
        authorities: GSS codes of those whose own listing it is.
        national: whether every London authority publishes there by law.
        permission: what must have happened before it may be read.
        permit: what an operator recorded; None: nothing that holds.
    """

    key: str
    name: str
    home: str
    health: Health
    reason: str
    last_poll: datetime | None
    last_new: datetime | None
    authorities: tuple[str, ...]
    rhythm: str
    caveats: tuple[str, ...]
    licence: str
    last_good: datetime | None = None
    since: datetime | None = None
    national: bool = False
    permission: Permission = "open"
    permit: PermitView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message in the built-in mailbox."""

    identity: str
    to: str
    subject: str
    at: datetime
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
