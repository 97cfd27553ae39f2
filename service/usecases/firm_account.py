"""What a firm sees and changes of its own account: interests, profile, consents, pause and stop.

Who may call these is decided before: a member who is signed in, or, for what a link allows, whoever holds the link.
`person` is who did it, for the log; 0 for somebody with a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.domain.consent import LEVELS, Consent, current
from service.domain.interest import Interest
from service.domain.profile import Profile
from service.errors import AskedWrongly, NotFound
from service.ports import Clock
from service.usecases.subscribe import Firm, FirmState

#: Interests one firm may have.
MOST_INTERESTS = 20
_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptInterest:
    """An interest with its number."""

    identity: int
    interest: Interest


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a firm hears from us."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a firm was sent: when the last alert went out (None: none yet), and how many in 30 days."""

    last: datetime | None
    lately: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A firm's account."""

    firm: int
    state: FirmState
    size: str
    interests: tuple[KeptInterest, ...]
    places: tuple[Place, ...]
    sent: Sent
    profile: Profile
    #: The last answer for each level that was asked about.
    consents: dict[str, Consent]
    #: The one channel by which it is told; "" for every one it has.
    told_by: str = ""

    @property
    def told_at(self) -> tuple[Place, ...]:
        """Where it is told: by the channel it chose, or by every one where that one is closed."""
        chosen = tuple(each for each in self.places if each.channel == self.told_by)
        return chosen or self.places


class AccountBook(Protocol):
    """What a firm's account asks of the store, within one transaction."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number."""

    async def interests_of(self, firm: int) -> Sequence[KeptInterest]:
        """What a firm asked for, the oldest first."""

    async def add_interest(self, firm: int, interest: Interest) -> int:
        """Ask for one thing more; its number."""

    async def change_interest(self, firm: int, identity: int, interest: Interest) -> bool:
        """Ask for something else; False where the firm has no such interest."""

    async def remove_interest(self, firm: int, identity: int) -> bool:
        """Ask for one thing less; False where the firm has no such interest."""

    async def places_of(self, firm: int) -> Sequence[Place]:
        """Where a firm hears from us."""

    async def told_by(self, firm: int) -> str:
        """The one channel that tells a firm; "" for every one it has."""

    async def sent_to(self, firm: int, *, since: datetime) -> Sent:
        """What a firm was sent."""

    async def profile_of(self, firm: int) -> Profile:
        """What a firm said of itself."""

    async def keep_profile(self, firm: int, profile: Profile, *, size: str, at: datetime) -> None:
        """What a firm says of itself from now on."""

    async def consents(self, firm: int) -> Sequence[Consent]:
        """Every answer of a firm, the oldest first."""

    async def keep_consent(self, firm: int, *, person: int, level: str, given: bool, text: str, at: datetime) -> None:
        """Keep one answer."""

    async def set_firm_state(self, firm: int, state: FirmState, *, confirmed: datetime | None = None) -> None:
        """Set the state."""

    async def forget_firm(self, firm: int, *, at: datetime) -> None:
        """Stop for good."""

    async def organisation_at(self, *, kind: str, key: str) -> int | None:
        """The number of an organisation."""

    async def write_audit(
        self, *, act: str, subject: str, at: datetime, person: int = 0, organisation: int = 0, detail: str = ""
    ) -> None:
        """Add to the log."""


