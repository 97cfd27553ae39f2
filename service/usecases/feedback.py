"""Not for me: a firm says why an alert was wrong, and its interest changes by the least that mends it, and back.

The answer is kept with the revision and tags it was about, for people to judge by how well we choose. A wrong trade
that we read out of the words of a notice, not one its buyer coded, is also kept as a correction, within the cap that
holds for one person; nothing is trained by it unless somebody asks for it (`bowbell train --database`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.domain.correction import Correction, Origin
from service.domain.interest import Interest
from service.domain.matching import prepare
from service.domain.not_for_me import LONGEST_WORDS, REASONS, Effect, Reason, effect
from service.domain.opportunity import Opportunity
from service.domain.pursuit import TO_DO, Course, Pursuit
from service.domain.sectors import sector_of_cpv
from service.domain.subject import Subject, subject_in
from service.domain.tagging import Tags
from service.errors import NotFound, TooManyRequests
from service.ports import Clock
from service.usecases.firm_account import KeptInterest
from service.usecases.subscribe import Firm

#: Answers of one firm in a day: more is no firm reading its mail.
MOST_A_DAY = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One interest that was changed: before, after, and what changed in words."""

    interest: int
    before: Interest
    after: Interest
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a firm said of one opportunity. `undone` None: it holds.

    `course`: what it was going to do about it until then, which comes back with the undo; None: nothing.
    """

    firm: int
    opportunity: str
    reason: Reason
    said: str
    revision: int
    tags_version: str
    at: datetime
    changes: tuple[Changed, ...] = ()
    course: Course | None = None
    undone: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a firm may answer about one opportunity.

    Attributes:
        title: of the opportunity.
        effects: for each reason what would change, for each of the firm's interests that lets it through.
        answer: what it said before; None: nothing that holds.
    """

    title: str
    effects: Mapping[Reason, tuple[Effect, ...]]
    answer: Answer | None


class FeedbackBook(Protocol):
    """What feedback asks of the store, within one transaction."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number."""

    async def interests_of(self, firm: int) -> Sequence[KeptInterest]:
        """What a firm asked for."""

    async def change_interest(self, firm: int, identity: int, interest: Interest) -> bool:
        """Ask for something else; False where the firm has no such interest."""

    async def opportunities(self, identities: Sequence[str]) -> Mapping[str, Opportunity]:
        """Opportunities as they stand."""

    async def tags_of(self, identities: Sequence[str]) -> Mapping[str, Tags]:
        """Their tags."""

    async def pursuits_about(self, opportunities: Sequence[str]) -> Sequence[Pursuit]:
        """Who has these on its list."""

    async def pursue(self, firm: int, opportunity: str, course: Course, *, revision: int, at: datetime) -> None:
        """Say what a firm does about an opportunity."""

    async def leave(self, firm: int, opportunity: str) -> bool:
        """Take something off a firm's list."""

    async def keep_answer(self, answer: Answer) -> None:
        """Keep what a firm said, instead of what it said before of the same."""

    async def answer_on(self, firm: int, opportunity: str) -> Answer | None:
        """What a firm said of an opportunity; None: nothing."""

    async def answers_since(self, firm: int, since: datetime) -> int:
        """How many answers a firm gave since a moment."""

    async def person_behind(self, address: str) -> str:
        """A hash that tells nobody what the address is."""

    async def keep_correction(self, said: Correction) -> None:
        """Keep a correction."""

    async def take_back_correction(self, opportunity: str, person: str) -> None:
        """Forget a correction."""

    async def organisation_at(self, *, kind: str, key: str) -> int | None:
        """The number of an organisation."""

    async def write_audit(
        self, *, act: str, subject: str, at: datetime, person: int = 0, organisation: int = 0, detail: str = ""
    ) -> None:
        """Add to the log."""


