"""Marked addresses of our own: where replies and reports about one message go, and proof of who answers.

Each message has two, signed apart: replies go to alerts+r<number>-<signature>@..., what cannot be delivered comes back
to alerts+b<number>-<signature>@... . Nobody can make one up, so an answer comes from somebody who has the message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Literal

Purpose = Literal["reply", "bounce"]
_SIGNS: dict[Purpose, str] = {"reply": "r", "bounce": "b"}
_MARK = re.compile(r"([rb])([0-9a-f]{1,16})-([a-z2-7]{16})")
#: RFC 5321, 4.5.3.1.1: letters before the @.
_LONGEST_LOCAL = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a marked address stands for: a message by its number."""

    purpose: Purpose
    message: int


class Marks:
    """Makes and reads marked addresses."""

    def __init__(self, key: str, address: str) -> None:
        """Sign with a key, for the address that takes mail in ("alerts@bowbell.example")."""
        self.address = address.casefold()
        self._key = key.encode()
        self._local, _, self._domain = self.address.rpartition("@")

    def made(self, purpose: Purpose, message: int) -> str:
        """The marked address of a message; the plain one where the mark would make it too long."""
        local = f"{self._local}+{_SIGNS[purpose]}{message:x}-{self._signature(purpose, message)}"
        return f"{local if len(local) <= _LONGEST_LOCAL else self._local}@{self._domain}"

    def is_ours(self, recipient: str) -> bool:
        """Whether mail to an address is for us, marked or not."""
        local, _, domain = recipient.casefold().rpartition("@")
        return domain == self._domain and local.partition("+")[0] == self._local

    def read(self, recipient: str) -> Mark | None:
        """What an address stands for; None where it has no mark of ours."""
        if not self.is_ours(recipient):
            return None
        found = _MARK.fullmatch(recipient.casefold().rpartition("@")[0].partition("+")[2])
        if found is None:
            return None
        purpose: Purpose = "reply" if found.group(1) == "r" else "bounce"
        message = int(found.group(2), 16)
        if not hmac.compare_digest(found.group(3), self._signature(purpose, message)):
            return None
        return Mark(purpose=purpose, message=message)

    def _signature(self, purpose: Purpose, message: int) -> str:
        made = hmac.new(self._key, f"mark:{purpose}:{message}".encode(), hashlib.sha256).digest()
        return base64.b32encode(made[:10]).decode("ascii").casefold()
