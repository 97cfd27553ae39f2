"""Requests to sign in, sessions and drafts, as rows. Secrets are kept as hashes only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update

from service.store.database import known_moment, stored
from service.store.session import Part, table
from service.store.tables import DraftRow, PersonRow, SessionRow, SignInRow
from service.usecases.drafts import Draft
from service.usecases.sign_in import Asking, Sitting

SIGN_IN, SESSION, DRAFT, PERSON = table(SignInRow), table(SessionRow), table(DraftRow), table(PersonRow)


class Doors(Part):
    """Who is at the door."""

    async def keep_asking(self, *, address: str, nonce_hash: str, number: str, at: datetime, ends: datetime) -> int:
        """Keep a request to sign in, for a known address as for an unknown one; its number."""
        values = {
            "address": address,
            "nonce_hash": nonce_hash,
            "number": number,
            "person_id": 0,
            "token_hash": "",
            "created": stored(at),
            "ends": stored(ends),
            "used": "",
            "wrong_numbers": 0,
        }
        made = await self.connection.execute(SIGN_IN.insert().values(**values).returning(SIGN_IN.c.id))
        number_: int = made.scalar_one()
        return number_

    async def asking(self, identity: int) -> Asking | None:
        """A request to sign in."""
        return await self._asking(SIGN_IN.c.id == identity)

    async def asking_of_browser(self, nonce_hash: str) -> Asking | None:
        """The request a browser made."""
        return await self._asking(SIGN_IN.c.nonce_hash == nonce_hash)

    async def asking_of_link(self, token_hash: str) -> Asking | None:
        """The request a mailed link answers."""
        return await self._asking((SIGN_IN.c.token_hash == token_hash) & (SIGN_IN.c.token_hash != ""))

    async def answer_asking(self, identity: int, *, person: int, token_hash: str) -> None:
        """Somebody is known: what is in the mailed link. Nobody is: 0 and "". The address goes either way."""
        values = {"person_id": person, "token_hash": token_hash, "address": ""}
        await self.connection.execute(update(SIGN_IN).where(SIGN_IN.c.id == identity).values(**values))

    async def askings_since(self, person: int, since: datetime) -> int:
        """How many links somebody was sent since a moment."""
        asked = (
            select(func.count())
            .select_from(SIGN_IN)
            .where(SIGN_IN.c.person_id == person, SIGN_IN.c.created > stored(since))
        )
        return (await self.connection.execute(asked)).scalar_one()

    async def use_asking(self, identity: int, *, at: datetime) -> bool:
        """Use a link up; False where somebody was quicker."""
        changed = await self.connection.execute(
            update(SIGN_IN).where(SIGN_IN.c.id == identity, SIGN_IN.c.used == "").values(used=stored(at))
        )
        return bool(changed.rowcount)

    async def count_wrong_number(self, identity: int, *, most: int, at: datetime) -> None:
        """A wrong number was typed; after `most` of them the link is void."""
        tries = SIGN_IN.c.wrong_numbers + 1
        await self.connection.execute(update(SIGN_IN).where(SIGN_IN.c.id == identity).values(wrong_numbers=tries))
        await self.connection.execute(
            update(SIGN_IN)
            .where(SIGN_IN.c.id == identity, SIGN_IN.c.wrong_numbers >= most, SIGN_IN.c.used == "")
            .values(used=stored(at))
        )

    async def void_askings(self, person: int, *, at: datetime) -> None:
        """Make every link void that somebody has not used."""
        await self.connection.execute(
            update(SIGN_IN).where(SIGN_IN.c.person_id == person, SIGN_IN.c.used == "").values(used=stored(at))
        )

    async def begin_session(
        self, person: int, *, token_hash: str, idle: timedelta, ends: datetime, at: datetime
    ) -> None:
        """Somebody is in."""
        values = {
            "token_hash": token_hash,
            "person_id": person,
            "created": stored(at),
            "seen": stored(at),
            "idle": int(idle.total_seconds()),
            "ends": stored(ends),
        }
        await self.connection.execute(SESSION.insert().values(**values))

    async def session(self, token_hash: str) -> Sitting | None:
        """A session, over or not; None where there is none."""
        asked = (
            select(SESSION, PERSON.c.address)
            .join(PERSON, PERSON.c.id == SESSION.c.person_id)
            .where(SESSION.c.token_hash == token_hash)
        )
        row = (await self.connection.execute(asked)).one_or_none()
        if row is None:
            return None
        return Sitting(
            session=row.id,
            person=row.person_id,
            address=row.address,
            seen=known_moment(row.seen),
            idle=timedelta(seconds=row.idle),
            ends=known_moment(row.ends),
        )

    async def see_session(self, session: int, *, at: datetime) -> None:
        """Somebody was here."""
        await self.connection.execute(update(SESSION).where(SESSION.c.id == session).values(seen=stored(at)))

    async def end_session(self, token_hash: str) -> None:
        """Sign out here."""
        await self.connection.execute(delete(SESSION).where(SESSION.c.token_hash == token_hash))

    async def end_sessions(self, person: int) -> int:
        """Sign somebody out everywhere; how many sessions there were."""
        gone = await self.connection.execute(delete(SESSION).where(SESSION.c.person_id == person))
        return gone.rowcount

    async def end_stale(self, *, now: datetime) -> int:
        """Take away sessions, requests to sign in and drafts whose time is over; how many there were."""
        idle = [
            row.id
            for row in (await self.connection.execute(select(SESSION.c.id, SESSION.c.seen, SESSION.c.idle))).all()
            if known_moment(row.seen) + timedelta(seconds=row.idle) <= now
        ]
        taken = 0
        for statement in (
            delete(SESSION).where(SESSION.c.ends <= stored(now)),
            delete(SESSION).where(SESSION.c.id.in_(idle)),
            # a day longer, so that links sent lately are still counted
            delete(SIGN_IN).where(SIGN_IN.c.ends <= stored(now - timedelta(days=1))),
        ):
            taken += (await self.connection.execute(statement)).rowcount
        return taken

    async def keep_draft(self, token_hash: str, *, form: str, answers: str, at: datetime) -> None:
        """Keep what was typed so far."""
        values = {"token_hash": token_hash, "form": form, "answers": answers, "changed": stored(at)}
        await self.put(DraftRow, values)

    async def draft(self, token_hash: str, *, form: str) -> Draft | None:
        """What was typed so far in a form; None: nothing."""
        asked = select(DRAFT).where(DRAFT.c.token_hash == token_hash, DRAFT.c.form == form)
        row = (await self.connection.execute(asked)).one_or_none()
        return Draft(answers=row.answers, changed=known_moment(row.changed)) if row else None

    async def drop_draft(self, token_hash: str) -> None:
        """Forget what was typed."""
        await self.connection.execute(delete(DRAFT).where(DRAFT.c.token_hash == token_hash))

    async def drop_drafts(self, *, before: datetime) -> int:
        """Forget what was typed and left before a moment; how many there were."""
        return (await self.connection.execute(delete(DRAFT).where(DRAFT.c.changed < stored(before)))).rowcount

    async def _asking(self, condition: ColumnElement[bool]) -> Asking | None:
        row = (await self.connection.execute(select(SIGN_IN).where(condition))).one_or_none()
        if row is None:
            return None
        return Asking(
            identity=row.id,
            address=row.address,
            nonce_hash=row.nonce_hash,
            number=row.number,
            person=row.person_id,
            ends=known_moment(row.ends),
            is_used=bool(row.used),
        )
