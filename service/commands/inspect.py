"""Look at a copy: how its sources fare, what is wrong, what is set, and deliver what is due by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from service.bootstrap import open_house
from service.domain.source_health import UNWELL
from service.domain.wording import LONDON
from service.domain.working_days import bank_holidays
from service.errors import TryLater, WrongSettings
from service.settings import Settings
from service.usecases.permit import READ_AGAIN_AFTER
from service.web.view import SourceView

_SECRET = ("smtp_url", "telegram_token", "database_url", "broker_url")
#: So long before the list of bank holidays ends, the doctor says so.
_RUNS_OUT = timedelta(days=90)


async def send_due(settings: Settings) -> int:
    """Deliver what is due; how many messages were taken in hand."""
    async with open_house(settings) as house:
        sender, taken = house.sender(), 0
        while await house.accounts.sign_in.drain():
            pass
        await house.reminders().look()
        while await house.composer().drain() + await house.digester().drain():
            pass
        while count := await sender.drain():
            taken += count
        return taken


async def source_rows(settings: Settings) -> list[dict[str, object]]:
    """How every source fares, in the shape of the contract."""
    async with open_house(settings) as house:
        return [
            {
                "key": source.key,
                "name": source.name,
                "health": source.health,
                "last_poll": _iso(source.last_poll),
                "last_new": _iso(source.last_new),
                "authorities": list(source.authorities),
                "reason": source.reason,
            }
            for source in await house.desk.sources()
        ]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


async def troubles(settings: Settings) -> list[str]:
    """What is wrong, each with the way out."""
    found: list[str] = []
    async with open_house(settings) as house:
        if not (await house.desk.readiness()).troubles:
            await house.sing()  # the whole flow, now; a database that cannot be written is said below
        found += (await house.desk.readiness()).troubles
        today = house.clock.now().astimezone(LONDON).date()
        for source in await house.desk.sources():
            found += _source_troubles(source, was_named=source.key in settings.sources, today=today)
        if house.listener is not None:
            try:
                await house.listener.introduce()
            except (TryLater, WrongSettings) as trouble:
                found.append(str(trouble))
    if not settings.contact:
        found.append("BOWBELL_CONTACT is not set: give source operators a way to reach you.")
    if not settings.operator:
        found.append("BOWBELL_OPERATOR is not set: nobody is told by mail when a source is unwell; the log tells.")
    if not settings.smtp_url:
        found.append("BOWBELL_SMTP_URL is not set: mail goes to the built-in mailbox and to nobody else.")
    if bank_holidays().until - today < _RUNS_OUT:
        found.append(f"The list of bank holidays ends on {bank_holidays().until}: install a newer version of Bowbell.")
    return found


def _source_troubles(source: SourceView, *, was_named: bool, today: date) -> list[str]:
    """What is wrong with one source. That one ships disabled is no trouble, unless it was named in BOWBELL_SOURCES."""
    found = []
    if source.health in UNWELL:
        since = f" since {source.since.isoformat()}" if source.since else ""
        found.append(f"{source.key} is {source.health}{since}: {source.reason}")
    if source.health == "disabled" and was_named:
        found.append(f"{source.key} is named in BOWBELL_SOURCES and not read. {source.reason}")
    permit = source.permit
    if permit is not None and today - min(permit.robots_read, permit.terms_read) > READ_AGAIN_AFTER:
        found.append(
            f"{source.key}: its robots.txt or terms were read more than a year ago. Read them again, then: "
            f"bowbell source permit {source.key} --basis WHY --robots-read DATE --terms-read DATE --by ROLE"
        )
    return found


def setting_lines(settings: Settings) -> list[str]:
    """Every setting with its value and description."""
    lines = []
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        shown = "(set)" if name in _SECRET and value else str(value)
        lines.append(f"BOWBELL_{name.upper()}={shown}\n    {field.description}")
    return lines
