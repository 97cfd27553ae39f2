"""The one place where adapters, store and web meet: what the house is made of, each part joined in `service.wiring`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import packages_distributions

from service import __version__
from service.clock import SystemClock
from service.errors import WrongInstallation
from service.front_desk import FrontDesk
from service.http import PoliteHttp, user_agent
from service.ports import Source
from service.registry import all_sources, chosen_sources, the_tagger
from service.settings import Settings
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.store.pacing import DatabasePaceBook
from service.store.polls import Polls
from service.store.reading import LetterBox
from service.usecases.answer_mail import Answering
from service.usecases.canary import Canary
from service.usecases.collect import Collector, Report
from service.usecases.compose import Composer
from service.usecases.digest import Digester
from service.usecases.links import Links, load_key
from service.usecases.match import Matcher
from service.usecases.organisations import Organisations
from service.usecases.permit import Permitting
from service.usecases.poll import Polling
from service.usecases.programmes_care import Care
from service.usecases.programmes_catalogue import LiveCatalogue
from service.usecases.programmes_import import Importing
from service.usecases.radar import Radar
from service.usecases.record import Recorder, Watch
from service.usecases.remind import Reminders
from service.usecases.send import Sender
from service.usecases.silence import Receipts
from service.usecases.silence_asked import AskedReceipts
from service.usecases.tag import Judge
from service.usecases.take_in import TakingIn
from service.usecases.watch import Watching
from service.wiring import channels, flow, letters, mail_in, people, sources, support
from service.wiring.parts import Parts, message_id

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
class House(Parts):
    """Everything, joined together."""

    # -------------------------------------------------------------------------------- from a notice to a message

    def collector(self, *, is_probe: bool = False) -> Collector:
        """The step from sources to notices; a probe asks once and never again."""
        return sources.collector(self, is_probe=is_probe)

    def recorder(self, watch: Watch | None = None) -> Recorder:
        """The step from notices to opportunities."""
        return flow.recorder(self, watch)

    def judge(self) -> Judge:
        """The step from opportunities to tags."""
        return flow.judge(self)

    def matcher(self) -> Matcher:
        """The step from tags to alerts."""
        return flow.matcher(self)

    def composer(self) -> Composer:
        """The step from alerts to messages."""
        return letters.composer(self)

    def digester(self) -> Digester:
        """Makes letters of several alerts when they are due."""
        return letters.digester(self)

    def sender(self) -> Sender:
        """The step from messages to receipts."""
        return flow.sender(self)

    def canary(self) -> Canary:
        """Lets a made-up notice walk through every step, and nothing of it stay."""
        return flow.canary(self)

    async def sing(self) -> None:
        """Let the canary walk."""
        await self.canary().look()

    # ------------------------------------------------------------------------------------ what time brings about

    def reminders(self) -> Reminders:
        """Recalls what is on lists before it closes."""
        return letters.reminders(self)

    def radar(self) -> Radar:
        """Tells once a week of contracts that end."""
        return letters.radar(self)

    def receipts(self) -> Receipts:
        """Says once a month to firms that heard nothing that we looked."""
        return letters.receipts(self)

    def asked_receipts(self) -> AskedReceipts:
        """Says to a firm that asks what was checked for it."""
        return letters.asked_receipts(self)

    async def tell_silence(self) -> None:
        """Make the month's receipts where they are due."""
        await self.receipts().look()

    async def publish_due(self) -> None:
        """Publish the postings whose day has come."""
        await self.accounts.posting_dates.publish_due()

    async def overdue_help(self) -> None:
        """Remind whoever has a question of a firm or buyer, and wait no longer where nobody answers."""
        await self.accounts.overdue_help.look()

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

    # ---------------------------------------------------------------------------------------- mail that comes in

    def taking_in(self) -> TakingIn | None:
        """The door for mail; None where none is taken in."""
        return mail_in.taking_in(self)

    def answering(self) -> Answering | None:
        """The step from mails that came in to what they ask; None where none is taken in."""
        return mail_in.answering(self)

    # --------------------------------------------------------------------------------------------------- sources

    def polling(self) -> Polling:
        """Asks sources, where they may be asked."""
        return sources.polling(self)

    def watching(self) -> Watching:
        """Keeps the history of how sources fare, and tells the operator."""
        return sources.watching(self)

    def permitting(self) -> Permitting:
        """What an operator says about sources that need permission."""
        return sources.permitting(self)

    def poll_every(self, source: Source) -> float:
        """Seconds between two polls of a source."""
        return sources.poll_every(self, source)

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

    # ------------------------------------------------------------------------------- organisations and programmes

    def organisations(self) -> Organisations:
        """Who may be let in to buy."""
        return people.organisations(self)

    def care(self) -> Care:
        """Reminds owners of review dates, and asks pages whether they are there."""
        return support.care(self)

    def importing(self) -> Importing:
        """Takes in programmes that were read elsewhere."""
        return support.importing(self)

    async def check_links(self) -> None:
        """Ask for the pages that are due, where this copy does that."""
        if self.settings.check_links:
            await self.care().check_links()


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Open everything, with the tables brought up to this version, and close it again."""
    check_installation()
    clock = SystemClock(settings.now)
    database = Database(settings.database)
    await database.migrate()
    ledger = SqlLedger(database)
    links = Links(load_key(settings.secret_key_path), settings.public_address, now=lambda: clock.now().timestamp())
    every, chosen = all_sources(), frozenset(chosen_sources(settings.sources))
    agent = user_agent(version=__version__, public_url=settings.public_address, contact=settings.contact or "not set")
    mail = channels.mail_channel(settings, letters=LetterBox(database), clock=clock)
    telegram = channels.telegram(settings, clock=clock)
    http = PoliteHttp(agent=agent, clock=clock, pace_book=DatabasePaceBook(database))
    try:
        yield House(
            settings=settings,
            clock=clock,
            database=database,
            ledger=ledger,
            polls=Polls(database),
            http=http,
            sources=every,
            chosen=chosen,
            channels={mail.name if mail.name != "mailbox" else "email": mail}
            | ({telegram.name: telegram} if telegram else {}),
            links=links,
            desk=FrontDesk(database=database, clock=clock, sources=every, chosen=chosen),
            accounts=people.accounts_of(
                ledger,
                clock=clock,
                links=links,
                message_id=partial(message_id, settings),
                tagger=partial(the_tagger, settings.trade_model),
                operator=settings.operator,
                files=settings.files_path,
            ),
            catalogue=LiveCatalogue(),
            has_mailbox=channels.has_mailbox(settings),
            listener=channels.listener(telegram, ledger=ledger, clock=clock, settings=settings),
            marks=channels.marks(settings),
        )
    finally:
        await http.aclose()
        await mail.close()
        if telegram is not None:
            await telegram.close()
        await database.close()
