"""Compose: an alert becomes a message for each of the firm's destinations, at once or when its next letter is due."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from service.domain.message import Links, Message, Written
from service.domain.opportunity import Opportunity
from service.domain.programme import Programme
from service.domain.tagging import Tags
from service.ports import Clock
from service.usecases.content import Contents, Said
from service.usecases.hold import Burst, Plan, by_slot, courses_of, why_not
from service.usecases.ledger import ALERT_DUE, Addressed, Alert, Ledger, Reach, Transaction, Waiting
from service.usecases.steps import drain_batch

WriteAlert = Callable[..., Written]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Does the step for waiting alerts."""

    ledger: Ledger
    clock: Clock
    contents: Contents
    write: WriteAlert
    links: Callable[[int, str, int], Links]
    #: The right side of every Message-ID.
    mail_domain: str
    #: What is too much at once.
    burst: Burst
    #: How channels word an alert that do not show letters, by channel.
    write_by_channel: Mapping[str, WriteAlert] = field(default_factory=dict)

    async def drain(self) -> int:
        """Compose the oldest waiting alerts; how many."""
        return await drain_batch(self.ledger, self.clock, kind=ALERT_DUE, step="compose", handle=self._compose)

    async def _compose(self, transaction: Transaction, events: Sequence[Waiting]) -> None:
        alerts = await transaction.alerts([int(event.payload["alert"]) for event in events])
        about = [alert.opportunity for alert in alerts]
        opportunities, tags = await transaction.opportunities(about), await transaction.tags_of(about)
        reach = await transaction.reach([alert.firm for alert in alerts])
        courses = courses_of(await transaction.pursuits_about(about))
        told, now = [], self.clock.now()
        for alert in alerts:
            opportunity = opportunities.get(alert.opportunity)
            if alert.firm not in reach or opportunity is None or alert.opportunity not in tags:
                await transaction.drop_alert(alert.identity, reason="the firm no longer hears from us")
                continue
            course = courses.get((alert.firm, alert.opportunity))
            if reason := why_not(alert.change, opportunity, course, now=now):
                await transaction.drop_alert(alert.identity, reason=reason)
                continue
            told.append(alert)
        at_once = await self._held_back(transaction, told, opportunities)
        programmes = await self.contents.programmes(transaction)
        messages = await asyncio.to_thread(
            lambda: [
                message
                for alert in at_once
                for message in self._messages(
                    alert,
                    opportunities[alert.opportunity],
                    tags[alert.opportunity],
                    reach[alert.firm],
                    programmes,
                )
            ]
        )
        await transaction.keep_messages(messages)

    async def _held_back(
        self, transaction: Transaction, alerts: Sequence[Alert], opportunities: Mapping[str, Opportunity]
    ) -> list[Alert]:
        """Let alerts wait that are not told at once; those that are."""
        firms, now = [alert.firm for alert in alerts], self.clock.now()
        plan = Plan(
            now=now,
            burst=self.burst,
            rhythms=await transaction.rhythms(firms),
            lately=await transaction.lately(firms, since=now - self.burst.window, now=now),
            batch=Counter(firms),
        )
        at_once, waiting = [], []
        for alert in alerts:
            slot = plan.slot_for(alert.firm, opportunities[alert.opportunity], alert.change_kind)
            if slot is None:
                at_once.append(alert)
            else:
                waiting.append((alert.firm, slot, alert.identity))
        for (firm, slot), numbers in by_slot(waiting).items():
            await transaction.hold(firm, slot, numbers)
        return at_once

    def _messages(
        self, alert: Alert, opportunity: Opportunity, tags: Tags, reach: Reach, programmes: Sequence[Programme]
    ) -> list[Addressed]:
        """The message for each of the firm's destinations."""
        now = self.clock.now()
        said = Said(
            change=alert.change,
            change_kind=alert.change_kind,
            reasons=alert.reasons,
            differences=alert.differences,
            number=alert.identity,
        )
        content = self.contents.of(said, opportunity, tags, reach=reach, programmes=programmes, now=now)
        found = []
        for target in reach.targets:
            links = self.links(alert.firm, reach.secret, target.identity)  # each stops for itself
            write = self.write_by_channel.get(target.channel, self.write)
            written = write(content, links, now=now)
            message = Message(
                message_id=f"<alert.{alert.identity}.{target.identity}.{alert.opportunity}@{self.mail_domain}>",
                channel=target.channel,
                to=target.address,
                subject=written.subject,
                text=written.text,
                html=written.html,
                kind="alert",
                created=now,
                unsubscribe_url=links.unsubscribe,
                buttons=written.buttons,
            )
            slot = f"alert:{alert.identity}"
            addressed = Addressed(
                message=message,
                firm=alert.firm,
                target=target.identity,
                slot=slot,
                alerts=(alert.identity,),
                named=tuple((alert.identity, each.programme.key) for each in content.help),
            )
            found.append(addressed)
        return found
