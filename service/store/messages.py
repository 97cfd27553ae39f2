"""Messages as rows: composed once, claimed with a lease, sent, given back or given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, exists, or_, select, update

from service.domain.codec import buttons_from_json, buttons_to_json
from service.domain.message import Message
from service.domain.pursuit import DONE_WITH, TO_DO
from service.store.database import known_moment, stored
from service.store.session import table
from service.store.suppression import Suppressions
from service.store.tables import (
    AlertHelpRow,
    AlertRow,
    BounceRow,
    DeliveryRow,
    DestinationRow,
    FirmRow,
    LetterRow,
    MessageRow,
    OpportunityKeyRow,
    OpportunityRow,
    PostingRow,
    PursuitRow,
)
from service.usecases.ledger import Addressed, Claimed

MESSAGE, DELIVERY, ALERT = table(MessageRow), table(DeliveryRow), table(AlertRow)
BOUNCE = table(BounceRow)
DESTINATION, FIRM, OPPORTUNITY = table(DestinationRow), table(FirmRow), table(OpportunityRow)
LETTER, PURSUIT = table(LetterRow), table(PursuitRow)
KEY, POSTING = table(OpportunityKeyRow), table(PostingRow)


#: Account mail to a person, not to a firm, has neither a destination nor a firm.
NOBODYS_DESTINATION = 0
#: A message without words and addresses; that it was sent, and when, stays.
EMPTIED = dict.fromkeys(("address", "subject", "text", "html", "unsubscribe_url", "in_reply_to", "said"), "")


class Messages(Suppressions):
    """What is sent."""

    async def keep_message(
        self,
        message: Message,
        *,
        firm: int,
        target: int,
        slot: str,
        alerts: Sequence[int],
        available: datetime | None = None,
    ) -> None:
        """Store a message that waits to be sent, once for each destination and slot, with its deliveries."""
        one = Addressed(message=message, firm=firm, target=target, slot=slot, alerts=tuple(alerts))
        await self.keep_messages([one], available=available)

    async def keep_messages(self, messages: Sequence[Addressed], *, available: datetime | None = None) -> None:
        """Store messages that wait to be sent, once for each destination and slot, with their deliveries."""
        rows = [_waiting(each) | {"available": stored(available)} for each in messages]
        new = await self.insert_each_numbered(MessageRow, rows, known_by=("destination_id", "slot"))
        deliveries = [
            {"alert_id": alert, "destination_id": each.target, "message_id": new[each.target, each.slot]}
            for each in messages
            if (each.target, each.slot) in new
            for alert in each.alerts
        ]
        await self.insert_each_once(DeliveryRow, deliveries)
        named = {pair for each in messages if (each.target, each.slot) in new for pair in each.named}
        helped = [{"alert_id": alert, "programme": key} for alert, key in sorted(named)]
        await self.insert_each_once(AlertHelpRow, helped)

    async def claim_messages(self, *, most: int, now: datetime, lease: float) -> Sequence[Claimed]:
        """Take messages in hand for `lease` seconds; one whose lease ran out is in doubt and is taken again."""
        at = stored(now)
        asked = (
            select(MESSAGE)
            .where(
                or_(
                    and_(MESSAGE.c.state == "waiting", MESSAGE.c.available <= at),
                    and_(MESSAGE.c.state == "sending", MESSAGE.c.lease_until <= at),
                ),
                # mail to it came back for now: it waits
                ~exists().where(BOUNCE.c.destination_id == MESSAGE.c.destination_id, BOUNCE.c.until > at),
            )
            .order_by(MESSAGE.c.available, MESSAGE.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        rows = (await self.connection.execute(asked)).all()
        claimed = []
        for row in rows:
            lost = row.state == "sending"
            claimed.append(_claimed(row, doubts=row.doubts + lost, forbidden=await self._forbidden(row, now=at)))
            await self.connection.execute(
                update(MESSAGE)
                .where(MESSAGE.c.id == row.id)
                .values(
                    state="sending",
                    lease_until=stored(now + timedelta(seconds=lease)),
                    attempts=row.attempts + 1,
                    doubts=row.doubts + lost,
                )
            )
        return claimed

    async def _forbidden(self, row: Row[Any], *, now: str) -> str:
        """Why a message must not go any more: suppression, consent, an open destination, deadline and withdrawal."""
        # an address that was taken back is asked once whether it signs up anew, and told nothing else
        if not row.slot.startswith("confirm:") and await self.is_suppressed(row.address):
            return "its owner does not want to hear from us"
        if row.destination_id == NOBODYS_DESTINATION:
            return ""
        asked = (
            select(FIRM.c.state, DESTINATION.c.closed)
            .join(DESTINATION, DESTINATION.c.firm_id == FIRM.c.id)
            .where(DESTINATION.c.id == row.destination_id)
        )
        firm = (await self.connection.execute(asked)).one_or_none()
        if firm is None or (firm.closed and not row.slot.startswith("confirm:")):
            return "the destination is closed"
        if row.kind == "account":
            return ""
        if firm.state != "active":
            return f"the firm is {firm.state}"
        # A posting that was taken back counts at once, before the steps have told the opportunity.
        taken_back = exists().where(
            KEY.c.opportunity_id == OPPORTUNITY.c.id,
            KEY.c.scheme == "ocid",
            KEY.c.key == POSTING.c.ocid,
            POSTING.c.state == "withdrawn",
        )
        opportunities = (
            select(OPPORTUNITY.c.status, OPPORTUNITY.c.closes, ALERT.c.change, PURSUIT.c.course)
            .add_columns(ALERT.c.change_kind, taken_back.label("taken_back"))
            .join(ALERT, ALERT.c.opportunity_id == OPPORTUNITY.c.id)
            .join(DELIVERY, DELIVERY.c.alert_id == ALERT.c.id)
            .outerjoin(
                PURSUIT, (PURSUIT.c.firm_id == row.firm_id) & (PURSUIT.c.opportunity_id == ALERT.c.opportunity_id)
            )
            .where(DELIVERY.c.message_id == row.id)
        )
        about = (await self.connection.execute(opportunities)).all()
        reasons = [_pointless(each, now=now) for each in about]
        return reasons[0] if reasons and all(reasons) else ""

    async def sent(self, message: int, *, said: str) -> None:
        """The far side has it."""
        await self._settle(message, {"state": "sent", "said": said[:2000], "lease_until": ""})

    async def give_back(self, message: int, *, until: datetime, said: str, doubtful: bool) -> None:
        """Try again later."""
        values = {"state": "waiting", "available": stored(until), "said": said[:2000], "lease_until": ""}
        await self._settle(message, values | ({"doubts": MESSAGE.c.doubts + 1} if doubtful else {}))

    async def give_up(self, message: int, *, state: str, said: str, close_destination: bool) -> None:
        """It will not be sent: refused, dropped, failed or parked."""
        await self._settle(message, {"state": state, "said": said[:2000], "lease_until": ""})
        if close_destination:
            which = select(MESSAGE.c.destination_id).where(MESSAGE.c.id == message).scalar_subquery()
            await self.connection.execute(
                update(DESTINATION)
                .where(DESTINATION.c.id == which)
                .values(closed=f"the far side refused it: {said}"[:500])
            )

    async def empty_old_messages(self, *, before: datetime) -> int:
        """Take the words and addresses out of messages that were dealt with before a moment, and drop such letters."""
        old = (MESSAGE.c.created < stored(before)) & MESSAGE.c.state.not_in(("waiting", "sending"))
        emptied = await self.connection.execute(update(MESSAGE).where(old, MESSAGE.c.text != "").values(**EMPTIED))
        letters = await self.connection.execute(delete(LETTER).where(LETTER.c.at < stored(before)))
        return emptied.rowcount + letters.rowcount

    async def _settle(self, message: int, values: dict[str, Any]) -> None:
        await self.connection.execute(update(MESSAGE).where(MESSAGE.c.id == message).values(**values))


def _waiting(each: Addressed) -> dict[str, Any]:
    """A message as its row. An empty `available` is at once, even for a worker whose clock is behind ours."""
    message = each.message
    return {
        "destination_id": each.target,
        "firm_id": each.firm,
        "slot": each.slot,
        "header_id": message.message_id,
        "channel": message.channel,
        "address": message.to,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "kind": message.kind,
        "unsubscribe_url": message.unsubscribe_url,
        "buttons": buttons_to_json(message.buttons),
        "in_reply_to": message.in_reply_to,
        "created": stored(message.created),
        "state": "waiting",
        "lease_until": "",
        "attempts": 0,
        "doubts": 0,
        "said": "",
    }


def _pointless(row: Row[Any], *, now: str) -> str:
    """Why one alert of a message need not be told any more; "" where it does."""
    if row.change.startswith("ending:"):
        return ""  # the contract that ends is another piece of work than the tender the firm spoke of
    if row.course in DONE_WITH:
        return "the firm said that it does not bid"
    if row.taken_back and row.change_kind != "cancelled":
        return "the buyer has withdrawn it"
    is_reminder = row.change.startswith("reminder:")
    if is_reminder and row.course not in TO_DO:
        return "the firm said that it is done, or took it off its list"
    if (is_reminder or row.change == "new") and _is_over(row, now=now):
        return "it is over: withdrawn, awarded or past its deadline"
    return ""


def _is_over(row: Row[Any], *, now: str) -> bool:
    return row.status in {"cancelled", "awarded"} or bool(row.closes and row.closes <= now)


def _claimed(row: Row[Any], *, doubts: int, forbidden: str) -> Claimed:
    message = Message(
        message_id=row.header_id,
        channel=row.channel,
        to=row.address,
        subject=row.subject,
        text=row.text,
        html=row.html,
        kind=row.kind,
        created=known_moment(row.created),
        unsubscribe_url=row.unsubscribe_url,
        buttons=buttons_from_json(row.buttons),
        in_reply_to=row.in_reply_to,
    )
    return Claimed(identity=row.id, message=message, attempts=row.attempts, doubts=doubts, forbidden=forbidden)
