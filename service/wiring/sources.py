"""What asks sources, watches how they fare, and may forbid them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from service.http.single_try import SingleTry
from service.ports import Clock, Source
from service.store.ledger import SqlLedger
from service.usecases.collect import Collector
from service.usecases.permit import Permitting
from service.usecases.poll import Polling
from service.usecases.watch import Watching
from service.wiring.parts import Parts, holder


def collector(parts: Parts, *, is_probe: bool = False) -> Collector:
    """The step from sources to notices; a probe asks once and never again."""
    http = SingleTry(parts.http) if is_probe else parts.http
    return Collector(ledger=parts.ledger, bookmarks=parts.polls, http=http, clock=parts.clock)


def poll_every(parts: Parts, source: Source) -> float:
    """Seconds between two polls of a source."""
    return parts.settings.poll_every or source.card.every


def polling(parts: Parts) -> Polling:
    """Asks sources, where they may be asked."""

    def collector_for(*, is_probe: bool = False) -> Collector:
        return collector(parts, is_probe=is_probe)

    def every(source: Source) -> float:
        return poll_every(parts, source)

    return Polling(
        book=parts.polls,
        watcher=watching(parts),
        collector=collector_for,
        clock=parts.clock,
        sources=parts.sources,
        chosen=parts.chosen,
        access_to=parts.settings.access_to,
        every=every,
        lease=parts.settings.poll_lease,
        holder=holder,
    )


def watching(parts: Parts) -> Watching:
    """Keeps the history of how sources fare, and tells the operator."""
    from notifiers.operator_note import write_operator_note  # noqa: PLC0415 - Jinja loads only where mail is written

    domain = parts.mail_domain
    return Watching(
        ledger=parts.ledger,
        clock=parts.clock,
        sources=parts.sources,
        write=write_operator_note,
        operator=parts.settings.operator,
        tell_after=parts.settings.operator_after,
        public_url=parts.settings.public_address,
        message_id=lambda slot: f"<source.{hashlib.sha256(slot.encode()).hexdigest()[:32]}@{domain}>",
    )


def permitting(parts: Parts) -> Permitting:
    """What an operator says about sources that need permission."""
    return permitting_of(parts.ledger, clock=parts.clock, sources=lambda: parts.sources)


def permitting_of(ledger: SqlLedger, *, clock: Clock, sources: Callable[[], Mapping[str, Source]]) -> Permitting:
    """The same over a ledger; the sources are looked up when one is permitted."""
    return Permitting(ledger=ledger, clock=clock, cards=lambda: {key: source.card for key, source in sources().items()})
