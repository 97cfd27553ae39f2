"""What posting asks of the store, in plain values; and who may do what with a posting.

A posting is only ever found through the organisations somebody belongs to: to anybody else it is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from service.domain.api_key import ApiKey
from service.domain.posting import Posting
from service.domain.posting_file import PostingFile
from service.domain.roles import Visitor, roles
from service.errors import NotAllowed, NotFound, Overtaken
from service.usecases.correct import CorrectionBook
from service.usecases.ledger import Transaction
from service.usecases.people import Audited, Colleague, PeopleBook


class PostingBook(Transaction, PeopleBook, CorrectionBook, Protocol):
    """What posting asks of the store, within one transaction."""

    async def keep_posting(self, posting: Posting, *, over: int) -> bool:
        """Write a posting over the version it was made from (0: it is new); False where that is no longer there."""

    async def posting(self, identity: str, *, organisations: Collection[int] | None) -> Posting | None:
        """A posting of one of these organisations; None where there is none."""

    async def postings(self, organisations: Collection[int], *, most: int) -> Sequence[Posting]:
        """The postings of some organisations, the newest change first."""

    async def postings_due(self, *, until: datetime, most: int) -> Sequence[Posting]:
        """Postings that are to be published by a moment, the longest due first."""

    async def keep_file(self, file: PostingFile) -> None:
        """Write down a paper that was taken in."""

    async def files_of(self, posting: str) -> Sequence[PostingFile]:
        """Every paper that was taken in for a posting, the oldest first."""

    async def posting_log(self, identity: str) -> Sequence[Audited]:
        """What was done with a posting, the oldest first."""

    async def api_key(self, identity: str) -> tuple[ApiKey, str] | None:
        """A key with the hash of its secret; None where there is none."""

    async def domains(self, organisation: int) -> frozenset[str]:
        """The mail domains of an organisation."""


class PostingLedger(Protocol):
    """Opens transactions over postings."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[PostingBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[PostingBook]:
        """A connection that only reads."""


def organisations_where(visitor: Visitor, act: str) -> list[int]:
    """The organisations for which somebody may do an act."""
    return [each.organisation for each in visitor.where(act)]


async def found_for(book: PostingBook, visitor: Visitor, identity: str, *, act: str) -> Posting:
    """A posting of an organisation for which somebody may do an act. Raises NotFound."""
    found = await book.posting(identity, organisations=organisations_where(visitor, act))
    if found is None:
        raise NotFound
    return found


async def publishable(book: PostingBook, visitor: Visitor, identity: str) -> Posting:
    """A posting that somebody may publish. Raises NotFound or NotAllowed."""
    found = await found_for(book, visitor, identity, act="posting.publish")
    if not await may_publish(book, visitor, found):
        raise NotAllowed("Only somebody with an address at the organisation's own domain publishes.")
    return found


async def may_publish(book: PostingBook, visitor: Visitor, posting: Posting) -> bool:
    """Whether somebody may publish: by role, and writing from a mail domain of the organisation."""
    if not visitor.may("posting.publish", organisation=posting.organisation):
        return False
    if visitor.key:  # made by the operator for the organisation, in a role that publishes
        return bool(await book.domains(posting.organisation))
    return visitor.address.rpartition("@")[2].lower() in await book.domains(posting.organisation)


async def publishers(book: PostingBook, posting: Posting) -> list[Colleague]:
    """Everybody who may publish a posting."""
    may = {role for (_, role), each in roles().items() if "posting.publish" in each.may}
    at = await book.domains(posting.organisation)
    return [
        each
        for each in await book.colleagues(posting.organisation)
        if each.role in may and each.address.rpartition("@")[2].lower() in at
    ]


async def keep_over(book: PostingBook, after: Posting, *, over: Posting) -> None:
    """Write a posting over the one it was made from. Raises Overtaken where a colleague was faster."""
    if not await book.keep_posting(after, over=over.version):
        raise Overtaken("A colleague changed it at the same moment. Look again.")


async def note(book: PostingBook, visitor: Visitor, posting: Posting, *, act: str, at: datetime) -> None:
    """Write in the log what somebody did with a posting."""
    await book.write_audit(
        act=f"posting.{act}",
        subject=f"posting:{posting.identity}",
        person=visitor.person,
        organisation=posting.organisation,
        detail=f"{posting.version} by key {visitor.key}" if visitor.key else str(posting.version),
        at=at,
    )
