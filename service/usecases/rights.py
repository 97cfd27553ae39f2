"""Rights: a copy of everything kept, and nothing kept longer than promised.

RETENTION is the table of docs/privacy-and-retention.md; a test holds the two together, and `tidy` keeps the promise for
what runs out by itself. What a firm can end itself ends with the firm.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.domain.help_request import WORDS_KEPT as HELP_WORDS_KEPT
from service.ports import Clock
from service.usecases.drafts import KEPT as DRAFTS_KEPT
from service.usecases.posting.talk import REPLIES_KEPT
from service.usecases.subscribe import UNCONFIRMED_KEPT
from service.usecases.team import CHANGE_LASTS, INVITATION_LASTS

#: How long the words of messages stay after they were sent, for people to ask what they were sent.
MESSAGE_WORDS_KEPT = timedelta(days=90)
#: How long a question left open in a chat is kept, and the numbers of what was dealt with.
TALK_KEPT = timedelta(days=7)
#: How long a used or unused request to sign in is kept, to count them.
SIGN_IN_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One kind of personal data: the table it lies in, why, and how long. `limit` None: until the firm stops."""

    table: str
    what: str
    why: str
    until: str
    limit: timedelta | None = None


RETENTION: tuple[Kept, ...] = (
    Kept(
        table="firm",
        what="Size, name, state and the secret of its links",
        why="To send what it asked for",
        until="The firm stops; then a number and the secret stay, so that old links say it has stopped",
    ),
    Kept(
        table="firm",
        what="A sign-up that nobody confirmed, with its interest and address",
        why="To wait for the confirmation",
        until="7 days",
        limit=UNCONFIRMED_KEPT,
    ),
    Kept(table="interest", what="What it wants to hear about", why="To choose what to send", until="The firm stops"),
    Kept(table="destination", what="Addresses for alerts", why="To send them", until="The firm stops"),
    Kept(
        table="feedback",
        what="What it said of alerts that were not for it, and what that changed",
        why="To change what it hears, and to judge by how well we choose",
        until="The firm stops",
    ),
    Kept(
        table="receipt_choice",
        what="When it wants to hear that there was nothing",
        why="To write then, and no more",
        until="The firm stops",
    ),
    Kept(table="profile", what="What it says of itself", why="To choose free help that fits", until="The firm stops"),
    Kept(table="rhythm", what="When it wants to hear from us", why="To send at that time", until="The firm stops"),
    Kept(
        table="pursuit",
        what="Its list: what it saved, bids for, won or lost",
        why="To show the list, to remind it, and to tell it of changes",
        until="The firm takes it off the list, or stops",
    ),
    Kept(
        table="posting_question",
        what="A question it asked about a posting",
        why="To have it answered for everybody, without saying who asked",
        until="The firm stops; what was answered in public stays, and is nobody's",
    ),
    Kept(
        table="posting_reply",
        what="That it replied to a posting, and what it wrote on our page",
        why="To give it to the buyer after the deadline",
        until="The firm stops, or 365 days after its last change",
        limit=REPLIES_KEPT,
    ),
    Kept(
        table="digest_run",
        what="Which letters of several alerts it was sent, by number and day",
        why="To send each once",
        until="For good; the number means nobody once the firm has stopped",
    ),
    Kept(
        table="digest_part",
        what="Which alert went in which of them, by number",
        why="To tell nothing twice, and to show all of a letter",
        until="For good; the number means nobody once the firm has stopped",
    ),
    Kept(
        table="consent",
        what="Each answer with the sentence shown and the day",
        why="To show what was agreed to",
        until="The firm stops",
    ),
    Kept(
        table="person",
        what="An address",
        why="To sign in",
        until="The person belongs to nothing here any more",
    ),
    Kept(
        table="organisation",
        what="Which organisations there are, with their names",
        why="To know who may do what",
        until="The firm stops",
    ),
    Kept(table="membership", what="Who belongs to what", why="To know who may do what", until="The person leaves"),
    Kept(
        table="session",
        what="When somebody signed in and was last here",
        why="To stay signed in",
        until="Signing out; 90 days at most, 30 days without a visit; buyers and administrators 7 days and 12 hours",
        limit=timedelta(days=90),
    ),
    Kept(
        table="sign_in",
        what="A request to sign in; its address is taken out at once",
        why="To let a link work once, and to stop floods",
        until="1 day after the link has run out",
        limit=SIGN_IN_KEPT,
    ),
    Kept(
        table="draft",
        what="Answers of a form that is not finished",
        why="So that nothing typed is lost",
        until="2 days without a change",
        limit=DRAFTS_KEPT,
    ),
    Kept(
        table="invitation",
        what="Address of a colleague who is invited",
        why="To let them join",
        until="14 days",
        limit=INVITATION_LASTS,
    ),
    Kept(
        table="address_change",
        what="A new address that is not confirmed at both ends",
        why="To move the account",
        until="2 days",
        limit=CHANGE_LASTS,
    ),
    Kept(
        table="help_request",
        what="A question to a person: the words and the way to reach the asker, what was agreed to, and who has it",
        why="To have it answered, once",
        until="Its words: 90 days after it is over. The rest: the firm stops, or the buyer's person leaves",
        limit=HELP_WORDS_KEPT,
    ),
    Kept(
        table="help_step",
        what="What was done with a question and by whom, by number",
        why="To show where it stands",
        until="The firm stops, or the buyer's person leaves",
    ),
    Kept(
        table="programme_use",
        what="That it began to use, or used, free help that we named",
        why="To count, from five firms on, whether help is of use",
        until="The firm takes it back, or stops",
    ),
    Kept(
        table="helpline",
        what="The role address at which an organisation takes questions",
        why="To pass questions on",
        until="The organisation changes it",
    ),
    Kept(
        table="programme_change",
        what="Which field of a programme was changed and by whom, by number",
        why="To show its organisation who wrote what",
        until="It stays with the programme; its number means nobody once the person leaves",
    ),
    Kept(
        table="programme_check",
        what="Who of this copy said that a programme is right or over, by number",
        why="To know whom to ask",
        until="It is said anew; its number means nobody once the person leaves",
    ),
    Kept(table="alert", what="Which work it was told of, and why", why="To tell nothing twice", until="The firm stops"),
    Kept(
        table="delivery", what="Which alert went in which message", why="To tell nothing twice", until="The firm stops"
    ),
    Kept(
        table="message",
        what="Words of messages and the address they went to",
        why="To answer what was sent",
        until="90 days after they were sent; then their numbers stay",
        limit=MESSAGE_WORDS_KEPT,
    ),
    Kept(
        table="letter",
        what="Letters of the built-in mailbox of a copy without a mail server",
        why="To be read on that machine",
        until="The firm stops; 90 days at most",
        limit=MESSAGE_WORDS_KEPT,
    ),
    Kept(
        table="chat",
        what="Number of a chat, the question that is open in it, and the answers so far",
        why="To go on where a talk stood",
        until="The firm stops, or 7 days without a word",
        limit=TALK_KEPT,
    ),
    Kept(
        table="chat_update",
        what="What was said in a chat, until it is dealt with; then its number only",
        why="To deal with it once",
        until="7 days",
        limit=TALK_KEPT,
    ),
    Kept(
        table="chat_answer",
        what="What we say back in a chat, until it is delivered; then its number only",
        why="To say it once",
        until="7 days",
        limit=TALK_KEPT,
    ),
    Kept(
        table="chat_link",
        what="A link that joins a chat to a firm, as a hash",
        why="To join them once",
        until="It is used, or 10 minutes are over",
    ),
    Kept(
        table="channel_choice",
        what="The one channel by which a firm is told",
        why="To tell nothing twice",
        until="The firm stops",
    ),
    Kept(
        table="inbound",
        what="Mail that came in, until it is dealt with; then when it came, and a salted hash of its sender",
        why="To do what it asks once, and to stop floods",
        until="Its words: until it is dealt with, minutes as a rule. The rest: 30 days",
        limit=timedelta(days=30),
    ),
    Kept(
        table="bounce",
        what="That mail to a destination came back for now, and what the far side said",
        why="To wait longer each time",
        until="The destination is shut, or the firm stops",
    ),
    Kept(
        table="suppression",
        what="A salted hash of an address that stopped",
        why="So that it is not written to by mistake",
        until="Its owner signs up again",
    ),
    Kept(
        table="audit",
        what="Who did what: numbers, never names or addresses",
        why="To answer what happened",
        until="For good; the number means nobody once the person is gone",
    ),
)


