"""Bowbell's core: the words of the field, the use cases and the rooms they work in."""

from __future__ import annotations

__version__ = "0.1.0"
