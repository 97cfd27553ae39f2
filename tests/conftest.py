"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded real payloads: beside the checkout, or named by BOWBELL_SHARED_DATA; else skips."""
    named = os.environ.get("BOWBELL_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no recorded payloads at {folder.name}: set BOWBELL_SHARED_DATA to their folder")
    return folder
