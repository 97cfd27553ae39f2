"""Care for a posting besides writing it: copy the last one, hand it over to a colleague, extend its deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import posting as life
from service.domain.differences import moment_words
from service.domain.posting import Draft, Posting
from service.domain.posting_answers import check, closing, refuse_if_opened, terms_of
from service.domain.roles import Visitor, roles
from service.errors import NotFound, NotNow
from service.usecases.people import Colleague
from service.usecases.posting import letters
from service.usecases.posting.book import PostingBook, found_for, keep_over, note, publishable
from service.usecases.posting.letters import PostingLetters
from service.usecases.posting.notices import PostingNotices
from service.usecases.posting.write import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingCare:
    """What a buyer's people do with postings they have."""

    post: Post
    notices: PostingNotices
    letters: PostingLetters

    async def copy(self, visitor: Visitor, identity: str) -> Posting:
        """A new draft that says the same, without its days. Raises NotFound or NotAllowed."""
        before = await self.post.see(visitor, identity)
        return await self.post.begin(visitor, before.organisation, draft=life.copied(before.live or before.draft))

    async def colleagues(self, visitor: Visitor, identity: str) -> Sequence[Colleague]:
        """Those to whom a posting can be handed over. Raises NotFound."""
        async with self.post.ledger.reading() as book:
            posting = await found_for(book, visitor, identity, act="posting.read")
            return [each for each in await _writers(book, posting) if each.person != posting.held_by]

    async def hand_over(self, visitor: Visitor, identity: str, *, to: int) -> Posting:
        """Let a colleague look after it, who is told. Raises NotFound or NotNow."""
        now = self.post.clock.now()
        async with self.post.ledger.writing() as book:
            before = await found_for(book, visitor, identity, act="posting.draft")
            colleague = next((each for each in await _writers(book, before) if each.person == to), None)
            if colleague is None:
                raise NotFound("Nobody of that number writes postings for your organisation.")
            after = life.hand_over(before, to=to, at=now)
            if after is before:
                return after
            await keep_over(book, after, over=before)
            await note(book, visitor, after, act="handed_over", at=now)
            url = self.letters.page_of(after)
            letter = letters.handed_over(after, by=visitor.address, url=url)
            slot = f"over:{identity}:{after.version}"
            await self.letters.to_people(book, [colleague], letter, slot=slot, at=now)
        return after

    async def extend(self, visitor: Visitor, identity: str, until: Draft) -> dict[str, str]:
        """Move the deadline of what firms see, who are told; what is wrong with it, by field.

        The same deadline twice is the same as once. Raises NotFound, NotAllowed or NotNow.
        """
        now = self.post.clock.now()
        if problems := check("by-when", until, now=now):
            return problems
        async with self.post.ledger.writing() as book:
            before = await publishable(book, visitor, identity)
            refuse_if_opened(before.live, until, at=now)
            after = life.extend(before, until, at=now)
            if after is before or after.live is None:
                return {}
            had, has = closing(before.live or before.draft), closing(after.live)
            if isinstance(had, str) or isinstance(has, str):  # pragma: no cover - both were checked
                raise NotNow("The deadline cannot be read.")
            if has <= had:
                return {"closes": f"Firms were told {moment_words(had)}. Enter a later moment"}
            terms = terms_of(after.live, now=before.published or now)
            if isinstance(terms, dict):
                raise NotNow(next(iter(terms.values())))
            await keep_over(book, after, over=before)
            await self.notices.tell(book, after, terms, step="tenderUpdate")
            await note(book, visitor, after, act="extended", at=now)
        return {}


async def _writers(book: PostingBook, posting: Posting) -> list[Colleague]:
    may = {role for (_, role), each in roles().items() if "posting.draft" in each.may}
    return [each for each in await book.colleagues(posting.organisation) if each.role in may]
