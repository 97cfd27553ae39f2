"""What sources of one kind have in common: how OCDS is read, how pages are walked. No source is named here."""

from __future__ import annotations
