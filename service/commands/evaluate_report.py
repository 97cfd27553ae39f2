"""The figures of `bowbell evaluate`, for people and machines. What was not measured is null or a dash, never 1."""

from __future__ import annotations

from collections.abc import Iterator

from service.commands.evaluate import Evaluation, Measured, Score


def as_json(measured: Measured) -> dict[str, object]:
    """The figures as JSON: what is not measured is null."""
    return {
        "samples": _evaluation_json(measured.samples),
        "real": _evaluation_json(measured.real) if measured.real else None,
        "complete": {
            "releases": measured.complete.releases,
            "every": _score_json(measured.complete.every),
            "by_firm": {name: _score_json(score) for name, score in measured.complete.by_firm.items()},
        }
        if measured.complete
        else None,
        "notes": list(measured.notes),
    }


def as_lines(measured: Measured) -> Iterator[str]:
    """The figures for a person."""
    yield from measured.notes
    for title, evaluation in (
        ("Judged pairs, real notices", measured.real),
        ("Judged pairs, samples", measured.samples),
    ):
        if evaluation is None:
            continue
        yield f"{title}: {_said(evaluation.every)}"
        yield f"  without doubtful pairs: {_said(evaluation.without_doubtful)}"
        yield from (f"  firm {name}: {_said(score)}" for name, score in evaluation.by_firm.items())
        yield from (f"  trap {name or 'none'}: {_said(score)}" for name, score in evaluation.by_trap.items())
        for pair in evaluation.differing:
            yield f"  {'missed' if pair.should_alert else 'false'}: {pair.notice}, {pair.firm}. {pair.why}"
    if measured.complete:
        yield f"Complete lists over {measured.complete.releases} releases: {_said(measured.complete.every)}"
        yield from (f"  firm {name}: {_said(score)}" for name, score in measured.complete.by_firm.items())


def _said(score: Score) -> str:
    told, due = score.right + score.false, score.right + score.missed
    return (
        f"precision {f'{score.precision:.2f}' if told else '-'} ({score.right}/{told}), "
        f"recall {f'{score.recall:.2f}' if due else '-'} ({score.right}/{due})"
    )


def _score_json(score: Score) -> dict[str, object]:
    told, due = score.right + score.false, score.right + score.missed
    return {
        "precision": round(score.precision, 4) if told else None,
        "recall": round(score.recall, 4) if due else None,
        "right": score.right,
        "false": score.false,
        "missed": score.missed,
    }


def _evaluation_json(evaluation: Evaluation) -> dict[str, object]:
    return {
        "every": _score_json(evaluation.every),
        "without_doubtful": _score_json(evaluation.without_doubtful),
        "by_firm": {name: _score_json(score) for name, score in evaluation.by_firm.items()},
        "by_trap": {name or "none": _score_json(score) for name, score in evaluation.by_trap.items()},
        "differing": [
            {"notice": pair.notice, "firm": pair.firm, "should_alert": pair.should_alert, "why": pair.why}
            for pair in evaluation.differing
        ],
    }
