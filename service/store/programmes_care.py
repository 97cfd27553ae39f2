"""What is due for review and what came of asking for pages, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, select

from service.domain.programme_stand import Entry, EntryState
from service.store.database import known_moment, moment, stored
from service.store.programmes import ENTRY, ProgrammeEntries, asked_entries, entry_of
from service.store.session import in_parts, table
from service.store.tables import LinkCheckRow
from service.usecases.programmes_care import LinkSeen

LINK = table(LinkCheckRow)


class ProgrammeCare(ProgrammeEntries):
    """What care for the catalogue reads and writes."""

    async def entries_to_review(self, *, since: date, until: date) -> Sequence[Entry]:
        """Published entries whose review date lies between two days."""
        asked = asked_entries().where(
            ENTRY.c.live != "",
            ENTRY.c.state != EntryState.ENDED.value,
            ENTRY.c.review_by >= since.isoformat(),
            ENTRY.c.review_by <= until.isoformat(),
        )
        return [entry_of(row) for row in (await self.connection.execute(asked)).all()]

    async def entry_of_link(self, url: str) -> Entry | None:
        """A published entry that points to a page; None where none does."""
        for entry in await self.entries_seen():
            if entry.live is not None and entry.live.url == url and entry.state is not EntryState.ENDED:
                return entry
        return None

    async def links_seen(self) -> Mapping[str, LinkSeen]:
        """What came of asking for pages, by address."""
        return {
            row.url: LinkSeen(
                url=row.url,
                checked=known_moment(row.checked),
                said=row.said,
                since=moment(row.since),
                failures=row.failures,
            )
            for row in (await self.connection.execute(select(LINK))).all()
        }

    async def keep_link_seen(self, seen: LinkSeen) -> None:
        """Write down what came of asking."""
        values = {
            "url": seen.url,
            "checked": stored(seen.checked),
            "said": seen.said,
            "since": stored(seen.since),
            "failures": seen.failures,
        }
        await self.put(LinkCheckRow, values)

    async def forget_links(self, urls: Sequence[str]) -> None:
        """Nobody points to these any more."""
        for part in in_parts(urls):
            await self.connection.execute(delete(LINK).where(LINK.c.url.in_(part)))
