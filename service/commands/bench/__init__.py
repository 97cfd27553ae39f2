"""How fast the house is on this machine: a file for each bench, all answering in one shape.

The shape: `bench`, `sizes`, `engines` (figures by name), `ratios` (how many times slower than ours), `differences`
(answers that were not equal), `machine`. Times are in milliseconds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.commands.bench import deliver, ingest, match, search
from service.commands.bench.figures import Sizes
from service.errors import AskedWrongly
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Bench:
    """How a bench is run and how its result is said to a person."""

    run: Callable[[Settings, Sizes], Awaitable[dict[str, Any]]]
    as_text: Callable[[dict[str, Any]], str]


BENCHES: Mapping[str, Bench] = {
    "ingest": Bench(ingest.run, ingest.as_text),
    "match": Bench(match.run, match.as_text),
    "deliver": Bench(deliver.run, deliver.as_text),
    "search": Bench(search.run, search.as_text),
}


async def bench(settings: Settings, name: str, sizes: Sizes) -> dict[str, Any]:
    """Run one bench.

    Raises:
        AskedWrongly: there is no such bench.
    """
    if name not in BENCHES:
        raise AskedWrongly(f"There is no bench {name}. There are: {', '.join(BENCHES)}.")
    return await BENCHES[name].run(settings, sizes)


def as_text(result: dict[str, Any]) -> str:
    """The result for a person."""
    return BENCHES[result["bench"]].as_text(result)
