"""Notices as rows: stored once, never edited, each belonging to an opportunity."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from service.domain.notice import Notice
from service.store.database import known_moment, moment, stored
from service.store.session import Part, in_parts, table
from service.store.tables import BookmarkRow, NoticeRow, OpportunityRow
from service.usecases.ledger import Held

NOTICE, OPPORTUNITY = table(NoticeRow), table(OpportunityRow)


class Notices(Part):
    """What sources said, and how far each was read."""

    async def keep_notice(self, notice: Notice, *, set_aside: str) -> int | None:
        """Store a notice; its number, or None where the very same one was known."""
        return (await self.keep_notices([(notice, set_aside)]))[0]

    async def keep_notices(self, notices: Sequence[tuple[Notice, str]]) -> Sequence[int | None]:
        """Store notices, each with why it is set aside (""): the number of each, None where it was known before."""
        rows = await asyncio.to_thread(lambda: [_row(notice, set_aside) for notice, set_aside in notices])
        known_by = ("source", "source_id", "content_hash")
        new = await self.insert_each_numbered(NoticeRow, rows, known_by=known_by)
        # One that is there twice among these is new once.
        return [new.pop(tuple(row[name] for name in known_by), None) for row in rows]

    async def advance(self, source: str, bookmark: str, at: datetime) -> None:
        """Remember how far a source was read."""
        await self.put(BookmarkRow, {"source": source, "bookmark": bookmark, "moved": stored(at)})

    async def bookmark(self, source: str) -> str | None:
        """How far a source was read; None: never."""
        bookmarks = table(BookmarkRow)
        asked = select(bookmarks.c.bookmark).where(bookmarks.c.source == source)
        return (await self.connection.execute(asked)).scalar_one_or_none()

    async def notices(self, numbers: Sequence[int]) -> Mapping[int, Notice]:
        """Stored notices by their numbers."""
        rows: list[Row[Any]] = []
        for part in in_parts(numbers):
            rows += (await self.connection.execute(select(NOTICE).where(NOTICE.c.id.in_(part)))).all()
        return await asyncio.to_thread(lambda: {row.id: _notice(row) for row in rows})

    async def notices_of(self, opportunity: str) -> Sequence[Notice]:
        """Every notice of an opportunity, in the order in which they came."""
        return [held.notice for held in await self.notices_held([opportunity])]

    async def notices_held(self, opportunities: Sequence[str]) -> Sequence[Held]:
        """Every notice of some opportunities, in the order in which they came."""
        rows: list[Row[Any]] = []
        for part in in_parts(opportunities):
            asked = select(NOTICE).where(NOTICE.c.opportunity_id.in_(part)).order_by(NOTICE.c.id)
            rows += (await self.connection.execute(asked)).all()
        return await asyncio.to_thread(
            lambda: [Held(number=row.id, opportunity=row.opportunity_id, notice=_notice(row)) for row in rows]
        )

    async def expire_notices(self, *, before: datetime) -> int:
        """Drop the text of notices seen before a moment whose procurement was last heard of before it; how many.

        The row stays with its hash, so that the very same notice is still known when a source brings it again.
        """
        old = select(OPPORTUNITY.c.id).where(OPPORTUNITY.c.as_of < stored(before))
        result = await self.connection.execute(
            update(NOTICE)
            .where(NOTICE.c.seen < stored(before), NOTICE.c.form != "expired", NOTICE.c.opportunity_id.in_(old))
            .values(form="expired", body=zlib.compress(b""))
        )
        return int(result.rowcount)

    async def assign(self, owners: Mapping[int, str]) -> None:
        """Say which opportunity each notice belongs to."""
        if owners:
            await self.connection.execute(
                update(NOTICE).where(NOTICE.c.id == bindparam("number")).values(opportunity_id=bindparam("owner")),
                [{"number": number, "owner": owner} for number, owner in owners.items()],
            )


def _row(notice: Notice, set_aside: str) -> dict[str, Any]:
    return {
        "source": notice.source,
        "source_id": notice.source_id,
        "content_hash": notice.content_hash,
        "form": notice.form,
        "published": stored(notice.published),
        "seen": stored(notice.seen),
        "body": zlib.compress(notice.body, 6),
        "set_aside": set_aside,
        "opportunity_id": "",
    }


def _notice(row: Row[tuple[object, ...]]) -> Notice:
    return Notice(
        source=row.source,
        source_id=row.source_id,
        published=moment(row.published),
        seen=known_moment(row.seen),
        body=zlib.decompress(row.body),
        form=row.form,
    )
