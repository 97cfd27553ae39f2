"""Stand in for the national services and TED on loopback: for the demo, for tests, and to see a recorded day again."""

from __future__ import annotations
