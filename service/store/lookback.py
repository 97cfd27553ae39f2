"""What was published lately, to be matched again for a preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from service.store.database import stored
from service.store.reading import OPPORTUNITY, Listed, listed_of
from service.store.recorded import REVISION
from service.store.session import Part

#: Rows read in one statement: databases limit how many values one may carry.
_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An opportunity and which state of it there is."""

    identity: str
    revision: int
    first_published: str


class Lookback(Part):
    """Questions about the last weeks."""

    async def marks_since(self, since: datetime, *, most: int) -> Sequence[Mark]:
        """What was first published since a moment and is judged, the newest first."""
        asked = (
            select(OPPORTUNITY.c.id, OPPORTUNITY.c.tagged_revision, OPPORTUNITY.c.first_published)
            .where(
                OPPORTUNITY.c.first_published >= stored(since),
                OPPORTUNITY.c.redirect_to == "",
                OPPORTUNITY.c.tagged_revision > 0,
            )
            .order_by(OPPORTUNITY.c.first_published.desc(), OPPORTUNITY.c.id.desc())
            .limit(most)
        )
        return [
            Mark(identity=row.id, revision=row.tagged_revision, first_published=row.first_published)
            for row in (await self.connection.execute(asked)).all()
        ]

    async def listed_all(self, identities: Sequence[str]) -> Sequence[Listed]:
        """These opportunities, in no order."""
        found: list[Listed] = []
        for start in range(0, len(identities), _AT_ONCE):
            asked = select(OPPORTUNITY).where(OPPORTUNITY.c.id.in_(identities[start : start + _AT_ONCE]))
            found.extend(listed_of(row) for row in (await self.connection.execute(asked)).all())
        return found

    async def ended_since(self, since: datetime) -> set[str]:
        """The opportunities that were awarded or cancelled since a moment, and so were open before."""
        asked = select(REVISION.c.opportunity_id).where(
            REVISION.c.change_kind.in_(("awarded", "cancelled")), REVISION.c.as_of >= stored(since)
        )
        return set((await self.connection.execute(asked)).scalars())
