"""Judges the trade of an opportunity: by its procurement codes where it has any, else by its text.

A code is the buyer's own statement, so it decides. The text only adds a further trade to a coded notice where the model
is nearly certain of it; where it speaks of something else altogether, both are shown and the reason says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from classifiers.features import BODY_CHARS, TITLE_CHARS, pairs_of, tokens
from classifiers.language import other_language
from classifiers.model import Floats, Scored, TradeModel, shipped
from service.domain import cpv
from service.domain.sectors import all_sectors, sector_of_cpv
from service.domain.tagging import SectorTag

Ranked = tuple[tuple[str, float], ...]

#: Below this the best sector is a guess.
SURE_FROM = 0.5
#: From here on the text adds a trade to those of the codes.
ADDED_FROM = 0.9
#: How likely such a further trade is one that the buyer would name: measured on buyers not seen (28 of 80).
_ADDED = 0.4
#: Where the text adds one and gives the trades of the codes less than this, the two contradict one another.
_NOT_BORNE_OUT = 0.05
_MAIN = 1.0
_FURTHER_CODE = 0.9
_LEAST_SHOWN = 0.1
_LEAST_GROUP = 0.05
#: However small their chances, so many are named: an unsure answer is "A, B or C".
_ALWAYS_SHOWN = 3
#: Of sectors, divisions and groups at most.
_MOST_SHOWN = 5
_MOST_REASONS = 4
#: A word that says less than this beside the loudest is no reason.
_SHARE_OF_THE_LOUDEST = 0.25
_QUIET = 1e-4
_MOST_CODES = 200
_DIVISION = 2
_GROUP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What trade a notice is of.

    Attributes:
        sectors: Likeliest first; empty where nothing speaks for any.
        sure: Whether the first sector is more than a guess.
        divisions: CPV divisions, two digits, likeliest first.
        groups: CPV groups, three digits, likeliest first.
        note: what a reader should know of the answer as a whole ("" for nothing).
    """

    sectors: tuple[SectorTag, ...]
    sure: bool
    divisions: Ranked
    groups: Ranked
    note: str = ""
    #: What the words say of each of `hints.HINTS`; empty where there was nothing to read.
    hints: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What the model makes of the text, as probabilities, and where its words stand."""

    scored: Scored
    divisions: Floats
    sectors: Floats
    groups: Floats
    in_title: frozenset[str]


def trade_of(title: str, description: str, codes: Sequence[str], *, model: TradeModel | None = None) -> Trade:
    """Judge the trade; codes are CPV codes, the main one first. Codes of no existing division are passed over.

    Raises:
        ReferenceDataError: The shipped model is missing or damaged.
    """
    usable = _usable(codes)
    model = model or shipped()
    heading, body = title[:TITLE_CHARS], description[:BODY_CHARS]
    spoken = tokens(heading) or tokens(body)
    language = other_language(f"{heading}\n{body}")
    if usable:
        return _by_codes(usable, _read(heading, body, model) if spoken and language is None else None, model)
    if language is not None:
        note = f"the text seems to be in {language}, and we judge English only"
        return Trade(sectors=(), sure=False, divisions=(), groups=(), note=note)
    if not spoken:
        return Trade(
            sectors=(), sure=False, divisions=(), groups=(), note="the notice says nothing to judge its trade by"
        )
    return _by_text(_read(heading, body, model), model)


def _usable(codes: Sequence[str]) -> tuple[str, ...]:
    digits = (cpv.digits_of(code) for code in codes[:_MOST_CODES])
    return tuple(dict.fromkeys(code for code in digits if code and cpv.is_known(code[:_DIVISION].ljust(8, "0"))))


def _read(title: str, description: str, model: TradeModel) -> _Read:
    scored = model.score(title, description)
    kind = "title" if scored.only_title else "full"
    words = tokens(title)
    return _Read(
        scored=scored,
        divisions=model.calibrations[f"divisions/{kind}"](scored.divisions),
        sectors=model.calibrations[f"sectors/{kind}"](scored.sectors),
        groups=model.calibrations[f"groups/{kind}"](scored.groups),
        in_title=frozenset([*words, *pairs_of(words)]),
    )


def _by_codes(codes: Sequence[str], read: _Read | None, model: TradeModel) -> Trade:
    reasons: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        key = sector_of_cpv(code)
        if key is not None:
            reasons[key].append(f"the notice is coded {code} {cpv.label(code) or ''}".rstrip())
    main = sector_of_cpv(codes[0])
    scores = {key: _MAIN if key == main else _FURTHER_CODE for key in reasons}
    note = ""
    if read is not None:
        note = _add_from_text(scores, reasons, read, model)
    sectors = _tags(scores, reasons, at_least=1)
    return Trade(
        sectors=sectors,
        sure=bool(sectors),
        divisions=_coded(codes, _DIVISION),
        groups=_coded(codes, _GROUP),
        note=note,
        hints=_hints(read),
    )


def _hints(read: _Read | None) -> tuple[float, ...]:
    return () if read is None else tuple(map(float, read.scored.hints))


def _add_from_text(scores: dict[str, float], reasons: Mapping[str, list[str]], read: _Read, model: TradeModel) -> str:
    """Add what the text is nearly certain of; what it contradicts is said, never taken away."""
    said = dict(zip(model.sectors, map(float, read.sectors), strict=True))
    coded, why = list(scores), _Why(read, model)
    added = [key for key in said if key not in scores and said[key] >= ADDED_FROM]
    for key in added:
        scores[key] = _ADDED
        reasons[key].extend(why.of(key))
    if not added or not coded or max(said[key] for key in coded) >= _NOT_BORNE_OUT:
        return ""
    labels = _labels()
    note = f"the codes say {_listed([labels[key] for key in coded], 'and')}, but the text reads like {labels[added[0]]}"
    for key in (*coded, *added):
        reasons[key].insert(1, note)
    return note


def _by_text(read: _Read, model: TradeModel) -> Trade:
    ranked = _likeliest(model.sectors, read.sectors)
    scores = dict(ranked)
    sure = ranked[0][1] >= SURE_FROM
    why = _Why(read, model)
    reasons = {key: why.of(key) for key in _shown(scores, at_least=_ALWAYS_SHOWN)}
    note = ""
    if not sure:
        labels = _labels()
        note = f"not sure: {_listed([labels[key] for key in list(scores)[:_ALWAYS_SHOWN]], 'or')}"
        reasons[ranked[0][0]].insert(0, note)
    ceiling = read.divisions[_places(model.divisions, model.groups)]
    groups = _likeliest(model.groups, np.minimum(read.groups, ceiling))
    return Trade(
        sectors=_tags(scores, reasons, at_least=_ALWAYS_SHOWN),
        sure=sure,
        divisions=_likeliest(model.divisions, read.divisions),
        groups=tuple((name, chance) for name, chance in groups if chance >= _LEAST_GROUP),
        note=note,
        hints=_hints(read),
    )


@cache
def _places(divisions: tuple[str, ...], groups: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """For each group the place of its division."""
    return np.array([divisions.index(group[:_DIVISION]) for group in groups], np.intp)


def _coded(codes: Sequence[str], length: int) -> Ranked:
    """The beginnings of the codes: the main code's is certain, the others nearly. "45000000" names no group."""
    found: dict[str, float] = {}
    for place, code in enumerate(codes):
        start = code[:length]
        if len(start) == length and (length == _DIVISION or start[-1] != "0"):
            found.setdefault(start, _MAIN if place == 0 else _FURTHER_CODE)
    return tuple(found.items())


