"""How fast one opportunity is matched against the interests of many firms, beside asking every interest in a loop.

Both are asked about the same opportunities in turn and must give the same firms with the same reasons. The loop is
asked about few opportunities only: it takes seconds for each where there are many interests. Times are of the
processor, not of the clock: nothing here waits, and a busy machine changes them little.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from service.commands.bench.figures import Sizes, machine, ms, share
from service.commands.bench.sample_interests import SampleMarket
from service.domain.matching import Prepared, prepare
from service.domain.subject import Subject
from service.registry import the_tagger
from service.settings import Settings
from service.usecases.interest_index import Found, InterestIndex

_Result = TypeVar("_Result")
#: Opportunities matched where no number is given.
_OPPORTUNITIES = 200
#: Opportunities the loop is asked about.
_IN_A_LOOP = 10


async def run(settings: Settings, sizes: Sizes) -> dict[str, Any]:
    """Index the interests, then match every opportunity; nothing is stored."""
    del settings  # nothing of a copy's own is touched
    return await asyncio.to_thread(_measured, sizes.interests, sizes.opportunities or _OPPORTUNITIES)


def _measured(interests: int, opportunities: int) -> dict[str, Any]:
    now = datetime.now(UTC)
    market = SampleMarket(the_tagger())
    subscribers = list(market.subscribers(interests))
    subjects = list(market.subjects(opportunities, now=now))
    started = time.thread_time()
    index = InterestIndex(subscribers)
    built = time.thread_time() - started
    prepared: list[tuple[int, Prepared]] = [(each.firm, prepare(one)) for each in subscribers for one in each.interests]
    ours: list[float] = []
    loop: list[float] = []
    bare: list[float] = []
    hits = differences = 0
    for number, subject in enumerate(subjects):
        found = _timed(ours, partial(index.agreeing, subject, now=now))
        _timed(bare, partial(index.interests, subject, now=now))
        hits += len(found)
        if number < _IN_A_LOOP:
            asked = _timed(loop, partial(_one_by_one, prepared, subject, now=now))
            differences += found != asked
    return {
        "bench": "match",
        "sizes": {"interests": interests, "different_interests": len(index), "opportunities": opportunities},
        "engines": {
            "bowbell": _figures(ours) | {"build_seconds": round(built, 2), "hits_mean": round(hits / opportunities, 1)},
            "bowbell_without_reasons": _figures(bare),
            "loop": _figures(loop) | {"opportunities": len(loop)},
        },
        "ratios": {"loop": round(_mean(loop) / _mean(ours[: len(loop)]), 1)},
        "differences": differences,
        "machine": machine(),
    }


def as_text(result: dict[str, Any]) -> str:
    """The result for a person."""
    ours, sizes = result["engines"]["bowbell"], result["sizes"]
    return (
        f"One opportunity against {sizes['interests']} interests: {ours['mean_ms']} ms, {ours['p99_ms']} ms for the "
        f"slowest in 100, {ours['hits_mean']} firms each; a loop takes {result['ratios']['loop']} times as long. "
        f"Built in {ours['build_seconds']} s. {result['differences']} answers differ. "
        f"{result['machine']['cores']} cores, at most {result['machine']['peak_rss_mb']} MiB of memory."
    )


def _one_by_one(prepared: Sequence[tuple[int, Prepared]], subject: Subject, *, now: datetime) -> list[Found]:
    """Ask every interest; each firm has one."""
    answers = ((firm, each.judge(subject, now=now)) for firm, each in prepared)
    return [Found(firm=firm, reasons=answer.reasons) for firm, answer in answers if answer.matched]


def _timed(spent: list[float], work: Callable[[], _Result]) -> _Result:
    started = time.thread_time()
    result = work()
    spent.append(time.thread_time() - started)
    return result


def _mean(seconds: Sequence[float]) -> float:
    return sum(seconds) / len(seconds)


def _figures(seconds: Sequence[float]) -> dict[str, float]:
    return {"mean_ms": ms(_mean(seconds)), "p50_ms": ms(share(seconds, 0.5)), "p99_ms": ms(share(seconds, 0.99))}
