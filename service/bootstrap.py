"""The one place where adapters, store and web meet."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Protocol, cast

from service import __version__
from service.clock import SystemClock
from service.domain.interest import Interest
from service.domain.learning import links as learning_links
from service.domain.notice import Notice
from service.domain.posting_release import SOURCE as POSTINGS
from service.errors import WrongInstallation, WrongSettings
from service.front_desk import FrontDesk
from service.http import PoliteHttp, user_agent
from service.http.single_try import SingleTry
from service.ports import Channel, Clock, Inbox, Source, Tagger
from service.registry import all_sources, chosen_sources, source_named, the_tagger
from service.settings import Settings, is_loopback
from service.store.database import Database
from service.store.ledger import JoinedLedger, SqlLedger, SqlTransaction
from service.store.pacing import DatabasePaceBook
from service.store.polls import Polls
from service.store.reading import LetterBox
from service.store.shelf import FolderShelf
from service.usecases.accounts import Accounts
from service.usecases.advise import Advise
from service.usecases.answer_mail import AnswerBook, Answering
from service.usecases.api_keys import ApiKeys
from service.usecases.buyer_days import BuyerDayList
from service.usecases.canary import Canary
from service.usecases.chat.account import ChatLinks
from service.usecases.chat.listen import Listener
from service.usecases.chat.talk import Talk
from service.usecases.collect import Collector, Report
from service.usecases.compose import Composer
from service.usecases.content import Contents
from service.usecases.correct import Correcting
from service.usecases.digest import Digester
from service.usecases.drafts import Drafts
from service.usecases.feedback import Feedback
from service.usecases.firm_account import FirmAccount
from service.usecases.helping.answer import GiveHelp
from service.usecases.helping.ask import AskForHelp
from service.usecases.helping.carry import Carry
from service.usecases.helping.overdue import OverdueHelp
from service.usecases.hold import Burst
from service.usecases.ledger import ALERT_DUE, NOTICE_SEEN, OPPORTUNITY_RECORDED, OPPORTUNITY_TAGGED, Ledger
from service.usecases.links import Links, load_key
from service.usecases.marks import Marks
from service.usecases.match import Matcher
from service.usecases.organisations import Organisations
from service.usecases.past_letters import PastLetters
from service.usecases.people import Membering
from service.usecases.permit import Permitting
from service.usecases.poll import Polling
from service.usecases.posting.approve import PostingApproval
from service.usecases.posting.care import PostingCare
from service.usecases.posting.dates import PostingDates
from service.usecases.posting.end import PostingEnd
from service.usecases.posting.letters import PostingLetters
from service.usecases.posting.many import PostingMany
from service.usecases.posting.notices import PostingNotices
from service.usecases.posting.papers import PostingPapers
from service.usecases.posting.preview import PostingPreview
from service.usecases.posting.talk import PostingConversation
from service.usecases.posting.write import Post
from service.usecases.programmes import Programmes
from service.usecases.programmes_care import Care
from service.usecases.programmes_catalogue import LiveCatalogue
from service.usecases.programmes_import import Importing
from service.usecases.programmes_moderation import Moderation
from service.usecases.pursue import Lists
from service.usecases.radar import Radar
from service.usecases.record import Recorder, Watch
from service.usecases.remind import Reminders
from service.usecases.returns import ProgrammeReturns
from service.usecases.rights import Rights
from service.usecases.see_as_supplier import SeeAsSupplier
from service.usecases.send import Sender
from service.usecases.sign_in import SignIn
from service.usecases.silence import ReceiptChoices, Receipts
from service.usecases.silence_asked import AskedReceipts
from service.usecases.subscribe import Subscribe, WriteConfirmation
from service.usecases.tag import Judge
from service.usecases.take_down import TakeDown
from service.usecases.take_in import TakingIn
from service.usecases.team import Team
from service.usecases.timing import Timing
from service.usecases.watch import Watching

_OURS = ("service", "scrapers", "classifiers", "notifiers")


def check_installation() -> None:
    """Raises WrongInstallation where another distribution owns one of our package names."""
    owners = packages_distributions()
    for name in _OURS:
        strangers = sorted({owner for owner in owners.get(name, ()) if owner != "bowbell"})
        if strangers:
            raise WrongInstallation(
                f"{', '.join(strangers)} also installs a package called {name}. "
                "Install Bowbell in an environment of its own."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything, joined together."""

    settings: Settings
    clock: SystemClock
    database: Database
    ledger: SqlLedger
    polls: Polls
    http: PoliteHttp
    #: Every source there is: what an operator does not read any more is still understood.
    sources: Mapping[str, Source]
    #: Keys of the sources an operator chose to read.
    chosen: frozenset[str]
    channels: Mapping[str, Channel]
    links: Links
    desk: FrontDesk
    accounts: Accounts
    #: All support there is, shipped and entered.
    catalogue: LiveCatalogue
    has_mailbox: bool
    #: Hears what is said in chats; None where no bot is set.
    listener: Listener | None = None
    #: Addresses for answers and returned mail; None where no mail is taken in.
    marks: Marks | None = None

    def recorder(self, watch: Watch | None = None) -> Recorder:
        """The step from notices to opportunities."""
        made = Recorder(ledger=self.ledger, clock=self.clock, sources=self.sources)
        return (
            made if watch is None else Recorder(ledger=self.ledger, clock=self.clock, sources=self.sources, watch=watch)
        )

    def judge(self) -> Judge:
        """The step from opportunities to tags."""
        return Judge(ledger=self.ledger, clock=self.clock, tagger=the_tagger(self.settings.trade_model))

    def matcher(self) -> Matcher:
        """The step from tags to alerts."""
        return Matcher(ledger=self.ledger, clock=self.clock)

    def composer(self) -> Composer:
        """The step from alerts to messages."""
        from notifiers.chat_card import chat_alert  # noqa: PLC0415 - Jinja loads only where mail is written
        from notifiers.render import write_alert  # noqa: PLC0415 - the same

        return Composer(
            ledger=self.ledger,
            clock=self.clock,
            contents=self.contents(),
            write=write_alert,
            links=self.links.for_firm,
            mail_domain=mail_domain(self.settings),
            burst=Burst(letters=self.settings.burst_letters, window=timedelta(seconds=self.settings.burst_window)),
            write_by_channel={"telegram": chat_alert},
        )

    def contents(self) -> Contents:
        """Makes what letters say."""
        return Contents(sources=self.sources, catalogue=self.catalogue, public_url=self.settings.public_address)

    def digester(self) -> Digester:
        """Makes letters of several alerts when they are due."""
        from notifiers.chat_card import chat_alert  # noqa: PLC0415 - Jinja loads only where mail is written
        from notifiers.chat_digest import chat_digest  # noqa: PLC0415 - the same
        from notifiers.digest_letter import write_digest  # noqa: PLC0415 - the same
        from notifiers.render import write_alert  # noqa: PLC0415 - the same

        return Digester(
            ledger=self.ledger,
            clock=self.clock,
            contents=self.contents(),
            write=write_digest,
            write_one=write_alert,
            links=self.links.for_firm,
            mail_domain=mail_domain(self.settings),
            write_by_channel={"telegram": chat_digest},
            write_one_by_channel={"telegram": chat_alert},
        )

    def reminders(self) -> Reminders:
        """Recalls what is on lists before it closes."""
        return Reminders(ledger=self.ledger, clock=self.clock)

    def radar(self) -> Radar:
        """Tells once a week of contracts that end."""
        from notifiers.radar_letter import write_radar  # noqa: PLC0415 - Jinja loads only where mail is written

        return Radar(
            ledger=self.ledger,
            clock=self.clock,
            sources=self.sources,
            write=write_radar,
            links=self.links.for_firm,
            public_url=self.settings.public_address,
            mail_domain=mail_domain(self.settings),
        )

    def receipts(self) -> Receipts:
        """Says once a month to firms that heard nothing that we looked."""
        from notifiers.chat_receipt import chat_silence  # noqa: PLC0415 - Jinja loads only where mail is written
        from notifiers.silence_letter import write_silence  # noqa: PLC0415 - the same

        return Receipts(
            ledger=self.ledger,
            clock=self.clock,
            receipt=self.desk.receipt,
            write=write_silence,
            links=self.links.for_firm,
            mail_domain=mail_domain(self.settings),
            write_by_channel={"telegram": chat_silence},
        )

    def asked_receipts(self) -> AskedReceipts:
        """Says to a firm that asks what was checked for it."""
        return AskedReceipts(
            ledger=self.ledger, clock=self.clock, receipt=self.desk.receipt_now, receipts=self.receipts()
        )

    def canary(self) -> Canary:
        """Lets a made-up notice walk through every step, and nothing of it stay."""
        from scrapers.replay.samples import canary_file  # noqa: PLC0415 - only a walk needs it

        source = all_sources()["find_a_tender"]

        def sample(now: datetime) -> Notice:
            found = source.notices_in(canary_file(now=now), seen=now)
            return next(each for each in found if isinstance(each, Notice))

        def steps(ledger: Ledger) -> Sequence[tuple[str, Callable[[], Awaitable[int]]]]:
            return (
                (NOTICE_SEEN, replace(self.recorder(), ledger=ledger, sources=all_sources()).drain),
                (OPPORTUNITY_RECORDED, replace(self.judge(), ledger=ledger).drain),
                (OPPORTUNITY_TAGGED, replace(self.matcher(), ledger=ledger).drain),
                (ALERT_DUE, replace(self.composer(), ledger=ledger).drain),
            )

        return Canary(
            ledger=self.ledger,
            clock=self.clock,
            sample=sample,
            interest=Interest(sectors=("environment",), words="window"),
            steps=steps,
        )

    async def sing(self) -> None:
        """Let the canary walk."""
        await self.canary().look()

    async def publish_due(self) -> None:
        """Publish the postings whose day has come."""
        await self.accounts.posting_dates.publish_due()

    async def tell_silence(self) -> None:
        """Make the month's receipts where they are due."""
        await self.receipts().look()

    async def overdue_help(self) -> None:
        """Remind whoever has a question of a firm or buyer, and wait no longer where nobody answers."""
        await self.accounts.overdue_help.look()

    def sender(self) -> Sender:
        """The step from messages to receipts."""
        return Sender(
            ledger=self.ledger,
            clock=self.clock,
            channels=self.channels,
            lease=self.settings.send_lease,
            marks=self.marks,
        )

    def taking_in(self) -> TakingIn | None:
        """The door for mail; None where none is taken in."""
        if self.marks is None:
            return None
        most = self.settings.inbound_most_bytes
        return TakingIn(ledger=self.ledger, clock=self.clock, marks=self.marks, most=most)

    def answering(self) -> Answering | None:
        """The step from mails that came in to what they ask; None where none is taken in."""
        if self.marks is None:
            return None
        return answering_of(
            self.ledger,
            clock=self.clock,
            links=self.links,
            marks=self.marks,
            message_id=self.message_id,
            settings=self.settings,
        )

    def message_id(self) -> str:
        """A fresh Message-ID."""
        return f"<{secrets.token_hex(12)}@{mail_domain(self.settings)}>"

    def collector(self, *, is_probe: bool = False) -> Collector:
        """The step from sources to notices; a probe asks once and never again."""
        http = SingleTry(self.http) if is_probe else self.http
        return Collector(ledger=self.ledger, bookmarks=self.polls, http=http, clock=self.clock)

    def polling(self) -> Polling:
        """Asks sources, where they may be asked."""
        return Polling(
            book=self.polls,
            watcher=self.watching(),
            collector=self.collector,
            clock=self.clock,
            sources=self.sources,
            chosen=self.chosen,
            access_to=self.settings.access_to,
            every=self.poll_every,
            lease=self.settings.poll_lease,
            holder=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
        )

    def watching(self) -> Watching:
        """Keeps the history of how sources fare, and tells the operator."""
        from notifiers.operator_note import write_operator_note  # noqa: PLC0415 - Jinja loads only where mail is written

        domain = mail_domain(self.settings)
        return Watching(
            ledger=self.ledger,
            clock=self.clock,
            sources=self.sources,
            write=write_operator_note,
            operator=self.settings.operator,
            tell_after=self.settings.operator_after,
            public_url=self.settings.public_address,
            message_id=lambda slot: f"<source.{hashlib.sha256(slot.encode()).hexdigest()[:32]}@{domain}>",
        )

    def permitting(self) -> Permitting:
        """What an operator says about sources that need permission."""
        cards = {key: source.card for key, source in self.sources.items()}
        return Permitting(ledger=self.ledger, clock=self.clock, cards=cards)

    def organisations(self) -> Organisations:
        """Who may be let in to buy."""
        return Organisations(ledger=self.ledger, clock=self.clock, membering=self.accounts.membering)

    def care(self) -> Care:
        """Reminds owners of review dates, and asks pages whether they are there."""
        from notifiers.letters import write_letter  # noqa: PLC0415 - Jinja loads only where mail is written

        return Care(
            ledger=self.ledger,
            clock=self.clock,
            http=self.http,
            write=partial(write_letter, public_url=self.settings.public_address),
            message_id=self.message_id,
            public_url=self.settings.public_address,
            catalogue=self.catalogue,
            others=(learning_links,),
        )

    def importing(self) -> Importing:
        """Takes in programmes that were read elsewhere."""
        return Importing(ledger=self.ledger, clock=self.clock)

    async def check_links(self) -> None:
        """Ask for the pages that are due, where this copy does that."""
        if self.settings.check_links:
            await self.care().check_links()

    async def due_sources(self) -> list[Source]:
        """The sources that may be asked and whose next poll has come."""
        return await self.polling().due()

    async def poll(
        self, source: Source, report: Report, *, since: datetime | None = None, until: datetime | None = None
    ) -> str:
        """Poll one source now and write down how it went; the reason where it was not, or went wrong, else ""."""
        return await self.polling().poll(source, report, since=since, until=until)

    async def watch_sources(self) -> None:
        """See what time and permits did to sources since."""
        await self.watching().look(await self.polling().closed())

    async def tidy(self) -> None:
        """Keep nothing longer than promised: unconfirmed sign-ups, and the text of notices that are long over."""
        await self.accounts.tidy()
        if self.listener is not None:
            await self.listener.tidy()
        if (answering := self.answering()) is not None:
            await answering.tidy()
        before = self.clock.now() - timedelta(days=self.settings.keep_notices_days)
        async with self.ledger.writing() as transaction:
            await transaction.expire_notices(before=before)

    def poll_every(self, source: Source) -> float:
        """Seconds between two polls of a source."""
        return self.settings.poll_every or source.card.every


