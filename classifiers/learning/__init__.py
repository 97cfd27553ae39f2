"""Training and judging of the trade model. Nothing here runs in the service's own flow."""

from __future__ import annotations
