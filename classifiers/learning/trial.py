"""A fair trial: every notice is scored by a model that has seen neither its buyer nor a text nearly the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.learning.corpus import Floats, heads, lexis_of, teaching
from classifiers.learning.folds import Places, folds_by_buyer, without_lookalikes
from classifiers.learning.labelled import Labelled
from classifiers.learning.teach import taught_by
from classifiers.model import TradeModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Raw scores: one row a notice, one column an answer."""

    divisions: Floats
    sectors: Floats
    groups: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Scores of all notices, each from the model that had not seen its buyer.

    Attributes:
        fold: of each notice.
        full: scores of title and description together.
        title: scores of the title alone.
    """

    notices: tuple[Labelled, ...]
    fold: Places
    full: Scores
    title: Scores

    def kinds(self) -> tuple[tuple[str, Scores], ...]:
        """Both kinds of text by name."""
        return (("full", self.full), ("title", self.title))


def tried(notices: Sequence[Labelled], *, folds: int = 5, say: Callable[[str], None] = lambda _: None) -> Trial:
    """Teach a model for each fold and let it score the notices of the others' buyers."""
    fold = folds_by_buyer(notices, folds=folds)
    lexis = lexis_of(notices, teaching())
    full, title = _empty(len(notices)), _empty(len(notices))
    for number in range(folds):
        judge, learn = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        if not len(judge) or not len(learn):
            continue
        kept = without_lookalikes(notices, lexis, learn=learn, judge=judge)
        model = taught_by([notices[place] for place in kept.tolist()], with_hints=False).model()
        for place in judge.tolist():
            _put(full, place, model, notices[place].title, notices[place].description)
            _put(title, place, model, notices[place].title, "")
        left_out = len(learn) - len(kept)
        say(f"fold {number + 1}: learnt from {len(kept)}, left out {left_out} lookalikes, judged {len(judge)}")
    return Trial(notices=tuple(notices), fold=fold, full=full, title=title)


def _empty(rows: int) -> Scores:
    named = heads()
    return Scores(
        divisions=np.zeros((rows, len(named.divisions)), np.float32),
        sectors=np.zeros((rows, len(named.sectors)), np.float32),
        groups=np.zeros((rows, len(named.groups)), np.float32),
    )


def _put(into: Scores, place: int, model: TradeModel, title: str, description: str) -> None:
    scored = model.score(title, description)
    into.divisions[place] = scored.divisions
    into.sectors[place] = scored.sectors
    into.groups[place] = scored.groups
