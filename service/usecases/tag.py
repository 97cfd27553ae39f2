"""Tag: judge trade and size of an opportunity as it stands, and write down everything lists filter by."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from service.domain.opportunity import Details
from service.domain.place import Place, place_of
from service.ports import Clock, Tagger
from service.usecases.ledger import OPPORTUNITY_RECORDED, OPPORTUNITY_TAGGED, Ledger, Transaction, Waiting
from service.usecases.steps import drain_batch


def place_in(details: Details) -> Place:
    """Where the work is, and how we know."""
    buyer = details.buyer
    return place_of(
        delivery_regions=details.delivery_regions,
        delivery_postcodes=details.delivery_postcodes,
        buyer_name=buyer.name if buyer else None,
        buyer_region=buyer.region if buyer else None,
        buyer_postcode=buyer.postcode if buyer else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Does the step for waiting revisions."""

    ledger: Ledger
    clock: Clock
    tagger: Tagger

    async def drain(self) -> int:
        """Tag the oldest waiting revisions; how many."""
        return await drain_batch(self.ledger, self.clock, kind=OPPORTUNITY_RECORDED, step="tag", handle=self._tag)

    async def _tag(self, transaction: Transaction, event: Waiting) -> None:
        identity = str(event.payload["opportunity"])
        opportunity = await transaction.opportunity(identity)
        if opportunity is None:
            return
        details = opportunity.state.details
        tags, place = await asyncio.to_thread(lambda: (self.tagger.tags(details), place_in(details)))
        await transaction.keep_tags(
            identity, tags=tags, place=place, state=opportunity.state, revision=opportunity.revision
        )
        subject = f"{identity}:{event.payload['revision']}"
        await transaction.emit(OPPORTUNITY_TAGGED, subject, event.payload, at=self.clock.now())
