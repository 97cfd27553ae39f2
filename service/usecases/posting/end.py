"""How a posting ends: withdrawn, closed without an award, awarded, or taken down by whoever runs this copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.domain import posting as life
from service.domain.posting import Award, Posting
from service.domain.posting_answers import terms_of
from service.domain.posting_release import Step
from service.domain.roles import Visitor
from service.errors import NotFound, NotNow
from service.ports import Clock
from service.usecases.posting.book import PostingBook, PostingLedger, keep_over, note, publishable
from service.usecases.posting.notices import PostingNotices


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingEnd:
    """Ends postings, and tells it as a notice. A posting of another organisation raises NotFound, whatever is asked."""

    ledger: PostingLedger
    clock: Clock
    notices: PostingNotices

    async def withdraw(self, visitor: Visitor, identity: str, *, why: str) -> Posting:
        """Take a posting back. Raises NotFound, NotAllowed or NotNow."""
        return await self._end(visitor, identity, life.withdraw, step="withdrawn", why=why)

    async def close(self, visitor: Visitor, identity: str, *, why: str) -> Posting:
        """End a posting without an award. Raises NotFound, NotAllowed or NotNow."""
        return await self._end(visitor, identity, life.close, step="unsuccessful", why=why)

    async def award(self, visitor: Visitor, identity: str, won: Award) -> Posting:
        """Say who won. Raises NotFound, NotAllowed or NotNow."""

        def awarded(posting: Posting, *, why: str, at: datetime) -> Posting:
            del why
            return life.award(posting, at=at)

        return await self._end(visitor, identity, awarded, step="award", won=won)

    async def take_down(self, identity: str, *, why: str, person: int) -> Posting:
        """Withdraw any organisation's posting, for whoever runs this copy. Raises NotFound or NotNow."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await book.posting(identity, organisations=None)
            if before is None:
                raise NotFound
            after = await self._end_it(book, before, life.withdraw, step="withdrawn", why=why)
            await book.write_audit(
                act="posting.taken_down",
                subject=f"posting:{identity}",
                person=person,
                organisation=before.organisation,
                detail=why,
                at=now,
            )
        return after

    async def _end(
        self,
        visitor: Visitor,
        identity: str,
        ends: Callable[..., Posting],
        *,
        step: Step,
        why: str = "",
        won: Award | None = None,
    ) -> Posting:
        async with self.ledger.writing() as book:
            before = await publishable(book, visitor, identity)
            after = await self._end_it(book, before, ends, step=step, why=why, won=won)
            if after is not before:
                await note(book, visitor, after, act=step, at=self.clock.now())
        return after

    async def _end_it(
        self,
        book: PostingBook,
        before: Posting,
        ends: Callable[..., Posting],
        *,
        step: Step,
        why: str = "",
        won: Award | None = None,
    ) -> Posting:
        now = self.clock.now()
        after = ends(before, why=why, at=now)
        if after is before:
            return after
        # What was published was right when it was: its deadline may be past by now.
        terms = terms_of(after.draft, now=before.published or now)
        if isinstance(terms, dict):
            raise NotNow(next(iter(terms.values())))
        await keep_over(book, after, over=before)
        await self.notices.tell(book, after, terms, step=step, won=won)
        return after
