"""Firms, their interests and what they are told, as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from service.domain.codec import interest_from_json
from service.domain.interest import Interest
from service.domain.opportunity import FieldDifference
from service.store.database import stored
from service.store.recorded import differences_from_json, differences_to_json
from service.store.session import Part, table
from service.store.tables import AlertRow, DestinationRow, FirmRow, InterestRow
from service.usecases.ledger import Alert, Subscriber, Target

FIRM, INTEREST, DESTINATION, ALERT = table(FirmRow), table(InterestRow), table(DestinationRow), table(AlertRow)


class Alerts(Part):
    """Who is told of what."""

    async def subscribers(self) -> Sequence[Subscriber]:
        """Every active firm."""
        asked = (
            select(FIRM.c.id, FIRM.c.size, INTEREST.c.interest)
            .join(INTEREST, INTEREST.c.firm_id == FIRM.c.id)
            .where(FIRM.c.state == "active")
            .order_by(FIRM.c.id, INTEREST.c.id)
        )
        interests: dict[tuple[int, str], list[Interest]] = {}
        for row in (await self.connection.execute(asked)).all():
            interests.setdefault((row.id, row.size), []).append(interest_from_json(row.interest))
        return [Subscriber(firm=firm, size=size, interests=tuple(all_)) for (firm, size), all_ in interests.items()]

    async def told(self, opportunity: str) -> Mapping[int, int]:
        """Firms that have the "new" alert of an opportunity, each with the newest revision it was told of."""
        asked = (
            select(ALERT.c.firm_id, func.max(ALERT.c.revision).label("revision"))
            .where(ALERT.c.opportunity_id == opportunity, ALERT.c.dropped == "")
            .group_by(ALERT.c.firm_id)
        )
        return {row.firm_id: row.revision for row in (await self.connection.execute(asked)).all()}

    async def keep_alert(
        self,
        *,
        firm: int,
        opportunity: str,
        change: str,
        revision: int,
        change_kind: str,
        reasons: Sequence[str],
        differences: Sequence[FieldDifference],
        at: datetime,
    ) -> int | None:
        """Store an alert; None where it was there."""
        return await self.insert_numbered(
            AlertRow,
            {
                "firm_id": firm,
                "opportunity_id": opportunity,
                "change": change,
                "revision": revision,
                "change_kind": change_kind,
                "reasons": json.dumps(list(reasons), ensure_ascii=False),
                "differences": differences_to_json(differences),
                "created": stored(at),
                "dropped": "",
            },
        )

    async def alert(self, identity: int) -> Alert:
        """One alert."""
        row = (await self.connection.execute(select(ALERT).where(ALERT.c.id == identity))).one()
        return Alert(
            identity=row.id,
            firm=row.firm_id,
            opportunity=row.opportunity_id,
            change=row.change,
            revision=row.revision,
            change_kind=row.change_kind,
            reasons=tuple(json.loads(row.reasons)),
            differences=differences_from_json(row.differences),
        )

    async def drop_alert(self, identity: int, *, reason: str) -> None:
        """Say why an alert is not told."""
        await self.connection.execute(update(ALERT).where(ALERT.c.id == identity).values(dropped=reason))

    async def targets(self, firm: int) -> Sequence[Target]:
        """Open destinations of an active firm; none for any other."""
        asked = (
            select(DESTINATION.c.id, DESTINATION.c.channel, DESTINATION.c.address)
            .join(FIRM, FIRM.c.id == DESTINATION.c.firm_id)
            .where(FIRM.c.id == firm, FIRM.c.state == "active", DESTINATION.c.closed == "")
            .order_by(DESTINATION.c.id)
        )
        rows = (await self.connection.execute(asked)).all()
        return [Target(identity=row.id, channel=row.channel, address=row.address) for row in rows]

    async def firm_of(self, firm: int) -> tuple[str, str]:
        """The firm's size and the secret of its links."""
        row = (await self.connection.execute(select(FIRM.c.size, FIRM.c.secret).where(FIRM.c.id == firm))).one()
        return row.size, row.secret
