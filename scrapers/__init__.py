"""Adapters that read the places where public work is published."""

from __future__ import annotations
