"""What is opened once and what everything is joined from."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr

from service.clock import SystemClock
from service.front_desk import FrontDesk
from service.http import PoliteHttp
from service.ports import Channel, Source
from service.settings import Settings
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.store.polls import Polls
from service.usecases.accounts import Accounts
from service.usecases.chat.listen import Listener
from service.usecases.links import Links
from service.usecases.marks import Marks
from service.usecases.programmes_catalogue import LiveCatalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that was opened."""

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

    @property
    def mail_domain(self) -> str:
        """The domain mail comes from."""
        return mail_domain(self.settings)

    def message_id(self) -> str:
        """A fresh Message-ID."""
        return message_id(self.settings)


def mail_domain(settings: Settings) -> str:
    """The domain mail comes from."""
    return parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost.localdomain"


def message_id(settings: Settings) -> str:
    """A fresh Message-ID."""
    return f"<{secrets.token_hex(12)}@{mail_domain(settings)}>"


def holder() -> str:
    """A name for whoever holds a lease: this process, this time."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
