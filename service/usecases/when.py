"""What the steps ask of the store about when a firm hears from us, within one transaction of the flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.pursuit import Course, Pursuit
from service.domain.rhythm import Rhythm, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A letter to come, with its number and firm."""

    identity: int
    firm: int
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """What was told at once in the last minutes, and the letter that already waits for more of it."""

    #: Letters of one alert each.
    singles: int = 0
    held: Slot | None = None


class WhenBook(Protocol):
    """Rhythms, runs and lists."""

    async def rhythms(self, firms: Sequence[int]) -> Mapping[int, Rhythm]:
        """What firms chose; one that chose nothing is left out."""

    async def keep_rhythm(self, firm: int, rhythm: Rhythm, *, at: datetime) -> None:
        """What a firm chooses from now on."""

    async def lately(self, firms: Sequence[int], *, since: datetime, now: datetime) -> Mapping[int, Lately]:
        """What firms were told at once since a moment; those told nothing are left out."""

    async def hold(self, firm: int, slot: Slot, alerts: Sequence[int]) -> Slot:
        """Let alerts wait for a letter, each for one only; the slot they wait for.

        Where that letter was made in the meantime they wait for another, of the same moment.
        """

    async def due_runs(self, *, now: datetime, most: int) -> Sequence[Run]:
        """Every letter that is due and not made, of some firms, the oldest first; nobody else takes them meanwhile."""

    async def waiting_runs(self, firm: int, *, to_move: bool = False) -> Sequence[Run]:
        """The letters of a firm that are not made; `to_move`: nobody makes them meanwhile."""

    async def parts_of(self, run: int) -> Sequence[int]:
        """The alerts of a letter, in the order they were made."""

    async def move_parts(self, runs: Sequence[int], *, into: int) -> None:
        """Let the alerts of some letters go with another."""

    async def run_made(self, runs: Sequence[int], *, at: datetime) -> None:
        """These are made, or there was nothing to make."""

    async def put_off_run(self, run: int, *, until: datetime) -> None:
        """Try later."""

    async def run_of(self, firm: int, run: int) -> Run | None:
        """A letter of a firm by its number; None where the firm has no such letter."""

    async def pursuits_about(self, opportunities: Sequence[str]) -> Sequence[Pursuit]:
        """Who has these on its list; what was joined into one of them counts as it."""

    async def pursuits_of(self, firm: int) -> Sequence[Pursuit]:
        """A firm's list, what was changed last first."""

    async def pursue(self, firm: int, opportunity: str, course: Course, *, revision: int, at: datetime) -> None:
        """Say what a firm does about an opportunity."""

    async def leave(self, firm: int, opportunity: str) -> bool:
        """Take something off a firm's list; False where it was not on it."""

    async def closing(self, *, since: datetime, until: datetime) -> Sequence[tuple[Pursuit, datetime]]:
        """What is on lists, still to be done, open, and closes within a span; with the moment."""
