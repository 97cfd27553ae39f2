"""What a firm sees and does of its account in a chat: list, change, pause, where, copy, stop, erase, join."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from html import escape

from service.domain.chat import MOST_CHARACTERS, Answer
from service.domain.consent import CHAT_ALERTS
from service.domain.message import Button
from service.domain.wording import LONDON, count_words, day_words
from service.errors import AskedWrongly, NotFound
from service.ports import Clock
from service.usecases.chat.book import ChatLink, InboxLedger
from service.usecases.chat.sign_up import begin_changing, in_plain_words
from service.usecases.chat.turn import TELEGRAM, Reply, Turn, press, rows, say
from service.usecases.firm_account import Overview
from service.usecases.subscribe import Firm
from service.usecases.tokens import LONGEST, fresh_token, hashed

#: Minutes a link from our page into the chat works.
LINK_MINUTES = 10
_SHOWN = 8
_LONGEST_WORDS = 160
_BY: Mapping[str, str] = {"": "by e-mail and here", "email": "by e-mail only", TELEGRAM: "in this chat only"}


async def show(turn: Turn, firm: Firm) -> Reply:
    """What is on, each with what can be done about it."""
    found = await turn.account.overview(firm.identity)
    lines = ["Paused: nothing is sent. /resume starts again." if found.state == "paused" else "On. You hear of:"]
    buttons: list[tuple[Button, ...]] = []
    for place, kept in enumerate(found.interests[:_SHOWN], start=1):
        lines.append(f"{place}. {_short(in_plain_words(kept.interest))}")
        change = press(f"Change {place}", f"edit:{kept.identity}")
        remove = press(f"Remove {place}", f"remove:{kept.identity}")
        buttons.append((change, remove) if len(found.interests) > 1 else (change,))
    if len(found.interests) > _SHOWN:
        lines.append(f"And {len(found.interests) - _SHOWN} more, on our page.")
    if _channels(found) > 1:
        lines += ["", f"You are told {_BY.get(found.told_by, found.told_by)}. /where changes that."]
    lines += ["", _sent_words(turn, found)]
    turned = press("Start again", "resume") if found.state == "paused" else press("Pause", "pause")
    buttons.append((press("Add", "add"), turned))
    return Reply(answers=[say(*_cut(lines), buttons=tuple(buttons))])


async def edit(turn: Turn, firm: Firm) -> Reply:
    """Change one of the firm's interests."""
    try:
        interest = await turn.account.interest(firm.identity, turn.number)
    except NotFound:
        return Reply(answers=[say("That is not on your list any more. /list shows what is.")])
    return begin_changing(turn, turn.number, interest)


async def remove(turn: Turn, firm: Firm) -> Reply:
    """Ask for one thing less."""
    try:
        await turn.account.remove(firm.identity, turn.number, person=0)
    except AskedWrongly as trouble:
        return Reply(answers=[say(trouble.detail)])
    return Reply(answers=[say("Removed. It causes no more messages. /list shows what is on.")])


async def pause(turn: Turn, firm: Firm) -> Reply:
    """Send nothing until started again."""
    await turn.account.pause(firm.identity, person=0)
    return Reply(
        answers=[say("Paused. I send nothing until you start again.", buttons=rows(press("Start again", "resume")))]
    )


async def resume(turn: Turn, firm: Firm) -> Reply:
    """Start again."""
    await turn.account.resume(firm.identity, person=0)
    return Reply(answers=[say("Started again. You hear of what appears from now on.")])


