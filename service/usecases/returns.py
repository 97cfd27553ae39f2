"""Returns: firms say with one press that they used help, and providers see what became of it, in safe figures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from service.domain.programme import Programme
from service.domain.programme_use import Use, UsedProgramme, implied
from service.domain.returns import Counted, Returns, returns_of
from service.domain.roles import Visitor
from service.domain.wording import LONDON
from service.errors import AskedWrongly, NotFound
from service.ports import Clock
from service.usecases.programmes_catalogue import CatalogueBook, LiveCatalogue

#: The act of `service/data/roles.toml` that shows an organisation what became of its programmes.
READ = "programme.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A programme whose figures are wanted."""

    programme: str
    #: The number of its organisation, which takes questions; 0 for none here.
    organisation: int
    #: Kinds of help it gives.
    subjects: tuple[str, ...]


class ReturnBook(CatalogueBook, Protocol):
    """What returns ask of the store, within one transaction."""

    async def note_opening(self, programme: str, *, day: date) -> None:
        """Somebody pressed the button on a programme's page."""

    async def keep_uses(self, firm: int, programme: str, uses: Collection[Use], *, at: datetime) -> None:
        """What a firm says of a programme; said twice is the same as once."""

    async def drop_uses(self, firm: int, programme: str) -> None:
        """A firm takes back what it said of a programme."""

    async def used_programmes(self, firm: int) -> Sequence[UsedProgramme]:
        """The programmes that a firm's alerts carried or that it spoke of, by key."""

    async def owners_of_programmes(self) -> dict[str, int]:
        """The number of the organisation that entered a programme, by the programme's key."""

    async def counted(self, wanted: Sequence[Wanted]) -> Sequence[Counted]:
        """Everything that happened with some programmes."""


class ReturnLedger(Protocol):
    """Opens transactions over returns."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[ReturnBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[ReturnBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeReturns:
    """What became of help."""

    ledger: ReturnLedger
    clock: Clock
    catalogue: LiveCatalogue = field(default_factory=LiveCatalogue)

    async def opened(self, key: str) -> str:
        """Somebody wants to go to a programme: note it without saying who; its address. Raises NotFound."""
        async with self.ledger.writing() as book:
            found = await self._programme(book, key)
            if not found.url or found.state != "current":
                raise NotFound
            await book.note_opening(key, day=self._today())
        return found.url

    async def used(self, firm: int, key: str, said: str) -> None:
        """A firm says that it uses a programme. Raises NotFound or AskedWrongly."""
        use = next((each for each in Use if each.value == said), None)
        async with self.ledger.writing() as book:
            await self._programme(book, key)
            if said == "nothing":
                await book.drop_uses(firm, key)
                return
            if use is None:
                raise AskedWrongly("Choose one of the buttons.")
            await book.keep_uses(firm, key, implied(use), at=self.clock.now())

    async def used_by(self, firm: int) -> Sequence[tuple[Programme, UsedProgramme]]:
        """The programmes that a firm's alerts carried or that it spoke of, with what it said."""
        async with self.ledger.reading() as book:
            known = {each.key: each for each in await self.catalogue.programmes(book)}
            used = await book.used_programmes(firm)
        return [(known[each.programme], each) for each in used if each.programme in known]

    async def of(self, visitor: Visitor) -> tuple[Sequence[Programme], Returns]:
        """What became of the programmes of one's organisations."""
        mine = {each.organisation for each in visitor.where(READ)}
        async with self.ledger.reading() as book:
            owners = await book.owners_of_programmes()
            found = [each for each in await self.catalogue.programmes(book) if owners.get(each.key) in mine]
            return found, await self._returns(book, found, owners)

    async def of_all(self) -> tuple[Sequence[Programme], Returns]:
        """What became of everything, for whoever runs this copy: what has ended is left out."""
        async with self.ledger.reading() as book:
            owners = await book.owners_of_programmes()
            found = [each for each in await self.catalogue.programmes(book) if each.state == "current"]
            return found, await self._returns(book, found, owners)

    async def _returns(self, book: ReturnBook, programmes: Sequence[Programme], owners: dict[str, int]) -> Returns:
        wanted = [
            Wanted(programme=each.key, organisation=owners.get(each.key, 0), subjects=tuple(each.helps_with))
            for each in programmes
        ]
        counted = await book.counted(wanted)
        return returns_of([each.key for each in programmes], counted, today=self._today())

    async def _programme(self, book: ReturnBook, key: str) -> Programme:
        found = next((each for each in await self.catalogue.programmes(book) if each.key == key), None)
        if found is None:
            raise NotFound
        return found

    def _today(self) -> date:
        return self.clock.now().astimezone(LONDON).date()
