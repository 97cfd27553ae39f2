"""Talks in chats as rows: what came in, each dealt with once, and what goes out, in order within a chat."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, false, func, or_, select, update

from service.domain.chat import Answer, Incoming
from service.domain.codec import plain, restored
from service.store.database import known_moment, stored
from service.store.firms import CHAT, CHAT_ANSWER, CHAT_LINK, CHOICE, DESTINATION
from service.store.polls import is_gone
from service.store.session import Part, table
from service.store.tables import (
    AlertRow,
    ChannelChoiceRow,
    ChatAnswerRow,
    ChatInboxRow,
    ChatRow,
    ChatUpdateRow,
    DestinationRow,
)
from service.usecases.chat.book import ChatLink, ChatState, ClaimedAnswer, Heard, ToldAlert

CHAT_INBOX, CHAT_UPDATE = table(ChatInboxRow), table(ChatUpdateRow)
ALERT = table(AlertRow)


class Chats(Part):
    """What is said in chats."""

    # what comes in
    async def listen(self, channel: str, *, holder: str, now: datetime, until: datetime) -> int | None:
        """Listen alone until a moment; up to where all is stored here. None where somebody else listens."""
        blank = {"channel": channel, "confirmed": 0, "holder": "", "until": "", "call_name": ""}
        await self.insert_once(ChatInboxRow, blank)
        before = select(CHAT_INBOX.c.holder).where(CHAT_INBOX.c.channel == channel).with_for_update()
        other: str = (await self.connection.execute(before)).scalar_one()
        is_free = other == holder or is_gone(other)
        taken = await self.connection.execute(
            update(CHAT_INBOX)
            .where(
                CHAT_INBOX.c.channel == channel,
                or_(CHAT_INBOX.c.holder == other if is_free else false(), CHAT_INBOX.c.until <= stored(now)),
            )
            .values(holder=holder, until=stored(until))
            .returning(CHAT_INBOX.c.confirmed)
        )
        confirmed: int | None = taken.scalar_one_or_none()
        return confirmed

    async def stop_listening(self, channel: str, *, holder: str) -> None:
        """Let somebody else listen."""
        await self.connection.execute(
            update(CHAT_INBOX)
            .where(CHAT_INBOX.c.channel == channel, CHAT_INBOX.c.holder == holder)
            .values(holder="", until="")
        )

    async def keep_heard(
        self, channel: str, heard: Sequence[Incoming], *, holder: str, confirmed: int, at: datetime
    ) -> bool:
        """Store what came in, each once, and up to where it may be confirmed; False where somebody else listens now."""
        mine = await self.connection.execute(
            update(CHAT_INBOX)
            .where(CHAT_INBOX.c.channel == channel, CHAT_INBOX.c.holder == holder)
            .values(confirmed=confirmed)
        )
        if not mine.rowcount:
            return False
        await self.insert_each_once(
            ChatUpdateRow,
            [
                {
                    "channel": channel,
                    "number": each.number,
                    "chat": each.chat,
                    "said": json.dumps(plain(each), ensure_ascii=False),
                    "received": stored(at),
                    "state": "waiting",
                    "attempts": 0,
                }
                for each in heard
            ],
        )
        return True

    async def keep_call_name(self, channel: str, name: str) -> None:
        """How people find us there."""
        blank = {"channel": channel, "confirmed": 0, "holder": "", "until": "", "call_name": ""}
        await self.insert_once(ChatInboxRow, blank)
        await self.connection.execute(update(CHAT_INBOX).where(CHAT_INBOX.c.channel == channel).values(call_name=name))

    async def call_name(self, channel: str) -> str:
        """How people find us there; "" where that is not known."""
        asked = select(CHAT_INBOX.c.call_name).where(CHAT_INBOX.c.channel == channel)
        return (await self.connection.execute(asked)).scalar_one_or_none() or ""

    async def next_heard(self, channel: str) -> Heard | None:
        """The oldest thing said that nobody dealt with, the first of its chat; nobody else takes it meanwhile."""
        first = (
            select(func.min(CHAT_UPDATE.c.number))
            .where(CHAT_UPDATE.c.channel == channel, CHAT_UPDATE.c.state == "waiting")
            .group_by(CHAT_UPDATE.c.chat)
        )
        asked = (
            select(CHAT_UPDATE)
            .where(CHAT_UPDATE.c.channel == channel, CHAT_UPDATE.c.number.in_(first), CHAT_UPDATE.c.state == "waiting")
            .order_by(CHAT_UPDATE.c.number)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = (await self.connection.execute(asked)).one_or_none()
        if row is None:
            return None
        return Heard(
            said=restored(json.loads(row.said), Incoming),
            attempts=row.attempts,
            received=known_moment(row.received),
        )

    async def settle_heard(self, channel: str, number: int, *, state: str) -> None:
        """It is dealt with: what was said is not kept."""
        await self.connection.execute(
            update(CHAT_UPDATE)
            .where(CHAT_UPDATE.c.channel == channel, CHAT_UPDATE.c.number == number)
            .values(state=state, said="", chat="")
        )

    async def try_heard_again(self, channel: str, number: int) -> None:
        """It failed and is tried once more."""
        await self.connection.execute(
            update(CHAT_UPDATE)
            .where(CHAT_UPDATE.c.channel == channel, CHAT_UPDATE.c.number == number)
            .values(attempts=CHAT_UPDATE.c.attempts + 1)
        )

    # where each talk stands
    async def chat(self, address: str) -> ChatState:
        """Where a talk stands; blank where there was none."""
        row = (await self.connection.execute(select(CHAT).where(CHAT.c.address == address))).one_or_none()
        if row is None:
            return ChatState(address=address)
        answers: Mapping[str, object] = json.loads(row.answers)
        return ChatState(
            address=address,
            step=row.step,
            answers=answers,
            burst_since=known_moment(row.burst_since) if row.burst_since else None,
            burst=row.burst,
        )

    async def keep_chat(self, state: ChatState, *, at: datetime) -> None:
        """Where a talk stands from now on."""
        await self.put(
            ChatRow,
            {
                "address": state.address,
                "step": state.step,
                "answers": json.dumps(state.answers, ensure_ascii=False),
                "changed": stored(at),
                "burst_since": stored(state.burst_since),
                "burst": state.burst,
            },
        )

    async def forget_chat(self, address: str) -> None:
        """Keep nothing of a talk: where it stood, what was said and what is still to be said."""
        for statement in (
            delete(CHAT).where(CHAT.c.address == address),
            delete(CHAT_ANSWER).where(CHAT_ANSWER.c.chat == address),
            update(CHAT_UPDATE)
            .where(CHAT_UPDATE.c.chat == address, CHAT_UPDATE.c.state != "waiting")
            .values(chat="", said=""),
        ):
            await self.connection.execute(statement)

    async def forget_old_talk(self, *, before: datetime, now: datetime) -> int:
        """Take away what was dealt with, and questions left open, before a moment, and old links; how many rows."""
        at, gone = stored(before), 0
        for statement in (
            delete(CHAT_UPDATE).where(CHAT_UPDATE.c.received < at, CHAT_UPDATE.c.state != "waiting"),
            delete(CHAT_ANSWER).where(CHAT_ANSWER.c.created < at, CHAT_ANSWER.c.state.not_in(("waiting", "sending"))),
            delete(CHAT).where(CHAT.c.changed < at),
            delete(CHAT_LINK).where(CHAT_LINK.c.ends <= stored(now)),
        ):
            gone += (await self.connection.execute(statement)).rowcount
        return gone

    # what goes out
    async def keep_answers(
        self, channel: str, number: int, chat: str, answers: Sequence[Answer], *, at: datetime
    ) -> None:
        """Store what is said back to one thing, each once, in order."""
        rows = [
            {
                "channel": channel,
                "update_number": number,
                "place": place,
                "chat": chat,
                "answer": json.dumps(plain(answer), ensure_ascii=False),
                "created": stored(at),
                "state": "waiting",
                "available": "",
                "lease_until": "",
                "attempts": 0,
                "doubts": 0,
                "said": "",
            }
            for place, answer in enumerate(answers)
        ]
        await self.insert_each_once(ChatAnswerRow, rows)

    async def claim_answers(self, channel: str, *, most: int, now: datetime, lease: float) -> Sequence[ClaimedAnswer]:
        """Take in hand the first open answer of each chat; one whose lease ran out is in doubt and taken again."""
        at = stored(now)
        is_open = CHAT_ANSWER.c.state.in_(("waiting", "sending"))
        first = (
            select(func.min(CHAT_ANSWER.c.id))
            .where(CHAT_ANSWER.c.channel == channel, is_open)
            .group_by(CHAT_ANSWER.c.chat)
        )
        asked = (
            select(CHAT_ANSWER)
            .where(
                CHAT_ANSWER.c.id.in_(first),
                or_(
                    and_(CHAT_ANSWER.c.state == "waiting", CHAT_ANSWER.c.available <= at),
                    and_(CHAT_ANSWER.c.state == "sending", CHAT_ANSWER.c.lease_until <= at),
                ),
            )
            .order_by(CHAT_ANSWER.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        claimed = []
        for row in (await self.connection.execute(asked)).all():
            doubts = row.doubts + (row.state == "sending")
            claimed.append(
                ClaimedAnswer(
                    identity=row.id,
                    chat=row.chat,
                    answer=restored(json.loads(row.answer), Answer),
                    attempts=row.attempts,
                    doubts=doubts,
                )
            )
            values = {"state": "sending", "lease_until": stored(now + timedelta(seconds=lease)), "doubts": doubts}
            await self._settle_answer(row.id, values | {"attempts": row.attempts + 1})
        return claimed

    async def answered(self, identity: int, *, said: str) -> None:
        """The far side has it: the words are not kept."""
        await self._settle_answer(identity, {"state": "sent", "said": said, "answer": "", "chat": ""})

    async def answer_later(self, identity: int, *, until: datetime, said: str, is_doubtful: bool) -> None:
        """Try again later."""
        values: dict[str, object] = {"state": "waiting", "available": stored(until), "said": said}
        await self._settle_answer(identity, values | ({"doubts": CHAT_ANSWER.c.doubts + 1} if is_doubtful else {}))

    async def give_answer_up(self, identity: int, *, said: str) -> None:
        """It will not be said."""
        await self._settle_answer(identity, {"state": "given_up", "said": said, "answer": "", "chat": ""})

    async def _settle_answer(self, identity: int, values: Mapping[str, object]) -> None:
        await self.connection.execute(
            update(CHAT_ANSWER).where(CHAT_ANSWER.c.id == identity).values({"lease_until": ""} | dict(values))
        )

    # chats and firms
    async def keep_chat_link(self, link: ChatLink, *, token_hash: str) -> None:
        """A link that joins a chat to a firm; one firm has only the last one it asked for."""
        await self.connection.execute(
            delete(CHAT_LINK).where(CHAT_LINK.c.firm_id == link.firm, CHAT_LINK.c.person_id == link.person)
        )
        values = {
            "token_hash": token_hash,
            "firm_id": link.firm,
            "person_id": link.person,
            "told_by": link.told_by,
            "ends": stored(link.ends),
        }
        await self.connection.execute(CHAT_LINK.insert().values(**values))

    async def chat_link(self, token_hash: str) -> ChatLink | None:
        """What a link stands for; None where it is none, or used."""
        asked = select(CHAT_LINK).where(CHAT_LINK.c.token_hash == token_hash)
        row = (await self.connection.execute(asked)).one_or_none()
        if row is None:
            return None
        return ChatLink(firm=row.firm_id, person=row.person_id, told_by=row.told_by, ends=known_moment(row.ends))

    async def use_chat_link(self, token_hash: str) -> ChatLink | None:
        """Use a link up; None where it is none, or used."""
        used = await self.connection.execute(
            delete(CHAT_LINK)
            .where(CHAT_LINK.c.token_hash == token_hash)
            .returning(CHAT_LINK.c.firm_id, CHAT_LINK.c.person_id, CHAT_LINK.c.told_by, CHAT_LINK.c.ends)
        )
        row = used.one_or_none()
        if row is None:
            return None
        return ChatLink(firm=row.firm_id, person=row.person_id, told_by=row.told_by, ends=known_moment(row.ends))

    async def open_destination(self, firm: int, *, channel: str, address: str) -> bool:
        """Let a firm hear there; False where the address is another firm's."""
        values = {"firm_id": firm, "channel": channel, "address": address, "closed": ""}
        if await self.insert_once(DestinationRow, values):
            return True
        opened = await self.connection.execute(
            update(DESTINATION)
            .where(DESTINATION.c.channel == channel, DESTINATION.c.address == address, DESTINATION.c.firm_id == firm)
            .values(closed="")
        )
        return bool(opened.rowcount)

    async def is_closed(self, target: int) -> bool:
        """Whether nothing goes to a destination any more."""
        asked = select(DESTINATION.c.closed).where(DESTINATION.c.id == target)
        return bool((await self.connection.execute(asked)).scalar_one_or_none())

    async def told_by(self, firm: int) -> str:
        """The one channel that tells a firm; "" for every one it has."""
        asked = select(CHOICE.c.channel).where(CHOICE.c.firm_id == firm)
        return (await self.connection.execute(asked)).scalar_one_or_none() or ""

    async def choose_channel(self, firm: int, channel: str) -> None:
        """The one channel that tells a firm from now on; "" for every one it has."""
        if channel:
            await self.put(ChannelChoiceRow, {"firm_id": firm, "channel": channel})
        else:
            await self.connection.execute(delete(CHOICE).where(CHOICE.c.firm_id == firm))

    async def told_alert(self, number: int) -> ToldAlert | None:
        """An alert by its number, and whose it is."""
        row = (await self.connection.execute(select(ALERT).where(ALERT.c.id == number))).one_or_none()
        if row is None:
            return None
        return ToldAlert(
            identity=row.id, firm=row.firm_id, opportunity=row.opportunity_id, reasons=tuple(json.loads(row.reasons))
        )

    async def last_alert(self, firm: int) -> int:
        """The number of the alert a firm was told of last; 0 for none."""
        asked = select(func.max(ALERT.c.id)).where(ALERT.c.firm_id == firm, ALERT.c.dropped == "")
        return (await self.connection.execute(asked)).scalar_one() or 0
