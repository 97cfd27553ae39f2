"""What people type: read, checked, and answered with sentences that say how to mend it."""

from __future__ import annotations
