"""Split: a wrong join is undone. The procurement that was joined gets its permanent id, its notices and its keys back.

Which notices are of which procurement is read from the notices themselves: the first of a notice's keys is its own
name, and what else it names is only mentioned. Both are folded anew from their own notices. Nobody is told of it, and
the two are kept apart from then on, whatever a later notice mentions.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.differences import differences
from service.domain.history import content_hash, fold
from service.domain.notice import SetAside
from service.domain.opportunity import Key, Opportunity, Reading
from service.errors import AskedWrongly, NotFound
from service.ports import Clock, Source
from service.usecases.holdings import standing_of
from service.usecases.ledger import (
    OPPORTUNITY_RECORDED,
    Held,
    Joined,
    Ledger,
    Parting,
    Revised,
    RevisionRecord,
    Transaction,
)
from service.usecases.record import EMPTY_FORMS, permanent_id

_MOVED_FROM = re.compile(r"\(moved from ([0-9a-f]+)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What came of it: the opportunity that stays, the one that has its id back, and how many notices each has."""

    kept: str
    restored: str
    notices_kept: int
    notices_restored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Splitter:
    """Undoes joins."""

    ledger: Ledger
    clock: Clock
    sources: Mapping[str, Source]

    async def joins(self) -> Sequence[Joined]:
        """Every key that came to an opportunity by a join, with the evidence."""
        async with self.ledger.writing() as transaction:
            return await transaction.joins()

    async def split(self, identity: str, key: Key, *, reason: str) -> Split:
        """Take the procurement that a key names out of an opportunity.

        Raises:
            NotFound: There is no such opportunity.
            AskedWrongly: The key is not the name of one of its procurements, or it has no other.
        """
        async with self.ledger.writing(alone=True) as transaction:
            before = (await transaction.opportunities([identity])).get(identity)
            if before is None:
                raise NotFound(f"There is no opportunity {identity}.")
            held = await transaction.notices_held([identity])
            readings = await asyncio.to_thread(self._readings, held)
            leaving = _of(key, readings)
            staying = {number: read for number, read in readings.items() if number not in leaving}
            if not leaving or not staying:
                raise AskedWrongly(_no_such(identity, key, readings))
            parting = await self._parting(transaction, before, leaving, staying, reason=reason)
            await transaction.part(parting, at=self.clock.now())
            gone = (await transaction.opportunities([parting.restored])).get(parting.restored)
            await self._refold(transaction, identity, before, list(staying.values()))
            await self._refold(transaction, parting.restored, gone, list(leaving.values()))
            return Split(
                kept=identity,
                restored=parting.restored,
                notices_kept=len(held) - len(leaving),
                notices_restored=len(leaving),
            )

    def _readings(self, held: Sequence[Held]) -> dict[int, Reading]:
        """What can still be read; a notice whose text was dropped with age stays where it is."""
        found = {}
        for each in held:
            source = self.sources.get(each.notice.source)
            if source is not None and each.notice.form not in EMPTY_FORMS:
                read = source.read(each.notice)
                if not isinstance(read, SetAside):
                    found[each.number] = read
        return found

    async def _parting(
        self,
        transaction: Transaction,
        kept: Opportunity,
        leaving: Mapping[int, Reading],
        staying: Mapping[int, Reading],
        *,
        reason: str,
    ) -> Parting:
        own = next(iter(leaving.values())).keys[0]
        stay = {key for read in staying.values() for key in read.keys if key == read.keys[0] or key.scheme == "notice"}
        named = list(dict.fromkeys(key for read in leaving.values() for key in read.keys if key not in stay))
        owners = await transaction.owners(named)
        evidence = next((each.evidence for each in await transaction.joins(kept.identity) if each.key == own), "")
        moved = _MOVED_FROM.search(evidence)
        restored = moved.group(1) if moved else permanent_id([own])
        if restored == kept.identity:
            others = ", ".join(sorted({f"{one.scheme}:{one.value}" for one in (r.keys[0] for r in staying.values())}))
            raise AskedWrongly(
                f"{kept.identity} is the permanent id of {own.value} itself. Split off {others} instead."
            )
        return Parting(
            kept=kept.identity,
            restored=restored,
            notices=tuple(leaving),
            keys=tuple(key for key in named if owners.get(key) == kept.identity),
            reason=reason,
        )

    async def _refold(
        self, transaction: Transaction, identity: str, before: Opportunity | None, readings: Sequence[Reading]
    ) -> None:
        """Write how an opportunity stands by its own notices, for every step but the telling."""
        now: datetime = self.clock.now()
        after = await asyncio.to_thread(fold, readings)
        number = before.revision + 1 if before is not None else 1
        first_seen = before.first_seen if before is not None else now
        stands = Opportunity(identity=identity, revision=number, state=after, first_seen=first_seen)
        record = RevisionRecord(
            number=number,
            recorded=now,
            as_of=after.as_of,
            change_kind="",
            differences=differences(before.state, after) if before is not None else (),
        )
        await transaction.keep_standing([standing_of(stands)])
        await transaction.keep_revised(
            [Revised(identity=identity, record=record, content_hash=content_hash(after, number=number))]
        )
        payload: dict[str, str | int | bool] = {"opportunity": identity, "revision": number, "quiet": True}
        await transaction.emit(OPPORTUNITY_RECORDED, f"{identity}:{number}", payload | {"silent": True}, at=now)


def _of(key: Key, readings: Mapping[int, Reading]) -> dict[int, Reading]:
    """The notices of the procurement that a key names: by its own name, or by one of its notices."""
    own = {read.keys[0] for read in readings.values() if key == read.keys[0]}
    if not own and key.scheme == "notice":
        own = {read.keys[0] for read in readings.values() if key in read.keys}
    return {number: read for number, read in readings.items() if read.keys[0] in own}


def _no_such(identity: str, key: Key, readings: Mapping[int, Reading]) -> str:
    names = sorted({f"{own.scheme}:{own.value}" for own in (read.keys[0] for read in readings.values())})
    if len(names) < 2:  # noqa: PLR2004 - a split takes two
        return f"{identity} is of one procurement only: there is nothing to split."
    return f"{identity} has no procurement {key.scheme}:{key.value}. It has: {', '.join(names)}."