class RightsBook(Protocol):
    """What rights ask of the store, within one transaction."""

    async def everything_of(self, firm: int, *, person: int) -> Mapping[str, object]:
        """All that is kept of a firm and of the person who asks."""

    async def drop_old_invitations(self, *, now: datetime) -> int:
        """Take away invitations and moves whose time is over."""

    async def empty_old_help_requests(self, *, before: datetime) -> int:
        """Take the words out of questions that were over before a moment."""

    async def empty_old_messages(self, *, before: datetime) -> int:
        """Take the words out of messages sent before a moment."""


class RightsLedger(Protocol):
    """Opens transactions over what is kept."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[RightsBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[RightsBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """A copy of everything, and nothing longer than promised."""

    ledger: RightsLedger
    clock: Clock

    async def export(self, firm: int, *, person: int) -> Mapping[str, object]:
        """Everything kept of a firm and of the person who asks, ready for JSON."""
        async with self.ledger.reading() as book:
            kept = await book.everything_of(firm, person=person)
        return {"exported": self.clock.now().isoformat(), "kept": kept}

    async def tidy(self) -> int:
        """Take away what has been kept long enough; how many rows."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            gone = await book.drop_old_invitations(now=now)
            gone += await book.empty_old_help_requests(before=now - HELP_WORDS_KEPT)
            return gone + await book.empty_old_messages(before=now - MESSAGE_WORDS_KEPT)
