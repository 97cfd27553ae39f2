"""Alembic's room: every change of the tables, from the first on."""

from __future__ import annotations
