"""Many programmes at once: rows of a table become drafts, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain import programme_stand as life
from service.domain.programme_draft import ProgrammeDraft
from service.domain.programme_stand import Entry, EntryState
from service.domain.programme_table import Row, rows_in
from service.domain.roles import Visitor
from service.errors import NotAllowed
from service.usecases.programmes import (
    LISTED,
    ProgrammeBook,
    Programmes,
    begun,
    changed_fields,
    day_in_london,
    keep,
    log,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyKept:
    """What became of a table."""

    new: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """Takes in tables for an organisation."""

    programmes: Programmes

    async def read(self, text: str) -> list[Row]:
        """The rows, each with what is wrong with it. Raises NoTable."""
        rows = rows_in(text, today=day_in_london(self.programmes.clock.now()))
        async with self.programmes.ledger.reading() as book:
            over = {"name": "A programme of this name has ended. Give a new one another name"}
            ended = {
                each.name.casefold()
                for each in await self.programmes.catalogue.programmes(book)
                if each.state == "ended"
            }
        return [
            Row(number=row.number, draft=row.draft, problems=row.problems | over)
            if row.draft.name.casefold() in ended
            else row
            for row in rows
        ]

    async def keep(self, visitor: Visitor, organisation: int, rows: Sequence[Row]) -> ManyKept:
        """Keep rows with nothing wrong in them as drafts; one whose name the organisation has already changes that.

        Raises NotAllowed, NotNow.
        """
        owner = next((each for each in visitor.where("programme.draft") if each.organisation == organisation), None)
        if owner is None or any(row.problems for row in rows):
            raise NotAllowed
        new = changed = 0
        async with self.programmes.ledger.writing() as book:
            there = _by_name(await book.entries((organisation,), most=LISTED))
            for row in rows:
                before = there.get(row.draft.name.casefold())
                if before is None:
                    now = self.programmes.clock.now()
                    made = begun(owner, by=visitor.person, at=now, typed=row.draft)
                    await book.keep_entry(made, over=0)
                    await log(book, made, act="begun", by=visitor.person, at=now)
                    new += 1
                elif before.draft != row.draft:
                    await self._change(book, visitor, before, row.draft)
                    changed += 1
        return ManyKept(new=new, changed=changed)

    async def _change(self, book: ProgrammeBook, visitor: Visitor, before: Entry, typed: ProgrammeDraft) -> None:
        now = self.programmes.clock.now()
        await keep(book, life.write(before, typed, at=now), over=before)
        changes = changed_fields(before.draft, typed, person=visitor.person, at=now)
        await book.keep_entry_changes(before.identity, changes)


def _by_name(entries: Sequence[Entry]) -> Mapping[str, Entry]:
    return {each.draft.name.casefold(): each for each in entries if each.state is not EntryState.ENDED}
