"""Take a mail in: it is stored before anybody is told that we have it, and the same mail twice is stored once."""

from __future__ import annotations

import hashlib
import re
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.mail_in import header, parsed
from service.ports import Clock
from service.usecases.marks import Marks


class InBook(Protocol):
    """What taking in asks of the store, within one transaction."""

    async def keep_inbound(
        self, *, fingerprint: str, envelope_from: str, recipient: str, raw: bytes, at: datetime
    ) -> bool:
        """Store a mail; False where the very same was stored before."""


class InLedger(Protocol):
    """Opens transactions over mail that comes in."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[InBook]:
        """A transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingIn:
    """The door for mail, whoever brings it."""

    ledger: InLedger
    clock: Clock
    marks: Marks
    #: Bytes of the largest mail taken in.
    most: int

    def is_for_us(self, recipient: str) -> bool:
        """Whether an address is ours, marked or not."""
        return self.marks.is_ours(recipient)

    async def take(self, raw: bytes, *, envelope_from: str, recipient: str) -> bool:
        """Store a mail; False where it was here before. When this returns, it is kept."""
        async with self.ledger.writing() as book:
            return await book.keep_inbound(
                fingerprint=fingerprint(raw, recipient=recipient),
                envelope_from=envelope_from[:320],
                recipient=recipient[:320],
                raw=raw,
                at=self.clock.now(),
            )


def fingerprint(raw: bytes, *, recipient: str) -> str:
    """The same for a mail that is handed over again, though servers on its way wrote other lines above it."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    mail = parsed(head + b"\n\n")
    parts = [recipient.casefold(), *(header(mail, name) for name in ("Message-ID", "From", "Date", "Subject"))]
    said = "\n".join(parts).encode() + b"\n\n" + re.sub(rb"\s+$", b"", body)
    return hashlib.sha256(said).hexdigest()
