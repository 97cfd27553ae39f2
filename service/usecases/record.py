"""Record: a notice becomes part of an opportunity, and the opportunity what all its notices together say.

The state is the fold of every reading ordered by the release's own date, so the order of arrival never matters and a
join can be undone: nothing but keys and notices says what belongs together. A batch is read with a few statements,
thought through in one thread, and written with a few statements.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.differences import change_kind, differences
from service.domain.history import content_hash, fold
from service.domain.joining import APART, alike, plain_buyer, title_key
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Key, Opportunity, Reading, State
from service.ports import Clock, Source
from service.usecases.holdings import Holdings, Join
from service.usecases.ledger import (
    NOTICE_SEEN,
    OPPORTUNITY_RECORDED,
    STATED,
    Ledger,
    Revised,
    RevisionRecord,
    Transaction,
    Waiting,
)
from service.usecases.steps import drain_batch

#: Notices with nothing to read: rows that were no notices, and notices whose text was dropped with age.
EMPTY_FORMS = frozenset({"unreadable", "expired"})

#: Told of every recorded notice: its source, and whether the opportunity is new (True), revised (False) or as it was.
Watch = Callable[[str, bool | None], None]


def _unwatched(_source: str, _is_new: bool | None) -> None:  # noqa: FBT001 - the shape of Watch
    """Nobody counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A notice in hand, and what it says."""

    number: int
    notice: Notice
    reading: Reading
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """Does the step for waiting notices."""

    ledger: Ledger
    clock: Clock
    sources: Mapping[str, Source]
    watch: Watch = _unwatched

    async def drain(self) -> int:
        """Record the oldest waiting notices; how many."""
        return await drain_batch(
            self.ledger, self.clock, kind=NOTICE_SEEN, step="record", handle=self._record, alone=True
        )

    async def _record(self, transaction: Transaction, events: Sequence[Waiting]) -> None:
        notices = await transaction.notices([int(event.payload["notice"]) for event in events])
        fresh = await asyncio.to_thread(self._fresh, events, notices)
        holdings = await _look_up(transaction, fresh)
        became = await asyncio.to_thread(self._record_all, holdings, fresh)
        await _write(transaction, holdings, at=self.clock.now())
        for source, is_new in became:
            self.watch(source, is_new)

    def _fresh(self, events: Sequence[Waiting], notices: Mapping[int, Notice]) -> list[Fresh]:
        """What can be read of the notices in hand."""
        found = []
        for event in events:
            number = int(event.payload["notice"])
            reading = self._read(notices[number])
            if reading is not None:
                quiet = bool(event.payload["quiet"])
                found.append(Fresh(number=number, notice=notices[number], reading=reading, quiet=quiet))
        return found

    def _read(self, notice: Notice) -> Reading | None:
        source = self.sources.get(notice.source)
        read = source.read(notice) if source is not None and notice.form not in EMPTY_FORMS else None
        return None if isinstance(read, SetAside) else read

    def _record_all(self, holdings: Holdings, fresh: Sequence[Fresh]) -> list[tuple[str, bool | None]]:
        """Take in one notice after another; for each its source and what became of its opportunity, as for Watch."""
        known: dict[int, Reading | None] = {each.number: each.reading for each in fresh}
        became: list[tuple[str, bool | None]] = []
        for each in fresh:
            identity, joined = _find(holdings, each.reading)
            holdings.assign(each.number, each.notice, identity)
            # Reading costs more than comparing, and most opportunities have this one notice.
            for number, notice in holdings.notices(identity).items():
                if number not in known:
                    known[number] = self._read(notice)
            readings = [read for number in holdings.notices(identity) if (read := known[number]) is not None]
            before = holdings.opportunity(identity)
            changed = self._keep(holdings, identity, after=fold(readings), quiet=each.quiet or joined, joined=joined)
            became.append((each.notice.source, before is None if changed else None))
        return became

    def _keep(self, holdings: Holdings, identity: str, *, after: State, quiet: bool, joined: bool) -> bool:
        """Write the state where it is another; whether it was. What a join brought together is no change to tell."""
        before = holdings.opportunity(identity)
        if before is not None and before.state == after:
            return False
        now = self.clock.now()
        shown = differences(before.state, after) if before is not None else ()
        substance_is_same = before is not None and before.state.details == after.details and not shown
        number = before.revision if before is not None and substance_is_same else (before.revision if before else 0) + 1
        first_seen = before.first_seen if before is not None else now
        holdings.stands(Opportunity(identity=identity, revision=number, state=after, first_seen=first_seen))
        if before is not None and substance_is_same:
            return False
        record = RevisionRecord(
            number=number,
            recorded=now,
            as_of=after.as_of,
            change_kind=change_kind(before.state, after) if before is not None and not joined else "",
            differences=shown,
        )
        payload: dict[str, str | int | bool] = {"opportunity": identity, "revision": number, "quiet": quiet}
        holdings.revised(
            Revised(identity=identity, record=record, content_hash=content_hash(after, number=number)),
            (f"{identity}:{number}", payload),
        )
        return True


async def _look_up(transaction: Transaction, fresh: Sequence[Fresh]) -> Holdings:
    """All we hold that the notices in hand can touch."""
    owners = await transaction.owners([key for each in fresh for key in each.reading.keys])
    strangers = [each.reading for each in fresh if not any(key in owners for key in each.reading.keys)]
    identities = dict.fromkeys([*owners.values(), *await _lookalikes(transaction, strangers)])
    opportunities = await transaction.opportunities(list(identities))
    notices = await transaction.notices_held(list(opportunities))
    apart = await transaction.apart(list(opportunities))
    return Holdings(owners=owners, opportunities=opportunities, notices=notices, apart=apart)


async def _lookalikes(transaction: Transaction, strangers: Sequence[Reading]) -> list[str]:
    """Opportunities of the same buyer with the same title as readings under keys we do not know."""
    if not strangers:
        return []
    wanted = {(plain_buyer(each.details), title_key(each.details.title)) for each in strangers}
    since = min(each.published for each in strangers) - APART
    titled = await transaction.titles_of(sorted({buyer for buyer, _ in wanted}), since=since)
    return [each.identity for each in titled if (each.buyer_key, each.title_key) in wanted]


def _find(holdings: Holdings, reading: Reading) -> tuple[str, bool]:
    """The opportunity of a reading, and whether it was joined with what we held under other keys."""
    owners = holdings.owners(reading.keys)
    if owners:
        main, others = holdings.joinable(owners, own=reading.keys[0])
        for other in others:
            holdings.join(gone=other, into=main, evidence=f"notice {reading.notice_id} names both procurements")
        holdings.claim(main, reading.keys, evidence=f"{STATED} notice {reading.notice_id}")
        return main, bool(others)
    twin = _twin(holdings, reading)
    identity, evidence = twin or (permanent_id(reading.keys), f"{STATED} notice {reading.notice_id}")
    holdings.claim(identity, reading.keys, evidence=evidence)
    return identity, twin is not None


def _twin(holdings: Holdings, reading: Reading) -> tuple[str, str] | None:
    """The same procurement as another source tells it, with the evidence."""
    state = fold([reading])
    wanted = title_key(state.details.title)
    for each in holdings.of_buyer(plain_buyer(state.details)):
        same_title = title_key(each.state.details.title) == wanted
        if same_title and each.state.source != reading.source and (evidence := alike(each.state, state)):
            return each.identity, evidence
    return None


async def _write(transaction: Transaction, holdings: Holdings, *, at: datetime) -> None:
    for act in holdings.acts:
        if isinstance(act, Join):
            await transaction.join(gone=act.gone, into=act.into, evidence=act.evidence)
            continue
        await transaction.assign(act.owners)
        await transaction.claim(act.claims)
        await transaction.keep_standing(list(act.standing.values()))
        await transaction.keep_revised(act.revised)
        await transaction.emit_each(OPPORTUNITY_RECORDED, act.events, at=at)


def permanent_id(keys: Sequence[Key]) -> str:
    """An id for ever, made of the first key so that two workers agree on it."""
    first = min(keys, key=lambda key: (key.scheme != "ocid", key))
    return hashlib.blake2b(f"{first.scheme}={first.value}".encode(), digest_size=9).hexdigest()
