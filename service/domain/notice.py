"""A notice: exactly what one source said at one moment. Never edited."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Exactly what one source said, with where and when."""

    #: Key of the source, for example "find_a_tender".
    source: str
    #: The source's own id of this notice, for example "076412-2026".
    source_id: str
    #: When the source says it was published; None: it does not say.
    published: datetime | None
    #: When we read it.
    seen: datetime
    #: The bytes of this one notice as canonical as the source allows (for OCDS: one release, JSON, keys sorted).
    body: bytes
    #: What the bytes are: "ocds-release", "cf-harvester-row", "cf-export-row".
    form: str

    @property
    def content_hash(self) -> str:
        """SHA-256 of the body, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A notice that is kept but not used, with the reason in a sentence that names the source's field."""

    source: str
    source_id: str
    reason: str
