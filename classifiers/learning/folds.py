"""Cuts labelled notices into parts for a fair trial: no buyer on both sides, and no text that is nearly the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from scipy import sparse

from classifiers.features import joined
from classifiers.learning.corpus import Lexis
from classifiers.learning.labelled import Labelled

#: Texts whose words agree this far are taken to be the same notice again.
NEARLY_THE_SAME = 0.8
#: A buyer of more notices than this share of all does not fill a fold alone.
_HEAVIEST = 0.7

Places = np.ndarray[tuple[int], np.dtype[np.int64]]


def folds_by_buyer(notices: Sequence[Labelled], *, folds: int = 5) -> Places:
    """For each notice its fold: all notices of a buyer share one, and folds are about equally full.

    The same notices always fall the same way, in whatever order they come.
    """
    sizes = Counter(notice.buyer_key for notice in notices)
    ranked = sorted(sizes, key=lambda key: (-sizes[key], sha256(key.encode()).digest()))
    ceiling = _HEAVIEST * len(notices) / folds
    filled, fold_of = [0.0] * folds, {}
    for key in ranked:
        emptiest = min(range(folds), key=filled.__getitem__)
        fold_of[key] = emptiest
        filled[emptiest] += min(sizes[key], ceiling)
    return np.array([fold_of[notice.buyer_key] for notice in notices], dtype=np.int64)


def without_lookalikes(notices: Sequence[Labelled], lexis: Lexis, *, learn: Places, judge: Places) -> Places:
    """Of the notices to learn from those that are not nearly the same as one to judge, in title or in whole."""
    titles = {notices[place].title.lower() for place in judge.tolist()}
    kept = np.array([place for place in learn.tolist() if notices[place].title.lower() not in titles], dtype=np.int64)
    words = sparse.csr_matrix(
        lexis.words_of([joined(each.title, each.description, lexis.vocabulary) for each in notices])
    )
    length = np.sqrt(np.asarray(words.multiply(words).sum(axis=1)).ravel())
    words = sparse.diags_array(1 / np.maximum(length, 1e-9)) @ words
    likest = (
        (words[kept] @ words[judge].T).max(axis=1).toarray().ravel()
        if len(kept) and len(judge)
        else np.zeros(len(kept))
    )
    return kept[likest < NEARLY_THE_SAME]
