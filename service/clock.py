"""The time: the system's, or one that starts at BOWBELL_NOW and runs on from there."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class SystemClock:
    """What time it is, and waiting."""

    def __init__(self, start: datetime | None = None) -> None:
        self._ahead = start - datetime.now(UTC) if start is not None else timedelta(0)

    def now(self) -> datetime:
        """Return the present moment, aware."""
        return datetime.now(UTC) + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Wait at least this long."""
        await asyncio.sleep(seconds)
