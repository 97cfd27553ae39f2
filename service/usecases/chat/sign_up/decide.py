"""The one yes, at which everything begins or is changed; or a no, after which nothing of it is kept."""

from __future__ import annotations

import secrets

from service.domain.consent import CHAT_ALERTS
from service.domain.interest import Interest
from service.domain.scrutiny import faults_in
from service.errors import AskedWrongly
from service.usecases.chat.sign_up.check import changes
from service.usecases.chat.sign_up.so_far import ADD, in_plain_words, interest_so_far, is_new, mode
from service.usecases.chat.sign_up.work import begin
from service.usecases.chat.turn import TELEGRAM, Reply, Turn, say


async def confirm(turn: Turn) -> Reply:
    """The one yes: everything begins, or is changed, now."""
    interest, chosen = interest_so_far(turn), mode(turn)
    if turn.state.step != "check":
        return Reply(answers=[say("That question is closed. /list shows what is on.")])
    try:
        if faults := faults_in(interest):
            return Reply(answers=[say(f"{next(iter(faults.values()))}.", buttons=changes(turn))])
        if is_new(turn):
            return await _signed_up(turn, interest)
        if turn.firm is None:
            return begin(turn)
        if chosen == ADD:
            await turn.account.add(turn.firm.identity, interest, person=0)
        else:
            await turn.account.change(turn.firm.identity, int(chosen), interest, person=0)
    except AskedWrongly as trouble:
        return Reply(answers=[say(trouble.detail or str(trouble))], state=turn.done())
    words = f"You hear of {in_plain_words(interest)}."
    return Reply(
        answers=[say("Saved. The next message follows it.", words, "", "/list shows everything.")], state=turn.done()
    )


async def decline(turn: Turn) -> Reply:
    """No: nothing of it is kept."""
    if is_new(turn) and turn.firm is None:
        gone = say("Nothing was started, and what you wrote here is forgotten. /start begins anew.")
        return Reply(answers=[gone], is_over=True)
    return Reply(answers=[say("Nothing was changed. /list shows what is on.")], state=turn.done())


async def _signed_up(turn: Turn, interest: Interest) -> Reply:
    if turn.firm is not None:
        return Reply(answers=[say("You are with us already. /list shows what is on.")], state=turn.done())
    size = str(turn.state.answers.get("size", ""))
    book, now = turn.book, turn.now
    firm = await book.create_firm(
        channel=TELEGRAM,
        address=turn.chat,
        size=size,
        interest=interest,
        secret=secrets.token_urlsafe(16),
        consent=CHAT_ALERTS,
        at=now,
    )
    await book.set_firm_state(firm.identity, "active", confirmed=now)
    await book.lift_suppression(turn.chat)
    organisation = await book.organisation_for(kind="firm", key=str(firm.identity), name="", at=now)
    await book.write_audit(act="firm.confirmed", subject=f"firm:{firm.identity}", organisation=organisation, at=now)
    on = say(
        "It is on. I write when new work fits what you chose. Most trades see some each week.",
        "",
        f"What is open now: {turn.public_url}/opportunities",
        "",
        "/list shows or changes what is on. /pause is for holidays. /stop ends it at once.",
    )
    return Reply(answers=[on], state=turn.done())
