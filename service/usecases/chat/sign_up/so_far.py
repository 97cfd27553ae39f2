"""What was answered so far, which waits in the chat's state, and what it asks for in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from service.domain.codec import plain, restored
from service.domain.interest import Interest
from service.domain.scrutiny import interest_words
from service.errors import UnreadableBody
from service.usecases.chat.book import ChatState
from service.usecases.chat.turn import Turn

#: What the answers are for; anything else is the number of the interest that is changed.
NEW, ADD = "new", "add"
_LEFT_OUT = re.compile(r' NOT "([^"]+)"')
_ANY_OF = re.compile(r'\((".[^"]*"(?: OR "[^"]+")+)\)')


def mode(turn: Turn) -> str:
    """What the answers are for."""
    return str(turn.state.answers.get("mode", NEW))


def is_new(turn: Turn) -> bool:
    """Whether somebody signs up."""
    return mode(turn) == NEW


def is_change(turn: Turn) -> bool:
    """Whether one thing is changed that a firm hears about already."""
    return mode(turn) not in {NEW, ADD}


def interest_so_far(turn: Turn) -> Interest:
    """The interest as answered so far; an empty one where nothing can be read."""
    try:
        return restored(turn.state.answers.get("interest") or {}, Interest)
    except UnreadableBody:
        return Interest()


def with_interest(turn: Turn, step: str, interest: Interest) -> ChatState:
    """The state at a step, with an interest so far."""
    answers: Mapping[str, object] = {**turn.state.answers, "interest": plain(interest)}
    return turn.at(step, answers)


def in_plain_words(interest: Interest) -> str:
    """What an interest asks for, its phrases as people list them: window cleaning, gutters or guttering."""
    plain = _ANY_OF.sub(lambda found: _listed(found[1].split(" OR ")), interest_words(interest))
    return _LEFT_OUT.sub(r", not \1", plain)


def _listed(quoted: list[str]) -> str:
    phrases = [each.strip('"') for each in quoted]
    return f"{', '.join(phrases[:-1])} or {phrases[-1]}"
