"""Letters about postings: to a buyer's people, and to firms that ask, reply or follow. Never a name of who asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from service.domain.message import AccountLetter, Written, account_mail
from service.domain.posting import Posting
from service.domain.posting_talk import Question, QuestionState
from service.usecases.ledger import Addressed, Reach, Target
from service.usecases.people import Colleague, PeopleBook

_NOBODY = 0
#: People of a buyer are written to by mail: they have no other channel.
_MAIL = "email"


class LetterBook(PeopleBook, Protocol):
    """What letters ask of the store, within one transaction."""

    async def keep_messages(self, messages: Sequence[Addressed]) -> None:
        """Store messages that wait to be sent, once for each destination and slot."""

    async def reach(self, firms: Sequence[int]) -> Mapping[int, Reach]:
        """How active firms are reached; a firm with no open destination is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLetters:
    """Writes them, so that they wait to be sent with whatever else the transaction does."""

    write: Callable[[AccountLetter], Written]
    message_id: Callable[[], str]
    public_url: str
    #: How channels word a letter that do not show letters, by channel.
    write_by_channel: Mapping[str, Callable[[AccountLetter], Written]] = field(default_factory=dict)

    def page_of(self, posting: Posting) -> str:
        """The address of a posting for its own people."""
        return f"{self.public_url}/buyers/postings/{posting.identity}"

    async def to_people(
        self, book: LetterBook, people: Sequence[Colleague], letter: AccountLetter, *, slot: str, at: datetime
    ) -> None:
        """Write to some of a buyer's people, each once for a slot."""
        await book.keep_messages(
            [self._addressed(letter, each.address, slot=f"{slot}:{each.person}", at=at) for each in people]
        )

    async def to_firms(
        self, book: LetterBook, firms: Collection[int], letter: AccountLetter, *, slot: str, at: datetime
    ) -> None:
        """Write to firms by the channel they chose, else by every one they hear by, each once for a slot."""
        reach = await book.reach(sorted(firms))
        await book.keep_messages(
            [
                self._addressed(letter, target.address, slot=slot, at=at, firm=firm, target=target)
                for firm, each in reach.items()
                for target in each.targets
            ]
        )

    def _addressed(
        self,
        letter: AccountLetter,
        address: str,
        *,
        slot: str,
        at: datetime,
        firm: int = _NOBODY,
        target: Target | None = None,
    ) -> Addressed:
        channel = target.channel if target else _MAIL
        written = self.write_by_channel.get(channel, self.write)(letter)
        message = account_mail(written, message_id=self.message_id(), to=address, at=at, channel=channel)
        hidden = hashlib.sha256(slot.encode()).hexdigest()[:40]
        number = target.identity if target else _NOBODY
        return Addressed(message=message, firm=firm, target=number, slot=f"posting:{hidden}", alerts=())


# ------------------------------------------------------------------------------------------- to a buyer's people


def waits_for_you(posting: Posting, *, by: str, url: str) -> AccountLetter:
    """A colleague asks for approval."""
    return AccountLetter(
        subject=f"To approve: {posting.draft.title}",
        heading="A posting waits for you",
        said=(f"{by or 'A colleague'} asks you to read and publish “{posting.draft.title}” for {posting.buyer}.",),
        button="Read it and decide",
        url=url,
        after=("Whoever decides first decides for all of you.",),
        why=f"You get this because you publish for {posting.buyer}.",
    )


def decided(posting: Posting, *, published: bool, url: str) -> AccountLetter:
    """To whoever wrote it or asked: what became of it."""
    title = posting.draft.title
    said = (
        (f"“{title}” is published. Firms it fits are told.",)
        if published
        else (f"“{title}” was sent back.", f"What is to be changed: {posting.note}")
    )
    return AccountLetter(
        subject=f"{'Published' if published else 'Sent back'}: {title}",
        heading="Your posting is published" if published else "Your posting was sent back",
        said=said,
        button="See it",
        url=url,
        why="You get this because you wrote it, asked for approval or look after it.",
    )


def handed_over(posting: Posting, *, by: str, url: str) -> AccountLetter:
    """To the colleague who looks after it from now on."""
    return AccountLetter(
        subject=f"Yours now: {posting.draft.title or 'a draft'}",
        heading="You look after a posting",
        said=(f"{by or 'A colleague'} has handed “{posting.draft.title or 'a draft'}” over to you.",),
        button="See it",
        url=url,
        after=("You are told of questions and replies from now on.",),
        why=f"You get this because you write postings for {posting.buyer}.",
    )


def question_came(posting: Posting, question: str, *, url: str, is_keeper: bool) -> AccountLetter:
    """A firm asks. `is_keeper`: told to whoever looks after it, else to those who publish and so can answer."""
    return AccountLetter(
        subject=f"A question about {posting.draft.title}",
        heading="A firm asks",
        said=(f"About “{posting.draft.title}”:", question),
        button="Answer it",
        url=f"{url}#questions",
        after=("Everybody sees question and answer. Nobody sees who asked: neither do you.",),
        why="You get this because you look after the posting."
        if is_keeper
        else f"You get this because you publish for {posting.buyer}: whoever looks after the posting cannot answer.",
    )


def reply_came(posting: Posting, *, opens: str, url: str) -> AccountLetter:
    """A reply was written on our page."""
    return AccountLetter(
        subject=f"A reply to {posting.draft.title}",
        heading="A reply has come",
        said=(
            f"A firm has replied to “{posting.draft.title}”.",
            f"It can be read from {opens}, when all replies are in.",
        ),
        button="See the posting",
        url=url,
        why="You get this because you look after the posting.",
    )


# ----------------------------------------------------------------------------------------------------- to firms


def answered(posting: Posting, question: Question, *, url: str, is_yours: bool) -> AccountLetter:
    """A question was answered for everybody; or declined, which only whoever asked hears."""
    title = posting.live.title if posting.live else posting.draft.title
    if question.state is QuestionState.DECLINED:
        return AccountLetter(
            subject=f"Your question about {title}",
            heading="The buyer does not publish your question",
            said=(f"You asked: {question.text}", f"The buyer says: {question.answer}"),
            button="See the work",
            url=url,
            why="You get this because you asked. Nobody was told that it was you.",
        )
    why = "you asked. Nobody was told that it was you." if is_yours else "the work is on your list."
    return AccountLetter(
        subject=f"Answered: a question about {title}",
        heading="The buyer has answered a question",
        said=(f"About “{title}”, {posting.buyer}.", f"Question: {question.text}", f"Answer: {question.answer}"),
        button="See all answers",
        url=f"{url}#questions",
        why=f"You get this because {why}",
    )


def reply_kept(posting: Posting, *, url: str) -> AccountLetter:
    """A receipt for a reply on our page."""
    title = posting.live.title if posting.live else posting.draft.title
    return AccountLetter(
        subject=f"Your reply is in: {title}",
        heading="Your reply is in",
        said=(f"Your reply to “{title}” is kept. {posting.buyer} reads it after the deadline, when all are in.",),
        button="See or change it",
        url=url,
        after=("You can change it until the deadline. We tell you the outcome.",),
        why="You get this because you replied.",
    )
