"""Web and all workers in one process; the demo brings its own replay server and sample firms."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web

from service.bootstrap import House, open_house
from service.commands.work import STEPS, stop_on_signals, work
from service.domain.buyer_day import BuyerDay
from service.domain.interest_file import interest_from
from service.domain.rhythm import Rhythm
from service.registry import size_assumptions
from service.settings import Settings
from service.store.ledger import SqlTransaction
from service.usecases.subscribe import begin_alerts
from service.web.app import WebOptions, make_app
from service.web.listen import listen

Say = Callable[[str], None]
#: Seconds between the mornings of a demo: before the first its notices were read.
MORNING_AFTER = 25.0


async def serve(settings: Settings, *, demo: bool, say: Say) -> None:
    """Serve until SIGTERM or SIGINT; finish what is in hand within 20 seconds."""
    stop = stop_on_signals()
    async with contextlib.AsyncExitStack() as stack:
        if demo:
            settings = await stack.enter_async_context(demo_world(settings))
        house = await stack.enter_async_context(open_house(settings))
        if demo:
            await subscribe_samples(house)
            await stack.enter_async_context(a_morning(house))
        host, port = settings.listen_at
        listener = await listen(web_app(house), host=host, port=port)
        say(f"Bowbell is at {settings.public_address}")
        if house.has_mailbox:
            say(f"Mail goes to the built-in mailbox: {settings.public_address}/mailbox")
        try:
            await work(house, STEPS, stop)
        finally:
            await listener.stop()


def web_app(house: House) -> web.Application:
    """The web over a house, not yet listening."""
    return make_app(
        house.desk,
        house.accounts,
        WebOptions(
            public_url=house.settings.public_address,
            listen_host=house.settings.listen_at[0],
            built_in_mailbox=house.has_mailbox,
            trusted_proxies=house.settings.trusted_proxies,
            operator=house.settings.contact,
            size_rules=size_assumptions(),
        ),
    )


@asynccontextmanager
async def demo_world(settings: Settings) -> AsyncIterator[Settings]:
    """A replay server with sample notices, and settings that point at it with a database of their own."""
    from scrapers.replay.samples import (  # noqa: PLC0415 - only a demo needs it
        SECOND_PHASE_AFTER,
        demo_script,
        write_samples,
        write_second_phase,
    )
    from scrapers.replay.server import running  # noqa: PLC0415 - only a demo needs it
    from service.clock import SystemClock  # noqa: PLC0415 - only a demo needs it

    clock = SystemClock(settings.now)
    with tempfile.TemporaryDirectory(prefix="bowbell-demo-") as folder:
        notices = Path(folder) / "notices"
        write_samples(notices, now=clock.now())

        async def later() -> None:
            await asyncio.sleep(float(SECOND_PHASE_AFTER))
            write_second_phase(notices, now=clock.now())

        async with running(notices, script=demo_script(), now=clock.now) as address:
            for key in ("FIND_A_TENDER", "CONTRACTS_FINDER"):
                os.environ[f"BOWBELL_SOURCE_{key}_URL"] = address
                os.environ[f"BOWBELL_SOURCE_{key}_PACE"] = "0.1"
            second = asyncio.create_task(later())
            try:
                yield settings.model_copy(
                    update={
                        "database_url": f"sqlite:///{folder}/demo.db",
                        "sources": ("contracts_finder", "find_a_tender"),
                        "poll_every": 8.0,
                        "smtp_url": "",
                        "check_links": False,
                    }
                )
            finally:
                second.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await second


@asynccontextmanager
async def a_morning(house: House) -> AsyncIterator[None]:
    """The mornings of the demo: what waits for a daily letter does not wait for seven o'clock."""

    async def comes() -> None:
        while True:
            await asyncio.sleep(MORNING_AFTER)
            await turn_to_morning(house)

    morning = asyncio.create_task(comes())
    try:
        yield
    finally:
        morning.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await morning


async def turn_to_morning(house: House) -> None:
    """Let what waits for a letter be due now."""
    async with house.ledger.writing() as transaction:
        for run in await transaction.runs_to_come():
            await transaction.put_off_run(run.identity, until=house.clock.now())


async def subscribe_samples(house: House) -> None:
    """The three firms of the demo, with their alerts on, and a day to meet buyers that says it is a sample."""
    from scrapers.replay.samples import sample_firms  # noqa: PLC0415 - only a demo needs it

    now = house.clock.now()
    async with house.ledger.writing() as transaction:
        for sample in sample_firms():
            for each in sample.interests:
                firm = await transaction.create_firm(
                    channel="email",
                    address=sample.email,
                    size=sample.size,
                    interest=interest_from(each),
                    secret=secrets.token_urlsafe(16),
                    consent="A sample firm of the demo.",
                    at=now,
                )
                await begin_alerts(transaction, firm, now=now)
                if sample.pace == "daily":
                    await transaction.keep_rhythm(firm.identity, Rhythm(pace="daily"), at=now)
        await _enter_sample_day(transaction, now=now)


async def _enter_sample_day(transaction: SqlTransaction, *, now: datetime) -> None:
    begins = (now + timedelta(days=14)).replace(hour=10, minute=0, second=0, microsecond=0)
    organiser = "Sample organisation of support"
    number = await transaction.organisation_for(kind="support", key="sample_days", name=organiser, at=now)
    day = BuyerDay(
        organisation=number,
        organiser=organiser,
        title="Sample: a day to meet public buyers",
        begins=begins,
        ends=begins + timedelta(hours=6),
        place="Sample Hall, a place that does not exist",
        url="https://sample.example/day",
        changed=now,
    )
    await transaction.keep_buyer_day(day)
