"""Sign in by an e-mailed link, and stay signed in for a while.

The link works once, for LINK_MINUTES, and only together with something the asking browser knows: its cookie, or the
number it shows, which the person types where the link was opened. A stolen mail alone opens nothing.

Nobody learns whether an address is known. To ask costs the same work either way: the request is kept, and a worker
writes the mail or does not.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.domain.message import AccountLetter, Message, Written, account_mail
from service.domain.roles import Membership, Visitor, session_limits
from service.errors import BadToken, WrongNumber
from service.ports import Clock
from service.usecases.ledger import Ledger, Transaction, Waiting
from service.usecases.people import Person
from service.usecases.steps import drain_batch, one_by_one
from service.usecases.tokens import LONGEST, fresh_number, fresh_token, hashed

SIGN_IN_ASKED = "sign_in_asked"
#: Minutes a link works.
LINK_MINUTES = 15
#: Links one person is sent within an hour, whoever asks.
LINKS_AN_HOUR = 5
#: Wrong numbers after which a link is void.
WRONG_NUMBERS = 3
#: A session's last visit is written down no oftener than this.
_SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A request to sign in, as kept."""

    identity: int
    #: "" once it was answered.
    address: str
    nonce_hash: str
    number: str
    #: 0: not answered yet, or nobody is known.
    person: int
    ends: datetime
    is_used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A session, as kept."""

    session: int
    person: int
    address: str
    seen: datetime
    idle: timedelta
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the asking browser keeps in a cookie, and what it shows."""

    nonce: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A link that works: whether this is the browser that asked, and whose it is."""

    same_browser: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody is in: the secret of the session for a cookie, and how long it can last."""

    token: str
    longest: timedelta


class SessionBook(Protocol):
    """What beginning a session asks of the store, within one transaction."""

    async def begin_session(
        self, person: int, *, token_hash: str, idle: timedelta, ends: datetime, at: datetime
    ) -> None:
        """Somebody is in."""

    async def memberships(self, person: int) -> tuple[Membership, ...]:
        """What somebody belongs to."""


class DoorBook(SessionBook, Protocol):
    """What signing in asks of the store, within one transaction."""

    async def keep_asking(self, *, address: str, nonce_hash: str, number: str, at: datetime, ends: datetime) -> int:
        """Keep a request to sign in; its number."""

    async def asking(self, identity: int) -> Asking | None:
        """A request to sign in."""

    async def asking_of_browser(self, nonce_hash: str) -> Asking | None:
        """The request a browser made."""

    async def asking_of_link(self, token_hash: str) -> Asking | None:
        """The request a mailed link answers."""

    async def answer_asking(self, identity: int, *, person: int, token_hash: str) -> None:
        """Who is known, and what is in the mailed link."""

    async def askings_since(self, person: int, since: datetime) -> int:
        """How many links somebody was sent since a moment."""

    async def use_asking(self, identity: int, *, at: datetime) -> bool:
        """Use a link up; False where somebody was quicker."""

    async def count_wrong_number(self, identity: int, *, most: int, at: datetime) -> None:
        """A wrong number was typed."""

    async def void_askings(self, person: int, *, at: datetime) -> None:
        """Make every link void that somebody has not used."""

    async def session(self, token_hash: str) -> Sitting | None:
        """A session, over or not."""

    async def see_session(self, session: int, *, at: datetime) -> None:
        """Somebody was here."""

    async def end_session(self, token_hash: str) -> None:
        """Sign out here."""

    async def end_sessions(self, person: int) -> int:
        """Sign somebody out everywhere."""

    async def end_stale(self, *, now: datetime) -> int:
        """Take away what is over."""

    async def person_at(self, address: str) -> Person | None:
        """The person an address belongs to."""

    async def person(self, identity: int) -> Person | None:
        """A person by number."""

    async def emit(self, kind: str, subject: str, payload: dict[str, str | int | bool], *, at: datetime) -> None:
        """Add an event."""

    async def keep_message(
        self, message: Message, *, firm: int, target: int, slot: str, alerts: tuple[int, ...]
    ) -> None:
        """Store a message that waits to be sent."""


