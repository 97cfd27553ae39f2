"""The texts the model learns from, as one table of numbers: notices, the labels of the codes, and our own lexicon."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from scipy import sparse

from classifiers.features import (
    PAIR_SHARE,
    PIECE_SHARE,
    Side,
    Vocabulary,
    joined,
    pairs_of,
    pieces_of,
    rarity,
    tokens,
)
from classifiers.learning.labelled import Corrected, Labelled
from service.domain import cpv
from service.domain.sectors import all_sectors, sector_of_cpv
from service.errors import ReferenceDataError

_LEXICON = "lexicon.tsv"
#: So many phrases of the lexicon make one text: one by one they would be more than the notices.
_PHRASES_A_TEXT = 3
#: A word, a pair, a piece must be in so many texts (a piece: in so many words) to be known.
_LEAST_TEXTS_OF_WORD = 2
_LEAST_TEXTS_OF_PAIR = 3
_LEAST_WORDS_OF_PIECE = 2
#: Labels of codes are joined at these lengths: all labels under a division make one text, and so on down.
_LEVELS = (2, 3, 4)

#: A scipy.sparse.csr_matrix of float32; scipy has no types.
Matrix = Any
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """A text that is no notice, with the beginning of the codes it speaks of."""

    start: str
    text: str
    #: Whether people wrote it for this project (the lexicon) or it is a label of the codes.
    is_lexicon: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexis:
    """What is known of words before anything is known of trades.

    Attributes:
        vocabulary: words and pairs with their places and rarity.
        pieces: place of each piece.
        cut: one row a word, one column a piece; each row of length 1.
    """

    vocabulary: Vocabulary
    pieces: Mapping[str, int]
    cut: Matrix

    def words_of(self, sides: Sequence[Side]) -> Matrix:
        """One row a text, one column a word."""
        return _matrix([side.words for side in sides], self.vocabulary.words)

    def table(self, sides: Sequence[Side]) -> Matrix:
        """One row a text; words, pairs and pieces side by side."""
        words = self.words_of(sides)
        pairs = _matrix([side.pairs for side in sides], self.vocabulary.pairs)
        spelt = words @ self.cut + self._unknown(sides)
        return sparse.hstack([words, PAIR_SHARE * pairs, PIECE_SHARE * spelt], format="csr", dtype=np.float32)

    def _unknown(self, sides: Sequence[Side]) -> Matrix:
        strangers = sorted({word for side in sides for word in side.unknown})
        places = {word: place for place, word in enumerate(strangers)}
        return _matrix([side.unknown for side in sides], places) @ cut_up(strangers, self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """The names of what is learnt, in the order of the columns: divisions, then sectors, then groups."""

    divisions: tuple[str, ...]
    sectors: tuple[str, ...]
    groups: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.divisions) + len(self.sectors) + len(self.groups)


@cache
def heads() -> Heads:
    """All 45 divisions, all sectors, and all groups of the vocabulary."""
    codes = _codes()
    return Heads(
        divisions=tuple(sorted({code[:2] for code in codes})),
        sectors=tuple(sector.key for sector in all_sectors()),
        groups=tuple(sorted({code[:3] for code in codes if code[2] != "0"})),
    )


def teaching() -> list[Teaching]:
    """The labels of all codes, joined at every level, and the lexicon.

    Raises:
        ReferenceDataError: The lexicon is damaged; the sentence names the line.
    """
    below: dict[str, list[str]] = defaultdict(list)
    for code, label in _codes().items():
        for length in _LEVELS:
            if length == _LEVELS[0] or code[length - 1] != "0":
                below[code[:length]].append(label)
    texts = [Teaching(start=start, text=" . ".join(labels), is_lexicon=False) for start, labels in below.items()]
    for number, line in enumerate(files("classifiers").joinpath(_LEXICON).read_text("utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        start, tab, phrases = line.partition("\t")
        if not tab or start not in below:
            raise ReferenceDataError(f"{_LEXICON}, line {number}: it must be a division or group, a tab and phrases.")
        said = [phrase.strip() for phrase in phrases.split(";")]
        parts = -(-len(said) // _PHRASES_A_TEXT)
        # Neighbours in the list are alike: a text takes its phrases from all over it.
        texts.extend(Teaching(start=start, text=" . ".join(said[at::parts]), is_lexicon=True) for at in range(parts))
    return texts


def lexis_of(notices: Sequence[Labelled], texts: Sequence[Teaching]) -> Lexis:
    """Learn the words, their rarity and their pieces."""
    using_word, using_pair = Counter[str](), Counter[str]()
    for notice in notices:
        title, body = tokens(notice.title), tokens(notice.description[:2_000])
        using_word.update({*title, *body})
        using_pair.update({*pairs_of(title), *pairs_of(body)})
    for each in texts:
        said = tokens(each.text)
        using_word.update(set(said))
        using_pair.update(set(pairs_of(said)))
    count = len(notices) + len(texts)
    words = sorted(word for word, texts_using in using_word.items() if texts_using >= _LEAST_TEXTS_OF_WORD)
    pairs = sorted(pair for pair, texts_using in using_pair.items() if texts_using >= _LEAST_TEXTS_OF_PAIR)
    using_piece = Counter(piece for word in words for piece in set(pieces_of(word)))
    pieces = sorted(piece for piece, words_using in using_piece.items() if words_using >= _LEAST_WORDS_OF_PIECE)
    places = {piece: place for place, piece in enumerate(pieces)}
    vocabulary = Vocabulary(
        words={word: place for place, word in enumerate(words)},
        pairs={pair: place for place, pair in enumerate(pairs)},
        rarity=[rarity(count, using_word[word]) for word in words],
        pair_rarity=[rarity(count, using_pair[pair]) for pair in pairs],
        unknown=rarity(count, 1),
    )
    return Lexis(vocabulary=vocabulary, pieces=places, cut=cut_up(words, places))


def cut_up(words: Sequence[str], pieces: Mapping[str, int]) -> Matrix:
    """One row a word, one column a piece; each row of length 1, or 0 where no piece is known."""
    starts, columns, values = [0], list[int](), list[float]()
    for word in words:
        found = {place for piece in pieces_of(word) if (place := pieces.get(piece)) is not None}
        columns.extend(sorted(found))
        values.extend([1 / np.sqrt(max(1, len(found)))] * len(found))
        starts.append(len(columns))
    return sparse.csr_matrix(
        (np.array(values, np.float32), np.array(columns, np.int32), np.array(starts, np.int32)),
        shape=(len(words), len(pieces)),
    )


def sides_of(notices: Iterable[Labelled], lexis: Lexis) -> list[Side]:
    """Notices in full, weighed."""
    return [joined(each.title, each.description, lexis.vocabulary) for each in notices]


def targets(notices: Sequence[Labelled]) -> Floats:
    """One row a notice, one column a head: 1 where the buyer's codes name it."""
    named = heads()
    columns = {name: place for place, name in enumerate((*named.divisions, *named.sectors, *named.groups))}
    wanted = np.zeros((len(notices), len(named)), np.float32)
    for row, notice in enumerate(notices):
        for name in (*notice.divisions, *notice.sectors, *notice.groups):
            wanted[row, columns[name]] = 1
    return wanted


