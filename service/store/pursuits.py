"""Lists of firms as rows: what each does about what it heard of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Row, case, delete, or_, select

from service.domain.pursuit import TO_DO, Course, Pursuit
from service.store.database import known_moment, stored
from service.store.session import Part, in_parts, table
from service.store.tables import FirmRow, OpportunityRow, PursuitRow

PURSUIT = table(PursuitRow)
_FIRM, _OPPORTUNITY = table(FirmRow), table(OpportunityRow)

#: What was joined into another is on the list as that one.
_INTO = case((_OPPORTUNITY.c.redirect_to != "", _OPPORTUNITY.c.redirect_to), else_=_OPPORTUNITY.c.id)
_LISTED = select(PURSUIT, _INTO.label("about")).join(_OPPORTUNITY, _OPPORTUNITY.c.id == PURSUIT.c.opportunity_id)


class Pursuits(Part):
    """What firms do about opportunities."""

    async def pursuits_about(self, opportunities: Sequence[str]) -> Sequence[Pursuit]:
        """Who has these on its list; what was joined into one of them counts as it."""
        found = []
        for part in in_parts(dict.fromkeys(opportunities)):
            either = or_(_OPPORTUNITY.c.id.in_(part), _OPPORTUNITY.c.redirect_to.in_(part))
            found += [_pursuit(row) for row in await self._all(_LISTED.where(either))]
        return _each_once(found)

    async def pursuits_of(self, firm: int) -> Sequence[Pursuit]:
        """A firm's list, what was changed last first."""
        rows = await self._all(_LISTED.where(PURSUIT.c.firm_id == firm).order_by(PURSUIT.c.changed.desc()))
        return _each_once([_pursuit(row) for row in rows])

    async def pursue(self, firm: int, opportunity: str, course: Course, *, revision: int, at: datetime) -> None:
        """Say what a firm does about an opportunity; since when and from which revision stay as they were."""
        values = {
            "firm_id": firm,
            "opportunity_id": opportunity,
            "course": course,
            "since": stored(at),
            "changed": stored(at),
            "revision": revision,
        }
        await self.put_each(PursuitRow, [values], but=("since", "revision"))

    async def leave(self, firm: int, opportunity: str) -> bool:
        """Take something off a firm's list, also where it stands there as what was joined into it."""
        joined = select(_OPPORTUNITY.c.id).where(_OPPORTUNITY.c.redirect_to == opportunity)
        gone = await self.connection.execute(
            delete(PURSUIT).where(
                PURSUIT.c.firm_id == firm,
                or_(PURSUIT.c.opportunity_id == opportunity, PURSUIT.c.opportunity_id.in_(joined)),
            )
        )
        return bool(gone.rowcount)

    async def closing(self, *, since: datetime, until: datetime) -> Sequence[tuple[Pursuit, datetime]]:
        """What is on lists of active firms, still to be done, open, and closes within a span; with the moment."""
        current = _OPPORTUNITY.alias("current")
        asked = (
            _LISTED.add_columns(current.c.closes)
            .join(current, current.c.id == _INTO)
            .join(_FIRM, _FIRM.c.id == PURSUIT.c.firm_id)
            .where(PURSUIT.c.course.in_(sorted(TO_DO)), _FIRM.c.state == "active")
            .where(current.c.status == "open", current.c.closes > stored(since), current.c.closes <= stored(until))
            .order_by(current.c.closes, PURSUIT.c.firm_id, current.c.id)
        )
        return [(_pursuit(row), known_moment(row.closes)) for row in await self._all(asked)]


def _each_once(pursuits: Sequence[Pursuit]) -> list[Pursuit]:
    """Each firm and opportunity once, as it was said last: two that were joined may both be on a list."""
    newest: dict[tuple[int, str], Pursuit] = {}
    for each in pursuits:
        key = each.firm, each.opportunity
        if key not in newest or newest[key].changed < each.changed:
            newest[key] = each
    return list(newest.values())


def _pursuit(row: Row[tuple[object, ...]]) -> Pursuit:
    return Pursuit(
        firm=row.firm_id,
        opportunity=row.about,
        course=cast("Course", row.course),
        since=known_moment(row.since),
        changed=known_moment(row.changed),
        revision=row.revision,
    )
