"""Mail that came in as rows: stored before it is acknowledged, dealt with once; what reports do to destinations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from service.store.database import known_moment, stored
from service.store.session import table
from service.store.suppression import Suppressions
from service.store.tables import AlertRow, BounceRow, DeliveryRow, DestinationRow, InboundRow, MessageRow
from service.usecases.answer_mail import CameIn, Told
from service.usecases.bounced import SentBefore

INBOUND, BOUNCE, MESSAGE = table(InboundRow), table(BounceRow), table(MessageRow)
DESTINATION, DELIVERY, ALERT = table(DestinationRow), table(DeliveryRow), table(AlertRow)
_MOST_TOLD = 10


class Inbound(Suppressions):
    """Mail that came in."""

    async def keep_inbound(
        self, *, fingerprint: str, envelope_from: str, recipient: str, raw: bytes, at: datetime
    ) -> bool:
        """Store a mail; False where the very same was stored before."""
        values = {
            "fingerprint": fingerprint,
            "envelope_from": envelope_from,
            "recipient": recipient,
            "raw": raw,
            "received": stored(at),
            "sender": "",
            "state": "waiting",
            "available": "",
            "attempts": 0,
            "outcome": "",
        }
        return await self.insert_once(InboundRow, values)

    async def next_inbound(self, *, now: datetime) -> CameIn | None:
        """The oldest mail that waits; nobody else takes it while this transaction lasts."""
        asked = (
            select(INBOUND)
            .where(INBOUND.c.state == "waiting", INBOUND.c.available <= stored(now))
            .order_by(INBOUND.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = (await self.connection.execute(asked)).one_or_none()
        if row is None:
            return None
        return CameIn(
            identity=row.id,
            envelope_from=row.envelope_from,
            recipient=row.recipient,
            raw=bytes(row.raw),
            attempts=row.attempts,
        )

    async def settle_inbound(self, mail: int, *, state: str, outcome: str) -> None:
        """A mail is dealt with: what became of it stays, its words and addresses go."""
        values = {"state": state, "outcome": outcome[:300], "raw": b"", "envelope_from": "", "recipient": ""}
        await self.connection.execute(update(INBOUND).where(INBOUND.c.id == mail).values(**values))

    async def put_off_inbound(self, mail: int, *, until: datetime) -> None:
        """Try this one again later."""
        values = {"available": stored(until), "attempts": INBOUND.c.attempts + 1}
        await self.connection.execute(update(INBOUND).where(INBOUND.c.id == mail).values(**values))

    async def note_sender(self, mail: int, address: str, *, since: datetime) -> int:
        """Keep who wrote as a salted hash; how many mails the same sender wrote since a moment, this one included."""
        sender = await self._hash(address)
        await self.connection.execute(update(INBOUND).where(INBOUND.c.id == mail).values(sender=sender))
        asked = (
            select(func.count())
            .select_from(INBOUND)
            .where(INBOUND.c.sender == sender, INBOUND.c.received >= stored(since))
        )
        return (await self.connection.execute(asked)).scalar_one()

    async def forget_inbound(self, *, before: datetime) -> int:
        """Take away what was dealt with before a moment; how many rows."""
        old = INBOUND.c.received < stored(before)
        return (await self.connection.execute(delete(INBOUND).where(old, INBOUND.c.state != "waiting"))).rowcount

    async def sent_before(self, message: int) -> SentBefore | None:
        """A message of ours by its number."""
        asked = select(MESSAGE).where(MESSAGE.c.id == message)
        row = (await self.connection.execute(asked)).one_or_none()
        if row is None:
            return None
        return SentBefore(message=row.id, target=row.destination_id, firm=row.firm_id)

    async def sent_as(self, header_ids: Sequence[str], *, firm: int) -> SentBefore | None:
        """The newest message to a firm with one of these Message-IDs; the newest alert of all where none is named."""
        asked = select(MESSAGE.c.id, MESSAGE.c.destination_id).where(MESSAGE.c.firm_id == firm)
        asked = (
            asked.where(MESSAGE.c.header_id.in_(header_ids)) if header_ids else asked.where(MESSAGE.c.kind != "account")
        )
        row = (await self.connection.execute(asked.order_by(MESSAGE.c.id.desc()).limit(1))).one_or_none()
        return None if row is None else SentBefore(message=row.id, target=row.destination_id, firm=firm)

    async def told_in(self, message: int) -> Sequence[Told]:
        """Which work a message told of, and why."""
        asked = (
            select(ALERT.c.opportunity_id, ALERT.c.reasons)
            .join(DELIVERY, DELIVERY.c.alert_id == ALERT.c.id)
            .where(DELIVERY.c.message_id == message)
            .order_by(ALERT.c.id)
            .limit(_MOST_TOLD)
        )
        return [
            Told(opportunity=row.opportunity_id, reasons=tuple(json.loads(row.reasons)))
            for row in await self._all(asked)
        ]

    async def shut_destination(self, target: int, *, reason: str) -> bool:
        """Send nothing there any more; False where it was shut before."""
        shut = await self.connection.execute(
            update(DESTINATION)
            .where(DESTINATION.c.id == target, DESTINATION.c.closed == "")
            .values(closed=reason[:300])
        )
        await self.connection.execute(
            update(MESSAGE)
            .where(MESSAGE.c.destination_id == target, MESSAGE.c.state == "waiting")
            .values(state="dropped", said=reason[:300])
        )
        await self.connection.execute(delete(BOUNCE).where(BOUNCE.c.destination_id == target))
        return bool(shut.rowcount)

    async def count_bounce(
        self, target: int, *, message: int, said: str, at: datetime, forget_after: timedelta, first: timedelta
    ) -> int:
        """Note a passing failure: how many in a row there were, 0 where this message was counted before.

        Nothing goes there for `first`, then twice as long each time. After `forget_after` without one, counting
        begins anew.
        """
        asked = select(BOUNCE).where(BOUNCE.c.destination_id == target).with_for_update()
        row = (await self.connection.execute(asked)).one_or_none()
        if row is not None and row.message_id == message:
            return 0
        goes_on = row is not None and at - known_moment(row.last) < forget_after
        times = row.times + 1 if row is not None and goes_on else 1
        await self.put(
            BounceRow,
            {
                "destination_id": target,
                "times": times,
                "message_id": message,
                "last": stored(at),
                "until": stored(at + first * 2 ** (times - 1)),
                "said": said[:300],
            },
        )
        return times
