"""Ask and reply: what firms say about a posting, and what a buyer answers for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.domain.posting import Posting, PostingState
from service.domain.posting_answers import closing
from service.domain.posting_talk import (
    MOST_WAITING,
    Question,
    QuestionState,
    Reply,
    Talk,
    answer_problem,
    question_problem,
    questions_end,
    reply_problems,
)
from service.domain.roles import Visitor
from service.domain.wording import moment_words
from service.errors import NotAllowed, NotFound, NotNow
from service.ports import Clock
from service.usecases.people import Colleague
from service.usecases.posting import letters
from service.usecases.posting.book import PostingBook, found_for, note, publishable, publishers
from service.usecases.posting.letters import PostingLetters
from service.usecases.pursue import PursuitBook

#: How long replies stay after the last change of their posting.
REPLIES_KEPT = timedelta(days=365)


class TalkBook(PostingBook, PursuitBook, Protocol):
    """What talking asks of the store, within one transaction."""

    async def posting_behind(self, opportunity: str) -> Posting | None:
        """The published posting an opportunity was made of; None: of none."""

    async def opportunity_behind(self, posting: Posting) -> str:
        """The opportunity a posting has become; "" where it is not recorded yet."""

    async def keep_question(self, posting: str, *, firm: int, text: str, at: datetime) -> int:
        """Write a question that waits; its number."""

    async def questions_of(self, posting: str) -> Sequence[Question]:
        """All questions about a posting, the oldest first."""

    async def decide_question(
        self, number: int, *, posting: str, state: QuestionState, answer: str, at: datetime
    ) -> bool:
        """Answer or decline a question that waits; False where it does not any more."""

    async def keep_reply(self, reply: Reply) -> None:
        """Write that a firm replied, over what it said before."""

    async def replies_to(self, posting: str) -> Sequence[Reply]:
        """Everything that came in for a posting, the oldest first."""

    async def drop_old_replies(self, *, before: datetime) -> int:
        """Take away replies to postings that were last changed before a moment; how many."""


class TalkLedger(Protocol):
    """Opens transactions over talk."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[TalkBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[TalkBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What a buyer's people see: questions, and replies once they are open."""

    questions: tuple[Question, ...]
    #: How many firms wrote a reply here, and how many say that they replied elsewhere.
    here: int
    elsewhere: int
    #: The replies written here; () before the deadline.
    replies: tuple[Reply, ...]
    #: When they open; None where nothing is published.
    opens: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingConversation:
    """What firms and buyers may say."""

    ledger: TalkLedger
    clock: Clock
    letters: PostingLetters

    # ------------------------------------------------------------------------------------------------ firms

    async def reply_of(self, visitor: Visitor, opportunity: str) -> Reply | None:
        """What the visitor's firm replied; None where it did not, or where nothing was posted here."""
        firm = _firm(visitor)
        async with self.ledger.reading() as book:
            posting = await book.posting_behind(opportunity)
            replies = await book.replies_to(posting.identity) if posting else ()
        return next((each for each in replies if each.firm == firm), None)

    async def ask(self, visitor: Visitor, opportunity: str, said: str) -> str:
        """Ask the buyer something, which is answered for everybody; what is wrong with it, "" where it is asked.

        Raises NotFound or NotNow.
        """
        firm, now = _firm(visitor), self.clock.now()
        if problem := question_problem(said):
            return problem
        async with self.ledger.writing() as book:
            posting = await _open_posting(book, opportunity)
            if not talk_of(posting, (), now=now).can_ask:
                raise NotNow("Questions are closed. What was answered is on the page.")
            mine = [each for each in await book.questions_of(posting.identity) if each.firm == firm]
            if said in {each.text for each in mine}:  # the button was pressed twice
                return ""
            if sum(each.state is QuestionState.WAITING for each in mine) >= MOST_WAITING:
                return f"{MOST_WAITING} questions of yours wait for an answer already. Wait for those first"
            number = await book.keep_question(posting.identity, firm=firm, text=said, at=now)
            await self._tell_keepers(book, posting, said, number=number, at=now)
        return ""

    async def replied(self, visitor: Visitor, opportunity: str) -> None:
        """Say that one has replied elsewhere: it goes on the firm's list, and the firm hears the outcome."""
        firm, now = _firm(visitor), self.clock.now()
        async with self.ledger.writing() as book:
            posting = await _open_posting(book, opportunity)
            if all(each.firm != firm for each in await book.replies_to(posting.identity)):
                await book.keep_reply(Reply(posting=posting.identity, firm=firm, at=now))
            await self._list(book, firm, opportunity)

    async def reply(self, visitor: Visitor, opportunity: str, *, text: str, price: str, contact: str) -> dict[str, str]:
        """Reply on our page, or change that reply; what is wrong with it, by field.

        Raises:
            NotFound: Nothing was posted here.
            NotNow: The deadline is past, it is over, or the buyer takes replies elsewhere.
        """
        firm, now = _firm(visitor), self.clock.now()
        async with self.ledger.writing() as book:
            posting = await _open_posting(book, opportunity)
            talk = talk_of(posting, (), now=now)
            if not talk.by_form:
                raise NotNow("The buyer takes replies elsewhere. How is said on the page.")
            if not talk.can_reply:
                raise NotNow("The deadline is past, or the work is no longer open. Nothing more can be sent.")
            made = Reply(posting=posting.identity, firm=firm, text=text, price=price, contact=contact, at=now)
            if problems := reply_problems(made):
                return problems
            before = [each for each in await book.replies_to(posting.identity) if each.firm == firm and each.is_here]
            await book.keep_reply(made)
            await self._list(book, firm, opportunity)
            url = f"{self.letters.public_url}/opportunities/{opportunity}/reply"
            slot = f"reply:{posting.identity}:{firm}"
            await self.letters.to_firms(book, {firm}, letters.reply_kept(posting, url=url), slot=slot, at=now)
            if not before:
                opens = _closes(posting)
                told = letters.reply_came(
                    posting, opens=moment_words(opens, now=now), url=self.letters.page_of(posting)
                )
                await self.letters.to_people(book, await self._keepers(book, posting), told, slot=slot, at=now)
        return {}

    # ----------------------------------------------------------------------------------------------- buyers

    async def inbox(self, visitor: Visitor, identity: str) -> Inbox:
        """Questions and replies of a posting. Raises NotFound."""
        async with self.ledger.reading() as book:
            posting = await found_for(book, visitor, identity, act="posting.read")
            questions, replies = await book.questions_of(identity), await book.replies_to(identity)
        opens = _closes(posting) if posting.live is not None else None
        here = tuple(each for each in replies if each.is_here)
        is_open = opens is not None and opens <= self.clock.now()
        return Inbox(
            questions=tuple(questions),
            here=len(here),
            elsewhere=len(replies) - len(here),
            replies=here if is_open else (),
            opens=opens,
        )

    async def answer(self, visitor: Visitor, identity: str, number: int, *, said: str, publish: bool) -> str:
        """Answer a question for everybody, or decline it with a reason; what is wrong, "" where it is done.

        The same decision twice is the same as once. Raises NotFound, NotAllowed or NotNow.
        """
        now = self.clock.now()
        state = QuestionState.ANSWERED if publish else QuestionState.DECLINED
        if problem := answer_problem(said):
            return problem
        async with self.ledger.writing() as book:
            posting = await publishable(book, visitor, identity)
            held = {each.identity: each for each in await book.questions_of(identity)}
            if number not in held:
                raise NotFound
            if not await book.decide_question(number, posting=identity, state=state, answer=said, at=now):
                if (held[number].state, held[number].answer) == (state, said):
                    return ""
                raise NotNow("A colleague has dealt with that question already.")
            question = next(each for each in await book.questions_of(identity) if each.identity == number)
            await note(book, visitor, posting, act="answered" if publish else "declined", at=now)
            await self._tell(book, posting, question, at=now)
        return ""

    async def tidy(self) -> None:
        """Keep replies no longer than promised."""
        async with self.ledger.writing() as book:
            await book.drop_old_replies(before=self.clock.now() - REPLIES_KEPT)

    # ----------------------------------------------------------------------------------------------- inside

    async def _tell(self, book: TalkBook, posting: Posting, question: Question, *, at: datetime) -> None:
        """Those who follow the work hear of an answer; of a question that is declined only whoever asked."""
        opportunity = await book.opportunity_behind(posting)
        url, slot = f"{self.letters.public_url}/opportunities/{opportunity}", f"answer:{question.identity}"
        asker = {question.firm} - {0}
        letter = letters.answered(posting, question, url=url, is_yours=True)
        await self.letters.to_firms(book, asker, letter, slot=slot, at=at)
        if question.state is QuestionState.ANSWERED and opportunity:
            follow = {each.firm for each in await book.pursuits_about([opportunity]) if each.course != "no_bid"}
            letter = letters.answered(posting, question, url=url, is_yours=False)
            await self.letters.to_firms(book, follow - asker, letter, slot=slot, at=at)

    async def _list(self, book: TalkBook, firm: int, opportunity: str) -> None:
        found = (await book.opportunities([opportunity])).get(opportunity)
        if found is None:
            raise NotFound
        await book.pursue(firm, opportunity, "sent", revision=found.revision, at=self.clock.now())

    async def _keepers(self, book: TalkBook, posting: Posting) -> list[Colleague]:
        """Whoever looks after it; everybody who publishes where that person has left."""
        people = await book.colleagues(posting.organisation)
        mine = [each for each in people if each.person == posting.held_by]
        return mine or await publishers(book, posting)

    async def _tell_keepers(self, book: TalkBook, posting: Posting, said: str, *, number: int, at: datetime) -> None:
        """To whoever looks after it; where that person cannot answer, also to everybody who publishes."""
        keepers, publish = await self._keepers(book, posting), await publishers(book, posting)
        others = [] if any(each in publish for each in keepers) else publish
        for people, is_keeper in ((keepers, True), (others, False)):
            url = self.letters.page_of(posting)
            letter = letters.question_came(posting, said, url=url, is_keeper=is_keeper)
            await self.letters.to_people(book, people, letter, slot=f"question:{number}", at=at)


def talk_of(posting: Posting, questions: Sequence[Question], *, now: datetime) -> Talk:
    """What everybody sees of a published posting."""
    closes = _closes(posting)
    until, is_open = questions_end(closes), posting.state is PostingState.PUBLISHED
    return Talk(
        questions=tuple(each for each in questions if each.state is QuestionState.ANSWERED),
        questions_until=until,
        can_ask=is_open and now < until,
        can_reply=is_open and now < closes,
        by_form=posting.live is not None and posting.live.by_form == "yes",
        asks=posting.live.asks if posting.live else "",
    )


async def _open_posting(book: TalkBook, opportunity: str) -> Posting:
    found = await book.posting_behind(opportunity)
    if found is None:
        raise NotFound("That work was not posted here: ask the buyer directly.")
    return found


def _closes(posting: Posting) -> datetime:
    found = closing(posting.live or posting.draft)
    if isinstance(found, str):  # pragma: no cover - nothing is published without a deadline
        raise NotNow(found)
    return found


def _firm(visitor: Visitor) -> int:
    if visitor.firm is None:
        raise NotAllowed("Only a firm that signed up here asks and replies. Sign up for alerts first.")
    return visitor.firm
