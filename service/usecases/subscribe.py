"""A firm signs up, confirms, changes, pauses and stops, each with a link and nothing else."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from service.domain.gazetteer import gazetteer
from service.domain.interest import Interest
from service.domain.message import AccountLetter, Message, Written, account_mail
from service.domain.wording import list_words
from service.errors import BadToken, TooManyRequests
from service.ports import Clock
from service.usecases.links import CONFIRM_HOURS, Links, Purpose
from service.usecases.people import Person
from service.usecases.sign_in import Entered, SessionBook, begin
from service.usecases.sign_up_letters import begin_again_letter, signed_up_already_letter

FirmState = Literal["waiting", "active", "paused", "stopped"]

#: Messages about the account that one address is sent within a day, whoever asks for them.
MAILS_A_DAY = 3
#: How long a sign-up waits for its confirmation before it is taken away.
UNCONFIRMED_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A subscriber with its address and what it asked for."""

    identity: int
    size: str
    state: FirmState
    secret: str
    #: Number of its destination.
    target: int
    address: str
    interest: Interest


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A firm that is on now. `entered`: its session, where the browser that confirmed is the one that signed up."""

    firm: Firm
    manage_token: str
    entered: Entered | None = None


class FirmBook(SessionBook, Protocol):
    """What signing up asks of the store, within one transaction."""

    async def create_firm(
        self, *, channel: str, address: str, size: str, interest: Interest, secret: str, consent: str, at: datetime
    ) -> Firm:
        """Add a firm that waits for its confirmation."""

    async def firm_at(self, *, channel: str, address: str) -> Firm | None:
        """The firm an address belongs to; None: nobody's."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number; None where there is none."""

    async def ask_again(
        self, firm: int, *, size: str, interest: Interest, secret: str, consent: str, at: datetime
    ) -> None:
        """A waiting firm asks anew: what it says now counts."""

    async def is_closed(self, target: int) -> bool:
        """Whether nothing goes to a destination any more."""

    async def open_destination(self, firm: int, *, channel: str, address: str) -> bool:
        """Let a firm hear there; False where the address is another firm's."""

    async def address_of(self, target: int) -> str | None:
        """The address of an open destination; None where it is closed."""

    async def close_one_of_several(self, firm: int, target: int, *, at: datetime) -> bool:
        """Close one destination of several, and let its person leave; False where it is the only one."""

    async def set_firm_state(self, firm: int, state: FirmState, *, confirmed: datetime | None = None) -> None:
        """Set the state."""

    async def account_messages_since(self, target: int, since: datetime) -> int:
        """How many messages about the account a destination was written since a moment."""

    async def forget_firm(self, firm: int, *, at: datetime) -> None:
        """Stop for good."""

    async def person_for(self, address: str, *, at: datetime) -> Person:
        """The person an address belongs to, made where there was none."""

    async def organisation_for(self, *, kind: str, key: str, name: str, at: datetime) -> int:
        """The number of an organisation, made where there was none."""

    async def join_organisation(self, person: int, *, organisation: int, role: str, at: datetime) -> bool:
        """Make somebody a member."""

    async def lift_suppression(self, address: str) -> None:
        """The owner of the address confirmed anew."""

    async def write_audit(
        self, *, act: str, subject: str, at: datetime, person: int = 0, organisation: int = 0, detail: str = ""
    ) -> None:
        """Add to the log."""

    async def delete_unconfirmed(self, *, before: datetime) -> int:
        """Take away sign-ups nobody confirmed."""

    async def keep_message(
        self, message: Message, *, firm: int, target: int, slot: str, alerts: tuple[int, ...]
    ) -> None:
        """Store a message that waits to be sent."""


