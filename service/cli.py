"""The commands. Nothing heavy is imported before a command runs, so that `bowbell --help` answers at once."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from service.commands import helpline_app, key_app, opportunity, organisation_app, support_app, take_down_app
from service.commands.source_app import add_commands

if TYPE_CHECKING:
    from rich.console import Console

    from service.settings import Settings

app = typer.Typer(
    name="bowbell",
    help="Tells small London firms of the public work they can win, and of the free help to win it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
admin = typer.Typer(help="Who looks after this copy.", no_args_is_help=True)
app.add_typer(admin, name="admin")
_Result = TypeVar("_Result")
AsJson = Annotated[bool, typer.Option("--json", help="Machine output on stdout, people's output on stderr.")]


def main() -> None:
    """Run a command: exit 0 done, 1 failed with a sentence, 2 wrong use."""
    from service.errors import BowbellError

    try:
        app()
    except BowbellError as trouble:
        typer.echo(str(trouble), err=True)
        sys.exit(1)
    except (OSError, UnicodeDecodeError) as trouble:
        typer.echo(f"That did not work: {trouble}.", err=True)
        sys.exit(1)


def _logger_on_stderr(*_: object) -> object:
    """A logger on the stderr of this moment: the one of start-up may be closed by the time something is said."""
    import structlog

    return structlog.PrintLogger(sys.stderr)


def _settings() -> Settings:
    import structlog
    from pydantic import ValidationError

    from service.errors import WrongSettings
    from service.settings import Settings

    try:
        settings = Settings()
    except ValidationError as trouble:
        said = "; ".join(
            f"BOWBELL_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in trouble.errors()
        )
        raise WrongSettings(said) from None
    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.INFO)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_logger_on_stderr,
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr)
    return settings


app.add_typer(opportunity.commands(_settings), name="opportunity")
app.add_typer(support_app.commands(_settings), name="support")
admin.add_typer(key_app.commands(_settings), name="key")
admin.command("take-down")(take_down_app.command(_settings))
admin.add_typer(organisation_app.commands(_settings), name="organisation")
admin.add_typer(helpline_app.commands(_settings), name="helpline")


def _console(*, to_stderr: bool) -> Console:
    from rich.console import Console

    return Console(stderr=to_stderr)


def _run(work: Coroutine[object, object, _Result]) -> _Result:
    return asyncio.run(work)


def _moment(said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter(f"{said!r} is no ISO 8601 moment, like 2026-08-10T00:00:00+01:00") from None
    from zoneinfo import ZoneInfo

    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo("Europe/London"))


@app.command()
def serve(
    *, demo: Annotated[bool, typer.Option("--demo", help="No network: sample notices and three sample firms.")] = False
) -> None:
    """Web and all workers in one process."""
    from service.commands.serve import serve as run

    _run(run(_settings(), demo=demo, say=typer.echo))


@app.command()
def worker(only: Annotated[str, typer.Option(help="Comma list of collect, tag, match, send.")] = "") -> None:
    """One worker of a fleet."""
    from service.commands.work import chosen_steps, run_worker

    _run(run_worker(_settings(), chosen_steps(only)))


@app.command()
def collect(
    keys: Annotated[list[str] | None, typer.Argument(help="Sources to poll; all where none is named.")] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="Poll once and stop (always so by hand).")] = False,
    since: Annotated[str | None, typer.Option(help="Poll from this moment (ISO 8601; London where no offset).")] = None,
    until: Annotated[str | None, typer.Option(help="Poll up to this moment.")] = None,
    as_json: AsJson = False,
) -> None:
    """Poll now and print what was fetched, new, revised and set aside."""
    from service.commands import gather

    del once  # polling by hand always ends
    console = _console(to_stderr=as_json)
    report, troubles = _run(
        gather.collect(_settings(), keys or [], since=_moment(since), until=_moment(until), console=console)
    )
    _say(report, as_json=as_json, console=console)
    for trouble in troubles:
        typer.echo(trouble, err=True)
    if troubles:
        raise typer.Exit(1)


@app.command("import")
def import_(paths: list[Path], *, as_json: AsJson = False) -> None:
    """Take in files by content: OCDS packages and releases, Contracts Finder CSV."""
    from service.commands import gather

    console = _console(to_stderr=as_json)
    report = _run(gather.import_files(_settings(), paths, console=console))
    _say(report, as_json=as_json, console=console)


def _say(report: object, *, as_json: bool, console: Console) -> None:
    from service.commands import gather
    from service.usecases.collect import Report

    if not isinstance(report, Report):
        raise TypeError(type(report))
    if as_json:
        typer.echo(json.dumps(gather.as_json(report), ensure_ascii=False))
        return
    console.print(gather.as_table(report))
    for row in report.set_aside:
        console.print(f"set aside {row.source} {row.source_id}: {row.reason}", markup=False)


@app.command()
def classify(*, as_json: AsJson = False) -> None:
    """Judge trade and size of notices given as lines of JSON on standard input."""
    from service.commands import lines
    from service.registry import the_tagger

    del as_json  # one line of JSON for each line is the only form
    for answer in lines.classify(sys.stdin, the_tagger(_settings().trade_model)):
        typer.echo(lines.written(answer))


@app.command()
def match(firm: Annotated[Path, typer.Option(help="An interest file (JSON).")], *, as_json: AsJson = False) -> None:
    """Match notices given as lines of JSON on standard input with an interest file."""
    from service.commands import lines
    from service.domain.interest_file import firm_from
    from service.errors import BadInterest
    from service.registry import the_tagger

    del as_json  # one line of JSON for each line is the only form
    try:
        said = json.loads(firm.read_text(encoding="utf-8"))
    except ValueError as trouble:
        raise BadInterest(f"{firm} is not JSON: {trouble}.") from None
    chosen = _settings()
    now = chosen.now or datetime.now(UTC)
    for answer in lines.matched(sys.stdin, firm_from(said), the_tagger(chosen.trade_model), now=now):
        typer.echo(lines.written(answer))


@app.command()
def send(*, once: Annotated[bool, typer.Option("--once", help="Deliver what is due and stop.")] = False) -> None:
    """Deliver what is due."""
    from service.commands.inspect import send_due

    del once  # sending by hand always ends
    typer.echo(f"{_run(send_due(_settings()))} messages taken in hand")


@app.command()
def sources(*, as_json: AsJson = False) -> None:
    """Say how every source fares."""
    from service.commands.inspect import source_rows

    rows = _run(source_rows(_settings()))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    from rich.table import Table

    table = Table("source", "health", "last poll", "last new", "reason")
    shut = [str(row["key"]) for row in rows if row["health"] == "disabled"]
    for row in rows:
        if row["key"] not in shut:
            table.add_row(*(str(row[name] or "") for name in ("key", "health", "last_poll", "last_new", "reason")))
    _console(to_stderr=False).print(table)
    if shut:
        typer.echo(f"Switched off: {', '.join(shut)}. Why, for each: bowbell sources --json")


mail_app = typer.Typer(help="What we write, to be looked at.", no_args_is_help=True)
app.add_typer(mail_app, name="mail")


@mail_app.command("render")
def mail_render(*, out: Annotated[Path, typer.Option(help="Folder for the files; made where absent.")]) -> None:
    """Write every kind of letter to files, with sample data: HTML, text and the whole mail."""
    from service.commands.mail import render

    for line in render(out):
        typer.echo(line)


source_app = typer.Typer(help="Add, check, permit and forbid single sources.", no_args_is_help=True)
app.add_typer(source_app, name="source")
add_commands(source_app, settings=_settings, run=_run)


@source_app.command("permit")
def source_permit(
    key: str,
    *,
    basis: Annotated[str, typer.Option(help="On what basis it may be read, in words; shown in public.")],
    robots_read: Annotated[str, typer.Option(help="The day its robots.txt was read, like 2026-11-24.")],
    terms_read: Annotated[str, typer.Option(help="The day its terms were read.")],
    by: Annotated[str, typer.Option(help="The role of who decided, never a name; shown in public.")],
) -> None:
    """Record that robots.txt and terms of a source were read, so that it may be polled."""
    from service.commands.permission import permit

    typer.echo(_run(permit(_settings(), key, basis=basis, robots_read=robots_read, terms_read=terms_read, by=by)))


@source_app.command("forbid")
def source_forbid(key: str, *, why: Annotated[str, typer.Option(help="Why, in words.")]) -> None:
    """Take the permit of a source back: it is asked no more."""
    from service.commands.permission import forbid

    typer.echo(_run(forbid(_settings(), key, why=why)))


@app.command()
def doctor() -> None:
    """Look for trouble, and say for each what to do."""
    from service.commands.inspect import troubles

    found = _run(troubles(_settings()))
    for line in found:
        typer.echo(line)
    typer.echo("Nothing is wrong." if not found else f"{len(found)} things to look at.")
    if found:
        raise typer.Exit(1)


@admin.command("add")
def admin_add(email: Annotated[str, typer.Argument(help="The address of the administrator.")]) -> None:
    """Make the owner of an address an administrator of this copy, who then signs in by an e-mailed link."""
    from service.commands.people import add_administrator

    typer.echo(_run(add_administrator(_settings(), email)))


@admin.command("list")
def admin_list() -> None:
    """Say who the administrators of this copy are."""
    from service.commands.people import administrators

    for line in _run(administrators(_settings())):
        typer.echo(line)


@app.command()
def settings() -> None:
    """Print every setting with its value and description; secrets are not shown."""
    from service.commands.inspect import setting_lines

    for line in setting_lines(_settings()):
        typer.echo(line)


@app.command()
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

    checkout = Path(__file__).resolve().parents[1]
    measured = run.measure(
        judged or checkout / "tests" / "fixtures" / "judged",
        data or checkout.parent / "shared" / "data",
        sources=all_sources().values(),
        tagger=the_tagger(_settings().trade_model),
    )
    read = facts.measure_facts(
        checkout / "tests" / "fixtures" / "facts",
        data or checkout.parent / "shared" / "data",
        sources=all_sources().values(),
        tagger=the_tagger(_settings().trade_model),
    )
    helped = support.measure_support(
        judged or checkout / "tests" / "fixtures" / "judged",
        data or checkout.parent / "shared" / "data",
        sources=all_sources().values(),
        tagger=the_tagger(_settings().trade_model),
    )
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
        trade_model.judge_by_trial(files, folds=folds, say=_to_people)
        if folds
        else trade_model.judge_the_tagger(files, the_tagger(_settings().trade_model))
    )
    for path in trade_model.write_pictures(figures, pictures) if pictures else ():
        _to_people(f"wrote {path}")
    if as_json:
        typer.echo(json.dumps(report.as_json(figures), ensure_ascii=False))
        return
    for line in report.as_lines(figures):
        typer.echo(line)


def _to_people(said: str) -> None:
    typer.echo(said, err=True)


@app.command()
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

    chosen = _settings()
    own = _run(own_examples(chosen)) if database else ([], [])
    today = (chosen.now or datetime.now(UTC)).date()
    outcome = trade_model.train_from(files or [], out, today=today, say=_to_people, own=own)
    typer.echo(trade_model.outcome_json(outcome) if as_json else trade_model.outcome_text(outcome))
    if not outcome.adopted:
        raise typer.Exit(1)


@app.command()
def correct(
    opportunity: Annotated[str, typer.Argument(help="Its identity, as in the address of its page.")],
    *,
    by: Annotated[str, typer.Option(help="Your e-mail address; only a salted hash of it is kept.")],
    right: Annotated[list[str] | None, typer.Option("--is", help="Key of a sector that it is of.")] = None,
    wrong: Annotated[list[str] | None, typer.Option("--is-not", help="Key of a sector that it is not of.")] = None,
) -> None:
    """Say which trade an opportunity is of, or is not: the next training learns from it."""
    from service.commands import correct as run

    typer.echo(_run(run.correct(_settings(), opportunity, by=by, sectors=right or [], not_sectors=wrong or [])))


@app.command()
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
    result = _run(run.bench(_settings(), name, sizes))
    typer.echo(json.dumps(result) if as_json else run.as_text(result))


@app.command()
def replay(
    directory: Path,
    port: Annotated[int, typer.Option(help="Port on loopback; 0 takes any.")] = 8099,
    rate: Annotated[str, typer.Option(help='Requests and seconds, like "12/120", or "off".')] = "off",
    script: Annotated[str, typer.Option(help='What goes wrong, like "find_a_tender@3=429:2".')] = "",
) -> None:
    """Serve recorded pages as the national services do."""
    from scrapers.replay.interruptions import RateLimit, Script
    from scrapers.replay.server import serve as run

    _run(
        run(
            directory,
            port,
            rate=RateLimit.parse(rate),
            script=Script.parse(script) if script else None,
            ready=lambda address: typer.echo(f"Replaying {directory} at {address}"),
        )
    )


if __name__ == "__main__":
    main()
