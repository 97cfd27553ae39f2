"""Deal with mail that came in, once each: sign-ups and orders by mail, and reports about our own mail.

The rule about truth: From proves nothing. What changes something for a firm is done at once only where the mail was
sent to the reply address of a message that only the firm has, or where the operator's own mail server says that the
domain in From is true. Else the answer, which goes to the firm's own address, holds a link, and nothing changes until
it is pressed. Machines, lists and those who write too often get no answer at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from service.domain.asked_by_mail import Act, asked_by_mail
from service.domain.asked_in_words import Asked, asked_in_words
from service.domain.bounces import report_in
from service.domain.consent import level
from service.domain.mail_in import MailIn, parsed, read_mail
from service.domain.message import AccountLetter, Message, Written, account_mail
from service.domain.opportunity import Opportunity
from service.domain.scrutiny import faults_in, interest_words
from service.errors import TooManyRequests
from service.ports import Clock
from service.usecases import mail_replies as words
from service.usecases.accounts import Accounts
from service.usecases.bounced import BounceBook, SentBefore, bounced
from service.usecases.links import Links
from service.usecases.marks import Marks
from service.usecases.silence_asked import AskingBook, ask_for_receipt
from service.usecases.subscribe import MAILS_A_DAY, Firm, WriteConfirmation

_log = structlog.get_logger()

_MOST_TRIES = 4
_FIRST_PAUSE = timedelta(seconds=30)
_HOUR = timedelta(hours=1)
#: How long it is remembered that a mail came: a sender's count, and the same mail handed over again.
MAIL_KEPT = timedelta(days=30)
_ENOUGH = "not answered: its address was written to often enough today"
_CHANGES: dict[Act, str] = {
    "pause": "pause your alerts",
    "resume": "start your alerts again",
    "stop": "stop your alerts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CameIn:
    """A mail as it was stored."""

    identity: int
    envelope_from: str
    recipient: str
    raw: bytes
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Work that a message told of, with why."""

    opportunity: str
    reasons: tuple[str, ...]


class AnswerBook(BounceBook, AskingBook, Protocol):
    """What dealing with mail asks of the store, within one transaction."""

    def attempt(self) -> AbstractAsyncContextManager[None]:
        """A part that may fail alone."""

    async def next_inbound(self, *, now: datetime) -> CameIn | None:
        """The oldest mail that waits; nobody else takes it meanwhile."""

    async def is_closed(self, target: int) -> bool:
        """Whether nothing goes to a destination any more."""

    async def settle_inbound(self, mail: int, *, state: str, outcome: str) -> None:
        """A mail is dealt with."""

    async def put_off_inbound(self, mail: int, *, until: datetime) -> None:
        """Try this one again later."""

    async def note_sender(self, mail: int, address: str, *, since: datetime) -> int:
        """Keep who wrote, as a hash; how many mails the same sender wrote since a moment."""

    async def forget_inbound(self, *, before: datetime) -> int:
        """Take away what was dealt with before a moment."""

    async def sent_as(self, header_ids: Sequence[str], *, firm: int) -> SentBefore | None:
        """The newest message to a firm with one of these Message-IDs; the newest alert where none is named."""

    async def told_in(self, message: int) -> Sequence[Told]:
        """Which work a message told of, and why."""

    async def opportunities(self, identities: Sequence[str]) -> Mapping[str, Opportunity]:
        """Opportunities by their ids."""

    async def firm_at(self, *, channel: str, address: str) -> Firm | None:
        """The firm an address belongs to."""

    async def firm(self, identity: int) -> Firm | None:
        """A firm by its number."""

    async def account_messages_since(self, target: int, since: datetime) -> int:
        """How many messages about the account a destination was written since a moment."""

    async def keep_message(
        self, message: Message, *, firm: int, target: int, slot: str, alerts: tuple[int, ...]
    ) -> None:
        """Store a message that waits to be sent."""


