"""The one place where adapters, store and web meet."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from importlib.metadata import packages_distributions

from service import __version__
from service.clock import SystemClock
from service.domain.programme import Programme, is_sendable, shipped_programmes
from service.errors import FarSideDown, HttpTrouble, PrivateAddress, SlowDown, UnexpectedAnswer, WrongInstallation
from service.front_desk import FrontDesk
from service.http import PoliteHttp, user_agent
from service.ports import Channel, Clock, Source
from service.registry import chosen_sources, the_tagger
from service.settings import Settings, is_loopback
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.store.pacing import DatabasePaceBook
from service.store.polls import Polls
from service.store.reading import LetterBox
from service.usecases.accounts import Accounts
from service.usecases.collect import Collector, Report
from service.usecases.compose import Composer
from service.usecases.drafts import Drafts
from service.usecases.links import Links, load_key
from service.usecases.match import Matcher
from service.usecases.people import Membering
from service.usecases.record import Recorder, Watch
from service.usecases.send import Sender
from service.usecases.sign_in import SignIn
from service.usecases.tag import Judge

_OURS = ("service", "scrapers", "classifiers", "notifiers")
#: A poll renews its lease so many times before it would run out.
_RENEWALS = 3


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
    sources: Mapping[str, Source]
    channels: Mapping[str, Channel]
    links: Links
    desk: FrontDesk
    accounts: Accounts
    programmes: tuple[Programme, ...]
    has_mailbox: bool

    def recorder(self, watch: Watch | None = None) -> Recorder:
        """The step from notices to opportunities."""
        made = Recorder(ledger=self.ledger, clock=self.clock, sources=self.sources)
        return (
            made if watch is None else Recorder(ledger=self.ledger, clock=self.clock, sources=self.sources, watch=watch)
        )

    def judge(self) -> Judge:
        """The step from opportunities to tags."""
        return Judge(ledger=self.ledger, clock=self.clock, tagger=the_tagger())

    def matcher(self) -> Matcher:
        """The step from tags to alerts."""
        return Matcher(ledger=self.ledger, clock=self.clock)

    def composer(self) -> Composer:
        """The step from alerts to messages."""
        from notifiers.render import write_alert  # noqa: PLC0415 - Jinja loads only where mail is written

        return Composer(
            ledger=self.ledger,
            clock=self.clock,
            sources=self.sources,
            programmes=self.programmes,
            write=write_alert,
            links=self.links.for_firm,
            public_url=self.settings.public_address,
            mail_domain=mail_domain(self.settings),
        )

    def sender(self) -> Sender:
        """The step from messages to receipts."""
        return Sender(ledger=self.ledger, clock=self.clock, channels=self.channels, lease=self.settings.send_lease)

    def collector(self) -> Collector:
        """The step from sources to notices."""
        return Collector(ledger=self.ledger, bookmarks=self.polls, http=self.http, clock=self.clock)

    async def due_sources(self) -> list[Source]:
        """The sources whose next poll has come."""
        health, now = await self.polls.health(), self.clock.now()
        return [
            source
            for key, source in self.sources.items()
            if key not in health or (next_poll := health[key].next_poll) is None or next_poll <= now
        ]

    async def poll(
        self, source: Source, report: Report, *, since: datetime | None = None, until: datetime | None = None
    ) -> str:
        """Poll one source now and write down how it went; the reason where it went wrong, else ""."""
        # One holder for each poll, not for each process: two polls of one process exclude each other too.
        holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        if not await self._lease(source, holder):
            return "it is being polled already"
        renewing = asyncio.create_task(self._renew(source, holder))
        access, every = self.settings.access_to(source.key), self.poll_every(source)
        try:
            await self.collector().poll(source, access=access, report=report, since=since, until=until)
        except Exception as trouble:
            health, reason = _health_of(trouble), f"{type(trouble).__doc__ or ''} {trouble}".strip()
            reason = str(trouble) or reason
            await self.polls.went_wrong(source.key, now=self.clock.now(), every=every, health=health, reason=reason)
            return reason
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
            await self.polls.release(source.key, holder=holder)
        new = report.of(source.key).notices_new
        await self.polls.went_well(source.key, now=self.clock.now(), every=every, new=new)
        return ""

    async def _lease(self, source: Source, holder: str) -> bool:
        seconds = self.settings.poll_lease
        return await self.polls.lease(source.key, holder=holder, now=self.clock.now(), seconds=seconds)

    async def _renew(self, source: Source, holder: str) -> None:
        """Keep a source for as long as its poll lasts; a worker that is killed loses it when the lease runs out."""
        while True:
            await asyncio.sleep(self.settings.poll_lease / _RENEWALS)
            if not await self._lease(source, holder):
                return

    async def tidy(self) -> None:
        """Keep nothing longer than promised: unconfirmed sign-ups, and the text of notices that are long over."""
        await self.desk.tidy()
        await self.accounts.tidy()
        before = self.clock.now() - timedelta(days=self.settings.keep_notices_days)
        async with self.ledger.writing() as transaction:
            await transaction.expire_notices(before=before)

    def poll_every(self, source: Source) -> float:
        """Seconds between two polls of a source."""
        return self.settings.poll_every or source.card.every


def _health_of(trouble: Exception) -> str:
    if isinstance(trouble, SlowDown | PrivateAddress):
        return "blocked"
    if isinstance(trouble, FarSideDown | UnexpectedAnswer | HttpTrouble):
        return "down"
    return "drift"


def mail_domain(settings: Settings) -> str:
    """The domain mail comes from."""
    return parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost.localdomain"


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Open everything, with the tables brought up to this version, and close it again."""
    from notifiers.render import write_confirmation  # noqa: PLC0415 - Jinja loads only where mail is written

    check_installation()
    clock = SystemClock(settings.now)
    database = Database(settings.database)
    await database.migrate()
    ledger = SqlLedger(database)
    links = Links(load_key(settings.secret_key_path), settings.public_address, now=lambda: clock.now().timestamp())
    sources = chosen_sources(settings.sources)
    agent = user_agent(version=__version__, public_url=settings.public_address, contact=settings.contact or "not set")
    letters = LetterBox(database)
    has_mailbox = (
        not settings.smtp_url and is_loopback(f"http://{settings.listen}") and is_loopback(settings.public_address)
    )
    channel = _mail_channel(settings, letters=letters, clock=clock)
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
            channels={channel.name if channel.name != "mailbox" else "email": channel},
            links=links,
            desk=FrontDesk(
                database=database,
                links=links,
                clock=clock,
                sources=sources,
                write_confirmation=write_confirmation,
                message_id=message_id,
                channel="email",
            ),
            accounts=accounts_of(ledger, clock=clock, public_url=settings.public_address, message_id=message_id),
            programmes=tuple(each for each in shipped_programmes() if is_sendable(each, clock.now().date())),
            has_mailbox=has_mailbox,
        )
    finally:
        await http.aclose()
        await channel.close()
        await database.close()


def accounts_of(ledger: SqlLedger, *, clock: Clock, public_url: str, message_id: Callable[[], str]) -> Accounts:
    """The use cases of people over a ledger."""
    from notifiers.letters import write_letter  # noqa: PLC0415 - Jinja loads only where mail is written

    return Accounts(
        sign_in=SignIn(
            ledger=ledger,
            flow=ledger,
            clock=clock,
            write=partial(write_letter, public_url=public_url),
            message_id=message_id,
            public_url=public_url,
        ),
        membering=Membering(ledger=ledger, clock=clock),
        drafts=Drafts(ledger=ledger, clock=clock),
    )


def _mail_channel(settings: Settings, *, letters: LetterBox, clock: SystemClock) -> Channel:
    """Real mail where a mail server is set, else the built-in mailbox."""
    list_id = f"alerts.{mail_domain(settings)}"
    if settings.smtp_url:
        from notifiers.email import EmailChannel  # noqa: PLC0415 - only where it is used

        return EmailChannel(settings.smtp_url, sender=settings.mail_from, list_id=list_id, clock=clock)
    from notifiers.mailbox import MailboxChannel  # noqa: PLC0415 - only where it is used

    return MailboxChannel(letters, sender=settings.mail_from, list_id=list_id, clock=clock)
