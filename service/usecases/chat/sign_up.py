"""Three questions, everything said back, one yes: a firm signs up, or changes or adds one thing, in a chat."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace

from service.domain.asked_in_chat import places_asked, trades_of, with_neighbours, words_asked, worth_asked
from service.domain.chat import Answer
from service.domain.codec import plain, restored
from service.domain.consent import CHAT_ALERTS
from service.domain.interest import Interest
from service.domain.message import Buttons
from service.domain.scrutiny import area_words, faults_in, interest_words
from service.domain.sectors import all_sectors
from service.domain.tagging import SIZES
from service.domain.wording import list_words
from service.errors import AskedWrongly, BadInterest, UnreadableBody
from service.usecases.chat.book import ChatState
from service.usecases.chat.turn import SIGN_UP_STEPS, TELEGRAM, Reply, Turn, press, rows, say
from service.usecases.subscribe import Firm

_SIZE_WORDS = {"micro": "under 10 people", "small": "10 to 49 people", "medium": "50 to 249 people"}
_NEW, _ADD = "new", "add"
_WORK = (
    "Write it in your own words, like:",
    "window cleaning, gutters",
)
_PLACES = ("Write boroughs or postcodes, like:", "Hackney, Newham, E8")


def begin(turn: Turn) -> Reply:
    """Somebody new: say who we are, and ask the first question."""
    state = turn.at("work", {"mode": _NEW})
    hello = say(
        "Hello, this is Bowbell. I tell small London firms of public work they can win. It is free.",
        "",
        "I ask three questions, and show you everything before it starts.",
        "",
        "1 of 3. What work do you do?",
        *_WORK,
        buttons=rows(press("Choose from a list", "trades")),
    )
    return Reply(answers=[hello], state=state)


async def begin_adding(turn: Turn, firm: Firm) -> Reply:
    """A firm asks for one thing more."""
    del firm
    ask = say("What other work do you want to hear of?", *_WORK, buttons=rows(press("Choose from a list", "trades")))
    return Reply(answers=[ask], state=turn.at("work", {"mode": _ADD}))


def begin_changing(turn: Turn, identity: int, interest: Interest) -> Reply:
    """A firm changes one thing: shown as it is, with what can be changed."""
    answers = {"mode": str(identity), "interest": plain(interest)}
    return _check(replace(turn, state=turn.at("check", answers)))


def is_open(step: str) -> bool:
    """Whether a question of these is open."""
    return step in SIGN_UP_STEPS or step == "worth"


def hear_text(turn: Turn) -> Reply:
    """An answer that was typed."""
    step, text = turn.state.step, turn.said.text
    if step in {"work", "trade"}:
        return _work(turn, text)
    if step == "places":
        return _places(turn, text)
    if step == "worth":
        return _worth(turn, text)
    if step == "size":
        return Reply(answers=[_ask_size("Please press one of these.")])
    return _check(turn)


def hear_press(turn: Turn) -> Reply | None:
    """A button of these questions; None where it is another's."""
    handle = _PRESSED.get(turn.verb)
    if handle is None:
        return None
    if not is_open(turn.state.step):
        return Reply(answers=[say("That question is closed. /list shows what is on, /help what you can do.")])
    return handle(turn)


async def confirm(turn: Turn) -> Reply:
    """The one yes: everything begins, or is changed, now."""
    interest, mode = _interest(turn), str(turn.state.answers.get("mode", _NEW))
    if turn.state.step != "check":
        return Reply(answers=[say("That question is closed. /list shows what is on.")])
    try:
        if faults := faults_in(interest):
            return Reply(answers=[say(f"{next(iter(faults.values()))}.", buttons=_changes(turn))])
        if mode == _NEW:
            return await _signed_up(turn, interest)
        if turn.firm is None:
            return begin(turn)
        if mode == _ADD:
            await turn.account.add(turn.firm.identity, interest, person=0)
        else:
            await turn.account.change(turn.firm.identity, int(mode), interest, person=0)
    except AskedWrongly as trouble:
        return Reply(answers=[say(trouble.detail or str(trouble))], state=turn.done())
    words = f"You hear of {interest_words(interest)}."
    return Reply(
        answers=[say("Saved. The next message follows it.", words, "", "/list shows everything.")], state=turn.done()
    )


