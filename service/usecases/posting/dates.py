"""Publish on a date: what was read and approved goes out at its moment, or says why it could not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain import posting as life
from service.domain.posting import Posting
from service.domain.posting_answers import closing, moment_said, terms_of
from service.domain.roles import Visitor
from service.domain.wording import moment_words
from service.errors import AskedWrongly, NotNow
from service.usecases.posting import letters
from service.usecases.posting.approve import PostingApproval
from service.usecases.posting.book import PostingBook, keep_over, note, publishable, publishers

#: The furthest a day of publishing may be away.
LONGEST = timedelta(days=366)
#: Postings published in one look.
_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingDates:
    """Says when, and does it when it is time."""

    approval: PostingApproval

    async def schedule(
        self, visitor: Visitor, identity: str, *, seen: int, day: tuple[str, str, str], clock: str
    ) -> Posting | str:
        """Let what somebody has read as version `seen` be published at a moment; what is wrong with the moment.

        Raises NotFound, NotAllowed or NotNow.
        """
        now, due = self.approval.clock.now(), moment_said(*day, clock)
        if isinstance(due, str):
            return due
        if due <= now:
            return "That moment is past. To publish now, press Publish"
        if due > now + LONGEST:
            return "That is more than a year away. Check the year"
        async with self.approval.ledger.writing() as book:
            before = await publishable(book, visitor, identity)
            closes = closing(before.draft)
            if isinstance(terms_of(before.draft, now=now), dict) or isinstance(closes, str):
                raise NotNow("Some answers are missing or no longer right. Check them first.")
            if due >= closes:
                return f"Replies are due {moment_words(closes, now=now)}. Publish it before that"
            by = visitor.person
            after = life.schedule(before, seen=seen, due=due, by=by, at=now)
            if after is not before:
                await keep_over(book, after, over=before)
                await note(book, visitor, after, act="scheduled", at=now)
        return after

    async def publish_due(self) -> int:
        """Publish what is due; how many were looked at. What cannot go out becomes a draft again, and is told."""
        now = self.approval.clock.now()
        async with self.approval.ledger.reading() as book:
            due = await book.postings_due(until=now, most=_AT_ONCE)
        for each in due:
            await self._publish(each, now=now)
        return len(due)

    async def _publish(self, posting: Posting, *, now: datetime) -> None:
        trouble = "whoever approved it does not publish for you any more."
        async with self.approval.ledger.reading() as book:
            visitor = await _standing(book, posting)
        if visitor is not None:
            try:
                await self.approval.publish(visitor, posting.identity, seen=posting.version)
            except AskedWrongly as why:
                trouble = str(why)
            else:
                return
        async with self.approval.ledger.writing() as book:
            found = await book.posting(posting.identity, organisations=[posting.organisation])
            if found is None or found.version != posting.version:
                return  # a colleague was faster
            reason = f"It could not be published on its day: {trouble}"
            back = life.send_back(found, why=reason, at=now)
            await keep_over(book, back, over=found)
            nobody = Visitor(person=0, address="", session=0, memberships=())
            await note(book, nobody, back, act="not_published", at=now)
            people = await publishers(book, back)
            letter = letters.decided(back, published=False, url=self.approval.letters.page_of(back))
            slot = f"undone:{back.identity}:{back.version}"
            await self.approval.letters.to_people(book, people, letter, slot=slot, at=now)


async def _standing(book: PostingBook, posting: Posting) -> Visitor | None:
    """Whoever said when, as they stand now; None where they publish for the organisation no more."""
    person = await book.person(posting.due_by)
    if person is None:
        return await _key_that_said(book, posting)
    memberships = await book.memberships(person.identity)
    found = Visitor(person=person.identity, address=person.address, session=0, memberships=memberships)
    mine = {each.person for each in await publishers(book, posting)}
    return found if person.identity in mine else None


async def _key_that_said(book: PostingBook, posting: Posting) -> Visitor | None:
    """The key by which a program said when: the log names it. None where it was revoked, or no program did."""
    said = [row for row in await book.posting_log(posting.identity) if row.act == "posting.scheduled"]
    _, _, named = said[-1].detail.partition(" by key ") if said else ("", "", "")
    found = await book.api_key(named) if named and not posting.due_by else None
    return found[0].visitor if found is not None and found[0].revoked is None else None
