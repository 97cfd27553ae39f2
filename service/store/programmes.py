"""Programmes of support that organisations enter, as rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Row, func, select, update

from service.domain.codec import plain, restored
from service.domain.programme import Capacity, State
from service.domain.programme_draft import ProgrammeDraft
from service.domain.programme_stand import Entry, EntryState
from service.store.database import known_moment, moment, stored
from service.store.session import Part, table
from service.store.tables import (
    AuditRow,
    OrganisationRow,
    ProgrammeChangeRow,
    ProgrammeCheckRow,
    ProgrammeEntryRow,
)
from service.usecases.people import Audited
from service.usecases.programmes import Changed
from service.usecases.programmes_catalogue import Check, Stamp

ENTRY, CHANGE, CHECK = table(ProgrammeEntryRow), table(ProgrammeChangeRow), table(ProgrammeCheckRow)
ORGANISATION, AUDIT = table(OrganisationRow), table(AuditRow)


class ProgrammeEntries(Part):
    """Drafts of programmes, what became of them, and what was found out about shipped ones."""

    async def keep_entry(self, entry: Entry, *, over: int) -> bool:
        """Write an entry over the version it was made from (0: it is new); False where that is no longer there."""
        values = _values(entry)
        if over == 0:
            return await self.insert_once(ProgrammeEntryRow, values)
        changed = await self.connection.execute(
            update(ENTRY).where(ENTRY.c.id == entry.identity, ENTRY.c.version == over).values(**values)
        )
        return bool(changed.rowcount)

    async def entry(self, identity: str, *, organisations: Collection[int] | None) -> Entry | None:
        """An entry of one of these organisations (None: of any); None where there is none."""
        asked = asked_entries().where(ENTRY.c.id == identity)
        if organisations is not None:
            asked = asked.where(ENTRY.c.organisation_id.in_(organisations))
        row = (await self.connection.execute(asked)).one_or_none()
        return entry_of(row) if row else None

    async def entries(self, organisations: Collection[int], *, most: int) -> Sequence[Entry]:
        """The entries of some organisations, the newest change first."""
        asked = asked_entries().where(ENTRY.c.organisation_id.in_(organisations)).order_by(ENTRY.c.changed.desc())
        return [entry_of(row) for row in (await self.connection.execute(asked.limit(most))).all()]

    async def entries_in(self, state: EntryState, *, most: int) -> Sequence[Entry]:
        """Everybody's entries in a state, the oldest change first."""
        asked = asked_entries().where(ENTRY.c.state == state.value).order_by(ENTRY.c.changed).limit(most)
        return [entry_of(row) for row in (await self.connection.execute(asked)).all()]

    async def entries_seen(self) -> Sequence[Entry]:
        """Every entry that firms see or have seen, in the order of their keys."""
        asked = asked_entries().where(ENTRY.c.live != "").order_by(ENTRY.c.key)
        return [entry_of(row) for row in (await self.connection.execute(asked)).all()]

    async def has_published(self, organisation: int) -> bool:
        """Whether an entry of an organisation was ever published."""
        asked = select(ENTRY.c.id).where(ENTRY.c.organisation_id == organisation, ENTRY.c.published != "").limit(1)
        return (await self.connection.execute(asked)).first() is not None

    async def origins(self) -> frozenset[str]:
        """Where entries were read."""
        asked = select(ENTRY.c.origin).where(ENTRY.c.origin != "")
        return frozenset((await self.connection.execute(asked)).scalars())

    async def keep_entry_changes(self, entry: str, changed: Sequence[Changed]) -> None:
        """Add to what changed in an entry."""
        rows = [
            {
                "entry_id": entry,
                "at": stored(each.at),
                "person_id": each.person,
                "field": each.field,
                "before": each.before,
                "after": each.after,
            }
            for each in changed
        ]
        if rows:
            await self.connection.execute(CHANGE.insert(), rows)

    async def entry_changes(self, entry: str, *, most: int) -> Sequence[Changed]:
        """What changed in an entry, the newest first."""
        asked = select(CHANGE).where(CHANGE.c.entry_id == entry).order_by(CHANGE.c.id.desc()).limit(most)
        return [
            Changed(at=known_moment(row.at), person=row.person_id, field=row.field, before=row.before, after=row.after)
            for row in (await self.connection.execute(asked)).all()
        ]

    async def entry_log(self, entry: str) -> Sequence[Audited]:
        """What was done with an entry, the oldest first."""
        asked = select(AUDIT).where(AUDIT.c.subject == f"programme:{entry}").order_by(AUDIT.c.id)
        return [
            Audited(at=known_moment(row.at), person=row.person_id, act=row.act, subject=row.subject, detail=row.detail)
            for row in (await self.connection.execute(asked)).all()
        ]

    async def catalogue_stamp(self) -> Stamp:
        """What changes whenever the stored part of the catalogue does."""
        asked = select(
            *(
                select(func.coalesce(figure, 0)).select_from(each).scalar_subquery()
                for each in (ENTRY, CHECK)
                for figure in (func.count(), func.sum(each.c.version))
            )
        )
        return tuple(int(each) for each in (await self.connection.execute(asked)).one())

    async def programme_checks(self) -> Mapping[str, Check]:
        """What was said of shipped programmes, by key."""
        return {
            row.key: Check(
                key=row.key,
                state=cast("State", row.state),
                last_checked=_day(row.last_checked),
                review_by=_day(row.review_by),
                by=row.person_id,
            )
            for row in (await self.connection.execute(select(CHECK))).all()
        }

    async def keep_programme_check(self, check: Check) -> None:
        """Say of a shipped programme what is true now."""
        asked = select(CHECK.c.version).where(CHECK.c.key == check.key)
        before = (await self.connection.execute(asked)).scalar_one_or_none() or 0
        values = {
            "key": check.key,
            "state": check.state,
            "last_checked": _text(check.last_checked),
            "review_by": _text(check.review_by),
            "person_id": check.by,
            "version": before + 1,
        }
        await self.put(ProgrammeCheckRow, values)


