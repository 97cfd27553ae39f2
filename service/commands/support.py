"""The catalogue of support, from the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from service.bootstrap import open_house
from service.domain.oruk import service_of
from service.ports import HttpPolicy
from service.settings import Settings
from service.usecases.programmes_import import ImportReport

_FEED = HttpPolicy(pace=2.0, conditional=False)


async def read_in(settings: Settings, places: Sequence[str]) -> list[str]:
    """Take in files and feeds; what came of each, in lines. Raises UnreadableBody, HttpTrouble, OSError."""
    said = []
    async with open_house(settings) as house:
        for place in places:
            if place.startswith(("http://", "https://")):
                report = await house.importing().feed(place, http=house.http, policy=_FEED)
            else:
                path = Path(place)
                report = await house.importing().take_in(path.read_bytes(), origin=path.name)
            said += _lines(place, report)
    return said


async def write_out(settings: Settings, out: Path) -> str:
    """Write the catalogue as firms see it; how many there are, in a sentence."""
    async with open_house(settings) as house:
        services = [service_of(each) for each in await house.desk.programmes()]
    out.write_text(json.dumps(services, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return f"wrote {len(services)} services to {out}"


async def ask_links(settings: Settings) -> list[str]:
    """Ask for pages that are due; how many, and which of all do not answer."""
    async with open_house(settings) as house:
        asked = await house.care().check_links()
        broken = (await house.accounts.moderation.overview()).broken
    return [
        f"{asked} pages asked",
        *(f"{programme.key}: {programme.url} {seen.said}" for programme, seen in broken),
    ]


def _lines(place: str, report: ImportReport) -> list[str]:
    counted = f"{report.new} new, {report.known} read before, {len(report.left_out)} left out"
    return [
        f"{place}: {counted}. What is new waits to be checked at /operator/support",
        *(f"  left out {name or 'without a name'}: {why}" for name, why in report.left_out),
    ]
