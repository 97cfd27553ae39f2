"""E-mail over SMTP, honest about what it cannot know.

Once DATA has begun, a lost connection looks the same whether the far side has the mail or not (aiosmtplib raises one
error for both), so every loss from there on is InDoubt. Before it nothing was sent, and we simply try later.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from dataclasses import dataclass
from email.message import EmailMessage

import aiosmtplib

from notifiers.mime import as_email, bare_address, one_line
from notifiers.smtp_url import SmtpSettings, smtp_settings
from service.domain.message import Message, Receipt
from service.errors import BadAddress, DeliveryTrouble, InDoubt, Refused, TryLater
from service.ports import Clock

__all__ = ["CHANNEL", "EmailChannel", "Patience", "smtp_settings"]

_MOST_CONNECTIONS = 4
_STARTTLS = {"auto": None, "never": False, "always": True}
_FAILED = 400
_PERMANENT = 500
_SHUTTING_DOWN = 421
#: RFC 5321, 4.5.3.1.10: treat 552 at RCPT as 452, too much for now. 53x (RFC 4954): our own sign-in, not the person.
_PASSING = frozenset({530, 532, 534, 535, 538, 552})
#: RFC 3463: 5.2.2 is a full mailbox, 5.7.x somebody's policy towards us; neither says the address is bad.
_PASSING_DETAIL = re.compile(r"5\.(2\.2|3\.\d+|7\.\d+)\b")
_LONGEST_SAID = 300
_LOST = (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for a mail server, in seconds."""

    #: For the connection, the greeting and the sign-in.
    connect: float = 20.0
    #: For an answer to MAIL and RCPT.
    command: float = 60.0
    #: For each answer around DATA: giving up early makes doubt, and doubt makes repeats.
    data: float = 180.0
    #: How long a connection may lie idle before it is opened anew.
    idle: float = 60.0


class _Stale(Exception):
    """A kept connection was gone before DATA: open a new one."""


@dataclass(slots=True, kw_only=True)
class _Idle:
    smtp: aiosmtplib.SMTP
    since: float


