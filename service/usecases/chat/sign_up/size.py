"""How many people work in the firm; asked only where it was not said with the work."""

from __future__ import annotations

from dataclasses import replace

from service.domain.chat import Answer
from service.domain.tagging import SIZES
from service.usecases.chat.sign_up.check import SIZE_WORDS, check
from service.usecases.chat.turn import Reply, Turn, press, rows, say


def ask_size(question: str) -> Answer:
    """The question, with a button for each answer."""
    sizes = (press(f"{words[:1].upper()}{words[1:]}", f"size:{key}") for key, words in SIZE_WORDS.items())
    return say(question, buttons=rows(*sizes))


def sized(turn: Turn) -> Reply:
    """A size was pressed."""
    key = turn.rest
    if key not in SIZES:
        return Reply(answers=[ask_size("Please press one of these.")])
    answers = {**turn.state.answers, "size": key}
    return check(replace(turn, state=turn.at("check", answers)))
