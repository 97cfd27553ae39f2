"""A draft as firms will see it, and how many of them would be told, in numbers that tell nothing of any one firm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from service.domain.opportunity import Opportunity
from service.domain.posting import Draft, Posting
from service.domain.posting_answers import terms_of
from service.domain.subject import subject_in
from service.domain.tagging import Tags
from service.ports import Clock, Tagger
from service.usecases.posting.book import PostingLedger
from service.usecases.posting.notices import PostingNotices
from service.usecases.standing import StandingInterests

#: Below this a number of firms would tell who they are.
FEWEST_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many firms would be told, and how many of them look for work in the very boroughs of the posting.

    None: fewer than FEWEST_SHOWN, or so near the other number that the difference would tell who they are.
    """

    firms: int | None
    local: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A draft as firms will see it, and how many would be told."""

    opportunity: Opportunity
    tags: Tags
    reach: Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingPreview:
    """Shows a draft before it is published."""

    ledger: PostingLedger
    clock: Clock
    notices: PostingNotices
    #: Loaded when something is first judged.
    tagger: Callable[[], Tagger]
    standing: StandingInterests = field(default_factory=StandingInterests)

    async def __call__(self, posting: Posting, draft: Draft) -> Preview | dict[str, str]:
        """A draft as firms will see it, or what is wrong with it."""
        now = self.clock.now()
        terms = terms_of(draft, now=now)
        if isinstance(terms, dict):
            return terms
        async with self.ledger.reading() as book:
            terms = await self.notices.with_papers(book, posting, draft, terms)
        opportunity = self.notices.as_opportunity(posting, terms, now)
        details = opportunity.state.details
        tags = await asyncio.to_thread(lambda: self.tagger().tags(details))
        subject = subject_in(opportunity.state, tags)
        async with self.ledger.reading() as book:
            index = await self.standing.index(book)
        reached = await asyncio.to_thread(lambda: index.reach(subject, places=draft.areas, now=now))
        return Preview(opportunity=opportunity, tags=tags, reach=shown_reach(*reached))


def shown_reach(firms: int, local: int) -> Reach:
    """Numbers of firms that tell nothing of any of them: none below FEWEST_SHOWN, neither a number nor a difference."""
    if firms < FEWEST_SHOWN:
        return Reach(firms=None, local=None)
    rest = firms - local
    is_safe = local >= FEWEST_SHOWN and (rest == 0 or rest >= FEWEST_SHOWN)
    return Reach(firms=firms, local=local if is_safe else None)