class DoorLedger(Protocol):
    """Opens transactions at the door."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[DoorBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[DoorBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The verbs at the door."""

    ledger: DoorLedger
    #: The same ledger as the steps of the flow see it.
    flow: Ledger
    clock: Clock
    write: Callable[[AccountLetter], Written]
    message_id: Callable[[], str]
    public_url: str

    async def ask(self, address: str) -> Asked:
        """Keep a request to sign in. The same work and the same answer whoever the address belongs to."""
        nonce, number, now = fresh_token(), fresh_number(), self.clock.now()
        ends = now + timedelta(minutes=LINK_MINUTES)
        async with self.ledger.writing() as book:
            asking = await book.keep_asking(address=address, nonce_hash=hashed(nonce), number=number, at=now, ends=ends)
            await book.emit(SIGN_IN_ASKED, hashed(nonce), {"asking": asking}, at=now)
        return Asked(nonce=nonce, number=number)

    async def number_of(self, nonce: str) -> str:
        """The number the asking browser shows; "" where its request is over."""
        async with self.ledger.reading() as book:
            asking = await book.asking_of_browser(hashed(nonce))
        return asking.number if asking and asking.ends > self.clock.now() else ""

    async def drain(self) -> int:
        """Answer the oldest requests; how many."""
        answer = one_by_one(self._answer)
        return await drain_batch(self.flow, self.clock, kind=SIGN_IN_ASKED, step="sign_in", handle=answer)

    async def look(self, token: str, *, nonce: str) -> Opened:
        """What a link would do, without doing it. Raises BadToken for one that is void, used or out of time."""
        async with self.ledger.reading() as book:
            asking = await self._living(book, token)
            person = await book.person(asking.person)
        if person is None:
            raise BadToken
        return Opened(same_browser=_is_same(asking, nonce), address=person.address)

    async def enter(self, token: str, *, nonce: str, number: str) -> Entered:
        """Use a link: it is void afterwards, and so are the other links the person was sent.

        Raises:
            BadToken: It is void, used or out of time.
            WrongNumber: This is not the browser that asked, and the number is not the one that it shows.
        """
        now = self.clock.now()
        async with self.ledger.writing() as book:
            asking = await self._living(book, token)
            knows = _is_same(asking, nonce) or hmac.compare_digest(asking.number.encode(), number.strip().encode())
            if knows:
                if not await book.use_asking(asking.identity, at=now):
                    raise BadToken
                await book.void_askings(asking.person, at=now)
                return await begin(book, asking.person, now=now)
            await book.count_wrong_number(asking.identity, most=WRONG_NUMBERS, at=now)
        raise WrongNumber

    async def visitor(self, token: str) -> Visitor | None:
        """Who is signed in with a session's secret; None: nobody, or it is over."""
        if not token or len(token) > LONGEST:
            return None
        now = self.clock.now()
        async with self.ledger.reading() as book:
            sitting = await book.session(hashed(token))
            if sitting is None or now >= min(sitting.ends, sitting.seen + sitting.idle):
                return None
            memberships = await book.memberships(sitting.person)
        if now - sitting.seen >= _SEEN_EVERY:
            async with self.ledger.writing() as book:
                await book.see_session(sitting.session, at=now)
        return Visitor(person=sitting.person, address=sitting.address, session=sitting.session, memberships=memberships)

    async def leave(self, token: str) -> None:
        """Sign out here; twice is the same as once."""
        async with self.ledger.writing() as book:
            await book.end_session(hashed(token))

    async def leave_everywhere(self, person: int) -> None:
        """Sign out everywhere, and make the links void that were sent and not used."""
        async with self.ledger.writing() as book:
            await book.end_sessions(person)
            await book.void_askings(person, at=self.clock.now())

    async def tidy(self) -> int:
        """Take away what is over; how many rows."""
        async with self.ledger.writing() as book:
            return await book.end_stale(now=self.clock.now())

    async def _living(self, book: DoorBook, token: str) -> Asking:
        asking = await book.asking_of_link(hashed(token)) if len(token) <= LONGEST else None
        if asking is None or asking.is_used or asking.person == 0 or asking.ends <= self.clock.now():
            raise BadToken("Ask for a new one: it comes within a minute.")
        return asking

    async def _answer(self, transaction: Transaction, event: Waiting) -> None:
        book: DoorBook = transaction  # type: ignore[assignment]  # one class keeps both promises
        now = self.clock.now()
        asking = await book.asking(int(event.payload["asking"]))
        if asking is None or not asking.address:
            return
        person = await book.person_at(asking.address)
        often = person is not None and await book.askings_since(person.identity, now - timedelta(hours=1))
        if person is None or often >= LINKS_AN_HOUR or asking.ends <= now:
            await book.answer_asking(asking.identity, person=0, token_hash="")
            return
        token = fresh_token()
        await book.answer_asking(asking.identity, person=person.identity, token_hash=hashed(token))
        written = self.write(_letter(f"{self.public_url}/sign-in/{token}"))
        message = account_mail(written, message_id=self.message_id(), to=person.address, at=now)
        await book.keep_message(message, firm=0, target=0, slot=f"sign_in:{asking.nonce_hash}", alerts=())


async def begin(book: SessionBook, person: int, *, now: datetime) -> Entered:
    """Begin a session for somebody who has proved who it is."""
    idle, longest = session_limits(await book.memberships(person))
    token = fresh_token()
    await book.begin_session(person, token_hash=hashed(token), idle=idle, ends=now + longest, at=now)
    return Entered(token=token, longest=longest)


def _is_same(asking: Asking, nonce: str) -> bool:
    return bool(nonce) and hmac.compare_digest(asking.nonce_hash.encode(), hashed(nonce).encode())


def _letter(url: str) -> AccountLetter:
    return AccountLetter(
        subject="Your link to sign in to Bowbell",
        heading="Sign in to Bowbell",
        said=("You asked to sign in. Open the link, then press the button there.",),
        button="Sign in",
        url=url,
        after=(
            f"The link works once, for {LINK_MINUTES} minutes, in the browser where you asked for it.",
            "In another browser you are asked for the number that the first one shows.",
            "If you did not ask for this, do nothing: nobody gets in without this link.",
        ),
        why="You get this once, because this address was typed in on our sign-in page.",
    )