async def where(turn: Turn, firm: Firm) -> Reply:
    """By which channel a firm is told; with a choice, that one from now on."""
    found = await turn.account.overview(firm.identity)
    if _channels(found) < 2:  # noqa: PLR2004 - there is a choice from two on
        page = f"{turn.public_url}/account"
        return Reply(
            answers=[say("You are told in this chat. To hear by e-mail too, give an address on our page:", page)]
        )
    choice = {"here": TELEGRAM, "email": "email", "both": ""}.get(turn.rest)
    if choice is not None:
        await turn.book.choose_channel(firm.identity, choice)
        return Reply(answers=[say(f"From now on you are told {_BY[choice]}.")])
    now = _BY.get(found.told_by, found.told_by)
    buttons = rows(press("Only here", "where:here"), press("Only e-mail", "where:email"), press("Both", "where:both"))
    return Reply(answers=[say(f"You are told {now}. Where do you want it?", buttons=buttons)])


async def export(turn: Turn, firm: Firm) -> Reply:
    """A copy of everything kept, as a document."""
    kept = {**await turn.rights.export(firm.identity, person=0), "chat": turn.chat}
    document = json.dumps(kept, ensure_ascii=False, indent=1)
    words = "Here is everything we keep of your firm. /erase deletes it."
    return Reply(answers=[Answer(html=words, document=document, document_name="bowbell.json")])


async def stop(turn: Turn, firm: Firm) -> Reply:
    """Stop at once. Where the firm also hears elsewhere, only this chat ends."""
    if await turn.book.close_one_of_several(firm.identity, firm.target, at=turn.now):
        await turn.book.choose_channel(firm.identity, "")
        gone = "Stopped here. Your firm's other addresses still get alerts; each message there has a link to stop them."
    else:
        await turn.book.forget_firm(firm.identity, at=turn.now)
        gone = "Stopped. No more messages come, and what you asked to hear about is deleted."
    return Reply(answers=[say(gone, "", "/start begins anew, at any time.")], is_over=True)


async def ask_stop(turn: Turn, firm: Firm) -> Reply:
    """A button is pressed by mistake more easily than a word is written: ask once."""
    if turn.rest == "yes":
        return await stop(turn, firm)
    return Reply(
        answers=[
            say("Stop all messages here?", buttons=((press("Yes, stop", "stop:yes"), press("No, go on", "keep")),))
        ]
    )


async def ask_erase(turn: Turn, firm: Firm) -> Reply:
    """Say what is lost, and ask once."""
    found = await turn.account.overview(firm.identity)
    others = len(found.places) - 1
    also = f" Its {count_words(others, 'other address', 'other addresses')} stop too." if others else ""
    ask = say(
        f"This deletes your firm, everything it asked for and what it was sent.{also} It cannot be undone.",
        "Only a scrambled mark of this chat stays, so that nothing is sent here by mistake.",
        "",
        "/export gives you a copy first.",
        buttons=((press("Yes, delete everything", "erase:yes"),), (press("No, keep it", "keep"),)),
    )
    return Reply(answers=[ask], state=turn.at("erase"))


async def erase(turn: Turn, firm: Firm) -> Reply:
    """Forget the firm. Only right after it was asked: an old button must not do it."""
    if turn.state.step != "erase":
        return Reply(answers=[say("That question is closed. /erase asks anew.")])
    await turn.account.erase(firm.identity, person=0)
    return Reply(
        answers=[say("Deleted. Thank you for trying Bowbell.", "", "/start begins anew, at any time.")], is_over=True
    )


async def keep(turn: Turn, firm: Firm) -> Reply:
    """It was a slip: nothing is done."""
    del firm
    return Reply(answers=[say("Nothing was changed.")], state=turn.done())


async def ask_join(turn: Turn) -> Reply:
    """A link from our page: say whose it is, and ask. It is used up by the yes only."""
    link = await turn.book.chat_link(hashed(turn.rest)) if len(turn.rest) <= LONGEST else None
    firm = await turn.book.firm(link.firm) if link and link.ends > turn.now else None
    if link is None or firm is None or firm.state not in {"active", "paused"}:
        return Reply(answers=[_void(turn)])
    if turn.firm is not None and turn.firm.identity != firm.identity:
        return Reply(answers=[say("This chat already belongs to another firm. Send /stop first, then use a new link.")])
    ask = say(
        f"Send the alerts of the firm of {_shortened(firm.address)} to this chat?",
        "",
        f"If you say yes, you agree to this: “{CHAT_ALERTS}”",
        "It then comes " + ("here only." if link.told_by == TELEGRAM else "by e-mail and here."),
        buttons=((press("Yes", "join"), press("No", "keep_out")),),
    )
    return Reply(answers=[ask], state=turn.at("join", {"link": hashed(turn.rest)}))


