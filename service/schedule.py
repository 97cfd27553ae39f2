"""The ticker: APScheduler only wakes; what is due is derived from rows, so a missed tick costs only time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from apscheduler.schedulers.asyncio import AsyncIOScheduler


def ticker(jobs: Mapping[str, tuple[float, Callable[[], Awaitable[None]]]]) -> AsyncIOScheduler:
    """A scheduler that calls each job every so many seconds, never twice at once; start and stop it yourself."""
    scheduler = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
    for name, (seconds, job) in jobs.items():
        scheduler.add_job(job, "interval", seconds=seconds, id=name)
    return scheduler
