"""Gives each answer, typed or pressed, to the question it answers; and asks a question again that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from service.usecases.chat.sign_up.check import check
from service.usecases.chat.sign_up.places import PLACES, all_of_london, next_door_too, places
from service.usecases.chat.sign_up.size import ask_size, sized
from service.usecases.chat.sign_up.so_far import interest_so_far, with_interest
from service.usecases.chat.sign_up.work import WORK, after_work, list_trades, toggled, work
from service.usecases.chat.sign_up.worth import worth
from service.usecases.chat.turn import SIGN_UP_STEPS, Reply, Turn, press, rows, say


def is_open(step: str) -> bool:
    """Whether a question of these is open."""
    return step in SIGN_UP_STEPS or step == "worth"


def hear_text(turn: Turn) -> Reply:
    """An answer that was typed."""
    step, text = turn.state.step, turn.said.text
    if step == "work":
        return work(turn, text)
    if step == "places":
        return places(turn, text)
    if step == "worth":
        return worth(turn, text)
    if step == "size":
        return Reply(answers=[ask_size("Please press one of these.")])
    return check(turn)


def hear_press(turn: Turn) -> Reply | None:
    """A button of these questions; None where it is another's."""
    handle = _PRESSED.get(turn.verb)
    if handle is None:
        return None
    if not is_open(turn.state.step):
        return Reply(answers=[say("That question is closed. /list shows what is on, /help what you can do.")])
    return handle(turn)


def _ask(turn: Turn) -> Reply:
    """One of the questions again, from the last page."""
    what = turn.rest
    if what == "work":
        cleared = replace(interest_so_far(turn), sectors=(), words="")
        ask = say("What work do you want to hear of?", *WORK, buttons=rows(press("Choose from a list", "trades")))
        return Reply(answers=[ask], state=with_interest(turn, "work", cleared))
    if what == "places":
        ask = say("Where do you work?", *PLACES, buttons=rows(press("All of London", "london")))
        return Reply(answers=[ask], state=turn.at("places"))
    if what == "size":
        return Reply(answers=[ask_size("How many people work in your firm, you included?")], state=turn.at("size"))
    ask = say("What may a contract be worth, over its whole life? Write for example:", "up to 50k", "or any")
    return Reply(answers=[ask], state=turn.at("worth"))


_PRESSED: Mapping[str, Callable[[Turn], Reply]] = {
    "trades": list_trades,
    "trade": toggled,
    "chosen": lambda turn: after_work(turn, interest_so_far(turn)),
    "london": all_of_london,
    "beside": next_door_too,
    "size": sized,
    "ask": _ask,
}
