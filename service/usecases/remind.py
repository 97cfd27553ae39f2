"""Remind: an alert for what is on a firm's list, still to be done, and closes within the time the firm asked for.

The alert is the promise: one for each firm, opportunity and closing date, whoever looks and how often. Whether it still
holds is asked again when its letter is written and when it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from service.domain.pursuit import Pursuit
from service.domain.rhythm import LEADS, Rhythm, reminder_due
from service.failpoints import reached
from service.ports import Clock
from service.usecases.hold import reminder_change
from service.usecases.ledger import ALERT_DUE, Ledger, NewAlert

#: A lead, and the longest run of days off by which a reminder comes earlier.
_AHEAD = timedelta(days=max(LEADS) + 7)

#: A reminder is made so long before it is due where it goes with a digest of the same morning.
_BEFORE_THE_DIGEST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """Looks through the lists of firms."""

    ledger: Ledger
    clock: Clock

    async def look(self) -> None:
        """Make the reminders that are due and not made."""
        now = self.clock.now()
        async with self.ledger.writing() as transaction:
            closing = await transaction.closing(since=now, until=now + _AHEAD)
            rhythms = await transaction.rhythms([each.firm for each, _ in closing])
            due = []
            for pursuit, closes in closing:
                rhythm = rhythms.get(pursuit.firm, Rhythm())
                moment = reminder_due(closes, rhythm, listed=pursuit.since)
                early = timedelta() if rhythm.pace == "at_once" else _BEFORE_THE_DIGEST
                if moment is not None and moment - early <= now:
                    due.append(_alert(pursuit, change=reminder_change(closes)))
            numbers = await transaction.keep_alerts(due, at=now)
            await transaction.emit_each(ALERT_DUE, [(str(number), {"alert": number}) for number in numbers], at=now)
            if numbers:
                reached("remind.before_commit")
        if numbers:
            reached("remind.committed")


def _alert(pursuit: Pursuit, *, change: str) -> NewAlert:
    return NewAlert(
        firm=pursuit.firm,
        opportunity=pursuit.opportunity,
        change=change,
        # a reminder tells of no revision: a change that comes with it is told apart
        revision=pursuit.revision,
        change_kind="",
        reasons=("you are bidding for it",) if pursuit.course == "bidding" else ("you saved it",),
        differences=(),
    )
