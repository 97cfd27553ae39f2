"""Many postings at once, from a file or a program: what is wrong is told by field, and nothing is made twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain import posting as life
from service.domain.posting import Draft, Posting
from service.domain.posting_sheet import SheetRow, filled
from service.domain.roles import Visitor
from service.usecases.posting.book import found_for, keep_over, note
from service.usecases.posting.preview import PostingPreview, Preview
from service.usecases.posting.write import CONTRACTOR, Post


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingMany:
    """Makes drafts of rows and of what programs send."""

    post: Post
    preview: PostingPreview

    async def make(self, visitor: Visitor, organisation: int, rows: Sequence[SheetRow]) -> list[Posting]:
        """A draft of each row, none of which has a problem; the same row on the same day makes one draft.

        Raises NotAllowed.
        """
        now = self.post.clock.now()
        return [
            await self.post.begin(
                visitor, organisation, draft=row.draft, identity=row.identity_for(organisation, on=now)
            )
            for row in rows
        ]

    async def previews(self, postings: Sequence[Posting]) -> list[tuple[Posting, Preview]]:
        """Each draft as firms will see it; those that are not whole any more are left out."""
        found = [(each, await self.preview(each, each.draft)) for each in postings]
        return [(each, seen) for each, seen in found if isinstance(seen, Preview)]

    async def send(
        self, visitor: Visitor, organisation: int, fields: Mapping[str, str], *, reference: str
    ) -> tuple[Posting | None, dict[str, str]]:
        """A draft of what a program sends, or what is wrong with it, by field.

        Args:
            visitor: who asks.
            organisation: for whom.
            fields: as `posting_sheet.COLUMNS` names them.
            reference: the program's own name for it: sent again it makes nothing new; "" where it has none.

        Raises:
            NotAllowed: not for that organisation.
        """
        is_contractor = any(
            each.kind == CONTRACTOR for each in visitor.memberships if each.organisation == organisation
        )
        start = Draft(by_contractor="yes" if is_contractor else "")
        draft, problems = filled(start, fields, now=self.post.clock.now())
        if problems:
            return None, problems
        identity = hashlib.sha256(f"{organisation}\x1f{reference}".encode()).hexdigest()[:16] if reference else ""
        return await self.post.begin(visitor, organisation, draft=draft, identity=identity), {}

    async def change(
        self, visitor: Visitor, identity: str, fields: Mapping[str, str]
    ) -> tuple[Posting | None, dict[str, str]]:
        """Write some fields over; what is wrong, by field, and then nothing is kept. Raises NotFound or NotNow."""
        now = self.post.clock.now()
        async with self.post.ledger.writing() as book:
            before = await found_for(book, visitor, identity, act="posting.draft")
            draft, problems = filled(before.draft, fields, now=now)
            if problems:
                return None, problems
            if draft == before.draft:
                return before, {}
            after = life.write(before, draft, at=now)
            await keep_over(book, after, over=before)
            await note(book, visitor, after, act="written", at=now)
        return after, {}
