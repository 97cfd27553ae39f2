"""`bowbell backup` and `restore`: one file with everything a copy needs to go on: rows, papers and the signing key.

The file is a plain tar archive. Its first member, `manifest.json`, names every other with its size and SHA-256; a
restore takes nothing that is not named there, and puts nothing in its place before all of it was read and checked.
The rows are copied first, by SQLite's own online copy, while the service may go on working. A paper is on the disk
before its row is and is never taken away, so every paper that the copied rows name is there to be copied.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.engine import make_url

from service.errors import BackupRefused, BadBackup, WrongSettings
from service.settings import Settings
from service.store.shelf import FolderShelf

#: The form of the file; a later one has another number.
FORM = 1
_MANIFEST, _ROWS, _KEY, _PAPERS = "manifest.json", "bowbell.db", "secret.key", "files/"
#: A paper lies under its random id, as `service.store.shelf` keeps it.
_NAME = re.compile(r"bowbell\.db|secret\.key|files/[0-9a-f]{32}", re.ASCII)
#: Bytes of the list; one of a million papers is below.
_LIST_CAP = 200 * 1024 * 1024
_AT_ONCE = 1024 * 1024
#: What SQLite keeps beside a database (sqlite.org/tempfiles.html).
_JOURNALS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What went into a backup, or came out of one."""

    papers: int
    #: Bytes of everything in it.
    size: int
    #: Ids of papers that rows name and that were not on the disk, or were not what was taken in.
    missing: tuple[str, ...] = ()


def backup(settings: Settings, file: Path, *, at: datetime) -> Kept:
    """Write a backup; a file of that name is only replaced by a whole one.

    Raises:
        BackupRefused: there is no database.
        WrongSettings: it is not SQLite's.
        OSError: the disk is full, or the place cannot be written to.
    """
    database, part = _sqlite_file(settings), file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)  # of a backup that was broken off
    if not database.is_file():
        raise BackupRefused(f"There is no database at {database} to back up.")
    with tempfile.TemporaryDirectory(prefix="bowbell-backup-", dir=file.absolute().parent) as folder:
        rows = Path(folder) / _ROWS
        papers, missing = _papers_of(FolderShelf(settings.files_path), _copied(database, rows))
        key = {_KEY: settings.secret_key_path} if settings.secret_key_path.is_file() else {}
        try:
            _write(part, {_ROWS: rows, **key, **papers}, at=at)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    part.replace(file)
    return Kept(papers=len(papers), size=file.stat().st_size, missing=missing)


def restore(settings: Settings, file: Path) -> Kept:
    """Put a backup in place of nothing: a database that is there is never written over.

    Raises:
        BackupRefused: there is a database already.
        WrongSettings: it is not SQLite's.
        BadBackup: the file is no whole backup of ours.
    """
    database = _sqlite_file(settings)
    # A journal that is left there would be played into the rows that are put back.
    for left in (database, *(database.with_name(f"{database.name}{end}") for end in _JOURNALS)):
        if left.exists():
            raise BackupRefused(f"There is {left} already. Move the database away first, with what lies beside it.")
    settings.home.mkdir(parents=True, exist_ok=True)
    database.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restoring-", dir=settings.home) as folder:
        try:
            with tarfile.open(file, mode="r:") as archive:
                members = _unpacked(archive, Path(folder))
        except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError) as trouble:
            raise BadBackup(f"{file}: {trouble}") from None
        _check_rows(file, Path(folder) / _ROWS)
        papers, shelf = [name for name in members if name.startswith(_PAPERS)], FolderShelf(settings.files_path)
        for name in papers:
            place = shelf.path_of(name.removeprefix(_PAPERS))
            place.parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).replace(place)
        if _KEY in members and not settings.secret_key_path.exists():
            shutil.copy2(Path(folder) / _KEY, settings.secret_key_path)
            settings.secret_key_path.chmod(0o600)
        # the rows last: what is broken off here is begun anew
        shutil.copy2(Path(folder) / _ROWS, database.with_name(f"{database.name}.part"))
        database.with_name(f"{database.name}.part").replace(database)
    return Kept(papers=len(papers), size=sum(members.values()))