def asked_entries() -> Any:
    """Entries with the names of their organisations."""
    return select(ENTRY, ORGANISATION.c.name.label("owner")).join(
        ORGANISATION, ORGANISATION.c.id == ENTRY.c.organisation_id
    )


def _values(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.identity,
        "organisation_id": entry.organisation,
        "key": entry.key,
        "state": entry.state.value,
        "draft": _dumped(entry.draft),
        "live": _dumped(entry.live) if entry.live is not None else "",
        "version": entry.version,
        "live_version": entry.live_version,
        "capacity": entry.capacity,
        "last_checked": _text(entry.last_checked),
        "review_by": _text(entry.review_by),
        "origin": entry.origin,
        "note": entry.note,
        "made_by": entry.made_by,
        "published": stored(entry.published),
        "changed": stored(entry.changed),
    }


def _dumped(draft: ProgrammeDraft) -> str:
    return json.dumps(plain(draft), ensure_ascii=False)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(said: str) -> date | None:
    return date.fromisoformat(said) if said else None


def entry_of(row: Row[Any]) -> Entry:
    """An entry from its row."""
    return Entry(
        identity=row.id,
        organisation=row.organisation_id,
        owner=row.owner,
        state=EntryState(row.state),
        draft=restored(json.loads(row.draft), ProgrammeDraft),
        live=restored(json.loads(row.live), ProgrammeDraft) if row.live else None,
        key=row.key,
        version=row.version,
        live_version=row.live_version,
        capacity=cast("Capacity", row.capacity),
        last_checked=_day(row.last_checked),
        review_by=_day(row.review_by),
        origin=row.origin,
        note=row.note,
        made_by=row.made_by,
        published=moment(row.published),
        changed=known_moment(row.changed),
    )
