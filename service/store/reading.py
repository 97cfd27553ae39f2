"""What pages read: lists with filters and counts, one opportunity with its history, health, letters.

Nothing here writes but the built-in mailbox and the proof that writing works. What people type reaches the database
only as bound, escaped parameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, or_, select

from service.domain.codec import state_from_json, tags_from_json
from service.domain.message import Message
from service.domain.opportunity import Opportunity
from service.domain.tagging import Tags
from service.domain.words import tokens
from service.store.database import Database, known_moment, stored
from service.store.recorded import ANYWHERE
from service.store.session import Part, table
from service.store.tables import EventRow, LetterRow, MessageRow, OpportunityRow, TickRow

OPPORTUNITY, LETTER = table(OpportunityRow), table(LetterRow)
EVENT, MESSAGE, TICK = table(EventRow), table(MessageRow), table(TickRow)

#: Distinct search words that count; a person types a few, a paste by mistake thousands.
SEARCH_WORDS = 30
#: Letters the built-in mailbox lists.
LETTERS_LISTED = 200
#: Beginning of the GSS code of every London borough and the City.
_LONDON_CODES = " E09"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; empty means no limit. `areas` has GSS codes or "london"."""

    words: str = ""
    sectors: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    closes_from: datetime | None = None
    closes_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An opportunity and its tags (None: not tagged yet). `redirect_to` names the one it was joined into."""

    opportunity: Opportunity
    tags: Tags | None
    redirect_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLetter:
    """A letter of the built-in mailbox; text, markup and headers are empty in lists."""

    message_id: str
    to: str
    subject: str
    at: datetime
    text: str = ""
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class Reading(Part):
    """Questions on one connection."""

    async def open_list(self, wanted: Wanted, *, now: datetime, most: int, after: int) -> Sequence[Listed]:
        """Open opportunities, the newest first: at most so many, after so many."""
        asked = (
            select(OPPORTUNITY)
            .where(*_open(now), *_conditions(wanted).values())
            .order_by(OPPORTUNITY.c.first_published.desc(), OPPORTUNITY.c.id.desc())
            .limit(most)
            .offset(after)
        )
        return [_listed(row) for row in (await self.connection.execute(asked)).all()]

    async def open_total(self, wanted: Wanted, *, now: datetime) -> int:
        """How many there are in all."""
        asked = select(func.count()).select_from(OPPORTUNITY).where(*_open(now), *_conditions(wanted).values())
        return (await self.connection.execute(asked)).scalar_one()

    async def open_counts(self, wanted: Wanted, *, now: datetime) -> Mapping[str, Mapping[str, int]]:
        """For "sectors", "areas" and "sizes": how many each choice would show, the other filters kept."""
        columns = {
            "sectors": OPPORTUNITY.c.sector_words,
            "areas": OPPORTUNITY.c.area_words,
            "sizes": OPPORTUNITY.c.size_words,
        }
        conditions = _conditions(wanted)
        counted: dict[str, Mapping[str, int]] = {}
        for name, column in columns.items():
            others = [condition for key, condition in conditions.items() if key != name]
            asked: Select[Any] = (
                select(column.label("words"), func.count().label("number")).where(*_open(now), *others).group_by(column)
            )
            rows = (await self.connection.execute(asked)).all()
            counted[name] = _tally([(row.words, row.number) for row in rows])
        return counted

    async def listed(self, identity: str) -> Listed | None:
        """One opportunity, open or not; None where there is none."""
        row = (await self.connection.execute(select(OPPORTUNITY).where(OPPORTUNITY.c.id == identity))).one_or_none()
        return _listed(row) if row is not None else None

    async def letters(self) -> Sequence[KeptLetter]:
        """The newest letters of the built-in mailbox, without their words."""
        asked = (
            select(LETTER.c.message_id, LETTER.c.to, LETTER.c.subject, LETTER.c.at)
            .order_by(LETTER.c.at.desc(), LETTER.c.message_id.desc())
            .limit(LETTERS_LISTED)
        )
        rows = (await self.connection.execute(asked)).all()
        return [
            KeptLetter(message_id=row.message_id, to=row.to, subject=row.subject, at=known_moment(row.at))
            for row in rows
        ]

    async def letter(self, message_id: str) -> KeptLetter | None:
        """One letter; None where there is none."""
        row = (await self.connection.execute(select(LETTER).where(LETTER.c.message_id == message_id))).one_or_none()
        if row is None:
            return None
        return KeptLetter(
            message_id=row.message_id,
            to=row.to,
            subject=row.subject,
            at=known_moment(row.at),
            text=row.text,
            html=row.html,
            headers=tuple((name, value) for name, value in json.loads(row.headers)),
        )

    async def overdue_messages(self, *, now: datetime, by: timedelta) -> int:
        """Messages that could have gone out so long ago and still wait."""
        asked = (
            select(func.count())
            .select_from(MESSAGE)
            .where(MESSAGE.c.state == "waiting", MESSAGE.c.available <= stored(now - by))
        )
        return (await self.connection.execute(asked)).scalar_one()

    async def parked_events(self) -> int:
        """Events that were put aside after failing too often."""
        asked = select(func.count()).select_from(EVENT).where(EVENT.c.parked != "")
        return (await self.connection.execute(asked)).scalar_one()

    async def prove_writing(self, at: datetime) -> None:
        """Write a row and take it away again. Raises what the database raises."""
        await self.insert_once(TickRow, {"job": "readiness", "due_at": stored(at)})
        await self.connection.execute(delete(TICK).where(TICK.c.job == "readiness"))


class LetterBox:
    """The built-in mailbox over the database: keeps the promise of `MailboxStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, message: Message, *, headers: Sequence[tuple[str, str]], at: datetime) -> None:
        """Keep a letter once: the same Message-ID again changes nothing."""
        async with self._database.writing() as connection:
            await Part(connection).insert_once(
                LetterRow,
                {
                    "message_id": message.message_id,
                    "to": message.to,
                    "subject": message.subject,
                    "text": message.text,
                    "html": message.html,
                    "headers": json.dumps([list(pair) for pair in headers], ensure_ascii=False),
                    "at": stored(at),
                },
            )


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Open, not joined into another, judged, and still time."""
    return (
        OPPORTUNITY.c.status == "open",
        OPPORTUNITY.c.redirect_to == "",
        OPPORTUNITY.c.tagged_revision > 0,
        or_(OPPORTUNITY.c.closes == "", OPPORTUNITY.c.closes > stored(now)),
    )


def _conditions(wanted: Wanted) -> dict[str, ColumnElement[bool]]:
    """One condition for each filter that is set, by its name."""
    made: dict[str, ColumnElement[bool]] = {}
    sought = tuple(dict.fromkeys(tokens(wanted.words)))[:SEARCH_WORDS]
    if sought:
        made["words"] = and_(*(_has(OPPORTUNITY.c.search_words, word) for word in sought))
    if wanted.sectors:
        made["sectors"] = or_(*(_has(OPPORTUNITY.c.sector_words, key) for key in wanted.sectors))
    if "london" in wanted.areas:
        areas = OPPORTUNITY.c.area_words
        made["areas"] = or_(areas.contains(_LONDON_CODES, autoescape=True), _has(areas, ANYWHERE))
    elif wanted.areas:
        made["areas"] = or_(*(_has(OPPORTUNITY.c.area_words, code) for code in wanted.areas))
    if wanted.sizes:
        made["sizes"] = or_(*(_has(OPPORTUNITY.c.size_words, key) for key in wanted.sizes))
    if wanted.closes_from is not None:
        made["from"] = OPPORTUNITY.c.closes >= stored(wanted.closes_from)
    if wanted.closes_before is not None:
        made["before"] = and_(OPPORTUNITY.c.closes != "", OPPORTUNITY.c.closes < stored(wanted.closes_before))
    return made


def _has(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    return column.contains(f" {word} ", autoescape=True)


def _tally(groups: Sequence[tuple[str, int]]) -> Mapping[str, int]:
    """Numbers for each word, and under "london" for what any borough or the whole country has."""
    counted: dict[str, int] = {}
    for words, number in groups:
        said = set(words.split())
        if ANYWHERE in said or any(word.startswith(_LONDON_CODES.strip()) for word in said):
            said.add("london")
        for word in said:
            counted[word] = counted.get(word, 0) + number
    return counted


def _listed(row: Row[Any]) -> Listed:
    return Listed(
        opportunity=Opportunity(
            identity=row.id,
            revision=row.revision,
            state=state_from_json(row.state),
            first_seen=known_moment(row.first_seen),
        ),
        tags=tags_from_json(row.tags) if row.tags else None,
        redirect_to=row.redirect_to,
    )
