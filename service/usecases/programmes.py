"""Programmes: people of an organisation enter free support, have the first entry checked, and keep it right.

An entry is only ever found through the organisations somebody belongs to: to anybody else it is not there.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Protocol

from service.domain import programme_stand as life
from service.domain.programme import Capacity
from service.domain.programme_draft import ProgrammeDraft, check
from service.domain.programme_stand import Entry, EntryState
from service.domain.roles import Membership, Visitor
from service.domain.wording import LONDON
from service.errors import NotAllowed, NotFound, NotNow, Overtaken
from service.ports import Clock
from service.usecases.people import Audited, PeopleBook
from service.usecases.programmes_catalogue import CatalogueBook, LiveCatalogue

#: Entries of an organisation that are listed, and changes of an entry.
LISTED = 500
CHANGES_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One field of an entry was changed."""

    at: datetime
    #: A number, which means nobody once the person is erased.
    person: int
    field: str
    before: str
    after: str


class ProgrammeBook(PeopleBook, CatalogueBook, Protocol):
    """What entering programmes asks of the store, within one transaction."""

    async def keep_entry(self, entry: Entry, *, over: int) -> bool:
        """Write an entry over the version it was made from (0: it is new); False where that is no longer there."""

    async def entry(self, identity: str, *, organisations: Collection[int] | None) -> Entry | None:
        """An entry of one of these organisations (None: of any); None where there is none."""

    async def entries(self, organisations: Collection[int], *, most: int) -> Sequence[Entry]:
        """The entries of some organisations, the newest change first."""

    async def has_published(self, organisation: int) -> bool:
        """Whether an entry of an organisation was ever published."""

    async def keep_entry_changes(self, entry: str, changed: Sequence[Changed]) -> None:
        """Add to what changed in an entry."""

    async def entry_changes(self, entry: str, *, most: int) -> Sequence[Changed]:
        """What changed in an entry, the newest first."""

    async def entry_log(self, entry: str) -> Sequence[Audited]:
        """What was done with an entry, the oldest first."""


