"""Digest: a letter that is due becomes one message for each of the firm's destinations.

What is due stands in rows, so a run that was lost with its worker, or while no worker ran, is simply still due. Where
several letters of a firm are due, as after days of standstill, they are made into one. A letter in which nothing is
left to tell is not sent. The run, its alerts and the messages are written together or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Protocol

import structlog

from service.domain.digest import DigestItem, Entry, Part, added_up, in_order, is_over, section_of
from service.domain.message import Links, Message, Written
from service.domain.opportunity import Opportunity
from service.domain.programme import Programme
from service.domain.tagging import Tags
from service.failpoints import reached
from service.ports import Clock
from service.usecases.compose import WriteAlert
from service.usecases.content import Contents, Said
from service.usecases.hold import Courses, courses_of, why_not
from service.usecases.ledger import Addressed, Alert, Ledger, Reach, Transaction
from service.usecases.when import Run

_log = structlog.get_logger()

#: Letters made in one transaction.
_BATCH = 8
#: How long a letter waits that could not be made.
_PAUSE = timedelta(minutes=10)
_ENDS = frozenset({"cancelled", "awarded"})


class WriteDigest(Protocol):
    """Words a letter of several opportunities."""

    def __call__(self, items: Sequence[DigestItem], links: Links, *, slot: str, all_url: str, now: datetime) -> Written:
        """The message in words, the items in the order of the letter; `all_url` is the page of them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What is left to tell of some alerts in the order of a letter, and which are not told, each with the reason."""

    entries: tuple[Entry, ...]
    dropped: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digester:
    """Makes letters that are due."""

    ledger: Ledger
    clock: Clock
    contents: Contents
    write: WriteDigest
    write_one: WriteAlert
    links: Callable[[int, str, int], Links]
    mail_domain: str
    #: How channels word the two that do not show letters, by channel.
    write_by_channel: Mapping[str, WriteDigest] = field(default_factory=dict)
    write_one_by_channel: Mapping[str, WriteAlert] = field(default_factory=dict)

    async def drain(self) -> int:
        """Make the letters that are due, some at a time; how many runs were taken in hand."""
        async with self.ledger.writing() as transaction:
            runs = await transaction.due_runs(now=self.clock.now(), most=_BATCH)
            for _, mine in groupby(sorted(runs, key=lambda run: run.firm), key=lambda run: run.firm):
                await self._make(transaction, list(mine))
            if runs:
                reached("digest.before_commit")
        if runs:
            reached("digest.committed")
        return len(runs)

    async def _make(self, transaction: Transaction, runs: Sequence[Run]) -> None:
        """One letter of all runs of one firm that are due; where that fails, they wait and the others go."""
        try:
            async with transaction.attempt():
                await self._make_one(transaction, runs)
        except Exception:
            _log.exception("a digest could not be made", action="digest_failed", firm_id=runs[0].firm)
            for run in runs:
                await transaction.put_off_run(run.identity, until=self.clock.now() + _PAUSE)

    async def _make_one(self, transaction: Transaction, runs: Sequence[Run]) -> None:
        ordered = sorted(runs, key=lambda run: (run.slot.due, run.identity))
        run, older = ordered[-1], [each.identity for each in ordered[:-1]]
        await transaction.move_parts(older, into=run.identity)
        alerts = await transaction.alerts(await transaction.parts_of(run.identity))
        reach = (await transaction.reach([run.firm])).get(run.firm)
        if reach is None:
            for alert in alerts:
                await transaction.drop_alert(alert.identity, reason="the firm no longer hears from us")
        else:
            about = [alert.opportunity for alert in alerts]
            opportunities, tags = await transaction.opportunities(about), await transaction.tags_of(about)
            courses, now = courses_of(await transaction.pursuits_about(about)), self.clock.now()
            gathered = gather(
                alerts, {each: opportunities[each] for each in opportunities.keys() & tags.keys()}, courses, now=now
            )
            for number, reason in gathered.dropped.items():
                await transaction.drop_alert(number, reason=reason)
            if gathered.entries:
                programmes = await self.contents.programmes(transaction)
                item = partial(self._item, tags=tags, reach=reach, programmes=programmes, now=now)
                messages = await asyncio.to_thread(
                    lambda: self._messages(run, [item(each) for each in gathered.entries], reach)
                )
                await transaction.keep_messages(messages)
        await transaction.run_made([*older, run.identity], at=self.clock.now())

    def _item(
        self, entry: Entry, *, tags: Mapping[str, Tags], reach: Reach, programmes: Sequence[Programme], now: datetime
    ) -> DigestItem:
        told, opportunity = entry.told, entry.opportunity
        said = Said(
            change=told.change,
            change_kind=told.change_kind,
            reasons=told.reasons,
            differences=told.differences,
            number=told.alerts[-1],
        )
        content = self.contents.of(
            said, opportunity, tags[opportunity.identity], reach=reach, programmes=programmes, now=now
        )
        return DigestItem(section=entry.section, content=content, alerts=told.alerts)

    def _messages(self, run: Run, items: Sequence[DigestItem], reach: Reach) -> list[Addressed]:
        """The letter for each destination; one opportunity alone is told in full, as an alert is."""
        now, found = self.clock.now(), list[Addressed]()
        for target in reach.targets:
            links = self.links(run.firm, reach.secret, target.identity)  # each stops for itself
            if len(items) == 1:
                write_one = self.write_one_by_channel.get(target.channel, self.write_one)
                written = write_one(items[0].content, links, now=now)
            else:
                page = f"{links.manage}/digests/{run.identity}"
                write = self.write_by_channel.get(target.channel, self.write)
                written = write(items, links, slot=run.slot.name, all_url=page, now=now)
            message = Message(
                message_id=f"<digest.{run.identity}.{target.identity}@{self.mail_domain}>",
                channel=target.channel,
                to=target.address,
                subject=written.subject,
                text=written.text,
                html=written.html,
                kind="digest",
                created=now,
                unsubscribe_url=links.unsubscribe,
                buttons=written.buttons,
            )
            found.append(
                Addressed(
                    message=message,
                    firm=run.firm,
                    target=target.identity,
                    slot=f"digest:{run.slot.name}",
                    alerts=tuple(_numbers(items)),
                    named=_named(items) if len(items) == 1 else (),  # a list of several names none
                )
            )
        return found


def _part(alert: Alert) -> Part:
    return Part(
        alert=alert.identity,
        change=alert.change,
        change_kind=alert.change_kind,
        reasons=alert.reasons,
        differences=alert.differences,
    )


def _named(items: Sequence[DigestItem]) -> tuple[tuple[int, str], ...]:
    return tuple((item.content.number, each.programme.key) for item in items for each in item.content.help)


def _numbers(items: Iterable[DigestItem]) -> Iterable[int]:
    for item in items:
        yield from item.alerts


def gather(
    alerts: Sequence[Alert],
    opportunities: Mapping[str, Opportunity],
    courses: Courses,
    *,
    now: datetime,
    keep_all: bool = False,
) -> Gathered:
    """What alerts say of each opportunity together, as it stands now.

    `keep_all`: also what needs no telling any more, for the page of a letter that was sent.
    """
    dropped: dict[int, str] = {}
    by_opportunity: dict[str, list[Alert]] = {}
    for alert in sorted(alerts, key=lambda each: each.identity):
        by_opportunity.setdefault(alert.opportunity, []).append(alert)
    entries = []
    for identity, mine in by_opportunity.items():
        opportunity = opportunities.get(identity)
        if opportunity is None:
            dropped |= dict.fromkeys((alert.identity for alert in mine), "it is not there any more")
            continue
        course = courses.get((mine[0].firm, identity))
        reasons = {
            each.identity: "" if keep_all else why_not(each.change, opportunity, course, now=now) for each in mine
        }
        dropped |= {number: reason for number, reason in reasons.items() if reason}
        kept = [each for each in mine if not reasons[each.identity]]
        if not kept:
            continue
        told = added_up([_part(alert) for alert in kept])
        if is_over(opportunity, now=now) and told.change_kind not in _ENDS and not keep_all:
            dropped |= dict.fromkeys(told.alerts, "it was over before it was told")
            continue
        entries.append(Entry(section=section_of(told, opportunity, now=now), opportunity=opportunity, told=told))
    return Gathered(entries=tuple(in_order(entries)), dropped=dropped)
