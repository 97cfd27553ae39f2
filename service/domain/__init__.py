"""The words of the field as frozen types and pure functions; the standard library only."""

from __future__ import annotations
