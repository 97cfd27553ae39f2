"""What is pressed or written about one alert: why it came, keep it and be reminded, or that it is not for me."""

from __future__ import annotations

from service.domain.not_for_me import LABELS, REASONS
from service.domain.pursuit import LABELS as COURSES
from service.domain.rhythm import Rhythm
from service.domain.wording import count_words, opened
from service.errors import AskedWrongly, NotFound, TooManyRequests
from service.usecases.chat.book import ToldAlert, Within
from service.usecases.chat.turn import Reply, Turn, press, rows, say
from service.usecases.feedback import Feedback
from service.usecases.pursue import Lists
from service.usecases.subscribe import Firm

_LONGEST_TITLE = 120
_LONGEST_EFFECT = 160
_MOST_LISTED = 6


async def why(turn: Turn, firm: Firm) -> Reply:
    """Why an alert came: the one named, else the last."""
    alert = await _of_this_firm(turn, firm)
    if alert is None:
        return _unknown()
    reasons = [f"- {opened(reason)}" for reason in alert.reasons[:8]] or ["- It fits what you asked for."]
    page = f"{turn.public_url}/opportunities/{alert.opportunity}"
    lines = ["You got it because:", *reasons, "", f"Our page about it: {page}", "/list changes what you hear of."]
    return Reply(answers=[say(*lines)])


async def save(turn: Turn, firm: Firm) -> Reply:
    """Put it on the firm's list, which also reminds before it closes; pressed twice is the same as once."""
    alert = await _of_this_firm(turn, firm)
    if alert is None:
        return _unknown()
    try:
        await _lists(turn).mark(firm.identity, alert.opportunity, "saved")
    except NotFound:
        return _unknown()
    except AskedWrongly as trouble:
        return Reply(answers=[say(trouble.detail)])
    rhythms = await turn.book.rhythms([firm.identity])
    days = rhythms.get(firm.identity, Rhythm()).remind_days
    lead = f"You are reminded {count_words(days, 'day', 'days')} before it closes, and told when it changes."
    said = say(
        f"Saved. {lead}", "", "/saved shows your list.", buttons=rows(press("Take it off", f"off:{alert.identity}"))
    )
    return Reply(answers=[said])


async def take_off(turn: Turn, firm: Firm) -> Reply:
    """Take it off the list, with its reminders."""
    alert = await _of_this_firm(turn, firm)
    if alert is None:
        return _unknown()
    await _lists(turn).leave(firm.identity, alert.opportunity)
    return Reply(answers=[say("Taken off your list. No reminder comes.")])


async def saved(turn: Turn, firm: Firm) -> Reply:
    """The firm's list."""
    listed = (await _lists(turn).of(firm.identity))[:_MOST_LISTED]
    found = await turn.book.opportunities([each.opportunity for each in listed])
    lines = [
        f"- {COURSES[each.course]}: {found[each.opportunity].state.details.title[:_LONGEST_TITLE]}"
        for each in listed
        if each.opportunity in found
    ]
    if not lines:
        return Reply(answers=[say("Nothing is saved. Press Save under a message to put it here.")])
    return Reply(answers=[say("Your list:", *lines)])


def _lists(turn: Turn) -> Lists:
    return Lists(ledger=Within(turn.book), clock=turn.clock)


async def ask_reason(turn: Turn, firm: Firm) -> Reply:
    """Not for me: say why, each with what it would change; or, answered before, take it back."""
    alert = await _of_this_firm(turn, firm)
    if alert is None:
        return _unknown()
    try:
        asking = await _feedback(turn).ask(firm.identity, alert.opportunity)
    except NotFound:
        return _unknown()
    buttons = rows(*(press(LABELS[reason], f"not_{reason}:{alert.identity}") for reason in REASONS))
    lines = [f"Why is it not for you? “{asking.title[:_LONGEST_TITLE]}”", ""]
    for reason in REASONS:
        says = list(dict.fromkeys(each.says for each in asking.effects[reason]))
        if says:
            lines.append(f"{LABELS[reason]}: {' '.join(says)[:_LONGEST_EFFECT]}")
    return Reply(answers=[say(*lines, buttons=buttons)])


async def not_for_me(turn: Turn, firm: Firm) -> Reply:
    """The reason: kept, and the firm's own choice changed by the least that mends it."""
    alert = await _of_this_firm(turn, firm)
    reason = next((each for each in REASONS if turn.verb == f"not_{each}"), None)
    if alert is None or reason is None:
        return _unknown()
    try:
        answer = await _feedback(turn).say(firm.identity, alert.opportunity, reason)
    except NotFound:
        return _unknown()
    except TooManyRequests:
        return Reply(answers=[say("That is a lot for one day. Please change what you hear of instead: /list")])
    changed = list(dict.fromkeys(each.words for each in answer.changes))
    said = [f"Thank you. {LABELS[reason]}."]
    said += changed or ["Nothing changes. We keep what you say, to judge by how well we choose."]
    if answer.course is not None:
        said.append("It is off your list, and no reminder of it comes.")
    return Reply(answers=[say(*said, buttons=rows(press("Undo", f"undo:{alert.identity}")))])


async def undo(turn: Turn, firm: Firm) -> Reply:
    """Take an answer back, with what it changed."""
    alert = await _of_this_firm(turn, firm)
    if alert is None:
        return _unknown()
    if await _feedback(turn).undo(firm.identity, alert.opportunity):
        return Reply(answers=[say("Taken back. /list shows what you hear of.")])
    return Reply(answers=[say("Taken back. What you changed yourself since then stays as it is: /list")])


def _feedback(turn: Turn) -> Feedback:
    return Feedback(ledger=Within(turn.book), clock=turn.clock)


async def _of_this_firm(turn: Turn, firm: Firm) -> ToldAlert | None:
    """The alert that a number means, where it is this firm's. Another firm's is as unknown as none."""
    number = turn.number or await turn.book.last_alert(firm.identity)
    alert = await turn.book.told_alert(number) if number else None
    return alert if alert is not None and alert.firm == firm.identity else None


def _unknown() -> Reply:
    return Reply(answers=[say("There is no such message of yours. /list shows what is on.")])
