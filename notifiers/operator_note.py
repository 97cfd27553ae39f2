"""A word to the operator: a source has been unwell for some polls, or is well again. Once each."""

from __future__ import annotations

from datetime import datetime

from notifiers.facts import one_line, safe_link
from notifiers.render import html_of, text_of
from service.domain.message import Written
from service.domain.source_health import WELL, Standing
from service.domain.wording import count_words, moment_words

_WHAT = {
    "drift": "has changed its shape",
    "blocked": "turns us away",
    "stale": "has gone quiet",
    "down": "cannot be reached",
}


def write_operator_note(*, name: str, standing: Standing, since: datetime, failures: int, page_url: str) -> Written:
    """Write the note.

    Args:
        name: the source's name.
        standing: how it fares now.
        since: when the trouble began.
        failures: bad polls in a row so far; 0 where it is time that made it unwell.
        page_url: our public page about it.
    """
    what = "is well again" if standing.health in WELL else _WHAT.get(standing.health, "is not well")
    words = {
        "subject": one_line(f"{name} {what}"),
        "is_well": standing.health in WELL,
        "reason": one_line(standing.reason),
        "since": moment_words(since, now=since),
        "polls": count_words(failures, "poll has", "polls in a row have") if failures else "",
        "page_url": safe_link(page_url),
    }
    return Written(
        subject=str(words["subject"]), text=text_of("operator.txt", words), html=html_of("operator.html", words)
    )
