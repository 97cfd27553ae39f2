"""What is known of a notice somebody asks for by a number or an address, and whether a firm was told of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from service.store.alerts import ALERT, FIRM
from service.store.database import known_moment, moment
from service.store.messages import DELIVERY, MESSAGE
from service.store.reading import OPPORTUNITY
from service.store.recorded import REVISION
from service.store.session import Part, in_parts, table
from service.store.tables import NoticeRow, OpportunityKeyRow

_NOTICE, _KEY = table(NoticeRow), table(OpportunityKeyRow)
_MOST_FOUND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenNotice:
    """A notice that goes by a name: when it came, why it is set aside ("": it is not), its opportunity ("": none)."""

    source: str
    source_id: str
    seen: datetime
    set_aside: str
    opportunity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Whether a firm was told of an opportunity. None: it was not, or not yet."""

    decided: datetime
    #: Why it was not told after all; "" where it was or will be.
    dropped: str
    sent: datetime | None
    #: How the message stands: waiting, sending, sent, refused, ... ; "" where there is none yet.
    state: str
    #: What was said when the message was not sent.
    said: str


class Asked(Part):
    """Questions about one notice."""

    async def opportunities_named(self, names: Sequence[str], sources: Collection[str]) -> Sequence[str]:
        """Opportunities that go by one of these names, each as what it was joined into, the best name first."""
        rank: dict[str, int] = {}
        keys = {
            key: place for place, name in enumerate(names) for key in (name, *(f"{each}:{name}" for each in sources))
        }
        for part in in_parts(names):
            asked = select(OPPORTUNITY.c.id).where(OPPORTUNITY.c.id.in_(part))
            for identity in (await self.connection.execute(asked)).scalars():
                rank.setdefault(identity, names.index(identity))
        for part in in_parts(keys):
            for row in await self._all(select(_KEY.c.key, _KEY.c.opportunity_id).where(_KEY.c.key.in_(part))):
                rank[row.opportunity_id] = min(keys[row.key], rank.get(row.opportunity_id, len(names)))
        best = sorted(rank, key=lambda identity: rank[identity])[:_MOST_FOUND]
        into: dict[str, str] = {}
        for part in in_parts(best):
            redirects = select(OPPORTUNITY.c.id, OPPORTUNITY.c.redirect_to).where(OPPORTUNITY.c.id.in_(part))
            into |= {row.id: row.redirect_to or row.id for row in await self._all(redirects)}
        return list(dict.fromkeys(into[identity] for identity in best if identity in into))

    async def notices_named(self, names: Sequence[str], sources: Collection[str]) -> Sequence[SeenNotice]:
        """Notices whose source calls them by one of these names, the newest first."""
        asked = (
            select(_NOTICE.c.source, _NOTICE.c.source_id, _NOTICE.c.seen, _NOTICE.c.set_aside, _NOTICE.c.opportunity_id)
            .where(_NOTICE.c.source_id.in_(list(names)))
            .order_by(_NOTICE.c.id.desc())
            .limit(_MOST_FOUND)
        )
        if sources:  # the key of notices begins with the source
            asked = asked.where(_NOTICE.c.source.in_(sorted(sources)))
        return [
            SeenNotice(
                source=row.source,
                source_id=row.source_id,
                seen=known_moment(row.seen),
                set_aside=row.set_aside,
                opportunity=row.opportunity_id,
            )
            for row in await self._all(asked)
        ]

    async def was_ended(self, opportunity: str) -> bool:
        """Whether an opportunity was open before it was awarded or cancelled."""
        asked = (
            select(func.count())
            .select_from(REVISION)
            .where(REVISION.c.opportunity_id == opportunity, REVISION.c.change_kind.in_(("awarded", "cancelled")))
        )
        return bool((await self.connection.execute(asked)).scalar_one())

    async def told_firm(self, firm: int, opportunity: str) -> Told | None:
        """Whether a firm was told of an opportunity as new, and how far that got; None: it never was to be."""
        asked = select(ALERT).where(
            ALERT.c.firm_id == firm, ALERT.c.opportunity_id == opportunity, ALERT.c.change == "new"
        )
        alert = (await self.connection.execute(asked)).one_or_none()
        if alert is None:
            return None
        carried = (
            select(MESSAGE.c.state, MESSAGE.c.said, MESSAGE.c.created)
            .join(DELIVERY, DELIVERY.c.message_id == MESSAGE.c.id)
            .where(DELIVERY.c.alert_id == alert.id)
            .order_by(MESSAGE.c.id)
        )
        messages = await self._all(carried)
        best = next((row for row in messages if row.state == "sent"), messages[0] if messages else None)
        return Told(
            decided=known_moment(alert.created),
            dropped=alert.dropped,
            sent=known_moment(best.created) if best is not None and best.state == "sent" else None,
            state=best.state if best is not None else "",
            said=best.said if best is not None else "",
        )

    async def firm_began(self, firm: int) -> datetime | None:
        """When a firm confirmed; None: not yet."""
        asked = select(FIRM.c.confirmed).where(FIRM.c.id == firm)
        return moment((await self.connection.execute(asked)).scalar_one_or_none() or "")

    async def first_published(self, opportunity: str) -> datetime | None:
        """When an opportunity was first published; None: it is not there."""
        asked = select(OPPORTUNITY.c.first_published).where(OPPORTUNITY.c.id == opportunity)
        return moment((await self.connection.execute(asked)).scalar_one_or_none() or "")
