"""Buyer days: organisations enter days on which firms meet buyers, and take them off; anyone may read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.buyer_day import BuyerDay, Problems, TypedDay, check
from service.domain.roles import Visitor
from service.errors import NotAllowed, NotFound
from service.ports import Clock
from service.usecases.people import PeopleBook

#: The act of `service/data/roles.toml`.
ENTER = "day.enter"
LISTED = 200


class DayBook(PeopleBook, Protocol):
    """What buyer days ask of the store, within one transaction."""

    async def keep_buyer_day(self, day: BuyerDay) -> int:
        """Add a day; its number."""

    async def drop_buyer_day(self, number: int, *, organisations: Collection[int]) -> bool:
        """Take a day of one of these organisations off; False where there is none."""

    async def buyer_days(
        self, *, after: datetime, most: int, organisations: Collection[int] | None = None
    ) -> Sequence[BuyerDay]:
        """Days that end after a moment, the soonest first; of some organisations (None: of any)."""


class DayLedger(Protocol):
    """Opens transactions over buyer days."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[DayBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[DayBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerDayList:
    """The verbs."""

    ledger: DayLedger
    clock: Clock

    async def to_come(self) -> Sequence[BuyerDay]:
        """What is not over, the soonest first."""
        async with self.ledger.reading() as book:
            return await book.buyer_days(after=self.clock.now(), most=LISTED)

    async def mine(self, visitor: Visitor) -> Sequence[BuyerDay]:
        """What one's organisations have entered and is not over."""
        where = [each.organisation for each in visitor.where(ENTER)]
        async with self.ledger.reading() as book:
            return await book.buyer_days(after=self.clock.now(), most=LISTED, organisations=where)

    async def enter(self, visitor: Visitor, organisation: int, typed: TypedDay) -> Problems:
        """Add a day; what is wrong with it, by field. Raises NotAllowed."""
        name = next((each.name for each in visitor.where(ENTER) if each.organisation == organisation), None)
        if name is None:
            raise NotAllowed("You do not enter days for that organisation.")
        now = self.clock.now()
        checked = check(typed, organisation=organisation, organiser=name, now=now)
        if isinstance(checked, dict):
            return checked
        async with self.ledger.writing() as book:
            number = await book.keep_buyer_day(checked)
            await book.write_audit(
                act="day.entered", subject=f"buyer_day:{number}", person=visitor.person, organisation=organisation,
                at=now,
            )  # fmt: skip
        return {}

    async def take_off(self, visitor: Visitor, number: int) -> None:
        """Take a day off the list. Raises NotFound for one of another organisation."""
        where = [each.organisation for each in visitor.where(ENTER)]
        async with self.ledger.writing() as book:
            if not await book.drop_buyer_day(number, organisations=where):
                raise NotFound
            await book.write_audit(
                act="day.taken_off", subject=f"buyer_day:{number}", person=visitor.person, organisation=where[0],
                at=self.clock.now(),
            )  # fmt: skip
