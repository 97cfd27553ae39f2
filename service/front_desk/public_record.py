"""The public record of the service itself: its sources, its programmes, whether it can do its work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from service.domain.programme import Programme, is_sendable, shipped_programmes
from service.domain.wording import LONDON, count_words
from service.front_desk.room import Room
from service.store.polls import Polls
from service.store.reading import Reading
from service.web.desk import Readiness
from service.web.view import SourceView

#: How long a message may wait before something is wrong.
_OVERDUE = timedelta(minutes=15)
#: Seconds the database may take to answer whether it can be written.
_PATIENCE = 5.0


class PublicRecord(Room):
    """What anyone may know of how the service fares."""

    async def sources(self) -> Sequence[SourceView]:
        """Every source this copy has, with what came of asking it."""
        health = await Polls(self._database).health()
        views = []
        for key, source in sorted(self._sources.items()):
            card, known = source.card, health.get(key)
            views.append(
                SourceView(
                    key=key,
                    name=card.name,
                    home=card.home,
                    health=known.health if known else "never",  # type: ignore[arg-type]  # written from the same words
                    reason=known.reason if known else "",
                    last_poll=known.last_poll if known else None,
                    last_new=known.last_new if known else None,
                    authorities=(),
                    rhythm=card.rhythm,
                    caveats=card.caveats,
                    licence=card.licence,
                )
            )
        return views

    async def programmes(self) -> Sequence[Programme]:
        """The programmes that may be put before people today."""
        today = self.now().astimezone(LONDON).date()
        return [programme for programme in shipped_programmes() if is_sendable(programme, today)]

    async def readiness(self) -> Readiness:
        """Whether the database can be written and nothing waits too long."""
        now = self.now()
        try:
            async with asyncio.timeout(_PATIENCE), self._database.writing() as connection:
                reading = Reading(connection)
                await reading.prove_writing(now)
                late = await reading.overdue_messages(now=now, by=_OVERDUE)
                parked = await reading.parked_events()
        except (SQLAlchemyError, OSError, TimeoutError):
            return Readiness(troubles=("The database cannot be written.",))
        troubles = []
        if late:
            troubles.append(f"{count_words(late, 'message', 'messages')} waited for more than 15 minutes.")
        if parked:
            troubles.append(f"{count_words(parked, 'event was', 'events were')} put aside after failing too often.")
        return Readiness(troubles=tuple(troubles))
