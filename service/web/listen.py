"""The door: how the web listens, and when it turns a connection away.

aiohttp's server waits for ever for a request that never comes unless told otherwise. Its
`keepalive_timeout` runs from the first moment of a connection and until the head of a
request is whole, so it closes silent and dripping connections alike; the reading of bodies
has a limit of its own (middleware/bodies.py). Above the cap a newcomer is told to come back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

#: Seconds a connection may take to send the head of a request, from connecting or from the answer before.
HEAD_LIMIT = 15.0

#: Connections held at once. A server of this size answers each in milliseconds; more means something is wrong.
CONNECTION_CAP = 200

#: Seconds that answers in hand are given when the service stops (the contract says 20 for everything).
STOP_LIMIT = 10.0

_APOLOGY = b"Too many people are here at once. Try again in a few seconds."
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(_APOLOGY), _APOLOGY)
)


class _TurnAway(asyncio.Protocol):
    """Says that the house is full and closes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(_FULL)
        transport.close()


class Listener:
    """A running web server. `stop` closes the door first and then waits for answers in hand."""

    def __init__(self, *, runner: web.AppRunner, server: asyncio.Server) -> None:
        self._runner = runner
        self._server = server

    @property
    def port(self) -> int:
        """The port listened on: the real one, where 0 was asked for."""
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the door, finish the answers in hand, release everything."""
        self._server.close()
        await self._runner.cleanup()


async def listen(
    app: web.Application,
    *,
    host: str,
    port: int,
    head_limit: float = HEAD_LIMIT,
    cap: int = CONNECTION_CAP,
) -> Listener:
    """Serve `app` on `host:port` until `Listener.stop`.

    Args:
        app: the application, not yet started.
        host: an address or name to bind.
        port: a port; 0 takes any free one.
        head_limit: seconds for the head of a request.
        cap: connections held at once.

    Raises:
        OSError: the address cannot be bound.
    """
    runner = web.AppRunner(app, keepalive_timeout=head_limit, shutdown_timeout=STOP_LIMIT, access_log=None)
    await runner.setup()
    door = runner.server
    if door is None:  # pragma: no cover - setup always makes one
        msg = "The web server was not set up."
        raise RuntimeError(msg)

    def admit() -> asyncio.Protocol:
        return _TurnAway() if len(door.connections) >= cap else door()

    factory: Callable[[], asyncio.Protocol] = admit
    try:
        server = await asyncio.get_running_loop().create_server(factory, host, port, reuse_address=True)
    except OSError:
        await runner.cleanup()
        raise
    return Listener(runner=runner, server=server)
