"""Files that people attach, in a folder beside the database: each under its random id, written whole or not at all."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class FolderShelf:
    """Keeps files in a folder, made when the first one comes."""

    folder: Path

    def put(self, identity: str, body: bytes) -> None:
        """Keep a file so that it survives the machine stopping. Raises ValueError for an id that is none of ours."""
        path = self.path_of(identity)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)

    def get(self, identity: str) -> bytes | None:
        """A file; None where there is none."""
        try:
            return self.path_of(identity).read_bytes()
        except (FileNotFoundError, ValueError):
            return None

    def path_of(self, identity: str) -> Path:
        """Where a file lies, whether it is there or not. Raises ValueError for an id that is none of ours."""
        if not _ID.fullmatch(identity):
            raise ValueError(identity)
        return self.folder / identity[:2] / identity
