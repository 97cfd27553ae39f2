"""Keys of organisations for programs: made, listed, revoked, and asked with."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.domain.api_key import LABEL_CAP, ApiKey, parts_of, whole_key
from service.domain.roles import Visitor, roles
from service.errors import AskedWrongly, NotFound
from service.ports import Clock
from service.usecases.people import PeopleBook
from service.usecases.tokens import fresh_token, hashed

#: When a key was used last is written down no oftener than this.
_USED_EVERY = timedelta(hours=1)
#: Keys that work at once, for one organisation.
MOST_KEYS = 20


class ApiKeyBook(PeopleBook, Protocol):
    """What keys ask of the store, within one transaction."""

    async def organisation_at(self, *, kind: str, key: str) -> int | None:
        """The number of an organisation; None where there is none."""

    async def keep_api_key(
        self, *, identity: str, organisation: int, role: str, label: str, secret_hash: str, at: datetime
    ) -> None:
        """Write a new key."""

    async def api_key(self, identity: str) -> tuple[ApiKey, str] | None:
        """A key with the hash of its secret; None where there is none."""

    async def api_keys(self, organisation: int | None = None) -> Sequence[ApiKey]:
        """All keys, or those of one organisation, the oldest first; revoked ones too."""

    async def used_api_key(self, identity: str, *, at: datetime) -> None:
        """Write down that a key was used."""

    async def revoke_api_key(self, identity: str, *, at: datetime) -> bool:
        """Let a key work no more; False where it did not."""


class ApiKeyLedger(Protocol):
    """Opens transactions over keys."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[ApiKeyBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[ApiKeyBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeys:
    """Keeps the keys of organisations."""

    ledger: ApiKeyLedger
    clock: Clock

    async def make(self, *, kind: str, key: str, role: str, label: str, by: int = 0) -> str:
        """A new key for an organisation in a role; its whole text, which is never seen again.

        Raises:
            NotFound: There is no such organisation.
            AskedWrongly: There is no such role, no word of what the key is for, or there are too many keys.
        """
        plain = " ".join(label.split())
        if not plain or len(plain) > LABEL_CAP:
            raise AskedWrongly(f"Say in up to {LABEL_CAP} characters what the key is for.")
        if (kind, role) not in roles():
            there = ", ".join(name for each, name in roles() if each == kind)
            raise AskedWrongly(f"{kind[:20]!r} has no role {role[:20]!r}. There are: {there or 'none'}.")
        identity, secret, now = secrets.token_hex(4), fresh_token(), self.clock.now()
        async with self.ledger.writing() as book:
            organisation = await book.organisation_at(kind=kind, key=key)
            if organisation is None:
                raise NotFound(f"No {kind} organisation {key[:60]!r} was let in.")
            if sum(each.revoked is None for each in await book.api_keys(organisation)) >= MOST_KEYS:
                raise AskedWrongly(f"It has {MOST_KEYS} keys already. Revoke one first.")
            await book.keep_api_key(
                identity=identity,
                organisation=organisation,
                role=role,
                label=plain,
                secret_hash=hashed(secret),
                at=now,
            )
            await book.write_audit(
                act="key.made", subject=f"key:{identity}", person=by, organisation=organisation, detail=role, at=now
            )
        return whole_key(identity, secret)

    async def all(self) -> Sequence[ApiKey]:
        """Every key, revoked ones too, the oldest first."""
        async with self.ledger.reading() as book:
            return await book.api_keys()

    async def revoke(self, identity: str, *, by: int = 0) -> None:
        """Let a key work no more, from this moment. Raises NotFound."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            found = await book.api_key(identity)
            if found is None or not await book.revoke_api_key(identity, at=now):
                raise NotFound(f"No key {identity[:20]!r} works.")
            organisation = found[0].membership.organisation
            await book.write_audit(
                act="key.revoked", subject=f"key:{identity}", person=by, organisation=organisation, at=now
            )

    async def visitor(self, said: str) -> Visitor | None:
        """Who asks with a key; None where it is no key of ours that works."""
        parts = parts_of(said)
        if parts is None:
            return None
        identity, secret = parts
        async with self.ledger.reading() as book:
            found = await book.api_key(identity)
        if found is None:
            return None
        key, secret_hash = found
        if not hmac.compare_digest(secret_hash, hashed(secret)) or key.revoked is not None:
            return None
        now = self.clock.now()
        if key.used is None or now - key.used >= _USED_EVERY:
            async with self.ledger.writing() as book:
                await book.used_api_key(identity, at=now)
        return key.visitor
