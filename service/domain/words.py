"""The words of notices and the words language in which a firm asks for them.

There is one tokeniser for both sides, so that what a firm writes and what a buyer writes meet. The language is small:

    (window OR office) AND "deep cleaning" NOT hospital

AND, OR and NOT in any case, brackets, phrases in double quotes. Words side by side all have to be there. NOT binds
tightest, then AND, then OR. A NOT that stands at the top, beside the rest, is a veto: it closes the whole interest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.errors import BadInterest

_LONGEST_TEXT = 2_000
_DEEPEST = 40
_SPELT = (
    (re.compile(r"\bc\+\+"), "cplusplus"),
    (re.compile(r"\b([cf])#"), r"\1sharp"),
    (re.compile(r"\B\.net\b"), "dotnet"),
)
_POSSESSIVE = re.compile(r"['\u2018\u2019\u02bc`]s?\b")
_WORD = re.compile(r"[^\W_]+")
_PIECE = re.compile(r'\s*(?:(?P<bracket>[()])|"(?P<phrase>[^"]*)"|(?P<open>")|(?P<word>[^\s()"]+))')
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"'})
_SHORTEST_PLURAL = 4


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared.

    Compatibility forms are made one (NFKC), case is dropped, hyphens and other marks part words, a possessive ending
    goes and so does the ending of a plural. "C++" and "C#" stay words of their own.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    for sign, word in _SPELT:
        plain = sign.sub(word, plain)
    plain = _POSSESSIVE.sub("", plain)
    return tuple(_stem(word) for word in _WORD.findall(plain))


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """A word without the ending of a plural; every spelling that is one word keeps one form."""
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes", "buses", "gases", "ruses")):
        return word[:-2]
    return word[:-1]


def joined(words: Sequence[str]) -> str:
    """Tokens as one text with a space at either end, in which phrases can be looked up."""
    return f" {' '.join(words)} "


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or a phrase: `said` as the user wrote it, `sought` as it is looked up."""

    said: str
    sought: str

    def found(self, text: str) -> tuple[str, ...] | None:
        """What of it a joined text has; None where it does not agree."""
        return (self.said,) if self.sought in text else None