def taught_targets(texts: Sequence[Teaching]) -> Floats:
    """The same for texts that are no notices; a text of several sectors counts a share for each."""
    named = heads()
    wanted = np.zeros((len(texts), len(named)), np.float32)
    first_sector, first_group = len(named.divisions), len(named.divisions) + len(named.sectors)
    for row, text in enumerate(texts):
        wanted[row, named.divisions.index(text.start[:2])] = 1
        below = _sectors_below()[text.start]
        for key, count in below.items():
            wanted[row, first_sector + named.sectors.index(key)] = count / below.total()
        if text.start[:3] in named.groups:
            wanted[row, first_group + named.groups.index(text.start[:3])] = 1
    return wanted


def corrected_targets(corrected: Sequence[Corrected]) -> Floats:
    """One row a correction; not-a-number where it says nothing.

    Who names the right sectors says that it is no other. A wrong sector takes with it the divisions that are its alone.
    """
    named = heads()
    first = len(named.divisions)
    wanted = np.full((len(corrected), len(named)), np.nan, np.float32)
    for row, said in enumerate(corrected):
        if said.sectors:
            wanted[row, first : first + len(named.sectors)] = 0
            wanted[row, [first + named.sectors.index(key) for key in said.sectors]] = 1
        wanted[row, [first + named.sectors.index(key) for key in said.not_sectors]] = 0
        wanted[row, [place for key in said.not_sectors for place in _divisions_alone_of(key)]] = 0
    return wanted


@cache
def _sectors_below() -> Mapping[str, Counter[str]]:
    """For each beginning of codes how many of the codes below it are of each sector."""
    below: dict[str, Counter[str]] = defaultdict(Counter)
    for code in _codes():
        key = sector_of_cpv(code)
        if key is not None:
            for length in _LEVELS:
                below[code[:length]][key] += 1
    return below


@cache
def _divisions_alone_of(sector: str) -> tuple[int, ...]:
    owners: dict[str, set[str | None]] = defaultdict(set)
    for code in _codes():
        owners[code[:2]].add(sector_of_cpv(code))
    return tuple(place for place, name in enumerate(heads().divisions) if owners[name] == {sector})


@cache
def _codes() -> Mapping[str, str]:
    return cpv.labels_by_code()


def _matrix(rows: Sequence[Mapping[str, float]], places: Mapping[str, int]) -> Matrix:
    starts, columns, values = [0], list[int](), list[float]()
    for row in rows:
        for name, weight in row.items():
            columns.append(places[name])
            values.append(weight)
        starts.append(len(columns))
    return sparse.csr_matrix(
        (np.array(values, np.float32), np.array(columns, np.int32), np.array(starts, np.int64)),
        shape=(len(rows), len(places)),
    )
