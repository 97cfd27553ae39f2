"""Match: which firms are to be told of an opportunity or of its change, committed with the reasons."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.matching import match
from service.domain.opportunity import FieldDifference, Opportunity
from service.domain.place import Place
from service.domain.tagging import Tags
from service.ports import Clock
from service.usecases.ledger import ALERT_DUE, OPPORTUNITY_TAGGED, Ledger, Subscriber, Transaction, Waiting
from service.usecases.steps import drain_batch
from service.usecases.tag import place_in

#: What was published longer ago than this is old news: nobody is told of it as new, nor of its changes.
FRESH = timedelta(days=14)
#: The same for what an import, a first poll or a back-fill brings.
FRESH_WHEN_QUIET = timedelta(days=7)

#: Kinds of change that are told even when the work is no longer open.
_ENDS = frozenset({"cancelled", "awarded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """Does the step for waiting tagged revisions."""

    ledger: Ledger
    clock: Clock

    async def drain(self) -> int:
        """Match the oldest waiting revisions; how many."""
        return await drain_batch(self.ledger, self.clock, kind=OPPORTUNITY_TAGGED, step="match", handle=self._match)

    async def _match(self, transaction: Transaction, event: Waiting) -> None:
        identity = str(event.payload["opportunity"])
        opportunity, tags = await transaction.opportunity(identity), await transaction.tags(identity)
        if opportunity is None or tags is None:
            return
        now = self.clock.now()
        told = await transaction.told(identity)
        fresh = FRESH_WHEN_QUIET if event.payload["quiet"] else FRESH
        if opportunity.state.as_of >= now - fresh:
            await self._tell_new(transaction, opportunity, tags, told=told, now=now)
            await self._tell_change(transaction, opportunity, number=int(event.payload["revision"]), told=told, now=now)

    async def _tell_new(
        self, transaction: Transaction, opportunity: Opportunity, tags: Tags, *, told: Mapping[int, int], now: datetime
    ) -> None:
        subscribers = [each for each in await transaction.subscribers() if each.firm not in told]
        place = place_in(opportunity.state.details)
        found = await asyncio.to_thread(_agreeing, subscribers, opportunity, tags, place, now)
        for firm, reasons in found:
            await self._alert(transaction, opportunity, firm=firm, change="new", kind="", reasons=reasons, shown=())

    async def _tell_change(
        self, transaction: Transaction, opportunity: Opportunity, *, number: int, told: Mapping[int, int], now: datetime
    ) -> None:
        record = await transaction.revision(opportunity.identity, number)
        if record is None or not record.change_kind:
            return
        if record.change_kind not in _ENDS and not opportunity.closes_after(now):
            return
        for firm, revision in told.items():
            if revision < number:
                await self._alert(
                    transaction,
                    opportunity,
                    firm=firm,
                    change=str(number),
                    kind=record.change_kind,
                    reasons=("we told you of this before",),
                    shown=record.differences,
                )

    async def _alert(
        self,
        transaction: Transaction,
        opportunity: Opportunity,
        *,
        firm: int,
        change: str,
        kind: str,
        reasons: Sequence[str],
        shown: Sequence[FieldDifference],
    ) -> None:
        now = self.clock.now()
        number = await transaction.keep_alert(
            firm=firm,
            opportunity=opportunity.identity,
            change=change,
            revision=opportunity.revision if change == "new" else int(change),
            change_kind=kind,
            reasons=reasons,
            differences=shown,
            at=now,
        )
        if number is not None:
            await transaction.emit(ALERT_DUE, str(number), {"alert": number}, at=now)


def _agreeing(
    subscribers: Sequence[Subscriber], opportunity: Opportunity, tags: Tags, place: Place, now: datetime
) -> list[tuple[int, tuple[str, ...]]]:
    """Firms with an interest that agrees, each with the reasons of the first such interest."""
    found = []
    state = opportunity.state
    for subscriber in subscribers:
        for interest in subscriber.interests:
            answer = match(
                interest,
                details=state.details,
                stage=state.stage,
                status=state.status,
                tags=tags,
                place=place,
                source=state.source,
                now=now,
            )
            if answer.matched:
                found.append((subscriber.firm, answer.reasons))
                break
    return found
