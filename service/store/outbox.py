"""Events: rows committed with the change that caused them, taken in order, tried again or parked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import select, update

from service.store.database import stored
from service.store.session import Part, table
from service.store.tables import EventRow
from service.usecases.ledger import Payload, Waiting

EVENT = table(EventRow)


class Outbox(Part):
    """The transactional outbox."""

    async def emit(self, kind: str, subject: str, payload: Payload, *, at: datetime) -> None:
        """Add an event, once for each kind and subject."""
        await self.emit_each(kind, [(subject, payload)], at=at)

    async def emit_each(self, kind: str, events: Sequence[tuple[str, Payload]], *, at: datetime) -> None:
        """Add several, each a subject and a payload."""
        same = {
            "kind": kind,
            "created": stored(at),
            "available": "",  # at once, even for a worker whose clock is behind ours
            "attempts": 0,
            "done": False,
            "parked": "",
        }
        rows = [same | {"subject": subject, "payload": json.dumps(dict(payload))} for subject, payload in events]
        await self.insert_each_once(EventRow, rows)

    async def take(self, kind: str, *, most: int, now: datetime) -> Sequence[Waiting]:
        """The oldest events that wait; nobody else takes them while this transaction lasts."""
        asked = (
            select(EVENT.c.id, EVENT.c.kind, EVENT.c.payload, EVENT.c.attempts)
            .where(
                EVENT.c.kind == kind, EVENT.c.done.is_(False), EVENT.c.parked == "", EVENT.c.available <= stored(now)
            )
            .order_by(EVENT.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        rows = (await self.connection.execute(asked)).all()
        return [Waiting(identity=r.id, kind=r.kind, payload=json.loads(r.payload), attempts=r.attempts) for r in rows]

    async def finish(self, events: Sequence[int]) -> None:
        """These are done."""
        if events:
            await self.connection.execute(update(EVENT).where(EVENT.c.id.in_(events)).values(done=True))

    async def put_off(self, event: int, *, until: datetime, parked: str) -> None:
        """Try this one again later; or never, with the reason."""
        await self.connection.execute(
            update(EVENT)
            .where(EVENT.c.id == event)
            .values(available=stored(until), attempts=EVENT.c.attempts + 1, parked=parked[:2000])
        )

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part that may fail alone."""
        async with self.connection.begin_nested():
            yield
