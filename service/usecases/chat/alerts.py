"""What is pressed or written about one alert: why it came, keep it, be reminded, not for me."""

from __future__ import annotations

from service.domain.wording import opened
from service.usecases.chat.book import ToldAlert
from service.usecases.chat.turn import Reply, Turn, say
from service.usecases.subscribe import Firm


async def why(turn: Turn, firm: Firm) -> Reply:
    """Why an alert came: the one named, else the last."""
    alert = await _of_this_firm(turn, firm)
    if alert is None:
        return _unknown()
    reasons = [f"- {opened(reason)}" for reason in alert.reasons[:8]] or ["- It fits what you asked for."]
    page = f"{turn.public_url}/opportunities/{alert.opportunity}"
    lines = ["You got it because:", *reasons, "", f"Our page about it: {page}", "/list changes what you hear of."]
    return Reply(answers=[say(*lines)])


async def _of_this_firm(turn: Turn, firm: Firm) -> ToldAlert | None:
    """The alert that a number means, where it is this firm's. Another firm's is as unknown as none."""
    number = turn.number or await turn.book.last_alert(firm.identity)
    alert = await turn.book.told_alert(number) if number else None
    return alert if alert is not None and alert.firm == firm.identity else None


def _unknown() -> Reply:
    return Reply(answers=[say("There is no such message of yours. /list shows what is on.")])
