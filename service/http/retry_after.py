"""Read Retry-After as servers really write it, so that no answer can make us rude or put us to sleep for a year.

The header is seconds or an HTTP date (RFC 9110, section 10.2.3). Find a Tender sends `Retry-After: 120`, at times
nothing at all; elsewhere it is seen negative, fractional, absurd or plain junk.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: The longest wait we accept, in seconds (6 hours). A source that asks for more is asked again after this.
LONGEST = 6 * 60 * 60.0

_SECONDS = re.compile(r"\d+(?:\.\d*)?", re.ASCII)
#: No sane wait in seconds has more characters; it also keeps `float` away from megabytes of digits.
_LONGEST_TEXT = 64


def seconds_to_wait(said: str | None, *, now: datetime, default: float) -> float:
    """Return how many seconds to wait before asking again, between 0 and `LONGEST`.

    Args:
        said: the header's value; None when there was none.
        now: the present moment, aware, against which an HTTP date is read.
        default: seconds to wait when the header is missing, junk, negative or a moment already past. A past date
            more likely means that two clocks differ than that we may ask at once.
    """
    after = _seconds(said.strip(), now=now) if said is not None else None
    if after is None:
        after = default
    return min(max(after, 0.0), LONGEST)


def _seconds(said: str, *, now: datetime) -> float | None:
    """Return the seconds meant by a header value; None when it means nothing we can use."""
    if _SECONDS.fullmatch(said):
        return float(said) if len(said) <= _LONGEST_TEXT else LONGEST
    moment = _moment(said)
    if moment is None or moment <= now:
        return None
    return (moment - now).total_seconds()


def _moment(said: str) -> datetime | None:
    """Read any of the three date forms of RFC 9110, section 5.6.7; None when it is not a date."""
    if len(said) > _LONGEST_TEXT:
        return None
    try:
        moment = parsedate_to_datetime(said)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # the standard parser lets each of these out for some junk
