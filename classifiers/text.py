"""Finds the cue words of the trades in a notice, in one pass over its words.

All cues are held in one tree of words, so the time taken grows with the length of the text and not with the number of
cues. Text is cut before it is read: nobody needs more than the first pages to name the trade, and no notice may be
long enough to hold up the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from service.domain.sectors import all_sectors

#: The most characters of a title and of a description that are read.
TITLE_LIMIT = 1_000
BODY_LIMIT = 20_000

#: A word: letters and digits, perhaps joined by an apostrophe or an ampersand ("employer's", "m&e").
#: A hyphen parts words.
_WORD = re.compile(r"[a-z0-9]+(?:['&][a-z0-9]+)*")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A cue word or phrase of one sector, as the sector's data writes it."""

    words: str
    sector: str

    @property
    def is_phrase(self) -> bool:
        """Whether it has two words or more, and so is seldom there by chance."""
        return len(words_of(self.words)) > 1


@dataclass(slots=True, kw_only=True)
class _Branch:
    """What may follow in the tree of words, and the cue that ends here."""

    following: dict[str, _Branch] = field(default_factory=dict)
    cue: Cue | None = None


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return _WORD.findall(text.translate(_APOSTROPHES).lower())


def cues_in(words: Sequence[str]) -> tuple[Cue, ...]:
    """The cues a text holds, each once, in the order in which they appear.

    Where cues overlap inside one another the longest is meant: "window cleaning" is not "cleaning" as well.
    """
    tree = _tree()
    found: dict[Cue, None] = {}
    covered = 0
    for start, word in enumerate(words):
        branch = tree.get(word)
        if branch is None:
            continue
        cue, end = _longest(branch, words, start + 1)
        if cue is not None and end > covered:
            found[cue] = None
            covered = end
    return tuple(found)


def _longest(branch: _Branch, words: Sequence[str], position: int) -> tuple[Cue | None, int]:
    cue, end = branch.cue, position
    while position < len(words):
        following = branch.following.get(words[position])
        if following is None:
            break
        branch = following
        position += 1
        if branch.cue is not None:
            cue, end = branch.cue, position
    return cue, end


@cache
def _tree() -> dict[str, _Branch]:
    root = _Branch()
    for sector in all_sectors():
        for words in sector.words:
            *first, last = words_of(words)
            cue = Cue(words=words, sector=sector.key)
            for ending in ("", "s", "es"):
                _plant(root, [*first, last + ending], cue, replace=not ending)
    return root.following


def _plant(root: _Branch, words: Sequence[str], cue: Cue, *, replace: bool) -> None:
    """Add a cue to the tree; a plural made by us never displaces what a sector wrote itself."""
    branch = root
    for word in words:
        branch = branch.following.setdefault(word, _Branch())
    if branch.cue is None or replace:
        branch.cue = cue
