"""Looking after the catalogue: whoever runs this copy checks first entries and imports, and what is due or broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from service.domain import programme_stand as life
from service.domain.programme import Programme
from service.domain.programme_stand import REMIND_DAYS, REVIEW_DAYS, Entry, EntryState
from service.domain.roles import Visitor
from service.errors import NotFound, NotNow
from service.ports import Clock
from service.usecases.people import Audited
from service.usecases.programmes import (
    LISTED,
    Change,
    Changed,
    ProgrammeBook,
    day_in_london,
    history_of,
    keep,
    log,
)
from service.usecases.programmes_care import LinkSeen
from service.usecases.programmes_catalogue import Check, LiveCatalogue


class ModerationBook(ProgrammeBook, Protocol):
    """What looking after the catalogue asks of the store, within one transaction."""

    async def entries_in(self, state: EntryState, *, most: int) -> Sequence[Entry]:
        """Everybody's entries in a state, the oldest change first."""

    async def links_seen(self) -> Mapping[str, LinkSeen]:
        """What came of asking for pages, by address."""

    async def keep_programme_check(self, check: Check) -> None:
        """Say of a shipped programme what is true now."""


class ModerationLedger(Protocol):
    """Opens transactions over the catalogue."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[ModerationBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[ModerationBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What waits for whoever runs this copy."""

    #: First entries and imports, the longest waiting first.
    waiting: Sequence[Entry]
    #: Shipped programmes that nobody may rely on until somebody looks, by name.
    unchecked: Sequence[Programme]
    #: Current programmes whose review date has passed or comes within REMIND_DAYS, the soonest first.
    due: Sequence[Programme]
    #: Programmes whose page did not answer when it was asked last, with what came of it, the longest broken first.
    broken: Sequence[tuple[Programme, LinkSeen]]
    #: By name.
    ended: Sequence[Programme]
    #: Keys of what organisations enter and keep themselves.
    entered: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """What whoever runs this copy may do with the catalogue; the web lets in nobody else."""

    ledger: ModerationLedger
    clock: Clock
    catalogue: LiveCatalogue = field(default_factory=LiveCatalogue)

    async def overview(self) -> Overview:
        """What waits, is due, or has ended."""
        today = day_in_london(self.clock.now())
        soon = today + timedelta(days=REMIND_DAYS)
        async with self.ledger.reading() as book:
            waiting = await book.entries_in(EntryState.WAITING, most=LISTED)
            entered = frozenset(each.key for each in await book.entries_seen())
            every = await self.catalogue.programmes(book)
            seen = await book.links_seen()
        by_name = sorted(every, key=lambda each: each.name.casefold())
        due = [each for each in by_name if each.state == "current" and each.review_by and each.review_by <= soon]
        running = [(each, seen.get(each.url or "")) for each in by_name if each.state != "ended"]
        failing = [(each, link) for each, link in running if link is not None and link.failures]
        return Overview(
            broken=sorted(failing, key=lambda pair: pair[1].since or pair[1].checked),
            waiting=waiting,
            unchecked=[each for each in by_name if each.state == "check"],
            due=sorted(due, key=lambda each: each.review_by or today),
            ended=[each for each in by_name if each.state == "ended"],
            entered=entered,
        )

    async def see(self, identity: str) -> Entry:
        """An entry that waits to be checked, or was seen by firms before. Raises NotFound."""
        async with self.ledger.reading() as book:
            return await self._found(book, identity)

    async def history(self, identity: str) -> tuple[Sequence[tuple[Audited, str]], Sequence[tuple[Changed, str]]]:
        """What was done with an entry and changed in it. Raises NotFound."""
        async with self.ledger.reading() as book:
            await self._found(book, identity)
            return await history_of(book, identity)

    async def approve(self, visitor: Visitor, identity: str, *, seen: int) -> Entry:
        """Publish what waits, as it was read. Raises NotFound or NotNow."""

        def approved(entry: Entry, at: datetime) -> Entry:
            return life.approve(entry, seen=seen, at=at, today=day_in_london(at))

        return await self._do(visitor, identity, approved, act="approved")

    async def send_back(self, visitor: Visitor, identity: str, *, why: str) -> Entry:
        """Give it back with a reason. Raises NotFound or NotNow."""
        return await self._do(
            visitor, identity, lambda entry, at: life.send_back(entry, why=why, at=at), act="sent_back"
        )

    async def say(self, visitor: Visitor, key: str, *, ended: bool) -> Check:
        """Say of a shipped programme that it was checked today and is right, or that it has ended.

        Raises:
            NotFound: No such programme is shipped.
            NotNow: It has ended already.
        """
        now = self.clock.now()
        today = day_in_london(now)
        shipped = {each.key for each in self.catalogue.shipped()}
        async with self.ledger.writing() as book:
            before = {each.key: each for each in await self.catalogue.programmes(book)}.get(key)
            if before is None or key not in shipped:
                raise NotFound
            if before.state == "ended":
                raise NotNow("It has ended. What is over is never named again.")
            made = Check(
                key=key,
                state="ended" if ended else "current",
                last_checked=today,
                review_by=None if ended else today + timedelta(days=REVIEW_DAYS),
                by=visitor.person,
            )
            await book.keep_programme_check(made)
            await book.write_audit(
                act="programme.ended" if ended else "programme.confirmed",
                subject=f"shipped:{key}",
                person=visitor.person,
                at=now,
            )
        return made

    async def _do(self, visitor: Visitor, identity: str, change: Change, *, act: str) -> Entry:
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await self._found(book, identity)
            after = change(before, now)
            if after is not before:
                await keep(book, after, over=before)
                await log(book, after, act=act, by=visitor.person, at=now)
        return after

    async def _found(self, book: ModerationBook, identity: str) -> Entry:
        entry = await book.entry(identity, organisations=None)
        if entry is None or (entry.state is not EntryState.WAITING and entry.live is None):
            raise NotFound
        return entry
