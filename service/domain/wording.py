"""Sums, days and lengths as people say them in London. One voice for pages, feeds and the API."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
#: A code of a region with its name behind it, as the evidence of a place has it.
_REGION_CODE = re.compile(r"\bUK[A-Z][A-Z0-9]{0,3} \(([^()]+)\)")

_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
_NOON = 12
_DAYS_NAMED = 60
_DAYS_A_MONTH = 30.44
_MONTHS_SAID = 2
_HOUR = 3600
_MINUTE = 60


def sum_words(amount: Decimal, currency: str) -> str:
    """A sum: £18,000 or £18,000.50; a currency without a sign of its own is named (18,000 CHF)."""
    digits = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    sign = _SIGNS.get(currency)
    return f"{sign}{digits}" if sign else f"{digits} {currency}"


def day_words(day: date, *, today: date) -> str:
    """A day: Fri 4 Dec, with the year where it is not this one."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%b}{year}"


def clock_words(moment: datetime) -> str:
    """A time of day: 12 noon, 5pm, 9.30am."""
    local = moment.astimezone(LONDON)
    if local.hour == _NOON and local.minute == 0:
        return "12 noon"
    if local.hour == 0 and local.minute == 0:
        return "midnight"
    hour = local.hour % _NOON or _NOON
    minutes = f".{local.minute:02d}" if local.minute else ""
    return f"{hour}{minutes}{'am' if local.hour < _NOON else 'pm'}"


def moment_words(moment: datetime, *, now: datetime) -> str:
    """A day and time in London: Fri 4 Dec, 12 noon."""
    local = moment.astimezone(LONDON)
    return f"{day_words(local.date(), today=now.astimezone(LONDON).date())}, {clock_words(local)}"


def days_left(moment: datetime, *, now: datetime) -> int:
    """Whole days of the calendar in London between now and a moment; 0 today, negative when past."""
    return (moment.astimezone(LONDON).date() - now.astimezone(LONDON).date()).days


def days_left_words(moment: datetime, *, now: datetime) -> str:
    """How long is left: today, tomorrow, in 11 days; nothing beyond two months, where the date says more."""
    days = days_left(moment, now=now)
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    return f"in {days} days" if 1 < days <= _DAYS_NAMED else ""


def ago_words(moment: datetime, *, now: datetime) -> str:
    """How long since: a minute ago, 12 minutes ago, 3 hours ago, else the day."""
    seconds = (now - moment).total_seconds()
    if seconds < 2 * _MINUTE:
        return "a minute ago"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} minutes ago"
    if seconds < 2 * _HOUR:
        return "an hour ago"
    if seconds < timedelta(days=1).total_seconds():
        return f"{seconds // _HOUR:.0f} hours ago"
    return f"on {moment_words(moment, now=now)}"


def until_words(day: date, *, now: datetime) -> str:
    """A day far ahead and how far: 24 May 2027, in 6 months; in days below two months."""
    days = (day - now.astimezone(LONDON).date()).days
    months = round(days / _DAYS_A_MONTH)
    off = f"in {months} months" if months >= _MONTHS_SAID else f"in {count_words(days, 'day', 'days')}"
    return f"{day.day} {day:%B %Y}, {off}"


def count_words(number: int, one: str, many: str) -> str:
    """A number with its noun: 1 opportunity, 1,204 opportunities, no opportunities."""
    if number == 0:
        return f"no {many}"
    return f"{number:,} {one if number == 1 else many}"


def list_words(parts: tuple[str, ...] | list[str], *, most: int = 3) -> str:
    """A list in a sentence: Hackney, Islington and Camden; beyond `most` it counts the rest."""
    shown = list(parts[:most])
    rest = len(parts) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    if len(shown) > 1:
        return f"{', '.join(shown[:-1])} and {shown[-1]}"
    return shown[0] if shown else ""


def opened(sentence: str) -> str:
    """The words with a capital first letter, the rest untouched (str.capitalize would lower "UKI41")."""
    return sentence[:1].upper() + sentence[1:]


def without_codes(sentence: str) -> str:
    """A sentence for people: regions by their names alone, Shropshire instead of UKG22 (Shropshire)."""
    return _REGION_CODE.sub(r"\1", sentence)
