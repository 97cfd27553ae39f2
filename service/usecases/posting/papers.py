"""Papers of a posting: taken in after a look at what they hold, taken out again, and given to firms."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Protocol

from service.domain import posting as life
from service.domain.posting_file import FILES_CAP, PostingFile, kind_of, name_for
from service.domain.roles import Visitor
from service.errors import NotFound
from service.ports import Clock
from service.usecases.posting.book import found_for, keep_over, note
from service.usecases.posting.talk import TalkLedger


class Shelf(Protocol):
    """Where files lie."""

    def put(self, identity: str, body: bytes) -> None:
        """Keep a file so that it survives the machine stopping."""

    def get(self, identity: str) -> bytes | None:
        """A file; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingPapers:
    """What is attached."""

    ledger: TalkLedger
    clock: Clock
    shelf: Shelf

    async def of(self, visitor: Visitor, identity: str) -> list[PostingFile]:
        """The papers that go with a posting as it is written. Raises NotFound."""
        async with self.ledger.reading() as book:
            posting = await found_for(book, visitor, identity, act="posting.read")
            files = await book.files_of(identity)
        return [each for each in files if each.identity in posting.draft.files]

    async def add(self, visitor: Visitor, identity: str, *, name: str, body: bytes) -> str:
        """Attach a file to what is written; why not, "" where it is attached. The same file twice is there once.

        Raises NotFound or NotNow.
        """
        kind, problem = await asyncio.to_thread(kind_of, body)
        if problem:
            return problem
        sha, now = hashlib.sha256(body).hexdigest(), self.clock.now()
        async with self.ledger.reading() as book:
            before = await found_for(book, visitor, identity, act="posting.draft")
            there = [each for each in await book.files_of(identity) if each.identity in before.draft.files]
        if any(each.sha == sha for each in there):
            return ""
        if len(there) >= FILES_CAP:
            return f"There are {FILES_CAP} files, the most there can be. Take one out first"
        file = PostingFile(
            identity=secrets.token_hex(16),
            posting=identity,
            name=name_for(name, kind),
            kind=kind,
            size=len(body),
            sha=sha,
            at=now,
        )
        # The file first: a row never names what is not there. One without a row is only a few bytes of nobody's.
        await asyncio.to_thread(self.shelf.put, file.identity, body)
        async with self.ledger.writing() as book:
            before = await found_for(book, visitor, identity, act="posting.draft")
            await book.keep_file(file)
            draft = replace(before.draft, files=(*before.draft.files, file.identity))
            await keep_over(book, life.write(before, draft, at=now), over=before)
            await note(book, visitor, before, act="attached", at=now)
        return ""

    async def take_out(self, visitor: Visitor, identity: str, file: str) -> None:
        """Let a paper go with the posting no more; twice is the same as once. Raises NotFound or NotNow."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await found_for(book, visitor, identity, act="posting.draft")
            if file not in before.draft.files:
                return
            draft = replace(before.draft, files=tuple(each for each in before.draft.files if each != file))
            await keep_over(book, life.write(before, draft, at=now), over=before)
            await note(book, visitor, before, act="taken_out", at=now)

    async def for_people(self, visitor: Visitor, identity: str, file: str) -> tuple[PostingFile, bytes]:
        """A paper for the buyer's own people. Raises NotFound."""
        found = next((each for each in await self.of(visitor, identity) if each.identity == file), None)
        return await self._opened(found)

    async def for_everybody(self, opportunity: str, file: str) -> tuple[PostingFile, bytes]:
        """A paper of what is published. Raises NotFound for what was taken back or never published."""
        async with self.ledger.reading() as book:
            posting = await book.posting_behind(opportunity)
            live = posting.live.files if posting is not None and posting.live is not None else ()
            files = await book.files_of(posting.identity) if posting is not None and file in live else ()
        return await self._opened(next((each for each in files if each.identity == file), None))

    async def _opened(self, file: PostingFile | None) -> tuple[PostingFile, bytes]:
        body = await asyncio.to_thread(self.shelf.get, file.identity) if file is not None else None
        if file is None or body is None:
            raise NotFound("The buyer may have taken this paper back.")
        return file, body
