"""Tag: judge trade and size of an opportunity as it stands, and write down everything lists filter by."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.opportunity import Opportunity
from service.domain.place import place_in
from service.ports import Clock, Tagger
from service.usecases.ledger import OPPORTUNITY_RECORDED, OPPORTUNITY_TAGGED, Judged, Ledger, Transaction, Waiting
from service.usecases.steps import drain_batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Does the step for waiting revisions."""

    ledger: Ledger
    clock: Clock
    tagger: Tagger

    async def drain(self) -> int:
        """Tag the oldest waiting revisions; how many."""
        return await drain_batch(self.ledger, self.clock, kind=OPPORTUNITY_RECORDED, step="tag", handle=self._tag)

    async def _tag(self, transaction: Transaction, events: Sequence[Waiting]) -> None:
        opportunities = await transaction.opportunities([str(event.payload["opportunity"]) for event in events])
        judged = await asyncio.to_thread(lambda: [self._judged(each) for each in opportunities.values()])
        await transaction.keep_judged(judged)
        known = [event for event in events if event.payload["opportunity"] in opportunities]
        tagged = [(f"{event.payload['opportunity']}:{event.payload['revision']}", event.payload) for event in known]
        await transaction.emit_each(OPPORTUNITY_TAGGED, tagged, at=self.clock.now())

    def _judged(self, opportunity: Opportunity) -> Judged:
        details = opportunity.state.details
        return Judged(
            identity=opportunity.identity,
            tags=self.tagger.tags(details),
            place=place_in(details),
            state=opportunity.state,
            revision=opportunity.revision,
        )
