"""A posting becomes a notice in the transaction that publishes it, and goes the way of every notice from then on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.history import fold
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Key, Opportunity
from service.domain.posting import Award, Draft, Paper, Posting, Terms
from service.domain.posting_release import FORM, SOURCE, Step, notice_id, release_of
from service.errors import NotNow
from service.ports import Clock, Source
from service.usecases.collect import Report, keep
from service.usecases.posting.book import PostingBook
from service.usecases.record import permanent_id


def opportunity_of(posting: Posting) -> str:
    """The id of the opportunity a posting is or becomes."""
    return permanent_id([Key(scheme="ocid", value=posting.ocid)])


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingNotices:
    """Makes notices of postings."""

    #: The source whose notices postings are.
    source: Source
    clock: Clock
    public_url: str

    async def tell(
        self, book: PostingBook, posting: Posting, terms: Terms, *, step: Step, won: Award | None = None
    ) -> None:
        """Make a notice of it, which waits to be recorded like any other."""
        now = self.clock.now()
        terms = await self.with_papers(book, posting, posting.live or posting.draft, terms)
        notice = self._notice(posting, release_of(posting, self._told(posting, terms), step=step, at=now, won=won), now)
        read = self.source.read(notice)
        if isinstance(read, SetAside):
            raise NotNow(read.reason)
        await keep(book, [(notice, "")], quiet=False, report=Report(), now=now)

    async def with_papers(self, book: PostingBook, posting: Posting, draft: Draft, terms: Terms) -> Terms:
        """The terms with the papers that go with them, at their public addresses."""
        base = f"{self.public_url}/opportunities/{opportunity_of(posting)}/files"
        papers = tuple(
            Paper(identity=each.identity, title=each.name, url=f"{base}/{each.identity}", kind=each.kind)
            for each in await book.files_of(posting.identity)
            if each.identity in draft.files
        )
        return replace(terms, papers=papers)

    def _told(self, posting: Posting, terms: Terms) -> Terms:
        """Replies that are written on our page go to the page of the opportunity."""
        page = f"{self.public_url}/opportunities/{opportunity_of(posting)}"
        return terms if terms.reply else replace(terms, reply=page)

    def _notice(self, posting: Posting, body: bytes, now: datetime) -> Notice:
        return Notice(source=SOURCE, source_id=notice_id(posting), published=now, seen=now, body=body, form=FORM)

    def as_opportunity(self, posting: Posting, terms: Terms, now: datetime) -> Opportunity:
        """What firms would see of it, were it published now."""
        notice = self._notice(posting, release_of(posting, self._told(posting, terms), step="tender", at=now), now)
        read = self.source.read(notice)
        if isinstance(read, SetAside):
            raise NotNow(read.reason)
        return Opportunity(identity=opportunity_of(posting), revision=1, state=fold([read]), first_seen=now)
