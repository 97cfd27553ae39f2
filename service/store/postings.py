"""What buyers post, as rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from service.domain.codec import plain, restored
from service.domain.posting import Draft, Posting, PostingState
from service.domain.posting_file import PostingFile
from service.store.database import known_moment, moment, stored
from service.store.session import Part, table
from service.store.tables import AuditRow, OrganisationDomainRow, OrganisationRow, PostingFileRow, PostingRow
from service.usecases.people import Audited

POSTING, ORGANISATION, DOMAIN = table(PostingRow), table(OrganisationRow), table(OrganisationDomainRow)
AUDIT, FILE = table(AuditRow), table(PostingFileRow)


class Postings(Part):
    """Drafts and what became of them."""

    async def keep_posting(self, posting: Posting, *, over: int) -> bool:
        """Write a posting over the version it was made from (0: it is new); False where that is no longer there."""
        values = _values(posting)
        if over == 0:
            return await self.insert_once(PostingRow, values)
        changed = await self.connection.execute(
            update(POSTING).where(POSTING.c.id == posting.identity, POSTING.c.version == over).values(**values)
        )
        return bool(changed.rowcount)

    async def posting(self, identity: str, *, organisations: Collection[int] | None) -> Posting | None:
        """A posting of one of these organisations, of any where None is given; None where there is none."""
        asked = asked_postings().where(POSTING.c.id == identity)
        if organisations is not None:
            asked = asked.where(POSTING.c.organisation_id.in_(organisations))
        row = (await self.connection.execute(asked)).one_or_none()
        return posting_of(row) if row else None

    async def postings(self, organisations: Collection[int], *, most: int) -> Sequence[Posting]:
        """The postings of some organisations, the newest change first."""
        asked = asked_postings().where(POSTING.c.organisation_id.in_(organisations)).order_by(POSTING.c.changed.desc())
        return [posting_of(row) for row in (await self.connection.execute(asked.limit(most))).all()]

    async def postings_due(self, *, until: datetime, most: int) -> Sequence[Posting]:
        """Postings that are to be published by a moment, the longest due first."""
        asked = asked_postings().where(
            POSTING.c.state == PostingState.SCHEDULED.value, POSTING.c.due != "", POSTING.c.due <= stored(until)
        )
        rows = (await self.connection.execute(asked.order_by(POSTING.c.due).limit(most))).all()
        return [posting_of(row) for row in rows]

    async def keep_file(self, file: PostingFile) -> None:
        """Write down a paper that was taken in."""
        values = {
            "id": file.identity,
            "posting_id": file.posting,
            "name": file.name,
            "kind": file.kind,
            "size": file.size,
            "sha": file.sha,
            "at": stored(file.at),
        }
        await self.insert_once(PostingFileRow, values)

    async def files_of(self, posting: str) -> Sequence[PostingFile]:
        """Every paper that was taken in for a posting, the oldest first."""
        asked = select(FILE).where(FILE.c.posting_id == posting).order_by(FILE.c.at, FILE.c.id)
        return [
            PostingFile(
                identity=row.id,
                posting=row.posting_id,
                name=row.name,
                kind=row.kind,
                size=row.size,
                sha=row.sha,
                at=known_moment(row.at),
            )
            for row in (await self.connection.execute(asked)).all()
        ]

    async def posting_log(self, identity: str) -> Sequence[Audited]:
        """What was done with a posting, the oldest first."""
        asked = select(AUDIT).where(AUDIT.c.subject == f"posting:{identity}").order_by(AUDIT.c.id)
        return [
            Audited(at=known_moment(row.at), person=row.person_id, act=row.act, subject=row.subject, detail=row.detail)
            for row in (await self.connection.execute(asked)).all()
        ]

    async def add_domain(self, organisation: int, domain: str) -> bool:
        """An organisation has mail at a domain; False where that was known."""
        return await self.insert_once(OrganisationDomainRow, {"organisation_id": organisation, "domain": domain})

    async def domains(self, organisation: int) -> frozenset[str]:
        """The mail domains of an organisation."""
        asked = select(DOMAIN.c.domain).where(DOMAIN.c.organisation_id == organisation)
        return frozenset((await self.connection.execute(asked)).scalars())


def asked_postings() -> Any:
    """A question for postings with the names of their buyers."""
    return select(POSTING, ORGANISATION.c.name.label("buyer")).join(
        ORGANISATION, ORGANISATION.c.id == POSTING.c.organisation_id
    )


def _values(posting: Posting) -> dict[str, object]:
    return {
        "id": posting.identity,
        "organisation_id": posting.organisation,
        "ocid": posting.ocid,
        "state": posting.state.value,
        "draft": _dumped(posting.draft),
        "live": _dumped(posting.live) if posting.live is not None else "",
        "version": posting.version,
        "live_version": posting.live_version,
        "notices": posting.notices,
        "made_by": posting.made_by,
        "asked_by": posting.asked_by,
        "held_by": posting.held_by,
        "note": posting.note,
        "published": stored(posting.published),
        "due": stored(posting.due),
        "due_by": posting.due_by,
        "changed": stored(posting.changed),
    }


def _dumped(draft: Draft) -> str:
    return json.dumps(plain(draft), ensure_ascii=False)


def posting_of(row: Row[Any]) -> Posting:
    """A row of `asked_postings` in the words of the domain."""
    return Posting(
        identity=row.id,
        organisation=row.organisation_id,
        buyer=row.buyer,
        state=PostingState(row.state),
        draft=restored(json.loads(row.draft), Draft),
        live=restored(json.loads(row.live), Draft) if row.live else None,
        version=row.version,
        live_version=row.live_version,
        notices=row.notices,
        made_by=row.made_by,
        asked_by=row.asked_by,
        held_by=row.held_by,
        note=row.note,
        published=moment(row.published),
        due=moment(row.due),
        due_by=row.due_by,
        changed=known_moment(row.changed),
    )
