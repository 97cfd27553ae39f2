"""The pages, feeds and small API that people and programs read over HTTP."""

from __future__ import annotations
