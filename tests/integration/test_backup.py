"""A backup holds the rows and the papers as they were together, and no restore takes what is not whole and ours."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.commands.backup import Kept, backup, restore
from service.errors import BackupRefused, BadBackup, WrongSettings
from service.settings import Settings
from tests.integration.test_posting_machines import PNG, upload
from tests.posting_world import APPROVER, a_borough

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
Members = list[tuple[tarfile.TarInfo, bytes]]


def settings_at(home: Path) -> Settings:
    return Settings(home=home, database_url=f"sqlite:///{home / 'b.db'}", _env_file=None)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which a buyer has attached a paper, and which was kept while it ran."""
    folder = tmp_path_factory.mktemp("copy")

    async def live() -> None:
        async with a_borough(folder / "home") as borough:
            await borough.enter(APPROVER)
            path = await borough.write()
            await upload(borough, f"{path}/files", name="plan.png", body=PNG)
            kept = await asyncio.to_thread(backup, settings_at(folder / "home"), folder / "running.tar", at=NOW)
            assert kept.papers == 1

    asyncio.run(live())
    return folder / "home"


@pytest.fixture
def home(lived_in: Path, tmp_path: Path) -> Path:
    """The same, to be spoiled."""
    return Path(shutil.copytree(lived_in, tmp_path / "home"))


def members_of(file: Path) -> Members:
    with tarfile.open(file) as archive:
        return [(each, body.read() if (body := archive.extractfile(each)) else b"") for each in archive.getmembers()]


def write(file: Path, members: Members) -> None:
    with tarfile.open(file, "w") as archive:
        for member, body in members:
            member.size = len(body) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(body))


