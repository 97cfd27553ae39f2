"""What every room of the front desk has to hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from service.domain.message import Written
from service.ports import Clock, Source
from service.store.catalogue import Catalogue
from service.store.database import Database
from service.store.ledger import SqlLedger
from service.usecases.links import Links
from service.usecases.subscribe import Subscribe


class Room:
    """The database, the links and the time; each room answers one kind of question from them."""

    def __init__(
        self,
        *,
        database: Database,
        links: Links,
        clock: Clock,
        sources: Mapping[str, Source],
        chosen: frozenset[str] | None = None,
        write_confirmation: Callable[..., Written],
        message_id: Callable[[], str],
        channel: str,
    ) -> None:
        self._database = database
        self._catalogue = Catalogue(database)
        self._links = links
        self._clock = clock
        self._sources = sources
        #: Keys of the sources this copy is set to read; all where nothing is said.
        self._chosen = frozenset(sources) if chosen is None else chosen
        self._subscribe = Subscribe(
            ledger=SqlLedger(database),
            links=links,
            clock=clock,
            write_confirmation=write_confirmation,
            message_id=message_id,
            channel=channel,
        )

    def now(self) -> datetime:
        """The time it is."""
        return self._clock.now()

    def _attribution(self, key: str) -> str:
        """What is to be said with everything taken from a source; "" where it is no longer among them."""
        source = self._sources.get(key)
        return source.card.attribution if source else ""

    def _source_name(self, key: str) -> str:
        source = self._sources.get(key)
        return source.card.name if source else key
