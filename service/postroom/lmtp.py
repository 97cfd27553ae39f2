"""Mail over LMTP (RFC 2033): an operator's mail server hands it over, and keeps it where we do not say that we have it.

One recipient at a time: LMTP answers for each recipient after DATA, and a mail server sends the others on its own.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.usecases.take_in import TakingIn

_log = structlog.get_logger()

#: Connections at once; a mail server needs two or three.
_MOST_CONNECTIONS = 20
#: Seconds of silence after which a connection is closed.
_SILENCE = 60.0
#: Seconds in which a mail has to be stored, else the mail server keeps it and tries again.
_STORE_WITHIN = 30.0
#: Calls of one command on a connection.
_MOST_CALLS = 1000


class _Door:
    """Says yes or no to recipients, and takes mail in."""

    def __init__(self, taking: TakingIn) -> None:
        self._taking = taking

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        del server, session, rcpt_options
        if not self._taking.is_for_us(address):
            return "550 5.1.1 There is no such address here"
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        del server, session
        raw = envelope.original_content or b""
        try:
            async with asyncio.timeout(_STORE_WITHIN):
                await self._taking.take(raw, envelope_from=envelope.mail_from or "", recipient=envelope.rcpt_tos[0])
        except Exception:
            _log.exception("a mail could not be stored", action="inbound_not_stored")
            return "451 4.3.0 It could not be stored; try again later"
        return "250 2.0.0 It is stored"


class _Lmtp(LMTP):
    """LMTP that turns connections away above a number."""

    #: RFC 5321 says 1,000, but mail with longer lines is about; refused, it would go back to its sender.
    line_length_limit = 65_536

    def __init__(self, handler: _Door, *, held: set[_Lmtp], most: int, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            handler,
            data_size_limit=most,
            decode_data=False,
            enable_SMTPUTF8=False,
            hostname="bowbell",
            ident="Bowbell",
            timeout=_SILENCE,
            command_call_limit=_MOST_CALLS,
            loop=loop,
        )
        self._held = held

    def connection_made(self, transport: Any) -> None:
        if len(self._held) >= _MOST_CONNECTIONS:
            transport.write(b"421 4.3.2 Too many connections; try again later\r\n")
            transport.close()
            return
        self._held.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self._held:
            self._held.discard(self)
            super().connection_lost(error)


class LmtpDoor:
    """A running LMTP server."""

    def __init__(self, server: asyncio.Server) -> None:
        self._server = server

    @property
    def port(self) -> int:
        """The port listened on: the real one, where 0 was asked for."""
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Close the door."""
        self._server.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._server.wait_closed(), 2.0)


async def open_lmtp(taking: TakingIn, *, host: str, port: int) -> LmtpDoor:
    """Listen. Raises OSError where the address is taken."""
    loop = asyncio.get_running_loop()
    held: set[_Lmtp] = set()
    door = _Door(taking)
    server = await loop.create_server(lambda: _Lmtp(door, held=held, most=taking.most, loop=loop), host, port)
    return LmtpDoor(server)
