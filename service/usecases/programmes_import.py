"""Programmes read elsewhere: from a directory of Open Referral UK or the government's finder. They wait to be checked.

Nothing that is read is shown before a person has looked at it. What was read once is not read again, and what is in
the catalogue already, or has ended, is left out with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

from service.domain.govuk_support import is_finder, pages_in
from service.domain.oruk import services_in
from service.domain.programme_draft import ProgrammeDraft
from service.domain.programme_stand import EntryState
from service.domain.roles import Membership
from service.errors import UnreadableBody
from service.ports import Clock, Http, HttpPolicy
from service.usecases.people import THIS_COPY
from service.usecases.programmes import ProgrammeBook, begun, log
from service.usecases.programmes_catalogue import LiveCatalogue

#: Pages of a feed that are read, and services in all.
MOST_PAGES = 200
MOST_READ = 5000
#: Bytes of one page.
MOST_BYTES = 20 * 1024 * 1024
_RUNNING = frozenset({"active", "temporarily closed"})


class ImportBook(ProgrammeBook, Protocol):
    """What reading in asks of the store, within one transaction."""

    async def origins(self) -> frozenset[str]:
        """Where entries were read."""


class ImportLedger(Protocol):
    """Opens transactions over programmes."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[ImportBook]:
        """A transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One programme as it was read."""

    origin: str
    draft: ProgrammeDraft
    #: Why it is left out; "" where it is taken in.
    left_out: str = ""


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What came of reading."""

    new: int = 0
    #: Read before.
    known: int = 0
    #: Name and reason of what was left out.
    left_out: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Importing:
    """Takes in what was read elsewhere."""

    ledger: ImportLedger
    clock: Clock
    catalogue: LiveCatalogue = field(default_factory=LiveCatalogue)

    async def take_in(self, body: bytes, *, origin: str) -> ImportReport:
        """Take in a file or an answer: each programme once, as an entry that waits to be checked.

        Args:
            body: JSON of Open Referral UK or of the government's finder.
            origin: where it was read, as people know the place.

        Raises:
            UnreadableBody: It is neither.
        """
        return await self.keep(items_in(document_in(body), origin=origin))

    async def feed(self, url: str, *, http: Http, policy: HttpPolicy) -> ImportReport:
        """Read a feed of Open Referral UK page by page, and take it in. Raises UnreadableBody, HttpTrouble."""
        found: list[Item] = []
        for number in range(1, MOST_PAGES + 1):
            reply = await http.get(url, params={"page": str(number)}, policy=replace(policy, max_bytes=MOST_BYTES))
            document = document_in(reply.body)
            found += items_in(document, origin=url)
            is_last = not isinstance(document, Mapping) or document.get("last_page") is not False
            if is_last or len(found) >= MOST_READ:
                break
        return await self.keep(found[:MOST_READ])

    async def keep(self, items: Iterable[Item]) -> ImportReport:
        """Keep what was read."""
        report, now = ImportReport(), self.clock.now()
        async with self.ledger.writing() as book:
            number = await book.organisation_for(kind="copy", key=THIS_COPY, name="", at=now)
            owner = Membership(organisation=number, kind="copy", key=THIS_COPY, name="", role="administrator")
            known = set(await book.origins())
            there = {each.name.casefold(): each.state for each in await self.catalogue.programmes(book)}
            for item in items:
                name = item.draft.name
                if item.origin in known:
                    report.known += 1
                elif reason := item.left_out or _left_out(there.get(name.casefold())):
                    report.left_out.append((name, reason))
                else:
                    known.add(item.origin)
                    begin = begun(owner, by=0, at=now, typed=item.draft, origin=item.origin)
                    entry = replace(begin, state=EntryState.WAITING)
                    await book.keep_entry(entry, over=0)
                    await log(book, entry, act="imported", by=0, at=now)
                    report.new += 1
        return report


def document_in(body: bytes) -> object:
    """The JSON of a body. Raises UnreadableBody."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as trouble:
        raise UnreadableBody(f"It is not JSON: {str(trouble)[:80]}.") from None


def items_in(document: object, *, origin: str) -> list[Item]:
    """The programmes in a document of one of the two shapes. Raises UnreadableBody."""
    if is_finder(document):
        return [
            Item(origin=f"{origin} {page.identity}", draft=page.draft, left_out=page.left_out)
            for page in pages_in(document)
        ]
    return [
        Item(
            origin=f"{origin} {read.identity or read.draft.name}",
            draft=read.draft,
            left_out="" if read.status in _RUNNING else f"its directory says that it is {read.status[:40]}",
        )
        for read in services_in(document)
    ]


def _left_out(state: str | None) -> str:
    if state is None:
        return ""
    return "it has ended" if state == "ended" else "it is in the catalogue already"
