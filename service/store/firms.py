"""Firms as rows: signed up, confirmed, changed, forgotten."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from service.domain.codec import interest_from_json, interest_to_json
from service.domain.interest import Interest
from service.store.consents import CONSENT, Consents
from service.store.database import stored
from service.store.messages import EMPTIED
from service.store.people import People
from service.store.session import table
from service.store.tables import (
    AlertRow,
    BounceRow,
    ChannelChoiceRow,
    ChatAnswerRow,
    ChatLinkRow,
    ChatRow,
    DeliveryRow,
    DestinationRow,
    FeedbackRow,
    FirmRow,
    InterestRow,
    LetterRow,
    MessageRow,
    PostingQuestionRow,
    PostingReplyRow,
    ProfileRow,
    ProgrammeUseRow,
    PursuitRow,
    ReceiptChoiceRow,
    RhythmRow,
)
from service.usecases.subscribe import Firm, FirmState

FIRM, INTEREST, DESTINATION = table(FirmRow), table(InterestRow), table(DestinationRow)
ALERT, DELIVERY, MESSAGE, LETTER = table(AlertRow), table(DeliveryRow), table(MessageRow), table(LetterRow)
RHYTHM, PURSUIT = table(RhythmRow), table(PursuitRow)
QUESTION, REPLY = table(PostingQuestionRow), table(PostingReplyRow)
CHAT, CHAT_ANSWER, CHAT_LINK = table(ChatRow), table(ChatAnswerRow), table(ChatLinkRow)
CHOICE = table(ChannelChoiceRow)
PROFILE, FEEDBACK, RECEIPT_CHOICE = table(ProfileRow), table(FeedbackRow), table(ReceiptChoiceRow)
BOUNCE, USE = table(BounceRow), table(ProgrammeUseRow)

_STOPPED = "the firm stopped"
#: What the address of a closed destination begins with; the rest is random.
_GONE = "stopped:"


class Firms(Consents, People):
    """Who subscribes."""

    async def create_firm(
        self, *, channel: str, address: str, size: str, interest: Interest, secret: str, consent: str, at: datetime
    ) -> Firm:
        """Add a firm that waits for its confirmation."""
        firm = (
            await self.connection.execute(
                FIRM.insert()
                .values(
                    name="",
                    size=size,
                    state="waiting",
                    created=stored(at),
                    confirmed="",
                    secret=secret,
                )
                .returning(FIRM.c.id)
            )
        ).scalar_one()
        await self.connection.execute(
            DESTINATION.insert().values(firm_id=firm, channel=channel, address=address, closed="")
        )
        await self.keep_consent(firm, person=0, level="alerts", given=True, text=consent, at=at)
        await self._put_interest(firm, interest)
        return await self._known(DESTINATION.c.firm_id == firm)

    async def firm_at(self, *, channel: str, address: str) -> Firm | None:
        """The firm an address belongs to, in whatever case it is written; None: nobody's."""
        return await self._found(
            (DESTINATION.c.channel == channel) & (func.lower(DESTINATION.c.address) == address.lower())
        )

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number; None where there is none."""
        return await self._found(FIRM.c.id == identity)

    async def ask_again(
        self, firm: int, *, size: str, interest: Interest, secret: str, consent: str, at: datetime
    ) -> None:
        """A firm that still waits asks anew: what it says now counts, and older confirming links are void."""
        await self.connection.execute(
            update(FIRM).where(FIRM.c.id == firm).values(size=size, secret=secret, created=stored(at))
        )
        await self.keep_consent(firm, person=0, level="alerts", given=True, text=consent, at=at)
        await self._put_interest(firm, interest)

    async def set_firm_state(self, firm: int, state: FirmState, *, confirmed: datetime | None = None) -> None:
        """Active, paused, or waiting. `confirmed`: when the firm said yes, where it just did."""
        values = {"state": state} | ({"confirmed": stored(confirmed)} if confirmed else {})
        await self.connection.execute(update(FIRM).where(FIRM.c.id == firm).values(**values))

    async def account_messages_since(self, target: int, since: datetime) -> int:
        """How many messages about the account were written to a destination since a moment."""
        asked = (
            select(func.count())
            .select_from(MESSAGE)
            .where(MESSAGE.c.destination_id == target, MESSAGE.c.kind == "account", MESSAGE.c.created > stored(since))
        )
        return (await self.connection.execute(asked)).scalar_one()

    async def forget_firm(self, firm: int, *, at: datetime) -> None:
        """Stop for good and keep nothing that tells who it was, but a salted hash of each address not to be written to.

        Rows that other steps may still hold a number of stay, without their words; what waits to be sent is dropped.
        The secret stays, so that stopping twice is the same as once. Somebody who also belongs to another organisation
        stays known there.
        """
        await self.forget_help_requests(firm=firm)
        await self.connection.execute(delete(USE).where(USE.c.firm_id == firm))
        organisation = await self.organisation_at(kind="firm", key=str(firm))
        gone = await self.dissolve(organisation) if organisation is not None else []
        for person in gone:
            await self.forget_person(person)
        for target in await self.connection.execute(select(DESTINATION.c.id).where(DESTINATION.c.firm_id == firm)):
            await self.close_destination(target.id, reason=_STOPPED, at=at)
        mine = MESSAGE.c.firm_id == firm
        for statement in (
            delete(INTEREST).where(INTEREST.c.firm_id == firm),
            delete(CONSENT).where(CONSENT.c.firm_id == firm),
            delete(PROFILE).where(PROFILE.c.firm_id == firm),
            delete(CHAT_LINK).where(CHAT_LINK.c.firm_id == firm),
            delete(CHOICE).where(CHOICE.c.firm_id == firm),
            delete(FEEDBACK).where(FEEDBACK.c.firm_id == firm),
            delete(RECEIPT_CHOICE).where(RECEIPT_CHOICE.c.firm_id == firm),
            delete(RHYTHM).where(RHYTHM.c.firm_id == firm),
            delete(PURSUIT).where(PURSUIT.c.firm_id == firm),
            delete(REPLY).where(REPLY.c.firm_id == firm),
            # what everybody was told stays, and is nobody's
            delete(QUESTION).where(QUESTION.c.firm_id == firm, QUESTION.c.state != "answered"),
            update(QUESTION).where(QUESTION.c.firm_id == firm).values(firm_id=0),
            update(ALERT).where(ALERT.c.firm_id == firm).values(reasons="[]", differences="[]", dropped=_STOPPED),
            update(MESSAGE).where(mine).values(**EMPTIED),
            update(MESSAGE).where(mine, MESSAGE.c.state == "waiting").values(state="dropped", said=_STOPPED),
            update(FIRM).where(FIRM.c.id == firm).values(state="stopped", name="", size="", confirmed=""),
        ):
            await self.connection.execute(statement)

    async def close_destination(self, target: int, *, reason: str, at: datetime) -> None:
        """Write there no more, and keep of the address a salted hash only, unless a person here still has it."""
        asked = select(DESTINATION.c.address, DESTINATION.c.closed).where(DESTINATION.c.id == target)
        row = (await self.connection.execute(asked)).one_or_none()
        if row is None or row.address.startswith(_GONE):
            return
        if await self.person_at(row.address) is None:
            await self.suppress(row.address, reason=reason, at=at)
        for statement in (
            delete(LETTER).where(LETTER.c.to == row.address),
            delete(CHAT).where(CHAT.c.address == row.address),
            delete(CHAT_ANSWER).where(CHAT_ANSWER.c.chat == row.address),
            delete(BOUNCE).where(BOUNCE.c.destination_id == target),
            update(MESSAGE)
            .where(MESSAGE.c.destination_id == target, MESSAGE.c.state == "waiting")
            .values(state="dropped", said=reason),
            update(MESSAGE).where(MESSAGE.c.destination_id == target).values(address=""),
            update(DESTINATION)
            .where(DESTINATION.c.id == target)
            .values(address=f"{_GONE}{secrets.token_hex(16)}", closed=reason),
        ):
            await self.connection.execute(statement)

    async def delete_unconfirmed(self, *, before: datetime) -> int:
        """Take away sign-ups nobody confirmed, made before a moment; how many there were."""
        old = select(FIRM.c.id).where(FIRM.c.state == "waiting", FIRM.c.created < stored(before))
        firms = list((await self.connection.execute(old)).scalars())
        for firm in firms:
            addresses = select(DESTINATION.c.address).where(DESTINATION.c.firm_id == firm)
            messages = select(MESSAGE.c.id).where(MESSAGE.c.firm_id == firm)
            for statement in (
                delete(LETTER).where(LETTER.c.to.in_(addresses)),
                delete(DELIVERY).where(DELIVERY.c.message_id.in_(messages)),
                delete(MESSAGE).where(MESSAGE.c.firm_id == firm),
                delete(INTEREST).where(INTEREST.c.firm_id == firm),
                delete(CONSENT).where(CONSENT.c.firm_id == firm),
                delete(RHYTHM).where(RHYTHM.c.firm_id == firm),
                delete(PURSUIT).where(PURSUIT.c.firm_id == firm),
                delete(DESTINATION).where(DESTINATION.c.firm_id == firm),
                delete(FIRM).where(FIRM.c.id == firm),
            ):
                await self.connection.execute(statement)
        return len(firms)

    async def _put_interest(self, firm: int, interest: Interest) -> None:
        await self.connection.execute(delete(INTEREST).where(INTEREST.c.firm_id == firm))
        text = interest_to_json(interest).decode()
        await self.connection.execute(INTEREST.insert().values(firm_id=firm, interest=text))

    async def _known(self, condition: ColumnElement[bool]) -> Firm:
        found = await self._found(condition)
        if found is None:  # pragma: no cover - asked only for what was just written
            raise LookupError
        return found

    async def _found(self, condition: ColumnElement[bool]) -> Firm | None:
        asked = (
            select(
                FIRM.c.id,
                FIRM.c.size,
                FIRM.c.state,
                FIRM.c.secret,
                DESTINATION.c.id.label("target"),
                DESTINATION.c.address,
                INTEREST.c.interest,
            )
            .join(DESTINATION, DESTINATION.c.firm_id == FIRM.c.id)
            .outerjoin(INTEREST, INTEREST.c.firm_id == FIRM.c.id)
            .where(condition)
            .order_by(DESTINATION.c.id, INTEREST.c.id)
            .limit(1)
        )
        row = (await self.connection.execute(asked)).one_or_none()
        if row is None:
            return None
        return Firm(
            identity=row.id,
            size=row.size,
            state=row.state,
            secret=row.secret,
            target=row.target,
            address=row.address,
            interest=interest_from_json(row.interest) if row.interest else Interest(),
        )