def _copied(database: Path, rows: Path) -> dict[str, str]:
    """Copy a database that may be in use; every paper that its rows name, with its digest."""
    with closing(sqlite3.connect(database, timeout=30)) as live, closing(sqlite3.connect(rows)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        try:
            return dict(copy.execute("SELECT id, sha FROM posting_file ORDER BY id").fetchall())
        except sqlite3.OperationalError:  # it is of before there were papers
            return {}


def _papers_of(shelf: FolderShelf, named: Mapping[str, str]) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Where the papers lie, by their names in the archive; and the ids of those that are not what was taken in."""
    there = {identity: shelf.path_of(identity) for identity in named}
    whole = {each for each, path in there.items() if path.is_file() and _digest(path) == named[each]}
    papers = {f"{_PAPERS}{each}": path for each, path in there.items() if each in whole}
    return papers, tuple(each for each in named if each not in whole)


def _write(file: Path, members: Mapping[str, Path], *, at: datetime) -> None:
    """Write the archive, its list first. It holds addresses of firms and the signing key: only its owner reads it."""
    sizes = {name: path.stat().st_size for name, path in members.items()}
    listed = {name: {"size": sizes[name], "sha256": _digest(path)} for name, path in members.items()}
    listing = json.dumps({"form": FORM, "made": at.isoformat(), "members": listed}).encode()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
            _add(archive, _MANIFEST, io.BytesIO(listing), len(listing))
            for name, path in members.items():
                with path.open("rb") as body:
                    _add(archive, name, body, sizes[name])
        out.flush()
        os.fsync(out.fileno())


def _unpacked(archive: tarfile.TarFile, folder: Path) -> dict[str, int]:
    """Write every member that the list names into a folder; their sizes. Raises ValueError for what is not as it says.

    Names are compared with the list and never used as paths as they come; links and devices are not followed.
    """
    first = archive.next()
    if first is None or first.name != _MANIFEST or not first.isreg() or first.size > _LIST_CAP:
        raise ValueError("it does not begin with its list")
    body = archive.extractfile(first)
    said = json.loads(body.read() if body else b"")
    if said["form"] != FORM:
        raise ValueError("another version of Bowbell made it")
    listed: Mapping[str, Mapping[str, object]] = said["members"]
    if _ROWS not in listed or not all(_NAME.fullmatch(name) for name in listed):
        raise ValueError("its list names what no backup of ours holds")
    (folder / _PAPERS).mkdir()
    found: dict[str, int] = {}
    while (member := archive.next()) is not None:
        if member.name not in listed or member.name in found or not member.isreg():
            raise ValueError("it holds what its list does not name")
        if member.size != listed[member.name]["size"]:
            raise ValueError(f"{member.name} is not as long as its list says")
        source, sum_ = archive.extractfile(member), hashlib.sha256()
        with (folder / member.name).open("xb") as out:
            while source is not None and (chunk := source.read(_AT_ONCE)):
                sum_.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if sum_.hexdigest() != listed[member.name]["sha256"]:
            raise ValueError(f"{member.name} is damaged: its digest is another")
        found[member.name] = member.size
    if left := set(listed) - set(found):
        raise ValueError(f"it ends too early: {len(left)} of what its list names is not there")
    return found


def _check_rows(file: Path, rows: Path) -> None:
    try:
        with closing(sqlite3.connect(rows)) as opened:
            (said,) = opened.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as trouble:
        said = str(trouble)
    if said != "ok":
        raise BadBackup(f"{file}: its database is damaged: {said}.")


def _sqlite_file(settings: Settings) -> Path:
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise WrongSettings(
            "This is for a database in a file of SQLite. Keep PostgreSQL with pg_dump, "
            f"and then the folder {settings.files_path} and {settings.secret_key_path} beside it."
        )
    return Path(url.database)


def _digest(path: Path) -> str:
    with path.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


def _add(archive: tarfile.TarFile, name: str, body: BinaryIO, size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    archive.addfile(member, body)