def rows_of(database: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as opened:
        return opened.execute("SELECT id, draft FROM posting").fetchall()


def test_what_was_kept_comes_back_rows_papers_and_key(home: Path, tmp_path: Path) -> None:
    (home / "secret.key").write_bytes(b"a sample key")
    file, elsewhere = tmp_path / "kept.tar", tmp_path / "elsewhere"
    kept = backup(settings_at(home), file, at=NOW)
    assert kept == Kept(papers=1, size=file.stat().st_size)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert restore(settings_at(elsewhere), file).papers == 1
    assert rows_of(elsewhere / "b.db") == rows_of(home / "b.db") != []
    (paper,) = (elsewhere / "files").glob("*/*")
    assert paper.read_bytes() == PNG
    assert (elsewhere / "secret.key").read_bytes() == b"a sample key"
    assert sorted(each.name for each in elsewhere.iterdir()) == ["b.db", "files", "secret.key"], "nothing else is left"


async def test_a_restored_copy_gives_its_papers(home: Path, tmp_path: Path) -> None:
    await asyncio.to_thread(backup, settings_at(home), tmp_path / "kept.tar", at=NOW)
    await asyncio.to_thread(restore, settings_at(tmp_path / "again"), tmp_path / "kept.tar")
    async with a_borough(tmp_path / "again") as borough:
        await borough.enter(APPROVER)
        (posting,) = (await borough.page("/buyers/postings")).xpath("//main//li//a/@href")[:1] or [""]
        (paper,) = (await borough.page(f"{posting}/files")).xpath("//main//a[contains(., 'plan.png')]/@href")
        assert await (await borough.get(paper)).read() == PNG


def test_a_backup_replaces_an_older_one_only_when_it_is_whole(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.tar"
    file.write_bytes(b"the last whole one")
    (tmp_path / "kept.tar.part").write_bytes(b"of one that was broken off")
    with pytest.raises(BackupRefused):
        backup(settings_at(tmp_path / "nowhere"), file, at=NOW)
    assert file.read_bytes() == b"the last whole one"
    backup(settings_at(home), file, at=NOW)
    assert not (tmp_path / "kept.tar.part").exists()
    assert members_of(file)[0][0].name == "manifest.json"


@pytest.mark.parametrize("spoil", [lambda paper: paper.unlink(), lambda paper: paper.write_bytes(b"other")])
def test_a_paper_that_is_not_what_was_taken_in_is_named(
    home: Path, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    (paper,) = (home / "files").glob("*/*")
    spoil(paper)
    kept = backup(settings_at(home), tmp_path / "kept.tar", at=NOW)
    assert (kept.papers, kept.missing) == (0, (paper.name,))


def test_no_database_is_written_over(home: Path, tmp_path: Path) -> None:
    backup(settings_at(home), tmp_path / "kept.tar", at=NOW)
    before = (home / "b.db").read_bytes()
    with pytest.raises(BackupRefused, match="Move the database away first"):
        restore(settings_at(home), tmp_path / "kept.tar")
    assert (home / "b.db").read_bytes() == before


@pytest.mark.parametrize("left", ["b.db-wal", "b.db-shm", "b.db-journal"])
def test_no_journal_of_a_database_that_was_moved_away_is_played_into_the_rows(
    home: Path, tmp_path: Path, left: str
) -> None:
    backup(settings_at(home), tmp_path / "kept.tar", at=NOW)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / left).write_bytes(b"what was left")
    with pytest.raises(BackupRefused, match=left):
        restore(settings_at(tmp_path / "elsewhere"), tmp_path / "kept.tar")
    assert [each.name for each in (tmp_path / "elsewhere").iterdir()] == [left]


def test_postgresql_is_told_its_own_way(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="postgresql://127.0.0.1/none", _env_file=None)
    with pytest.raises(WrongSettings, match="pg_dump"):
        backup(settings, tmp_path / "kept.tar", at=NOW)


def listed_as(name: str, body: bytes) -> Callable[[Members], Members]:
    """A member more that the list names, as somebody would who wants it taken."""

    def spoiled(members: Members) -> Members:
        listing = json.loads(members[0][1])
        listing["members"][name] = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        return [(members[0][0], json.dumps(listing).encode()), *members[1:], (tarfile.TarInfo(name), body)]

    return spoiled


def a_link(members: Members) -> Members:
    """The paper is a link to a file of the machine."""
    link = tarfile.TarInfo(members[-1][0].name)
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return [*members[:-1], (link, b"")]


def with_body(number: int, change: Callable[[bytes], bytes]) -> Callable[[Members], Members]:
    return lambda members: [
        (member, change(body) if at == number % len(members) else body) for at, (member, body) in enumerate(members)
    ]


@pytest.mark.parametrize(
    "spoil",
    [
        listed_as("../../escaped", b"x"),
        listed_as("/tmp/escaped", b"x"),
        listed_as("files/../../escaped", b"x"),
        listed_as("files/..", b"x"),
        listed_as("files/" + "A" * 32, b"x"),
        listed_as("files/" + "a" * 31 + "\n", b"x"),
        listed_as("bowbell.db-wal", b"x"),
        a_link,
        lambda members: [*members, (tarfile.TarInfo("files/" + "b" * 32), b"not in the list")],
        lambda members: [*members, members[-1]],
        lambda members: members[:-1],
        lambda members: members[1:],
        with_body(-1, lambda body: body[:-1] + b"?"),
        with_body(-1, lambda body: body + b"?"),
        with_body(1, lambda body: body[:5000] + bytes(5000) + body[10_000:]),
        with_body(0, lambda body: body.replace(b'"form": 1', b'"form": 2')),
        with_body(0, lambda _: b"[]"),
        with_body(0, lambda _: b"{"),
        with_body(0, lambda _: b'{"form": 1, "members": {"bowbell.db": 5}}'),
    ],
)
def test_what_is_not_whole_or_not_ours_is_refused_and_leaves_nothing(
    home: Path, tmp_path: Path, spoil: Callable[[Members], Members]
) -> None:
    file, elsewhere = tmp_path / "kept.tar", tmp_path / "elsewhere"
    backup(settings_at(home), file, at=NOW)
    write(file, spoil(members_of(file)))
    with pytest.raises(BadBackup):
        restore(settings_at(elsewhere), file)
    assert list(elsewhere.iterdir()) == []
    assert not list(tmp_path.glob("**/escaped"))


@pytest.mark.parametrize("body", [b"", b"no archive at all", b"\x1f\x8b" + b"x" * 600])
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "kept.tar").write_bytes(body)
    with pytest.raises(BadBackup):
        restore(settings_at(tmp_path / "elsewhere"), tmp_path / "kept.tar")
