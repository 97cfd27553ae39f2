"""Judges the trade of an opportunity: by its procurement codes where it has any, else by the words of its text.

A code is the buyer's own statement, so it decides. Words only add a further trade to a coded notice where a phrase
of the title plainly names one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from classifiers.text import BODY_LIMIT, TITLE_LIMIT, Cue, cues_in, words_of
from service.domain import cpv
from service.domain.sectors import Sector, all_sectors, sector_of_cpv
from service.domain.tagging import SectorTag

Ranked = tuple[tuple[str, float], ...]

#: Below this the best sector is a guess.
SURE_FROM = 0.5
_MAIN = 1.0
_FURTHER_CODE = 0.9
_FROM_TITLE = 0.6
_TITLE_WEIGHT = 3.0
_BODY_WEIGHT = 1.0
#: Stands for the evidence we did not see. With it a lone cue in the title gives .71, a lone cue in the description .45.
_DOUBT = 1.2
_LEAST_SHOWN = 0.1
_MOST_SECTORS = 5
_MOST_REASONS = 4
_MOST_DIVISIONS = 5
_MOST_CODES = 200
#: A word that more labels than this use ("services", "and") says nothing about the trade.
_COMMON_WORD = 600
#: Divisions from here on are of services; those before are of goods and of building work.
_SERVICES_FROM = "50"
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
    """

    sectors: tuple[SectorTag, ...]
    sure: bool
    divisions: Ranked
    groups: Ranked


def trade_of(title: str, description: str, codes: Sequence[str]) -> Trade:
    """Judge the trade; codes are CPV codes, the main one first. Codes of no existing division are passed over."""
    usable = _usable(codes)
    in_title = cues_in(words_of(title[:TITLE_LIMIT]))
    if usable:
        return _by_codes(usable, in_title)
    in_body = cues_in(words_of(description[:BODY_LIMIT]))
    return _by_words(in_title, in_body) if in_title or in_body else _by_labels(title, description)


def _usable(codes: Sequence[str]) -> tuple[str, ...]:
    digits = (cpv.digits_of(code) for code in codes[:_MOST_CODES])
    return tuple(dict.fromkeys(code for code in digits if code and cpv.is_known(code[:_DIVISION].ljust(8, "0"))))


def _by_codes(codes: Sequence[str], in_title: Sequence[Cue]) -> Trade:
    reasons: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        key = sector_of_cpv(code)
        if key is not None:
            reasons[key].append(f"the notice is coded {code} {cpv.label(code) or ''}".rstrip())
    main = sector_of_cpv(codes[0])
    scores = {key: _MAIN if key == main else _FURTHER_CODE for key in reasons}
    for key, phrases in _strong(in_title).items():
        if key not in scores:
            scores[key] = _FROM_TITLE
        reasons[key].extend(_said("title", cue) for cue in phrases)
    divisions = _coded(codes, _DIVISION)
    sectors = _tags(scores, reasons)
    return Trade(sectors=sectors, sure=bool(sectors), divisions=divisions, groups=_coded(codes, _GROUP))


def _strong(in_title: Sequence[Cue]) -> dict[str, list[Cue]]:
    phrases: dict[str, list[Cue]] = defaultdict(list)
    for cue in in_title:
        if cue.is_phrase:
            phrases[cue.sector].append(cue)
    return phrases


def _coded(codes: Sequence[str], length: int) -> Ranked:
    """The beginnings of the codes: the main code's is certain, the others nearly. "45000000" names no group."""
    found: dict[str, float] = {}
    for place, code in enumerate(codes):
        start = code[:length]
        if len(start) == length and (length == _DIVISION or start[-1] != "0"):
            found.setdefault(start, _MAIN if place == 0 else _FURTHER_CODE)
    return tuple(found.items())


def _by_labels(title: str, description: str) -> Trade:
    """Without any cue: the best guess at the division, by the words the text shares with the labels of the codes."""
    words = words_of(title[:TITLE_LIMIT]) or words_of(description[:TITLE_LIMIT])
    return Trade(sectors=(), sure=False, divisions=_voted(words, _DIVISION), groups=_voted(words, _GROUP))


def _voted(words: Sequence[str], length: int) -> Ranked:
    """Each word votes for the divisions whose labels use it, the louder the fewer labels of all do."""
    using, votes = _codes_by_word(), defaultdict[str, float](float)
    weight = _DOUBT
    for word in dict.fromkeys(map(_stem, words)):
        codes = using.get(word)
        if not codes or len(codes) > _COMMON_WORD:
            continue
        loudness = 1 / math.log2(1 + len(codes))
        weight += loudness
        for start, share in _spread(word, length).items():
            votes[start] += loudness * share
    ranked = sorted(votes, key=lambda start: (-votes[start], start))[:_MOST_DIVISIONS]
    return tuple((start, round(votes[start] / weight, 3)) for start in ranked)


