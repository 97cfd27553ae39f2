"""The work behind `bowbell opportunity`."""

from __future__ import annotations

import dataclasses

from service.bootstrap import House, open_house
from service.domain.opportunity import Key
from service.settings import Settings
from service.usecases.split import Splitter


def _splitter(house: House) -> Splitter:
    return Splitter(ledger=house.ledger, clock=house.clock, sources=house.sources)


async def joins(settings: Settings) -> list[dict[str, str]]:
    """Every join: the opportunity, the key that came to it, and the evidence."""
    async with open_house(settings) as house:
        return [
            {"opportunity": each.opportunity, "key": f"{each.key.scheme}:{each.key.value}", "evidence": each.evidence}
            for each in await _splitter(house).joins()
        ]


async def split(settings: Settings, identity: str, *, scheme: str, value: str, reason: str) -> dict[str, str | int]:
    """Undo a join, and tag both anew. Raises NotFound or AskedWrongly."""
    async with open_house(settings) as house:
        done = await _splitter(house).split(identity, Key(scheme=scheme, value=value), reason=reason)
        while await house.judge().drain():
            pass
    return dataclasses.asdict(done)
