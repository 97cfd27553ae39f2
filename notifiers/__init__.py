"""Adapters that carry a message to a firm."""

from __future__ import annotations
