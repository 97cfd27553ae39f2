"""Stand in for the two national services on loopback: for the demo, for tests, and to see a recorded day again."""

from __future__ import annotations
