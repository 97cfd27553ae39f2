"""When a firm hears from us, and the receipt of what was checked: asked for and chosen in a chat."""

from __future__ import annotations

from dataclasses import replace

from service.domain.rhythm import PACES, Pace, Rhythm
from service.domain.silence import CHOICES, LABELS
from service.domain.wording import LONDON, clock_words, day_words
from service.usecases.chat.book import Within
from service.usecases.chat.turn import Reply, Turn, press, rows, say
from service.usecases.silence_asked import ask_for_receipt
from service.usecases.subscribe import Firm
from service.usecases.timing import Timing

_PACES: dict[Pace, str] = {"at_once": "At once", "daily": "Once a day", "weekly": "Once a week"}


async def when(turn: Turn, firm: Firm) -> Reply:
    """How often a firm hears; with a choice, so from now on. Quiet hours and days off stay as they are."""
    timing = Timing(ledger=Within(turn.book), clock=turn.clock)
    timed = await timing.of(firm.identity)
    chosen = next((pace for pace in PACES if pace == turn.rest), None)
    if chosen is not None:
        rhythm = replace(timed.rhythm, pace=chosen)
        await timing.choose(firm.identity, rhythm, person=0)
        later = (await timing.of(firm.identity)).waiting
        lines = [f"From now on: {_PACES[chosen].lower()}{_hours(rhythm)}."]
        if later is not None:
            local, today = later.astimezone(LONDON), turn.now.astimezone(LONDON).date()
            lines.append(f"What waits comes {day_words(local.date(), today=today)} at {clock_words(local)}.")
        return Reply(answers=[say(*lines)])
    now = f"You hear {_PACES[timed.rhythm.pace].lower()}{_hours(timed.rhythm)}. How often do you want to hear?"
    return Reply(answers=[say(now, buttons=rows(*(press(_PACES[pace], f"when:{pace}") for pace in PACES)))])


async def receipt(turn: Turn, firm: Firm) -> Reply:
    """What was checked for a firm: a moment later, and by itself as often as it chooses. `when`: ask how often."""
    chosen = next((choice for choice in CHOICES if choice == turn.rest), None)
    if chosen is not None:
        await turn.book.keep_receipt_choice(firm.identity, chosen, at=turn.now)
        return Reply(answers=[say(f"A receipt of what we checked comes: {LABELS[chosen].lower()}.")])
    now = LABELS[await turn.book.receipt_choice(firm.identity)].lower()
    if turn.rest in {"", "now"}:
        await ask_for_receipt(turn.book, firm, at=turn.now)
        lines = [
            "I am going through the last 30 days: what we checked for you comes here in a moment.",
            f"It also comes by itself: {now}.",
        ]
        return Reply(answers=[say(*lines, buttons=rows(press("Change how often", "receipt:when")))])
    lines = [
        "A receipt says how many sources and notices we checked for you, and what kept the rest away.",
        f"It comes: {now}. When do you want it?",
    ]
    return Reply(
        answers=[say(*lines, buttons=rows(*(press(LABELS[choice], f"receipt:{choice}") for choice in CHOICES)))]
    )


def _hours(rhythm: Rhythm) -> str:
    quiet = ""
    if rhythm.quiet_from is not None and rhythm.quiet_until is not None and rhythm.quiet_from != rhythm.quiet_until:
        quiet = f", never from {rhythm.quiet_from}:00 to {rhythm.quiet_until}:00"
    return f"{quiet}, on working days only" if rhythm.working_days_only else quiet
