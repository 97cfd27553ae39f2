"""Everything said back before it starts, with a button for whatever is to be changed."""

from __future__ import annotations

from dataclasses import replace

from service.domain.codec import plain
from service.domain.consent import CHAT_ALERTS
from service.domain.interest import Interest
from service.domain.message import Buttons
from service.domain.places_named import with_neighbours
from service.usecases.chat.sign_up.so_far import in_plain_words, interest_so_far, is_new
from service.usecases.chat.turn import Reply, Turn, press, say

SIZE_WORDS = {"micro": "under 10 people", "small": "10 to 49 people", "medium": "50 to 249 people"}


def begin_changing(turn: Turn, identity: int, interest: Interest) -> Reply:
    """A firm changes one thing: shown as it is, with what can be changed."""
    answers = {"mode": str(identity), "interest": plain(interest)}
    return check(replace(turn, state=turn.at("check", answers)))


def check(turn: Turn) -> Reply:
    """The page that says everything back."""
    interest, is_sign_up = interest_so_far(turn), is_new(turn)
    lines = ["Please check.", "", f"You hear of: {in_plain_words(interest)}."]
    if is_sign_up:
        lines.append(f"Your firm: {SIZE_WORDS.get(str(turn.state.answers.get('size', '')), 'size not stated')}.")
        lines += [
            "",
            f"If you say yes, you agree to this: “{CHAT_ALERTS}”",
            "",
            f"We keep this chat's number and your answers, nothing else: {turn.public_url}/privacy",
        ]
    state = turn.state if turn.state.step == "check" else turn.at("check")
    return Reply(answers=[say(*lines, buttons=changes(turn))], state=state)


def changes(turn: Turn) -> Buttons:
    """Yes, no, and what can be said otherwise."""
    is_sign_up, interest = is_new(turn), interest_so_far(turn)
    yes, no = ("Yes, start", "No, forget it") if is_sign_up else ("Save", "Leave it")
    found = [
        (press(yes, "yes"), press(no, "no")),
        (press("Other work", "ask:work"), press("Other places", "ask:places")),
        (press("Worth", "ask:worth"), *((press("Size", "ask:size"),) if is_sign_up else ())),
    ]
    if interest.areas and "london" not in interest.areas and with_neighbours(interest.areas) != interest.areas:
        found.append((press("Also the boroughs next door", "beside"),))
    return tuple(found)
