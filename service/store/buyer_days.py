"""Days on which firms meet public buyers, as rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from service.domain.buyer_day import BuyerDay
from service.store.database import known_moment, stored
from service.store.session import Part, table
from service.store.tables import BuyerDayRow, OrganisationRow

DAY, ORGANISATION = table(BuyerDayRow), table(OrganisationRow)


class BuyerDays(Part):
    """What organisations enter."""

    async def keep_buyer_day(self, day: BuyerDay) -> int:
        """Add a day; its number."""
        values = {
            "organisation_id": day.organisation,
            "title": day.title,
            "begins": stored(day.begins),
            "ends": stored(day.ends),
            "place": day.place,
            "url": day.url,
            "changed": stored(day.changed),
        }
        number = await self.insert_numbered(BuyerDayRow, values)
        if number is None:  # pragma: no cover - there is no unique key to collide with
            raise LookupError
        return number

    async def drop_buyer_day(self, number: int, *, organisations: Collection[int]) -> bool:
        """Take a day of one of these organisations off; False where there is none."""
        gone = await self.connection.execute(
            delete(DAY).where(DAY.c.id == number, DAY.c.organisation_id.in_(organisations))
        )
        return bool(gone.rowcount)

    async def buyer_days(
        self, *, after: datetime, most: int, organisations: Collection[int] | None = None
    ) -> Sequence[BuyerDay]:
        """Days that end after a moment, the soonest first; of some organisations (None: of any)."""
        asked: Any = (
            select(DAY, ORGANISATION.c.name)
            .join(ORGANISATION, ORGANISATION.c.id == DAY.c.organisation_id)
            .where(DAY.c.ends > stored(after))
            .order_by(DAY.c.begins, DAY.c.id)
            .limit(most)
        )
        if organisations is not None:
            asked = asked.where(DAY.c.organisation_id.in_(organisations))
        return [
            BuyerDay(
                number=row.id,
                organisation=row.organisation_id,
                organiser=row.name,
                title=row.title,
                begins=known_moment(row.begins),
                ends=known_moment(row.ends),
                place=row.place,
                url=row.url,
                changed=known_moment(row.changed),
            )
            for row in await self._all(asked)
        ]
