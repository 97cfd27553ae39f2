"""How often one address may ask for something that costs: a bucket for each key, in memory.

Memory is enough: one process serves the web, a restart forgets at most an hour, and the store
has its own limit on confirmation mails to one address. The number of keys is capped, oldest
out first, so that a flood of addresses cannot fill the memory.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

#: Keys remembered at once (about 200 bytes each).
KEY_CAP = 10_000


class RateLimit:
    """At most `tries` in any `window` seconds for a key."""

    def __init__(self, *, tries: int, window: float, now: Callable[[], float], key_cap: int = KEY_CAP) -> None:
        """Make an empty limit.

        Args:
            tries: how many are allowed.
            window: seconds they are counted over.
            now: a monotonic clock, in seconds.
            key_cap: keys remembered at once.
        """
        self._tries = tries
        self._window = window
        self._now = now
        self._key_cap = key_cap
        self._seen: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Count one try by `key`. Returns 0 if allowed, else the seconds until the next may be made."""
        now = self._now()
        recent = [moment for moment in self._seen.get(key, []) if now - moment < self._window]
        if len(recent) >= self._tries:
            self._seen[key] = recent
            return self._window - (now - recent[0])
        self._seen[key] = [*recent, now]
        self._seen.move_to_end(key)
        while len(self._seen) > self._key_cap:
            self._seen.popitem(last=False)
        return 0.0
