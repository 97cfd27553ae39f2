"""What writes to firms: alerts, digests, reminders, contracts that end, and that we looked and found nothing.

Jinja and the letters load only where one of them is asked for.
"""

from __future__ import annotations

from datetime import timedelta

from service.usecases.compose import Composer
from service.usecases.content import Contents
from service.usecases.digest import Digester
from service.usecases.hold import Burst
from service.usecases.radar import Radar
from service.usecases.remind import Reminders
from service.usecases.silence import Receipts
from service.usecases.silence_asked import AskedReceipts
from service.wiring.parts import Parts


def contents(parts: Parts) -> Contents:
    """Makes what letters say."""
    return Contents(sources=parts.sources, catalogue=parts.catalogue, public_url=parts.settings.public_address)


def composer(parts: Parts) -> Composer:
    """The step from alerts to messages."""
    from notifiers.chat_card import chat_alert  # noqa: PLC0415 - Jinja loads only where mail is written
    from notifiers.render import write_alert  # noqa: PLC0415 - the same

    settings = parts.settings
    return Composer(
        ledger=parts.ledger,
        clock=parts.clock,
        contents=contents(parts),
        write=write_alert,
        links=parts.links.for_firm,
        mail_domain=parts.mail_domain,
        burst=Burst(letters=settings.burst_letters, window=timedelta(seconds=settings.burst_window)),
        write_by_channel={"telegram": chat_alert},
    )


def digester(parts: Parts) -> Digester:
    """Makes letters of several alerts when they are due."""
    from notifiers.chat_card import chat_alert  # noqa: PLC0415 - Jinja loads only where mail is written
    from notifiers.chat_digest import chat_digest  # noqa: PLC0415 - the same
    from notifiers.digest_letter import write_digest  # noqa: PLC0415 - the same
    from notifiers.render import write_alert  # noqa: PLC0415 - the same

    return Digester(
        ledger=parts.ledger,
        clock=parts.clock,
        contents=contents(parts),
        write=write_digest,
        write_one=write_alert,
        links=parts.links.for_firm,
        mail_domain=parts.mail_domain,
        write_by_channel={"telegram": chat_digest},
        write_one_by_channel={"telegram": chat_alert},
    )


def reminders(parts: Parts) -> Reminders:
    """Recalls what is on lists before it closes."""
    return Reminders(ledger=parts.ledger, clock=parts.clock)


def radar(parts: Parts) -> Radar:
    """Tells once a week of contracts that end."""
    from notifiers.radar_letter import write_radar  # noqa: PLC0415 - Jinja loads only where mail is written

    return Radar(
        ledger=parts.ledger,
        clock=parts.clock,
        sources=parts.sources,
        write=write_radar,
        links=parts.links.for_firm,
        public_url=parts.settings.public_address,
        mail_domain=parts.mail_domain,
    )


def receipts(parts: Parts) -> Receipts:
    """Says once a month to firms that heard nothing that we looked."""
    from notifiers.chat_receipt import chat_silence  # noqa: PLC0415 - Jinja loads only where mail is written
    from notifiers.silence_letter import write_silence  # noqa: PLC0415 - the same

    return Receipts(
        ledger=parts.ledger,
        clock=parts.clock,
        receipt=parts.desk.receipt,
        write=write_silence,
        links=parts.links.for_firm,
        mail_domain=parts.mail_domain,
        write_by_channel={"telegram": chat_silence},
    )


def asked_receipts(parts: Parts) -> AskedReceipts:
    """Says to a firm that asks what was checked for it."""
    return AskedReceipts(
        ledger=parts.ledger, clock=parts.clock, receipt=parts.desk.receipt_now, receipts=receipts(parts)
    )
