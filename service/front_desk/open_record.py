"""The open record: everything we hold of a procurement with its notices, page by page, for those who take all of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from sqlalchemy import select

from service.domain.notice import SetAside
from service.domain.open_release import Told
from service.domain.opportunity import Key, Stage
from service.domain.posting_release import SOURCE as POSTINGS
from service.domain.union import SOURCES as UNION
from service.front_desk.room import Room
from service.store.ledger import SqlTransaction
from service.store.reading import OPPORTUNITY, Reading
from service.store.session import table
from service.store.tables import OpportunityKeyRow
from service.usecases.ledger import Held
from service.web.desk import OpenRecord

_KEY = table(OpportunityKeyRow)


class OpenRecordRoom(Room):
    """What anyone may take, all of it."""

    async def open_record(self, *, after: str, size: int) -> tuple[Sequence[OpenRecord], str]:
        """Opportunities after an id, in the order of their ids, with their keys and notices; not those joined away.

        The id with which the next begin, "" at the end, comes with them.
        Contracts of the European journal are left out: it publishes them itself, under a licence of its own.
        """
        async with self._database.reading() as connection:
            asked = (
                select(OPPORTUNITY.c.id)
                .where(OPPORTUNITY.c.id > after, OPPORTUNITY.c.redirect_to == "")
                .order_by(OPPORTUNITY.c.id)
                .limit(size)
            )
            identities = list((await connection.execute(asked)).scalars())
            listed = await Reading(connection).in_order(identities)
            held = await SqlTransaction(connection).notices_held(identities)
            rows = (await connection.execute(select(_KEY).where(_KEY.c.opportunity_id.in_(identities)))).all()
        keys: dict[str, list[Key]] = {}
        for row in sorted(rows, key=lambda each: (each.scheme, each.key)):
            keys.setdefault(row.opportunity_id, []).append(Key(scheme=row.scheme, value=row.key))
        told = await asyncio.to_thread(lambda: [(each.opportunity, self._told(each)) for each in held])
        found = [
            OpenRecord(
                opportunity=each.opportunity,
                keys=tuple(keys.get(each.opportunity.identity, ())),
                notices=tuple(notice for owner, notice in told if owner == each.opportunity.identity),
            )
            for each in listed
            if each.opportunity.state.source not in UNION
        ]
        return found, identities[-1] if len(identities) == size else ""

    def _told(self, held: Held) -> Told:
        """A notice by its address, and in full where it is our own."""
        notice = held.notice
        source = self._sources.get(notice.source)
        read = source.read(notice) if source else None
        reading = None if isinstance(read, SetAside) else read
        return Told(
            source=notice.source,
            notice_id=notice.source_id,
            published=notice.published or notice.seen,
            url=reading.details.official_url if reading else "",
            stage=reading.stage if reading else Stage.OTHER,
            release=json.loads(notice.body) if notice.source == POSTINGS and notice.body else None,
        )
