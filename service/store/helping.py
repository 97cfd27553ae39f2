"""Who asks a person for help, who has it, and where organisations take questions, as rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from service.domain.help_request import OVER, HelpRequest, HelpState, Passed
from service.domain.helpline import Audience, Helpline, Sought
from service.store.database import known_moment, stored
from service.store.session import Part, table
from service.store.tables import (
    HelplineRow,
    HelpRequestRow,
    HelpStepRow,
    LetterRow,
    MessageRow,
    OrganisationRow,
)
from service.usecases.helping.book import Taken

LINE, REQUEST, STEP = table(HelplineRow), table(HelpRequestRow), table(HelpStepRow)
ORGANISATION, MESSAGE, LETTER = table(OrganisationRow), table(MessageRow), table(LetterRow)


class Helping(Part):
    """Help requests and helplines."""

    async def helplines(self) -> Sequence[Helpline]:
        """Every helpline there is."""
        asked = (
            select(LINE, ORGANISATION.c.name)
            .join(ORGANISATION, ORGANISATION.c.id == LINE.c.organisation_id)
            .order_by(LINE.c.organisation_id, LINE.c.audience)
        )
        return [
            Helpline(
                organisation=row.organisation_id,
                name=row.name or "An organisation of support",
                audience=Audience(row.audience),
                address=row.address,
                subjects=tuple(json.loads(row.subjects)),
                areas=tuple(json.loads(row.areas)),
                sizes=tuple(json.loads(row.sizes)),
                is_open=row.is_open,
            )
            for row in await self._all(asked)
        ]

    async def keep_helpline(self, helpline: Helpline, *, at: datetime) -> None:
        """Where an organisation takes questions from now on."""
        values = {
            "organisation_id": helpline.organisation,
            "audience": helpline.audience.value,
            "address": helpline.address,
            "subjects": json.dumps(helpline.subjects),
            "areas": json.dumps(helpline.areas),
            "sizes": json.dumps(helpline.sizes),
            "is_open": helpline.is_open,
            "changed": stored(at),
        }
        await self.put(HelplineRow, values)

    async def keep_help_request(self, request: HelpRequest, *, once: str) -> int | None:
        """Keep a new request; its number, or None where `once` was used before."""
        return await self.insert_numbered(HelpRequestRow, _values(request) | {"once": once})

    async def help_request_once(self, once: str) -> HelpRequest | None:
        """The request that was kept under a mark."""
        row = (await self.connection.execute(select(REQUEST).where(REQUEST.c.once == once))).one_or_none()
        return _request(row) if row else None

    async def change_help_request(self, request: HelpRequest) -> bool:
        """Write a request over the version before it; False where that is no longer there."""
        changed = await self.connection.execute(
            update(REQUEST)
            .where(REQUEST.c.id == request.number, REQUEST.c.version == request.version - 1)
            .values(**_values(request))
        )
        return bool(changed.rowcount)

    async def note_help_step(self, request: HelpRequest, *, step: str, held_by: int, person: int, at: datetime) -> None:
        """Write down a step, once for each version of a request."""
        values = {
            "request_id": request.number,
            "version": request.version,
            "step": step,
            "held_by": held_by,
            "organisation_id": request.organisation,
            "person_id": person,
            "at": stored(at),
        }
        await self.insert_once(HelpStepRow, values)

    async def help_request(self, number: int) -> HelpRequest | None:
        """A request by its number."""
        row = (await self.connection.execute(select(REQUEST).where(REQUEST.c.id == number))).one_or_none()
        return _request(row) if row else None

    async def help_requests_of(self, askers: Collection[int], *, most: int) -> Sequence[HelpRequest]:
        """What some organisations asked, the newest first."""
        asked = select(REQUEST).where(REQUEST.c.asker_id.in_(askers)).order_by(REQUEST.c.id.desc()).limit(most)
        return [_request(row) for row in await self._all(asked)]

    async def help_requests_with(self, organisations: Collection[int], *, most: int) -> Sequence[HelpRequest]:
        """What some organisations have or have answered, the newest first."""
        asked = (
            select(REQUEST)
            .where(REQUEST.c.organisation_id.in_(organisations))
            .order_by(REQUEST.c.id.desc())
            .limit(most)
        )
        return [_request(row) for row in await self._all(asked)]

    async def help_requests_in(self, states: Collection[HelpState], *, most: int) -> Sequence[HelpRequest]:
        """Requests that stand so, the longest there first."""
        asked = (
            select(REQUEST)
            .where(REQUEST.c.state.in_([each.value for each in states]))
            .order_by(REQUEST.c.since, REQUEST.c.id)
            .limit(most)
        )
        return [_request(row) for row in await self._all(asked)]

    async def help_steps(self, number: int) -> Sequence[Taken]:
        """What was done with a request, the oldest first."""
        asked = select(STEP).where(STEP.c.request_id == number).order_by(STEP.c.id)
        return [
            Taken(
                at=known_moment(row.at),
                step=row.step,
                held_by=row.held_by,
                organisation=row.organisation_id,
                person=row.person_id,
            )
            for row in await self._all(asked)
        ]

    async def organisation_names(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The names of organisations; those that are gone are left out."""
        asked = select(ORGANISATION.c.id, ORGANISATION.c.name).where(ORGANISATION.c.id.in_(numbers))
        return {row.id: row.name or "An organisation of support" for row in await self._all(asked)}

    async def empty_old_help_requests(self, *, before: datetime) -> int:
        """Take the words out of requests that were over before a moment; how many."""
        old = REQUEST.c.state.in_([each.value for each in OVER]) & (REQUEST.c.since < stored(before))
        emptied = await self.connection.execute(
            update(REQUEST).where(old, REQUEST.c.passed != "[]").values(passed="[]")
        )
        return emptied.rowcount

    async def forget_help_requests(self, *, firm: int = 0, person: int = 0) -> None:
        """Keep nothing of what a firm asked, or of what a person asked who is of no firm, in letters neither."""
        mine = REQUEST.c.firm_id == firm if firm else (REQUEST.c.firm_id == 0) & (REQUEST.c.person_id == person)
        numbers = list((await self.connection.execute(select(REQUEST.c.id).where(mine))).scalars())
        for number in numbers:
            of_it = MESSAGE.c.slot.like(f"help:{number}:%")
            letters = select(MESSAGE.c.header_id).where(of_it)
            empty = {"address": "", "subject": "", "text": "", "html": "", "said": ""}
            for statement in (
                delete(LETTER).where(LETTER.c.message_id.in_(letters)),
                update(MESSAGE).where(of_it, MESSAGE.c.state == "waiting").values(state="dropped"),
                update(MESSAGE).where(of_it).values(**empty),
                delete(STEP).where(STEP.c.request_id == number),
                delete(REQUEST).where(REQUEST.c.id == number),
            ):
                await self.connection.execute(statement)