@dataclass(frozen=True, slots=True)
class Every:
    """All parts have to agree."""

    parts: tuple[Node, ...]

    def found(self, text: str) -> tuple[str, ...] | None:
        """What of the parts a joined text has; None where one does not agree."""
        seen: list[str] = []
        for part in self.parts:
            hits = part.found(text)
            if hits is None:
                return None
            seen.extend(hits)
        return tuple(dict.fromkeys(seen))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part at least has to agree."""

    parts: tuple[Node, ...]

    def found(self, text: str) -> tuple[str, ...] | None:
        """What of the parts a joined text has; None where none agrees."""
        agreed = [hits for part in self.parts if (hits := part.found(text)) is not None]
        return tuple(dict.fromkeys(hit for hits in agreed for hit in hits)) if agreed else None


@dataclass(frozen=True, slots=True)
class Without:
    """The part must not agree."""

    part: Node

    def found(self, text: str) -> tuple[str, ...] | None:
        """Nothing where the part is not there; None where it is."""
        return () if self.part.found(text) is None else None


Node = Phrase | Every | AnyOf | Without


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """What a firm asked for in words.

    Attributes:
        wanted: What must be there; None where only vetoes were written, or nothing.
        vetoes: What closes the interest, each a part after a NOT at the top.
    """

    wanted: Node | None
    vetoes: tuple[Expression, ...] = ()

    def hits(self, words: Sequence[str]) -> tuple[str, ...]:
        """The phrases that are there, as the user wrote them; () where the whole does not agree.

        An agreement that rests on absence alone ("cleaning OR NOT school") names nothing and counts as none.
        """
        return self.hits_in(joined(words))

    def hits_in(self, text: str) -> tuple[str, ...]:
        """Like `hits`, for a text from `joined`."""
        if self.wanted is None or self.closed_by(text):
            return ()
        return self.wanted.found(text) or ()

    def closed_by(self, text: str) -> tuple[str, ...]:
        """The phrases of the first veto that a text from `joined` meets; () where none is met."""
        for veto in self.vetoes:
            if veto.wanted is not None and (met := veto.wanted.found(text)):
                return met
        return ()


def parse(words: str) -> Expression:
    """The meaning of a text in the words language; a blank text asks for nothing.

    Raises:
        BadInterest: It is not in the language; the sentence tells the position, from 1, and the way out.
    """
    if len(words) > _LONGEST_TEXT:
        raise BadInterest(f"Its words are longer than {_LONGEST_TEXT} characters. Make two interests of it.")
    pieces = _Pieces(words)
    if pieces.peek() is None:
        return Expression(wanted=None)
    node = _either(pieces, depth=0)
    left = pieces.peek()
    if left is not None:
        raise _wrong(left.at, "this bracket closes nothing", "Take it out, or open one before it")
    parts = node.parts if isinstance(node, Every) else (node,)
    vetoes = tuple(Expression(wanted=part.part) for part in parts if isinstance(part, Without))
    wanted = tuple(part for part in parts if not isinstance(part, Without))
    return Expression(wanted=_one(wanted, Every) if wanted else None, vetoes=vetoes)


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str  # "(", ")", "and", "or", "not" or "phrase"
    text: str
    at: int


class _Pieces:
    """The pieces of a text with one to look ahead."""

    def __init__(self, text: str) -> None:
        self._rest = _cut(text.translate(_QUOTES))
        self._next = next(self._rest, None)
        self.end = len(text.rstrip()) + 1

    def peek(self) -> _Piece | None:
        return self._next

    def take(self) -> _Piece:
        taken = self._next
        if taken is None:
            raise _wrong(self.end, "something is missing at the end", "Add a word, or take the last AND, OR or NOT out")
        self._next = next(self._rest, None)
        return taken

    def skip(self, kind: str) -> bool:
        if self._next is None or self._next.kind != kind:
            return False
        self._next = next(self._rest, None)
        return True


def _cut(text: str) -> Iterator[_Piece]:
    for found in _PIECE.finditer(text.rstrip()):
        at = found.start(found.lastgroup or 0) + 1
        if found["open"] is not None:
            raise _wrong(at, "this quotation mark has no partner", "Close the phrase with another one")
        if found["bracket"] is not None:
            yield _Piece(found["bracket"], found["bracket"], at)
        elif found["word"] is not None and found["word"].casefold() in {"and", "or", "not"}:
            yield _Piece(found["word"].casefold(), found["word"], at)
        elif found["phrase"] is not None:
            yield _Piece("phrase", found["phrase"], at - 1)  # the place of its quotation mark
        else:
            yield _Piece("phrase", found["word"], at)


def _either(pieces: _Pieces, *, depth: int) -> Node:
    parts = [_all(pieces, depth=depth)]
    while pieces.skip("or"):
        parts.append(_all(pieces, depth=depth))
    return _one(tuple(parts), AnyOf)


def _all(pieces: _Pieces, *, depth: int) -> Node:
    parts = [_single(pieces, depth=depth)]
    while True:
        piece = pieces.peek()
        if not pieces.skip("and") and (piece is None or piece.kind in {"or", ")"}):
            return _one(tuple(parts), Every)
        parts.append(_single(pieces, depth=depth))


def _single(pieces: _Pieces, *, depth: int) -> Node:
    piece = pieces.take()
    if depth > _DEEPEST:
        raise _wrong(piece.at, "the brackets go too deep", "Make two interests of it")
    if piece.kind == "not":
        part = _single(pieces, depth=depth + 1)
        return part.part if isinstance(part, Without) else Without(part)
    if piece.kind == "(":
        inner = _either(pieces, depth=depth + 1)
        if not pieces.skip(")"):
            raise _wrong(piece.at, "this bracket is not closed", "Add a closing one")
        return inner
    if piece.kind != "phrase":
        raise _wrong(piece.at, f"a word is missing before {piece.text!r}", f"Add a word, or take {piece.text!r} out")
    sought = tokens(piece.text)
    if not sought:
        raise _wrong(piece.at, f"{piece.text!r} is no word", "Write letters or digits, or take it out")
    return Phrase(piece.text, joined(sought))


def _one(parts: tuple[Node, ...], kind: type[Every | AnyOf]) -> Node:
    """The parts joined, flat where brackets meant nothing."""
    if len(parts) == 1:
        return parts[0]
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))
    return kind(flat)


def _wrong(at: int, what: str, way_out: str) -> BadInterest:
    return BadInterest(f"In its words, at position {at}: {what}. {way_out}.")
