"""What stands behind `bowbell source new`, `check` and `record`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from service import __version__
from service.clock import SystemClock
from service.commands.source_skeletons import skeleton
from service.errors import AskedWrongly, NotLetIn
from service.http import MemoryPaceBook, PoliteHttp, user_agent
from service.ports import Access, HttpPolicy
from service.registry import checked_source_file, declared_source, scrubbed_page, source_folder
from service.settings import Settings, is_loopback

_KEY = re.compile(r"[a-z][a-z0-9_]{2,39}")
_ENDINGS = {"html_list": "html", "csv_file": "csv", "json_api": "json", "feed": "xml"}
#: Characters of a cell shown on a line.
_WIDTH = 60


def write_skeleton(folder: Path, *, key: str, name: str, url: str, kind: str, authority: str) -> Path:
    """Write a new source file and return where. Raises AskedWrongly; never writes over a file."""
    if not _KEY.fullmatch(key):
        raise AskedWrongly(f"--key: {key!r} must be 3 to 40 small letters, digits and _, beginning with a letter.")
    if kind not in _ENDINGS:
        raise AskedWrongly(f"--kind: {kind!r} is none of {', '.join(_ENDINGS)}.")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise AskedWrongly(f"--url: {url!r} must begin with https:// and name a host.")
    path = folder / f"{key}.toml"
    if path.exists():
        raise AskedWrongly(f"{path} is there already.")
    if not folder.is_dir():
        raise AskedWrongly(f"--folder: there is no folder {folder}. Say where the file should go.")
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    base = f"{parts.scheme}://{parts.netloc}"
    text = skeleton(key=key, name=name, kind=kind, base=base, path=rest, authority=authority)
    path.write_text(text, encoding="utf-8")
    return path


def file_of(said: str) -> Path:
    """Return the file of a source named by its file or its key. Raises AskedWrongly."""
    path = Path(said)
    if path.suffix != ".toml":
        path = source_folder() / f"{said}.toml"
    if not path.is_file():
        raise AskedWrongly(f"There is no source file {path}. Name a .toml file, or the key of a source that has one.")
    return path


def page_folder(file: Path) -> Path:
    """Return where the recorded page of a source file lies: with the tests, or beside a file that is elsewhere."""
    file = file.resolve()
    if file.parent == source_folder().resolve():
        return file.parents[2] / "tests" / "fixtures" / file.stem
    return file.parent / file.stem


def check_lines(said: str, page: Path | None) -> tuple[list[str], bool]:
    """Return what there is to say of a source file tried on a page, and whether all is well.

    Raises WrongRules where the file itself is wrong, AskedWrongly where there is no page.
    """
    file = file_of(said)
    declared_source(file)
    if page is None:
        page = next(iter(sorted(page_folder(file).glob("page.*"))), None)
    if page is None:
        raise AskedWrongly(
            f"There is no recorded page in {page_folder(file)}. Record one: bowbell source record {said}"
        )
    report = checked_source_file(file, page.read_bytes(), seen=datetime.now(UTC))
    lines = [f"{file.name} on {page.name}: {len(report.rows)} rows"]
    for number, row in enumerate(report.rows, start=1):
        lines.append(f"row {number}")
        lines += [f"  {name:<12} {_short(cell)}" for name, cell in zip(report.columns, row, strict=True)]
    lines.append(f"{report.readings} would become notices, {report.passed_over} are not kept by [keep].")
    lines += [f"set aside: {reason}" for reason in report.set_aside]
    lines += [f"BROKEN {rule}" for rule in report.broken]
    lines.append("Every rule holds." if not report.broken else "A page that breaks a rule is not used at all.")
    return lines, not report.broken


def _short(said: str) -> str:
    return said if len(said) <= _WIDTH else said[: _WIDTH - 3] + "..."


async def record_page(settings: Settings, said: str, *, terms_read: str) -> str:
    """Fetch and keep the first page of a source; return what was done. Raises AskedWrongly, NotLetIn, HttpTrouble."""
    file = file_of(said)
    source: Any = declared_source(file)
    if source.card.permission == "prohibited":
        raise NotLetIn(f"{source.card.name}: its terms forbid reading it, so it is never asked.")
    if source.card.permission == "needs_permission" and not _is_a_day(terms_read):
        raise AskedWrongly(
            f"{source.card.name} may only be read with permission. Read its robots.txt and terms, and then say when: "
            "--terms-read 2026-11-24."
        )
    access = _access(settings, source)
    agent = user_agent(version=__version__, public_url=settings.public_address, contact=settings.contact or "not set")
    async with PoliteHttp(agent=agent, clock=SystemClock(), pace_book=MemoryPaceBook()) as http:
        policy = HttpPolicy(
            pace=source.rules.request.pace if access.pace is None else access.pace,
            max_bytes=source.rules.request.most_bytes,
            allow_loopback=access.allow_loopback,
            conditional=False,
            robots=True,
        )
        url = source.first_page(access)
        reply = await http.get(url, headers=source.rules.request.headers, policy=policy)
    body, contacts = scrubbed_page(reply.body)
    folder = page_folder(file)
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"page.{_ENDINGS[source.rules.kind]}"
    page.write_bytes(body)
    origin = f"Recorded on {datetime.now(UTC):%Y-%m-%d} from {url}. {contacts} contact details were replaced."
    (folder / "origin.txt").write_text(f"{origin}\n", encoding="utf-8")
    return (
        f"Kept in {page} ({len(body):,} bytes); {contacts} contact details replaced. Read it through before you commit "
        f"it: no person's name may be left.\nNext: bowbell source check {said}"
    )


def _access(settings: Settings, source: Any) -> Access:
    """Return how to reach a source: as set, or at this machine where the file itself says so."""
    access = settings.access_to(source.key)
    base = source.rules.request.base
    if access.base_url is None and base and is_loopback(base):
        return Access(base_url=base, pace=access.pace, allow_loopback=True)
    return access


def _is_a_day(said: str) -> bool:
    try:
        return date.fromisoformat(said) <= datetime.now(UTC).date()
    except ValueError:
        return False
