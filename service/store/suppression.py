"""Addresses that must not be written to again, kept as salted hashes that tell nobody who they were.

The salt is made once for each copy and lies in the database, so that the list keeps its worth whatever happens to the
key that signs links.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import delete, select

from service.store.database import stored
from service.store.session import Part, table
from service.store.tables import SaltRow, SuppressionRow

SALT, SUPPRESSION = table(SaltRow), table(SuppressionRow)
_NAME = "suppression"


class Suppressions(Part):
    """Who must not be written to."""

    async def suppress(self, address: str, *, reason: str, at: datetime) -> None:
        """Write to this address no more; twice is the same as once."""
        values = {"address_hash": await self._hash(address), "reason": reason, "since": stored(at)}
        await self.insert_once(SuppressionRow, values)

    async def lift_suppression(self, address: str) -> None:
        """The owner of the address confirmed anew."""
        await self.connection.execute(
            delete(SUPPRESSION).where(SUPPRESSION.c.address_hash == await self._hash(address))
        )

    async def is_suppressed(self, address: str) -> bool:
        """Whether nothing may be sent to an address."""
        asked = select(SUPPRESSION.c.since).where(SUPPRESSION.c.address_hash == await self._hash(address))
        return (await self.connection.execute(asked)).first() is not None

    async def _hash(self, address: str) -> str:
        asked = select(SALT.c.salt).where(SALT.c.name == _NAME)
        salt = (await self.connection.execute(asked)).scalar_one()
        return hmac.new(salt.encode(), address.strip().lower().encode(), hashlib.sha256).hexdigest()
