"""Compose: an alert becomes a message for each of the firm's destinations, with the free support that fits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.domain.gazetteer import gazetteer
from service.domain.message import AlertContent, Links, Message, Written
from service.domain.needs import needs_of
from service.domain.opportunity import Details, Opportunity
from service.domain.place import Place
from service.domain.programme import Programme, Suggestion, choose
from service.domain.tagging import Tags
from service.ports import Clock, Source
from service.usecases.ledger import ALERT_DUE, Addressed, Alert, Ledger, Reach, Transaction, Waiting
from service.usecases.steps import drain_batch
from service.usecases.tag import place_in

WriteAlert = Callable[..., Written]


def help_for(
    programmes: Sequence[Programme], details: Details, *, tags: Tags, place: Place, size: str, now: datetime
) -> tuple[Suggestion, ...]:
    """At most two programmes of free support that fit, each with its reason."""
    buyer = gazetteer().buyer(details.buyer.name) if details.buyer else None
    return choose(
        programmes,
        needs=needs_of(details, tags),
        place=place,
        size=size or None,
        sectors=[tag.key for tag in tags.likely],
        on=now.date(),
        buyer=buyer.key if buyer else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Does the step for waiting alerts."""

    ledger: Ledger
    clock: Clock
    sources: Mapping[str, Source]
    programmes: Sequence[Programme]
    write: WriteAlert
    links: Callable[[int, str, int], Links]
    public_url: str
    #: The right side of every Message-ID.
    mail_domain: str
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
        told = [
            each for each in alerts if each.firm in reach and each.opportunity in opportunities.keys() & tags.keys()
        ]
        known = {alert.identity for alert in told}
        for alert in alerts:
            if alert.identity not in known:
                await transaction.drop_alert(alert.identity, reason="the firm no longer hears from us")
        messages = await asyncio.to_thread(
            lambda: [
                message
                for alert in told
                for message in self._messages(
                    alert, opportunities[alert.opportunity], tags[alert.opportunity], reach[alert.firm]
                )
            ]
        )
        await transaction.keep_messages(messages)

    def _messages(self, alert: Alert, opportunity: Opportunity, tags: Tags, reach: Reach) -> list[Addressed]:
        """The message for each of the firm's destinations."""
        content = self._content(alert, opportunity, tags, size=reach.size)
        found = []
        for target in reach.targets:
            links = self.links(alert.firm, reach.secret, target.identity)  # each stops for itself
            write = self.write_by_channel.get(target.channel, self.write)
            written = write(content, links, now=self.clock.now())
            message = Message(
                message_id=f"<alert.{alert.identity}.{target.identity}.{alert.opportunity}@{self.mail_domain}>",
                channel=target.channel,
                to=target.address,
                subject=written.subject,
                text=written.text,
                html=written.html,
                kind="alert",
                created=self.clock.now(),
                unsubscribe_url=links.unsubscribe,
                buttons=written.buttons,
            )
            slot = f"alert:{alert.identity}"
            addressed = Addressed(
                message=message, firm=alert.firm, target=target.identity, slot=slot, alerts=(alert.identity,)
            )
            found.append(addressed)
        return found

    def _content(self, alert: Alert, opportunity: Opportunity, tags: Tags, *, size: str) -> AlertContent:
        details, place, now = opportunity.state.details, place_in(opportunity.state.details), self.clock.now()
        ended = alert.change_kind in {"cancelled", "awarded"}
        card = self.sources[opportunity.state.source].card
        return AlertContent(
            change=alert.change,
            opportunity=opportunity,
            tags=tags,
            place=place,
            reasons=alert.reasons,
            differences=alert.differences,
            change_kind=alert.change_kind,
            help=() if ended else help_for(self.programmes, details, tags=tags, place=place, size=size, now=now),
            page_url=f"{self.public_url}/opportunities/{opportunity.identity}",
            source_name=card.name,
            attribution=card.attribution,
            number=alert.identity,
        )
