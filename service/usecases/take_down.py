"""Take down: whoever runs this copy ends a posting, a programme or a firm that ought not to be here, and says why.

A posting is withdrawn as its buyer would: firms that read it are told, with the reason. A programme is named no more. A
firm stops at once and is forgotten. Each stands in the log with who did it and why.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

from service.domain.programme_stand import REASON_CAP, end
from service.errors import AskedWrongly, NotFound
from service.ports import Clock
from service.usecases.people import checked_address
from service.usecases.posting.end import PostingEnd
from service.usecases.programmes import day_in_london, keep
from service.usecases.programmes_catalogue import Check
from service.usecases.programmes_moderation import Moderation, ModerationBook
from service.usecases.subscribe import Firm

Kind = Literal["posting", "programme", "firm"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class TakeDownBook(ModerationBook, Protocol):
    """What taking down asks of the store, within one transaction."""

    async def firm_at(self, *, channel: str, address: str) -> Firm | None:
        """The firm an address belongs to."""

    async def forget_firm(self, firm: int, *, at: datetime) -> None:
        """Stop for good."""


class TakeDownLedger(Protocol):
    """Opens transactions."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[TakeDownBook]:
        """A transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDown:
    """The verb. `person`: who does it, for the log; 0 for the command line."""

    ledger: TakeDownLedger
    clock: Clock
    ending: PostingEnd
    moderation: Moderation

    async def __call__(self, kind: Kind, what: str, *, why: str, person: int = 0) -> str:
        """End it; what was done, in a sentence.

        Args:
            kind: what it is.
            what: the number of a posting, the key of a programme or the e-mail address of a firm.
            why: the reason, in a sentence; it is shown and kept.
            person: who does it.

        Raises:
            AskedWrongly: No reason is given.
            NotFound: There is no such thing.
            NotNow: It is over already.
        """
        why, what = " ".join(why.split())[:REASON_CAP], what.strip()
        if not why:
            raise AskedWrongly("Say why, in a sentence: the reason is shown and kept.")
        if kind == "posting":
            await self.ending.take_down(what, why=why, person=person)
            return "The posting is withdrawn. Firms that read it are told, with your reason."
        if kind == "programme":
            await self._programme(what, why=why, person=person)
            return "The programme has ended, and is named to nobody any more."
        await self._firm(what, why=why, person=person)
        return "The firm has stopped and is forgotten."

    async def _programme(self, key: str, *, why: str, person: int) -> None:
        now = self.clock.now()
        async with self.ledger.writing() as book:
            entry = next((each for each in await book.entries_seen() if each.key == key), None)
            if entry is not None:
                await keep(book, end(entry, why=why, at=now), over=entry)
            elif key in {each.key for each in self.moderation.catalogue.shipped()}:
                today = day_in_london(now)
                check = Check(key=key, state="ended", last_checked=today, review_by=None, by=person)
                await book.keep_programme_check(check)
            else:
                raise NotFound
            await self._log(book, f"programme:{key}", why=why, person=person)

    async def _firm(self, address: str, *, why: str, person: int) -> None:
        async with self.ledger.writing() as book:
            firm = await book.firm_at(channel="email", address=checked_address(address))
            if firm is None:
                raise NotFound
            await book.forget_firm(firm.identity, at=self.clock.now())
            await self._log(book, f"firm:{firm.identity}", why=why, person=person)

    async def _log(self, book: TakeDownBook, subject: str, *, why: str, person: int) -> None:
        act = f"{subject.partition(':')[0]}.taken_down"
        await book.write_audit(act=act, subject=subject, person=person, detail=why, at=self.clock.now())
