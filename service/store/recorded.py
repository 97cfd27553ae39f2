"""Opportunities as rows: how they stand, by which names they are known, what their revisions changed, their tags."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update

from service.domain.codec import state_from_json, state_to_json, tags_from_json, tags_to_json
from service.domain.opportunity import FieldDifference, Key, Opportunity
from service.domain.tagging import Tags
from service.store.database import known_moment, stored
from service.store.search import Searchable
from service.store.session import in_parts, table
from service.store.tables import ApartRow, NoticeRow, OpportunityKeyRow, OpportunityRow, RevisionRow
from service.usecases.ledger import STATED, Claim, Joined, Judged, Parting, Revised, RevisionRecord, Standing, Titled

NOTICE, OPPORTUNITY, KEY, REVISION = (
    table(NoticeRow),
    table(OpportunityRow),
    table(OpportunityKeyRow),
    table(RevisionRow),
)
APART = table(ApartRow)
#: What a new opportunity has until it is tagged.
_UNTAGGED = {
    "redirect_to": "",
    "tags": b"",
    "tagged_revision": 0,
}


class Recorded(Searchable):
    """What we made of what sources said."""

    async def owners(self, keys: Sequence[Key]) -> Mapping[Key, str]:
        """The opportunity of each key that has one."""
        by_scheme: dict[str, set[str]] = {}
        for key in keys:
            by_scheme.setdefault(key.scheme, set()).add(key.value)
        found: dict[Key, str] = {}
        for scheme, values in by_scheme.items():
            for part in in_parts(sorted(values)):
                asked = select(KEY.c.key, KEY.c.opportunity_id).where(KEY.c.scheme == scheme, KEY.c.key.in_(part))
                for row in (await self.connection.execute(asked)).all():
                    found[Key(scheme=scheme, value=row.key)] = row.opportunity_id
        return found

    async def titles_of(self, buyers: Sequence[str], *, since: datetime) -> Sequence[Titled]:
        """Opportunities of buyers, by their normalised names, first published since a moment; not those redirected."""
        found: list[Titled] = []
        for part in in_parts(buyers):
            asked = select(OPPORTUNITY.c.id, OPPORTUNITY.c.buyer_key, OPPORTUNITY.c.title_key).where(
                OPPORTUNITY.c.buyer_key.in_(part),
                OPPORTUNITY.c.first_published >= stored(since),
                OPPORTUNITY.c.redirect_to == "",
            )
            found += [
                Titled(identity=row.id, buyer_key=row.buyer_key, title_key=row.title_key)
                for row in (await self.connection.execute(asked)).all()
            ]
        return found

    async def claim(self, claims: Sequence[Claim]) -> None:
        """Give keys to opportunities; keys that are taken stay where they are."""
        rows = [
            {
                "scheme": each.key.scheme,
                "key": each.key.value,
                "opportunity_id": each.opportunity,
                "evidence": each.evidence,
            }
            for each in claims
        ]
        await self.insert_each_once(OpportunityKeyRow, rows)

    async def join(self, *, gone: str, into: str, evidence: str) -> None:
        """Move notices and keys of one opportunity into another and leave a redirect.

        The notices keep their own keys, so that the join can be undone: the evidence of a moved key names where it
        came from.
        """
        moved = f"{evidence} (moved from {gone})"
        for statement in (
            update(NOTICE).where(NOTICE.c.opportunity_id == gone).values(opportunity_id=into),
            update(KEY).where(KEY.c.opportunity_id == gone).values(opportunity_id=into, evidence=moved),
            update(OPPORTUNITY).where(OPPORTUNITY.c.redirect_to == gone).values(redirect_to=into),
            update(OPPORTUNITY).where(OPPORTUNITY.c.id == gone).values(redirect_to=into),
        ):
            await self.connection.execute(statement)
        for pair in await self.apart([gone]):
            (other,) = pair - {gone}
            await self._keep_apart(into, other, reason="what it was joined with is kept apart", since="")
        await self.leave_lists(gone)

    async def joins(self, opportunity: str = "") -> Sequence[Joined]:
        """Every key that came to an opportunity, or to any, by a join, with the evidence."""
        asked = select(KEY).where(KEY.c.evidence.not_like(f"{STATED}%")).order_by(KEY.c.opportunity_id, KEY.c.key)
        rows = await self._all(asked.where(KEY.c.opportunity_id == opportunity) if opportunity else asked)
        return [
            Joined(opportunity=row.opportunity_id, key=Key(scheme=row.scheme, value=row.key), evidence=row.evidence)
            for row in rows
        ]

    async def part(self, parting: Parting, *, at: datetime) -> None:
        """Move notices and keys out again, take the redirect away, and remember to keep the two apart."""
        evidence = f"{STATED} before the split from {parting.kept}"
        await self.connection.execute(
            update(NOTICE).where(NOTICE.c.id.in_(parting.notices)).values(opportunity_id=parting.restored)
        )
        for key in parting.keys:
            await self.connection.execute(
                update(KEY)
                .where(KEY.c.scheme == key.scheme, KEY.c.key == key.value)
                .values(opportunity_id=parting.restored, evidence=evidence)
            )
        await self.connection.execute(
            update(OPPORTUNITY).where(OPPORTUNITY.c.id == parting.restored).values(redirect_to="")
        )
        await self._keep_apart(parting.kept, parting.restored, reason=parting.reason, since=stored(at))

    async def apart(self, identities: Sequence[str]) -> Collection[frozenset[str]]:
        """Pairs of opportunities, one of each at least among these, that are never joined again."""
        found: set[frozenset[str]] = set()
        for part in in_parts(dict.fromkeys(identities)):
            asked = select(APART.c.one, APART.c.other).where(or_(APART.c.one.in_(part), APART.c.other.in_(part)))
            found |= {frozenset((row.one, row.other)) for row in await self._all(asked)}
        return found

    async def _keep_apart(self, first: str, second: str, *, reason: str, since: str) -> None:
        one, other = sorted((first, second))
        await self.insert_once(ApartRow, {"one": one, "other": other, "reason": reason, "since": since})

    async def opportunity(self, identity: str) -> Opportunity | None:
        """An opportunity as it stands; None where there is none yet."""
        return (await self.opportunities([identity])).get(identity)

    async def opportunities(self, identities: Sequence[str]) -> Mapping[str, Opportunity]:
        """Opportunities as they stand; those that are not there yet are left out."""
        rows: list[Row[Any]] = []
        for part in in_parts(dict.fromkeys(identities)):
            rows += await self._all(select(*_AS_IT_STANDS).where(OPPORTUNITY.c.id.in_(part)))
        return await asyncio.to_thread(lambda: {row.id: _opportunity(row) for row in rows})

    async def keep_standing(self, standing: Sequence[Standing]) -> None:
        """Write how opportunities stand."""
        rows = await asyncio.to_thread(lambda: [_standing_row(each) | _UNTAGGED for each in standing])
        await self.put_each(OpportunityRow, rows, but=_UNTAGGED)
        await self.restate(standing)

    async def keep_revised(self, revised: Sequence[Revised]) -> None:
        """Write what revisions changed, each once."""
        rows = [
            {
                "opportunity_id": each.identity,
                "number": each.record.number,
                "content_hash": each.content_hash,
                "recorded": stored(each.record.recorded),
                "as_of": stored(each.record.as_of),
                "change_kind": each.record.change_kind,
                "differences": differences_to_json(each.record.differences),
            }
            for each in revised
        ]
        await self.insert_each_once(RevisionRow, rows)

    async def revisions_of(self, wanted: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], RevisionRecord]:
        """Revisions by opportunity and number; those that are not there are left out."""
        asked_for, found = set(wanted), {}
        for part in in_parts(dict.fromkeys(identity for identity, _ in wanted)):
            asked = select(REVISION).where(REVISION.c.opportunity_id.in_(part))
            for row in (await self.connection.execute(asked)).all():
                if (row.opportunity_id, row.number) in asked_for:
                    found[row.opportunity_id, row.number] = revision_of(row)
        return found

    async def revisions(self, identity: str) -> Sequence[RevisionRecord]:
        """Every revision, the newest first."""
        asked = select(REVISION).where(REVISION.c.opportunity_id == identity).order_by(REVISION.c.number.desc())
        return [revision_of(row) for row in (await self.connection.execute(asked)).all()]

    async def keep_judged(self, judged: Sequence[Judged]) -> None:
        """Write tags and everything lists filter by."""
        rows = await asyncio.to_thread(lambda: [_judged_row(each) for each in judged])
        if rows:
            values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "of"}
            await self.connection.execute(
                update(OPPORTUNITY).where(OPPORTUNITY.c.id == bindparam("of")).values(**values), rows
            )
        await self.keep_searchable(judged)

    async def tags(self, identity: str) -> Tags | None:
        """The tags; None where not tagged yet."""
        return (await self.tags_of([identity])).get(identity)

    async def tags_of(self, identities: Sequence[str]) -> Mapping[str, Tags]:
        """The tags of opportunities; those not tagged yet are left out."""
        rows: list[Row[Any]] = []
        for part in in_parts(dict.fromkeys(identities)):
            asked = select(OPPORTUNITY.c.id, OPPORTUNITY.c.tags).where(OPPORTUNITY.c.id.in_(part))
            rows += await self._all(asked)
        return await asyncio.to_thread(lambda: {row.id: tags_from_json(row.tags) for row in rows if row.tags})


_AS_IT_STANDS = (OPPORTUNITY.c.id, OPPORTUNITY.c.revision, OPPORTUNITY.c.state, OPPORTUNITY.c.first_seen)


def _standing_row(standing: Standing) -> dict[str, Any]:
    state = standing.state
    deadline = state.details.deadline
    return {
        "id": standing.identity,
        "revision": standing.revision,
        "first_seen": stored(standing.first_seen),
        "first_published": stored(state.first_published),
        "as_of": stored(state.as_of),
        "stage": state.stage.value,
        "status": state.status.value,
        "closes": stored(deadline.at) if deadline else "",
        "buyer_key": standing.buyer_key,
        "title_key": standing.title_key,
        "state": state_to_json(state),
    }


def _judged_row(judged: Judged) -> dict[str, Any]:
    return {"of": judged.identity, "tags": tags_to_json(judged.tags), "tagged_revision": judged.revision}


def differences_to_json(differences: Sequence[FieldDifference]) -> str:
    """Differences as the tables hold them."""
    return json.dumps([[each.field, each.before, each.after] for each in differences], ensure_ascii=False)


def differences_from_json(text: str) -> tuple[FieldDifference, ...]:
    """Differences from a table."""
    return tuple(FieldDifference(field=field, before=before, after=after) for field, before, after in json.loads(text))


def revision_of(row: Row[tuple[object, ...]]) -> RevisionRecord:
    """A revision from its row."""
    return RevisionRecord(
        number=row.number,
        recorded=known_moment(row.recorded),
        as_of=known_moment(row.as_of),
        change_kind=row.change_kind,
        differences=differences_from_json(row.differences),
    )


def _opportunity(row: Row[tuple[object, ...]]) -> Opportunity:
    return Opportunity(
        identity=row.id,
        revision=row.revision,
        state=state_from_json(row.state),
        first_seen=known_moment(row.first_seen),
    )
