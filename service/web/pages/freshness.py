"""How fresh the sources are, in a sentence for every page, and a warning where they cannot be reached."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from service.domain.wording import ago_words, count_words
from service.web.desk import Reading
from service.web.view import SourceView

_log = structlog.get_logger(__name__)

#: Seconds a sentence is kept: every page shows it, and it changes by the minute.
_KEPT = 20.0

_UNREACHABLE = frozenset({"down", "blocked"})
_FINE = frozenset({"ok", "empty"})
_RECENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote:
    """A warning above a list. `try_demo`: nothing was ever read, so the demo is worth a mention."""

    said: str
    try_demo: bool


def freshness_words(sources: Sequence[SourceView], *, now: datetime) -> str:
    """Checked 2 sources in the last hour; one is quiet."""
    enabled = [source for source in sources if source.health != "disabled"]
    if not enabled:
        return ""
    read = [source for source in enabled if source.last_poll is not None]
    if not read:
        return "No source has been read yet."
    recent = [source for source in read if source.last_poll is not None and now - source.last_poll <= _RECENT]
    if recent:
        said = f"Checked {count_words(len(recent), 'source', 'sources')} in the last hour"
    else:
        latest = max(source.last_poll for source in read if source.last_poll is not None)
        said = f"Last checked {ago_words(latest, now=now)}"
    unwell = sum(source.health not in _FINE for source in enabled)
    if unwell == 0:
        return f"{said}."
    return f"{said}; {'one is' if unwell == 1 else f'{unwell} are'} not well."


def source_note(sources: Sequence[SourceView]) -> SourceNote | None:
    """A warning where no enabled source can be reached; None where at least one is read."""
    enabled = [source for source in sources if source.health != "disabled"]
    if not enabled or any(source.health not in _UNREACHABLE for source in enabled):
        return None
    names = " and ".join(source.name for source in enabled[:2])
    never = all(source.last_new is None for source in enabled)
    said = f"We cannot reach {names} just now."
    return SourceNote(said=said if never else f"{said} What you see here may be old.", try_demo=True)


class Freshness:
    """The sentence at the foot of every page, asked for at most every few seconds."""

    def __init__(self, desk: Reading, *, kept: float = _KEPT) -> None:
        self._desk = desk
        self._kept = kept
        self._said = ""
        self._until = 0.0

    async def words(self, now: datetime) -> str:
        """The sentence; "" where the store cannot be asked, for an error page needs a foot too."""
        if time.monotonic() < self._until:
            return self._said
        try:
            self._said = freshness_words(await self._desk.sources(), now=now)
        except Exception:
            _log.warning("freshness unknown", action="web.freshness", exc_info=True)
            self._said = ""
        self._until = time.monotonic() + self._kept
        return self._said
