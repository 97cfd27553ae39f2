"""What every room of the front desk has to hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from service.domain.programme import Programme
from service.ports import Clock, Source
from service.store.catalogue import Catalogue
from service.store.database import Database
from service.store.programmes import ProgrammeEntries
from service.usecases.programmes_catalogue import LiveCatalogue


class Room:
    """The database and the time; each room answers one kind of question from them."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        sources: Mapping[str, Source],
        chosen: frozenset[str] | None = None,
    ) -> None:
        self._database = database
        self._catalogue = Catalogue(database)
        self._support = LiveCatalogue()
        self._clock = clock
        self._sources = sources
        #: Keys of the sources this copy is set to read; all where nothing is said.
        self._chosen = frozenset(sources) if chosen is None else chosen

    def now(self) -> datetime:
        """The time it is."""
        return self._clock.now()

    async def _programmes(self) -> tuple[Programme, ...]:
        """All support there is, current or not."""
        async with self._database.reading() as connection:
            return await self._support.programmes(ProgrammeEntries(connection))

    def _attribution(self, key: str) -> str:
        """What is to be said with everything taken from a source; "" where it is no longer among them."""
        source = self._sources.get(key)
        return source.card.attribution if source else ""

    def _source_name(self, key: str) -> str:
        source = self._sources.get(key)
        return source.card.name if source else key
