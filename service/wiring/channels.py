"""Ways in and out: mail or the built-in mailbox, the bot, and the addresses for answers."""

from __future__ import annotations

from typing import Protocol

from notifiers.email import EmailChannel
from notifiers.mailbox import MailboxChannel
from service.clock import SystemClock
from service.errors import WrongSettings
from service.ports import Channel, Inbox
from service.settings import Settings, is_loopback
from service.store.ledger import SqlLedger
from service.store.reading import LetterBox
from service.usecases.chat.listen import Listener
from service.usecases.chat.talk import Talk
from service.usecases.links import load_key
from service.usecases.marks import Marks
from service.wiring.parts import holder, mail_domain


def marks(settings: Settings) -> Marks | None:
    """Marked addresses, where mail is taken in. Raises WrongSettings where there is a way in but no address."""
    if settings.inbound_address:
        return Marks(load_key(settings.secret_key_path), settings.inbound_address)
    if settings.inbound_lmtp or settings.inbound_maildir:
        raise WrongSettings(
            "Mail is to be taken in, but BOWBELL_INBOUND_ADDRESS does not say for which address. "
            "Give it, like alerts@example.org."
        )
    return None


def has_mailbox(settings: Settings) -> bool:
    """Whether the built-in mailbox is open: only where nobody but this machine can look into it."""
    return not settings.smtp_url and is_loopback(f"http://{settings.listen}") and is_loopback(settings.public_address)


def mail_channel(settings: Settings, *, letters: LetterBox, clock: SystemClock) -> Channel:
    """Real mail where a mail server is set, else the built-in mailbox."""
    list_id = f"alerts.{mail_domain(settings)}"
    if settings.smtp_url:
        return EmailChannel(settings.smtp_url, sender=settings.mail_from, list_id=list_id, clock=clock)
    return MailboxChannel(letters, sender=settings.mail_from, list_id=list_id, clock=clock)


class Bot(Channel, Inbox, Protocol):
    """Telegram is both."""


def telegram(settings: Settings, *, clock: SystemClock) -> Bot | None:
    """The bot, where its token is set."""
    if not settings.telegram_token:
        return None
    from notifiers.telegram import TelegramChannel  # noqa: PLC0415 - the library takes a second to load

    return TelegramChannel(settings.telegram_token, clock=clock, api_url=settings.telegram_api_url)


def listener(inbox: Inbox | None, *, ledger: SqlLedger, clock: SystemClock, settings: Settings) -> Listener | None:
    """Hears what is said to the bot; None where there is none."""
    if inbox is None:
        return None
    talk = Talk(clock=clock, public_url=settings.public_address)
    return Listener(ledger=ledger, inbox=inbox, clock=clock, hear=talk.hear, holder=holder())
