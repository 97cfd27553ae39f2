"""Post: a buyer's people write an opportunity, have it approved and publish it; and what becomes of it.

A posting is only ever found through the organisations somebody belongs to: to anybody else it is not there. What is
published becomes a notice in the same transaction, and goes the way of every notice from then on.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from service.domain import posting as life
from service.domain.correction import Correction, Origin
from service.domain.history import fold
from service.domain.matching import subject_of
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Details, Key, Opportunity
from service.domain.posting import Award, Draft, Paper, Posting, Terms
from service.domain.posting_answers import QUESTIONS, check, terms_of
from service.domain.posting_file import PostingFile
from service.domain.posting_release import FORM, SOURCE, Step, notice_id, release_of
from service.domain.roles import Visitor, roles
from service.domain.tagging import Tags
from service.errors import NotAllowed, NotFound, NotNow
from service.ports import Clock, Source, Tagger
from service.usecases import posting_letters as letters
from service.usecases.collect import Report, keep
from service.usecases.correct import CorrectionBook
from service.usecases.guided import refuse_unheard
from service.usecases.ledger import Transaction
from service.usecases.people import Audited, Colleague, PeopleBook
from service.usecases.posting_letters import PostingLetters
from service.usecases.record import permanent_id
from service.usecases.standing import StandingInterests
from service.usecases.tag import place_in

#: Postings of an organisation that are listed.
LISTED = 200
#: The kind of organisation that names the public contract its work is part of.
CONTRACTOR = "contractor"
#: Below this a number of firms would tell who they are.
FEWEST_SHOWN = 5


class PostingBook(Transaction, PeopleBook, CorrectionBook, Protocol):
    """What posting asks of the store, within one transaction."""

    async def keep_posting(self, posting: Posting, *, over: int) -> bool:
        """Write a posting over the version it was made from (0: it is new); False where that is no longer there."""

    async def posting(self, identity: str, *, organisations: Collection[int] | None) -> Posting | None:
        """A posting of one of these organisations; None where there is none."""

    async def postings(self, organisations: Collection[int], *, most: int) -> Sequence[Posting]:
        """The postings of some organisations, the newest change first."""

    async def postings_due(self, *, until: datetime, most: int) -> Sequence[Posting]:
        """Postings that are to be published by a moment, the longest due first."""

    async def keep_file(self, file: PostingFile) -> None:
        """Write down a paper that was taken in."""

    async def files_of(self, posting: str) -> Sequence[PostingFile]:
        """Every paper that was taken in for a posting, the oldest first."""

    async def posting_log(self, identity: str) -> Sequence[Audited]:
        """What was done with a posting, the oldest first."""

    async def domains(self, organisation: int) -> frozenset[str]:
        """The mail domains of an organisation."""


class PostingLedger(Protocol):
    """Opens transactions over postings."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[PostingBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[PostingBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many firms would be told, and how many of them look for work in the very boroughs of the posting.

    None: fewer than FEWEST_SHOWN, or so near the other number that the difference would tell who they are.
    """

    firms: int | None
    local: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A draft as firms will see it, and how many would be told."""

    opportunity: Opportunity
    tags: Tags
    reach: Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a buyer's people may do. A posting of another organisation raises NotFound, whatever is asked."""

    ledger: PostingLedger
    clock: Clock
    #: The source whose notices postings are.
    source: Source
    #: Loaded when something is first judged.
    tagger: Callable[[], Tagger]
    letters: PostingLetters
    standing: StandingInterests = field(default_factory=StandingInterests)

    async def mine(self, visitor: Visitor) -> Sequence[Posting]:
        """Everything of the organisations whose postings somebody may read, the newest change first."""
        async with self.ledger.reading() as book:
            return await book.postings(_where(visitor, "posting.read"), most=LISTED)

    async def see(self, visitor: Visitor, identity: str) -> Posting:
        """One posting. Raises NotFound."""
        async with self.ledger.reading() as book:
            return await found_for(book, visitor, identity, act="posting.read")

    async def log(self, visitor: Visitor, identity: str) -> Sequence[tuple[Audited, str]]:
        """What was done with a posting and by whom ("" for nobody known), the oldest first. Raises NotFound."""
        async with self.ledger.reading() as book:
            await found_for(book, visitor, identity, act="posting.read")
            rows = await book.posting_log(identity)
            people = {number: await book.person(number) for number in {row.person for row in rows}}
        return [(row, person.address if (person := people[row.person]) else "") for row in rows]

    async def may_publish(self, visitor: Visitor, posting: Posting) -> bool:
        """Whether somebody may publish: by role, and writing from a mail domain of the organisation."""
        async with self.ledger.reading() as book:
            return await _may_publish(book, visitor, posting)

    async def begin(
        self, visitor: Visitor, organisation: int, *, draft: Draft | None = None, identity: str = ""
    ) -> Posting:
        """A draft, empty where none is given. With an identity that is there already, that one as it stands.

        Raises NotAllowed.
        """
        if not visitor.may("posting.draft", organisation=organisation):
            raise NotAllowed
        mine = next(each for each in visitor.memberships if each.organisation == organisation)
        draft = replace(draft or Draft(), by_contractor="yes" if mine.kind == CONTRACTOR else "")
        made = Posting(
            identity=identity or secrets.token_hex(8),
            organisation=organisation,
            buyer=mine.name,
            state=life.PostingState.DRAFT,
            draft=draft,
            made_by=visitor.person,
            held_by=visitor.person,
            changed=self.clock.now(),
        )
        async with self.ledger.writing() as book:
            if await book.keep_posting(made, over=0):
                await self.note(book, visitor, made, act="begun")
                return made
            return await found_for(book, visitor, made.identity, act="posting.draft")

    async def answer(self, visitor: Visitor, identity: str, typed: Draft, *, question: str) -> dict[str, str]:
        """Keep what was typed, wrong or not; what is wrong, by field. Raises NotFound or NotNow."""
        now = self.clock.now()
        problems = check(question, typed, now=now)
        done = {*typed.done, question} if not problems else {*typed.done} - {question}
        draft = replace(typed, done=tuple(name for name in QUESTIONS if name in done))
        if question == "what" and not problems and not draft.sector:
            key = await self._sector(draft)
            draft = replace(draft, sector=key, suggested=key)
        async with self.ledger.writing() as book:
            before = await found_for(book, visitor, identity, act="posting.draft")
            if draft != before.draft:
                await keep_over(book, life.write(before, draft, at=now), over=before)
        return problems

    async def preview(self, posting: Posting, draft: Draft) -> Preview | dict[str, str]:
        """A draft as firms will see it, or what is wrong with it."""
        now = self.clock.now()
        terms = terms_of(draft, now=now)
        if isinstance(terms, dict):
            return terms
        async with self.ledger.reading() as book:
            terms = await self._with_papers(book, posting, draft, terms)
        opportunity = self._as_opportunity(posting, terms, now)
        details = opportunity.state.details
        tags = await asyncio.to_thread(lambda: self.tagger().tags(details))
        subject = subject_of(
            details=details,
            stage=opportunity.state.stage,
            status=opportunity.state.status,
            tags=tags,
            place=place_in(details),
            source=SOURCE,
        )
        async with self.ledger.reading() as book:
            index = await self.standing.index(book)
        reached = await asyncio.to_thread(lambda: index.reach(subject, places=draft.areas, now=now))
        return Preview(opportunity=opportunity, tags=tags, reach=shown_reach(*reached))

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
                await self.note(book, visitor, after, act="asked")
                people = [each for each in await publishers(book, after) if each.person != visitor.person]
                letter = letters.waits_for_you(after, by=visitor.address, url=f"{self.letters.page_of(after)}/check")
                slot = f"asked:{identity}:{after.version}"
                await self.letters.to_people(book, people, letter, slot=slot, at=now)
        return after

    async def send_back(self, visitor: Visitor, identity: str, *, why: str) -> Posting:
        """Give a draft back to its writer. Raises NotFound, NotAllowed or NotNow."""
        async with self.ledger.writing() as book:
            before = await self.publishable(book, visitor, identity)
            after = life.send_back(before, why=why, at=self.clock.now())
            await keep_over(book, after, over=before)
            await self.note(book, visitor, after, act="sent_back")
            await self._tell_writers(book, visitor, after, published=False)
        return after

    async def publish(self, visitor: Visitor, identity: str, *, seen: int) -> Posting:
        """Publish what somebody has read as version `seen`. Raises NotFound, NotAllowed or NotNow."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await self.publishable(book, visitor, identity)
            after = life.publish(before, seen=seen, at=now)
            if after is before:
                return after
            terms = terms_of(after.draft, now=now)
            if isinstance(terms, dict):
                raise NotNow(f"{next(iter(terms.values()))}. Check the answers first.")
            refuse_unheard(after, visitor, at=now)
            await keep_over(book, after, over=before)
            step: Step = "tender" if before.live is None else "tenderUpdate"
            await self.tell(book, after, terms, step=step)
            await self._teach(book, visitor, after)
            await self.note(book, visitor, after, act="published" if step == "tender" else "changed")
            await self._tell_writers(book, visitor, after, published=True)
        return after

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

    # ------------------------------------------------------------------------------------------------- inside

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
            before = await self.publishable(book, visitor, identity)
            after = await self._end_it(book, before, ends, step=step, why=why, won=won)
            if after is not before:
                await self.note(book, visitor, after, act=step)
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
        await self.tell(book, after, terms, step=step, won=won)
        return after

    async def _tell_writers(self, book: PostingBook, visitor: Visitor, posting: Posting, *, published: bool) -> None:
        """Those who wrote it, asked for approval or look after it hear what was decided, but not whoever decided."""
        concerned = {posting.made_by, posting.asked_by, posting.held_by} - {0, visitor.person}
        people = [each for each in await book.colleagues(posting.organisation) if each.person in concerned]
        letter = letters.decided(posting, published=published, url=self.letters.page_of(posting))
        slot = f"decided:{posting.identity}:{posting.version}"
        await self.letters.to_people(book, people, letter, slot=slot, at=self.clock.now())

    async def publishable(self, book: PostingBook, visitor: Visitor, identity: str) -> Posting:
        """A posting that somebody may publish. Raises NotFound or NotAllowed."""
        found = await found_for(book, visitor, identity, act="posting.publish")
        if not await _may_publish(book, visitor, found):
            raise NotAllowed("Only somebody with an address at the organisation's own domain publishes.")
        return found

    async def tell(
        self, book: PostingBook, posting: Posting, terms: Terms, *, step: Step, won: Award | None = None
    ) -> None:
        """Make a notice of it, which waits to be recorded like any other."""
        now = self.clock.now()
        terms = await self._with_papers(book, posting, posting.live or posting.draft, terms)
        notice = self._notice(posting, release_of(posting, self._told(posting, terms), step=step, at=now, won=won), now)
        read = self.source.read(notice)
        if isinstance(read, SetAside):
            raise NotNow(read.reason)
        await keep(book, [(notice, "")], quiet=False, report=Report(), now=now)

    async def _with_papers(self, book: PostingBook, posting: Posting, draft: Draft, terms: Terms) -> Terms:
        """The terms with the papers that go with them, at their public addresses."""
        base = f"{self.letters.public_url}/opportunities/{opportunity_of(posting)}/files"
        papers = tuple(
            Paper(identity=each.identity, title=each.name, url=f"{base}/{each.identity}", kind=each.kind)
            for each in await book.files_of(posting.identity)
            if each.identity in draft.files
        )
        return replace(terms, papers=papers)

    def _told(self, posting: Posting, terms: Terms) -> Terms:
        """Replies that are written on our page go to the page of the opportunity."""
        page = f"{self.letters.public_url}/opportunities/{opportunity_of(posting)}"
        return terms if terms.reply else replace(terms, reply=page)

    def _notice(self, posting: Posting, body: bytes, now: datetime) -> Notice:
        return Notice(source=SOURCE, source_id=notice_id(posting), published=now, seen=now, body=body, form=FORM)

    def _as_opportunity(self, posting: Posting, terms: Terms, now: datetime) -> Opportunity:
        notice = self._notice(posting, release_of(posting, self._told(posting, terms), step="tender", at=now), now)
        read = self.source.read(notice)
        if isinstance(read, SetAside):
            raise NotNow(read.reason)
        return Opportunity(identity=opportunity_of(posting), revision=1, state=fold([read]), first_seen=now)

    async def _sector(self, draft: Draft) -> str:
        """The trade we take it to be; "" where we cannot tell."""
        details = Details(title=draft.title, description=draft.description)
        tags = await asyncio.to_thread(lambda: self.tagger().tags(details))
        return tags.likely[0].key if tags.likely else ""

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

    async def note(self, book: PostingBook, visitor: Visitor, posting: Posting, *, act: str) -> None:
        """Write in the log what somebody did with a posting."""
        await book.write_audit(
            act=f"posting.{act}",
            subject=f"posting:{posting.identity}",
            person=visitor.person,
            organisation=posting.organisation,
            detail=f"{posting.version} by key {visitor.key}" if visitor.key else str(posting.version),
            at=self.clock.now(),
        )


def shown_reach(firms: int, local: int) -> Reach:
    """Numbers of firms that tell nothing of any of them: none below FEWEST_SHOWN, neither a number nor a difference."""
    if firms < FEWEST_SHOWN:
        return Reach(firms=None, local=None)
    rest = firms - local
    is_safe = local >= FEWEST_SHOWN and (rest == 0 or rest >= FEWEST_SHOWN)
    return Reach(firms=firms, local=local if is_safe else None)


def opportunity_of(posting: Posting) -> str:
    """The id of the opportunity a posting is or becomes."""
    return permanent_id([Key(scheme="ocid", value=posting.ocid)])


def _where(visitor: Visitor, act: str) -> list[int]:
    return [each.organisation for each in visitor.where(act)]


async def found_for(book: PostingBook, visitor: Visitor, identity: str, *, act: str) -> Posting:
    """A posting of an organisation for which somebody may do an act. Raises NotFound."""
    found = await book.posting(identity, organisations=_where(visitor, act))
    if found is None:
        raise NotFound
    return found


async def publishers(book: PostingBook, posting: Posting) -> list[Colleague]:
    """Everybody who may publish a posting."""
    may = {role for (_, role), each in roles().items() if "posting.publish" in each.may}
    at = await book.domains(posting.organisation)
    return [
        each
        for each in await book.colleagues(posting.organisation)
        if each.role in may and each.address.rpartition("@")[2].lower() in at
    ]


async def _may_publish(book: PostingBook, visitor: Visitor, posting: Posting) -> bool:
    if not visitor.may("posting.publish", organisation=posting.organisation):
        return False
    if visitor.key:  # made by the operator for the organisation, in a role that publishes
        return bool(await book.domains(posting.organisation))
    return visitor.address.rpartition("@")[2].lower() in await book.domains(posting.organisation)


async def keep_over(book: PostingBook, after: Posting, *, over: Posting) -> None:
    """Write a posting over the one it was made from. Raises NotNow where a colleague was faster."""
    if not await book.keep_posting(after, over=over.version):
        raise NotNow("A colleague changed it at the same moment. Look again.")
