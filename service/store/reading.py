"""What pages read: lists with filters and counts, one opportunity with its history, health, letters.

Nothing here writes but the built-in mailbox and the proof that writing works. What people type reaches the database
only as bound, escaped parameters.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, select

from service.domain.codec import state_from_json, tags_from_json
from service.domain.message import Message
from service.domain.opportunity import Opportunity
from service.domain.tagging import Tags
from service.store.database import Database, known_moment, stored
from service.store.session import Part, table
from service.store.tables import EventRow, LetterRow, MessageRow, OpportunityRow, TickRow

OPPORTUNITY, LETTER = table(OpportunityRow), table(LetterRow)
EVENT, MESSAGE, TICK = table(EventRow), table(MessageRow), table(TickRow)

#: Letters the built-in mailbox lists.
LETTERS_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An opportunity and its tags (None: not tagged yet). `redirect_to` names the one it was joined into."""

    opportunity: Opportunity
    tags: Tags | None
    redirect_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLetter:
    """A letter of the built-in mailbox; text, markup and headers are empty in lists."""

    message_id: str
    to: str
    subject: str
    at: datetime
    text: str = ""
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class Reading(Part):
    """Questions on one connection."""

    async def in_order(self, identities: Sequence[str]) -> Sequence[Listed]:
        """The opportunities of a list in its order; one that is gone meanwhile is left out."""
        asked = select(OPPORTUNITY).where(OPPORTUNITY.c.id.in_(identities))
        found = {row.id: listed_of(row) for row in (await self.connection.execute(asked)).all()} if identities else {}
        return [found[identity] for identity in identities if identity in found]

    async def listed(self, identity: str) -> Listed | None:
        """One opportunity, open or not; None where there is none."""
        row = (await self.connection.execute(select(OPPORTUNITY).where(OPPORTUNITY.c.id == identity))).one_or_none()
        return listed_of(row) if row is not None else None

    async def letters(self) -> Sequence[KeptLetter]:
        """The newest letters of the built-in mailbox, without their words."""
        asked = (
            select(LETTER.c.message_id, LETTER.c.to, LETTER.c.subject, LETTER.c.at)
            .order_by(LETTER.c.at.desc(), LETTER.c.message_id.desc())
            .limit(LETTERS_LISTED)
        )
        rows = (await self.connection.execute(asked)).all()
        return [
            KeptLetter(message_id=row.message_id, to=row.to, subject=row.subject, at=known_moment(row.at))
            for row in rows
        ]

    async def letter(self, message_id: str) -> KeptLetter | None:
        """One letter; None where there is none."""
        row = (await self.connection.execute(select(LETTER).where(LETTER.c.message_id == message_id))).one_or_none()
        if row is None:
            return None
        return KeptLetter(
            message_id=row.message_id,
            to=row.to,
            subject=row.subject,
            at=known_moment(row.at),
            text=row.text,
            html=row.html,
            headers=tuple((name, value) for name, value in json.loads(row.headers)),
        )

    async def overdue_messages(self, *, now: datetime, by: timedelta) -> int:
        """Messages that could have gone out so long ago and still wait."""
        asked = (
            select(func.count())
            .select_from(MESSAGE)
            .where(MESSAGE.c.state == "waiting", MESSAGE.c.available <= stored(now - by))
        )
        return (await self.connection.execute(asked)).scalar_one()

    async def parked_events(self) -> int:
        """Events that were put aside after failing too often."""
        asked = select(func.count()).select_from(EVENT).where(EVENT.c.parked != "")
        return (await self.connection.execute(asked)).scalar_one()

    async def prove_writing(self, at: datetime) -> None:
        """Write a row and take it away again. Raises what the database raises."""
        await self.insert_once(TickRow, {"job": "readiness", "due_at": stored(at)})
        await self.connection.execute(delete(TICK).where(TICK.c.job == "readiness"))


class LetterBox:
    """The built-in mailbox over the database: keeps the promise of `MailboxStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, message: Message, *, headers: Sequence[tuple[str, str]], at: datetime) -> None:
        """Keep a letter once: the same Message-ID again changes nothing."""
        async with self._database.writing() as connection:
            await Part(connection).insert_once(
                LetterRow,
                {
                    "message_id": message.message_id,
                    "to": message.to,
                    "subject": message.subject,
                    "text": message.text,
                    "html": message.html,
                    "headers": json.dumps([list(pair) for pair in headers], ensure_ascii=False),
                    "at": stored(at),
                },
            )


def listed_of(row: Row[Any]) -> Listed:
    """An opportunity out of its row."""
    return Listed(
        opportunity=Opportunity(
            identity=row.id,
            revision=row.revision,
            state=state_from_json(row.state),
            first_seen=known_moment(row.first_seen),
        ),
        tags=tags_from_json(row.tags) if row.tags else None,
        redirect_to=row.redirect_to,
    )
