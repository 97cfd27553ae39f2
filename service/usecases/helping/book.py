"""What help requests ask of the store, in plain values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.help_request import HelpRequest, HelpState
from service.domain.helpline import Helpline
from service.domain.message import Message
from service.domain.opportunity import Opportunity
from service.domain.profile import Profile
from service.domain.tagging import Tags
from service.usecases.firm_account import KeptInterest
from service.usecases.people import PeopleBook
from service.usecases.subscribe import Firm


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One step that was taken with a request."""

    at: datetime
    #: A value of `HelpStep`, or "ask".
    step: str
    #: Who had it before and has it after; 0 for no organisation.
    held_by: int
    organisation: int
    #: Who did it: 0 for time, or somebody with a link.
    person: int


class HelpBook(PeopleBook, Protocol):
    """What asking and answering ask of the store, within one transaction."""

    async def helplines(self) -> Sequence[Helpline]:
        """Every helpline there is."""

    async def keep_helpline(self, helpline: Helpline, *, at: datetime) -> None:
        """Where an organisation takes questions from now on."""

    async def keep_help_request(self, request: HelpRequest, *, once: str) -> int | None:
        """Keep a new request; its number, or None where `once` was used before."""

    async def help_request_once(self, once: str) -> HelpRequest | None:
        """The request that was kept under a mark."""

    async def change_help_request(self, request: HelpRequest) -> bool:
        """Write a request over the version before it; False where that is no longer there."""

    async def note_help_step(self, request: HelpRequest, *, step: str, held_by: int, person: int, at: datetime) -> None:
        """Write down a step, once for each version of a request."""

    async def help_request(self, number: int) -> HelpRequest | None:
        """A request by its number."""

    async def help_requests_of(self, askers: Collection[int], *, most: int) -> Sequence[HelpRequest]:
        """What some organisations asked, the newest first."""

    async def help_requests_with(self, organisations: Collection[int], *, most: int) -> Sequence[HelpRequest]:
        """What some organisations have or have answered, the newest first."""

    async def help_requests_in(self, states: Collection[HelpState], *, most: int) -> Sequence[HelpRequest]:
        """Requests that stand so, the longest there first."""

    async def help_steps(self, number: int) -> Sequence[Taken]:
        """What was done with a request, the oldest first."""

    async def organisation_names(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The names of organisations; those that are gone are left out."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number."""

    async def profile_of(self, firm: int) -> Profile:
        """What a firm said of itself."""

    async def interests_of(self, firm: int) -> Sequence[KeptInterest]:
        """What a firm asked for."""

    async def opportunities(self, identities: Sequence[str]) -> Mapping[str, Opportunity]:
        """Opportunities as they stand; those that are not there are left out."""

    async def tags_of(self, identities: Sequence[str]) -> Mapping[str, Tags]:
        """The tags of opportunities."""

    async def keep_message(
        self, message: Message, *, firm: int, target: int, slot: str, alerts: tuple[int, ...]
    ) -> None:
        """Store a message that waits to be sent, once for each slot."""


class HelpLedger(Protocol):
    """Opens transactions over help requests."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[HelpBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[HelpBook]:
        """A connection that only reads."""