class FirmLedger(Protocol):
    """Opens transactions over firms."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[FirmBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[FirmBook]:
        """A connection that only reads."""


class WriteConfirmation(Protocol):
    """Words the message that asks for the confirmation."""

    def __call__(self, *, name: str, areas: str, confirm_url: str, public_url: str, hours: int) -> Written:
        """The message in words."""


class Subscribe:
    """The verbs of a firm about its own alerts. All that take a token raise BadToken for one that is void."""

    def __init__(
        self,
        *,
        ledger: FirmLedger,
        links: Links,
        clock: Clock,
        write_confirmation: WriteConfirmation,
        write: Callable[[AccountLetter], Written],
        message_id: Callable[[], str],
        channel: str,
    ) -> None:
        self._ledger = ledger
        self._links = links
        self._clock = clock
        self._write = write_confirmation
        self._write_letter = write
        self._message_id = message_id
        self._channel = channel

    async def sign_up(self, *, address: str, size: str, interest: Interest, consent: str, in_reply_to: str = "") -> str:
        """Keep the request and write one message to the address; the outcome tells nobody whether it was known.

        An address that already gets alerts is sent its own links, and nothing of it changes; one that mail came back
        from is sent the confirming link that opens it again, with what it asked for before. What comes back is for the
        browser to keep: with it, confirming in the same browser also signs in. `in_reply_to`: the Message-ID of the
        mail that asked, where a mail did.

        Raises:
            TooManyRequests: The address was written to MAILS_A_DAY times within a day.
        """
        now = self._clock.now()
        secret = secrets.token_urlsafe(16)
        async with self._ledger.writing(alone=True) as book:
            firm = await book.firm_at(channel=self._channel, address=address)
            if firm is None:
                firm = await book.create_firm(
                    channel=self._channel,
                    address=address,
                    size=size,
                    interest=interest,
                    secret=secret,
                    consent=consent,
                    at=now,
                )
            elif await book.account_messages_since(firm.target, now - timedelta(days=1)) >= MAILS_A_DAY:
                raise TooManyRequests
            elif firm.state == "waiting":
                await book.ask_again(
                    firm.identity, size=size, interest=interest, secret=secret, consent=consent, at=now
                )
            if firm.state == "waiting":
                written, slot = self._confirmation(firm.identity, secret, interest), f"confirm:{secret}"
            elif await book.is_closed(firm.target):
                url = self._links.confirm_url(firm.identity, firm.secret)
                written, slot = self._write_letter(begin_again_letter(url, CONFIRM_HOURS)), f"confirm:{secret}"
            else:
                manage = self._links.for_firm(firm.identity, firm.secret).manage
                written, slot = self._write_letter(signed_up_already_letter(manage)), f"known:{secret}"
            message = account_mail(
                written,
                message_id=self._message_id(),
                to=firm.address,
                at=now,
                channel=self._channel,
                in_reply_to=in_reply_to,
            )
            await book.keep_message(message, firm=firm.identity, target=firm.target, slot=slot, alerts=())
        return self._links.browser_mark(secret)

    async def awaiting(self, token: str) -> Firm:
        """The sign-up a confirming link stands for, unchanged."""
        async with self._ledger.writing() as book:
            return await self._living(book, token, "confirm")

    async def confirm(self, token: str, *, mark: str) -> Confirmation:
        """Begin the alerts; twice is the same as once, but signs in only once.

        `mark` is what the browser kept that signed up.
        """
        now = self._clock.now()
        async with self._ledger.writing() as book:
            firm = await self._living(book, token, "confirm")
            if firm.state != "waiting":
                await self._open_again(book, firm, now=now)
                return Confirmation(firm=firm, manage_token=self._links.manage_token(firm.identity, firm.secret))
            person = await begin_alerts(book, firm, now=now)
            mine = hmac.compare_digest(self._links.browser_mark(firm.secret).encode(), mark.encode())
            return Confirmation(
                firm=firm,
                manage_token=self._links.manage_token(firm.identity, firm.secret),
                entered=await begin(book, person.identity, now=now) if mine else None,
            )

    async def _open_again(self, book: FirmBook, firm: Firm, *, now: datetime) -> None:
        """The address that mail came back from takes mail again: its owner has just followed a link sent there."""
        if await book.is_closed(firm.target):
            await book.open_destination(firm.identity, channel=self._channel, address=firm.address)
            await book.lift_suppression(firm.address)
            await book.write_audit(act="destination.reopened", subject=f"firm:{firm.identity}", at=now)

    async def managed(self, token: str) -> Firm:
        """The firm that whoever holds a change link acts for."""
        async with self._ledger.reading() as book:
            firm = await self._living(book, token, "manage")
            if firm.state == "waiting":
                raise BadToken("Confirm your address first, with the link we sent.")
            return firm

    async def firm(self, token: str) -> Firm:
        """The firm a change or stop link stands for. A stop link still works where the firm has stopped."""
        async with self._ledger.writing() as book:
            firm = await self._firm(book, token, "manage", "unsubscribe")
            if firm.state == "stopped":
                self._links.read(token, ("unsubscribe",))
            return firm

    async def stop(self, token: str) -> None:
        """Stop at once and for good, and forget the firm; twice is the same as once.

        Where several people hear for the firm, the link of one stops that one's mail only.
        """
        now = self._clock.now()
        async with self._ledger.writing() as book:
            firm = await self._firm(book, token, "unsubscribe", "manage")
            if firm.state == "stopped":
                return
            target = self._links.read(token, ("unsubscribe", "manage"))[2]
            if not (target and await book.close_one_of_several(firm.identity, target, at=now)):
                await book.forget_firm(firm.identity, at=now)

    async def tidy(self) -> int:
        """Take away sign-ups that nobody confirmed within UNCONFIRMED_KEPT; how many there were."""
        async with self._ledger.writing() as book:
            return await book.delete_unconfirmed(before=self._clock.now() - UNCONFIRMED_KEPT)

    async def _living(self, book: FirmBook, token: str, *purposes: Purpose) -> Firm:
        firm = await self._firm(book, token, *purposes)
        if firm.state == "stopped":
            raise BadToken
        return firm

    async def _firm(self, book: FirmBook, token: str, *purposes: Purpose) -> Firm:
        identity, secret, target = self._links.read(token, purposes)
        firm = await book.firm(identity)
        if firm is None or not hmac.compare_digest(firm.secret.encode(), secret.encode()):
            raise BadToken
        address = await book.address_of(target) if target and firm.state != "stopped" else None
        return replace(firm, address=address) if address else firm

    def _confirmation(self, firm: int, secret: str, interest: Interest) -> Written:
        return self._write(
            name="",
            areas=areas_words(interest),
            confirm_url=self._links.confirm_url(firm, secret),
            public_url=self._links.public_url,
            hours=CONFIRM_HOURS,
        )


async def begin_alerts(book: FirmBook, firm: Firm, *, now: datetime) -> Person:
    """A firm is on from now: its address belongs to a person, who is the first member, and may be written to."""
    await book.set_firm_state(firm.identity, "active", confirmed=now)
    await book.lift_suppression(firm.address)
    person = await book.person_for(firm.address, at=now)
    organisation = await book.organisation_for(kind="firm", key=str(firm.identity), name="", at=now)
    await book.join_organisation(person.identity, organisation=organisation, role="member", at=now)
    await book.write_audit(
        act="firm.confirmed",
        subject=f"firm:{firm.identity}",
        person=person.identity,
        organisation=organisation,
        at=now,
    )
    return person


def areas_words(interest: Interest) -> str:
    """The areas of an interest in words: "Hackney and Camden"; "" for everywhere."""
    names = ["all of London" if code == "london" else gazetteer().area_name(code) or code for code in interest.areas]
    return list_words(names)
