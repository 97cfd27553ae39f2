"""Radar: note when awarded contracts end, and tell firms that asked, once a week, which like theirs end in half a year.

A contract is told to a firm once for each end: the alert is the promise, the week's slot makes the message unique. What
does not fit into one message comes with the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from service.domain.interest import Interest
from service.domain.matching import prepare
from service.domain.message import AlertContent, Links, Message, Written
from service.domain.opportunity import Opportunity
from service.domain.place import place_in
from service.domain.radar import MOST_A_WEEK, EndingContract, change_of, slot_of, window
from service.domain.subject import Subject, subject_in
from service.domain.tagging import Tags
from service.ports import Clock, Source
from service.usecases.ledger import Addressed, NewAlert, Reach, Subscriber

_JOB = "radar"
#: Area word of contracts whose work may be anywhere in the country.
NATIONWIDE = "nationwide"
#: Contracts noted in one transaction, and compared with interests in one week.
_BATCH = 200
_COMPARED = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractEnd:
    """When a contract ends (None: nobody said), and what lists filter it by."""

    opportunity: str
    revision: int
    ends: date | None
    sectors: tuple[str, ...]
    #: GSS codes of boroughs, and "nationwide" where the work may be anywhere.
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A contract that ends on a day."""

    opportunity: str
    ends: date


class RadarTransaction(Protocol):
    """What the radar asks of the store, within one transaction."""

    async def unnoted_contracts(self, *, most: int) -> Sequence[str]:
        """Awarded opportunities whose end was not worked out yet, or from an older revision."""

    async def keep_contract_ends(self, ends: Sequence[ContractEnd]) -> None:
        """Write down when contracts end."""

    async def ending(self, *, first: date, last: date, most: int) -> Sequence[Ending]:
        """Contracts that end between two days, the soonest first."""

    async def opportunities(self, identities: Sequence[str]) -> Mapping[str, Opportunity]:
        """Opportunities as they stand."""

    async def tags_of(self, identities: Sequence[str]) -> Mapping[str, Tags]:
        """The tags of opportunities."""

    async def subscribers(self) -> Sequence[Subscriber]:
        """Every active firm."""

    async def reach(self, firms: Sequence[int]) -> Mapping[int, Reach]:
        """How active firms are reached."""

    async def told_of_endings(self, firm: int) -> frozenset[tuple[str, str]]:
        """Endings a firm was told of: opportunity and change."""

    async def keep_alerts(self, alerts: Sequence[NewAlert], *, at: datetime) -> Sequence[int]:
        """Store alerts; the numbers of those that were not there, in the order given."""

    async def keep_messages(self, messages: Sequence[Addressed]) -> None:
        """Store messages that wait to be sent, once for each destination and slot."""

    async def was_ticked(self, job: str, due_at: str) -> bool:
        """Whether a job was done for a time."""

    async def tick(self, job: str, due_at: str) -> None:
        """Say that a job is done for a time."""


class RadarLedger(Protocol):
    """Opens transactions."""

    def writing(self, *, alone: bool = False) -> AbstractAsyncContextManager[RadarTransaction]:
        """A transaction."""


