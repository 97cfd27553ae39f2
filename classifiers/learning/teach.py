"""Makes a trade model from labelled notices: learns the weights, drops what weighs little, makes the numbers small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from classifiers.features import PAIR_SHARE, PIECE_SHARE, joined
from classifiers.hints import HINTS
from classifiers.learning.corpus import (
    Floats,
    Lexis,
    Teaching,
    corrected_targets,
    heads,
    lexis_of,
    sides_of,
    targets,
    taught_targets,
    teaching,
)
from classifiers.learning.figures import Figure
from classifiers.learning.fit import Fit, fit_all, rare_counts_more
from classifiers.learning.hints import Learnt, learnt
from classifiers.learning.labelled import Corrected, Labelled
from classifiers.model import FORM, TradeModel, built, tree_table

#: How much a text of the lexicon and a label of the codes count beside an ordinary notice; tried by buyer.
_LEXICON_WEIGHT = 1.0
_LABEL_WEIGHT = 0.3
#: A correction is somebody's look at this very notice.
_CORRECTION_WEIGHT = 3.0
#: How many pairs and pieces are kept: those that weigh most. Twice as many gained nothing in trials.
_PAIRS_KEPT = 9_000
_PIECES_KEPT = 11_000
#: For how many words of each group the weight is kept.
_WORDS_A_GROUP = 150
#: Weights are kept as whole numbers up to this, each row with a scale of its own.
_FINEST = 31
_GROUP_FINEST = 127

Arrays = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A model as it will be on disk, without calibration."""

    arrays: Arrays
    unknown_rarity: float
    hints: Mapping[str, Learnt]

    def page(self, *, version: str, calibrations: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """What the page of the model must say for it to be read."""
        named = heads()
        return {
            "form": FORM,
            "version": version,
            "unknown_rarity": self.unknown_rarity,
            "heads": {"divisions": named.divisions, "sectors": named.sectors, "groups": named.groups},
            "calibrations": calibrations,
            "hints": {
                name: {
                    "base": round(each.hint.base, 4),
                    "start": round(each.hint.start, 4),
                    "text": round(each.hint.text, 4),
                    "weights": {key: round(weight, 4) for key, weight in each.hint.weights.items()},
                    "columns": each.hint.columns,
                    "level": round(each.hint.level, 4),
                    "notices": each.notices,
                    "figures": {key: vars_of(figure) for key, figure in each.figures.items()},
                }
                for name, each in self.hints.items()
            },
        }

    def model(self) -> TradeModel:
        """The model as it would be read again, to be tried before it is kept."""
        return built(self.page(version="on trial", calibrations={}), self.arrays)


def taught_by(notices: Sequence[Labelled], *, corrected: Sequence[Corrected] = (), with_hints: bool = True) -> Taught:
    """Learn from notices, the labels of the codes and the lexicon. The same notices always give the same model.

    The hints about awards to small firms take time of their own and are no part of a trial of trades.
    """
    texts = teaching()
    lexis = lexis_of(notices, texts)
    sides = sides_of(notices, lexis) + [joined(each.text, "", lexis.vocabulary) for each in texts]
    sides += [joined(each.title, each.description, lexis.vocabulary) for each in corrected]
    wanted = np.vstack([targets(notices), taught_targets(texts), corrected_targets(corrected)])
    table = lexis.table(sides)
    weight = np.concatenate([_weights(notices, texts), np.full(len(corrected), _CORRECTION_WEIGHT, np.float32)])
    divisions, sectors = len(heads().divisions), len(heads().sectors)
    found = fit_all(table, wanted, weight, heads=[slice(divisions), slice(divisions, divisions + sectors)])
    return _small(found, lexis, learnt(notices, table[: len(notices)], lexis) if with_hints else {})


def main_divisions(notices: Sequence[Labelled]) -> Floats:
    """One row a notice, one column a division: 1 for the main one."""
    order = {division: place for place, division in enumerate(heads().divisions)}
    main = np.zeros((len(notices), len(order)), np.float32)
    main[np.arange(len(notices)), [order[notice.divisions[0]] for notice in notices]] = 1
    return main


def _weights(notices: Sequence[Labelled], texts: Sequence[Teaching]) -> Floats:
    own = np.array([notice.weight for notice in notices], np.float32)
    others = [_LEXICON_WEIGHT if each.is_lexicon else _LABEL_WEIGHT for each in texts]
    return np.concatenate([rare_counts_more(main_divisions(notices), own), np.array(others, np.float32)])


def _small(found: Fit, lexis: Lexis, hints: Mapping[str, Learnt]) -> Taught:
    """Keep the words, the weightiest pairs and pieces, and round."""
    named, vocabulary = heads(), lexis.vocabulary
    words, pairs = len(vocabulary.words), len(vocabulary.pairs)
    of_words, of_pairs, of_pieces = np.split(found.weights, [words, words + pairs])
    of_words = of_words + np.float32(PIECE_SHARE) * np.asarray(lexis.cut @ of_pieces, np.float32)
    wide = len(named.divisions) + len(named.sectors)
    pair_places = _heaviest(PAIR_SHARE * of_pairs[:, :wide], np.array(vocabulary.pair_rarity), _PAIRS_KEPT)
    using = np.asarray(lexis.cut.astype(bool).sum(axis=0)).ravel()
    piece_places = _heaviest(of_pieces[:, :wide], np.sqrt(using), _PIECES_KEPT)
    rows = np.vstack([of_words[:, :wide], of_pairs[pair_places, :wide], of_pieces[piece_places, :wide]])
    scale = np.maximum(np.abs(rows).max(axis=1) / _FINEST, 1e-8).astype(np.float16)
    scale[scale == 0] = np.float16(1e-4)
    pair_names, piece_names = list(vocabulary.pairs), list(lexis.pieces)
    arrays: Arrays = {
        "words": _bytes(list(vocabulary.words)),
        "pairs": _bytes([pair_names[place] for place in pair_places]),
        "pieces": _bytes([piece_names[place] for place in piece_places]),
        "rarity": np.array(vocabulary.rarity, np.float16),
        "pair_rarity": np.array(vocabulary.pair_rarity, np.float16)[pair_places],
        "rows": np.clip(np.rint(rows / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8),
        "row_scale": scale,
        "start": found.start.astype(np.float32),
        **_hint_arrays(hints, words, pair_places),
        **_group_arrays(of_words[:, wide:], np.array(vocabulary.rarity, np.float32)),
    }
    return Taught(arrays=arrays, unknown_rarity=round(vocabulary.unknown, 4), hints=hints)


def _hint_arrays(hints: Mapping[str, Learnt], words: int, pairs: np.ndarray[Any, np.dtype[np.int64]]) -> Arrays:
    """One row a word or pair, one column a hint, with a scale a column; a hint not learnt is nought. And the trees."""
    table = np.zeros((words + len(pairs), len(HINTS)), np.float32)
    for column, name in enumerate(HINTS):
        if name in hints:
            weights = hints[name].words
            table[:, column] = np.concatenate([weights[:words], PAIR_SHARE * weights[words:][pairs]])
    scale = np.maximum(np.abs(table).max(axis=0, initial=0) / _GROUP_FINEST, 1e-8).astype(np.float32)
    trees = {tree_table(name, each): rows for name in hints for each, rows in hints[name].trees.items()}
    return {"hint_rows": np.rint(table / scale).astype(np.int8), "hint_scale": scale, **trees}


def vars_of(figure: Figure) -> dict[str, float]:
    """A figure for the page."""
    return {"value": round(figure.value, 4), "low": round(figure.low, 4), "high": round(figure.high, 4)}


def _heaviest(weights: Floats, factor: np.ndarray[Any, Any], keep: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The places of the rows that weigh most, in the order of their names."""
    weight = np.linalg.norm(weights, axis=1) * factor
    return np.sort(np.argsort(-weight, kind="stable")[:keep])


def _group_arrays(weights: Floats, rarity: Floats) -> Arrays:
    """For each group only the words that speak loudest for or against it, listed by word."""
    loud = np.abs(weights) * rarity[:, None]
    keep = min(_WORDS_A_GROUP, len(weights))
    kept = np.zeros(weights.shape, bool)
    np.put_along_axis(kept, np.argsort(-loud, axis=0, kind="stable")[:keep], True, axis=0)  # noqa: FBT003 - a value
    sparse_weights = sparse.csr_matrix(np.where(kept, weights, 0))
    largest = float(np.abs(sparse_weights.data).max(initial=1e-8))
    return {
        "group_counts": np.diff(sparse_weights.indptr).astype(np.uint16),
        "group_columns": sparse_weights.indices.astype(np.uint16),
        "group_values": np.rint(sparse_weights.data / largest * _GROUP_FINEST).astype(np.int8),
        "group_scale": np.float32(largest / _GROUP_FINEST).reshape(()),
    }


def _bytes(names: Sequence[str]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer("\n".join(names).encode("utf-8"), np.uint8)
