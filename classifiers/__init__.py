"""Adapters that tag an opportunity with its trade and with the size of firm it suits."""

from __future__ import annotations
