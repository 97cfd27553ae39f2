"""The facts the project ships: trades, codes, places, buyers, free support; each file says its source and licence."""

from __future__ import annotations
