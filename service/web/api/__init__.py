"""The small API: the same lists as the pages, for programs."""

from __future__ import annotations
