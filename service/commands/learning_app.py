"""`bowbell train`, `correct`, `evaluate` and `bench`: better judgement, and what is measured of it and of the house."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.commands.command_line import AsJson, read_settings, to_people


def train(
    files: Annotated[list[Path] | None, typer.Argument(help="Labelled notices, JSON lines, plain or gzipped.")] = None,
    *,
    out: Annotated[Path, typer.Option(help="Where to put the model; what is there is kept as `previous`.")],
    database: Annotated[bool, typer.Option("--database", help="Also this copy's notices and corrections.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Do not train: put the previous model back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train the trade model; it replaces the one in --out only if it is not worse on the fixed split."""
    from service.commands import trade_model

    if back:
        typer.echo(f"{trade_model.roll_back(out)} is back in {out}")
        return
    if not files and not database:
        raise typer.BadParameter("name files of labelled notices, or say --database")
    from service.commands.correct import own_examples

    chosen = read_settings()
    own = asyncio.run(own_examples(chosen)) if database else ([], [])
    today = (chosen.now or datetime.now(UTC)).date()
    outcome = trade_model.train_from(files or [], out, today=today, say=to_people, own=own)
    typer.echo(trade_model.outcome_json(outcome) if as_json else trade_model.outcome_text(outcome))
    if not outcome.adopted:
        raise typer.Exit(1)


def correct(
    opportunity: Annotated[str, typer.Argument(help="Its identity, as in the address of its page.")],
    *,
    by: Annotated[str, typer.Option(help="Your e-mail address; only a salted hash of it is kept.")],
    right: Annotated[list[str] | None, typer.Option("--is", help="Key of a sector that it is of.")] = None,
    wrong: Annotated[list[str] | None, typer.Option("--is-not", help="Key of a sector that it is not of.")] = None,
) -> None:
    """Say which trade an opportunity is of, or is not: the next training learns from it."""
    from service.commands import correct as run

    kept = run.correct(read_settings(), opportunity, by=by, sectors=right or [], not_sectors=wrong or [])
    typer.echo(asyncio.run(kept))


def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="Labelled notices: judge the trade tags on them.")] = None,
    judged: Annotated[Path | None, typer.Option(help="Folder of judged lists; the checkout's where not named.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of recorded payloads; shared/data beside it.")] = None,
    *,
    folds: Annotated[int, typer.Option(help="Train again for so many folds of buyers, judge the unseen.", min=0)] = 0,
    pictures: Annotated[Path | None, typer.Option(help="Write calibration and confusion as SVG into a folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure the matcher and the facts against what a person judged; with files, the trades against buyers' codes."""
    if files:
        _evaluate_trades(files, folds=folds, pictures=pictures, as_json=as_json)
        return
    from service.commands import evaluate as run
    from service.commands import evaluate_facts as facts
    from service.commands import evaluate_report as report
    from service.commands import evaluate_support as support
    from service.registry import all_sources, the_tagger

    checkout = Path(__file__).resolve().parents[2]
    fixtures, recorded = checkout / "tests" / "fixtures", data or checkout.parent / "shared" / "data"
    lists, sources = judged or fixtures / "judged", all_sources().values()
    tagger = the_tagger(read_settings().trade_model)
    measured = run.measure(lists, recorded, sources=sources, tagger=tagger)
    read = facts.measure_facts(fixtures / "facts", recorded, sources=sources, tagger=tagger)
    helped = support.measure_support(lists, recorded, sources=sources, tagger=tagger)
    if as_json:
        every = {"facts": facts.facts_as_json(read), "support": support.support_as_json(helped)}
        typer.echo(json.dumps({**report.as_json(measured), **every}, ensure_ascii=False))
        return
    for line in (*report.as_lines(measured), *facts.facts_as_lines(read), *support.support_as_lines(helped)):
        typer.echo(line)


def _evaluate_trades(files: list[Path], *, folds: int, pictures: Path | None, as_json: bool) -> None:
    from classifiers.learning import report
    from service.commands import trade_model
    from service.registry import the_tagger

    figures = (
        trade_model.judge_by_trial(files, folds=folds, say=to_people)
        if folds
        else trade_model.judge_the_tagger(files, the_tagger(read_settings().trade_model))
    )
    for path in trade_model.write_pictures(figures, pictures) if pictures else ():
        to_people(f"wrote {path}")
    if as_json:
        typer.echo(json.dumps(report.as_json(figures), ensure_ascii=False))
        return
    for line in report.as_lines(figures):
        typer.echo(line)


def bench(
    name: Annotated[str, typer.Argument(help="What to time: ingest, match, deliver or search.")],
    *,
    notices: Annotated[int, typer.Option(min=1, help="How many notices (ingest).")] = 1000,
    interests: Annotated[int, typer.Option(min=1, help="How many interests (match).")] = 10_000,
    opportunities: Annotated[
        int, typer.Option(min=0, help="How many opportunities; 0: 100,000 to search, 200 to match.")
    ] = 0,
    messages: Annotated[int, typer.Option(min=1, help="How many messages (deliver).")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Time a part of the house on this machine, over invented notices in a database of its own."""
    from service.commands import bench as run
    from service.commands.bench.figures import Sizes

    sizes = Sizes(notices=notices, interests=interests, opportunities=opportunities, messages=messages)
    result = asyncio.run(run.bench(read_settings(), name, sizes))
    typer.echo(json.dumps(result) if as_json else run.as_text(result))
