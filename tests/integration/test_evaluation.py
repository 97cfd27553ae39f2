"""`bowbell evaluate` and `bowbell bench`: figures that count what they say they count."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.bootstrap import open_house
from service.cli import app
from service.commands.bench import bench
from service.commands.bench.figures import Sizes
from service.commands.bench.ingest import differences_held
from service.commands.evaluate import Measured, measure
from service.commands.evaluate_report import as_json, as_lines
from service.errors import AskedWrongly, NotFound
from service.registry import all_sources, the_tagger
from service.settings import Settings

JUDGED = Path(__file__).resolve().parents[1] / "fixtures" / "judged"


def measured(judged: Path = JUDGED, data: Path | None = None) -> Measured:
    return measure(judged, data, sources=all_sources().values(), tagger=the_tagger())


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Measured:
    return measured(data=shared_data)


def test_without_the_recorded_payloads_only_the_samples_are_measured_and_it_says_so(tmp_path: Path) -> None:
    found = measured(data=tmp_path)
    assert found.real is None
    assert found.complete is None
    assert "only the samples" in next(as_lines(found))
    assert as_json(found)["real"] is None
    assert found.samples.every.right + found.samples.every.missed == 33
    assert found.samples.every.precision >= 0.9
    assert found.samples.every.recall >= 0.9


def test_a_turned_judgement_shows_as_a_difference(tmp_path: Path) -> None:
    before = measured().samples
    shutil.copytree(JUDGED, tmp_path / "judged")
    pairs = tmp_path / "judged" / "pairs_sample.jsonl"
    rows = [json.loads(line) for line in pairs.read_text("utf-8").splitlines()]
    known = {(pair.notice, pair.firm) for pair in before.differing}
    turned = next(row for row in rows if row["should_alert"] and (row["notice"], row["firm"]) not in known)
    turned["should_alert"] = False
    pairs.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    after = measured(tmp_path / "judged").samples
    assert after.every.right == before.every.right - 1
    assert after.every.false == before.every.false + 1
    assert (turned["notice"], turned["firm"]) in {(pair.notice, pair.firm) for pair in after.differing}


def test_figures_by_firm_and_by_trap_add_up() -> None:
    found = measured().samples
    for parts in (found.by_firm.values(), found.by_trap.values()):
        assert sum(part.right for part in parts) == found.every.right
        assert sum(part.false for part in parts) == found.every.false
        assert sum(part.missed for part in parts) == found.every.missed


def test_a_folder_without_lists_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="--judged"):
        measured(tmp_path)


def test_the_command_prints_one_json_object(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate", "--json", "--data", str(tmp_path)])
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert set(said) == {"samples", "real", "complete", "notes", "facts", "support"}
    assert said["facts"] is None
    silent = next(score for score in said["samples"]["by_trap"].values() if not score["right"] + score["false"])
    assert silent["precision"] is None


def test_the_real_notices_are_measured_by_pair_and_by_complete_list(real: Measured) -> None:
    assert real.real is not None
    assert real.complete is not None
    assert real.real.every.right + real.real.every.missed == 45
    assert real.complete.releases == 1107
    assert real.complete.every.right + real.complete.every.missed == 45
    assert real.real.every.recall >= 0.95
    assert real.real.without_doubtful.precision >= 0.8
    assert sum(score.false for score in real.complete.by_firm.values()) == real.complete.every.false


def test_the_bench_takes_in_every_notice_it_was_asked_for() -> None:
    result = CliRunner().invoke(app, ["bench", "ingest", "--notices", "130", "--json"])
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert set(said) == {"bench", "sizes", "engines", "ratios", "differences", "machine"}
    assert said["sizes"]["notices"] == 130
    assert said["differences"] == 0
    engine = said["engines"]["bowbell"]
    assert engine["per_second"] == pytest.approx(1000 / engine["mean_ms"], rel=0.01)
    parts = sum(engine[f"{step}_mean_ms"] for step in ("import", "record", "tag"))
    assert parts == pytest.approx(engine["mean_ms"], rel=0.01)
    assert said["machine"]["peak_rss_mb"] > 10


def test_the_bench_notices_an_opportunity_that_is_missing(tmp_path: Path) -> None:
    async def compare() -> tuple[int, int]:
        apart = Settings().model_copy(update={"home": tmp_path, "database_url": "", "smtp_url": "", "sources": ()})
        async with open_house(apart) as house:
            return await differences_held(house, 3), await differences_held(house, 0)

    assert asyncio.run(compare()) == (3, 0)


def test_an_unknown_bench_is_refused_with_those_there_are() -> None:
    with pytest.raises(AskedWrongly, match="ingest"):
        asyncio.run(bench(Settings(), "nothing", Sizes(notices=1)))
