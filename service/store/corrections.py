"""Corrections of tags as rows, and what the next training may learn from: them and the coded notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from service.domain.codec import state_from_json
from service.domain.correction import Correction, Example, Origin
from service.domain.opportunity import Details
from service.store.database import known_moment, stored
from service.store.session import table
from service.store.suppression import Suppressions
from service.store.tables import CorrectionRow, OpportunityRow

_CORRECTION, _OPPORTUNITY = table(CorrectionRow), table(OpportunityRow)
_AT_ONCE = 500


class Corrections(Suppressions):
    """What people said of wrong tags."""

    async def person_behind(self, address: str) -> str:
        """A hash that is the same for the same address and tells nobody what it is."""
        return await self._hash(address)

    async def keep_correction(self, said: Correction) -> None:
        """Write down a correction; a later word of the same person on the same opportunity replaces it."""
        await self.put(
            CorrectionRow,
            {
                "opportunity_id": said.opportunity,
                "person": said.person,
                "origin": said.origin.value,
                "sectors": " ".join(said.sectors),
                "not_sectors": " ".join(said.not_sectors),
                "at": stored(said.at),
            },
        )

    async def correction_of(self, opportunity: str, person: str) -> Correction | None:
        """What somebody said of the trade of an opportunity; None: nothing."""
        asked = select(_CORRECTION).where(_CORRECTION.c.opportunity_id == opportunity, _CORRECTION.c.person == person)
        row = (await self.connection.execute(asked)).one_or_none()
        return _correction(row) if row is not None else None

    async def corrections_since(self, person: str, since: datetime) -> int:
        """How many corrections of somebody were written down since a moment."""
        asked = select(func.count()).where(_CORRECTION.c.person == person, _CORRECTION.c.at >= stored(since))
        return (await self.connection.execute(asked)).scalar_one()

    async def corrected_examples(self) -> Sequence[Example]:
        """Every correction with the text it is about, oldest first; those of opportunities long gone are left out."""
        asked = (
            select(_CORRECTION, _OPPORTUNITY.c.state)
            .join(_OPPORTUNITY, _OPPORTUNITY.c.id == _CORRECTION.c.opportunity_id)
            .order_by(_CORRECTION.c.at, _CORRECTION.c.opportunity_id, _CORRECTION.c.person)
        )
        rows = await self._all(asked)
        return await asyncio.to_thread(lambda: [_example(row) for row in rows])

    async def coded(self) -> AsyncIterator[tuple[str, Details, str]]:
        """Every opportunity whose buyer gave codes: identity, details and the key of its source."""
        last = ""
        while True:
            asked = (
                select(_OPPORTUNITY.c.id, _OPPORTUNITY.c.state)
                .where(_OPPORTUNITY.c.id > last, _OPPORTUNITY.c.redirect_to == "")
                .order_by(_OPPORTUNITY.c.id)
                .limit(_AT_ONCE)
            )
            rows = await self._all(asked)
            for row in rows:
                state = state_from_json(row.state)
                if state.details.cpv:
                    yield row.id, state.details, state.source
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1].id


def _example(row: Row[Any]) -> Example:
    details = state_from_json(row.state).details
    return Example(correction=_correction(row), title=details.title, description=details.description)


def _correction(row: Row[Any]) -> Correction:
    return Correction(
        opportunity=row.opportunity_id,
        person=row.person,
        origin=Origin(row.origin),
        sectors=tuple(row.sectors.split()),
        not_sectors=tuple(row.not_sectors.split()),
        at=known_moment(row.at),
    )