def _likeliest(names: Sequence[str], chances: Floats) -> Ranked:
    best = np.argsort(-chances, kind="stable")[:_MOST_SHOWN]
    found = ((names[place], round(float(chances[place]), 3)) for place in best.tolist())
    return tuple((name, chance) for name, chance in found if chance > 0)


class _Why:
    """Finds the words that spoke loudest for a sector, beside what they say for the other likely ones."""

    def __init__(self, read: _Read, model: TradeModel) -> None:
        cut = len(model.divisions)
        rivals = np.argsort(-read.scored.sectors, kind="stable")[:_MOST_SHOWN]
        of_sectors = read.scored.spoken[:, cut:]
        self._loud = of_sectors - of_sectors[:, rivals].mean(axis=1, keepdims=True)
        self._terms, self._in_title, self._sectors = read.scored.terms, read.in_title, model.sectors

    def of(self, key: str) -> list[str]:
        """The reasons in words, loudest first."""
        loud = self._loud[:, self._sectors.index(key)]
        least = max(_SHARE_OF_THE_LOUDEST * float(loud.max(initial=0)), _QUIET)
        telling = np.flatnonzero(loud > least)
        best = [self._terms[place] for place in telling[np.argsort(-loud[telling], kind="stable")].tolist()]
        return [
            f"the {'title' if term in self._in_title else 'description'} says '{term}'"
            for term in _without_echoes(best, at_most=_MOST_REASONS)
        ]


def _without_echoes(words: Sequence[str], *, at_most: int) -> list[str]:
    """Each word once: "window cleaning" says what "window" and "cleaning" said before or after it."""
    kept: list[str] = []
    said: set[str] = set()
    for word in words:
        parts = word.split()
        if said.isdisjoint(parts):
            kept.append(word)
            said.update(parts)
            if len(kept) == at_most:
                break
    return kept


def _tags(scores: Mapping[str, float], reasons: Mapping[str, Sequence[str]], *, at_least: int) -> tuple[SectorTag, ...]:
    """The likeliest sectors, so many at least where there are scores."""
    labels = _labels()
    return tuple(
        SectorTag(
            key=key,
            label=labels[key],
            probability=round(scores[key], 3),
            reasons=tuple(reasons[key][:_MOST_REASONS]) or ("the words of the notice together",),
        )
        for key in _shown(scores, at_least=at_least)
    )


def _shown(scores: Mapping[str, float], *, at_least: int) -> list[str]:
    ranked = sorted(scores, key=lambda key: -scores[key])
    shown = [key for place, key in enumerate(ranked) if place < at_least or scores[key] >= _LEAST_SHOWN]
    return shown[:_MOST_SHOWN]


def _listed(names: Sequence[str], last: str) -> str:
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end


@cache
def _labels() -> dict[str, str]:
    return {sector.key: sector.label for sector in all_sectors()}
