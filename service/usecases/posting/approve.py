"""Two pairs of eyes: a colleague is asked, reads what was written, and publishes it or sends it back."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain import posting as life
from service.domain.correction import Correction, Origin
from service.domain.posting import Posting
from service.domain.posting_answers import refuse_if_opened, terms_of
from service.domain.posting_release import Step
from service.domain.roles import Visitor
from service.errors import NotNow
from service.ports import Clock
from service.usecases.guided import refuse_unheard
from service.usecases.posting import letters
from service.usecases.posting.book import (
    PostingBook,
    PostingLedger,
    found_for,
    keep_over,
    may_publish,
    note,
    publishable,
    publishers,
)
from service.usecases.posting.letters import PostingLetters
from service.usecases.posting.notices import PostingNotices, opportunity_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingApproval:
    """Asks for approval and gives it. A posting of another organisation raises NotFound, whatever is asked."""

    ledger: PostingLedger
    clock: Clock
    notices: PostingNotices
    letters: PostingLetters

    async def may_publish(self, visitor: Visitor, posting: Posting) -> bool:
        """Whether somebody may publish: by role, and writing from a mail domain of the organisation."""
        async with self.ledger.reading() as book:
            return await may_publish(book, visitor, posting)

    async def ask(self, visitor: Visitor, identity: str) -> Posting:
        """Ask a colleague to approve. Raises NotFound or NotNow."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await found_for(book, visitor, identity, act="posting.draft")
            if isinstance(terms_of(before.draft, now=now), dict):
                raise NotNow("Some answers are missing or no longer right. Check them first.")
            after = life.ask(before, by=visitor.person, at=now)
            if after is not before:
                await keep_over(book, after, over=before)
                await note(book, visitor, after, act="asked", at=now)
                people = [each for each in await publishers(book, after) if each.person != visitor.person]
                letter = letters.waits_for_you(after, by=visitor.address, url=f"{self.letters.page_of(after)}/check")
                slot = f"asked:{identity}:{after.version}"
                await self.letters.to_people(book, people, letter, slot=slot, at=now)
        return after

    async def send_back(self, visitor: Visitor, identity: str, *, why: str) -> Posting:
        """Give a draft back to its writer. Raises NotFound, NotAllowed or NotNow."""
        async with self.ledger.writing() as book:
            before = await publishable(book, visitor, identity)
            after = life.send_back(before, why=why, at=self.clock.now())
            await keep_over(book, after, over=before)
            await note(book, visitor, after, act="sent_back", at=self.clock.now())
            await self._tell_writers(book, visitor, after, published=False)
        return after

    async def publish(self, visitor: Visitor, identity: str, *, seen: int) -> Posting:
        """Publish what somebody has read as version `seen`. Raises NotFound, NotAllowed or NotNow."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await publishable(book, visitor, identity)
            after = life.publish(before, seen=seen, at=now)
            if after is before:
                return after
            terms = terms_of(after.draft, now=now)
            if isinstance(terms, dict):
                raise NotNow(f"{next(iter(terms.values()))}. Check the answers first.")
            refuse_if_opened(before.live, after.draft, at=now)
            refuse_unheard(after, visitor, at=now)
            await keep_over(book, after, over=before)
            step: Step = "tender" if before.live is None else "tenderUpdate"
            await self.notices.tell(book, after, terms, step=step)
            await self._teach(book, visitor, after)
            await note(book, visitor, after, act="published" if step == "tender" else "changed", at=now)
            await self._tell_writers(book, visitor, after, published=True)
        return after

    async def _tell_writers(self, book: PostingBook, visitor: Visitor, posting: Posting, *, published: bool) -> None:
        """Those who wrote it, asked for approval or look after it hear what was decided, but not whoever decided."""
        concerned = {posting.made_by, posting.asked_by, posting.held_by} - {0, visitor.person}
        people = [each for each in await book.colleagues(posting.organisation) if each.person in concerned]
        letter = letters.decided(posting, published=published, url=self.letters.page_of(posting))
        slot = f"decided:{posting.identity}:{posting.version}"
        await self.letters.to_people(book, people, letter, slot=slot, at=self.clock.now())

    async def _teach(self, book: PostingBook, visitor: Visitor, posting: Posting) -> None:
        """Where the poster named another trade than we did, the next training learns from it."""
        draft = posting.draft
        if draft.sector == draft.suggested or visitor.key:  # a program corrects nothing
            return
        said = Correction(
            opportunity=opportunity_of(posting),
            person=await book.person_behind(visitor.address),
            origin=Origin.POSTER,
            sectors=(draft.sector,),
            not_sectors=(draft.suggested,) if draft.suggested else (),
            at=self.clock.now(),
        )
        await book.keep_correction(said)
