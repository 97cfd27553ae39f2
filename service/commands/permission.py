"""Permit or forbid a source by hand: the words of an operator, written down for everybody to see."""

from __future__ import annotations

from datetime import date

from service.bootstrap import open_house
from service.errors import AskedWrongly
from service.settings import Settings


async def permit(settings: Settings, key: str, *, basis: str, robots_read: str, terms_read: str, by: str) -> str:
    """Record that robots.txt and terms of a source were read; what was recorded, in a sentence. Raises AskedWrongly."""
    async with open_house(settings) as house:
        given = await house.permitting().permit(
            key,
            basis=basis,
            robots_read=_day(robots_read, "--robots-read"),
            terms_read=_day(terms_read, "--terms-read"),
            by=by,
        )
        await house.watch_sources()
        said = f"{key} may be read from now on, and the sources page says so: {given.basis} ({given.by})."
        return said if key in house.chosen else f"{said} It is not read yet: add it to BOWBELL_SOURCES."


async def forbid(settings: Settings, key: str, *, why: str) -> str:
    """Take the permit of a source back; what was done, in a sentence. Raises AskedWrongly."""
    async with open_house(settings) as house:
        await house.permitting().forbid(key, why=why)
        await house.watch_sources()
    return f"{key} is asked no more. What is known from it stays."


def _day(said: str, field: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise AskedWrongly(f"{field}: {said!r} is no day. Write it like 2026-11-24.") from None
