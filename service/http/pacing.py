"""A pace book in memory: for tests, for one-off commands and for a process that shares its hosts with no other.

The fleet's pace book is rows in the database, so that a restart or a second worker never doubles our pace. Both keep
the same promise, the `PaceBook` port.
"""

from __future__ import annotations

from datetime import datetime, timedelta

#: Hosts remembered before those whose time is over are dropped; link checks visit many hosts once.
_TIDY_ABOVE = 1_000


class MemoryPaceBook:
    """Books starts of requests host by host; forgets everything when the process ends."""

    def __init__(self) -> None:
        self._free_from: dict[str, datetime] = {}

    async def reserve(self, host: str, pace: float, now: datetime) -> datetime:
        """Book the next start for this host and return it: never before `now`, `pace` seconds after the last one."""
        if len(self._free_from) > _TIDY_ABOVE:
            self._free_from = {name: moment for name, moment in self._free_from.items() if moment > now}
        start = max(now, self._free_from.get(host, now))
        self._free_from[host] = start + timedelta(seconds=pace)
        return start

    async def hold(self, host: str, until: datetime) -> None:
        """Let no request to this host start before `until`; a shorter hold never shortens a longer one."""
        self._free_from[host] = max(until, self._free_from.get(host, until))
