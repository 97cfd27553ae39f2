"""Validators in memory: what each URL was when it was last read, for tests and one-off commands.

Mind the order when keeping them for good: a validator that outlives a page whose notices were never stored makes the
next poll hear "not modified" and lose them. Store validators in the transaction that stores what was read.
"""

from __future__ import annotations


class MemoryValidators:
    """Remembers ETag and Last-Modified by URL; forgets everything when the process ends."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str | None, str | None]] = {}

    async def get(self, url: str) -> tuple[str | None, str | None] | None:
        """Return the ETag and Last-Modified last given for a URL; None when it is not known."""
        return self._known.get(url)

    async def put(self, url: str, etag: str | None, last_modified: str | None) -> None:
        """Remember what a URL is now; with neither value, forget it."""
        if etag is None and last_modified is None:
            self._known.pop(url, None)
        else:
            self._known[url] = (etag, last_modified)
