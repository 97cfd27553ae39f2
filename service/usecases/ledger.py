"""What the use cases ask of the store: transactions over plain values. `service.store.ledger` keeps these promises."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from service.domain.interest import Interest
from service.domain.message import Message
from service.domain.notice import Notice
from service.domain.opportunity import FieldDifference, Key, Opportunity, State
from service.domain.place import Place
from service.domain.profile import Profile
from service.domain.tagging import Tags
from service.usecases.programmes_catalogue import CatalogueBook
from service.usecases.when import WhenBook

#: How the evidence of a key begins that a notice states for its own procurement.
STATED = "stated by"
#: What an event carries.
Payload = Mapping[str, str | int | bool]
#: The kinds of event, in the order of the flow.
NOTICE_SEEN = "notice_seen"
OPPORTUNITY_RECORDED = "opportunity_recorded"
OPPORTUNITY_TAGGED = "opportunity_tagged"
ALERT_DUE = "alert_due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An event in hand."""

    identity: int
    kind: str
    payload: Payload
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A stored notice with the opportunity it belongs to; "" for none yet."""

    number: int
    opportunity: str
    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A key that names an opportunity, and why, in words."""

    key: Key
    opportunity: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """An opportunity by the normalised forms of its buyer and title."""

    identity: str
    buyer_key: str
    title_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A key that came to an opportunity by a join, and on what evidence."""

    opportunity: str
    key: Key
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """Notices and keys that leave an opportunity for one that is restored, and why the two are kept apart."""

    kept: str
    restored: str
    notices: tuple[int, ...]
    keys: tuple[Key, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an opportunity stands, to be written."""

    identity: str
    state: State
    revision: int
    first_seen: datetime
    buyer_key: str
    title_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """An active firm with its interests."""

    firm: int
    size: str
    interests: tuple[Interest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRecord:
    """What one revision changed."""

    number: int
    recorded: datetime
    as_of: datetime
    change_kind: str
    differences: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A revision of an opportunity, to be written. The hash is of what the state then said."""

    identity: str
    record: RevisionRecord
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Tags of an opportunity as it stood at a revision, and where the work is."""

    identity: str
    tags: Tags
    place: Place
    state: State
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert to be written."""

    firm: int
    opportunity: str
    change: str
    revision: int
    change_kind: str
    reasons: tuple[str, ...]
    differences: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The fact that a firm is to be told of a change of an opportunity, once."""

    identity: int
    firm: int
    opportunity: str
    change: str
    revision: int
    change_kind: str
    reasons: tuple[str, ...]
    differences: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a firm hears from us."""

    identity: int
    channel: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """An active firm as a message meets it: its size, the secret of its links and where it hears from us.

    `profile` is what it says of itself, empty where it has said nothing.
    """

    size: str
    secret: str
    targets: tuple[Target, ...]
    profile: Profile = field(default_factory=Profile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A message for one destination of a firm, to be written with its deliveries once for each slot."""

    message: Message
    firm: int
    target: int
    slot: str
    alerts: tuple[int, ...]
    #: Numbers of alerts with the keys of the programmes that the message names beside them.
    named: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A message in a worker's hand, with what must still hold at the moment of sending."""

    identity: int
    message: Message
    attempts: int
    doubts: int
    #: Why it must not go any more; "" where it may.
    forbidden: str


class Transaction(WhenBook, CatalogueBook, Protocol):
    """All of it or nothing."""

    # notices and opportunities
    async def keep_notices(self, notices: Sequence[tuple[Notice, str]]) -> Sequence[int | None]:
        """Store notices, each with why it is set aside (""): the number of each, None where it was known before."""

    async def advance(self, source: str, bookmark: str, at: datetime) -> None:
        """Remember how far a source was read."""

    async def notices(self, numbers: Sequence[int]) -> Mapping[int, Notice]:
        """Stored notices by their numbers."""

    async def notices_held(self, opportunities: Sequence[str]) -> Sequence[Held]:
        """Every notice of some opportunities."""

    async def assign(self, owners: Mapping[int, str]) -> None:
        """Say which opportunity each notice belongs to."""

    async def owners(self, keys: Sequence[Key]) -> Mapping[Key, str]:
        """The opportunity of each key that has one."""

    async def titles_of(self, buyers: Sequence[str], *, since: datetime) -> Sequence[Titled]:
        """Opportunities of buyers, by their normalised names, first published since a moment; not those redirected."""

    async def claim(self, claims: Sequence[Claim]) -> None:
        """Give keys to opportunities; keys that are taken stay where they are."""

    async def join(self, *, gone: str, into: str, evidence: str) -> None:
        """Move notices and keys of one opportunity into another and leave a redirect."""

    async def joins(self, opportunity: str = "") -> Sequence[Joined]:
        """Every key that came to an opportunity, or to any, by a join."""

    async def part(self, parting: Parting, *, at: datetime) -> None:
        """Move notices and keys out again, take the redirect away, and remember to keep the two apart."""

    async def apart(self, identities: Sequence[str]) -> Collection[frozenset[str]]:
        """Pairs of opportunities, one of each at least among these, that are never joined again."""

    async def opportunities(self, identities: Sequence[str]) -> Mapping[str, Opportunity]:
        """Opportunities as they stand; those that are not there yet are left out."""

    async def keep_standing(self, standing: Sequence[Standing]) -> None:
        """Write how opportunities stand."""

    async def keep_revised(self, revised: Sequence[Revised]) -> None:
        """Write what revisions changed, each once."""

    async def revisions_of(self, wanted: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], RevisionRecord]:
        """Revisions by opportunity and number; those that are not there are left out."""

    async def keep_judged(self, judged: Sequence[Judged]) -> None:
        """Write tags and everything lists filter by."""

    async def tags_of(self, identities: Sequence[str]) -> Mapping[str, Tags]:
        """The tags of opportunities; those not tagged yet are left out."""

    # events
    async def emit(self, kind: str, subject: str, payload: Payload, *, at: datetime) -> None:
        """Add an event, once for each kind and subject."""

    async def emit_each(self, kind: str, events: Sequence[tuple[str, Payload]], *, at: datetime) -> None:
        """Add several, each a subject and a payload."""

    async def take(self, kind: str, *, most: int, now: datetime) -> Sequence[Waiting]:
        """The oldest events that wait; nobody else takes them while this transaction lasts."""

    async def finish(self, events: Sequence[int]) -> None:
        """These are done."""

    async def put_off(self, event: int, *, until: datetime, parked: str) -> None:
        """Try this one again later; or never, with the reason."""

    def attempt(self) -> AbstractAsyncContextManager[None]:
        """A part that may fail alone: an exception inside undoes only what was done inside, and is raised on."""

    # firms and alerts
    async def interest_changes(self) -> int:
        """How often firms and interests have changed; greater after every change, by whomever it was made."""

    async def subscribers(self) -> Sequence[Subscriber]:
        """Every active firm."""

    async def told(self, opportunities: Sequence[str]) -> Mapping[str, Mapping[int, int]]:
        """For each opportunity the firms that have an alert of it, each with the newest revision it was told of."""

    async def keep_alerts(self, alerts: Sequence[NewAlert], *, at: datetime) -> Sequence[int]:
        """Store alerts; the numbers of those that were not there, in the order given."""

    async def alerts(self, identities: Sequence[int]) -> Sequence[Alert]:
        """Alerts by their numbers, in the order of these."""

    async def drop_alert(self, identity: int, *, reason: str) -> None:
        """Say why an alert is not told."""

    async def reach(self, firms: Sequence[int]) -> Mapping[int, Reach]:
        """How active firms are reached; a firm with no open destination is left out."""

    async def keep_messages(self, messages: Sequence[Addressed]) -> None:
        """Store messages that wait to be sent, once for each destination and slot, with their deliveries."""

    # sending
    async def claim_messages(self, *, most: int, now: datetime, lease: float) -> Sequence[Claimed]:
        """Take messages in hand for `lease` seconds."""

    async def sent(self, message: int, *, said: str) -> None:
        """The far side has it."""

    async def give_back(self, message: int, *, until: datetime, said: str, doubtful: bool) -> None:
        """Try again later."""

    async def give_up(self, message: int, *, state: str, said: str, close_destination: bool) -> None:
        """It will not be sent: refused, dropped, failed or parked."""


class Ledger(Protocol):
    """Opens transactions."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """A transaction; `alone` for the step that turns notices into opportunities."""
