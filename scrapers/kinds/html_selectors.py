"""The one thing we read out of a CSS selector ourselves: which cell of a table row it looks into."""

from __future__ import annotations


def nth_cell(select: str) -> int | None:
    """Return which cell a selector like "td:nth-child(3) a" looks into, counted from nought; None for any other."""
    start, _, rest = select.partition("td:nth-child(")
    number = rest.partition(")")[0]
    return int(number) - 1 if not start and number.isdecimal() else None
