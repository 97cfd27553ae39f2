"""People and what they belong to, in plain values; and the `audit` of what they did.

Every kind of organisation signs in and keeps its members the same way: firms, buyers, organisations of support, main
contractors, and the copy itself with its administrators.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from email_validator import EmailNotValidError, validate_email

from service.domain.roles import Membership, roles
from service.errors import BadAddress
from service.ports import Clock

#: The one organisation of its kind: this copy of the service.
THIS_COPY = "this"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an address."""

    identity: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A member of an organisation, as the others see it."""

    person: int
    address: str
    role: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One line of the log."""

    at: datetime
    #: A number; it means nobody once the person is erased. 0: the service itself, or somebody with a link.
    person: int
    act: str
    subject: str
    detail: str


class PeopleBook(Protocol):
    """What keeping people asks of the store, within one transaction."""

    async def person_at(self, address: str) -> Person | None:
        """The person an address belongs to; None: nobody."""

    async def person(self, identity: int) -> Person | None:
        """A person by number."""

    async def person_for(self, address: str, *, at: datetime) -> Person:
        """The person an address belongs to, made where there was none."""

    async def organisation_for(self, *, kind: str, key: str, name: str, at: datetime) -> int:
        """The number of an organisation, made where there was none."""

    async def join_organisation(self, person: int, *, organisation: int, role: str, at: datetime) -> bool:
        """Make somebody a member; False where the person was one in that very role."""

    async def leave_organisation(self, person: int, *, organisation: int) -> bool:
        """End a membership; False where there was none."""

    async def memberships(self, person: int) -> tuple[Membership, ...]:
        """What somebody belongs to."""

    async def colleagues(self, organisation: int) -> Sequence[Colleague]:
        """Everybody of an organisation."""

    async def end_sessions(self, person: int) -> int:
        """Sign somebody out everywhere."""

    async def write_audit(
        self, *, act: str, subject: str, at: datetime, person: int = 0, organisation: int = 0, detail: str = ""
    ) -> None:
        """Add to the log."""

    async def audited(self, *, organisation: int, most: int) -> Sequence[Audited]:
        """What was done in an organisation, the newest first."""


class PeopleLedger(Protocol):
    """Opens transactions over people."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[PeopleBook]:
        """A transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membering:
    """Who belongs to what. A new role ends the person's sessions, since those of stricter roles are shorter."""

    ledger: PeopleLedger
    clock: Clock

    async def let_in(self, address: str, *, kind: str, key: str, name: str, role: str, by: int = 0) -> bool:
        """Make the owner of an address a member of an organisation; False where it was so already.

        Raises:
            BadAddress: It is no e-mail address.
            LookupError: Organisations of that kind have no such role.
        """
        if (kind, role) not in roles():
            raise LookupError(f"{kind} has no role {role}")
        plain, now = checked_address(address), self.clock.now()
        async with self.ledger.writing() as book:
            person = await book.person_for(plain, at=now)
            organisation = await book.organisation_for(kind=kind, key=key, name=name, at=now)
            if not await book.join_organisation(person.identity, organisation=organisation, role=role, at=now):
                return False
            await book.end_sessions(person.identity)
            await book.write_audit(
                act="member.joined",
                subject=f"person:{person.identity}",
                person=by,
                organisation=organisation,
                detail=role,
                at=now,
            )
        return True

    async def add_administrator(self, address: str) -> bool:
        """Make the owner of an address an administrator of this copy; False where it was one. Raises BadAddress."""
        return await self.let_in(address, kind="copy", key=THIS_COPY, name="", role="administrator")

    async def audit(self, organisation: int, *, most: int = 100) -> Sequence[Audited]:
        """What was done in an organisation, the newest first."""
        async with self.ledger.writing() as book:
            return await book.audited(organisation=organisation, most=most)


def checked_address(said: str) -> str:
    """An address we can write to, in its normal form.

    Raises:
        BadAddress: It is none.
    """
    try:
        return validate_email(said.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise BadAddress(f"{said[:80]!r} is not like name@example.co.uk.") from None
