"""The worker: drains the steps it was given until it is told to stop, and finishes what it has in hand."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog

from service.bootstrap import House, open_house
from service.commands.post import post_room
from service.errors import AskedWrongly, TryLater, WrongSettings
from service.schedule import ticker
from service.settings import Settings
from service.usecases.chat.listen import Listener
from service.usecases.collect import Report

_log = structlog.get_logger()

STEPS = ("collect", "tag", "match", "send")
#: Seconds between looks for due polls, and for work when there was none.
_LOOK_FOR_POLLS = 5.0
_IDLE = 0.5
#: Seconds between two looks for what has been kept long enough.
_TIDY_EVERY = 3600.0
#: Seconds between two looks for sources that time made stale or a permit opened.
_WATCH_EVERY = 300.0
#: Seconds between two walks of the sample notice.
_CANARY_EVERY = 900.0
#: Seconds between two looks for deadlines that come near.
_REMIND_EVERY = 60.0
#: Seconds between two looks for postings whose day has come.
_PUBLISH_EVERY = 15.0
#: Seconds between two looks for pages to be asked whether they are there; never right after the start.
_LINKS_EVERY = 3600.0
#: Seconds a worker may take to finish what it has in hand when told to stop.
_STOP_LIMIT = 15.0


def chosen_steps(only: str) -> tuple[str, ...]:
    """The steps named in a comma list; all where it is empty. Raises AskedWrongly."""
    steps = tuple(part.strip() for part in only.split(",") if part.strip()) or STEPS
    unknown = [step for step in steps if step not in STEPS]
    if unknown:
        raise AskedWrongly(f"There is no step {', '.join(unknown)}. There are: {', '.join(STEPS)}.")
    return steps


def drains(house: House, steps: Sequence[str]) -> list[Callable[[], Awaitable[int]]]:
    """What each step drains, in the order of the flow."""
    found: list[Callable[[], Awaitable[int]]] = []
    if "collect" in steps:
        found.append(house.recorder().drain)
    if "tag" in steps:
        found.append(house.judge().drain)
    if "match" in steps:
        found += [house.matcher().drain, house.composer().drain]
    if "send" in steps:
        if (answering := house.answering()) is not None:
            found.append(answering.drain)
        found += [house.accounts.sign_in.drain, house.digester().drain, house.asked_receipts().drain]
        found.append(house.sender().drain)
        if house.listener is not None:
            found += [house.listener.drain, house.listener.answer]
    return found


async def drain_all(house: House, steps: Sequence[str]) -> None:
    """Drain until nothing waits."""
    work = drains(house, steps)
    while any([await drain() for drain in work]):
        pass


class Poller:
    """Polls each source that is due in a task of its own, so that a slow host delays nobody else."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._running: dict[str, asyncio.Task[str]] = {}

    async def look(self) -> None:
        """Start the polls that are due and not under way."""
        for source in await self._house.due_sources():
            task = self._running.get(source.key)
            if task is None or task.done():
                self._running[source.key] = asyncio.create_task(self._house.poll(source, Report()))

    async def stop(self) -> None:
        """Cut polls short: each goes on from the bookmark of its last page."""
        await give_up(list(self._running.values()))


async def work(house: House, steps: Sequence[str], stop: asyncio.Event) -> None:
    """Poll, record, tag, match and send until told to stop."""
    loops = [asyncio.create_task(_keep_draining(drain, stop)) for drain in drains(house, steps)]
    if house.listener is not None and "send" in steps:
        loops.append(asyncio.create_task(_listen(house.listener, stop)))
    poller = Poller(house)
    look_every = min(_LOOK_FOR_POLLS, house.settings.poll_every or _LOOK_FOR_POLLS)
    jobs = {
        "polls": (look_every, poller.look),
        "tidy": (_TIDY_EVERY, house.tidy),
        "sources": (_WATCH_EVERY, house.watch_sources),
        "radar": (_WATCH_EVERY, house.radar().look),
        "receipts": (_WATCH_EVERY, house.tell_silence),
        "canary": (_CANARY_EVERY, house.sing),
        "help": (_WATCH_EVERY, house.overdue_help),
        "postings": (_PUBLISH_EVERY, house.publish_due),
        "reminders": (_REMIND_EVERY, house.reminders().look),
        "reviews": (_WATCH_EVERY, house.care().remind),
        "links": (_LINKS_EVERY, house.check_links),
    }
    scheduler = ticker(jobs) if "collect" in steps else None
    if scheduler is not None:
        await poller.look()
        scheduler.start()
    async with post_room(house) if "send" in steps else contextlib.nullcontext():
        await stop.wait()
    if scheduler is not None:
        scheduler.shutdown(wait=False)
    await poller.stop()
    if loops:
        _, late = await asyncio.wait(loops, timeout=_STOP_LIMIT)
        await give_up(list(late))


async def give_up(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they are gone."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_draining(drain: Callable[[], Awaitable[int]], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            taken = await drain()
        except Exception:
            _log.exception("a step stumbled", action="step_stumbled")
            taken = 0
        if not taken:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _IDLE)


async def _listen(listener: Listener, stop: asyncio.Event) -> None:
    """Hear what is said in chats. A bad token is said in the log, and the rest of the service goes on."""
    try:
        name = await listener.introduce()
    except (TryLater, WrongSettings) as trouble:
        _log.error(str(trouble), action="chat_not_let_in")
    else:
        _log.info(f"People find us at https://t.me/{name}", action="chat_open")
    await listener.run(stop)


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    return stop


async def run_worker(settings: Settings, steps: Sequence[str]) -> None:
    """One worker of a fleet."""
    async with open_house(settings) as house:
        _log.info("a worker is at work", action="worker_began", steps=list(steps))
        await work(house, steps, stop_on_signals())
