"""The trained trade model as it is kept and read again: tables of small whole numbers, and a page that explains them.

Two files beside one another: `trade.npz` (numpy arrays, no pickle) and `trade.json` (names, figures and the SHA-256
of the former). What does not fit together is refused before anything is judged by it.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import numpy as np

from classifiers.features import BODY_CHARS, PAIR_SHARE, PIECE_SHARE, Side, Vocabulary, joined, pieces_of, tokens
from classifiers.forest import TABLES, read_forest
from classifiers.hints import HINTS, Hint
from service.errors import ReferenceDataError

#: The form of the artefact; another form is refused. Raise it when the meaning of a table changes.
FORM = 3
ARRAYS, PAGE = "trade.npz", "trade.json"
SHIPPED = Path(__file__).resolve().parent / "models"
#: The most bytes of the arrays that are read.
_LARGEST = 16_000_000
#: A description of fewer words than these is as good as none: only the title speaks.
_WORDS_OF_A_DESCRIPTION = 3
_LEAST_SCORE = 0.01
#: Log odds beyond these are as good as certain.
_CERTAIN = 30.0

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Places = np.ndarray[tuple[int], np.dtype[np.intp]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How a score becomes a probability: a logistic curve over the score's logarithm and its lead over the best other.

    `steps` bend the curve where it was too bold or too shy on buyers it had not seen: pairs of (said, true), rising.
    """

    score: float
    lead: float
    start: float
    steps: tuple[tuple[float, float], ...] = ()

    def __call__(self, scores: Floats) -> Floats:
        """The probabilities of one text, or of one text a row."""
        told = self.score * told_by(scores) + self.lead * (scores - best_others(scores)) + self.start
        curve = 1 / (1 + np.exp(-np.minimum(np.maximum(told, -_CERTAIN), _CERTAIN)))
        if self.steps:
            curve = np.interp(curve, *_bend(self.steps))
        return np.asarray(curve, np.float32)


