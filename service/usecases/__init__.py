"""What the service does: one verb a file. Each may be run again at any time with the same outcome."""

from __future__ import annotations
