"""The public record of the service itself: its sources, its programmes, whether it can do its work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.exc import SQLAlchemyError

from service.domain.flow_health import Flow, flow_troubles
from service.domain.programme import Programme, is_sendable
from service.domain.source_health import NOBODY_ASKED, SourceRecord, Standing
from service.domain.wording import LONDON, count_words
from service.front_desk.room import Room
from service.ports import Source
from service.store.programmes import ProgrammeEntries
from service.store.reading import Reading
from service.store.silence import Silences
from service.store.source_book import SourceBook
from service.usecases.permit import Permit
from service.usecases.poll import closed_sources, standings
from service.web.desk import Readiness
from service.web.view import PermitView, SourceView

#: How long a message may wait before something is wrong.
_OVERDUE = timedelta(minutes=15)
#: Seconds the database may take to answer whether it can be written.
_PATIENCE = 5.0


class PublicRecord(Room):
    """What anyone may know of how the service fares."""

    async def sources(self) -> Sequence[SourceView]:
        """Every source there is, with what came of asking it and whether it may be asked."""
        async with self._database.reading() as connection:
            book = SourceBook(connection)
            records, permits, spells = await book.source_records(), await book.permits(), await book.open_spells()
        closed = closed_sources(self._sources, permits, chosen=self._chosen)
        said = standings(self._sources, records, closed=closed, now=self.now())
        return [
            _source_view(
                source,
                records.get(key, NOBODY_ASKED),
                said[key],
                permit=permits.get(key),
                since=spells[key].began if key in spells and spells[key].health == said[key].health else None,
            )
            for key, source in sorted(self._sources.items())
        ]

    async def programmes(self) -> Sequence[Programme]:
        """The programmes that may be put before people today."""
        today = self.now().astimezone(LONDON).date()
        return [programme for programme in await self._programmes() if is_sendable(programme, today)]

    async def every_programme(self) -> Sequence[Programme]:
        """All programmes, also those that wait to be checked, are full or paused, or have ended."""
        return await self._programmes()

    async def programmes_since(self) -> Sequence[tuple[Programme, datetime]]:
        """All programmes, each with the moment since which it is listed: a shipped one since its file was checked."""
        async with self._database.reading() as connection:
            book = ProgrammeEntries(connection)
            every = await self._support.programmes(book)
            entered = {each.key: each.published for each in await book.entries_seen()}
        shipped = {each.key: each.last_checked for each in self._support.shipped()}
        found = []
        for each in every:
            day = shipped.get(each.key)
            since = entered.get(each.key) or (datetime.combine(day, time(), UTC) if day else None)
            if since is not None:
                found.append((each, since))
        return found

    async def readiness(self) -> Readiness:
        """Whether the database can be written and nothing waits too long."""
        now = self.now()
        try:
            async with asyncio.timeout(_PATIENCE), self._database.writing() as connection:
                reading = Reading(connection)
                await reading.prove_writing(now)
                late = await reading.overdue_messages(now=now, by=_OVERDUE)
                parked = await reading.parked_events()
                flow = await Silences(connection).flow()
        except (SQLAlchemyError, OSError, TimeoutError):
            return Readiness(troubles=("The database cannot be written.",))
        troubles = []
        if late:
            troubles.append(f"{count_words(late, 'message', 'messages')} waited for more than 15 minutes.")
        if parked:
            troubles.append(f"{count_words(parked, 'event was', 'events were')} put aside after failing too often.")
        troubles += flow_troubles(flow, now=now)
        return Readiness(troubles=tuple(troubles))

    async def flow(self) -> Flow:
        """Whether notices still become messages."""
        async with self._database.reading() as connection:
            return await Silences(connection).flow()


def _source_view(
    source: Source, record: SourceRecord, said: Standing, *, permit: Permit | None, since: datetime | None
) -> SourceView:
    card = source.card
    return SourceView(
        key=source.key,
        name=card.name,
        home=card.home,
        health=said.health,
        reason=said.reason,
        last_poll=record.last_poll,
        last_good=record.last_good,
        last_new=record.last_new,
        since=since,
        authorities=card.authorities,
        national=card.national,
        rhythm=card.rhythm,
        caveats=card.caveats,
        licence=card.licence,
        permission=card.permission,
        permit=None
        if permit is None
        else PermitView(
            basis=permit.basis,
            robots_read=permit.robots_read,
            terms_read=permit.terms_read,
            by=permit.by,
            given=permit.given,
        ),
    )
