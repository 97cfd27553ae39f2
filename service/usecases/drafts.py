"""Answers kept while somebody fills a form in, page by page: on our side, for a browser with a cookie.

Nothing else is known of the browser. A draft is gone when the form is finished, and after KEPT when it is left.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.ports import Clock
from service.usecases.tokens import LONGEST, fresh_token, hashed

#: How long a form that was left is kept.
KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed so far, as JSON."""

    answers: str
    changed: datetime


class DraftBook(Protocol):
    """What drafts ask of the store, within one transaction."""

    async def keep_draft(self, token_hash: str, *, form: str, answers: str, at: datetime) -> None:
        """Keep what was typed so far."""

    async def draft(self, token_hash: str, *, form: str) -> Draft | None:
        """What was typed so far."""

    async def drop_draft(self, token_hash: str) -> None:
        """Forget what was typed."""

    async def drop_drafts(self, *, before: datetime) -> int:
        """Forget what was left before a moment."""


class DraftLedger(Protocol):
    """Opens transactions over drafts."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[DraftBook]:
        """A transaction."""

    def reading(self) -> AbstractAsyncContextManager[DraftBook]:
        """A connection that only reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """Keeps answers. `form` tells which form they are of."""

    ledger: DraftLedger
    clock: Clock

    async def read(self, token: str, *, form: str) -> str | None:
        """The answers a browser has given so far; None: none, or they were left too long."""
        if not token or len(token) > LONGEST:
            return None
        async with self.ledger.reading() as book:
            found = await book.draft(hashed(token), form=form)
        return found.answers if found and found.changed + KEPT > self.clock.now() else None

    async def keep(self, token: str, answers: str, *, form: str) -> str:
        """Keep answers, under the browser's token if it has one, else under a new one; the token."""
        kept_under = token if token and await self.read(token, form=form) is not None else fresh_token()
        async with self.ledger.writing() as book:
            await book.keep_draft(hashed(kept_under), form=form, answers=answers, at=self.clock.now())
        return kept_under

    async def drop(self, token: str) -> None:
        """The form is finished."""
        async with self.ledger.writing() as book:
            await book.drop_draft(hashed(token))

    async def tidy(self) -> int:
        """Forget forms that were left; how many there were."""
        async with self.ledger.writing() as book:
            return await book.drop_drafts(before=self.clock.now() - KEPT)
