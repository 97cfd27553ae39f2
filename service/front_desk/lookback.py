"""The last 30 days, matched again with an interest that is not kept yet: what it would have sent.

What was published does not change between two previews, so opportunities stay ready in memory and only new and changed
ones are read. The matcher itself decides, at the moment each was published: a deadline that has passed by now had not
passed then, and what has been awarded since was open then.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from service.domain.interest import Interest
from service.domain.matching import prepare
from service.domain.opportunity import Stage, Status
from service.domain.subject import Subject, subject_in
from service.front_desk.noticeboard import Noticeboard
from service.store.database import known_moment
from service.store.lookback import Lookback as Recent
from service.store.lookback import Mark
from service.store.reading import Listed
from service.web.view import NearMiss, Replay

DAYS = 30
#: Opportunities looked at, the newest first. London and its neighbours publish about 2,000 in 30 days.
_MOST = 4_000
_SHOWN = 20
_NEAR_SHOWN = 3
#: Made ready in one go off the event loop, so that nothing else waits long for it.
_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An opportunity made ready to be judged as it was when it was published."""

    revision: int
    published: datetime
    subject: Subject


class LookingBack(Noticeboard):
    """Replays an interest."""

    @cached_property
    def _lookback(self) -> dict[str, Ready]:
        return {}

    @cached_property
    def _lookback_lock(self) -> asyncio.Lock:
        return asyncio.Lock()

    async def replay(self, interest: Interest) -> Replay:
        """What an interest would have sent in the last DAYS. Raises BadInterest for words that are none."""
        now = self.now()
        ready = await self.ready_since(now - timedelta(days=DAYS))
        hits, near = await asyncio.to_thread(_replayed, ready, interest)
        async with self._database.reading() as connection:
            shown = {each.opportunity.identity: each for each in await Recent(connection).listed_all(hits[:_SHOWN])}
            beside = {
                each.opportunity.identity: each
                for each in await Recent(connection).listed_all([identity for identity, _ in near])
            }
        views = await self._views_of([shown[key] for key in hits[:_SHOWN] if key in shown], now)
        return Replay(
            days=DAYS,
            looked_at=len(ready),
            total=len(hits),
            items=views,
            near=tuple(
                NearMiss(identity=identity, title=beside[identity].opportunity.state.details.title, why=why)
                for identity, why in near
                if identity in beside
            ),
        )

    async def ready_since(self, since: datetime) -> Mapping[str, Ready]:
        """Everything first published since a moment within the last DAYS, the newest first."""
        async with self._lookback_lock:
            async with self._database.reading() as connection:
                recent = Recent(connection)
                marks = await recent.marks_since(since, most=_MOST)
                stale = [mark.identity for mark in marks if not self._is_ready(mark)]
                ended = await recent.ended_since(since) if stale else set()
                found = await recent.listed_all(stale)
            by_key = {mark.identity: mark for mark in marks}
            for start in range(0, len(found), _AT_ONCE):
                some = found[start : start + _AT_ONCE]
                self._lookback.update(await asyncio.to_thread(made_ready, some, by_key, ended))
            for gone in [key for key in self._lookback if key not in by_key]:
                del self._lookback[gone]
            return {mark.identity: self._lookback[mark.identity] for mark in marks if mark.identity in self._lookback}

    def _is_ready(self, mark: Mark) -> bool:
        kept = self._lookback.get(mark.identity)
        return kept is not None and kept.revision == mark.revision


def made_ready(found: Sequence[Listed], marks: Mapping[str, Mark], ended: set[str]) -> dict[str, Ready]:
    """Opportunities as they were when published: what has ended since was open then. Untagged ones are left out."""
    made = {}
    for each in found:
        state, identity = each.opportunity.state, each.opportunity.identity
        if each.tags is None:
            continue
        subject = subject_in(state, each.tags)
        if identity in ended or (state.status is Status.CLOSED and state.stage is Stage.TENDER):
            subject = replace(subject, stage=Stage.TENDER, status=Status.OPEN)
        mark = marks[identity]
        made[identity] = Ready(revision=mark.revision, published=known_moment(mark.first_published), subject=subject)
    return made


def _replayed(ready: Mapping[str, Ready], interest: Interest) -> tuple[list[str], list[tuple[str, str]]]:
    """The opportunities that match, the newest first, and a near miss for each of the gates that closed most often."""
    prepared = prepare(interest)
    hits, near, gates = [], [], Counter[str]()
    for identity, each in ready.items():
        answer = prepared.judge(each.subject, now=each.published)
        if answer.matched:
            hits.append(identity)
        elif answer.near_miss:
            gate = answer.near_miss.split(":", 1)[0][:30]
            gates[gate] += 1
            near.append((gate, identity, answer.near_miss))
    first = {gate: next((identity, why) for kind, identity, why in near if kind == gate) for gate in gates}
    return hits, [first[gate] for gate, _ in gates.most_common(_NEAR_SHOWN)]
