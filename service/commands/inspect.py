"""Look at a copy: how its sources fare, what is wrong, what is set, and deliver what is due by hand."""

from __future__ import annotations

from datetime import datetime

from service.bootstrap import open_house
from service.settings import Settings

_SECRET = ("smtp_url", "telegram_token", "database_url", "broker_url")


async def send_due(settings: Settings) -> int:
    """Deliver what is due; how many messages were taken in hand."""
    async with open_house(settings) as house:
        sender, taken = house.sender(), 0
        while await house.accounts.sign_in.drain():
            pass
        while count := await sender.drain():
            taken += count
        return taken


async def source_rows(settings: Settings) -> list[dict[str, object]]:
    """How every source fares, in the shape of the contract."""
    async with open_house(settings) as house:
        health = await house.polls.health()
        rows: list[dict[str, object]] = []
        for key, source in house.sources.items():
            known = health.get(key)
            rows.append(
                {
                    "key": key,
                    "name": source.card.name,
                    "health": known.health if known else "never",
                    "last_poll": _iso(known.last_poll) if known else None,
                    "last_new": _iso(known.last_new) if known else None,
                    "authorities": [],
                    "reason": known.reason if known else "",
                }
            )
        return rows


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


async def troubles(settings: Settings) -> list[str]:
    """What is wrong, each with the way out."""
    found: list[str] = []
    async with open_house(settings) as house:
        found += (await house.desk.readiness()).troubles
        found += [
            f"{key} is {health.health}: {health.reason}"
            for key, health in (await house.polls.health()).items()
            if health.health != "ok"
        ]
    if not settings.contact:
        found.append("BOWBELL_CONTACT is not set: give source operators a way to reach you.")
    if not settings.smtp_url:
        found.append("BOWBELL_SMTP_URL is not set: mail goes to the built-in mailbox and to nobody else.")
    return found


def setting_lines(settings: Settings) -> list[str]:
    """Every setting with its value and description."""
    lines = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        shown = "(set)" if name in _SECRET and value else str(value)
        lines.append(f"BOWBELL_{name.upper()}={shown}\n    {field.description}")
    return lines
