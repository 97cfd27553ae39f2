"""Train the trade model, and judge it or a trial of it on labelled notices."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

from classifiers.hints import HINTS
from classifiers.learning.corpus import heads
from classifiers.learning.labelled import Corrected, Labelled, read
from classifiers.learning.report import Judged, judged, judged_hints
from classifiers.learning.train import Outcome, answers_of, roll_back, train
from classifiers.learning.trial import tried
from service.domain.money import Value
from service.domain.opportunity import Buyer, Details
from service.domain.tagging import Tags
from service.errors import NotFound
from service.ports import Tagger

_FLATTERS = (
    "The model is judged as it is: on notices or buyers that it was trained on these figures flatter it. "
    "With --folds 5 each buyer is judged by a model that has not seen it."
)


def train_from(
    files: Sequence[Path],
    out: Path,
    *,
    today: date,
    say: Callable[[str], None],
    own: tuple[Sequence[Labelled], Sequence[Corrected]] = ((), ()),
) -> Outcome:
    """Train on files, and on the coded notices and corrections of this copy where they are given.

    Raises:
        NotFound: a file is not there.
        UnreadableBody: a file is damaged.
        TooLittleToLearn: there are too few notices or buyers.
    """
    notices = read_all(files)
    titles = {notice.title.lower() for notice in notices}
    fresh = [notice for notice in own[0] if notice.title.lower() not in titles]
    return train([*notices, *fresh], out, today=today, corrected=own[1], say=say)


def read_all(files: Sequence[Path]) -> list[Labelled]:
    """The labelled notices of files. Raises NotFound where a file is not there, UnreadableBody where it is damaged."""
    missing = [path for path in files if not path.is_file()]
    if missing:
        raise NotFound(f"There is no file {', '.join(map(str, missing))}.")
    return read(files)


def judge_by_trial(files: Sequence[Path], *, folds: int, say: Callable[[str], None]) -> Judged:
    """Train again for each fold of buyers and judge what was not seen.

    With several files the first is judged; the others are only learnt from, never a buyer or text of the fold judged.
    """
    notices = read_all(files)
    trial = tried(notices, folds=folds, say=say)
    rows = np.arange(len(read_all(files[:1])))
    answers = {name: table[rows] for name, table in answers_of(trial).items()}
    return judged([notices[row] for row in rows], _names(), answers)


def judge_the_tagger(files: Sequence[Path], tagger: Tagger) -> Judged:
    """Judge the tagger as it is, with the codes withheld. On notices it was trained on the figures flatter it."""
    notices = read_all(files)
    answers = {
        f"{head}/{kind}": np.zeros((len(notices), len(names)), np.float64)
        for head, names in _names().items()
        for kind in ("full", "title")
    }
    chances: dict[str, list[float | None]] = {name: [] for name in HINTS}
    for row, notice in enumerate(notices):
        for kind, description in (("full", notice.description), ("title", "")):
            tags = tagger.tags(_without_codes(notice, description))
            if kind == "full":
                chances["awarded_to_sme"].append(tags.awarded_to_sme)
                chances["flag_probability"].append(tags.flag_probability)
            for head, said in _said(tags).items():
                for name, chance in said:
                    answers[f"{head}/{kind}"][row, _names()[head].index(name)] = chance
    return replace(judged(notices, _names(), answers, hints=judged_hints(notices, chances)), note=_FLATTERS)


def write_pictures(figures: Judged, folder: Path) -> list[Path]:
    """The calibration curves and the table of mistaken sectors, as SVG."""
    from classifiers.learning.pictures import pictures  # noqa: PLC0415 - only where asked for

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, svg in pictures(figures):
        path = folder / f"{name}.svg"
        path.write_text(svg, "utf-8")
        written.append(path)
    return written


def outcome_json(outcome: Outcome) -> str:
    """What became of a training, for a machine."""
    return json.dumps(
        {
            "version": outcome.version,
            "adopted": outcome.adopted,
            "why": outcome.why,
            "folder": str(outcome.folder),
            "split": {name: round(value, 4) for name, value in outcome.new.items()},
            "split_before": {name: round(value, 4) for name, value in outcome.old.items()} if outcome.old else None,
        }
    )


def outcome_text(outcome: Outcome) -> str:
    """What became of a training, for a person."""
    figures = "\n".join(f"  {name}: {value:.3f}" for name, value in outcome.new.items())
    became = "is in its place" if outcome.adopted else "is refused"
    return f"{outcome.version} {became} ({outcome.folder}): {outcome.why}\n{figures}"


def _names() -> dict[str, tuple[str, ...]]:
    named = heads()
    return {"divisions": named.divisions, "sectors": named.sectors, "groups": named.groups}


def _said(tags: Tags) -> dict[str, Sequence[tuple[str, float]]]:
    return {
        "divisions": tags.divisions,
        "groups": tags.groups,
        "sectors": tuple((tag.key, tag.probability) for tag in tags.sectors),
    }


def _without_codes(notice: Labelled, description: str) -> Details:
    return Details(
        title=notice.title,
        description=description,
        buyer=Buyer(name=notice.buyer) if notice.buyer else None,
        value=Value(net=Decimal(str(notice.value)), currency=notice.currency) if (notice.value or 0) > 0 else None,
        procedure=notice.procedure,
    )


__all__ = [
    "judge_by_trial",
    "judge_the_tagger",
    "outcome_json",
    "outcome_text",
    "read_all",
    "roll_back",
    "train_from",
    "write_pictures",
]
