"""The noticeboard: lists of opportunities, and one with everything we know."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from service.domain.interest import Interest
from service.domain.matching import prepare
from service.domain.needs import Asking
from service.domain.notice import Notice, SetAside
from service.domain.opportunity import Key
from service.domain.place import place_in
from service.domain.programme import Programme, Suggestion
from service.domain.signposting import help_for
from service.domain.subject import subject_in
from service.domain.union import SOURCES
from service.domain.wording import LONDON
from service.errors import NotFound
from service.front_desk.room import Room
from service.store.catalogue import Wanted, Windows
from service.store.ledger import SqlTransaction
from service.store.reading import Listed, Reading
from service.usecases.posting.talk import talk_of
from service.web.desk import MovedTo
from service.web.forms.filters import CLOSINGS, Filters
from service.web.shown import standing_of, view_of
from service.web.view import Counts, Found, OpportunityView, SeenNotice

#: Open opportunities, the newest first, that are compared with an interest just confirmed; and how many are shown.
_COMPARED = 1_000
_SHOWN_NOW = 6
#: Notice types where the source gives none, by stage.
_STAGES = {
    "pipeline": "Plan",
    "planning": "Planned procurement",
    "tender": "Tender",
    "award": "Award",
    "contract": "Contract",
    "other": "Notice",
}


class Noticeboard(Room):
    """What anyone may read of the opportunities."""

    async def open_opportunities(self, filters: Filters, *, size: int, counted: bool) -> Found:
        """What fits the filters: open opportunities, the newest first, unless they say otherwise."""
        now = self.now()
        wanted = wanted_of(filters, now=now)
        page = await self._catalogue.find(
            wanted,
            now=now,
            most=size,
            after=(filters.page - 1) * size,
            windows=windows_of(now) if counted else None,
        )
        async with self._database.reading() as connection:
            found = await Reading(connection).in_order(page.ids)
        items = await self._views_of(found, now)
        return Found(items=items, total=page.total, counts=Counts(**page.counts) if counted else None)

    async def opportunity(self, identity: str) -> OpportunityView | MovedTo:
        """One opportunity with everything we know. Raises NotFound."""
        now = self.now()
        async with self._database.reading() as connection:
            found = await Reading(connection).listed(identity)
            if found is None:
                raise NotFound("It may have been copied incompletely.")
            if found.redirect_to:
                return MovedTo(identity=found.redirect_to)
            transaction = SqlTransaction(connection)
            revisions = await transaction.revisions(identity)
            notices = await transaction.notices_of(identity)
            programmes = await self._support.programmes(transaction)
            posting = await transaction.posting_behind(identity)
            parents = await transaction.owners(keys_of(found.opportunity.state.details.part_of))
            questions = await transaction.questions_of(posting.identity) if posting else ()
        seen = await asyncio.to_thread(lambda: [self._seen(notice) for notice in reversed(notices)])
        view = view_of(
            found.opportunity,
            found.tags,
            now=now,
            source_name=self._source_name(found.opportunity.state.source),
            suggestions=self._help(found, programmes, now, newcomers=True),
            revisions=revisions,
            notices=seen,
            attribution=self._attribution(found.opportunity.state.source),
        )
        view = replace(view, part_of_here=next((each for each in parents.values() if each != identity), ""))
        return replace(view, talk=talk_of(posting, questions, now=now)) if posting else view

    async def opportunities_named(self, identities: Sequence[str]) -> Sequence[OpportunityView]:
        """These opportunities as cards show them, in this order; those that are not there are left out."""
        async with self._database.reading() as connection:
            found = await Reading(connection).in_order(identities)
        return await self._views_of(found, self.now())

    async def open_for(self, interests: Sequence[Interest]) -> Found:
        """What is open today for any of some interests, by the rules that decide alerts."""
        now = self.now()
        wanted = Wanted(union="yes" if any(each.eu for each in interests) else "")
        page = await self._catalogue.find(wanted, now=now, most=_COMPARED)
        async with self._database.reading() as connection:
            found = await Reading(connection).in_order(page.ids)
        fit = await asyncio.to_thread(_fitting, found, interests, now)
        return Found(items=await self._views_of(fit[:_SHOWN_NOW], now), total=len(fit))

    async def _views_of(self, found: Sequence[Listed], now: datetime) -> tuple[OpportunityView, ...]:
        return await asyncio.to_thread(self._views, found, await self._programmes(), now)

    def _views(
        self, found: Sequence[Listed], programmes: Sequence[Programme], now: datetime
    ) -> tuple[OpportunityView, ...]:
        return tuple(
            view_of(
                each.opportunity,
                each.tags,
                now=now,
                source_name=self._source_name(each.opportunity.state.source),
                suggestions=self._help(each, programmes, now),
                attribution=self._attribution(each.opportunity.state.source),
            )
            for each in found
        )

    def _help(
        self, found: Listed, programmes: Sequence[Programme], now: datetime, *, newcomers: bool = False
    ) -> tuple[Suggestion, ...]:
        """What helps with what this notice itself asks for; who reads it we do not know. Nothing once it is over."""
        state = found.opportunity.state
        if found.tags is None or standing_of(state, now=now) not in {"open", "planned"}:
            return ()
        asking = Asking(details=state.details, tags=found.tags, place=place_in(state.details), source=state.source)
        today = now.astimezone(LONDON).date()
        return help_for(programmes, asking, on=today, newcomers=newcomers)

    def _seen(self, notice: Notice) -> SeenNotice:
        source = self._sources.get(notice.source)
        read = source.read(notice) if source else None
        if read is None or isinstance(read, SetAside):
            return SeenNotice(
                source=self._source_name(notice.source), href="", kind=_STAGES["other"], published=notice.published
            )
        return SeenNotice(
            source=self._source_name(notice.source),
            href=read.details.official_url,
            # Types such as UK4 are on the notice too; code words such as cn-standard are on no page of it.
            kind=read.notice_type if read.notice_type[:1].isupper() else _STAGES[read.stage.value],
            published=read.published,
        )


def keys_of(number: str) -> tuple[Key, ...]:
    """The keys by which a contract is known that somebody named by a number; none for no number."""
    if not number:
        return ()
    return (Key(scheme="ocid", value=number.lower()), Key(scheme="notice", value=f"find_a_tender:{number}"))


def wanted_of(filters: Filters, *, now: datetime) -> Wanted:
    """The filters of an address as the store understands them."""
    closes_from, closes_before = filters.closes_between(now.astimezone(LONDON).date())
    return Wanted(
        words=filters.words,
        sectors=filters.sectors,
        areas=filters.areas,
        sizes=filters.sizes,
        # Who asks for the journal by its name wants to see it.
        union=filters.eu or ("yes" if SOURCES.intersection(filters.sources) else ""),
        closes_from=closes_from,
        closes_before=closes_before,
        value_min=None if filters.value_min is None else Decimal(filters.value_min),
        value_max=None if filters.value_max is None else Decimal(filters.value_max),
        below_threshold=filters.below_threshold,
        sources=filters.sources,
        standing="" if filters.standing == "all" else filters.standing,
        order=filters.sort,  # type: ignore[arg-type]  # a key of ORDERS, which are the catalogue's orders
    )


def windows_of(now: datetime) -> Windows:
    """Between which moments each closing window lies, seen from now."""
    today = now.astimezone(LONDON).date()
    return {key: Filters(closing=key).closes_between(today) for key, _, _ in CLOSINGS if key}


def _fitting(found: Sequence[Listed], interests: Sequence[Interest], now: datetime) -> list[Listed]:
    prepared = [prepare(interest) for interest in interests]
    fit = []
    for each in found:
        if each.tags is None:
            continue
        state = each.opportunity.state
        subject = subject_in(state, each.tags)
        if any(each_interest.judge(subject, now=now).matched for each_interest in prepared):
            fit.append(each)
    return fit