async def decline(turn: Turn) -> Reply:
    """No: nothing of it is kept."""
    if str(turn.state.answers.get("mode", _NEW)) == _NEW and turn.firm is None:
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


def _work(turn: Turn, text: str) -> Reply:
    try:
        words = words_asked(text)
    except BadInterest as trouble:
        return Reply(answers=[say(trouble.detail, buttons=rows(press("Choose from a list", "trades")))])
    interest = replace(_interest(turn), words=words)
    trades = [each for each in trades_of(text) if each.key not in interest.sectors]
    if not trades:
        return _after_work(turn, interest)
    ask = say(
        f"I look for {words.replace(' OR ', ' or ')} in every notice.",
        "",
        "Buyers use other words too. Do you also want everything else in:",
        buttons=rows(
            *(press(each.label, f"whole:{each.key}") for each in trades), press("No, only my words", "whole:no")
        ),
    )
    return Reply(answers=[ask], state=_with(turn, "trade", interest))


def _after_trade(turn: Turn) -> Reply:
    interest, key = _interest(turn), turn.rest
    if key in {each.key for each in all_sectors()}:
        interest = replace(interest, sectors=tuple(dict.fromkeys((*interest.sectors, key))))
    return _after_work(turn, interest)


def _toggled(turn: Turn) -> Reply:
    interest, key = _interest(turn), turn.rest
    if key not in {each.key for each in all_sectors()}:
        return Reply(answers=[_trade_list(interest, under=turn.said.under)])
    chosen = [each for each in interest.sectors if each != key]
    if key not in interest.sectors:
        chosen.append(key)
    interest = replace(interest, sectors=tuple(chosen))
    return Reply(answers=[_trade_list(interest, under=turn.said.under)], state=_with(turn, "work", interest))


def _after_work(turn: Turn, interest: Interest) -> Reply:
    if not (interest.sectors or interest.words or interest.cpv or interest.buyers):
        return Reply(answers=[say("Choose at least one trade, or write what work you do.")])
    if interest.areas or _is_change(turn):
        return _check(replace(turn, state=_with(turn, "check", interest)))
    ask = say(
        "2 of 3. Where do you work?" if _is_new(turn) else "Where?",
        *_PLACES,
        buttons=rows(press("All of London", "london")),
    )
    return Reply(answers=[ask], state=_with(turn, "places", interest))


def _places(turn: Turn, text: str) -> Reply:
    asked = places_asked(text)
    if asked.unknown or not asked.areas:
        lines = [f"I do not know “{part}”{f': did you mean {near}?' if near else '.'}" for part, near in asked.unknown]
        known = (
            [f"I understood {list_words([area_words(code) for code in asked.areas], most=6)}."] if asked.areas else []
        )
        again = say(
            *(lines[:5] or ["I found no place in that."]),
            *known,
            "Please write all boroughs again, like: Hackney, Newham",
            buttons=rows(press("All of London", "london")),
        )
        return Reply(answers=[again])
    return _after_places(turn, replace(_interest(turn), areas=asked.areas))


def _after_places(turn: Turn, interest: Interest) -> Reply:
    if not _is_new(turn) or turn.state.answers.get("size"):
        return _check(replace(turn, state=_with(turn, "check", interest)))
    return Reply(
        answers=[_ask_size("3 of 3. How many people work in your firm, you included?")],
        state=_with(turn, "size", interest),
    )


def _sized(turn: Turn) -> Reply:
    key = turn.rest
    if key not in SIZES:
        return Reply(answers=[_ask_size("Please press one of these.")])
    answers = {**turn.state.answers, "size": key}
    return _check(replace(turn, state=turn.at("check", answers)))


def _worth(turn: Turn, text: str) -> Reply:
    try:
        asked = worth_asked(text)
    except BadInterest as trouble:
        return Reply(answers=[say(trouble.detail)])
    interest = replace(_interest(turn), value_min=asked.low, value_max=asked.high)
    return _check(replace(turn, state=_with(turn, "check", interest)))