@cache
def _bend(steps: tuple[tuple[float, float], ...]) -> tuple[Floats, Floats]:
    """Steps as what was said and what was true."""
    said, true = zip(*steps, strict=True)
    return np.array(said), np.array(true)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What the model says of one text: raw scores of each head, and whether only a title spoke.

    `spoken` has one row a term, one column a division or sector: what the term added to each score.
    """

    terms: tuple[str, ...]
    spoken: Floats
    divisions: Floats
    sectors: Floats
    groups: Floats
    hints: Floats
    only_title: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeModel:
    """A trained model, ready to judge.

    Attributes:
        version: recorded with every tag.
        divisions: CPV divisions, in the order of their scores.
        sectors: sector keys likewise.
        groups: CPV groups likewise.
        vocabulary: the words and pairs it knows.
        pieces: place of each piece of a word.
        rows: scores of divisions and sectors: one row a word, then a pair, then a piece.
        group_rows: scores of groups, one row a word.
        start: scores of an empty text.
        hint_rows: what each word or pair adds to each of `HINTS`.
        hints: how each hint is reckoned; empty where none was learnt.
        calibrations: by head and kind ("divisions/full", "sectors/title"...).
        page: everything else the page says (data, figures, licence).
    """

    version: str
    divisions: tuple[str, ...]
    sectors: tuple[str, ...]
    groups: tuple[str, ...]
    vocabulary: Vocabulary
    pieces: Mapping[str, int]
    rows: Floats
    group_rows: Floats
    start: Floats
    hint_rows: Floats
    hints: Mapping[str, Hint]
    calibrations: Mapping[str, Calibration]
    page: Mapping[str, Any] = field(default_factory=dict)

    def score(self, title: str, description: str = "") -> Scored:
        """Score one notice; empty text gets the scores of nothing said."""
        said = len(tokens(description[:BODY_CHARS])) if description else 0
        side = joined(title, description, self.vocabulary)
        places, loud = self._known(side)
        terms, spoken = self._spoken(side, places, loud)
        both = spoken.sum(axis=0) + self.start[: self.rows.shape[1]]
        cut = len(self.divisions)
        return Scored(
            terms=terms,
            spoken=spoken,
            divisions=both[:cut],
            sectors=both[cut:],
            groups=self._groups(places[: len(side.words)], loud[: len(side.words)]),
            hints=cast("Floats", loud @ self.hint_rows[places]),
            only_title=said < _WORDS_OF_A_DESCRIPTION,
        )

    def _known(self, side: Side) -> tuple[Places, Floats]:
        """The rows of the words and pairs of a text, and their weights."""
        words, pairs = self.vocabulary.words, self.vocabulary.pairs
        beyond = len(words)
        places = [*map(words.__getitem__, side.words), *[beyond + pairs[pair] for pair in side.pairs]]
        return np.array(places, np.intp), np.array([*side.words.values(), *side.pairs.values()], np.float32)

    def _spoken(self, side: Side, places: Places, loud: Floats) -> tuple[tuple[str, ...], Floats]:
        """The terms of a text, and what each adds to each score."""
        weights = loud.copy()
        weights[len(side.words) :] *= np.float32(PAIR_SHARE)
        spoken = self.rows[places] * weights[:, None]
        if side.unknown:
            strange = [weight * self._by_pieces(word) for word, weight in side.unknown.items()]
            spoken = np.vstack([spoken, *strange])
        return (*side.words, *side.pairs, *side.unknown), spoken

    def _by_pieces(self, word: str) -> Floats:
        beyond = len(self.vocabulary.words) + len(self.vocabulary.pairs)
        found = sorted({beyond + place for piece in pieces_of(word) if (place := self.pieces.get(piece)) is not None})
        if not found:
            return np.zeros(self.rows.shape[1], np.float32)
        return cast("Floats", self.rows[found].sum(axis=0) * (PIECE_SHARE / np.sqrt(len(found))))

    def _groups(self, places: Places, loud: Floats) -> Floats:
        return cast("Floats", loud @ self.group_rows[places] + self.start[self.rows.shape[1] :])


def told_by(scores: Floats) -> Floats:
    """The logarithm of a score; scores of nought and below tell no more than one of a hundredth."""
    return cast("Floats", np.log(np.maximum(scores, _LEAST_SCORE)))


def best_others(scores: Floats) -> Floats:
    """For each score the best of the others in its row."""
    ranked = np.partition(scores, -2, axis=-1)
    best, second = ranked[..., -1:], ranked[..., -2:-1]
    return np.where(scores == best, second, best)


@cache
def shipped() -> TradeModel:
    """The model in the package. Raises ReferenceDataError where it is missing or damaged."""
    return load(SHIPPED)


def load(folder: Path) -> TradeModel:
    """Read a model.

    Raises:
        ReferenceDataError: A file is missing, damaged or of another form; the sentence says which and the way out.
    """
    try:
        page = json.loads((folder / PAGE).read_text("utf-8"))
        raw = (folder / ARRAYS).read_bytes()
        if not isinstance(page, dict) or page.get("form") != FORM:
            raise ReferenceDataError(f"{PAGE} is not a model of form {FORM}: train it again with `bowbell train`.")
        if len(raw) > _LARGEST or sha256(raw).hexdigest() != page["sha256"]:
            raise ReferenceDataError(f"{ARRAYS} is not the file that {PAGE} speaks of: put the two back together.")
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            return built(page, {name: arrays[name] for name in arrays.files})
    except (OSError, KeyError, ValueError, TypeError, IndexError, zipfile.BadZipFile) as trouble:
        raise ReferenceDataError(f"The trade model in {folder.name} cannot be used: {trouble}.") from trouble


def save(folder: Path, page: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
    """Write a model; the page gets the form and the hash of the arrays.

    The page comes last, so that a half-written model is not taken for a whole one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{ARRAYS}"
    with fresh.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **dict(arrays))
    said = {"form": FORM, "sha256": sha256(fresh.read_bytes()).hexdigest(), **page}
    fresh.replace(folder / ARRAYS)
    fresh_page = folder / f".{PAGE}"
    fresh_page.write_text(json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    fresh_page.replace(folder / PAGE)


def built(page: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> TradeModel:
    """Put a model together from its page and tables. Raises ReferenceDataError where shapes do not fit."""
    words, pairs, pieces = (_strings(arrays[name]) for name in ("words", "pairs", "pieces"))
    heads = {name: tuple(map(str, page["heads"][name])) for name in ("divisions", "sectors", "groups")}
    wide = len(heads["divisions"]) + len(heads["sectors"])
    rows = arrays["rows"].astype(np.float32) * arrays["row_scale"].astype(np.float32)[:, None]
    start = arrays["start"].astype(np.float32)
    rare = arrays["rarity"].astype(np.float32).tolist(), arrays["pair_rarity"].astype(np.float32).tolist()
    counts = arrays["group_counts"].astype(np.int64)
    shapes = {
        "rows": (rows.shape, (len(words) + len(pairs) + len(pieces), wide)),
        "start": (start.shape, (wide + len(heads["groups"]),)),
        "rarity": (len(rare[0]), len(words)),
        "pair_rarity": (len(rare[1]), len(pairs)),
        "hint_rows": (arrays["hint_rows"].shape, (len(words) + len(pairs), len(HINTS))),
        "group_counts": (counts.shape, (len(words),)),
        "group_columns": (arrays["group_columns"].shape, (int(counts.sum()),)),
        "group_values": (arrays["group_values"].shape, (int(counts.sum()),)),
    }
    for name, (is_, should) in shapes.items():
        if is_ != should:
            raise ReferenceDataError(f"The trade model's table {name} has the shape {is_}, not {should}.")
    if not (np.isfinite(rows).all() and np.isfinite(start).all()):
        raise ReferenceDataError("The trade model holds what is no number.")
    return TradeModel(
        version=str(page["version"]),
        vocabulary=Vocabulary(
            words={word: place for place, word in enumerate(words)},
            pairs={pair: place for place, pair in enumerate(pairs)},
            rarity=rare[0],
            pair_rarity=rare[1],
            unknown=float(page["unknown_rarity"]),
        ),
        pieces={piece: place for place, piece in enumerate(pieces)},
        rows=rows,
        group_rows=_group_rows(arrays, counts, len(heads["groups"])),
        start=start,
        hint_rows=arrays["hint_rows"].astype(np.float32) * arrays["hint_scale"].astype(np.float32),
        hints={name: _hint(name, said, arrays) for name, said in page["hints"].items() if name in HINTS},
        calibrations={name: _calibration(said) for name, said in page["calibrations"].items()},
        page=page,
        **heads,
    )


def _group_rows(
    arrays: Mapping[str, np.ndarray[Any, Any]], counts: np.ndarray[Any, np.dtype[np.int64]], groups: int
) -> Floats:
    columns = arrays["group_columns"].astype(np.int32)
    if len(columns) and not 0 <= int(columns.min()) <= int(columns.max()) < groups:
        raise ReferenceDataError("The trade model speaks of a group that it does not name.")
    rows = np.zeros((len(counts), groups), np.float32)
    values = arrays["group_values"].astype(np.float32) * np.float32(arrays["group_scale"])
    rows[np.repeat(np.arange(len(counts)), counts), columns] = values
    return rows


def _strings(array: np.ndarray[Any, Any]) -> Sequence[str]:
    return array.astype(np.uint8).tobytes().decode("utf-8").split("\n") if array.size else []


def _hint(name: str, said: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> Hint:
    columns = tuple(map(str, said["columns"]))
    tables = {table: arrays[tree_table(name, table)] for table in TABLES} if columns else {}
    return Hint(
        forest=read_forest(tables, columns=len(columns)) if columns else None,
        columns=columns,
        level=float(said["level"]),
        base=float(said["base"]),
        start=float(said["start"]),
        text=float(said["text"]),
        weights={str(name): float(weight) for name, weight in said["weights"].items()},
    )


def tree_table(hint: str, table: str) -> str:
    """The name under which a table of a hint's forest is kept."""
    return f"{hint}_{table}"


def _calibration(said: Mapping[str, Any]) -> Calibration:
    steps = tuple((float(at), float(to)) for at, to in said.get("steps", ()))
    return Calibration(score=float(said["score"]), lead=float(said["lead"]), start=float(said["start"]), steps=steps)