class AccountLedger(Protocol):
    """Opens transactions over a firm's account."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[AccountBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[AccountBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmAccount:
    """The verbs of a firm about itself. All raise NotFound for a firm that is not there or has stopped."""

    ledger: AccountLedger
    clock: Clock

    async def overview(self, firm: int) -> Overview:
        """Everything on the account page."""
        async with self.ledger.reading() as book:
            found = await _living(book, firm)
            return Overview(
                firm=firm,
                state=found.state,
                size=found.size,
                interests=tuple(await book.interests_of(firm)),
                places=tuple(await book.places_of(firm)),
                sent=await book.sent_to(firm, since=self.clock.now() - _LATELY),
                profile=await book.profile_of(firm),
                consents=dict(current(await book.consents(firm))),
                told_by=await book.told_by(firm),
            )

    async def interest(self, firm: int, identity: int) -> Interest:
        """One of the firm's interests. Raises NotFound."""
        async with self.ledger.reading() as book:
            await _living(book, firm)
            found = next((each for each in await book.interests_of(firm) if each.identity == identity), None)
        if found is None:
            raise NotFound
        return found.interest

    async def add(self, firm: int, interest: Interest, *, person: int) -> int:
        """Ask for one thing more. Raises AskedWrongly where there are MOST_INTERESTS."""
        async with self.ledger.writing() as book:
            await _living(book, firm)
            if len(await book.interests_of(firm)) >= MOST_INTERESTS:
                raise AskedWrongly(f"You have {MOST_INTERESTS} interests, the most there can be. Remove one first.")
            identity = await book.add_interest(firm, interest)
            await self._log(book, firm, "interest.added", f"interest:{identity}", person=person)
        return identity

    async def change(self, firm: int, identity: int, interest: Interest, *, person: int) -> None:
        """Ask for something else. Raises NotFound."""
        async with self.ledger.writing() as book:
            await _living(book, firm)
            if not await book.change_interest(firm, identity, interest):
                raise NotFound
            await self._log(book, firm, "interest.changed", f"interest:{identity}", person=person)

    async def remove(self, firm: int, identity: int, *, person: int) -> None:
        """Ask for one thing less; twice is the same as once. Raises AskedWrongly for the last one."""
        async with self.ledger.writing() as book:
            await _living(book, firm)
            kept = [each.identity for each in await book.interests_of(firm)]
            if kept == [identity]:
                raise AskedWrongly("It is the last one, and without it there is nothing to send. Change it, or pause.")
            if await book.remove_interest(firm, identity):
                await self._log(book, firm, "interest.removed", f"interest:{identity}", person=person)

    async def pause(self, firm: int, *, person: int) -> None:
        """Send nothing until started again; what waits is not sent either."""
        await self._turn(firm, before="active", after="paused", person=person)

    async def resume(self, firm: int, *, person: int) -> None:
        """Start again."""
        await self._turn(firm, before="paused", after="active", person=person)

    async def describe(self, firm: int, profile: Profile, *, size: str, person: int) -> None:
        """Keep what the firm says of itself."""
        async with self.ledger.writing() as book:
            await _living(book, firm)
            await book.keep_profile(firm, profile, size=size, at=self.clock.now())
            await self._log(book, firm, "profile.changed", f"firm:{firm}", person=person)

    async def answer(self, firm: int, given: frozenset[str], *, person: int) -> tuple[str, ...]:
        """Keep what is agreed to from now on, each level with the sentence shown; the levels that changed.

        Taking back the alerts pauses them: stopping for good, which forgets the firm, is a button of its own.
        """
        changed = []
        async with self.ledger.writing() as book:
            await _living(book, firm)
            before = current(await book.consents(firm))
            for level in LEVELS:
                was, now = level.key in before and before[level.key].given, level.key in given
                if was == now:
                    continue
                changed.append(level.key)
                await book.keep_consent(
                    firm, person=person, level=level.key, given=now, text=level.text, at=self.clock.now()
                )
                await self._log(
                    book, firm, "consent.given" if now else "consent.withdrawn", f"firm:{firm}", person=person,
                    detail=level.key,
                )  # fmt: skip
            if "alerts" in changed:
                await book.set_firm_state(firm, "active" if "alerts" in given else "paused")
        return tuple(changed)

    async def erase(self, firm: int, *, person: int) -> None:
        """Forget the firm and all its people; only salted hashes of their addresses stay."""
        async with self.ledger.writing() as book:
            await _living(book, firm)
            await self._log(book, firm, "firm.erased", f"firm:{firm}", person=person)
            await book.forget_firm(firm, at=self.clock.now())

    async def _turn(self, firm: int, *, before: FirmState, after: FirmState, person: int) -> None:
        async with self.ledger.writing() as book:
            found = await _living(book, firm)
            if found.state == before:
                await book.set_firm_state(firm, after)
                await self._log(book, firm, f"firm.{after}", f"firm:{firm}", person=person)

    async def _log(
        self, book: AccountBook, firm: int, act: str, subject: str, *, person: int, detail: str = ""
    ) -> None:
        organisation = await book.organisation_at(kind="firm", key=str(firm))
        await book.write_audit(
            act=act, subject=subject, person=person, organisation=organisation or 0, detail=detail, at=self.clock.now()
        )


async def _living(book: AccountBook, firm: int) -> Firm:
    found = await book.firm(firm)
    if found is None or found.state in {"waiting", "stopped"}:
        raise NotFound("Your alerts have stopped. You can sign up again at any time.")
    return found
