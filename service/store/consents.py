"""What firms agreed to, as rows that are added to and never rewritten while the firm is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from service.domain.consent import Consent
from service.store.database import known_moment, stored
from service.store.session import Part, table
from service.store.tables import ConsentRow

CONSENT = table(ConsentRow)


class Consents(Part):
    """What was agreed to."""

    async def keep_consent(self, firm: int, *, person: int, level: str, given: bool, text: str, at: datetime) -> None:
        """Keep one answer with the sentence as it was shown."""
        values = {"firm_id": firm, "person_id": person, "level": level, "given": given, "text": text, "at": stored(at)}
        await self.connection.execute(CONSENT.insert().values(**values))

    async def consents(self, firm: int) -> Sequence[Consent]:
        """Every answer of a firm, the oldest first."""
        asked = select(CONSENT).where(CONSENT.c.firm_id == firm).order_by(CONSENT.c.at, CONSENT.c.id)
        return [
            Consent(level=row.level, given=row.given, text=row.text, at=known_moment(row.at))
            for row in (await self.connection.execute(asked)).all()
        ]
