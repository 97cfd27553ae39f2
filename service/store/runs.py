"""When firms hear from us, as rows: what each chose, and the letters that are to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Row, Select, func, select, update

from service.domain.rhythm import Pace, Rhythm, Slot
from service.store.database import known_moment, stored
from service.store.session import Part, in_parts, table
from service.store.tables import DigestPartRow, DigestRunRow, MessageRow, RhythmRow
from service.usecases.when import Lately, Run

RHYTHM, RUN, PART, _MESSAGE = table(RhythmRow), table(DigestRunRow), table(DigestPartRow), table(MessageRow)

_NONE = -1


class Runs(Part):
    """Rhythms and letters to come."""

    async def rhythms(self, firms: Sequence[int]) -> Mapping[int, Rhythm]:
        """What firms chose; one that chose nothing is left out."""
        found = {}
        for part in in_parts(dict.fromkeys(firms)):
            for row in await self._all(select(RHYTHM).where(RHYTHM.c.firm_id.in_(part))):
                found[row.firm_id] = Rhythm(
                    pace=cast("Pace", row.pace),
                    quiet_from=None if row.quiet_from == _NONE else row.quiet_from,
                    quiet_until=None if row.quiet_until == _NONE else row.quiet_until,
                    working_days_only=row.working_days_only,
                    remind_days=row.remind_days,
                )
        return found

    async def keep_rhythm(self, firm: int, rhythm: Rhythm, *, at: datetime) -> None:
        """What a firm chooses from now on."""
        await self.put(
            RhythmRow,
            {
                "firm_id": firm,
                "pace": rhythm.pace,
                "quiet_from": _NONE if rhythm.quiet_from is None else rhythm.quiet_from,
                "quiet_until": _NONE if rhythm.quiet_until is None else rhythm.quiet_until,
                "working_days_only": rhythm.working_days_only,
                "remind_days": rhythm.remind_days,
                "changed": stored(at),
            },
        )

    async def lately(self, firms: Sequence[int], *, since: datetime, now: datetime) -> Mapping[int, Lately]:
        """What firms were told at once since a moment, and what waits already; those with neither are left out."""
        singles: dict[int, int] = {}
        held: dict[int, Slot] = {}
        for part in in_parts(dict.fromkeys(firms)):
            counted = (
                select(_MESSAGE.c.firm_id, func.count(_MESSAGE.c.slot.distinct()).label("singles"))
                .where(_MESSAGE.c.firm_id.in_(part), _MESSAGE.c.slot.like("alert:%"))
                .where(_MESSAGE.c.created > stored(since))
                .group_by(_MESSAGE.c.firm_id)
            )
            singles |= {row.firm_id: row.singles for row in await self._all(counted)}
            waiting = select(RUN).where(
                RUN.c.firm_id.in_(part), RUN.c.made == "", RUN.c.slot.like("held:%"), RUN.c.due > stored(now)
            )
            held |= {row.firm_id: _slot(row) for row in await self._all(waiting.order_by(RUN.c.due.desc()))}
        return {
            firm: Lately(singles=singles.get(firm, 0), held=held.get(firm)) for firm in singles.keys() | held.keys()
        }

    async def hold(self, firm: int, slot: Slot, alerts: Sequence[int]) -> Slot:
        """Let alerts wait for a letter; for another of the same moment where that one was made in the meantime."""
        while True:
            await self.insert_once(
                DigestRunRow, {"firm_id": firm, "slot": slot.name, "due": stored(slot.due), "made": ""}
            )
            asked = select(RUN).where(RUN.c.firm_id == firm, RUN.c.slot == slot.name).with_for_update()
            row = (await self.connection.execute(asked)).one()
            if not row.made:
                break
            slot = Slot(name=f"{slot.name}+", due=slot.due)
        await self.insert_each_once(DigestPartRow, [{"alert_id": alert, "run_id": row.id} for alert in alerts])
        return slot

    async def due_runs(self, *, now: datetime, most: int) -> Sequence[Run]:
        """Every letter that is due and not made, of some firms, the oldest first."""
        due = select(RUN).where(RUN.c.made == "", RUN.c.due <= stored(now)).order_by(RUN.c.due, RUN.c.id)
        first = await self._runs(due.limit(most).with_for_update(skip_locked=True))
        if not first:
            return []
        firms = {each.firm for each in first}
        return await self._runs(due.where(RUN.c.firm_id.in_(firms)).with_for_update(skip_locked=True))

    async def runs_to_come(self) -> Sequence[Run]:
        """Every letter that is not made, of whatever firm."""
        return await self._runs(select(RUN).where(RUN.c.made == "").order_by(RUN.c.due, RUN.c.id))

    async def waiting_runs(self, firm: int, *, to_move: bool = False) -> Sequence[Run]:
        """The letters of a firm that are not made, the first due first; `to_move`: nobody makes them meanwhile."""
        waiting = select(RUN).where(RUN.c.firm_id == firm, RUN.c.made == "").order_by(RUN.c.due, RUN.c.id)
        return await self._runs(waiting.with_for_update() if to_move else waiting)

    async def parts_of(self, run: int) -> Sequence[int]:
        """The alerts of a letter, in the order they were made."""
        asked = select(PART.c.alert_id).where(PART.c.run_id == run).order_by(PART.c.alert_id)
        return list((await self.connection.execute(asked)).scalars())

    async def move_parts(self, runs: Sequence[int], *, into: int) -> None:
        """Let the alerts of some letters go with another."""
        await self.connection.execute(update(PART).where(PART.c.run_id.in_(runs)).values(run_id=into))

    async def run_made(self, runs: Sequence[int], *, at: datetime) -> None:
        """These are made, or there was nothing to make."""
        await self.connection.execute(update(RUN).where(RUN.c.id.in_(runs)).values(made=stored(at)))

    async def put_off_run(self, run: int, *, until: datetime) -> None:
        """Try later."""
        await self.connection.execute(update(RUN).where(RUN.c.id == run).values(due=stored(until)))

    async def run_of(self, firm: int, run: int) -> Run | None:
        """A letter of a firm by its number; None where the firm has no such letter."""
        found = await self._runs(select(RUN).where(RUN.c.id == run, RUN.c.firm_id == firm))
        return found[0] if found else None

    async def _runs(self, asked: Select[tuple[object, ...]]) -> list[Run]:
        return [Run(identity=row.id, firm=row.firm_id, slot=_slot(row)) for row in await self._all(asked)]


def _slot(row: Row[tuple[object, ...]]) -> Slot:
    return Slot(name=row.slot, due=known_moment(row.due))
