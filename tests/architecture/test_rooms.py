"""The house as docs/architecture.md draws it and README.md describes it, held against the tree and its imports."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from service.domain import union
from service.registry import all_sources
from service.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
#: What only a command that needs it may load.
HEAVY = ("sqlalchemy", "aiohttp", "sklearn", "numpy", "telegram", "lxml", "jinja2", "pydantic", "structlog")
#: Each room and where what is named in the table of subjects stands in it.
SUBJECT_ROOMS = ("domain", "usecases", "store", "web", "wiring")


def rooms_named() -> set[str]:
    """The first column of the table of rooms."""
    table = PAGE.partition("| Room of")[2].partition("## Subjects")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def rooms_there() -> set[str]:
    """The folders and files of the core."""
    found = (each for each in (CHECKOUT / "service").iterdir() if not each.name.startswith("__"))
    return {f"{each.name}/" if each.is_dir() else each.name for each in found}


def subjects_named() -> list[tuple[str, str]]:
    """Room and name of every file or folder in the table of subjects."""
    table = PAGE.partition("## Subjects")[2].partition("A posting is no way")[0]
    cells = [line.split("|")[2:7] for line in table.splitlines() if line.startswith("|")][2:]
    return [
        (room, name)
        for row in cells
        for room, cell in zip(SUBJECT_ROOMS, row, strict=True)
        for name in re.findall(r"`([^`]+)`", cell)
    ]


def test_the_table_of_rooms_names_every_room_and_no_other() -> None:
    assert rooms_named() == rooms_there()


@pytest.mark.parametrize(("room", "name"), subjects_named())
def test_what_the_table_of_subjects_names_is_there(room: str, name: str) -> None:
    folder = CHECKOUT / "service" / room
    places = (folder, folder / "pages") if room == "web" else (folder,)
    patterns = (name.rstrip("/"), f"{name}.py")
    assert any(next(place.glob(pattern), None) for place in places for pattern in patterns)


def test_no_two_files_of_the_core_lean_on_each_other() -> None:
    graph = grimp.build_graph("service", include_external_packages=False, cache_dir=None)
    circles = {
        tuple(sorted((one, other)))
        for one in graph.modules
        for other in graph.find_modules_directly_imported_by(one)
        if graph.direct_import_exists(importer=other, imported=one)
    }
    assert circles == set()


def test_only_bootstrap_asks_the_wiring() -> None:
    graph = grimp.build_graph("service", include_external_packages=False, cache_dir=None)
    asking = {
        importer
        for module in graph.find_descendants("service.wiring")
        for importer in graph.find_modules_that_directly_import(module)
        if not importer.startswith("service.wiring")
    }
    assert asking == {"service.bootstrap"}


def test_the_help_of_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys, service.cli; print(*(name for name in sys.argv[1:] if name in sys.modules))"
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_the_sources_of_the_european_journal_are_sources() -> None:
    assert union.SOURCES - all_sources().keys() == set()


def test_the_readme_names_every_setting_and_no_other() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `BOWBELL_([A-Z_]+)` ", readme, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def test_the_readme_and_the_rules_for_contributors_point_at_what_is_there() -> None:
    for page in ("README.md", "CONTRIBUTING.md", "docs/architecture.md"):
        said = (CHECKOUT / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", said):
            assert (CHECKOUT / page).parent.joinpath(target).exists(), f"{page} points at {target}"
