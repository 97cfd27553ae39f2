"""People and the organisations they belong to, as rows; and the log of who did what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update

from service.domain.roles import Membership
from service.store.database import known_moment, stored
from service.store.helping import Helping
from service.store.session import table
from service.store.suppression import Suppressions
from service.store.tables import (
    AddressChangeRow,
    AuditRow,
    CorrectionRow,
    InvitationRow,
    LetterRow,
    MembershipRow,
    MessageRow,
    OrganisationRow,
    PersonRow,
    SessionRow,
    SignInRow,
)
from service.usecases.people import Audited, Colleague, Person

PERSON, ORGANISATION, MEMBERSHIP = table(PersonRow), table(OrganisationRow), table(MembershipRow)
AUDIT, INVITATION, ADDRESS_CHANGE = table(AuditRow), table(InvitationRow), table(AddressChangeRow)
SESSION, SIGN_IN, MESSAGE, LETTER = table(SessionRow), table(SignInRow), table(MessageRow), table(LetterRow)
CORRECTION = table(CorrectionRow)


def key_of(address: str) -> str:
    """An address as it is compared: in small letters, as `lower` of both databases makes them."""
    return address.strip().lower()


class People(Suppressions, Helping):
    """Who there is and what each may do."""

    async def person_at(self, address: str) -> Person | None:
        """The person an address belongs to, in whatever case it is written; None: nobody."""
        asked = select(PERSON).where(PERSON.c.address_key == key_of(address))
        row = (await self.connection.execute(asked)).one_or_none()
        return Person(identity=row.id, address=row.address) if row else None

    async def person(self, identity: int) -> Person | None:
        """A person by number; None where there is none."""
        row = (await self.connection.execute(select(PERSON).where(PERSON.c.id == identity))).one_or_none()
        return Person(identity=row.id, address=row.address) if row else None

    async def person_for(self, address: str, *, at: datetime) -> Person:
        """The person an address belongs to, made where there was none."""
        values = {"address": address.strip(), "address_key": key_of(address), "created": stored(at)}
        await self.insert_once(PersonRow, values)
        found = await self.person_at(address)
        if found is None:  # pragma: no cover - it was just written
            raise LookupError
        return found

    async def rename_person(self, person: int, address: str) -> bool:
        """Give a person another address; False where somebody else has it."""
        other = await self.person_at(address)
        if other is not None and other.identity != person:
            return False
        values = {"address": address.strip(), "address_key": key_of(address)}
        await self.connection.execute(update(PERSON).where(PERSON.c.id == person).values(**values))
        return True

    async def organisation_for(self, *, kind: str, key: str, name: str, at: datetime) -> int:
        """The number of an organisation, made where there was none; a name it has already stays."""
        values = {"kind": kind, "key": key, "name": name, "created": stored(at)}
        await self.insert_once(OrganisationRow, values)
        found = await self.organisation_at(kind=kind, key=key)
        if found is None:  # pragma: no cover - it was just written
            raise LookupError
        return found

    async def organisation_at(self, *, kind: str, key: str) -> int | None:
        """The number of an organisation; None where there is none."""
        asked = select(ORGANISATION.c.id).where(ORGANISATION.c.kind == kind, ORGANISATION.c.key == key)
        found: int | None = (await self.connection.execute(asked)).scalar_one_or_none()
        return found

    async def organisation_name(self, *, kind: str, key: str) -> str:
        """The name of an organisation; "" where there is none."""
        asked = select(ORGANISATION.c.name).where(ORGANISATION.c.kind == kind, ORGANISATION.c.key == key)
        return (await self.connection.execute(asked)).scalar_one_or_none() or ""

    async def join_organisation(self, person: int, *, organisation: int, role: str, at: datetime) -> bool:
        """Make somebody a member; False where the person was one in that very role."""
        values = {"person_id": person, "organisation_id": organisation, "role": role, "since": stored(at)}
        if await self.insert_once(MembershipRow, values):
            return True
        changed = await self.connection.execute(
            update(MEMBERSHIP)
            .where(
                MEMBERSHIP.c.person_id == person,
                MEMBERSHIP.c.organisation_id == organisation,
                MEMBERSHIP.c.role != role,
            )
            .values(role=role, since=stored(at))
        )
        return bool(changed.rowcount)

    async def leave_organisation(self, person: int, *, organisation: int) -> bool:
        """End a membership; False where there was none."""
        gone = await self.connection.execute(
            delete(MEMBERSHIP).where(MEMBERSHIP.c.person_id == person, MEMBERSHIP.c.organisation_id == organisation)
        )
        return bool(gone.rowcount)

    async def memberships(self, person: int) -> tuple[Membership, ...]:
        """What somebody belongs to, the oldest first."""
        asked = (
            select(
                MEMBERSHIP.c.organisation_id, MEMBERSHIP.c.role, ORGANISATION.c.kind, ORGANISATION.c.key,
                ORGANISATION.c.name,
            )
            .join(ORGANISATION, ORGANISATION.c.id == MEMBERSHIP.c.organisation_id)
            .where(MEMBERSHIP.c.person_id == person)
            .order_by(MEMBERSHIP.c.id)
        )  # fmt: skip
        return tuple(
            Membership(organisation=row.organisation_id, kind=row.kind, key=row.key, name=row.name, role=row.role)
            for row in (await self.connection.execute(asked)).all()
        )

    async def colleagues(self, organisation: int) -> Sequence[Colleague]:
        """Everybody of an organisation, the longest there first."""
        asked = (
            select(PERSON.c.id, PERSON.c.address, MEMBERSHIP.c.role, MEMBERSHIP.c.since)
            .join(MEMBERSHIP, MEMBERSHIP.c.person_id == PERSON.c.id)
            .where(MEMBERSHIP.c.organisation_id == organisation)
            .order_by(MEMBERSHIP.c.id)
        )
        return [
            Colleague(person=row.id, address=row.address, role=row.role, since=known_moment(row.since))
            for row in (await self.connection.execute(asked)).all()
        ]

    async def organisations_with(self, *, kind: str, role: str) -> int:
        """How many people have a role in organisations of a kind."""
        asked = (
            select(func.count())
            .select_from(MEMBERSHIP.join(ORGANISATION, ORGANISATION.c.id == MEMBERSHIP.c.organisation_id))
            .where(ORGANISATION.c.kind == kind, MEMBERSHIP.c.role == role)
        )
        found: int = (await self.connection.execute(asked)).scalar_one()
        return found

    async def dissolve(self, organisation: int) -> list[Person]:
        """End an organisation with its memberships and invitations; who belonged to nothing else."""
        members = await self.colleagues(organisation)
        for statement in (
            delete(MEMBERSHIP).where(MEMBERSHIP.c.organisation_id == organisation),
            delete(INVITATION).where(INVITATION.c.organisation_id == organisation),
            delete(ORGANISATION).where(ORGANISATION.c.id == organisation),
        ):
            await self.connection.execute(statement)
        return [
            Person(identity=each.person, address=each.address)
            for each in members
            if not await self.memberships(each.person)
        ]

    async def forget_person(self, person: Person) -> None:
        """Keep nothing that tells who somebody was: sessions, links, letters, what waited to be sent, corrections."""
        await self.forget_help_requests(person=person.identity)
        moving = select(ADDRESS_CHANGE).where(ADDRESS_CHANGE.c.person_id == person.identity)
        slots = [
            slot
            for row in (await self.connection.execute(moving)).all()
            for slot in (f"move:{row.old_hash}", f"confirm:{row.new_hash}")
        ]
        mine = (MESSAGE.c.destination_id == 0) & or_(
            func.lower(MESSAGE.c.address) == key_of(person.address), MESSAGE.c.slot.in_(slots)
        )
        empty = {"address": "", "subject": "", "text": "", "html": "", "in_reply_to": "", "said": ""}
        for statement in (
            delete(SESSION).where(SESSION.c.person_id == person.identity),
            delete(SIGN_IN).where(SIGN_IN.c.person_id == person.identity),
            delete(ADDRESS_CHANGE).where(ADDRESS_CHANGE.c.person_id == person.identity),
            delete(LETTER).where(func.lower(LETTER.c.to) == key_of(person.address)),
            update(MESSAGE).where(mine, MESSAGE.c.state == "waiting").values(state="dropped"),
            update(MESSAGE).where(mine).values(**empty),
            delete(CORRECTION).where(CORRECTION.c.person == await self._hash(person.address)),
            delete(PERSON).where(PERSON.c.id == person.identity),
        ):
            await self.connection.execute(statement)

    async def write_audit(
        self, *, act: str, subject: str, at: datetime, person: int = 0, organisation: int = 0, detail: str = ""
    ) -> None:
        """Add to the log. Numbers and keys only: no address, no name, nothing typed in."""
        values = {
            "at": stored(at),
            "person_id": person,
            "organisation_id": organisation,
            "act": act,
            "subject": subject,
            "detail": detail,
        }
        await self.connection.execute(AUDIT.insert().values(**values))

    async def audited(self, *, organisation: int, most: int) -> Sequence[Audited]:
        """What was done in an organisation, the newest first."""
        asked = select(AUDIT).where(AUDIT.c.organisation_id == organisation).order_by(AUDIT.c.id.desc()).limit(most)
        return [
            Audited(at=known_moment(row.at), person=row.person_id, act=row.act, subject=row.subject, detail=row.detail)
            for row in (await self.connection.execute(asked)).all()
        ]
