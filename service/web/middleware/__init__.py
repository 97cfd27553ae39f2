"""What happens to every request before and after its page."""

from __future__ import annotations
