"""Read a folder of recorded OCDS packages into what the replay server serves.

The services are known for odd bytes (broken UTF-8, numbers such as ``1e9999``, the same release twice on a page). A
replay that parsed and wrote JSON anew would quietly repair them, so every release is kept as the exact bytes that
were recorded; parsing only finds where it begins and ends, and its date.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import cast

from service.errors import NotFound

_GAP = re.compile(r"[ \t\r\n]*")
_POSITION_BITS = 40
_LARGEST_FILE = 256 * 1024 * 1024
# Headers that belong to one connection or one moment; repeating them would be a lie.
_NOT_MIRRORED = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "date",
        "set-cookie",
        "strict-transport-security",
        "transfer-encoding",
    }
)


class Service(StrEnum):
    """A service that can be replayed; the value is also its source key."""

    FIND_A_TENDER = "find_a_tender"
    CONTRACTS_FINDER = "contracts_finder"
    TED = "ted"


# Prefixes registered with the OCDS for the two services; old archives write "ocds-b5fd17raw-".
_PREFIXES = {"ocds-h6vhtk": Service.FIND_A_TENDER, "ocds-b5fd17": Service.CONTRACTS_FINDER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One release as it was recorded.

    ``position`` rises with the release's date and is the same at every start of the server, so a collector may resume
    from a cursor after a restart. ``raw`` is the exact JSON text of the release.
    """

    service: Service
    ident: str
    ocid: str
    tags: tuple[str, ...]
    legacy: bool
    moment: datetime
    position: int
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that the folder held at one moment; releases are newest first."""

    releases: Mapping[Service, tuple[Recorded, ...]] = field(default_factory=dict)
    envelopes: Mapping[Service, Mapping[str, object]] = field(default_factory=dict)
    headers: Mapping[Service, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    packages: int = 0
    passed_over: int = 0

    def of(self, service: Service) -> tuple[Recorded, ...]:
        """Return the releases of one service, newest first."""
        return self.releases.get(service, ())

    def find(self, ident: str) -> Recorded | None:
        """Return the release whose notice page is asked for: by its id or, for Contracts Finder, the GUID before it."""
        for rows in self.releases.values():
            for row in rows:
                if row.ident == ident or row.ident.startswith(f"{ident}-"):
                    return row
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Package:
    rows: tuple[Recorded, ...]
    envelopes: Mapping[Service, Mapping[str, object]]
    headers: tuple[tuple[str, str], ...]


class Material:
    """A folder that is looked at again before every answer, so a file dropped into it is served at once."""

    def __init__(self, directory: Path) -> None:
        if not directory.is_dir():
            raise NotFound(f"There is no folder {directory}.")
        self._directory = directory
        self._read: dict[Path, tuple[tuple[int, int], _Package | None]] = {}
        self._snapshot = Snapshot()

    def refresh(self) -> Snapshot:
        """Read what is new or changed and return the folder as it is now. Blocks: call it off the event loop.

        A file that is not a release package, or is only half written, is passed over until it changes.
        """
        before = {path: stamp for path, (stamp, _) in self._read.items()}
        now = dict(stamps(self._directory))
        if now != before:
            self._read = {
                path: self._read[path] if before.get(path) == stamp else (stamp, _read_package(path))
                for path, stamp in now.items()
            }
            self._snapshot = _pool(package for _, package in self._read.values())
        return self._snapshot


def stamps(directory: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    """Every file under a folder that may be material, with what tells that it changed."""
    for path in sorted(directory.rglob("*")):
        if path.name.startswith(".") or path.suffix == ".headers":
            continue
        try:
            found = path.stat()
        except OSError:  # it was moved away between the listing and now
            continue
        if path.is_file() and found.st_size <= _LARGEST_FILE:
            yield path, (found.st_mtime_ns, found.st_size)


def _pool(packages: Iterable[_Package | None]) -> Snapshot:
    """Put the files together: a release met in several files is served as often as the fullest single file had it."""
    most: Counter[tuple[Service, int]] = Counter()
    kept: dict[tuple[Service, int], Recorded] = {}
    envelopes: dict[Service, Mapping[str, object]] = {}
    headers: dict[Service, tuple[tuple[str, str], ...]] = {}
    known = list(packages)
    # The fullest page speaks for its service: archives of single notices carry other publishers' envelopes.
    read = sorted((package for package in known if package is not None), key=lambda package: len(package.rows))
    for package in read:
        envelopes |= package.envelopes
        if package.headers:
            headers |= dict.fromkeys(package.envelopes, package.headers)
        here = Counter((row.service, row.position) for row in package.rows)
        most |= here
        for row in package.rows:
            kept.setdefault((row.service, row.position), row)
    releases: dict[Service, tuple[Recorded, ...]] = {}
    for service in Service:
        # Each further copy has a place of its own, so that a page may end between two copies.
        rows = [
            replace(kept[key], position=key[1] + copy)
            for key, copies in most.items()
            if key[0] is service
            for copy in range(copies)
        ]
        releases[service] = tuple(sorted(rows, key=lambda row: -row.position))
    return Snapshot(
        releases=releases,
        envelopes=envelopes,
        headers=headers,
        packages=len(read),
        passed_over=len(known) - len(read),
    )


def _read_package(path: Path) -> _Package | None:
    try:
        # Latin-1 gives every byte one character: places in the text are places in the file, and nothing is repaired.
        text = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("latin-1")
        envelope, rows = _split(text)
    except (OSError, ValueError, RecursionError):
        return None
    recorded = tuple(_recorded(rows))
    services = {row.service for row in recorded}
    if not rows:
        services = {service for service, home in _HOMES.items() if home in str(envelope.get("uri", ""))}
    if not services:
        return None
    return _Package(
        rows=recorded,
        envelopes=dict.fromkeys(services, envelope),
        headers=_headers_beside(path),
    )


_HOMES = {Service.FIND_A_TENDER: "find-tender", Service.CONTRACTS_FINDER: "contractsfinder"}


def _split(text: str) -> tuple[dict[str, object], list[tuple[str, object]]]:
    """Part a release package into its envelope and its releases, each with its exact text.

    Raises:
        ValueError: the text is not a JSON object with a list called ``releases``.
    """
    decoder = json.JSONDecoder()
    envelope: dict[str, object] = {}
    rows: list[tuple[str, object]] | None = None
    at = _past(text, 0, "{")
    while text[at : at + 1] != "}":
        key, at = decoder.raw_decode(text, at)
        at = _past(text, at, ":")
        if key == "releases":
            rows, at = _split_list(text, at, decoder)
        else:
            envelope[str(key)], at = decoder.raw_decode(text, at)
        at = _next_of(text, at, "}")
    if rows is None:
        raise ValueError("no releases")
    envelope.pop("links", None)
    return envelope, rows


def _split_list(text: str, at: int, decoder: json.JSONDecoder) -> tuple[list[tuple[str, object]], int]:
    rows: list[tuple[str, object]] = []
    at = _past(text, at, "[")
    while text[at : at + 1] != "]":
        start = at
        row, at = decoder.raw_decode(text, at)
        rows.append((text[start:at], row))
        at = _next_of(text, at, "]")
    return rows, at + 1


def _skip(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _past(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(f"{mark} expected at {at}")
    return _skip(text, at + 1)


def _next_of(text: str, at: int, end: str) -> int:
    at = _skip(text, at)
    return at if text[at : at + 1] == end else _past(text, at, ",")


def _recorded(rows: list[tuple[str, object]]) -> Iterator[Recorded]:
    """Turn the parted rows into releases; a row that lacks an ocid or a date borrows its neighbour's place.

    Bad rows are material too: a test may drop a release without a date into the folder and expect it to be served.
    """
    parsed = [cast("dict[str, object]", row) if isinstance(row, dict) else {} for _, row in rows]
    service = next(filter(None, map(_service_of, parsed)), None)
    moment = next(filter(None, map(_moment_of, parsed)), None)
    if service is None or moment is None:
        return
    for (text, _), row in zip(rows, parsed, strict=True):
        service = _service_of(row) or service
        moment = _moment_of(row) or moment
        raw = text.encode("latin-1")
        mixed = int.from_bytes(hashlib.blake2b(raw, digest_size=_POSITION_BITS // 8).digest())
        tags = row.get("tag")
        yield Recorded(
            service=service,
            ident=str(row.get("id", "")),
            ocid=str(row.get("ocid", "")),
            tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
            legacy=_is_legacy(row),
            moment=moment,
            position=(max(0, int(moment.timestamp())) << _POSITION_BITS) | mixed,
            raw=raw,
        )


def _service_of(row: Mapping[str, object]) -> Service | None:
    return _PREFIXES.get(str(row.get("ocid", ""))[:11])


def _moment_of(row: Mapping[str, object]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(row.get("date", "")))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_legacy(row: Mapping[str, object]) -> bool:
    tender = row.get("tender")
    basis = tender.get("legalBasis") if isinstance(tender, dict) else None
    return isinstance(basis, dict) and basis.get("scheme") == "CELEX"


def _headers_beside(path: Path) -> tuple[tuple[str, str], ...]:
    """Return the response headers recorded next to a page (``page-001.headers``), less those of the moment."""
    try:
        first, *lines = path.with_suffix(".headers").read_text(encoding="latin-1").splitlines()
    except (OSError, ValueError):
        return ()
    if " 200" not in first:
        return ()
    pairs = (line.partition(":") for line in lines if ":" in line)
    return tuple((name.strip(), value.strip()) for name, _, value in pairs if name.strip().lower() not in _NOT_MIRRORED)
