"""Invitations, moves of address, and the addresses of a firm's people, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update

from service.store.accounts import FirmAccounts
from service.store.database import known_moment, stored
from service.store.firms import DESTINATION
from service.store.people import ADDRESS_CHANGE, INVITATION, ORGANISATION, key_of
from service.store.tables import AddressChangeRow, DestinationRow
from service.usecases.team_book import Invitation, Moving


class Teams(FirmAccounts):
    """Several people of one firm."""

    async def firm_of_organisation(self, organisation: int) -> int | None:
        """The number of the firm that an organisation is; None where it is another kind."""
        asked = select(ORGANISATION.c.key).where(ORGANISATION.c.id == organisation, ORGANISATION.c.kind == "firm")
        key = (await self.connection.execute(asked)).scalar_one_or_none()
        return int(key) if key is not None else None

    async def keep_invitation(
        self, *, organisation: int, role: str, address: str, token_hash: str, by: int, at: datetime, ends: datetime
    ) -> None:
        """Ask somebody to join; asked again, the older link is void."""
        await self.connection.execute(
            delete(INVITATION).where(
                INVITATION.c.organisation_id == organisation, INVITATION.c.address_key == key_of(address)
            )
        )
        values = {
            "organisation_id": organisation,
            "role": role,
            "address": address,
            "address_key": key_of(address),
            "token_hash": token_hash,
            "invited_by": by,
            "created": stored(at),
            "ends": stored(ends),
        }
        await self.connection.execute(INVITATION.insert().values(**values))

    async def invitation_of_link(self, token_hash: str) -> Invitation | None:
        """The invitation a mailed link stands for."""
        asked = select(INVITATION).where(INVITATION.c.token_hash == token_hash)
        row = (await self.connection.execute(asked)).one_or_none()
        return _invitation(row) if row else None

    async def invitations_of(self, organisation: int) -> Sequence[Invitation]:
        """Who is asked to join, the oldest first."""
        asked = select(INVITATION).where(INVITATION.c.organisation_id == organisation).order_by(INVITATION.c.id)
        return [_invitation(row) for row in (await self.connection.execute(asked)).all()]

    async def drop_invitation(self, organisation: int, identity: int) -> bool:
        """Take an invitation back; False where there was none."""
        gone = await self.connection.execute(
            delete(INVITATION).where(INVITATION.c.id == identity, INVITATION.c.organisation_id == organisation)
        )
        return bool(gone.rowcount)

    async def drop_old_invitations(self, *, now: datetime) -> int:
        """Take away invitations and moves whose time is over; how many there were."""
        gone = 0
        for table_ in (INVITATION, ADDRESS_CHANGE):
            gone += (await self.connection.execute(delete(table_).where(table_.c.ends <= stored(now)))).rowcount
        return gone

    async def add_destination(self, firm: int, *, channel: str, address: str) -> None:
        """Let a firm hear from us there too; twice is the same as once."""
        values = {"firm_id": firm, "channel": channel, "address": address, "closed": ""}
        await self.insert_once(DestinationRow, values)

    async def close_destination_at(self, firm: int, *, channel: str, address: str, reason: str, at: datetime) -> None:
        """Write there no more."""
        asked = select(DESTINATION.c.id).where(
            DESTINATION.c.firm_id == firm,
            DESTINATION.c.channel == channel,
            func.lower(DESTINATION.c.address) == key_of(address),
        )
        for row in (await self.connection.execute(asked)).all():
            await self.close_destination(row.id, reason=reason, at=at)

    async def address_of(self, target: int) -> str | None:
        """The address of an open destination; None where it is closed."""
        asked = select(DESTINATION.c.address).where(DESTINATION.c.id == target, DESTINATION.c.closed == "")
        found: str | None = (await self.connection.execute(asked)).scalar_one_or_none()
        return found

    async def close_one_of_several(self, firm: int, target: int, *, at: datetime) -> bool:
        """Close one destination of several, and let its person leave; False where it is the only one."""
        others = select(DESTINATION.c.id).where(
            DESTINATION.c.firm_id == firm, DESTINATION.c.id != target, DESTINATION.c.closed == ""
        )
        if (await self.connection.execute(others)).first() is None:
            return False
        address = await self.address_of(target)
        person = await self.person_at(address) if address else None
        organisation = await self.organisation_at(kind="firm", key=str(firm))
        if person is not None and organisation is not None:
            await self.leave_organisation(person.identity, organisation=organisation)
            if not await self.memberships(person.identity):
                await self.forget_person(person)
        await self.close_destination(target, reason="its owner stopped the alerts", at=at)
        return True

    async def move_destination(self, *, channel: str, old: str, new: str) -> None:
        """Write to another address instead."""
        await self.connection.execute(
            update(DESTINATION)
            .where(DESTINATION.c.channel == channel, func.lower(DESTINATION.c.address) == key_of(old))
            .values(address=new, closed="")
        )

    async def keep_moving(
        self, person: int, *, address: str, old_hash: str, new_hash: str, at: datetime, ends: datetime
    ) -> None:
        """A person's address is to change; a move asked for before is void."""
        values = {
            "person_id": person,
            "address": address,
            "old_hash": old_hash,
            "new_hash": new_hash,
            "old_confirmed": "",
            "new_confirmed": "",
            "created": stored(at),
            "ends": stored(ends),
        }
        await self.put(AddressChangeRow, values)

    async def moving_of_link(self, token_hash: str) -> tuple[Moving, bool] | None:
        """The move a mailed link stands for, and whether it is the link of the new end."""
        asked = select(ADDRESS_CHANGE).where(
            or_(ADDRESS_CHANGE.c.old_hash == token_hash, ADDRESS_CHANGE.c.new_hash == token_hash)
        )
        row = (await self.connection.execute(asked)).one_or_none()
        if row is None:
            return None
        moving = Moving(
            person=row.person_id,
            address=row.address,
            old_confirmed=bool(row.old_confirmed),
            new_confirmed=bool(row.new_confirmed),
            ends=known_moment(row.ends),
        )
        return moving, row.new_hash == token_hash

    async def confirm_end(self, person: int, *, new_end: bool, at: datetime) -> None:
        """One end of a move is confirmed."""
        column = "new_confirmed" if new_end else "old_confirmed"
        await self.connection.execute(
            update(ADDRESS_CHANGE).where(ADDRESS_CHANGE.c.person_id == person).values({column: stored(at)})
        )

    async def drop_moving(self, person: int) -> None:
        """A move is over."""
        await self.connection.execute(delete(ADDRESS_CHANGE).where(ADDRESS_CHANGE.c.person_id == person))


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        identity=row.id,
        organisation=row.organisation_id,
        role=row.role,
        address=row.address,
        invited_by=row.invited_by,
        ends=known_moment(row.ends),
    )