class FeedbackLedger(Protocol):
    """Opens transactions."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[FeedbackBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[FeedbackBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    firm: Firm
    title: str
    subject: Subject
    revision: int
    #: The firm's interests that let it through, open or not any more.
    fitting: tuple[KeptInterest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """The verbs of a firm about an alert. All raise NotFound for a firm or an opportunity that is not there."""

    ledger: FeedbackLedger
    clock: Clock

    async def ask(self, firm: int, opportunity: str) -> Asking:
        """What each reason would change."""
        async with self.ledger.reading() as book:
            about = await _about(book, firm, opportunity)
            answer = await book.answer_on(firm, opportunity)
        return Asking(
            title=about.title,
            effects={
                reason: tuple(
                    effect(reason, each.interest, about.subject, size=about.firm.size) for each in about.fitting
                )
                for reason in REASONS
            },
            answer=answer if answer is not None and answer.undone is None else None,
        )

    async def say(self, firm: int, opportunity: str, reason: Reason, *, said: str = "", person: int = 0) -> Answer:
        """Keep an answer and change what it changes; an answer that was given before is taken back first.

        What the firm still meant to bid for leaves its list, and so no reminder of it comes.

        Raises:
            TooManyRequests: the firm gave MOST_A_DAY answers within a day.
        """
        now = self.clock.now()
        async with self.ledger.writing() as book:
            if await book.answers_since(firm, now - timedelta(days=1)) >= MOST_A_DAY:
                raise TooManyRequests
            await self._take_back(book, firm, opportunity)
            about = await _about(book, firm, opportunity)
            changes = []
            for each in about.fitting:
                does = effect(reason, each.interest, about.subject, size=about.firm.size)
                if does.interest is not None:
                    changes.append(
                        Changed(interest=each.identity, before=each.interest, after=does.interest, words=does.says)
                    )
                    await book.change_interest(firm, each.identity, does.interest)
            answer = Answer(
                firm=firm,
                opportunity=opportunity,
                reason=reason,
                said=" ".join(said.split())[:LONGEST_WORDS],
                revision=about.revision,
                tags_version=about.subject.tags.version,
                at=now,
                changes=tuple(changes),
                course=await _take_off(book, firm, opportunity),
            )
            await book.keep_answer(answer)
            if reason == "trade":
                await self._correct(book, about, opportunity)
            await self._log(book, firm, "feedback.given", opportunity, person=person, detail=reason)
        return answer

    async def undo(self, firm: int, opportunity: str, *, person: int = 0) -> bool:
        """Take an answer back, and its changes; False where an interest was changed since and stays as it is."""
        async with self.ledger.writing() as book:
            whole = await self._take_back(book, firm, opportunity)
            await self._log(book, firm, "feedback.undone", opportunity, person=person)
        return whole

    async def _take_back(self, book: FeedbackBook, firm: int, opportunity: str) -> bool:
        answer = await book.answer_on(firm, opportunity)
        if answer is None or answer.undone is not None:
            return True
        standing = {each.identity: each.interest for each in await book.interests_of(firm)}
        whole = True
        for each in answer.changes:
            if standing.get(each.interest) == each.after:
                await book.change_interest(firm, each.interest, each.before)
            else:
                whole = False
        if answer.course is not None and await _course(book, firm, opportunity) is None:
            await book.pursue(firm, opportunity, answer.course, revision=answer.revision, at=self.clock.now())
        await book.keep_answer(
            Answer(
                firm=firm,
                opportunity=opportunity,
                reason=answer.reason,
                said=answer.said,
                revision=answer.revision,
                tags_version=answer.tags_version,
                at=answer.at,
                changes=answer.changes,
                course=answer.course,
                undone=self.clock.now(),
            )
        )
        found = await book.firm(firm)
        if found is not None and answer.reason == "trade":
            await book.take_back_correction(opportunity, await book.person_behind(found.address))
        return whole

    async def _correct(self, book: FeedbackBook, about: _About, opportunity: str) -> None:
        """A trade we read out of the words, and that the firm chose, is wrong; what a buyer coded is not."""
        coded = {sector_of_cpv(code) for code in about.subject.details.cpv}
        chosen = {key for each in about.fitting for key in each.interest.sectors}
        wrong = [tag.key for tag in about.subject.tags.likely if tag.key in chosen - coded]
        if wrong:
            await book.keep_correction(
                Correction(
                    opportunity=opportunity,
                    person=await book.person_behind(about.firm.address),
                    origin=Origin.NOT_MY_TRADE,
                    not_sectors=tuple(wrong),
                    at=self.clock.now(),
                )
            )

    async def _log(
        self, book: FeedbackBook, firm: int, act: str, opportunity: str, *, person: int, detail: str = ""
    ) -> None:
        organisation = await book.organisation_at(kind="firm", key=str(firm))
        await book.write_audit(
            act=act,
            subject=f"opportunity:{opportunity}",
            person=person,
            organisation=organisation or 0,
            detail=detail,
            at=self.clock.now(),
        )


async def _course(book: FeedbackBook, firm: int, opportunity: str) -> Course | None:
    """What the firm does about it; None: it is not on its list."""
    return next((each.course for each in await book.pursuits_about([opportunity]) if each.firm == firm), None)


async def _take_off(book: FeedbackBook, firm: int, opportunity: str) -> Course | None:
    """Off the list with what is still to be done; what it was. What is over (a bid sent, won, lost) stays."""
    course = await _course(book, firm, opportunity)
    if course not in TO_DO:
        return None
    await book.leave(firm, opportunity)
    return course


async def _about(book: FeedbackBook, firm: int, opportunity: str) -> _About:
    found = await book.firm(firm)
    if found is None or found.state in {"waiting", "stopped"}:
        raise NotFound("Your alerts have stopped. You can sign up again at any time.")
    standing = (await book.opportunities([opportunity])).get(opportunity)
    tags = (await book.tags_of([opportunity])).get(opportunity)
    if standing is None or tags is None:
        raise NotFound("It may have been copied incompletely.")
    kept = await book.interests_of(firm)
    subject = await asyncio.to_thread(subject_in, standing.state, tags)
    return _About(
        firm=found,
        title=standing.state.details.title,
        subject=subject,
        revision=standing.revision,
        fitting=tuple(each for each in kept if prepare(each.interest).resembles(subject).matched),
    )
