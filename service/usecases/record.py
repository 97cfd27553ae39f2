"""Record: a notice becomes part of an opportunity, and the opportunity what all its notices together say.

The state is the fold of every reading ordered by the release's own date, so the order of arrival never matters and a
join can be undone: nothing but keys and notices says what belongs together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from service.domain.differences import change_kind, differences
from service.domain.history import content_hash, fold
from service.domain.joining import alike, plain_buyer, plain_title
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Key, Opportunity, Reading, State
from service.ports import Clock, Source
from service.usecases.ledger import NOTICE_SEEN, OPPORTUNITY_RECORDED, Ledger, RevisionRecord, Transaction, Waiting
from service.usecases.steps import drain_batch

#: Notices with nothing to read: rows that were no notices, and notices whose text was dropped with age.
_EMPTY_FORMS = frozenset({"unreadable", "expired"})

#: Told of every recorded notice: its source, and whether the opportunity is new (True), revised (False) or as it was.
Watch = Callable[[str, bool | None], None]


def _unwatched(_source: str, _is_new: bool | None) -> None:  # noqa: FBT001 - the shape of Watch
    """Nobody counts."""


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

    async def _record(self, transaction: Transaction, event: Waiting) -> None:
        number = int(event.payload["notice"])
        notice = await transaction.notice(number)
        reading = self._read(notice)
        if reading is None:
            return
        identity, joined = await self._find(transaction, reading)
        await transaction.assign(number, identity)
        held = await transaction.notices_of(identity)
        # Reading costs more than comparing, and most opportunities have this one notice.
        readings = [read for each in held if (read := reading if each == notice else self._read(each)) is not None]
        before = await transaction.opportunity(identity)
        after = fold(readings)
        quiet = bool(event.payload["quiet"]) or joined
        changed = await self._keep(transaction, identity, before=before, after=after, quiet=quiet, joined=joined)
        self.watch(notice.source, before is None if changed else None)

    def _read(self, notice: Notice) -> Reading | None:
        source = self.sources.get(notice.source)
        read = source.read(notice) if source is not None and notice.form not in _EMPTY_FORMS else None
        return None if isinstance(read, SetAside) else read

    async def _find(self, transaction: Transaction, reading: Reading) -> tuple[str, bool]:
        """The opportunity of a reading, and whether it was joined with what we held under other keys."""
        owners = await transaction.owners(reading.keys)
        if owners:
            main = owners[0].identity
            for other in owners[1:]:
                await transaction.join(
                    gone=other.identity, into=main, evidence=f"notice {reading.notice_id} names both procurements"
                )
            await transaction.claim_keys(main, reading.keys, evidence=f"stated by notice {reading.notice_id}")
            return main, len(owners) > 1
        twin = await self._twin(transaction, reading)
        identity, evidence = twin or (permanent_id(reading.keys), f"stated by notice {reading.notice_id}")
        await transaction.claim_keys(identity, reading.keys, evidence=evidence)
        return identity, twin is not None

    async def _twin(self, transaction: Transaction, reading: Reading) -> tuple[str, str] | None:
        """The same procurement as another source tells it, with the evidence."""
        state = fold([reading])
        found = await transaction.lookalikes(buyer_key=plain_buyer(state.details), title_key=_title_key(state))
        for each in found:
            if each.state.source != reading.source and (evidence := alike(each.state, state)):
                return each.identity, evidence
        return None

    async def _keep(
        self,
        transaction: Transaction,
        identity: str,
        *,
        before: Opportunity | None,
        after: State,
        quiet: bool,
        joined: bool,
    ) -> bool:
        """Write the state where it is another; whether it was. What a join brought together is no change to tell."""
        if before is not None and before.state == after:
            return False
        now = self.clock.now()
        shown = differences(before.state, after) if before is not None else ()
        substance_is_same = before is not None and before.state.details == after.details and not shown
        number = before.revision if before is not None and substance_is_same else (before.revision if before else 0) + 1
        await transaction.keep_state(
            identity,
            state=after,
            revision=number,
            first_seen=before.first_seen if before is not None else now,
            buyer_key=plain_buyer(after.details),
            title_key=_title_key(after),
        )
        if before is not None and substance_is_same:
            return False
        record = RevisionRecord(
            number=number,
            recorded=now,
            as_of=after.as_of,
            change_kind=change_kind(before.state, after) if before is not None and not joined else "",
            differences=shown,
        )
        await transaction.keep_revision(identity, record=record, content_hash=content_hash(after))
        payload: dict[str, str | int | bool] = {"opportunity": identity, "revision": number, "quiet": quiet}
        await transaction.emit(OPPORTUNITY_RECORDED, f"{identity}:{number}", payload, at=now)
        return True


def _title_key(state: State) -> str:
    return " ".join(plain_title(state.details.title))


def permanent_id(keys: Sequence[Key]) -> str:
    """An id for ever, made of the first key so that two workers agree on it."""
    first = min(keys, key=lambda key: (key.scheme != "ocid", key))
    return hashlib.blake2b(f"{first.scheme}={first.value}".encode(), digest_size=9).hexdigest()
