"""Trains a trade model, tries it fairly, and lets it take the old one's place only if it is not worse."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.learning.calibrate import as_page, calibrated, probabilities
from classifiers.learning.corpus import heads
from classifiers.learning.figures import MEASURES, Reals, marks_of
from classifiers.learning.labelled import Corrected, Labelled
from classifiers.learning.teach import Arrays, taught_by
from classifiers.learning.trial import Trial, tried
from classifiers.model import ARRAYS, FORM, PAGE, load, save
from service.errors import NotFound, TooLittleToLearn

#: A model learns nothing worth having from fewer.
LEAST_NOTICES = 30
LEAST_BUYERS = 5
PREVIOUS, REFUSED = "previous", "refused"
_ASIDE = ".aside"
_CARD = "CARD.md"
#: The fixed split is every buyer whose name's hash falls here: the same buyers each time, whatever else is added.
_SPLIT_OF = 5
#: A model is worse when the mean of its figures on the fixed split is lower by more than this: less is chance.
_TOLERANCE = 0.005
_SPLIT_FIGURES = ("divisions/full", "divisions/title", "sectors/full", "sectors/title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a training."""

    version: str
    adopted: bool
    why: str
    #: The figures of the fixed split, of the new model and of the one it was to replace (None: there was none).
    new: Mapping[str, float]
    old: Mapping[str, float] | None
    folder: Path


def train(
    notices: Sequence[Labelled],
    out: Path,
    *,
    today: date,
    corrected: Sequence[Corrected] = (),
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Train on notices and write the model to `out`, or to `out/refused` where it is worse than the one there.

    Corrections are learnt from but never judged by: the trial asks for the buyers' own codes.

    Raises:
        TooLittleToLearn: there are too few notices or buyers.
        ReferenceDataError: `out` holds a damaged model.
    """
    buyers = {notice.buyer_key for notice in notices}
    if len(notices) < LEAST_NOTICES or len(buyers) < LEAST_BUYERS:
        raise TooLittleToLearn(
            f"{len(notices)} coded notices of {len(buyers)} buyers; it takes {LEAST_NOTICES} of {LEAST_BUYERS} buyers."
        )
    say(f"learning from {len(notices)} notices of {len(buyers)} buyers")
    trial = tried(notices, say=say)
    figures = split_figures(trial)
    taught = taught_by(notices, corrected=corrected)
    version = f"trade/{FORM}-{_digest(taught.arrays)}"
    page = taught.page(version=version, calibrations=as_page(calibrated(trial))) | {
        "trained": today.isoformat(),
        "notices": len(notices),
        "buyers": len(buyers),
        "corrections": len(corrected),
        "sources": dict(Counter(notice.source or "unnamed" for notice in notices).most_common(12)),
        "split": {"buyers_of": _SPLIT_OF, "figures": {name: round(value, 4) for name, value in figures.items()}},
        "licence": "Apache-2.0; learnt from notices under the Open Government Licence v3.0 and TED reuse",
    }
    old = _figures_there(out)
    why = _worse(figures, old)
    folder = out / REFUSED if why else out
    if not why and old is not None:
        _copied(out, out / PREVIOUS)
    save(folder, page, taught.arrays)
    (folder / _CARD).write_text(_card(page), "utf-8")
    load(folder)
    return Outcome(
        version=version,
        adopted=not why,
        why=why or ("it is the first" if old is None else "it is not worse than the one before"),
        new=figures,
        old=old,
        folder=folder,
    )


def roll_back(out: Path) -> str:
    """Put the previous model back in its place; its version. The one it replaces becomes the previous one.

    So a second time takes back the first.

    Raises:
        NotFound: there is no previous model.
        ReferenceDataError: the previous model is damaged; all stays as it was.
    """
    before, aside = out / PREVIOUS, out / _ASIDE
    if not (before / PAGE).is_file():
        raise NotFound(f"No previous model in {out.name}.")
    version = load(before).version
    _copied(out, aside)
    _copied(before, out)
    shutil.rmtree(before)
    aside.rename(before)
    return version


def split_figures(trial: Trial) -> dict[str, float]:
    """'Any' at 1 and at 3 on the fixed split, from models that had not seen its buyers."""
    rows = np.array([row for row, notice in enumerate(trial.notices) if is_in_split(notice)], np.int64)
    if not len(rows):
        return {}
    some = [trial.notices[row] for row in rows]
    answers = answers_of(trial)
    found = {}
    for name in _SPLIT_FIGURES:
        head = name.partition("/")[0]
        marks = marks_of(some, getattr(heads(), head), answers[name][rows], head=head)
        for measure in ("any_1", "any_3"):
            found[f"{name}/{measure}"] = MEASURES[measure](marks)
    return found


def answers_of(trial: Trial) -> dict[str, Reals]:
    """Probabilities of a trial by head and kind; each fold by the calibration of the others."""
    full, title = probabilities(trial)
    return {
        f"{head}/{kind}": np.asarray(getattr(scores, head), np.float64)
        for kind, scores in (("full", full), ("title", title))
        for head in ("divisions", "sectors", "groups")
    }


def is_in_split(notice: Labelled) -> bool:
    """Whether a notice's buyer belongs to the fixed evaluation split."""
    return sha256(notice.buyer_key.encode()).digest()[0] % _SPLIT_OF == 0


def _worse(new: Mapping[str, float], old: Mapping[str, float] | None) -> str:
    """Why the new model may not take the place of the old; "" where it may."""
    both = [name for name in new if old and name in old]
    if not old or not both:
        return ""
    before, after = (float(np.mean([each[name] for name in both])) for each in (old, new))
    if after >= before - _TOLERANCE:
        return ""
    return f"on the fixed split it is right in {after:.3f} of all, the model there in {before:.3f}"


def _figures_there(out: Path) -> Mapping[str, float] | None:
    if not (out / PAGE).is_file():
        return None
    try:
        page: Mapping[str, Any] = json.loads((out / PAGE).read_text("utf-8"))
    except ValueError:
        page = {}
    # A model of an older form can no longer judge, but what it measured still counts.
    if page.get("form") in (None, FORM):
        page = load(out).page
    said = page.get("split", {}).get("figures", {})
    return {str(name): float(value) for name, value in said.items()}


def _copied(from_: Path, to: Path) -> None:
    """Copy a model, the page last: a half-copied one is not taken for a whole one."""
    to.mkdir(exist_ok=True)
    for name in (_CARD, ARRAYS, PAGE):
        if (from_ / name).is_file():
            shutil.copyfile(from_ / name, to / name)


def _digest(arrays: Arrays) -> str:
    found = sha256()
    for name in sorted(arrays):
        found.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    return found.hexdigest()[:10]


def _card(page: Mapping[str, Any]) -> str:
    figures = "\n".join(f"| {name} | {value:.3f} |" for name, value in page["split"]["figures"].items())
    sources = "\n".join(f"- {name}: {count}" for name, count in page["sources"].items())
    return f"""# Trade model {page["version"]}

Trained {page["trained"]} on {page["notices"]} coded notices of {page["buyers"]} buyers
and {page["corrections"]} corrections by people. Licence: {page["licence"]}.
What it is for, whom it serves badly and how it was tried: `docs/classifier.md`.

Figures on the fixed split (a fifth of all buyers, the same each time), from models that had not seen those buyers:

| head / text / measure | figure |
|---|---|
{figures}

Notices by source (the most frequent):

{sources}

Kept beside this page: `{ARRAYS}` (arrays, no pickle) and `{PAGE}` (names, calibration, SHA-256 of the arrays).
"""
