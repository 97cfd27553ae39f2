"""Firms with a rhythm in a house whose only source is scripted: for stories of when somebody is told."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from sqlalchemy import select

from service.bootstrap import House
from service.commands.work import STEPS, drain_all
from service.domain.interest import Interest
from service.domain.rhythm import Rhythm
from service.domain.wording import LONDON
from service.store.session import table
from service.store.tables import AlertRow, MessageRow, OpportunityKeyRow
from service.usecases.collect import Report
from service.usecases.pursue import Lists
from service.usecases.timing import Timing

WINDOWS = "windows@firm.example"
ASKS = Interest(cpv=("9091",), areas=("E09000012",))

Letter = tuple[str, str, str]


def london(text: str) -> datetime:
    """A moment as a clock in London shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


async def subscribe(
    house: House, address: str = WINDOWS, *, rhythm: Rhythm | None = None, interest: Interest = ASKS
) -> int:
    """A firm that asked for window cleaning in Hackney, by a rhythm."""
    now = house.clock.now()
    async with house.ledger.writing() as book:
        firm = await book.create_firm(
            channel="email",
            address=address,
            size="micro",
            interest=interest,
            secret=f"sample-{address}",
            consent="A sample firm of a test.",
            at=now,
        )
        await book.set_firm_state(firm.identity, "active", confirmed=now)
        if rhythm is not None:
            await book.keep_rhythm(firm.identity, rhythm, at=now)
    return firm.identity


def timing(house: House) -> Timing:
    """The verbs of when, by the clock that the test turns."""
    return dataclasses.replace(house.accounts.timing, clock=house.clock)


def lists(house: House) -> Lists:
    """The verbs of lists, by the clock that the test turns."""
    return dataclasses.replace(house.accounts.lists, clock=house.clock)


async def take_in(house: House) -> None:
    """Poll the sample listing once and let every step run."""
    assert await house.poll(house.sources["sample_listing"], Report()) == ""
    await settle(house)


async def settle(house: House) -> None:
    """Let the reminders and every step run."""
    await house.reminders().look()
    await drain_all(house, STEPS)


async def letters(house: House, address: str = WINDOWS) -> list[Letter]:
    """Slot, subject and text of what was sent to an address, in order."""
    message = table(MessageRow)
    asked = (
        select(message.c.slot, message.c.subject, message.c.text)
        .where(message.c.address == address, message.c.state == "sent")
        .order_by(message.c.id)
    )
    async with house.database.reading() as connection:
        return [(row.slot, row.subject, row.text) for row in (await connection.execute(asked)).all()]


async def told(house: House) -> list[tuple[str, str]]:
    """Change and why it was not told, of every alert."""
    alert = table(AlertRow)
    async with house.database.reading() as connection:
        rows = (await connection.execute(select(alert.c.change, alert.c.dropped).order_by(alert.c.id))).all()
    return [(row.change, row.dropped) for row in rows]


async def opportunity(house: House, number: int) -> str:
    """The id of one of the sample listing."""
    key = table(OpportunityKeyRow)
    asked = select(key.c.opportunity_id).where(key.c.key == f"sample_listing:S-{number}")
    async with house.database.reading() as connection:
        return str((await connection.execute(asked)).scalar_one())


def heading(subject: str) -> str:
    """What a subject begins with, before it names anything."""
    return subject.partition(": ")[0]


async def headings(house: House, address: str = WINDOWS) -> list[str]:
    """How the subjects of what was sent to an address begin, in order."""
    return [heading(subject) for _, subject, _ in await letters(house, address)]
