"""What talking in chats asks of the store, and the plain values it speaks in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from service.domain.chat import Answer, Incoming
from service.domain.interest import Interest
from service.domain.silence import Choice
from service.usecases.feedback import FeedbackBook
from service.usecases.firm_account import AccountBook
from service.usecases.pursue import PursuitBook
from service.usecases.rights import RightsBook
from service.usecases.silence_asked import AskingBook
from service.usecases.subscribe import Firm


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Something said that is to be dealt with, and how often that failed."""

    said: Incoming
    attempts: int
    received: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatState:
    """Where a talk stands: the open question, what was answered so far, and how much was said lately."""

    address: str
    #: "" where no question is open.
    step: str = ""
    #: Plain values for JSON.
    answers: Mapping[str, object] = field(default_factory=dict)
    burst_since: datetime | None = None
    burst: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedAnswer:
    """An answer in a worker's hand."""

    identity: int
    chat: str
    answer: Answer
    attempts: int
    doubts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLink:
    """A link that joins a chat to a firm. `told_by`: the channel that tells from then on; "" for every one."""

    firm: int
    person: int
    told_by: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlert:
    """An alert and whose it is."""

    identity: int
    firm: int
    opportunity: str
    reasons: tuple[str, ...]


class TalkBook(AccountBook, RightsBook, FeedbackBook, PursuitBook, AskingBook, Protocol):
    """What a talk asks of the store, within one transaction."""

    async def chat(self, address: str) -> ChatState:
        """Where a talk stands."""

    async def keep_chat(self, state: ChatState, *, at: datetime) -> None:
        """Where a talk stands from now on."""

    async def forget_chat(self, address: str) -> None:
        """Keep nothing of a talk."""

    async def firm_at(self, *, channel: str, address: str) -> Firm | None:
        """The firm a chat belongs to."""

    async def create_firm(
        self, *, channel: str, address: str, size: str, interest: Interest, secret: str, consent: str, at: datetime
    ) -> Firm:
        """Add a firm."""

    async def organisation_for(self, *, kind: str, key: str, name: str, at: datetime) -> int:
        """The number of an organisation, made where there was none."""

    async def lift_suppression(self, address: str) -> None:
        """Somebody comes back."""

    async def open_destination(self, firm: int, *, channel: str, address: str) -> bool:
        """Let a firm hear there; False where the address is another firm's."""

    async def is_closed(self, target: int) -> bool:
        """Whether nothing goes to a destination any more."""

    async def close_one_of_several(self, firm: int, target: int, *, at: datetime) -> bool:
        """Close one destination of several; False where it is the only one."""

    async def receipt_choice(self, firm: int) -> Choice:
        """When a firm wants a receipt of what was checked."""

    async def keep_receipt_choice(self, firm: int, choice: Choice, *, at: datetime) -> None:
        """When it wants one from now on."""

    async def chat_link(self, token_hash: str) -> ChatLink | None:
        """What a link stands for; None where it is none, or used."""

    async def use_chat_link(self, token_hash: str) -> ChatLink | None:
        """Use a link up; None where it is none, or used."""

    async def choose_channel(self, firm: int, channel: str) -> None:
        """The one channel that tells a firm from now on; "" for every one."""

    async def told_alert(self, number: int) -> ToldAlert | None:
        """An alert by its number."""

    async def last_alert(self, firm: int) -> int:
        """The number of the alert a firm was told of last; 0 for none."""


class InboxBook(TalkBook, Protocol):
    """What hearing and answering ask of the store, within one transaction."""

    def attempt(self) -> AbstractAsyncContextManager[None]:
        """A part that may fail alone."""

    async def listen(self, channel: str, *, holder: str, now: datetime, until: datetime) -> int | None:
        """Listen alone; up to where all is stored here. None where somebody else listens."""

    async def stop_listening(self, channel: str, *, holder: str) -> None:
        """Let somebody else listen."""

    async def keep_heard(
        self, channel: str, heard: Sequence[Incoming], *, holder: str, confirmed: int, at: datetime
    ) -> bool:
        """Store what came in, each once; False where somebody else listens now."""

    async def call_name(self, channel: str) -> str:
        """How people find us there; "" where that is not known."""

    async def keep_chat_link(self, link: ChatLink, *, token_hash: str) -> None:
        """A link that joins a chat to a firm."""

    async def keep_call_name(self, channel: str, name: str) -> None:
        """How people find us there."""

    async def next_heard(self, channel: str) -> Heard | None:
        """The oldest thing said that nobody dealt with."""

    async def settle_heard(self, channel: str, number: int, *, state: str) -> None:
        """It is dealt with."""

    async def try_heard_again(self, channel: str, number: int) -> None:
        """It failed and is tried once more."""

    async def keep_answers(
        self, channel: str, number: int, chat: str, answers: Sequence[Answer], *, at: datetime
    ) -> None:
        """Store what is said back to one thing, each once, in order."""

    async def claim_answers(self, channel: str, *, most: int, now: datetime, lease: float) -> Sequence[ClaimedAnswer]:
        """Take in hand the first open answer of each chat."""

    async def answered(self, identity: int, *, said: str) -> None:
        """The far side has it."""

    async def answer_later(self, identity: int, *, until: datetime, said: str, is_doubtful: bool) -> None:
        """Try again later."""

    async def give_answer_up(self, identity: int, *, said: str) -> None:
        """It will not be said."""

    async def forget_old_talk(self, *, before: datetime, now: datetime) -> int:
        """Take away what was dealt with before a moment, and links whose time is over."""


class InboxLedger(Protocol):
    """Opens transactions over talks."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[InboxBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[InboxBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True)
class Within:
    """A ledger that stays within one transaction: what is done by its verbs is done together, or not at all."""

    book: TalkBook

    @asynccontextmanager
    async def writing(self, *, alone: bool = False) -> AsyncIterator[TalkBook]:  # noqa: ARG002 - it is open already
        """The transaction that is open."""
        yield self.book

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[TalkBook]:
        """The transaction that is open."""
        yield self.book
