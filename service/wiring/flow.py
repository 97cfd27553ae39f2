"""The steps from a notice to a message that is sent, and the canary that walks them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from scrapers.replay.samples import canary_file
from service.domain.interest import Interest
from service.domain.notice import Notice
from service.registry import all_sources, the_tagger
from service.usecases.canary import Canary
from service.usecases.ledger import ALERT_DUE, NOTICE_SEEN, OPPORTUNITY_RECORDED, OPPORTUNITY_TAGGED, Ledger
from service.usecases.match import Matcher
from service.usecases.record import Recorder, Watch
from service.usecases.send import Sender
from service.usecases.tag import Judge
from service.wiring.letters import composer
from service.wiring.parts import Parts


def recorder(parts: Parts, watch: Watch | None = None) -> Recorder:
    """The step from notices to opportunities."""
    made = Recorder(ledger=parts.ledger, clock=parts.clock, sources=parts.sources)
    return made if watch is None else replace(made, watch=watch)


def judge(parts: Parts) -> Judge:
    """The step from opportunities to tags."""
    return Judge(ledger=parts.ledger, clock=parts.clock, tagger=the_tagger(parts.settings.trade_model))


def matcher(parts: Parts) -> Matcher:
    """The step from tags to alerts."""
    return Matcher(ledger=parts.ledger, clock=parts.clock)


def sender(parts: Parts) -> Sender:
    """The step from messages to receipts."""
    return Sender(
        ledger=parts.ledger,
        clock=parts.clock,
        channels=parts.channels,
        lease=parts.settings.send_lease,
        marks=parts.marks,
    )


def canary(parts: Parts) -> Canary:
    """Lets a made-up notice walk through every step, and nothing of it stay."""
    source = all_sources()["find_a_tender"]

    def sample(now: datetime) -> Notice:
        found = source.notices_in(canary_file(now=now), seen=now)
        return next(each for each in found if isinstance(each, Notice))

    def steps(ledger: Ledger) -> Sequence[tuple[str, Callable[[], Awaitable[int]]]]:
        return (
            (NOTICE_SEEN, replace(recorder(parts), ledger=ledger, sources=all_sources()).drain),
            (OPPORTUNITY_RECORDED, replace(judge(parts), ledger=ledger).drain),
            (OPPORTUNITY_TAGGED, replace(matcher(parts), ledger=ledger).drain),
            (ALERT_DUE, replace(composer(parts), ledger=ledger).drain),
        )

    return Canary(
        ledger=parts.ledger,
        clock=parts.clock,
        sample=sample,
        interest=Interest(sectors=("environment",), words="window"),
        steps=steps,
    )
