"""The words of a search: what of an opportunity is indexed, and what a person who types into the box means by it.

Both databases index the very same tokens, made here, so that they find the same: SQLite's FTS5 and PostgreSQL's text
search each get plain words of a to z, 0 to 9 and "_", and neither cuts, folds or stems on its own. Nothing a person
typed reaches a query language but as such a word.

A word that is not plain ASCII, or very long, is indexed by a digest of it. "_" never begins or joins a word of a text,
so it is free to mark what is ours: "_" alone parts the fields (no phrase reaches across), "t_" and "b_" before a word
say that it stands in the title or in the buyer's name.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain

from service.domain.words import tokens

#: Words of a search that count; a person types a few, a paste by mistake thousands.
MOST_SOUGHT = 30
#: Characters of a search that are read.
_LONGEST_SEARCH = 10_000
#: Words of title, buyer and description that are indexed: with all marks fewer than the 16,383 places of PostgreSQL.
_MOST_INDEXED = (500, 200, 4_000)
#: Times a word is indexed in one text: PostgreSQL keeps no more than 256 places of one.
_MOST_REPEATS = 250
#: Longest word that is indexed as it is.
_LONGEST_WORD = 60
#: Parts the fields; nothing that is sought.
GAP = "_"
_DOUBLE_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'))
_PIECE = re.compile(r'(?P<less>(?<!\S)[-\u2212](?=[^\s"-]|"[^"]))?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)|")')

#: Indexed words that stand side by side; one alone is just a word.
Term = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a search asks for: every term of `wanted` has to be there, none of `without` may be."""

    wanted: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        """Whether it asks for anything."""
        return bool(self.wanted or self.without)


def sought_in(typed: str) -> Sought:
    """The meaning of what was typed; whatever it is, it means something or nothing, and is never wrong.

    Words are all needed, in any order. Words in double quotes stand side by side. A word or phrase right after a minus
    must not be there. Marks part words, as everywhere ("school-meals" is two). At most `MOST_SOUGHT` words count.
    """
    wanted: dict[Term, None] = {}
    without: dict[Term, None] = {}
    left = MOST_SOUGHT
    for piece in _PIECE.finditer(typed[:_LONGEST_SEARCH].translate(_DOUBLE_QUOTES)):
        said = tuple(map(_plain, tokens(piece["phrase"] or piece["word"] or "")))[:left]
        if not said:
            continue
        left -= len(said)
        if piece["less"]:
            without[said] = None
        elif piece["phrase"]:
            wanted[said] = None
        else:
            wanted |= dict.fromkeys((word,) for word in said)
    return Sought(wanted=tuple(wanted), without=tuple(without))


def told_apart(typed: str) -> tuple[str, str]:
    """A search as an alert's two lists: what to include, its quotes gone, and what to leave out, commas between."""
    wanted: list[str] = []
    without: list[str] = []
    for piece in _PIECE.finditer(typed[:_LONGEST_SEARCH].translate(_DOUBLE_QUOTES)):
        said = piece["phrase"] or piece["word"] or ""
        if said:
            (without if piece["less"] else wanted).append(said)
    return " ".join(wanted), ", ".join(without)


def indexed_words(*, title: str, buyer: str, description: str) -> str:
    """What is indexed of an opportunity, as words with a space between."""
    named, bought_by, told = (
        tuple(map(_plain, tokens(field)[:most]))
        for field, most in zip((title, buyer, description), _MOST_INDEXED, strict=True)
    )
    gap = (GAP,)
    stream = chain(named, gap, bought_by, gap, told, gap, map(in_title, named), gap, map(in_buyer, bought_by))
    seen: Counter[str] = Counter()
    kept: list[str] = []
    for word in stream:
        seen[word] += 1
        kept.append(word if seen[word] <= _MOST_REPEATS else GAP)
    return " ".join(kept)


def in_title(word: str) -> str:
    """The indexed word that says that a word stands in the title."""
    return f"t_{word}"


def in_buyer(word: str) -> str:
    """The indexed word that says that a word stands in the buyer's name."""
    return f"b_{word}"


def _plain(word: str) -> str:
    if word.isascii() and len(word) <= _LONGEST_WORD:
        return word
    return f"_{blake2b(word.encode(), digest_size=12).hexdigest()}"
