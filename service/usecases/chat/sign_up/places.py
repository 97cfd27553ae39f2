"""Where a firm works: boroughs and postcodes in its own words, or all of London."""

from __future__ import annotations

from dataclasses import replace

from service.domain.asked_in_words import asked_in_words
from service.domain.interest import Interest
from service.domain.places_named import nearest_borough, with_neighbours
from service.domain.scrutiny import area_words
from service.domain.wording import list_words
from service.usecases.chat.sign_up.check import check
from service.usecases.chat.sign_up.size import ask_size
from service.usecases.chat.sign_up.so_far import interest_so_far, is_new, with_interest
from service.usecases.chat.turn import Reply, Turn, press, rows, say

PLACES = ("Write boroughs or postcodes, like:", "Hackney, Newham, E8")
#: Words we did not understand that are said back.
MOST_STRANGE = 5
_EVERYWHERE = frozenset({"anywhere", "everywhere", "all", "any", "all over", "any place"})


def places(turn: Turn, text: str) -> Reply:
    """Places in a person's own words; what is unknown is said back with the nearest we know."""
    asked = asked_in_words(text)
    areas = named(asked.interest.areas, text)
    unknown = [each for each in asked.not_understood if each.lower() not in _EVERYWHERE][:MOST_STRANGE]
    if areas and not unknown:
        return after_places(turn, replace(interest_so_far(turn), areas=areas))
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


def after_places(turn: Turn, interest: Interest) -> Reply:
    """On to the size, or to the page that says everything back."""
    if not is_new(turn) or turn.state.answers.get("size"):
        return check(replace(turn, state=with_interest(turn, "check", interest)))
    return Reply(
        answers=[ask_size("3 of 3. How many people work in your firm, you included?")],
        state=with_interest(turn, "size", interest),
    )


def named(areas: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The places a text names; () where all of London was only taken for granted."""
    said = text.lower()
    is_named = areas != ("london",) or "london" in said or said.strip(" .!") in _EVERYWHERE
    return areas if is_named else ()


def all_of_london(turn: Turn) -> Reply:
    """The button for all of it."""
    return after_places(turn, replace(interest_so_far(turn), areas=("london",)))


def next_door_too(turn: Turn) -> Reply:
    """Also the boroughs next door."""
    interest = interest_so_far(turn)
    return after_places(turn, replace(interest, areas=with_neighbours(interest.areas)))
