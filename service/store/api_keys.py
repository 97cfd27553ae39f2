"""Keys of organisations, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from service.domain.api_key import ApiKey
from service.domain.roles import Membership
from service.store.database import known_moment, moment, stored
from service.store.session import Part, table
from service.store.tables import ApiKeyRow, OrganisationRow

API_KEY, ORGANISATION = table(ApiKeyRow), table(OrganisationRow)


class ApiKeyRows(Part):
    """Who may ask without signing in."""

    async def keep_api_key(
        self, *, identity: str, organisation: int, role: str, label: str, secret_hash: str, at: datetime
    ) -> None:
        """Write a new key."""
        values = {
            "id": identity,
            "organisation_id": organisation,
            "role": role,
            "label": label,
            "secret_hash": secret_hash,
            "made": stored(at),
            "used": "",
            "revoked": "",
        }
        await self.connection.execute(API_KEY.insert().values(**values))

    async def api_key(self, identity: str) -> tuple[ApiKey, str] | None:
        """A key with the hash of its secret; None where there is none."""
        row = (await self.connection.execute(_asked().where(API_KEY.c.id == identity))).one_or_none()
        return (_key(row), row.secret_hash) if row else None

    async def api_keys(self, organisation: int | None = None) -> Sequence[ApiKey]:
        """All keys, or those of one organisation, the oldest first; revoked ones too."""
        asked = _asked().order_by(API_KEY.c.made, API_KEY.c.id)
        if organisation is not None:
            asked = asked.where(API_KEY.c.organisation_id == organisation)
        return [_key(row) for row in (await self.connection.execute(asked)).all()]

    async def used_api_key(self, identity: str, *, at: datetime) -> None:
        """Write down that a key was used."""
        await self.connection.execute(update(API_KEY).where(API_KEY.c.id == identity).values(used=stored(at)))

    async def revoke_api_key(self, identity: str, *, at: datetime) -> bool:
        """Let a key work no more; False where it did not."""
        changed = await self.connection.execute(
            update(API_KEY).where(API_KEY.c.id == identity, API_KEY.c.revoked == "").values(revoked=stored(at))
        )
        return bool(changed.rowcount)


def _asked() -> Any:
    """Keys with their organisations."""
    return select(API_KEY, ORGANISATION.c.kind, ORGANISATION.c.key, ORGANISATION.c.name).join(
        ORGANISATION, ORGANISATION.c.id == API_KEY.c.organisation_id
    )


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        identity=row.id,
        membership=Membership(
            organisation=row.organisation_id, kind=row.kind, key=row.key, name=row.name, role=row.role
        ),
        label=row.label,
        made=known_moment(row.made),
        used=moment(row.used),
        revoked=moment(row.revoked),
    )
