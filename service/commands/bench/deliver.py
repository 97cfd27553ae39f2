"""How fast messages leave: claimed, handed to a mail server on this machine, and written down as sent.

The mail server is a small one of our own that says yes to everything in a process of its own. A real server is slower:
this measures our side. The database is a SQLite file with every commit on the disk, as in a real copy.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from service.bootstrap import House, open_house
from service.commands.bench.figures import Sizes, machine, ms, share
from service.domain.interest import Interest
from service.domain.message import Message
from service.settings import Settings
from service.store.session import table
from service.store.tables import MessageRow
from service.usecases.ledger import Addressed

_AT_ONCE = 500
_TEXT = "This is a sample message.\n" * 60
_HTML = "<!doctype html><html><body>" + "<p>This is a sample message.</p>" * 60 + "</body></html>"


class YesSayer:
    """A mail server that takes everything; it counts what it took."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak SMTP with one client until it leaves."""
        writer.write(b"220 sample ESMTP\r\n")
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while line := await reader.readline():
                writer.write(await self._answer(line, reader, writer))
                await writer.drain()
                if line.upper().startswith(b"QUIT"):
                    break
        writer.close()

    async def _answer(self, line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-sample\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            await writer.drain()
            letter = await reader.readuntil(b"\r\n.\r\n")
            head = letter.lower().partition(b"message-id:")[2]
            self.taken.append(head.split(b"\r\n", 2)[0].decode().strip())
            return b"250 taken\r\n"
        return b"221 bye\r\n" if verb == b"QUIT" else b"250 yes\r\n"


@asynccontextmanager
async def a_yes_sayer() -> AsyncIterator[tuple[YesSayer, int]]:
    """Run one on loopback; with its port."""
    server = YesSayer()
    listener = await asyncio.start_server(server.meet, "127.0.0.1", 0, limit=2**20)
    try:
        yield server, listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        await listener.wait_closed()


async def run(settings: Settings, sizes: Sizes) -> dict[str, Any]:
    """Send messages of a firm to one address until none waits."""
    async with a_yes_sayer() as (server, port):
        with tempfile.TemporaryDirectory(prefix="bowbell-bench-") as folder:
            apart = {
                "home": Path(folder),
                "secret_key_file": None,
                "database_url": f"sqlite:///{Path(folder) / 'bench.db'}",
                "smtp_url": f"smtp://127.0.0.1:{port}?starttls=never",
                "sources": (),
            }
            async with open_house(settings.model_copy(update=apart)) as house:
                await _write(house, sizes.messages)
                sender, batches = house.sender(), []
                started = time.perf_counter()
                while True:
                    began = time.perf_counter()
                    if not await sender.drain():
                        break
                    batches.append(time.perf_counter() - began)
                spent = time.perf_counter() - started
                unsent = await _unsent(house)
    return {
        "bench": "deliver",
        "sizes": {"messages": sizes.messages, "message_bytes": len(_TEXT) + len(_HTML)},
        "engines": {
            "bowbell": {
                "mean_ms": ms(spent / sizes.messages),
                "per_second": round(sizes.messages / spent, 1),
                "seconds": round(spent, 2),
                "p99_ms": ms(share(batches, 0.99)),
                "batches": len(batches),
            }
        },
        "ratios": {},
        "differences": unsent + abs(len(server.taken) - sizes.messages) + sizes.messages - len(set(server.taken)),
        "machine": machine(),
    }


def as_text(result: dict[str, Any]) -> str:
    """The result for a person."""
    engine, computer = result["engines"]["bowbell"], result["machine"]
    return (
        f"{result['sizes']['messages']} messages in {engine['seconds']} s: {engine['per_second']} a second, "
        f"{engine['mean_ms']} ms each. {result['differences']} lost or sent twice. "
        f"{computer['cores']} cores, at most {computer['peak_rss_mb']} MiB of memory."
    )


async def _write(house: House, messages: int) -> None:
    """A firm, and messages of the kind that are about its account: nothing else has to hold for them to go."""
    now = datetime.now(UTC)
    async with house.ledger.writing() as transaction:
        firm = await transaction.create_firm(
            channel="email",
            address="sample@firm.example",
            size="small",
            interest=Interest(words="sample"),
            secret="sample",  # noqa: S106 - nobody's
            consent="A sample firm of the bench.",
            at=now,
        )
        await transaction.set_firm_state(firm.identity, "active", confirmed=now)
    for start in range(0, messages, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, messages))
        async with house.ledger.writing() as transaction:
            await transaction.keep_messages([_message(number, firm.identity, firm.target, now) for number in numbers])


def _message(number: int, firm: int, target: int, now: datetime) -> Addressed:
    message = Message(
        message_id=f"<bench.{number}@sample.example>",
        channel="email",
        to="sample@firm.example",
        subject=f"Sample {number}",
        text=_TEXT,
        html=_HTML,
        kind="account",
        created=now,
    )
    return Addressed(message=message, firm=firm, target=target, slot=f"bench:{number}", alerts=())


async def _unsent(house: House) -> int:
    row = table(MessageRow)
    async with house.database.reading() as connection:
        asked = select(func.count()).select_from(row).where(row.c.state != "sent")
        number: int = (await connection.execute(asked)).scalar_one()
        return number