async def join(turn: Turn) -> Reply:
    """The yes to a link from our page: the chat is the firm's."""
    link = None
    if turn.state.step == "join":
        link = await turn.book.use_chat_link(str(turn.state.answers.get("link", "")))
    firm = await turn.book.firm(link.firm) if link and link.ends > turn.now else None
    if link is None or firm is None or firm.state not in {"active", "paused"}:
        return Reply(answers=[_void(turn)], state=turn.done())
    if not await turn.book.open_destination(firm.identity, channel=TELEGRAM, address=turn.chat):
        return Reply(answers=[say("This chat already belongs to another firm. Send /stop first.")], state=turn.done())
    await turn.book.lift_suppression(turn.chat)
    await turn.book.choose_channel(firm.identity, link.told_by)
    await turn.book.keep_consent(
        firm.identity, person=link.person, level="alerts", given=True, text=CHAT_ALERTS, at=turn.now
    )
    organisation = await turn.book.organisation_at(kind="firm", key=str(firm.identity))
    await turn.book.write_audit(
        act="chat.joined",
        subject=f"firm:{firm.identity}",
        person=link.person,
        organisation=organisation or 0,
        at=turn.now,
    )
    joined = say(
        f"Done. From now on you are told {_BY[link.told_by]}.",
        "",
        "/list shows what is on, /where changes where you are told, /stop ends it here.",
    )
    return Reply(answers=[joined], state=turn.done())


class ChatLinks:
    """Makes the links that join a chat to a firm."""

    def __init__(self, *, ledger: InboxLedger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def name(self) -> str:
        """What the bot is called, without the @; "" where that is not known."""
        async with self._ledger.reading() as book:
            return await book.call_name(TELEGRAM)

    async def address(self, firm: int, *, person: int, is_only: bool) -> str:
        """A fresh address that opens the chat, for LINK_MINUTES and one use; "" where our name there is not known.

        `is_only`: from then on the firm is told in the chat only, else by every channel it has.
        """
        token, ends = fresh_token(), self._clock.now() + timedelta(minutes=LINK_MINUTES)
        async with self._ledger.writing() as book:
            name = await book.call_name(TELEGRAM)
            if not name:
                return ""
            link = ChatLink(firm=firm, person=person, told_by=TELEGRAM if is_only else "", ends=ends)
            await book.keep_chat_link(link, token_hash=hashed(token))
        return f"https://t.me/{name}?start={token}"


def _void(turn: Turn) -> Answer:
    return say("That link has run out, or was used already. Get a new one on our page:", f"{turn.public_url}/account")


def _channels(found: Overview) -> int:
    return len({each.channel for each in found.places})


def _sent_words(turn: Turn, found: Overview) -> str:
    if found.sent.last is None:
        return "Nothing has been sent yet. That is common: most trades see new work each week."
    day = day_words(found.sent.last.astimezone(LONDON).date(), today=turn.now.astimezone(LONDON).date())
    return f"Last sent {day}; {count_words(found.sent.lately, 'message', 'messages')} in the last 30 days."


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_WORDS else words[: _LONGEST_WORDS - 1].rstrip() + "…"


def _cut(lines: list[str]) -> list[str]:
    """Lines that a chat shows as one message; what is over the limit is left out from the middle."""
    while len(lines) > 4 and sum(len(escape(line)) + 1 for line in lines) >= MOST_CHARACTERS:  # noqa: PLR2004 - head and end
        del lines[-4]
    return lines


def _shortened(address: str) -> str:
    """An address so that somebody else learns little from it."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if at else "this service"
