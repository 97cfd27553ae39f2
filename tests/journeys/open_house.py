"""The web, listening for real on this machine, in a thread of its own beside the browser."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from service.web.app import WebOptions, make_app
from service.web.listen import Listener, listen
from tests.accounts import nobodys_accounts
from tests.journeys.sample_desk import SampleDesk


@dataclass
class OpenHouse:
    """Where the web listens, and the desk behind it."""

    url: str
    desk: SampleDesk


def _free_port() -> int:
    """A port nobody listens on: links in mail need to know it before the house opens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def an_open_house() -> Iterator[OpenHouse]:
    """Open at a free port; closed and its thread ended when left."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="open house", daemon=True)
    thread.start()

    async def start() -> tuple[Listener, SampleDesk]:
        port = _free_port()
        desk = SampleDesk(public_url=f"http://127.0.0.1:{port}")
        options = WebOptions(public_url=desk.public_url, listen_host="127.0.0.1", built_in_mailbox=True)
        return await listen(make_app(desk, nobodys_accounts(), options), host="127.0.0.1", port=port), desk

    listener, desk = asyncio.run_coroutine_threadsafe(start(), loop).result(timeout=20)
    try:
        yield OpenHouse(url=desk.public_url, desk=desk)
    finally:
        asyncio.run_coroutine_threadsafe(listener.stop(), loop).result(timeout=20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=20)
        loop.close()