class EmailChannel:
    """Carries messages to one mail server over at most four connections, which are kept and used again."""

    name = "email"

    def __init__(self, url: str, *, sender: str, list_id: str, clock: Clock, patience: Patience | None = None) -> None:
        """Read the settings; nothing is opened until the first message.

        Args:
            url: the mail server (`smtp_settings` says how it is written).
            sender: address of the sender, with or without a name.
            list_id: name of the list as a domain.
            clock: tells when a message was taken.
            patience: how long to wait.

        Raises:
            WrongSettings: the URL cannot be read.
            BadAddress: the sender is no address.
        """
        self._settings: SmtpSettings = smtp_settings(url)
        self._envelope_sender = bare_address(sender)
        self._sender = sender
        self._list_id = list_id
        self._clock = clock
        self._patience = patience or Patience()
        self._places = asyncio.Semaphore(_MOST_CONNECTIONS)
        self._idle: list[_Idle] = []

    def __repr__(self) -> str:
        return f"EmailChannel({self._settings.host}:{self._settings.port})"

    async def deliver(self, message: Message) -> Receipt:
        """Hand over one message.

        Raises:
            TryLater: nothing was taken: no connection, a passing refusal, or our own sign-in failed.
            Refused: the address or the message is refused for good.
            InDoubt: the connection was lost or fell silent after DATA began.
        """
        try:
            letter = as_email(message, sender=self._sender, list_id=self._list_id)
            to = bare_address(message.to)
            sender = bare_address(message.return_path) if message.return_path else self._envelope_sender
        except BadAddress as trouble:
            raise Refused(str(trouble)) from trouble
        async with self._places:
            kept = self._kept()
            if kept is not None:
                try:
                    return await self._hand_over(kept, letter, sender, to, fresh=False)
                except _Stale:
                    pass
            return await self._hand_over(await self._opened(), letter, sender, to, fresh=True)

    async def close(self) -> None:
        """Say goodbye on the connections that lie idle."""
        while self._idle:
            smtp = self._idle.pop().smtp
            try:
                await smtp.quit(timeout=self._patience.connect)
            except (aiosmtplib.SMTPException, *_LOST):
                pass
            finally:
                smtp.close()

    def _kept(self) -> aiosmtplib.SMTP | None:
        while self._idle:
            idle = self._idle.pop()
            if idle.smtp.is_connected and time.monotonic() - idle.since < self._patience.idle:
                return idle.smtp
            idle.smtp.close()
        return None

    async def _opened(self) -> aiosmtplib.SMTP:
        settings = self._settings
        smtp = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password,
            use_tls=settings.tls,
            start_tls=_STARTTLS[settings.starttls],
            local_hostname=self._envelope_sender.rpartition("@")[2],
            timeout=self._patience.connect,
        )
        where = f"{settings.host}:{settings.port}"
        try:
            # One limit over all steps: a server that answers each of them just in time must not hold a place for ever.
            async with asyncio.timeout(self._patience.connect):
                await smtp.connect()
                if smtp.is_ehlo_or_helo_needed:
                    await smtp.ehlo()
        except aiosmtplib.SMTPAuthenticationError as trouble:
            smtp.close()
            raise TryLater(f"The mail server {where} did not accept our sign-in (code {trouble.code}).") from None
        except (aiosmtplib.SMTPException, ssl.SSLError, ValueError, *_LOST) as trouble:
            smtp.close()
            raise TryLater(f"The mail server {where} cannot be used now: {_said(trouble)}") from trouble
        except BaseException:
            smtp.close()
            raise
        return smtp

    async def _hand_over(
        self, smtp: aiosmtplib.SMTP, letter: EmailMessage, sender: str, to: str, *, fresh: bool
    ) -> Receipt:
        usable = False
        try:
            await self._envelope(smtp, sender, to, fresh=fresh)
            said = await self._data(smtp, letter.as_bytes())
            usable = True
            return Receipt(at=self._clock.now(), said=said)
        except (Refused, TryLater):
            usable = await self._reset(smtp)
            raise
        finally:
            if usable and smtp.is_connected:
                self._idle.append(_Idle(smtp=smtp, since=time.monotonic()))
            else:
                smtp.close()

    async def _envelope(self, smtp: aiosmtplib.SMTP, sender: str, to: str, *, fresh: bool) -> None:
        """Say from whom and to whom. Nothing is taken yet, so a loss here only means later."""
        wait = self._patience.command
        try:
            await smtp.mail(sender, timeout=wait)
            await smtp.rcpt(to, timeout=wait)
        except aiosmtplib.SMTPResponseException as answer:
            if answer.code == _SHUTTING_DOWN and not fresh:
                raise _Stale from answer
            raise _refusal(answer.code, answer.message) from answer
        except (aiosmtplib.SMTPException, *_LOST) as trouble:
            if not fresh:
                raise _Stale from trouble
            raise TryLater(f"The connection was lost before the message was sent: {_said(trouble)}") from trouble
        except ValueError as trouble:
            raise Refused("The mail server cannot be told this address.") from trouble

    async def _data(self, smtp: aiosmtplib.SMTP, letter: bytes) -> str:
        """Send the letter and return what the far side said. A plain answer is believed; silence is doubt."""
        try:
            answer = await smtp.data(letter, timeout=self._patience.data)
        except aiosmtplib.SMTPResponseException as refusal:
            if refusal.code < _FAILED:
                raise InDoubt(f"The mail server gave an unexpected answer: {_said(refusal)}") from refusal
            raise _refusal(refusal.code, refusal.message) from refusal
        except (aiosmtplib.SMTPException, *_LOST) as trouble:
            raise InDoubt(
                f"The mail server fell silent while it had the message in hand: {_said(trouble)}"
            ) from trouble
        return f"{answer.code} {one_line(answer.message)}"[:_LONGEST_SAID]

    async def _reset(self, smtp: aiosmtplib.SMTP) -> bool:
        """Clear the envelope after a refusal; False where the connection is of no more use."""
        if not smtp.is_connected:
            return False
        try:
            await smtp.rset(timeout=self._patience.connect)
        except (aiosmtplib.SMTPException, *_LOST):
            return False
        return True


def _refusal(code: int, said: str) -> DeliveryTrouble:
    """What an answer means for the message: for good, or for now."""
    words = f"The mail server said: {code} {one_line(said)}"[:_LONGEST_SAID]
    if code >= _PERMANENT and code not in _PASSING and _PASSING_DETAIL.match(said) is None:
        return Refused(words)
    return TryLater(words)


def _said(trouble: BaseException) -> str:
    return one_line(str(trouble))[:_LONGEST_SAID] or type(trouble).__name__


CHANNEL = EmailChannel
