"""What changes when a firm says "not for me": of the wrong trade, too big or too far.

What changes is a change of the firm's own interest, said before it is made, seen on its page afterwards and taken back
with one button. It is the smallest change that would have left this notice out; where none would, nothing changes and
the firm is told why. No model learns from it by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, get_args

from service.domain.cpv import label
from service.domain.differences import money_words
from service.domain.gazetteer import gazetteer
from service.domain.interest import Interest
from service.domain.matching import prepare
from service.domain.subject import Subject
from service.domain.why_not import round_sum
from service.domain.wording import list_words
from service.domain.worth import pounds

Reason = Literal["trade", "big", "far", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)
LABELS: dict[Reason, str] = {"trade": "Wrong trade", "big": "Too big", "far": "Too far", "other": "Something else"}
#: Characters of what may be said beside a reason.
LONGEST_WORDS = 300
_SIZES = {"micro": "under 10 people", "small": "10 to 49 people", "medium": "50 to 249 people"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one reason does to one interest: `says` in a sentence; `interest` afterwards, None where nothing changes."""

    says: str
    interest: Interest | None = None


def effect(reason: Reason, interest: Interest, subject: Subject, *, size: str) -> Effect:
    """What a reason changes in an interest that let a notice through. `size`: the firm's own, "" where not said."""
    found = _EFFECTS[reason](interest, subject, size)
    if found.interest is not None and prepare(found.interest).resembles(subject).matched:
        return Effect(says="Your own words or codes ask for it, so nothing changes. Change the interest to hear less.")
    return found


def _trade(interest: Interest, subject: Subject, _size: str) -> Effect:
    first = next(iter(subject.tags.likely), None)
    unless = ", unless your words say so" if interest.words else ""
    if first is not None and first.key not in interest.sectors:
        return Effect(
            says=f"We leave out notices of the trade {first.label}{unless}.",
            interest=replace(interest, not_sectors=_with(interest.not_sectors, first.key)),
        )
    code = subject.details.cpv[0] if subject.details.cpv else ""
    begins = code.rstrip("0") or code
    if code and not any(chosen.startswith(begins) for chosen in interest.cpv):
        named = label(code)
        return Effect(
            says=f"We leave out notices coded {code}{f' ({named.lower()})' if named else ''}{unless}.",
            interest=replace(interest, not_cpv=_with(interest.not_cpv, begins)),
        )
    return Effect(says="It carries no code by which such work could be told apart, so nothing changes.")


def _big(interest: Interest, subject: Subject, size: str) -> Effect:
    worth = pounds(subject.details.value)
    if worth is not None:
        cap = round_sum(worth, up=False)
        if cap == worth:
            cap = round_sum(worth - 1, up=False)
        if cap > 0 and (interest.value_min is None or cap > interest.value_min):
            return Effect(
                says=f"We leave out notices over {money_words(Decimal(cap), 'GBP')}.",
                interest=replace(interest, value_max=cap),
            )
    elif size and interest.suits != size and subject.tags.size.verdicts.get(size) == "unlikely":
        return Effect(
            says=f"We leave out what is unlikely to suit a firm of {_SIZES.get(size, size)}.",
            interest=replace(interest, suits=size),
        )
    return Effect(says="It does not say what it is worth, so no filter can tell that it is big. Nothing changes.")


def _far(interest: Interest, subject: Subject, _size: str) -> Effect:
    place = subject.place
    if place.scope != "boroughs":
        return Effect(says="It may be done anywhere in London or beyond, or does not say where, so nothing changes.")
    here = tuple(sorted(place.boroughs))
    left = tuple(area for area in interest.areas if area not in place.boroughs)
    if interest.areas and not left:
        return Effect(says="It is in the only place you asked for, so nothing changes. Change the interest to move it.")
    names = list_words([gazetteer().area_name(gss) or gss for gss in here], most=4)
    return Effect(
        says=f"We leave out work that is only in {names}.",
        interest=replace(interest, areas=left, not_areas=_with(interest.not_areas, *here)),
    )


def _other(_interest: Interest, _subject: Subject, _size: str) -> Effect:
    return Effect(says="Nothing changes. We keep what you say, to judge by how well we choose.")


_EFFECTS: dict[Reason, Callable[[Interest, Subject, str], Effect]] = {
    "trade": _trade,
    "big": _big,
    "far": _far,
    "other": _other,
}


def _with(kept: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*kept, *more)))