class WriteRadar(Protocol):
    """Words the weekly message."""

    def __call__(
        self, contracts: Sequence[EndingContract], links: Links, *, more: int, page_url: str, now: datetime
    ) -> Written:
        """The message in words; `more` is how many wait for next week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A contract that ends, ready to be compared."""

    opportunity: Opportunity
    tags: Tags
    subject: Subject
    ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Radar:
    """Everything the radar needs."""

    ledger: RadarLedger
    clock: Clock
    sources: Mapping[str, Source]
    write: WriteRadar
    links: Callable[[int, str], Links]
    public_url: str
    mail_domain: str

    async def look(self) -> None:
        """Note what was awarded, and where the week's message is due and not made, make it."""
        while await self._note():
            pass
        slot = slot_of(self.clock.now())
        if slot is not None:
            await self._tell(slot)

    async def _note(self) -> int:
        async with self.ledger.writing() as transaction:
            identities = await transaction.unnoted_contracts(most=_BATCH)
            opportunities = await transaction.opportunities(identities)
            tags = await transaction.tags_of(identities)
            known = [each for each in identities if each in opportunities]
            ends = await asyncio.to_thread(lambda: [_end_of(opportunities[each], tags.get(each)) for each in known])
            await transaction.keep_contract_ends(ends)
        return len(identities)

    async def _tell(self, slot: str) -> None:
        first, last = window(self.clock.now())
        async with self.ledger.writing() as transaction:
            if await transaction.was_ticked(_JOB, slot):
                return
            listeners = [each for each in await transaction.subscribers() if _asked(each)]
            endings = await transaction.ending(first=first, last=last, most=_COMPARED) if listeners else ()
            identities = [each.opportunity for each in endings]
            opportunities = await transaction.opportunities(identities)
            tags = await transaction.tags_of(identities)
        found = await asyncio.to_thread(_ready, endings, opportunities, tags)
        for listener in listeners:
            await self._tell_firm(listener, found, slot=slot)
        async with self.ledger.writing() as transaction:
            await transaction.tick(_JOB, slot)

    async def _tell_firm(self, listener: Subscriber, found: Sequence[_Found], *, slot: str) -> None:
        alike = await asyncio.to_thread(_alike, _asked(listener), found)
        if not alike:
            return
        now = self.clock.now()
        async with self.ledger.writing() as transaction:
            told = await transaction.told_of_endings(listener.firm)
            reach = (await transaction.reach([listener.firm])).get(listener.firm)
            fresh = [each for each in alike if (each[0].opportunity.identity, change_of(each[0].ends)) not in told]
            if reach is None or not fresh:
                return
            chosen = fresh[:MOST_A_WEEK]
            numbers = await transaction.keep_alerts(
                [_alert(each, firm=listener.firm, reasons=reasons) for each, reasons in chosen], at=now
            )
            contracts = [self._contract(each, reasons) for each, reasons in chosen]
            written = self.write(
                contracts,
                self.links(listener.firm, reach.secret),
                more=len(fresh) - len(chosen),
                page_url=f"{self.public_url}/contracts-ending",
                now=now,
            )
            await transaction.keep_messages(self._messages(written, listener.firm, reach, slot=slot, alerts=numbers))

    def _messages(
        self, written: Written, firm: int, reach: Reach, *, slot: str, alerts: Sequence[int]
    ) -> list[Addressed]:
        links = self.links(firm, reach.secret)
        return [
            Addressed(
                message=Message(
                    message_id=f"<{slot.replace(':', '.')}.{target.identity}@{self.mail_domain}>",
                    channel=target.channel,
                    to=target.address,
                    subject=written.subject,
                    text=written.text,
                    html=written.html,
                    kind="digest",
                    created=self.clock.now(),
                    unsubscribe_url=links.unsubscribe,
                ),
                firm=firm,
                target=target.identity,
                slot=slot,
                alerts=tuple(alerts),
            )
            for target in reach.targets
        ]

    def _contract(self, found: _Found, reasons: tuple[str, ...]) -> EndingContract:
        state = found.opportunity.state
        source = self.sources.get(state.source)
        return EndingContract(
            content=AlertContent(
                change=change_of(found.ends),
                opportunity=found.opportunity,
                tags=found.tags,
                place=found.subject.place,
                reasons=reasons,
                differences=(),
                change_kind="",
                help=(),
                page_url=f"{self.public_url}/opportunities/{found.opportunity.identity}",
                source_name=source.card.name if source else state.source,
                attribution=source.card.attribution if source else "",
            ),
            ends=found.ends,
        )


def _asked(subscriber: Subscriber) -> tuple[Interest, ...]:
    """The interests of a firm that ask for contracts that end."""
    return tuple(each for each in subscriber.interests if each.radar)


def _end_of(opportunity: Opportunity, tags: Tags | None) -> ContractEnd:
    details = opportunity.state.details
    place = place_in(details)
    return ContractEnd(
        opportunity=opportunity.identity,
        revision=opportunity.revision,
        ends=details.ends,
        sectors=tuple(tag.key for tag in tags.sectors) if tags else (),
        areas=(*place.boroughs, *((NATIONWIDE,) if place.scope == NATIONWIDE else ())),
    )


def _ready(
    endings: Sequence[Ending], opportunities: Mapping[str, Opportunity], tags: Mapping[str, Tags]
) -> list[_Found]:
    ready = []
    for each in endings:
        opportunity, judged = opportunities.get(each.opportunity), tags.get(each.opportunity)
        if opportunity is None or judged is None:
            continue
        state = opportunity.state
        subject = subject_in(state, judged)
        ready.append(_Found(opportunity=opportunity, tags=judged, subject=subject, ends=each.ends))
    return ready


def _alike(interests: Sequence[Interest], found: Sequence[_Found]) -> list[tuple[_Found, tuple[str, ...]]]:
    """Contracts like those a firm wants, each with the reasons of the first interest that says so."""
    alike = []
    for each in found:
        answers = (prepare(interest).resembles(each.subject) for interest in interests)
        answer = next((one for one in answers if one.matched), None)
        if answer is not None:
            alike.append((each, answer.reasons))
    return alike


def _alert(found: _Found, *, firm: int, reasons: tuple[str, ...]) -> NewAlert:
    return NewAlert(
        firm=firm,
        opportunity=found.opportunity.identity,
        change=change_of(found.ends),
        revision=found.opportunity.revision,
        change_kind="",
        reasons=reasons,
        differences=(),
    )
