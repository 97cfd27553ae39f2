"""A firm's account as rows: its interests, profile, places, and everything kept of it for the export."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, select, update

from service.domain.codec import interest_from_json, interest_to_json, plain, restored
from service.domain.interest import Interest
from service.domain.profile import Profile
from service.store.consents import CONSENT
from service.store.database import moment, stored
from service.store.firms import (
    ALERT,
    CHOICE,
    DELIVERY,
    DESTINATION,
    FEEDBACK,
    FIRM,
    INTEREST,
    MESSAGE,
    PROFILE,
    PURSUIT,
    QUESTION,
    RECEIPT_CHOICE,
    REPLY,
    RHYTHM,
    USE,
    Firms,
)
from service.store.helping import REQUEST
from service.store.people import MEMBERSHIP, ORGANISATION, PERSON, SESSION
from service.store.tables import InterestRow, ProfileRow
from service.usecases.firm_account import KeptInterest, Place, Sent

#: Columns that are no part of what is kept about somebody: secrets, and how a worker stands with a message.
_NOT_EXPORTED = frozenset(
    {"secret", "slot", "once", "token_hash", "nonce_hash", "lease_until", "html", "unsubscribe_url"}
)


class FirmAccounts(Firms):
    """What a firm sees of itself."""

    async def interests_of(self, firm: int) -> Sequence[KeptInterest]:
        """What a firm asked for, the oldest first."""
        asked = select(INTEREST).where(INTEREST.c.firm_id == firm).order_by(INTEREST.c.id)
        return [
            KeptInterest(identity=row.id, interest=interest_from_json(row.interest))
            for row in (await self.connection.execute(asked)).all()
        ]

    async def add_interest(self, firm: int, interest: Interest) -> int:
        """Ask for one thing more; its number."""
        number = await self.insert_numbered(
            InterestRow, {"firm_id": firm, "interest": interest_to_json(interest).decode()}
        )
        if number is None:  # pragma: no cover - there is no unique key to collide with
            raise LookupError
        return number

    async def change_interest(self, firm: int, identity: int, interest: Interest) -> bool:
        """Ask for something else; False where the firm has no such interest."""
        changed = await self.connection.execute(
            update(INTEREST)
            .where(INTEREST.c.id == identity, INTEREST.c.firm_id == firm)
            .values(interest=interest_to_json(interest).decode())
        )
        return bool(changed.rowcount)

    async def remove_interest(self, firm: int, identity: int) -> bool:
        """Ask for one thing less; False where the firm has no such interest."""
        gone = await self.connection.execute(
            delete(INTEREST).where(INTEREST.c.id == identity, INTEREST.c.firm_id == firm)
        )
        return bool(gone.rowcount)

    async def places_of(self, firm: int) -> Sequence[Place]:
        """Where a firm hears from us, the oldest first."""
        asked = (
            select(DESTINATION.c.channel, DESTINATION.c.address)
            .where(DESTINATION.c.firm_id == firm, DESTINATION.c.closed == "")
            .order_by(DESTINATION.c.id)
        )
        rows = (await self.connection.execute(asked)).all()
        return [Place(channel=row.channel, address=row.address) for row in rows]

    async def sent_to(self, firm: int, *, since: datetime) -> Sent:
        """When the last alert went out, and how many since a moment."""
        mine = (MESSAGE.c.firm_id == firm) & MESSAGE.c.kind.not_in(("account", "receipt")) & (MESSAGE.c.state == "sent")
        last = (await self.connection.execute(select(func.max(MESSAGE.c.created)).where(mine))).scalar_one()
        lately = select(func.count()).select_from(MESSAGE).where(mine, MESSAGE.c.created >= stored(since))
        return Sent(last=moment(last or ""), lately=(await self.connection.execute(lately)).scalar_one())

    async def profile_of(self, firm: int) -> Profile:
        """What a firm said of itself; nothing where it has not."""
        asked = select(PROFILE.c.profile).where(PROFILE.c.firm_id == firm)
        kept = (await self.connection.execute(asked)).scalar_one_or_none()
        return restored(json.loads(kept), Profile) if kept else Profile()

    async def keep_profile(self, firm: int, profile: Profile, *, size: str, at: datetime) -> None:
        """What a firm says of itself from now on."""
        text = json.dumps(plain(profile), ensure_ascii=False)
        await self.put(ProfileRow, {"firm_id": firm, "profile": text, "changed": stored(at)})
        await self.connection.execute(update(FIRM).where(FIRM.c.id == firm).values(size=size, name=profile.name))
        await self.connection.execute(
            update(ORGANISATION)
            .where(ORGANISATION.c.kind == "firm", ORGANISATION.c.key == str(firm))
            .values(name=profile.name)
        )

    async def everything_of(self, firm: int, *, person: int) -> Mapping[str, object]:
        """All rows kept about a firm and the one of its people who asks, as plain values by table.

        Of other people of the firm only their addresses and roles are in it: the rest is theirs to ask for.
        """
        organisation = await self.organisation_at(kind="firm", key=str(firm))
        messages = select(MESSAGE.c.id).where(MESSAGE.c.firm_id == firm)
        asked: dict[str, tuple[Table, Any]] = {
            "firm": (FIRM, FIRM.c.id == firm),
            "interests": (INTEREST, INTEREST.c.firm_id == firm),
            "destinations": (DESTINATION, DESTINATION.c.firm_id == firm),
            "consents": (CONSENT, CONSENT.c.firm_id == firm),
            "profile": (PROFILE, PROFILE.c.firm_id == firm),
            "feedback": (FEEDBACK, FEEDBACK.c.firm_id == firm),
            "silence_receipts": (RECEIPT_CHOICE, RECEIPT_CHOICE.c.firm_id == firm),
            "rhythm": (RHYTHM, RHYTHM.c.firm_id == firm),
            "list": (PURSUIT, PURSUIT.c.firm_id == firm),
            "help_requests": (REQUEST, REQUEST.c.firm_id == firm),
            "questions": (QUESTION, QUESTION.c.firm_id == firm),
            "replies": (REPLY, REPLY.c.firm_id == firm),
            "help_used": (USE, USE.c.firm_id == firm),
            "alerts": (ALERT, ALERT.c.firm_id == firm),
            "deliveries": (DELIVERY, DELIVERY.c.message_id.in_(messages)),
            "messages": (MESSAGE, MESSAGE.c.firm_id == firm),
            "person": (PERSON, PERSON.c.id == person),
            "told_by": (CHOICE, CHOICE.c.firm_id == firm),
            "memberships": (MEMBERSHIP, MEMBERSHIP.c.person_id == person),
            "sessions": (SESSION, SESSION.c.person_id == person),
        }
        found: dict[str, object] = {}
        for name, (table_, condition) in asked.items():
            rows = (await self.connection.execute(select(table_).where(condition))).all()
            found[name] = [
                {key: _opened(key, value) for key, value in row._mapping.items() if key not in _NOT_EXPORTED}  # noqa: SLF001 - the public way in SQLAlchemy
                for row in rows
            ]
        colleagues = await self.colleagues(organisation) if organisation is not None else []
        found["people"] = [
            {"address": each.address, "role": each.role, "since": each.since.isoformat()} for each in colleagues
        ]
        log = await self.audited(organisation=organisation, most=10_000) if organisation is not None else []
        found["log"] = [
            {"at": each.at.isoformat(), "act": each.act, "subject": each.subject, "detail": each.detail} for each in log
        ]
        return found


def _opened(name: str, value: object) -> object:
    """A value for people: what is kept as JSON is opened."""
    if name in {"interest", "profile", "reasons", "differences", "passed", "areas", "tried"} and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
