"""Whether notices still become messages: what a copy that has fallen silent says of itself.

Silence is judged by the copy's own past, so a small copy with one alert a month is not called broken each week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.wording import count_words, moment_words
from service.domain.working_days import working_days_since

#: What the copy is judged by, and on how many of those days alerts were made before it counts as busy.
LOOKED_BACK = timedelta(days=28)
BUSY_DAYS = 8
#: Working days without an alert after which a busy copy is silent.
SILENT_AFTER = 3
#: The canary is looked at four times an hour.
CANARY_LATE = timedelta(hours=1)
#: Every source that answers is asked at least this often.
UNREAD_AFTER = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How the flow fares. None: never.

    Attributes:
        firms: firms whose alerts are on.
        busy_days: on how many days of LOOKED_BACK before the last alert alerts were made.
        last_alert: when the newest alert was made.
        last_sent: when the newest message that went out was written.
        last_read: when any source was last read well.
        canary_at: when the sample notice last walked.
        canary_good: when it last arrived.
        canary_trouble: where it was lost; "" where it arrived.
    """

    firms: int
    busy_days: int
    last_alert: datetime | None
    last_sent: datetime | None
    last_read: datetime | None
    canary_at: datetime | None
    canary_good: datetime | None
    canary_trouble: str


def flow_troubles(flow: Flow, *, now: datetime) -> list[str]:
    """What is wrong, each in a sentence."""
    found = []
    if flow.canary_trouble:
        found.append(f"A made-up notice does not come through the flow: {flow.canary_trouble}.")
    elif flow.canary_at is not None and now - flow.canary_at > CANARY_LATE:
        found.append(f"No worker has let the sample notice walk since {moment_words(flow.canary_at, now=now)}.")
    if flow.last_read is not None and now - flow.last_read > UNREAD_AFTER:
        found.append(f"No source has been read since {moment_words(flow.last_read, now=now)}.")
    if flow.firms and flow.last_alert is not None and flow.busy_days >= BUSY_DAYS:
        quiet = working_days_since(flow.last_alert, now=now)
        if quiet > SILENT_AFTER:
            days = count_words(quiet, "working day", "working days")
            found.append(
                f"No alert has been made for {days}, where they were made on {flow.busy_days} days of the four weeks "
                "before."
            )
    return found