def mail_domain(settings: Settings) -> str:
    """The domain mail comes from."""
    return parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost.localdomain"


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Open everything, with the tables brought up to this version, and close it again."""
    check_installation()
    clock = SystemClock(settings.now)
    database = Database(settings.database)
    await database.migrate()
    ledger = SqlLedger(database)
    links = Links(load_key(settings.secret_key_path), settings.public_address, now=lambda: clock.now().timestamp())
    sources, chosen = all_sources(), frozenset(chosen_sources(settings.sources))
    agent = user_agent(version=__version__, public_url=settings.public_address, contact=settings.contact or "not set")
    letters = LetterBox(database)
    has_mailbox = (
        not settings.smtp_url and is_loopback(f"http://{settings.listen}") and is_loopback(settings.public_address)
    )
    channel = _mail_channel(settings, letters=letters, clock=clock)
    telegram = _telegram(settings, clock=clock)
    domain = mail_domain(settings)

    def message_id() -> str:
        return f"<{secrets.token_hex(12)}@{domain}>"

    http = PoliteHttp(agent=agent, clock=clock, pace_book=DatabasePaceBook(database))
    try:
        yield House(
            settings=settings,
            clock=clock,
            database=database,
            ledger=ledger,
            polls=Polls(database),
            http=http,
            sources=sources,
            chosen=chosen,
            channels={channel.name if channel.name != "mailbox" else "email": channel}
            | ({telegram.name: telegram} if telegram else {}),
            links=links,
            desk=FrontDesk(database=database, clock=clock, sources=sources, chosen=chosen),
            accounts=accounts_of(
                ledger,
                clock=clock,
                links=links,
                message_id=message_id,
                tagger=partial(the_tagger, settings.trade_model),
                operator=settings.operator,
                files=settings.home / "files",
            ),
            catalogue=LiveCatalogue(),
            has_mailbox=has_mailbox,
            listener=_listener(telegram, ledger=ledger, clock=clock, settings=settings) if telegram else None,
            marks=_marks(settings),
        )
    finally:
        await http.aclose()
        await channel.close()
        if telegram is not None:
            await telegram.close()
        await database.close()


def accounts_of(
    ledger: SqlLedger,
    *,
    clock: Clock,
    links: Links,
    message_id: Callable[[], str],
    write_confirmation: WriteConfirmation | None = None,
    tagger: Callable[[], Tagger] = the_tagger,
    operator: str = "",
    files: Path = Path("files"),
) -> Accounts:
    """The use cases of people over a ledger."""
    from notifiers import render  # noqa: PLC0415 - the same
    from notifiers.letters import write_letter  # noqa: PLC0415 - Jinja loads only where mail is written

    write = partial(write_letter, public_url=links.public_url)
    moderation = Moderation(ledger=ledger, clock=clock)
    carry = Carry(clock=clock, write=write, message_id=message_id, links=links, operator=operator)
    letters = PostingLetters(write=write, message_id=message_id, public_url=links.public_url)
    notices = PostingNotices(source=source_named(POSTINGS), clock=clock, public_url=links.public_url)
    post = Post(ledger=ledger, clock=clock, tagger=tagger)
    preview = PostingPreview(ledger=ledger, clock=clock, notices=notices, tagger=tagger)
    approval = PostingApproval(ledger=ledger, clock=clock, notices=notices, letters=letters)
    ending = PostingEnd(ledger=ledger, clock=clock, notices=notices)
    return Accounts(
        sign_in=SignIn(
            ledger=ledger, flow=ledger, clock=clock, write=write, message_id=message_id, public_url=links.public_url
        ),
        membering=Membering(ledger=ledger, clock=clock),
        drafts=Drafts(ledger=ledger, clock=clock),
        subscribe=Subscribe(
            ledger=ledger,
            links=links,
            clock=clock,
            write_confirmation=write_confirmation or render.write_confirmation,
            write=write,
            message_id=message_id,
            channel="email",
        ),
        firm=FirmAccount(ledger=ledger, clock=clock),
        team=Team(ledger=ledger, clock=clock, write=write, message_id=message_id, public_url=links.public_url),
        rights=Rights(ledger=ledger, clock=clock),
        chat_links=ChatLinks(ledger=ledger, clock=clock),
        feedback=Feedback(ledger=ledger, clock=clock),
        correcting=Correcting(ledger=ledger, clock=clock),
        receipts=ReceiptChoices(ledger=ledger, clock=clock),
        timing=Timing(ledger=ledger, clock=clock),
        lists=Lists(ledger=ledger, clock=clock),
        past_letters=PastLetters(ledger=ledger, clock=clock),
        advise=Advise(ledger=ledger, clock=clock),
        see_as_supplier=SeeAsSupplier(tagger=tagger, clock=clock),
        post=post,
        posting_preview=preview,
        posting_approval=approval,
        posting_end=ending,
        posting_care=PostingCare(post=post, notices=notices, letters=letters),
        posting_dates=PostingDates(approval=approval),
        posting_many=PostingMany(post=post, preview=preview),
        posting_papers=PostingPapers(ledger=ledger, clock=clock, shelf=FolderShelf(files)),
        posting_talk=PostingConversation(ledger=ledger, clock=clock, letters=letters),
        api_keys=ApiKeys(ledger=ledger, clock=clock),
        ask_for_help=AskForHelp(ledger=ledger, clock=clock, carry=carry, links=links),
        give_help=GiveHelp(ledger=ledger, clock=clock, carry=carry, links=links),
        overdue_help=OverdueHelp(ledger=ledger, clock=clock, carry=carry),
        programmes=Programmes(ledger=ledger, clock=clock),
        returns=ProgrammeReturns(ledger=ledger, clock=clock),
        buyer_days=BuyerDayList(ledger=ledger, clock=clock),
        moderation=moderation,
        take_down=TakeDown(ledger=ledger, clock=clock, ending=ending, moderation=moderation),
    )


def answering_of(
    ledger: SqlLedger,
    *,
    clock: Clock,
    links: Links,
    marks: Marks,
    message_id: Callable[[], str],
    settings: Settings,
) -> Answering:
    """The step that deals with mail, over a ledger."""
    from notifiers.letters import write_letter  # noqa: PLC0415 - Jinja loads only where mail is written

    def joined(book: AnswerBook, write_confirmation: WriteConfirmation | None = None) -> Accounts:
        transaction = cast("SqlTransaction", book)
        return accounts_of(
            JoinedLedger(transaction),
            clock=clock,
            links=links,
            message_id=message_id,
            write_confirmation=write_confirmation,
        )

    return Answering(
        ledger=ledger,
        clock=clock,
        marks=marks,
        links=links,
        joined=joined,
        write=partial(write_letter, public_url=links.public_url),
        message_id=message_id,
        trusted=settings.inbound_trusted,
        an_hour=settings.inbound_an_hour,
    )


def _marks(settings: Settings) -> Marks | None:
    """Marked addresses, where mail is taken in. Raises WrongSettings where there is a way in but no address."""
    if settings.inbound_address:
        return Marks(load_key(settings.secret_key_path), settings.inbound_address)
    if settings.inbound_lmtp or settings.inbound_maildir:
        raise WrongSettings(
            "Mail is to be taken in, but BOWBELL_INBOUND_ADDRESS does not say for which address. "
            "Give it, like alerts@example.org."
        )
    return None


def _mail_channel(settings: Settings, *, letters: LetterBox, clock: SystemClock) -> Channel:
    """Real mail where a mail server is set, else the built-in mailbox."""
    list_id = f"alerts.{mail_domain(settings)}"
    if settings.smtp_url:
        from notifiers.email import EmailChannel  # noqa: PLC0415 - only where it is used

        return EmailChannel(settings.smtp_url, sender=settings.mail_from, list_id=list_id, clock=clock)
    from notifiers.mailbox import MailboxChannel  # noqa: PLC0415 - only where it is used

    return MailboxChannel(letters, sender=settings.mail_from, list_id=list_id, clock=clock)


class _Telegram(Channel, Inbox, Protocol):
    """Telegram is both."""


def _telegram(settings: Settings, *, clock: SystemClock) -> _Telegram | None:
    """The bot, where its token is set."""
    if not settings.telegram_token:
        return None
    from notifiers.telegram import TelegramChannel  # noqa: PLC0415 - the library takes a second to load

    return TelegramChannel(settings.telegram_token, clock=clock, api_url=settings.telegram_api_url)


def _listener(inbox: Inbox, *, ledger: SqlLedger, clock: SystemClock, settings: Settings) -> Listener:
    talk = Talk(clock=clock, public_url=settings.public_address)
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    return Listener(ledger=ledger, inbox=inbox, clock=clock, hear=talk.hear, holder=holder)
