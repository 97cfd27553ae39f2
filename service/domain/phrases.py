"""Finds listed phrases in what people typed, whatever hyphens and blanks stand in them, unless "no" stands before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.domain.shipped import Row, texts_in
from service.errors import ReferenceDataError

#: Hyphens people type or paste, the ones that do not break included.
_HYPHENS = re.compile("[\u2010-\u2015\u2212\u00ad-]")
_PHRASE = re.compile(r"[a-z0-9*' -]+", re.ASCII)
#: What turns a phrase into its opposite: at most two words before it, in the same sentence.
_NEGATION = re.compile(r"\b(?:(?:no|without)(?: [\w'-]+){0,2}|(?:not|isn't|aren't)(?: an?)?) $", re.IGNORECASE)
_BEFORE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Phrases that are looked for, ready for use."""

    plain: re.Pattern[str]
    #: None where there are no abbreviations among them.
    letters: re.Pattern[str] | None = None

    def found_in(self, text: str, *, negated: bool = False) -> tuple[str, ...]:
        """The phrases as they stand in a text, each once, in its order; `negated`: also behind "no"."""
        level = _level(text)
        said = [hit for hit in self._hits(level) if negated or not _is_negated(level, hit.start())]
        return tuple({hit.group().casefold(): hit.group() for hit in reversed(said)}.values())[::-1]

    def said_before(self, text: str, *, most: int) -> tuple[str, ...]:
        """For each place where a phrase stands and is not negated, up to so many characters before it."""
        level = _level(text)
        starts = [hit.start() for hit in self._hits(level)]
        return tuple(level[max(0, start - most) : start] for start in starts if not _is_negated(level, start))

    def _hits(self, level: str) -> list[re.Match[str]]:
        hits = [*self.plain.finditer(level), *(self.letters.finditer(level) if self.letters else ())]
        return sorted(hits, key=re.Match.start)


def phrases_of(row: Row, *, where: str) -> Phrases:
    """The phrases of an entry of a data file. Raises ReferenceDataError."""
    plain, letters = texts_in(row, "says", where=where), texts_in(row, "letters", where=where)
    strange = [each for each in plain if not _PHRASE.fullmatch(each)]
    if strange or not plain:
        raise ReferenceDataError(f"{where}: says must be phrases in small letters, not {strange[:1]}.")
    return phrases(plain, letters)


def phrases(plain: Iterable[str], letters: Sequence[str] = ()) -> Phrases:
    """Phrases in small letters (- for a hyphen, a blank or nothing; * for any ending), and abbreviations."""
    longest_first = sorted(plain, key=len, reverse=True)
    body = "|".join(_pattern(each) for each in longest_first)
    short = "|".join(re.escape(each) for each in sorted(letters, key=len, reverse=True))
    return Phrases(
        plain=re.compile(rf"\b(?:{body})\b", re.IGNORECASE),
        letters=re.compile(rf"\b(?:{short})\b") if short else None,
    )


def _pattern(phrase: str) -> str:
    return re.escape(phrase).replace(r"\ ", " ").replace(r"\-", "[- ]?").replace(r"\*", r"\w*")


def _level(text: str) -> str:
    return re.sub(r"\s+", " ", _HYPHENS.sub("-", text))


def _is_negated(text: str, start: int) -> bool:
    return _NEGATION.search(text[max(0, start - _BEFORE) : start]) is not None
