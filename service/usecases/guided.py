"""Whom the compliance guide advises, and that nothing is published past it unheard."""

from __future__ import annotations

from datetime import datetime

from service.domain.guide import Advice, Organisation, advice_on, open_musts, organisation_of
from service.domain.posting import Posting
from service.domain.roles import Visitor
from service.domain.wording import LONDON
from service.errors import NotNow


def buyer_behind(posting: Posting, visitor: Visitor) -> Organisation:
    """The organisation of a posting, as one of its people knows it."""
    mine = (each for each in visitor.memberships if each.organisation == posting.organisation)
    found = next(mine, None)
    kind, key = (found.kind, found.key) if found is not None else ("buyer", "")
    return organisation_of(kind=kind, key=key, name=posting.buyer)


def advice_for(posting: Posting, visitor: Visitor, *, at: datetime) -> tuple[Advice, ...]:
    """What the guide says of what is being written, on the day it is in London."""
    return advice_on(posting.draft, buyer_behind(posting, visitor), at.astimezone(LONDON).date())


def refuse_unheard(posting: Posting, visitor: Visitor, *, at: datetime) -> None:
    """Hold a posting back while advice that must be followed is neither followed nor overruled.

    Raises:
        NotNow: there is such advice; the sentence names it.
    """
    unheard = open_musts(posting.draft, advice_for(posting, visitor, at=at))
    if unheard:
        raise NotNow(f"The guide says: {unheard[0].title}. Follow it, or give a reason where you check the answers.")
