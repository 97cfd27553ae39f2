"""The ledger of the flow over SQL: one class that speaks plain values and keeps the unique keys.

Split by subject: notices (notices.py), opportunities (recorded.py), events (outbox.py), firms and alerts (firms.py,
alerts.py), messages (messages.py), people (people.py), sign-in and sessions (doors.py), who is not written to
(suppression.py), how sources fare (source_book.py), when contracts end (contracts.py), what people said of wrong tags
(corrections.py), talks in chats (chats.py), when firms hear (runs.py), what they do about it (pursuits.py),
what buyers post (postings.py), what is said about it (posting_talk.py), keys of programs (api_keys.py), who asks a
person for help (helping.py), what support organisations enter (programmes.py) and how it is kept right
(programmes_care.py), what became of help (returns.py), days to meet buyers (buyer_days.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.store.alerts import Alerts
from service.store.api_keys import ApiKeyRows
from service.store.buyer_days import BuyerDays
from service.store.chats import Chats
from service.store.contracts import Contracts
from service.store.corrections import Corrections
from service.store.database import Database
from service.store.doors import Doors
from service.store.feedback import Feedbacks
from service.store.helping import Helping
from service.store.inbound import Inbound
from service.store.messages import Messages
from service.store.notices import Notices
from service.store.outbox import Outbox
from service.store.posting_talk import PostingTalk
from service.store.postings import Postings
from service.store.programmes_care import ProgrammeCare
from service.store.pursuits import Pursuits
from service.store.recorded import Recorded
from service.store.returns import ReturnRows
from service.store.runs import Runs
from service.store.silence import Silences
from service.store.source_book import SourceBook
from service.store.teams import Teams


class SqlTransaction(
    Notices,
    Recorded,
    Outbox,
    Alerts,
    Messages,
    Teams,
    Doors,
    SourceBook,
    Contracts,
    Corrections,
    Chats,
    Feedbacks,
    Silences,
    Runs,
    Pursuits,
    Inbound,
    Postings,
    PostingTalk,
    ApiKeyRows,
    Helping,
    ReturnRows,
    BuyerDays,
    ProgrammeCare,
):
    """Everything within one database transaction."""


class SqlLedger:
    """Opens transactions on the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @asynccontextmanager
    async def writing(self, *, alone: bool = False) -> AsyncIterator[SqlTransaction]:
        """A transaction that writes."""
        async with self.database.writing(alone=alone) as connection:
            yield SqlTransaction(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlTransaction]:
        """A connection that only reads."""
        async with self.database.reading() as connection:
            yield SqlTransaction(connection)


class JoinedLedger(SqlLedger):
    """A ledger whose every transaction is one that is open already: what is done over it is done together, or not."""

    def __init__(self, transaction: SqlTransaction) -> None:
        self._transaction = transaction

    @asynccontextmanager
    async def writing(self, *, alone: bool = False) -> AsyncIterator[SqlTransaction]:
        """The open transaction."""
        del alone
        yield self._transaction

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlTransaction]:
        """The open transaction."""
        yield self._transaction
