"""Awarded contracts by the day they end, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from service.store.session import Part, table
from service.store.tables import ContractEndRow, OpportunityRow, TickRow
from service.usecases.radar import NATIONWIDE, ContractEnd, Ending

_END, _OPPORTUNITY, _TICK = table(ContractEndRow), table(OpportunityRow), table(TickRow)
_LONDON = "london"
#: Beginning of the GSS code of every London borough and the City.
_LONDON_CODES = " E09"


class Contracts(Part):
    """When contracts end."""

    async def unnoted_contracts(self, *, most: int) -> Sequence[str]:
        """Awarded opportunities whose end was not worked out yet, or from an older revision."""
        asked = (
            select(_OPPORTUNITY.c.id)
            .outerjoin(_END, _END.c.opportunity_id == _OPPORTUNITY.c.id)
            .where(_OPPORTUNITY.c.status == "awarded", _OPPORTUNITY.c.redirect_to == "")
            .where(_OPPORTUNITY.c.tagged_revision > 0)
            .where(or_(_END.c.revision.is_(None), _END.c.revision < _OPPORTUNITY.c.tagged_revision))
            .order_by(_OPPORTUNITY.c.id)
            .limit(most)
        )
        return list((await self.connection.execute(asked)).scalars())

    async def keep_contract_ends(self, ends: Sequence[ContractEnd]) -> None:
        """Write down when contracts end."""
        await self.put_each(
            ContractEndRow,
            [
                {
                    "opportunity_id": each.opportunity,
                    "revision": each.revision,
                    "ends": each.ends.isoformat() if each.ends else "",
                    "sectors": _padded(each.sectors),
                    "areas": _padded(each.areas),
                }
                for each in ends
            ],
        )

    async def ending(
        self,
        *,
        first: date,
        last: date,
        sector: str = "",
        area: str = "",
        most: int = 1_000,
        after: int = 0,
    ) -> Sequence[Ending]:
        """Contracts that end between two days, the soonest first; only of a sector or area where one is named.

        `area`: the GSS code of a borough, or "london" for any of them and for what may be done anywhere.
        """
        asked = (
            select(_END.c.opportunity_id, _END.c.ends)
            .join(_OPPORTUNITY, _OPPORTUNITY.c.id == _END.c.opportunity_id)
            .where(_ends_between(first, last, sector=sector, area=area))
            .order_by(_END.c.ends, _END.c.opportunity_id)
            .limit(most)
            .offset(after)
        )
        rows = await self._all(asked)
        return [Ending(opportunity=row.opportunity_id, ends=date.fromisoformat(row.ends)) for row in rows]

    async def ending_total(self, *, first: date, last: date, sector: str = "", area: str = "") -> int:
        """How many there are in all."""
        asked = (
            select(func.count())
            .select_from(_END)
            .join(_OPPORTUNITY, _OPPORTUNITY.c.id == _END.c.opportunity_id)
            .where(_ends_between(first, last, sector=sector, area=area))
        )
        return (await self.connection.execute(asked)).scalar_one()

    async def was_ticked(self, job: str, due_at: str) -> bool:
        """Whether a job was done for a time."""
        asked = select(_TICK.c.job).where(_TICK.c.job == job, _TICK.c.due_at == due_at)
        return (await self.connection.execute(asked)).one_or_none() is not None

    async def tick(self, job: str, due_at: str) -> None:
        """Say that a job is done for a time."""
        await self.insert_once(TickRow, {"job": job, "due_at": due_at})


def _ends_between(first: date, last: date, *, sector: str, area: str) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [
        _END.c.ends >= first.isoformat(),
        _END.c.ends <= last.isoformat(),
        _OPPORTUNITY.c.status == "awarded",
        _OPPORTUNITY.c.redirect_to == "",
    ]
    if sector:
        conditions.append(_has(_END.c.sectors, sector))
    if area == _LONDON:
        conditions.append(or_(_END.c.areas.contains(_LONDON_CODES, autoescape=True), _has(_END.c.areas, NATIONWIDE)))
    elif area:
        conditions.append(_has(_END.c.areas, area))
    return and_(*conditions)


def _has(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    return column.contains(f" {word} ", autoescape=True)


def _padded(words: Sequence[str]) -> str:
    return f" {' '.join(words)} " if words else ""
