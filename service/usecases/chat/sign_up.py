"""Three questions, everything said back, one yes: a firm signs up, or changes or adds one thing, in a chat."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace

from service.domain.asked_in_words import asked_in_words
from service.domain.asked_sums import take_sums
from service.domain.chat import Answer
from service.domain.codec import plain, restored
from service.domain.consent import CHAT_ALERTS
from service.domain.interest import Interest
from service.domain.message import Buttons
from service.domain.places_named import nearest_borough, with_neighbours
from service.domain.scrutiny import area_words, faults_in, interest_words
from service.domain.sectors import all_sectors
from service.domain.tagging import SIZES
from service.domain.wording import list_words
from service.domain.words import tokens
from service.errors import AskedWrongly, UnreadableBody
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


#: Longer is a letter, not an answer.
_LONGEST_WORDS = 500
_MOST_STRANGE = 5
_EVERYWHERE = frozenset({"anywhere", "everywhere", "all", "any", "all over", "any place"})
_ANY_WORTH = frozenset({"any", "any worth", "anything", "all", "no limit", "any size"})
_LEFT_OUT = re.compile(r' NOT "([^"]+)"')
_ANY_OF = re.compile(r'\((".[^"]*"(?: OR "[^"]+")+)\)')


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
    if step == "work":
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
    words = f"You hear of {in_plain_words(interest)}."
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
    """The work in a person's own words; what else the sentence says of places, worth and people is taken too."""
    if len(text) > _LONGEST_WORDS:
        return Reply(answers=[say(f"That is long for me. Please say it in fewer than {_LONGEST_WORDS} letters.")])
    asked = asked_in_words(text)
    slips = [(each, near) for each in asked.not_understood if (near := nearest_borough(each))]
    strange = [each for each in asked.not_understood if not nearest_borough(each)][:_MOST_STRANGE]
    words = _with_phrases(asked.interest.words, strange)
    if not (asked.interest.sectors or asked.interest.cpv or asked.interest.buyers or _wanted(words)):
        again = ("I found no work in that.", *_WORK)
        return Reply(answers=[say(*again, buttons=rows(press("Choose from a list", "trades")))])
    kept = _interest(turn)
    interest = replace(kept, sectors=asked.interest.sectors, cpv=asked.interest.cpv, words=words)
    if not _is_change(turn):
        areas = _named(asked.interest.areas, text) if not slips else ()
        interest = replace(interest, areas=areas or kept.areas, buyers=asked.interest.buyers)
        interest = replace(interest, value_min=asked.interest.value_min, value_max=asked.interest.value_max)
    if asked.size and _is_new(turn):
        turn = replace(turn, state=turn.at("work", {**turn.state.answers, "size": asked.size}))
    reply = _after_work(turn, interest)
    notes = [f"I do not know “{each}”: did you mean {near}?" for each, near in slips]
    notes += [f"“{each}” is no trade I know, so I look for these very words." for each in strange]
    return replace(reply, answers=[say(*notes), *reply.answers]) if notes else reply


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
        return _after_places(turn, interest)
    ask = say(
        "2 of 3. Where do you work?" if _is_new(turn) else "Where?",
        *_PLACES,
        buttons=rows(press("All of London", "london")),
    )
    return Reply(answers=[ask], state=_with(turn, "places", interest))


def _places(turn: Turn, text: str) -> Reply:
    asked = asked_in_words(text)
    areas = _named(asked.interest.areas, text)
    unknown = [each for each in asked.not_understood if each.lower() not in _EVERYWHERE][:_MOST_STRANGE]
    if areas and not unknown:
        return _after_places(turn, replace(_interest(turn), areas=areas))
    lines = [
        f"I do not know “{each}”" + (f": did you mean {near}?" if (near := nearest_borough(each)) else ".")
        for each in unknown
    ]
    known = [f"I understood {list_words([area_words(code) for code in areas], most=6)}."] if areas else []
    again = say(
        *(lines or ["I found no place in that."]),
        *known,
        "Please write all boroughs again, like: Hackney, Newham",
        buttons=rows(press("All of London", "london")),
    )
    return Reply(answers=[again])


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
    sums = take_sums(text)
    is_any = text.strip(" .!").lower() in _ANY_WORTH
    if sums.unsure or not (is_any or sums.low is not None or sums.high is not None):
        said = [f"{each}." for each in sums.unsure] or ["Write a sum, like: up to 50k, or 5,000 to 50,000, or any."]
        return Reply(answers=[say(*said)])
    interest = replace(_interest(turn), value_min=sums.low, value_max=sums.high)
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
    lines = ["Please check.", "", f"You hear of: {in_plain_words(interest)}."]
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


def _named(areas: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The places a text names; () where all of London was only taken for granted."""
    said = text.lower()
    is_named = areas != ("london",) or "london" in said or said.strip(" .!") in _EVERYWHERE
    return areas if is_named else ()


def _with_phrases(words: str, phrases: list[str]) -> str:
    """Words in the words language with more phrases of which any will do."""
    more = [f'"{each}"' for each in phrases if tokens(each)]
    if not more:
        return words
    wanted = [*([_wanted(words)] if _wanted(words) else []), *more]
    head = f"({' OR '.join(wanted)})" if len(wanted) > 1 else wanted[0]
    return f"{head} {words.removeprefix(_wanted(words)).strip()}".strip()


def _wanted(words: str) -> str:
    """The part of the words before what is left out."""
    return words.partition("NOT ")[0].strip()


def in_plain_words(interest: Interest) -> str:
    """What an interest asks for, its phrases as people list them: window cleaning, gutters or guttering."""
    plain = _ANY_OF.sub(lambda found: _listed(found[1].split(" OR ")), interest_words(interest))
    return _LEFT_OUT.sub(r", not \1", plain)


def _listed(quoted: list[str]) -> str:
    phrases = [each.strip('"') for each in quoted]
    return f"{', '.join(phrases[:-1])} or {phrases[-1]}"


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
    "london": _all_of_london,
    "beside": _next_door_too,
    "size": _sized,
    "ask": _ask,
}
