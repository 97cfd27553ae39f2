"""Corrections from the command line to the next training, on the service's own database."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text
from typer.testing import CliRunner

from scrapers.replay.samples import write_samples
from service.bootstrap import open_house
from service.cli import app
from service.commands.correct import own_examples
from service.commands.gather import import_files
from service.settings import Settings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy that has taken in the samples, also for commands."""
    monkeypatch.setenv("BOWBELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BOWBELL_NOW", NOW.isoformat())
    write_samples(tmp_path / "samples", now=NOW)
    chosen = Settings()
    asyncio.run(import_files(chosen, [tmp_path / "samples"], console=Console(quiet=True)))
    return chosen


def first_opportunity(chosen: Settings) -> str:
    async def ask() -> str:
        async with open_house(chosen) as house, house.ledger.reading() as book:
            return min([identity async for identity, _, _ in book.coded()])

    return asyncio.run(ask())


def say(opportunity: str, *more: str, by: str = "keeper@sample.example") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["correct", opportunity, "--by", by, *more])
    return result.exit_code, f"{result.output}{result.exception or ''}"


def test_a_correction_is_kept_once_for_each_person_the_last_word_counting(home: Settings) -> None:
    opportunity = first_opportunity(home)
    assert say(opportunity, "--is-not", "it")[0] == 0
    assert say(opportunity, "--is", "food", "--is-not", "it")[0] == 0
    assert say(opportunity, "--is", "care", by="other@sample.example")[0] == 0
    coded, corrected = asyncio.run(own_examples(home))
    assert {(each.sectors, each.not_sectors) for each in corrected} == {(("food",), ("it",)), (("care",), ())}
    assert all(each.title for each in corrected)
    assert coded
    assert all(each.codes for each in coded)


def test_no_address_is_kept_with_a_correction(home: Settings) -> None:
    assert say(first_opportunity(home), "--is", "food")[0] == 0

    async def rows() -> str:
        async with open_house(home) as house, house.database.reading() as connection:
            return str((await connection.execute(text("SELECT * FROM correction"))).all())

    assert "sample.example" not in asyncio.run(rows())


def test_who_is_forgotten_leaves_no_corrections_and_others_keep_theirs(home: Settings) -> None:
    opportunity = first_opportunity(home)
    assert say(opportunity, "--is", "food", by="Goes@sample.example")[0] == 0
    assert say(opportunity, "--is", "care", by="stays@sample.example")[0] == 0

    async def forget() -> None:
        async with open_house(home) as house, house.ledger.writing() as book:
            await book.forget_person(await book.person_for("goes@sample.example", at=NOW))

    asyncio.run(forget())
    _, corrected = asyncio.run(own_examples(home))
    assert [each.sectors for each in corrected] == [("care",)]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--is", "plumbing"], "no sector 'plumbing'"),
        (["--is", "food", "--is-not", "food"], "right and wrong"),
        ([], "which sector"),
    ],
)
def test_a_correction_that_says_nothing_sensible_is_refused(home: Settings, more: list[str], sentence: str) -> None:
    code, said = say(first_opportunity(home), *more)
    assert code == 1
    assert sentence in said


def test_an_opportunity_that_is_not_there_is_named(home: Settings) -> None:
    code, said = say("nowhere", "--is", "food")
    assert code == 1
    assert "nowhere" in said


def test_training_from_a_database_with_too_little_says_how_much_it_takes(home: Settings, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["train", "--database", "--out", str(tmp_path / "model"), "--json"])
    if result.exit_code == 0:
        assert json.loads(result.stdout)["adopted"]
    else:
        assert "it takes 30 of 5 buyers" in f"{result.exception}"
