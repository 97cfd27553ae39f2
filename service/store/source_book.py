"""Sources as rows: how each fares, how it fared before, and whether it may be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update

from service.domain.source_health import Health, SourceRecord, Spell
from service.store.database import known_moment, moment, stored
from service.store.session import Part, table
from service.store.tables import SourceHealthRow, SourcePermitRow, SourceSpellRow
from service.usecases.permit import Permit

_HEALTH, _SPELL, _PERMIT = table(SourceHealthRow), table(SourceSpellRow), table(SourcePermitRow)
_LONGEST_REASON = 2000


class SourceBook(Part):
    """What is written down of sources."""

    async def source_records(self) -> Mapping[str, SourceRecord]:
        """Every source that was ever polled."""
        rows = (await self.connection.execute(select(_HEALTH))).all()
        return {row.source: _record(row) for row in rows}

    async def source_record(self, source: str) -> SourceRecord | None:
        """One source, nobody else writing to it while this transaction lasts; None: never polled."""
        asked = select(_HEALTH).where(_HEALTH.c.source == source).with_for_update()
        row = (await self.connection.execute(asked)).one_or_none()
        return _record(row) if row is not None else None

    async def keep_source_record(self, source: str, record: SourceRecord) -> None:
        """Write down how a source fares."""
        await self.put(
            SourceHealthRow,
            {
                "source": source,
                "health": record.health,
                "reason": record.reason[:_LONGEST_REASON],
                "last_poll": stored(record.last_poll),
                "first_good": stored(record.first_good),
                "last_good": stored(record.last_good),
                "last_new": stored(record.last_new),
                "next_poll": stored(record.next_poll),
                "failures": record.failures,
                "trouble_since": stored(record.trouble_since),
                "told": stored(record.told),
            },
        )

    async def open_spells(self) -> Mapping[str, Spell]:
        """The spells that last, by source."""
        asked = select(_SPELL).where(_SPELL.c.ended == "").order_by(_SPELL.c.id)
        return {row.source: _spell(row) for row in (await self.connection.execute(asked)).all()}

    async def turn_spell(self, source: str, *, health: Health, reason: str, at: datetime) -> None:
        """End the spell that lasts and begin another."""
        lasting = (_SPELL.c.source == source, _SPELL.c.ended == "")
        await self.connection.execute(update(_SPELL).where(*lasting).values(ended=stored(at)))
        await self.connection.execute(
            _SPELL.insert().values(
                source=source, health=health, reason=reason[:_LONGEST_REASON], began=stored(at), ended=""
            )
        )

    async def spells(self, *, since: datetime, until: datetime, healths: Collection[Health] = ()) -> Sequence[Spell]:
        """Spells that touch a time, in the order they began; only of some kinds of health where any is named."""
        asked = (
            select(_SPELL)
            .where(_SPELL.c.began < stored(until), (_SPELL.c.ended == "") | (_SPELL.c.ended > stored(since)))
            .order_by(_SPELL.c.began, _SPELL.c.id)
        )
        if healths:
            asked = asked.where(_SPELL.c.health.in_(sorted(healths)))
        return [_spell(row) for row in (await self.connection.execute(asked)).all()]

    async def permits(self) -> Mapping[str, Permit]:
        """The permits that hold, by source."""
        asked = select(_PERMIT).where(_PERMIT.c.withdrawn == "").order_by(_PERMIT.c.id)
        return {row.source: _permit(row) for row in (await self.connection.execute(asked)).all()}

    async def permit_history(self, source: str) -> Sequence[Permit]:
        """Every permit a source ever had, the newest first."""
        asked = select(_PERMIT).where(_PERMIT.c.source == source).order_by(_PERMIT.c.id.desc())
        return [_permit(row) for row in (await self.connection.execute(asked)).all()]

    async def give_permit(self, permit: Permit) -> None:
        """Write one down; one that held before is withdrawn at the same moment."""
        await self.withdraw_permit(permit.source, why="A newer one took its place.", at=permit.given)
        await self.connection.execute(
            _PERMIT.insert().values(
                source=permit.source,
                basis=permit.basis,
                robots_read=permit.robots_read.isoformat(),
                terms_read=permit.terms_read.isoformat(),
                by_role=permit.by,
                given=stored(permit.given),
                withdrawn="",
                why_withdrawn="",
            )
        )

    async def withdraw_permit(self, source: str, *, why: str, at: datetime) -> bool:
        """Take the permit of a source back; False where none holds."""
        result = await self.connection.execute(
            update(_PERMIT)
            .where(_PERMIT.c.source == source, _PERMIT.c.withdrawn == "")
            .values(withdrawn=stored(at), why_withdrawn=why)
        )
        return bool(result.rowcount)


def _record(row: Row[Any]) -> SourceRecord:
    return SourceRecord(
        health=row.health,
        reason=row.reason,
        last_poll=moment(row.last_poll),
        first_good=moment(row.first_good),
        last_good=moment(row.last_good),
        last_new=moment(row.last_new),
        next_poll=moment(row.next_poll),
        failures=row.failures,
        trouble_since=moment(row.trouble_since),
        told=moment(row.told),
    )


def _spell(row: Row[Any]) -> Spell:
    return Spell(
        source=row.source,
        health=row.health,
        reason=row.reason,
        began=known_moment(row.began),
        ended=moment(row.ended),
    )


def _permit(row: Row[Any]) -> Permit:
    return Permit(
        source=row.source,
        basis=row.basis,
        robots_read=date.fromisoformat(row.robots_read),
        terms_read=date.fromisoformat(row.terms_read),
        by=row.by_role,
        given=known_moment(row.given),
        withdrawn=moment(row.withdrawn),
        why_withdrawn=row.why_withdrawn,
    )
