"""Advise: what a posting's people do with what the compliance guide says.

They take a text over, give the number of the notice on Find a Tender, or go over advice with a reason, which is kept in
the posting and in the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from service.domain import posting as life
from service.domain.guide import Advice, reason_for
from service.domain.posting import REASON_CAP, Draft, Overruled, Posting
from service.domain.posting_answers import DESCRIPTION_CAP
from service.domain.roles import Visitor
from service.errors import AskedWrongly, NotFound, NotNow
from service.ports import Clock
from service.usecases.guided import advice_for
from service.usecases.posting.book import PostingBook, PostingLedger

#: Characters of a number that are kept; the address of a notice is far shorter.
NUMBER_CAP = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Advise:
    """What may be done with advice. A posting of another organisation raises NotFound, whatever is asked."""

    ledger: PostingLedger
    clock: Clock

    async def overrule(self, visitor: Visitor, identity: str, *, rule: str, why: str) -> Posting:
        """Go over a piece of advice with a reason. Raises NotFound, NotNow, or AskedWrongly without a reason."""
        reason = " ".join(why.split())[:REASON_CAP]
        if not reason:
            raise AskedWrongly("Say why it does not apply here.")
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await _found(book, visitor, identity)
            said = _advice(before, visitor, rule=rule, at=now)
            if not said.may_be_overruled:
                raise AskedWrongly("That can only be corrected.")
            if reason_for(before.draft, said) == reason:
                return before
            others = tuple(each for each in before.draft.overruled if each.rule != rule)
            kept = Overruled(rule=rule, said=said.sentence, why=reason)
            after = life.write(before, replace(before.draft, overruled=(*others, kept)), at=now)
            await _keep(book, visitor, after, over=before, act="overruled", detail=f"{said.title}: {reason}", at=now)
        return after

    async def take_over(self, visitor: Visitor, identity: str, *, area: str, who: str) -> Posting:
        """Put the text of a reservation at the end of what is to be done. Raises NotFound, NotNow or AskedWrongly."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await _found(book, visitor, identity)
            offers = (offer for each in advice_for(before, visitor, at=now) for offer in each.offers)
            offer = next((each for each in offers if each.area == area), None)
            if offer is None or who not in offer.texts:
                raise NotNow("That text is not on offer for this posting any more. Look again.")
            together = f"{before.draft.description}\n\n{offer.texts[who]}".strip()
            if len(together) > DESCRIPTION_CAP:
                raise AskedWrongly(f"With this text it is over {DESCRIPTION_CAP:,} characters: shorten yours first.")
            after = life.write(before, replace(before.draft, description=together), at=now)
            await _keep(book, visitor, after, over=before, act="reserved", detail=offer.label, at=now)
        return after

    async def number(self, visitor: Visitor, identity: str, said: str) -> Posting:
        """Keep the number of the notice on Find a Tender as it was typed. Raises NotFound or NotNow."""
        now = self.clock.now()
        async with self.ledger.writing() as book:
            before = await _found(book, visitor, identity)
            draft: Draft = replace(before.draft, find_a_tender="".join(said.split())[:NUMBER_CAP])
            if draft == before.draft:
                return before
            after = life.write(before, draft, at=now)
            await _keep(book, visitor, after, over=before, act="numbered", detail=draft.find_a_tender, at=now)
        return after


async def _found(book: PostingBook, visitor: Visitor, identity: str) -> Posting:
    mine = [each.organisation for each in visitor.where("posting.draft")]
    found = await book.posting(identity, organisations=mine)
    if found is None:
        raise NotFound
    return found


def _advice(posting: Posting, visitor: Visitor, *, rule: str, at: datetime) -> Advice:
    found = next((each for each in advice_for(posting, visitor, at=at) if each.rule == rule), None)
    if found is None:
        raise NotNow("The guide does not say that any more. Look again.")
    return found


async def _keep(
    book: PostingBook, visitor: Visitor, after: Posting, *, over: Posting, act: str, detail: str, at: datetime
) -> None:
    if not await book.keep_posting(after, over=over.version):
        raise NotNow("A colleague changed it at the same moment. Look again.")
    await book.write_audit(
        act=f"posting.{act}",
        subject=f"posting:{after.identity}",
        person=visitor.person,
        organisation=after.organisation,
        detail=detail,
        at=at,
    )