class ProgrammeLedger(Protocol):
    """Opens transactions over programmes."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[ProgrammeBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[ProgrammeBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programmes:
    """What an organisation's people and programs may do. An entry of another organisation raises NotFound."""

    ledger: ProgrammeLedger
    clock: Clock
    catalogue: LiveCatalogue = field(default_factory=LiveCatalogue)

    async def mine(self, visitor: Visitor) -> Sequence[Entry]:
        """Everything of the organisations whose programmes somebody may read, the newest change first."""
        async with self.ledger.reading() as book:
            return await book.entries(_where(visitor, "programme.read"), most=LISTED)

    async def see(self, visitor: Visitor, identity: str) -> Entry:
        """One entry. Raises NotFound."""
        async with self.ledger.reading() as book:
            return await found(book, visitor, identity, act="programme.read")

    async def history(
        self, visitor: Visitor, identity: str
    ) -> tuple[Sequence[tuple[Audited, str]], Sequence[tuple[Changed, str]]]:
        """What was done with an entry (oldest first) and changed in it (newest first), each with by whom."""
        async with self.ledger.reading() as book:
            await found(book, visitor, identity, act="programme.read")
            return await history_of(book, identity)

    async def begin(self, visitor: Visitor, organisation: int, typed: ProgrammeDraft | None = None) -> Entry:
        """A new draft, empty but for who provides it where nothing is typed yet. Raises NotAllowed."""
        owner = next((each for each in visitor.where("programme.draft") if each.organisation == organisation), None)
        if owner is None:
            raise NotAllowed
        made = begun(owner, by=visitor.person, at=self.clock.now(), typed=typed)
        async with self.ledger.writing() as book:
            await book.keep_entry(made, over=0)
            await log(book, made, act="begun", by=visitor.person, at=self.clock.now())
        return made

    async def write(
        self, visitor: Visitor, identity: str, typed: ProgrammeDraft, *, seen: int
    ) -> tuple[Entry, dict[str, str]]:
        """Keep what was typed over version `seen`, wrong or not; and what is wrong, by field.

        Raises NotFound, NotAllowed or NotNow.
        """
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await found(book, visitor, identity, act="programme.draft")
            if before.version != seen:
                raise Overtaken("Somebody else changed it meanwhile. Look at what they wrote, then change it again.")
            after = before
            if typed != before.draft:
                after = life.write(before, typed, at=now)
                await keep(book, after, over=before)
                await book.keep_entry_changes(
                    identity, changed_fields(before.draft, typed, person=visitor.person, at=now)
                )
            return after, await self.problems_of(book, typed)

    async def ask(self, visitor: Visitor, identity: str) -> Entry:
        """Ask a colleague to publish. Raises NotFound or NotNow."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await found(book, visitor, identity, act="programme.draft")
            await self._refuse_problems(book, before)
            after = life.ask(before, at=now)
            if after is not before:
                await keep(book, after, over=before)
                await log(book, after, act="asked", by=visitor.person, at=now)
        return after

    async def publish(self, visitor: Visitor, identity: str, *, seen: int) -> Entry:
        """Publish what somebody has read as version `seen`, or have the first entry checked.

        Raises NotFound, NotAllowed or NotNow.
        """
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await found(book, visitor, identity, act="programme.publish")
            trusted = await book.has_published(before.organisation)
            after = life.submit(before, seen=seen, trusted=trusted, at=now, today=day_in_london(now))
            if after is before:
                return after
            await self._refuse_problems(book, before)
            await keep(book, after, over=before)
            did = "submitted" if after.state is EntryState.WAITING else "published" if not before.live else "changed"
            await log(book, after, act=did, by=visitor.person, at=now)
        return after

    async def send_back(self, visitor: Visitor, identity: str, *, why: str) -> Entry:
        """Give a colleague's entry back with a reason. Raises NotFound, NotAllowed or NotNow."""
        return await self._do(
            visitor, identity, lambda entry, at: life.send_back(entry, why=why, at=at), act="sent_back"
        )

    async def confirm(self, visitor: Visitor, identity: str) -> Entry:
        """Say that it is still right, which puts the review date off. Raises NotFound, NotAllowed or NotNow."""

        def confirmed(entry: Entry, at: datetime) -> Entry:
            return life.confirm(entry, at=at, today=day_in_london(at))

        return await self._do(visitor, identity, confirmed, act="confirmed")

    async def set_capacity(self, visitor: Visitor, identity: str, capacity: Capacity) -> Entry:
        """Say whether firms can begin just now, which counts at once. Raises NotFound, NotAllowed or NotNow."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await found(book, visitor, identity, act="programme.draft")
            after = life.set_capacity(before, capacity, at=now)
            if after is not before:
                await keep(book, after, over=before)
                said = Changed(at=now, person=visitor.person, field="capacity", before=before.capacity, after=capacity)
                await book.keep_entry_changes(identity, [said])
        return after

    async def end(self, visitor: Visitor, identity: str, *, why: str) -> Entry:
        """Say that it is over. Raises NotFound or NotAllowed."""
        return await self._do(visitor, identity, lambda entry, at: life.end(entry, why=why, at=at), act="ended")

    async def problems_of(self, book: CatalogueBook, typed: ProgrammeDraft) -> dict[str, str]:
        """What is wrong with a draft, by field; the name of a programme that has ended is one."""
        problems = check(typed, today=day_in_london(self.clock.now()))
        over = {each.name.casefold() for each in await self.catalogue.programmes(book) if each.state == "ended"}
        if typed.name.casefold() in over:
            problems["name"] = "A programme of this name has ended. Give a new one another name"
        return problems

    async def _refuse_problems(self, book: CatalogueBook, entry: Entry) -> None:
        if problems := await self.problems_of(book, entry.draft):
            raise NotNow(f"{next(iter(problems.values()))}. Change it first.")

    async def _do(self, visitor: Visitor, identity: str, change: Change, *, act: str) -> Entry:
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await found(book, visitor, identity, act="programme.publish")
            after = change(before, now)
            if after is not before:
                await keep(book, after, over=before)
                await log(book, after, act=act, by=visitor.person, at=now)
        return after


class Change(Protocol):
    """Changes an entry at a moment."""

    def __call__(self, entry: Entry, at: datetime, /) -> Entry:
        """The entry afterwards."""


def begun(owner: Membership, *, by: int, at: datetime, typed: ProgrammeDraft | None, origin: str = "") -> Entry:
    """A new draft of an organisation."""
    identity = f"p{secrets.token_hex(8)}"
    return Entry(
        identity=identity,
        organisation=owner.organisation,
        owner=owner.name,
        state=EntryState.DRAFT,
        draft=ProgrammeDraft(provider=owner.name) if typed is None else typed,
        key=identity,
        origin=origin,
        made_by=by,
        changed=at,
    )


async def found(book: ProgrammeBook, visitor: Visitor, identity: str, *, act: str) -> Entry:
    """An entry somebody may do something with.

    Raises:
        NotFound: It is not there, or of an organisation they do not belong to.
        NotAllowed: They may see it, and not do that.
    """
    entry = await book.entry(identity, organisations=_where(visitor, "programme.read"))
    if entry is None:
        raise NotFound
    if not visitor.may(act, organisation=entry.organisation):
        raise NotAllowed
    return entry


async def keep(book: ProgrammeBook, after: Entry, *, over: Entry) -> None:
    """Write an entry over what it was made from. Raises Overtaken where somebody else was faster."""
    if not await book.keep_entry(after, over=over.version):
        raise Overtaken("Somebody else changed it at the same moment. Look at it again.")


async def log(book: ProgrammeBook, entry: Entry, *, act: str, by: int, at: datetime) -> None:
    """Add to the log."""
    await book.write_audit(
        act=f"programme.{act}",
        subject=f"programme:{entry.identity}",
        person=by,
        organisation=entry.organisation,
        detail=str(entry.version),
        at=at,
    )


async def history_of(
    book: ProgrammeBook, identity: str
) -> tuple[Sequence[tuple[Audited, str]], Sequence[tuple[Changed, str]]]:
    """What was done with an entry and changed in it, each with the address of who did it ("" for nobody known)."""
    rows, changes = await book.entry_log(identity), await book.entry_changes(identity, most=CHANGES_SHOWN)
    numbers = {each.person for each in rows} | {each.person for each in changes}
    people = {number: await book.person(number) for number in numbers}
    names = {number: person.address if person else "" for number, person in people.items()}
    return [(row, names[row.person]) for row in rows], [(each, names[each.person]) for each in changes]


def changed_fields(before: ProgrammeDraft, after: ProgrammeDraft, *, person: int, at: datetime) -> list[Changed]:
    """What differs between two drafts."""
    return [
        Changed(at=at, person=person, field=each.name, before=_words(old), after=_words(new))
        for each in fields(ProgrammeDraft)
        if (old := getattr(before, each.name)) != (new := getattr(after, each.name))
    ]


def day_in_london(now: datetime) -> date:
    """The day it is in London."""
    return now.astimezone(LONDON).date()


def _words(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _where(visitor: Visitor, act: str) -> tuple[int, ...]:
    return tuple(each.organisation for each in visitor.where(act))
