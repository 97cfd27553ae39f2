"""See as a supplier: what a small firm would think of a posting, before it is published."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from service.domain.opportunity import Details
from service.domain.posting import Draft, Terms
from service.domain.supplier_eye import Posted, SupplierEye, supplier_eye
from service.domain.wording import LONDON
from service.ports import Clock, Tagger


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeAsSupplier:
    """Looks at a posting with what the reader of facts finds in it."""

    #: Loaded when something is first judged.
    tagger: Callable[[], Tagger]
    clock: Clock

    async def look(self, draft: Draft, terms: Terms, details: Details) -> SupplierEye:
        """What a firm of five would find hard, dear or out of proportion; `details` are the posting's, as published."""
        asked = replace(details, conditions=terms.asks)
        tags = await asyncio.to_thread(lambda: self.tagger().tags(asked))
        posted = Posted(
            text=f"{terms.title}.\n{terms.description}\n{terms.asks}",
            worth=terms.worth,
            months=int(draft.months),
            starts=terms.starts,
            closes=terms.closes.astimezone(LONDON).date(),
            facts=tags.facts,
        )
        return supplier_eye(posted, today=self.clock.now().astimezone(LONDON).date())