class AnswerLedger(Protocol):
    """Opens transactions over mail that came in."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[AnswerBook]:
        """A transaction."""


class Joined(Protocol):
    """Makes the use cases of accounts over a transaction that is open already, with words for the confirmation."""

    def __call__(self, book: AnswerBook, write_confirmation: WriteConfirmation | None = None) -> Accounts:
        """The use cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """A mail in hand, with whose it is."""

    identity: int
    mail: MailIn
    #: The message it answers by its reply address; None where it was sent to the plain one.
    replied: SentBefore | None
    firm: Firm | None
    #: Whether it truly comes from whom it says.
    is_proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """The step from mails that came in to what they ask."""

    ledger: AnswerLedger
    clock: Clock
    marks: Marks
    links: Links
    joined: Joined
    write: Callable[[AccountLetter], Written]
    message_id: Callable[[], str]
    #: authserv-id of the operator's mail server; "" for none.
    trusted: str
    #: Mails of one sender within an hour that are dealt with.
    an_hour: int

    async def drain(self) -> int:
        """Deal with the oldest mail; 1, or 0 where none waits."""
        now = self.clock.now()
        async with self.ledger.writing(alone=True) as book:
            came = await book.next_inbound(now=now)
            if came is None:
                return 0
            try:
                async with book.attempt():
                    outcome = await self._deal(book, came)
                    await book.settle_inbound(came.identity, state="done", outcome=outcome)
            except Exception as trouble:
                _log.exception("a mail could not be dealt with", action="inbound_failed", mail_number=came.identity)
                if came.attempts + 1 >= _MOST_TRIES:
                    await book.settle_inbound(came.identity, state="parked", outcome=type(trouble).__name__)
                else:
                    await book.put_off_inbound(came.identity, until=now + _FIRST_PAUSE * 4**came.attempts)
                return 1
        _log.info("mail dealt with", action="inbound_done", mail_number=came.identity, outcome=outcome)
        return 1

    async def tidy(self) -> int:
        """Forget that mails came, after MAIL_KEPT; how many."""
        async with self.ledger.writing() as book:
            return await book.forget_inbound(before=self.clock.now() - MAIL_KEPT)

    async def _deal(self, book: AnswerBook, came: CameIn) -> str:
        """Do what a mail asks; what became of it, without a word of the mail."""
        mark = self.marks.read(came.recipient)
        report = report_in(parsed(came.raw))
        if report is not None:
            named = [mark] if mark else [found for each in report.marked if (found := self.marks.read(each))]
            return await bounced(book, report, message=named[0].message if named else None, now=self.clock.now())
        mail = read_mail(came.raw, envelope_from=came.envelope_from, trusted=self.trusted, own=self.marks.address)
        if mail.automatic:
            return f"not answered: {mail.automatic}"
        if mark is not None and mark.purpose == "bounce":
            return "not answered: it came to an address for reports"
        if await book.note_sender(came.identity, mail.sender, since=self.clock.now() - _HOUR) > self.an_hour:
            return "not answered: its sender writes too often"
        if mail.standing == "failed":
            return "not answered: the mail server says that its sender is forged"
        replied = await book.sent_before(mark.message) if mark is not None else None
        firm = await book.firm(replied.firm) if replied is not None and replied.firm else None
        if firm is None:
            firm = await book.firm_at(channel="email", address=mail.sender)
        if firm is not None and firm.state == "stopped":
            firm = None
        heard = _Heard(
            identity=came.identity,
            mail=mail,
            replied=replied,
            firm=firm,
            is_proven=(replied is not None and firm is not None and replied.firm == firm.identity)
            or mail.standing == "passed",
        )
        return await self._answer(book, heard)

    async def _answer(self, book: AnswerBook, heard: _Heard) -> str:
        asked = asked_by_mail(heard.mail.subject, heard.mail.text)
        if heard.firm is None or heard.firm.state == "waiting" or await self._comes_back(book, heard.firm, asked.act):
            return await self._newcomer(book, heard, asked.act, asked.words)
        if asked.act in _CHANGES:
            return await self._change(book, heard, heard.firm, asked.act)
        if asked.act == "receipt":
            return await self._receipt(book, heard.firm)
        letter = await self._told(book, heard, heard.firm, asked.act, asked.words)
        return await self._reply(book, heard, letter, outcome=f"answered: {asked.act}")

    async def _comes_back(self, book: AnswerBook, firm: Firm, act: Act) -> bool:
        """Whether a firm signs up anew where mail came back from: only the confirming link is still sent there."""
        return act == "words" and await book.is_closed(firm.target)

    async def _newcomer(self, book: AnswerBook, heard: _Heard, act: Act, said: str) -> str:
        if act == "help":
            return await self._reply(book, heard, words.help_letter(), outcome="answered: help")
        if act != "words":
            if act == "stop" and heard.firm is not None:
                # nobody has confirmed it yet: without a press nothing is ever sent, and it is gone in days
                return "a sign-up that was not confirmed is left to run out"
            return await self._reply(book, heard, words.nothing_here_letter(), outcome=f"answered: {act} of a stranger")
        asked = asked_in_words(said)
        faults = faults_in(asked.interest) if asked.names_work else {}
        if not asked.names_work or faults:
            notes = (*_notes(asked), *(f"{each}." for each in faults.values()))
            return await self._reply(
                book, heard, words.not_understood_letter(notes), outcome="answered: no work was understood"
            )
        return await self._sign_up(book, heard, asked)

    async def _sign_up(self, book: AnswerBook, heard: _Heard, asked: Asked) -> str:
        def say_back(*, name: str, areas: str, confirm_url: str, public_url: str, hours: int) -> Written:
            del name, areas, public_url
            return self.write(
                words.understood_letter(interest_words(asked.interest), _notes(asked), confirm_url, hours)
            )

        try:
            await self.joined(book, say_back).subscribe.sign_up(
                address=heard.mail.sender,
                size=asked.size,
                interest=asked.interest,
                consent=level("alerts").text,
                in_reply_to=heard.mail.message_id,
            )
        except TooManyRequests:
            return _ENOUGH
        return "a sign-up waits for its confirmation"

    async def _change(self, book: AnswerBook, heard: _Heard, firm: Firm, act: Act) -> str:
        """Pause, resume or stop: at once where the mail is proven, else with a link to press."""
        target = heard.replied.target if heard.replied is not None else firm.target
        links = self.links.for_firm(firm.identity, firm.secret, target)
        if not heard.is_proven:
            url = links.unsubscribe if act == "stop" else links.manage
            return await self._reply(book, heard, words.press_letter(_CHANGES[act], url), outcome=f"asked back: {act}")
        accounts = self.joined(book)
        if act == "stop":
            # nothing is sent any more after this, not even an answer
            await accounts.subscribe.stop(self.links.unsubscribe_token(firm.identity, firm.secret, target))
            return "stopped"
        if act == "pause":
            await accounts.firm.pause(firm.identity, person=0)
        else:
            await accounts.firm.resume(firm.identity, person=0)
        state = "paused" if act == "pause" else "active"
        return await self._reply(book, heard, words.turned_letter(state, links.manage), outcome=f"{act}d")

    async def _told(self, book: AnswerBook, heard: _Heard, firm: Firm, act: Act, said: str) -> AccountLetter:
        """The letter that answers a question of a firm that has alerts."""
        url = self.links.for_firm(firm.identity, firm.secret, firm.target).manage
        if act == "help":
            return words.help_letter()
        if act == "why":
            return words.reasons_letter(await self._reasons(book, heard, firm), url)
        overview = await self.joined(book).firm.overview(firm.identity)
        interests = tuple(interest_words(each.interest) for each in overview.interests)
        if act == "list":
            return words.listed_letter(interests, firm.state, url)
        asked = asked_in_words(said)
        return words.known_letter(interests, interest_words(asked.interest) if asked.names_work else "", url)

    async def _receipt(self, book: AnswerBook, firm: Firm) -> str:
        """What we checked is written apart from this and goes to the firm's own address, as often as other answers."""
        if await self._is_written_to_enough(book, firm):
            return _ENOUGH
        await ask_for_receipt(book, firm, at=self.clock.now())
        return "a receipt was asked for"

    async def _is_written_to_enough(self, book: AnswerBook, firm: Firm) -> bool:
        lately = await book.account_messages_since(firm.target, self.clock.now() - timedelta(days=1))
        return lately >= MAILS_A_DAY + self.an_hour

    async def _reasons(self, book: AnswerBook, heard: _Heard, firm: Firm) -> tuple[str, ...]:
        """Why an alert came: the one that is answered, else the newest."""
        sent = heard.replied or await book.sent_as(heard.mail.answers, firm=firm.identity)
        told = await book.told_in(sent.message) if sent is not None else ()
        if not told and (newest := await book.sent_as((), firm=firm.identity)) is not None:
            told = await book.told_in(newest.message)
        known = await book.opportunities([each.opportunity for each in told])
        return tuple(
            f"{known[each.opportunity].state.details.title}: {'; '.join(each.reasons)}."
            for each in told
            if each.opportunity in known
        )

    async def _reply(self, book: AnswerBook, heard: _Heard, letter: AccountLetter, *, outcome: str) -> str:
        """Write an answer: to the firm's own address, or to a stranger's; never more than a few a day."""
        now, firm = self.clock.now(), heard.firm
        if firm is not None:
            if await self._is_written_to_enough(book, firm):
                return _ENOUGH
        elif await book.note_sender(heard.identity, heard.mail.sender, since=now - timedelta(days=1)) > MAILS_A_DAY:
            return "not answered: a stranger is answered a few times a day"
        written = self.write(letter)
        message = account_mail(
            written,
            message_id=self.message_id(),
            to=firm.address if firm is not None else heard.mail.sender,
            at=now,
            in_reply_to=heard.mail.message_id,
        )
        await book.keep_message(
            message,
            firm=firm.identity if firm is not None else 0,
            target=firm.target if firm is not None else 0,
            slot=f"inbound:{heard.identity}",
            alerts=(),
        )
        return outcome


def _notes(asked: Asked) -> tuple[str, ...]:
    """What is said back beside the interest: what was not understood, and what is not clear."""
    strange = tuple(f"“{each}”" for each in asked.not_understood[:8])
    advice = "To look for such words as they are, put them in double quotes."
    return (
        *((f"We did not understand {', '.join(strange)}. {advice}",) if strange else ()),
        *(each if each.endswith(".") else f"{each}." for each in asked.notes),
    )
