"""Watch: keep the history of how each source fares, and tell the operator once of a trouble and once of its end.

What a poll came to, the spell it ends or begins and the message to the operator are committed together. Time alone
makes a source stale or shut, so all of them are looked at every few minutes as well.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from service.domain.message import Message, Written, account_mail
from service.domain.source_health import UNWELL, WELL, Health, SourceRecord, Spell, Standing, standing
from service.ports import Clock, Source
from service.usecases.poll import manner_of

_log = structlog.get_logger()

#: Mail to a person, not to a firm, has neither a destination nor a firm.
NOBODY = 0


class SourceTransaction(Protocol):
    """What watching asks of the store, within one transaction."""

    async def source_record(self, source: str) -> SourceRecord | None:
        """One source, nobody else writing to it meanwhile; None: never polled."""

    async def keep_source_record(self, source: str, record: SourceRecord) -> None:
        """Write down how a source fares."""

    async def source_records(self) -> Mapping[str, SourceRecord]:
        """Every source that was ever polled."""

    async def open_spells(self) -> Mapping[str, Spell]:
        """The spells that last, by source."""

    async def turn_spell(self, source: str, *, health: Health, reason: str, at: datetime) -> None:
        """End the spell that lasts and begin another."""

    async def keep_message(
        self, message: Message, *, firm: int, target: int, slot: str, alerts: tuple[int, ...]
    ) -> None:
        """Store a message that waits to be sent, once for each slot."""


class SourceLedger(Protocol):
    """Opens transactions over sources."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[SourceTransaction]:
        """A transaction."""


class WriteOperatorNote(Protocol):
    """Words a message to the operator: of a trouble, or of its end."""

    def __call__(self, *, name: str, standing: Standing, since: datetime, failures: int, page_url: str) -> Written:
        """The message in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """Everything watching needs."""

    ledger: SourceLedger
    clock: Clock
    sources: Mapping[str, Source]
    write: WriteOperatorNote
    #: Where the operator hears of it; "": only the log and the doctor tell.
    operator: str
    #: Bad polls in a row after which the operator is told.
    tell_after: int
    public_url: str
    message_id: Callable[[str], str]

    async def keep(self, source: str, record: SourceRecord) -> None:
        """Write down what came of a poll."""
        now = self.clock.now()
        said = standing(record, manner=manner_of(self.sources[source]), closed="", now=now)
        async with self.ledger.writing() as transaction:
            held = await transaction.source_record(source)
            if held is not None:  # another worker may have told the operator while the poll ran
                record = dataclasses.replace(record, trouble_since=held.trouble_since, told=held.told)
            lasting = (await transaction.open_spells()).get(source)
            await self._settle(transaction, source, record, said, lasting=lasting)

    async def look(self, closed: Mapping[str, str]) -> None:
        """See what time and permits did to sources since; `closed` says why each is not asked, "" where it is."""
        now = self.clock.now()
        async with self.ledger.writing() as transaction:
            lasting = await transaction.open_spells()
            for key, record in (await transaction.source_records()).items():
                if key not in self.sources:
                    continue
                said = standing(record, manner=manner_of(self.sources[key]), closed=closed[key], now=now)
                spell = lasting.get(key)
                is_settled = _settled(record, said, now=now, tell_after=self.tell_after) == record
                if not is_settled or spell is None or spell.health != said.health:
                    await self._settle(transaction, key, record, said, lasting=spell)

    async def _settle(
        self,
        transaction: SourceTransaction,
        source: str,
        record: SourceRecord,
        said: Standing,
        *,
        lasting: Spell | None,
    ) -> None:
        now = self.clock.now()
        settled = _settled(record, said, now=now, tell_after=self.tell_after)
        if settled.told != record.told and (said.health in WELL or settled.told is not None):
            await self._tell(transaction, source, record=settled if settled.told else record, said=said)
        await transaction.keep_source_record(source, settled)
        if lasting is None or lasting.health != said.health:
            await transaction.turn_spell(source, health=said.health, reason=said.reason, at=now)

    async def _tell(self, transaction: SourceTransaction, source: str, *, record: SourceRecord, said: Standing) -> None:
        name, since = self.sources[source].card.name, record.trouble_since or self.clock.now()
        word = "unwell" if said.health in UNWELL else "well"
        _log.warning("source health", action="source_health", source=source, health=said.health, reason=said.reason)
        if not self.operator:
            return
        slot = f"source:{source}:{since.isoformat()}:{word}"
        written = self.write(
            name=name,
            standing=said,
            since=since,
            failures=record.failures,
            page_url=f"{self.public_url}/sources#{source}",
        )
        message = account_mail(written, message_id=self.message_id(slot), to=self.operator, at=self.clock.now())
        await transaction.keep_message(message, firm=NOBODY, target=NOBODY, slot=slot, alerts=())


def _settled(record: SourceRecord, said: Standing, *, now: datetime, tell_after: int) -> SourceRecord:
    """The record with the trouble it is in, and whether the operator was told of it by now."""
    if said.health not in UNWELL:
        return dataclasses.replace(record, trouble_since=None, told=None)
    lasts_long = record.failures >= tell_after or said.health == "stale"
    told = record.told or (now if lasts_long else None)
    return dataclasses.replace(record, trouble_since=record.trouble_since or now, told=told)