@lru_cache(maxsize=20_000)
def _spread(word: str, length: int) -> dict[str, float]:
    return _shares(sorted(_codes_by_word()[word]), length)


def _by_words(in_title: Sequence[Cue], in_body: Sequence[Cue]) -> Trade:
    weights = dict.fromkeys(in_body, _BODY_WEIGHT) | dict.fromkeys(in_title, _TITLE_WEIGHT)
    totals: dict[str, float] = defaultdict(float)
    reasons: dict[str, list[str]] = defaultdict(list)
    for cue in sorted(weights, key=lambda cue: -weights[cue]):
        totals[cue.sector] += weights[cue]
        reasons[cue.sector].append(_said("title" if weights[cue] == _TITLE_WEIGHT else "description", cue))
    everything = sum(totals.values()) + _DOUBT
    scores = {key: total / everything for key, total in totals.items()}
    sectors = _tags(scores, reasons)
    return Trade(
        sectors=sectors,
        sure=bool(sectors) and sectors[0].probability >= SURE_FROM,
        divisions=_guessed(weights, everything, _DIVISION),
        groups=_guessed(weights, everything, _GROUP),
    )


def _said(where: str, cue: Cue) -> str:
    return f"the {where} says '{cue.words}'"


def _tags(scores: Mapping[str, float], reasons: Mapping[str, Sequence[str]]) -> tuple[SectorTag, ...]:
    """The likeliest sectors, at least one where there are any scores."""
    ranked = sorted(scores, key=lambda key: -scores[key])
    shown = [key for place, key in enumerate(ranked) if place == 0 or scores[key] >= _LEAST_SHOWN]
    labels = _labels()
    return tuple(
        SectorTag(
            key=key,
            label=labels[key],
            probability=round(scores[key], 3),
            reasons=tuple(reasons[key][:_MOST_REASONS]),
        )
        for key in shown[:_MOST_SECTORS]
    )


def _guessed(weights: Mapping[Cue, float], everything: float, length: int) -> Ranked:
    """The beginnings of the codes whose labels use the cues, as probable as the weight of the cues that point there."""
    totals: dict[str, float] = defaultdict(float)
    for cue, weight in weights.items():
        for start, share in _homes()[cue.words].items():
            if len(start) == length:
                totals[start] += weight * share / everything
    ranked = sorted(totals, key=lambda start: (-totals[start], start))[:_MOST_DIVISIONS]
    return tuple((start, round(totals[start], 3)) for start in ranked)


@cache
def _labels() -> dict[str, str]:
    return {sector.key: sector.label for sector in all_sectors()}


@cache
def _homes() -> dict[str, dict[str, float]]:
    """For each cue the divisions and groups it may mean, with shares. No group outweighs its division."""
    homes: dict[str, dict[str, float]] = {}
    for sector in all_sectors():
        for words in sector.words:
            starts = _codes_meant(words, sector.key) or _likelier_prefixes(sector)
            homes[words] = _shares(starts, _DIVISION) | _shares(starts, _GROUP)
    return homes


def _codes_meant(words: str, sector: str) -> list[str]:
    """The sector's codes whose labels use all the words of a cue; failing that, its rarest word that they use."""
    using = _codes_by_word()
    sets = [using.get(_stem(word), frozenset()) for word in words_of(words)]
    own = [sorted(code for code in codes if sector_of_cpv(code) == sector) for codes in sets]
    together = sorted(frozenset.intersection(*map(frozenset, own)))
    return together or min(filter(None, own), key=len, default=[])


def _likelier_prefixes(sector: Sector) -> list[str]:
    """The sector's prefixes, the first of its services counting thrice: cues name services more often than goods."""
    services = [prefix for prefix in sector.cpv if prefix >= _SERVICES_FROM]
    return [*sector.cpv, *services[:1] * 2]


def _shares(starts: Sequence[str], length: int) -> dict[str, float]:
    counts: dict[str, int] = defaultdict(int)
    for start in starts:
        if len(start) >= length and (length == _DIVISION or start[length - 1] != "0"):
            counts[start[:length]] += 1
    return {start: count / len(starts) for start, count in counts.items()}


@cache
def _codes_by_word() -> dict[str, frozenset[str]]:
    using: dict[str, set[str]] = defaultdict(set)
    listing = files("service.data").joinpath("cpv.tsv").read_text(encoding="utf-8")
    for line in listing.splitlines():
        code = line.partition("\t")[0]
        for word in words_of(cpv.label(code) or "" if code.isdigit() else ""):
            using[_stem(word)].add(code)
    return {word: frozenset(codes) for word, codes in using.items()}


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
