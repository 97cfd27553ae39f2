"""Firms, their interests and what they are told, as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, or_, select, update

from service.domain.codec import interest_from_json, restored
from service.domain.interest import Interest
from service.domain.profile import Profile
from service.store.database import stored
from service.store.recorded import differences_from_json, differences_to_json
from service.store.session import Part, in_parts, table
from service.store.tables import (
    AlertRow,
    ChangesRow,
    ChannelChoiceRow,
    DestinationRow,
    FirmRow,
    InterestRow,
    OpportunityRow,
    ProfileRow,
)
from service.usecases.ledger import Alert, NewAlert, Reach, Subscriber, Target

FIRM, INTEREST, DESTINATION, ALERT = table(FirmRow), table(InterestRow), table(DestinationRow), table(AlertRow)
CHANGES, OPPORTUNITY, CHOICE = table(ChangesRow), table(OpportunityRow), table(ChannelChoiceRow)
PROFILE = table(ProfileRow)


class Alerts(Part):
    """Who is told of what."""

    async def interest_changes(self) -> int:
        """How often firms and interests have changed; greater after every change, by whomever it was made."""
        asked = select(CHANGES.c.number).where(CHANGES.c.subject == "interests")
        number: int = (await self.connection.execute(asked)).scalar_one()
        return number

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

    async def told(self, opportunities: Sequence[str]) -> Mapping[str, Mapping[int, int]]:
        """For each opportunity the firms that have an alert of it, each with the newest revision it was told of."""
        found: dict[str, dict[int, int]] = {}
        for part in in_parts(dict.fromkeys(opportunities)):
            # What was joined into one of these was told of as it: nobody is told again.
            into = case((OPPORTUNITY.c.redirect_to != "", OPPORTUNITY.c.redirect_to), else_=OPPORTUNITY.c.id)
            asked = (
                select(into.label("about"), ALERT.c.firm_id, func.max(ALERT.c.revision).label("revision"))
                .join(OPPORTUNITY, OPPORTUNITY.c.id == ALERT.c.opportunity_id)
                .where(
                    or_(OPPORTUNITY.c.id.in_(part), OPPORTUNITY.c.redirect_to.in_(part)),
                    ALERT.c.dropped == "",
                    ALERT.c.change.not_like("ending:%"),
                )
                .group_by(into, ALERT.c.firm_id)
            )
            for row in (await self.connection.execute(asked)).all():
                found.setdefault(row.about, {})[row.firm_id] = row.revision
        return found

    async def told_of_endings(self, firm: int) -> frozenset[tuple[str, str]]:
        """Endings of contracts a firm was told of: opportunity and change. They are no part of `told`."""
        asked = select(ALERT.c.opportunity_id, ALERT.c.change).where(
            ALERT.c.firm_id == firm, ALERT.c.change.like("ending:%")
        )
        return frozenset((row.opportunity_id, row.change) for row in await self._all(asked))

    async def keep_alerts(self, alerts: Sequence[NewAlert], *, at: datetime) -> Sequence[int]:
        """Store alerts; the numbers of those that were not there, in the order given."""
        rows = [
            {
                "firm_id": each.firm,
                "opportunity_id": each.opportunity,
                "change": each.change,
                "revision": each.revision,
                "change_kind": each.change_kind,
                "reasons": json.dumps(list(each.reasons), ensure_ascii=False),
                "differences": differences_to_json(each.differences),
                "created": stored(at),
                "dropped": "",
            }
            for each in alerts
        ]
        return sorted(
            (await self.insert_each_numbered(AlertRow, rows, known_by=("firm_id", "opportunity_id", "change"))).values()
        )

    async def alerts(self, identities: Sequence[int]) -> Sequence[Alert]:
        """Alerts by their numbers, in the order of these."""
        rows: list[Row[Any]] = []
        for part in in_parts(identities):
            rows += (await self.connection.execute(select(ALERT).where(ALERT.c.id.in_(part)))).all()
        return [
            Alert(
                identity=row.id,
                firm=row.firm_id,
                opportunity=row.opportunity_id,
                change=row.change,
                revision=row.revision,
                change_kind=row.change_kind,
                reasons=tuple(json.loads(row.reasons)),
                differences=differences_from_json(row.differences),
            )
            for row in sorted(rows, key=lambda row: int(row.id))
        ]

    async def drop_alert(self, identity: int, *, reason: str) -> None:
        """Say why an alert is not told."""
        await self.connection.execute(update(ALERT).where(ALERT.c.id == identity).values(dropped=reason))

    async def reach(self, firms: Sequence[int]) -> Mapping[int, Reach]:
        """How active firms are reached: by the channel they chose, else by every one. Who has none is left out."""
        found: dict[int, Reach] = {}
        for part in in_parts(dict.fromkeys(firms)):
            asked = (
                select(FIRM.c.id, FIRM.c.size, FIRM.c.secret, DESTINATION.c.id.label("target"))
                .add_columns(DESTINATION.c.channel, DESTINATION.c.address, CHOICE.c.channel.label("told_by"))
                .join(DESTINATION, DESTINATION.c.firm_id == FIRM.c.id)
                .add_columns(PROFILE.c.profile)
                .outerjoin(PROFILE, PROFILE.c.firm_id == FIRM.c.id)
                .outerjoin(CHOICE, CHOICE.c.firm_id == FIRM.c.id)
                .where(FIRM.c.id.in_(part), FIRM.c.state == "active", DESTINATION.c.closed == "")
                .order_by(FIRM.c.id, DESTINATION.c.id)
            )
            rows = (await self.connection.execute(asked)).all()
            heard = {row.id for row in rows if row.channel == row.told_by}
            for row in rows:
                # A choice that leaves nothing open, as when somebody blocks the bot, must not mean silence.
                if row.id in heard and row.channel != row.told_by:
                    continue
                target = Target(identity=row.target, channel=row.channel, address=row.address)
                before = found[row.id].targets if row.id in found else ()
                profile = found[row.id].profile if row.id in found else _profile(row.profile)
                found[row.id] = Reach(size=row.size, secret=row.secret, targets=(*before, target), profile=profile)
        return found


def _profile(kept: str | None) -> Profile:
    return restored(json.loads(kept), Profile) if kept else Profile()
