"""Every programme the evidence speaks of has its file, and no file says more than its evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.domain.programme import Programme, shipped_programmes

#: The name under which the catalogue holds a row, where its own has changed since.
RENAMED = {
    "Become a supplier on a CCS (now GCA) framework": (
        "Become a supplier on a government framework (Government Commercial Agency)"
    ),
}

Row = dict[str, str | None]


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[Row]:
    text = (shared_data / "support" / "programmes_evidence.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def by_name() -> dict[str, Programme]:
    return {programme.name: programme for programme in shipped_programmes()}


def held(row: Row) -> str:
    name = str(row["name"])
    return RENAMED.get(name, name)


def test_every_row_has_its_file_and_every_file_its_row(rows: list[Row], by_name: dict[str, Programme]) -> None:
    assert len(rows) == 131
    assert {held(row) for row in rows} == set(by_name)


def test_nothing_is_current_that_the_evidence_does_not_call_current(
    rows: list[Row], by_name: dict[str, Programme]
) -> None:
    called = {held(row): row["status"] for row in rows}
    assert {name for name, each in by_name.items() if each.state == "current" and called[name] != "current"} == set()


def test_what_has_ended_stays_listed_as_ended(rows: list[Row], by_name: dict[str, Programme]) -> None:
    ended = {held(row) for row in rows if row["status"] == "ended"}
    assert len(ended) == 19
    assert {name for name in ended if by_name[name].state != "ended"} == set()


def test_free_is_said_only_where_the_evidence_says_it(rows: list[Row], by_name: dict[str, Programme]) -> None:
    said = {held(row): row["cost"] for row in rows}
    assert {name for name, each in by_name.items() if each.cost.free is True and said[name] != "free"} == set()
