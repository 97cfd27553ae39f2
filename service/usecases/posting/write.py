"""Write a posting: a draft is begun, its questions are answered one by one, and it is read by those who may."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.domain import posting as life
from service.domain.opportunity import Details
from service.domain.posting import Draft, Posting
from service.domain.posting_answers import QUESTIONS, check
from service.domain.roles import Visitor
from service.errors import NotAllowed
from service.ports import Clock, Tagger
from service.usecases.people import Audited
from service.usecases.posting.book import PostingLedger, found_for, keep_over, note, organisations_where

#: Postings of an organisation that are listed.
LISTED = 200
#: The kind of organisation that names the public contract its work is part of.
CONTRACTOR = "contractor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a buyer's people write. A posting of another organisation raises NotFound, whatever is asked."""

    ledger: PostingLedger
    clock: Clock
    #: Loaded when something is first judged.
    tagger: Callable[[], Tagger]

    async def mine(self, visitor: Visitor) -> Sequence[Posting]:
        """Everything of the organisations whose postings somebody may read, the newest change first."""
        async with self.ledger.reading() as book:
            return await book.postings(organisations_where(visitor, "posting.read"), most=LISTED)

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
                await note(book, visitor, made, act="begun", at=made.changed)
                return made
            return await found_for(book, visitor, made.identity, act="posting.draft")

    async def answer(self, visitor: Visitor, identity: str, typed: Draft, *, question: str) -> dict[str, str]:
        """Keep what was typed, wrong or not; what is wrong, by field. Raises NotFound or NotNow.

        Of far too much only the beginning is kept, and the sentence says so.
        """
        now = self.clock.now()
        problems = check(question, typed, now=now)
        typed, cut = life.kept(typed)
        problems |= _cut_short(problems, cut)
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

    async def _sector(self, draft: Draft) -> str:
        """The trade we take it to be; "" where we cannot tell."""
        details = Details(title=draft.title, description=draft.description)
        tags = await asyncio.to_thread(lambda: self.tagger().tags(details))
        return tags.likely[0].key if tags.likely else ""


def _cut_short(problems: Mapping[str, str], cut: Mapping[str, int]) -> dict[str, str]:
    """Sentences about answers of which only the beginning is kept. A day in three boxes has one sentence for all."""
    return {
        name: f"{said}. All you typed is below; only the first {most:,} characters are kept when you leave this page"
        for name, said in problems.items()
        for most in [next((each for field, each in cut.items() if field.startswith(name)), 0)]
        if most
    }
