"""Notices and opportunities as rows."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, and_, or_, select, update

from service.domain.codec import state_from_json, state_to_json, tags_from_json, tags_to_json
from service.domain.notice import Notice
from service.domain.opportunity import FieldDifference, Key, Opportunity, State
from service.domain.place import Place
from service.domain.tagging import Tags
from service.domain.words import tokens
from service.store.database import known_moment, moment, stored
from service.store.session import Part, table
from service.store.tables import BookmarkRow, NoticeRow, OpportunityKeyRow, OpportunityRow, RevisionRow
from service.usecases.ledger import Owner, RevisionRecord

NOTICE, OPPORTUNITY, KEY, REVISION = (
    table(NoticeRow),
    table(OpportunityRow),
    table(OpportunityKeyRow),
    table(RevisionRow),
)
#: Area words of work that may be anywhere: every borough's list shows it.
ANYWHERE = "nationwide"


class Recorded(Part):
    """What sources said, and what we made of it."""

    async def keep_notice(self, notice: Notice, *, set_aside: str) -> int | None:
        """Store a notice; its number, or None where the very same one was known."""
        return await self.insert_numbered(
            NoticeRow,
            {
                "source": notice.source,
                "source_id": notice.source_id,
                "content_hash": notice.content_hash,
                "form": notice.form,
                "published": stored(notice.published),
                "seen": stored(notice.seen),
                "body": zlib.compress(notice.body, 6),
                "set_aside": set_aside,
                "opportunity_id": "",
            },
        )

    async def advance(self, source: str, bookmark: str, at: datetime) -> None:
        """Remember how far a source was read."""
        await self.put(BookmarkRow, {"source": source, "bookmark": bookmark, "moved": stored(at)})

    async def bookmark(self, source: str) -> str | None:
        """How far a source was read; None: never."""
        bookmarks = table(BookmarkRow)
        asked = select(bookmarks.c.bookmark).where(bookmarks.c.source == source)
        return (await self.connection.execute(asked)).scalar_one_or_none()

    async def notice(self, number: int) -> Notice:
        """One stored notice."""
        return _notice((await self.connection.execute(select(NOTICE).where(NOTICE.c.id == number))).one())

    async def notices_of(self, opportunity: str) -> Sequence[Notice]:
        """Every notice of an opportunity."""
        asked = select(NOTICE).where(NOTICE.c.opportunity_id == opportunity).order_by(NOTICE.c.id)
        return [_notice(row) for row in (await self.connection.execute(asked)).all()]

    async def expire_notices(self, *, before: datetime) -> int:
        """Drop the text of notices seen before a moment whose procurement was last heard of before it; how many.

        The row stays with its hash, so that the very same notice is still known when a source brings it again.
        """
        old = select(OPPORTUNITY.c.id).where(OPPORTUNITY.c.as_of < stored(before))
        result = await self.connection.execute(
            update(NOTICE)
            .where(NOTICE.c.seen < stored(before), NOTICE.c.form != "expired", NOTICE.c.opportunity_id.in_(old))
            .values(form="expired", body=zlib.compress(b""))
        )
        return int(result.rowcount)

    async def assign(self, notice: int, opportunity: str) -> None:
        """Say which opportunity a notice belongs to."""
        await self.connection.execute(update(NOTICE).where(NOTICE.c.id == notice).values(opportunity_id=opportunity))

    async def owners(self, keys: Sequence[Key]) -> Sequence[Owner]:
        """The opportunities that have any of these keys, the first seen first."""
        asked = (
            select(OPPORTUNITY.c.id, OPPORTUNITY.c.first_seen)
            .distinct()
            .join(KEY, KEY.c.opportunity_id == OPPORTUNITY.c.id)
            .where(or_(*(and_(KEY.c.scheme == key.scheme, KEY.c.key == key.value) for key in keys)))
        )
        rows = (await self.connection.execute(asked)).all() if keys else ()
        found = (Owner(identity=row.id, first_seen=known_moment(row.first_seen)) for row in rows)
        return sorted(found, key=lambda owner: (owner.first_seen, owner.identity))

    async def lookalikes(self, *, buyer_key: str, title_key: str) -> Sequence[Opportunity]:
        """Opportunities of the same buyer with the same title, by their normalised forms."""
        asked = select(OPPORTUNITY).where(
            OPPORTUNITY.c.buyer_key == buyer_key, OPPORTUNITY.c.title_key == title_key, OPPORTUNITY.c.redirect_to == ""
        )
        return [_opportunity(row) for row in (await self.connection.execute(asked)).all()]

    async def claim_keys(self, opportunity: str, keys: Sequence[Key], *, evidence: str) -> None:
        """Give keys to an opportunity; keys that are taken stay where they are."""
        await self.insert_each_once(
            OpportunityKeyRow,
            [
                {"scheme": key.scheme, "key": key.value, "opportunity_id": opportunity, "evidence": evidence}
                for key in keys
            ],
        )

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

    async def opportunity(self, identity: str) -> Opportunity | None:
        """An opportunity as it stands; None where there is none yet."""
        row = (await self.connection.execute(select(OPPORTUNITY).where(OPPORTUNITY.c.id == identity))).one_or_none()
        return _opportunity(row) if row is not None else None

    async def keep_state(
        self, identity: str, *, state: State, revision: int, first_seen: datetime, buyer_key: str, title_key: str
    ) -> None:
        """Write the current state."""
        deadline = state.details.deadline
        values = {
            "id": identity,
            "revision": revision,
            "first_seen": stored(first_seen),
            "first_published": stored(state.first_published),
            "as_of": stored(state.as_of),
            "stage": state.stage.value,
            "status": state.status.value,
            "closes": stored(deadline.at) if deadline else "",
            "buyer_key": buyer_key,
            "title_key": title_key,
            "state": state_to_json(state),
        }
        fresh = {
            "redirect_to": "",
            "tags": b"",
            "tagged_revision": 0,
            "sector_words": "",
            "area_words": "",
            "size_words": "",
            "search_words": "",
        }
        if not await self.insert_once(OpportunityRow, values | fresh):
            await self.connection.execute(update(OPPORTUNITY).where(OPPORTUNITY.c.id == identity).values(**values))

    async def keep_revision(self, identity: str, *, record: RevisionRecord, content_hash: str) -> None:
        """Write what a revision changed, once."""
        await self.insert_once(
            RevisionRow,
            {
                "opportunity_id": identity,
                "number": record.number,
                "content_hash": content_hash,
                "recorded": stored(record.recorded),
                "as_of": stored(record.as_of),
                "change_kind": record.change_kind,
                "differences": differences_to_json(record.differences),
            },
        )

    async def revision(self, identity: str, number: int) -> RevisionRecord | None:
        """One revision."""
        asked = select(REVISION).where(REVISION.c.opportunity_id == identity, REVISION.c.number == number)
        row = (await self.connection.execute(asked)).one_or_none()
        return revision_of(row) if row is not None else None

    async def revisions(self, identity: str) -> Sequence[RevisionRecord]:
        """Every revision, the newest first."""
        asked = select(REVISION).where(REVISION.c.opportunity_id == identity).order_by(REVISION.c.number.desc())
        return [revision_of(row) for row in (await self.connection.execute(asked)).all()]

    async def keep_tags(self, identity: str, *, tags: Tags, place: Place, state: State, revision: int) -> None:
        """Write the tags and everything lists filter by."""
        details = state.details
        text = " ".join((details.title, details.buyer.name if details.buyer else "", details.description))
        areas = {*place.boroughs, *place.regions} | ({ANYWHERE} if place.scope == "nationwide" else set())
        suits = {size for size, verdict in tags.size.verdicts.items() if verdict in {"suits", "might"}}
        await self.connection.execute(
            update(OPPORTUNITY)
            .where(OPPORTUNITY.c.id == identity)
            .values(
                tags=tags_to_json(tags),
                tagged_revision=revision,
                sector_words=_padded(tag.key for tag in tags.sectors),
                area_words=_padded(sorted(areas)),
                size_words=_padded(sorted(suits)),
                search_words=_padded(tokens(text)[:4000]),
            )
        )

    async def tags(self, identity: str) -> Tags | None:
        """The tags; None where not tagged yet."""
        asked = select(OPPORTUNITY.c.tags).where(OPPORTUNITY.c.id == identity)
        found = (await self.connection.execute(asked)).scalar_one_or_none()
        return tags_from_json(found) if found else None


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


def _padded(words: Iterable[str]) -> str:
    joined = " ".join(words)
    return f" {joined} " if joined else ""


def _notice(row: Row[tuple[object, ...]]) -> Notice:
    return Notice(
        source=row.source,
        source_id=row.source_id,
        published=moment(row.published),
        seen=known_moment(row.seen),
        body=zlib.decompress(row.body),
        form=row.form,
    )


def _opportunity(row: Row[tuple[object, ...]]) -> Opportunity:
    return Opportunity(
        identity=row.id,
        revision=row.revision,
        state=state_from_json(row.state),
        first_seen=known_moment(row.first_seen),
    )
