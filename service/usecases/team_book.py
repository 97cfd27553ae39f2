"""What the people of a firm ask of the store: invitations to join, and addresses on the move."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.message import Message
from service.usecases.people import PeopleBook, Person
from service.usecases.subscribe import Firm


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody is asked to join."""

    identity: int
    organisation: int
    role: str
    address: str
    invited_by: int
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A person's address is to change."""

    person: int
    address: str
    old_confirmed: bool
    new_confirmed: bool
    ends: datetime


class TeamBook(PeopleBook, Protocol):
    """What teams ask of the store, within one transaction."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number."""

    async def firm_at(self, *, channel: str, address: str) -> Firm | None:
        """The firm an address belongs to."""

    async def organisation_at(self, *, kind: str, key: str) -> int | None:
        """The number of an organisation."""

    async def firm_of_organisation(self, organisation: int) -> int | None:
        """The number of the firm that an organisation is; None where it is another kind."""

    async def keep_invitation(
        self, *, organisation: int, role: str, address: str, token_hash: str, by: int, at: datetime, ends: datetime
    ) -> None:
        """Ask somebody to join; asked again, the older link is void."""

    async def invitation_of_link(self, token_hash: str) -> Invitation | None:
        """The invitation a mailed link stands for."""

    async def invitations_of(self, organisation: int) -> Sequence[Invitation]:
        """Who is asked to join."""

    async def drop_invitation(self, organisation: int, identity: int) -> bool:
        """Take an invitation back."""

    async def add_destination(self, firm: int, *, channel: str, address: str) -> None:
        """Let a firm hear from us there too."""

    async def close_destination_at(self, firm: int, *, channel: str, address: str, reason: str, at: datetime) -> None:
        """Write there no more."""

    async def move_destination(self, *, channel: str, old: str, new: str) -> None:
        """Write to another address instead."""

    async def keep_consent(self, firm: int, *, person: int, level: str, given: bool, text: str, at: datetime) -> None:
        """Keep one answer."""

    async def lift_suppression(self, address: str) -> None:
        """The owner of the address confirmed anew."""

    async def forget_firm(self, firm: int, *, at: datetime) -> None:
        """Stop for good."""

    async def forget_person(self, person: Person) -> None:
        """Keep nothing that tells who somebody was."""

    async def rename_person(self, person: int, address: str) -> bool:
        """Give a person another address; False where somebody else has it."""

    async def keep_moving(
        self, person: int, *, address: str, old_hash: str, new_hash: str, at: datetime, ends: datetime
    ) -> None:
        """A person's address is to change; a move asked for before is void."""

    async def moving_of_link(self, token_hash: str) -> tuple[Moving, bool] | None:
        """The move a mailed link stands for, and whether it is the link of the new end."""

    async def confirm_end(self, person: int, *, new_end: bool, at: datetime) -> None:
        """One end of a move is confirmed."""

    async def drop_moving(self, person: int) -> None:
        """A move is over."""

    async def keep_message(
        self, message: Message, *, firm: int, target: int, slot: str, alerts: tuple[int, ...]
    ) -> None:
        """Store a message that waits to be sent."""


class TeamLedger(Protocol):
    """Opens transactions over teams."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[TeamBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[TeamBook]:
        """A connection that only reads."""
