"""What the use cases ask of the store: transactions over plain values. `service.store.ledger` keeps these promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.interest import Interest
from service.domain.message import Message
from service.domain.notice import Notice
from service.domain.opportunity import FieldDifference, Key, Opportunity, State
from service.domain.place import Place
from service.domain.tagging import Tags

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
    payload: Mapping[str, str | int | bool]
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """An opportunity that already has one of the keys asked for."""

    identity: str
    first_seen: datetime


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
class Claimed:
    """A message in a worker's hand, with what must still hold at the moment of sending."""

    identity: int
    message: Message
    attempts: int
    doubts: int
    #: Why it must not go any more; "" where it may.
    forbidden: str


class Transaction(Protocol):
    """All of it or nothing."""

    # notices and opportunities
    async def keep_notice(self, notice: Notice, *, set_aside: str) -> int | None:
        """Store a notice; its number, or None where the very same one was known."""

    async def advance(self, source: str, bookmark: str, at: datetime) -> None:
        """Remember how far a source was read."""

    async def notice(self, number: int) -> Notice:
        """One stored notice."""

    async def notices_of(self, opportunity: str) -> Sequence[Notice]:
        """Every notice of an opportunity."""

    async def assign(self, notice: int, opportunity: str) -> None:
        """Say which opportunity a notice belongs to."""

    async def owners(self, keys: Sequence[Key]) -> Sequence[Owner]:
        """The opportunities that have any of these keys, the first seen first, redirects followed."""

    async def lookalikes(self, *, buyer_key: str, title_key: str) -> Sequence[Opportunity]:
        """Opportunities of the same buyer with the same title, by their normalised forms."""

    async def claim_keys(self, opportunity: str, keys: Sequence[Key], *, evidence: str) -> None:
        """Give keys to an opportunity; keys that are taken stay where they are."""

    async def join(self, *, gone: str, into: str, evidence: str) -> None:
        """Move notices and keys of one opportunity into another and leave a redirect."""

    async def opportunity(self, identity: str) -> Opportunity | None:
        """An opportunity as it stands; None where there is none yet."""

    async def keep_state(
        self, identity: str, *, state: State, revision: int, first_seen: datetime, buyer_key: str, title_key: str
    ) -> None:
        """Write the current state."""

    async def keep_revision(self, identity: str, *, record: RevisionRecord, content_hash: str) -> None:
        """Write what a revision changed, once."""

    async def revision(self, identity: str, number: int) -> RevisionRecord | None:
        """One revision."""

    async def keep_tags(self, identity: str, *, tags: Tags, place: Place, state: State, revision: int) -> None:
        """Write the tags and everything lists filter by."""

    async def tags(self, identity: str) -> Tags | None:
        """The tags; None where not tagged yet."""

    # events
    async def emit(self, kind: str, subject: str, payload: Mapping[str, str | int | bool], *, at: datetime) -> None:
        """Add an event, once for each kind and subject."""

    async def take(self, kind: str, *, most: int, now: datetime) -> Sequence[Waiting]:
        """The oldest events that wait; nobody else takes them while this transaction lasts."""

    async def finish(self, events: Sequence[int]) -> None:
        """These are done."""

    async def put_off(self, event: int, *, until: datetime, parked: str) -> None:
        """Try this one again later; or never, with the reason."""

    def attempt(self) -> AbstractAsyncContextManager[None]:
        """A part that may fail alone: an exception inside undoes only what was done inside, and is raised on."""

    # firms and alerts
    async def subscribers(self) -> Sequence[Subscriber]:
        """Every active firm."""

    async def told(self, opportunity: str) -> Mapping[int, int]:
        """Firms that have the "new" alert of an opportunity, each with the newest revision it was told of."""

    async def keep_alert(
        self,
        *,
        firm: int,
        opportunity: str,
        change: str,
        revision: int,
        change_kind: str,
        reasons: Sequence[str],
        differences: Sequence[FieldDifference],
        at: datetime,
    ) -> int | None:
        """Store an alert; None where it was there."""

    async def alert(self, identity: int) -> Alert:
        """One alert."""

    async def drop_alert(self, identity: int, *, reason: str) -> None:
        """Say why an alert is not told."""

    async def targets(self, firm: int) -> Sequence[Target]:
        """Open destinations of an active firm; none for any other."""

    async def firm_of(self, firm: int) -> tuple[str, str]:
        """The firm's size and the secret of its links."""

    async def keep_message(self, message: Message, *, firm: int, target: int, slot: str, alerts: Sequence[int]) -> None:
        """Store a message that waits to be sent, once for each destination and slot, with its deliveries."""

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
