"""What became of help that was pointed to, as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update

from service.domain.programme_use import Use, UsedProgramme
from service.domain.returns import Counted, Measure
from service.domain.wording import LONDON
from service.store.database import known_moment, stored
from service.store.session import Part, table
from service.store.tables import (
    AlertHelpRow,
    AlertRow,
    HelpRequestRow,
    HelpStepRow,
    ProgrammeEntryRow,
    ProgrammeOpeningRow,
    ProgrammeUseRow,
    PursuitRow,
)
from service.usecases.returns import Wanted

CARRIED, OPENING, USE = table(AlertHelpRow), table(ProgrammeOpeningRow), table(ProgrammeUseRow)
ALERT, PURSUIT, ENTRY = table(AlertRow), table(PursuitRow), table(ProgrammeEntryRow)
REQUEST, STEP = table(HelpRequestRow), table(HelpStepRow)

#: What a firm's list says where it has bid.
_BID = ("bidding", "sent", "won", "lost")


class ReturnRows(Part):
    """Openings, uses and what they add up to."""

    async def note_opening(self, programme: str, *, day: date) -> None:
        """Somebody pressed the button on a programme's page."""
        values = {"programme": programme, "day": day.isoformat()}
        await self.insert_once(ProgrammeOpeningRow, values | {"times": 0})
        await self.connection.execute(
            update(OPENING)
            .where(OPENING.c.programme == programme, OPENING.c.day == day.isoformat())
            .values(times=OPENING.c.times + 1)
        )

    async def keep_uses(self, firm: int, programme: str, uses: Collection[Use], *, at: datetime) -> None:
        """What a firm says of a programme; said twice is the same as once."""
        same = {"firm_id": firm, "programme": programme, "at": stored(at)}
        await self.insert_each_once(ProgrammeUseRow, [same | {"use": each.value} for each in uses])

    async def drop_uses(self, firm: int, programme: str) -> None:
        """A firm takes back what it said of a programme."""
        await self.connection.execute(delete(USE).where(USE.c.firm_id == firm, USE.c.programme == programme))

    async def used_programmes(self, firm: int) -> Sequence[UsedProgramme]:
        """The programmes that a firm's alerts carried or that it spoke of, by key."""
        asked = (
            select(CARRIED.c.programme)
            .join(ALERT, ALERT.c.id == CARRIED.c.alert_id)
            .where(ALERT.c.firm_id == firm)
            .distinct()
        )
        said: dict[str, set[Use]] = {row.programme: set() for row in await self._all(asked)}
        for row in await self._all(select(USE).where(USE.c.firm_id == firm)):
            said.setdefault(row.programme, set()).add(Use(row.use))
        return [UsedProgramme(programme=key, said=frozenset(said[key])) for key in sorted(said)]

    async def owners_of_programmes(self) -> dict[str, int]:
        """The number of the organisation that entered a programme, by the programme's key."""
        asked = select(ENTRY.c.key, ENTRY.c.organisation_id).where(ENTRY.c.live != "")
        return {row.key: row.organisation_id for row in await self._all(asked)}

    async def counted(self, wanted: Sequence[Wanted]) -> Sequence[Counted]:
        """Everything that happened with some programmes."""
        keys = [each.programme for each in wanted]
        found = list(self._opened(await self._all(select(OPENING).where(OPENING.c.programme.in_(keys)))))
        for measure, asked in (
            (Measure.CARRIED, _carried(keys)),
            (Measure.STARTED, _used(keys, Use.STARTED)),
            (Measure.FINISHED, _used(keys, Use.FINISHED)),
            (Measure.BID, _followed(keys, _BID)),
            (Measure.WON, _followed(keys, ("won",))),
        ):
            found += [_one(row.programme, measure, row.at) for row in await self._all(asked)]
        for each in wanted:
            if each.organisation:
                found += [_one(each.programme, Measure.ASKED, row.at) for row in await self._all(_asked(each))]
        return found

    @staticmethod
    def _opened(rows: Iterable[Row[Any]]) -> Iterable[Counted]:
        for row in rows:
            one = Counted(programme=row.programme, measure=Measure.OPENED, day=date.fromisoformat(row.day))
            yield from [one] * row.times


def _one(programme: str, measure: Measure, at: str) -> Counted:
    return Counted(programme=programme, measure=measure, day=known_moment(at).astimezone(LONDON).date())


def _carried(keys: list[str]) -> Select[Any]:
    return (
        select(CARRIED.c.programme, ALERT.c.created.label("at"))
        .join(ALERT, ALERT.c.id == CARRIED.c.alert_id)
        .where(CARRIED.c.programme.in_(keys))
    )


def _used(keys: list[str], use: Use) -> Select[Any]:
    return select(USE.c.programme, USE.c.at).where(USE.c.programme.in_(keys), USE.c.use == use.value)


def _followed(keys: list[str], courses: Sequence[str]) -> Select[Any]:
    """Each firm that began and whose list says afterwards that it bid, or won: once, on the first such day."""
    return (
        select(USE.c.programme, func.min(PURSUIT.c.changed).label("at"))
        .join(PURSUIT, PURSUIT.c.firm_id == USE.c.firm_id)
        .where(
            USE.c.programme.in_(keys),
            USE.c.use == Use.STARTED.value,
            PURSUIT.c.course.in_(courses),
            PURSUIT.c.changed >= USE.c.at,
        )
        .group_by(USE.c.programme, USE.c.firm_id)
    )


def _asked(wanted: Wanted) -> Select[Any]:
    """Questions that were ever put to the programme's organisation about what it helps with, once each."""
    return (
        select(func.min(STEP.c.at).label("at"))
        .join(REQUEST, REQUEST.c.id == STEP.c.request_id)
        .where(
            STEP.c.organisation_id == wanted.organisation,
            STEP.c.step.in_(("ask", "hand_on")),
            REQUEST.c.subject.in_(wanted.subjects),
        )
        .group_by(STEP.c.request_id)
    )