def _values(request: HelpRequest) -> dict[str, Any]:
    return {
        "firm_id": request.firm,
        "asker_id": request.asker,
        "person_id": request.person,
        "opportunity_id": request.opportunity,
        "audience": request.sought.audience.value,
        "subject": request.sought.subject,
        "areas": json.dumps(request.sought.areas),
        "size": request.sought.size,
        "passed": json.dumps([[each.name, each.text] for each in request.passed], ensure_ascii=False),
        "consent": request.consent,
        "consented": stored(request.consented),
        "state": request.state.value,
        "organisation_id": request.organisation,
        "since": stored(request.since),
        "reminded": request.reminded,
        "turn": request.turn,
        "tried": json.dumps(request.tried),
        "secret": request.secret,
        "useful": request.useful,
        "version": request.version,
    }


def _request(row: Row[Any]) -> HelpRequest:
    return HelpRequest(
        number=row.id,
        sought=Sought(
            audience=Audience(row.audience),
            subject=row.subject,
            areas=tuple(json.loads(row.areas)),
            size=row.size,
        ),
        firm=row.firm_id,
        asker=row.asker_id,
        person=row.person_id,
        opportunity=row.opportunity_id,
        passed=tuple(Passed(name=name, text=text) for name, text in json.loads(row.passed)),
        consent=row.consent,
        consented=known_moment(row.consented),
        state=HelpState(row.state),
        organisation=row.organisation_id,
        since=known_moment(row.since),
        reminded=row.reminded,
        turn=row.turn,
        tried=tuple(json.loads(row.tried)),
        secret=row.secret,
        useful=row.useful,
        version=row.version,
    )
