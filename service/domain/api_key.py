"""A key with which a program of an organisation asks, in place of a person who signed in.

A key acts for one organisation in one role of `service/data/roles.toml`, so what it may do is asked like everything
else: `Visitor.may`. Its secret is shown once and kept as a hash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from service.domain.roles import Membership, Visitor

#: What a whole key looks like: whoever finds one in a file can tell whose it is and have it revoked.
_WHOLE = re.compile(r"bowbell_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
#: The longest note of what a key is for, in characters.
LABEL_CAP = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is kept: without its secret."""

    #: The eight characters in its middle, by which it is named.
    identity: str
    #: For which organisation it asks, and in which role.
    membership: Membership
    #: What it is for, in the words of whoever made it.
    label: str
    made: datetime
    #: None where it was never used. Kept to the hour.
    used: datetime | None = None
    #: None while it works.
    revoked: datetime | None = None

    @property
    def visitor(self) -> Visitor:
        """Who asks with it: nobody in person, for the organisation in the role."""
        return Visitor(person=0, address="", session=0, memberships=(self.membership,), key=self.identity)


def whole_key(identity: str, secret: str) -> str:
    """The text a program sends."""
    return f"bowbell_{identity}_{secret}"


def parts_of(said: str) -> tuple[str, str] | None:
    """Name and secret of a key as sent; None where it is none."""
    found = _WHOLE.fullmatch(said.strip())
    return (found[1], found[2]) if found else None
