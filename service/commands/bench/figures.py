"""What every bench says of its times and of the machine."""

from __future__ import annotations

import math
import os
import platform
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much a bench works on; each takes what is its own."""

    notices: int = 1_000
    interests: int = 10_000
    #: 0: as many as the bench thinks fit.
    opportunities: int = 0
    messages: int = 1_000


def share(seconds: Sequence[float], part: float) -> float:
    """The time that such a part of all stayed within: `share(times, 0.99)` is the 99th percentile."""
    return sorted(seconds)[max(0, math.ceil(len(seconds) * part) - 1)]


def ms(seconds: float) -> float:
    """Seconds as milliseconds."""
    return round(seconds * 1000, 3)


def machine() -> dict[str, Any]:
    """The machine, and the most memory this process held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        # macOS counts bytes, Linux KiB.
        "peak_rss_mb": round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1),
    }
