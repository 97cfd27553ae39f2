"""The same list as the pages, for feed readers, calendars and spreadsheets."""

from __future__ import annotations
