"""Match: which firms are to be told of an opportunity or of its change, committed with the reasons."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.domain.opportunity import Opportunity
from service.domain.subject import subject_in
from service.ports import Clock
from service.usecases.ledger import (
    ALERT_DUE,
    OPPORTUNITY_TAGGED,
    Ledger,
    NewAlert,
    RevisionRecord,
    Transaction,
    Waiting,
)
from service.usecases.standing import StandingInterests
from service.usecases.steps import drain_batch

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
    standing: StandingInterests = field(default_factory=StandingInterests)

    async def drain(self) -> int:
        """Match the oldest waiting revisions; how many."""
        return await drain_batch(self.ledger, self.clock, kind=OPPORTUNITY_TAGGED, step="match", handle=self._match)

    async def _match(self, transaction: Transaction, events: Sequence[Waiting]) -> None:
        about = [str(event.payload["opportunity"]) for event in events]
        opportunities, tags = await transaction.opportunities(about), await transaction.tags_of(about)
        told = {identity: dict(firms) for identity, firms in (await transaction.told(about)).items()}
        listed = await transaction.pursuits_about(about)
        for pursuit in listed:  # what is on a list is followed without an alert too
            told.setdefault(pursuit.opportunity, {}).setdefault(pursuit.firm, pursuit.revision)
        numbered = [(str(event.payload["opportunity"]), int(event.payload["revision"])) for event in events]
        revisions = await transaction.revisions_of(numbered)
        interests = await self.standing.index(transaction)
        now = self.clock.now()

        def think() -> list[NewAlert]:
            due: list[NewAlert] = []
            for event, (identity, number) in zip(events, numbered, strict=True):
                fresh = FRESH_WHEN_QUIET if event.payload["quiet"] else FRESH
                opportunity = opportunities.get(identity)
                if (
                    event.payload.get("silent")
                    or opportunity is None
                    or identity not in tags
                    or opportunity.state.as_of < now - fresh
                ):
                    continue
                known = told.setdefault(identity, {})
                lists = {each.firm for each in listed if each.opportunity == identity}
                record = revisions.get((identity, number))
                changes = _changes(opportunity, number, record, told=known, lists=lists, now=now)
                found = interests.agreeing(subject_in(opportunity.state, tags[identity]), now=now)
                news = [
                    _alert(opportunity, firm=each.firm, change="new", reasons=each.reasons)
                    for each in found
                    if each.firm not in known
                ]
                # A later event of this batch about the same opportunity is to find them told.
                known |= {each.firm: each.revision for each in (*news, *changes)}
                due += [*news, *changes]
            return due

        numbers = await transaction.keep_alerts(await asyncio.to_thread(think), at=now)
        await transaction.emit_each(ALERT_DUE, [(str(number), {"alert": number}) for number in numbers], at=now)


def _changes(
    opportunity: Opportunity,
    number: int,
    record: RevisionRecord | None,
    *,
    told: Mapping[int, int],
    lists: Collection[int],
    now: datetime,
) -> list[NewAlert]:
    """What those who were told of an opportunity, or have it on their lists, hear of one of its revisions."""
    if record is None or not record.change_kind:
        return []
    if record.change_kind not in _ENDS and not opportunity.closes_after(now):
        return []
    return [
        _alert(
            opportunity,
            firm=firm,
            change=str(number),
            reasons=("it is on your list",) if firm in lists else ("we told you of this before",),
            record=record,
        )
        for firm, revision in told.items()
        if revision < number
    ]


def _alert(
    opportunity: Opportunity,
    *,
    firm: int,
    change: str,
    reasons: tuple[str, ...],
    record: RevisionRecord | None = None,
) -> NewAlert:
    return NewAlert(
        firm=firm,
        opportunity=opportunity.identity,
        change=change,
        revision=opportunity.revision if record is None else record.number,
        change_kind="" if record is None else record.change_kind,
        reasons=reasons,
        differences=() if record is None else record.differences,
    )
