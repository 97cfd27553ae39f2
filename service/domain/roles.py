"""Roles as data: for each kind of organisation what each role may do, read from `service/data/roles.toml`.

Code asks whether somebody may do an act for an organisation. It never asks which role somebody has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from service.domain.shipped import Row, text_in, texts_in, toml_rows
from service.errors import ReferenceDataError

_FILE = "roles.toml"
#: A session of somebody without any membership.
_PLAIN_IDLE = timedelta(hours=12)
_PLAIN_LONGEST = timedelta(hours=168)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What somebody is in an organisation of one kind."""

    #: firm, buyer, support, contractor or copy.
    kind: str
    key: str
    label: str
    #: What it may do, in a sentence.
    says: str
    may: frozenset[str]
    #: Time without a visit, and time in all, after which a session is over.
    idle: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person belongs to an organisation."""

    organisation: int
    kind: str
    #: What the organisation is within its kind: the number of a firm, the key of a buyer.
    key: str
    #: "" where it has not said.
    name: str
    role: str

    @property
    def may(self) -> frozenset[str]:
        """The acts allowed; none where the role is no longer in the data."""
        known = roles().get((self.kind, self.role))
        return known.may if known else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is signed in."""

    person: int
    address: str
    #: The number of the session.
    session: int
    memberships: tuple[Membership, ...]
    #: Name of the API key that asks in place of a person, who is then 0; "" where a person does.
    key: str = ""

    def may(self, act: str, *, organisation: int | None = None) -> bool:
        """Whether an act is allowed for an organisation; for any at all where none is named."""
        return any(
            act in each.may for each in self.memberships if organisation is None or each.organisation == organisation
        )

    def where(self, act: str) -> tuple[Membership, ...]:
        """The memberships that allow an act."""
        return tuple(each for each in self.memberships if act in each.may)

    @property
    def firm(self) -> int | None:
        """The number of the firm the person belongs to; None where there is none. Nobody is of two firms."""
        return next((int(each.key) for each in self.memberships if each.kind == "firm"), None)


@cache
def roles() -> dict[tuple[str, str], Role]:
    """Every role by kind of organisation and key.

    Raises:
        ReferenceDataError: The data file is wrong.
    """
    found: dict[tuple[str, str], Role] = {}
    for row in toml_rows(_FILE, "role"):
        role = _role(row)
        if (role.kind, role.key) in found:
            raise ReferenceDataError(f"{_FILE}: {role.kind} {role.key} is there twice.")
        found[role.kind, role.key] = role
    return found


def session_limits(memberships: Iterable[Membership]) -> tuple[timedelta, timedelta]:
    """Idle and longest time of a session: the strictest of the person's roles."""
    mine = [role for each in memberships if (role := roles().get((each.kind, each.role)))]
    return (
        min((role.idle for role in mine), default=_PLAIN_IDLE),
        min((role.longest for role in mine), default=_PLAIN_LONGEST),
    )


def _role(row: Row) -> Role:
    kind, key = text_in(row, "kind", where=_FILE), text_in(row, "key", where=_FILE)
    where = f"{_FILE}, {kind} {key}"
    return Role(
        kind=kind,
        key=key,
        label=text_in(row, "label", where=where),
        says=text_in(row, "says", where=where),
        may=frozenset(texts_in(row, "may", where=where)),
        idle=_hours(row, "idle", where=where),
        longest=_hours(row, "longest", where=where),
    )


def _hours(row: Row, field: str, *, where: str) -> timedelta:
    value = row.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ReferenceDataError(f"{where}: {field} must be hours above 0.")
    return timedelta(hours=value)