def _ask(turn: Turn) -> Reply:
    """One of the questions again, from the last page."""
    what = turn.rest
    if what == "work":
        cleared = replace(_interest(turn), sectors=(), words="")
        ask = say("What work do you want to hear of?", *_WORK, buttons=rows(press("Choose from a list", "trades")))
        return Reply(answers=[ask], state=_with(turn, "work", cleared))
    if what == "places":
        ask = say("Where do you work?", *_PLACES, buttons=rows(press("All of London", "london")))
        return Reply(answers=[ask], state=turn.at("places"))
    if what == "size":
        return Reply(answers=[_ask_size("How many people work in your firm, you included?")], state=turn.at("size"))
    ask = say("What may a contract be worth, over its whole life? Write for example:", "up to 50k", "or any")
    return Reply(answers=[ask], state=turn.at("worth"))


def _check(turn: Turn) -> Reply:
    interest, is_new = _interest(turn), _is_new(turn)
    lines = ["Please check.", "", f"You hear of: {interest_words(interest)}."]
    if is_new:
        lines.append(f"Your firm: {_SIZE_WORDS.get(str(turn.state.answers.get('size', '')), 'size not stated')}.")
        lines += [
            "",
            f"If you say yes, you agree to this: “{CHAT_ALERTS}”",
            "",
            f"We keep this chat's number and your answers, nothing else: {turn.public_url}/privacy",
        ]
    state = turn.state if turn.state.step == "check" else turn.at("check")
    return Reply(answers=[say(*lines, buttons=_changes(turn))], state=state)


def _changes(turn: Turn) -> Buttons:
    is_new, interest = _is_new(turn), _interest(turn)
    found = [
        (press("Yes, start" if is_new else "Save", "yes"), press("No, forget it" if is_new else "Leave it", "no")),
        (press("Other work", "ask:work"), press("Other places", "ask:places")),
        (press("Worth", "ask:worth"), *((press("Size", "ask:size"),) if is_new else ())),
    ]
    if interest.areas and "london" not in interest.areas and with_neighbours(interest.areas) != interest.areas:
        found.append((press("Also the boroughs next door", "beside"),))
    return tuple(found)


def _trade_list(interest: Interest, *, under: int) -> Answer:
    trades = [
        press(f"\N{CHECK MARK} {each.label}" if each.key in interest.sectors else each.label, f"trade:{each.key}")
        for each in all_sectors()
    ]
    return say(
        "Press your trades, then Done. A tick shows what is chosen.",
        buttons=(*rows(*trades), (press("Done", "chosen"),)),
        instead_of=under,
    )


def _ask_size(question: str) -> Answer:
    sizes = (press(f"{words[:1].upper()}{words[1:]}", f"size:{key}") for key, words in _SIZE_WORDS.items())
    return say(question, buttons=rows(*sizes))


def _interest(turn: Turn) -> Interest:
    try:
        return restored(turn.state.answers.get("interest") or {}, Interest)
    except UnreadableBody:
        return Interest()


def _with(turn: Turn, step: str, interest: Interest) -> ChatState:
    answers: Mapping[str, object] = {**turn.state.answers, "interest": plain(interest)}
    return turn.at(step, answers)


def _is_new(turn: Turn) -> bool:
    return str(turn.state.answers.get("mode", _NEW)) == _NEW


def _is_change(turn: Turn) -> bool:
    return str(turn.state.answers.get("mode", _NEW)) not in {_NEW, _ADD}


def _list_trades(turn: Turn) -> Reply:
    return Reply(answers=[_trade_list(_interest(turn), under=0)], state=turn.at("work"))


def _all_of_london(turn: Turn) -> Reply:
    return _after_places(turn, replace(_interest(turn), areas=("london",)))


def _next_door_too(turn: Turn) -> Reply:
    interest = _interest(turn)
    return _after_places(turn, replace(interest, areas=with_neighbours(interest.areas)))


_PRESSED: Mapping[str, Callable[[Turn], Reply]] = {
    "trades": _list_trades,
    "trade": _toggled,
    "chosen": lambda turn: _after_work(turn, _interest(turn)),
    "whole": _after_trade,
    "london": _all_of_london,
    "beside": _next_door_too,
    "size": _sized,
    "ask": _ask,
}
