"""What changed between two states of one procurement, in the words a firm reads."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from service.domain.money import Value
from service.domain.opportunity import Deadline, Details, FieldDifference, State, Status

_LONDON = ZoneInfo("Europe/London")
_NOON = 12
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
_STATUS_WORDS = {
    Status.PLANNED: "planned",
    Status.OPEN: "open",
    Status.CLOSED: "closed",
    Status.CANCELLED: "cancelled",
    Status.AWARDED: "awarded",
}

#: The fields whose change a firm is told of.
MATERIAL = frozenset({"deadline", "value", "documents", "status"})

Kind = Literal["", "changed", "cancelled", "awarded", "deadline"]


def differences(before: State, after: State) -> tuple[FieldDifference, ...]:
    """What is different, field by field, in the order title, deadline, value, documents, status, reason, award.

    `before` is "" where nothing was stated, and always for documents: only those added are named.
    """
    old, new = before.details, after.details
    pairs = (
        ("title", old.title, new.title),
        ("deadline", deadline_words(old.deadline), deadline_words(new.deadline)),
        ("value", value_words(old.value), value_words(new.value)),
        ("documents", "", _added(old, new)),
        ("status", _STATUS_WORDS[before.status], _STATUS_WORDS[after.status]),
        ("reason", old.ended_because, new.ended_because),
        ("award", _award(old), _award(new)),
    )
    return tuple(FieldDifference(field=field, before=was, after=now) for field, was, now in pairs if was != now)


def change_kind(before: State, after: State) -> Kind:
    """The one word for what happened.

    Returns:
        "cancelled" or "awarded" where it has become so; "deadline" where the deadline alone of the fields in
        `MATERIAL` moved; "changed" for other material changes; "" where a firm need not be told.
    """
    if before.status is not after.status:
        if after.status is Status.CANCELLED:
            return "cancelled"
        if after.status is Status.AWARDED:
            return "awarded"
    changed = {one.field for one in differences(before, after)} & MATERIAL
    if changed == {"deadline"}:
        return "deadline"
    return "changed" if changed else ""


def deadline_words(deadline: Deadline | None) -> str:
    """A deadline in London's time, for example "Fri 4 Dec 2026, 12 noon"; the day alone where only that is given."""
    if deadline is None:
        return ""
    return _day(deadline.at) if deadline.date_only else moment_words(deadline.at)


def moment_words(moment: datetime) -> str:
    """A moment in London's time, for example "Fri 4 Dec 2026, 5.30pm"."""
    local = moment.astimezone(_LONDON)
    hour, minute = local.hour, local.minute
    if not minute and hour in (0, _NOON):
        clock = "12 noon" if hour else "12 midnight"
    else:
        minutes = f".{minute:02d}" if minute else ""
        clock = f"{hour % _NOON or _NOON}{minutes}{'pm' if hour >= _NOON else 'am'}"
    return f"{_day(moment)}, {clock}"


def value_words(value: Value | None) -> str:
    """A value, for example "£45,000" or "£54,000 with VAT"; "" where nothing is stated."""
    if value is None or value.best is None:
        return ""
    if value.net is not None:
        return money_words(value.net, value.currency)
    if value.gross is not None:
        return f"{money_words(value.gross, value.currency)} with VAT"
    return f"from {money_words(value.best, value.currency)}"


def money_words(amount: Decimal, currency: str) -> str:
    """A sum, for example "£45,000", "£99.50" or "45,000 CHF"."""
    figure = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    sign = _SIGNS.get(currency)
    return f"{sign}{figure}" if sign else f"{figure} {currency}"


def _day(moment: datetime) -> str:
    local = moment.astimezone(_LONDON)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"


def _added(old: Details, new: Details) -> str:
    known = {document.url for document in old.documents}
    return ", ".join(document.title or document.url for document in new.documents if document.url not in known)


def _award(details: Details) -> str:
    worth = details.award_value
    sums = money_words(worth.amount, worth.currency) if worth is not None else ""
    to = ", ".join(details.suppliers)
    if to and sums:
        return f"to {to} for {sums}"
    return f"to {to}" if to else f"for {sums}" if sums else ""
