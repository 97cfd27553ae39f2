"""What whoever adds a source types: new, record, check. The same steps as docs/how-to/add-a-source.md."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from typer.testing import CliRunner

from service.cli import app
from service.errors import AskedWrongly, NotLetIn, WrongRules
from tests.http_world import a_site

LISTING = """<!doctype html><html><head><title>Tenders</title></head><body><main>
<table><thead><tr><th>Title</th><th>Closing date</th><th>Contact</th></tr></thead><tbody>
<tr><td><a href="/t/1">Sample hedge cutting</a></td><td>11/12/2026 12:00</td>
<td>Contact: Jo Bloggs, 020 8555 1234</td></tr>
<tr><td><a href="/t/2">Sample office moves</a></td><td>14/12/2026</td><td>mr.other@example.gov.uk</td></tr>
<tr><td><a href="/t/3">Sample drain surveys</a></td><td>18/12/2026 17:00</td><td>Contact name: Dr Al Other</td></tr>
</tbody></table></main></body></html>"""


@pytest.fixture
def site() -> Iterator[str]:
    """A site in a thread of its own, as the commands run loops of their own."""
    ready, over, address = threading.Event(), threading.Event(), []

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nDisallow: /private")
        return web.Response(text=LISTING, content_type="text/html")

    async def serve() -> None:
        async with a_site(answer) as url:
            address.append(url)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    yield address[0]
    over.set()
    thread.join()


def run(*words: str) -> str:
    """What a command prints; its error is raised, and another end than asked for is a failure."""
    done = CliRunner().invoke(app, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return f"{done.exit_code}\n{done.output}"


def new(folder: Path, url: str, key: str = "sample_council") -> str:
    """Write a skeleton."""
    return run(
        *("source", "new", "--key", key, "--name", 'Sample "Council"', "--url", url, "--kind", "html_list"),
        *("--authority", "E09000012", "--folder", str(folder)),
    )


def test_a_source_is_added_step_by_step(tmp_path: Path, site: str) -> None:
    file = tmp_path / "sample_council.toml"
    assert "Written" in new(tmp_path, f"{site}tenders?open=yes")
    with pytest.raises(AskedWrongly, match="There is no recorded page"):
        run("source", "check", str(file))
    with pytest.raises(AskedWrongly, match="--terms-read"):
        run("source", "record", str(file))
    file.write_text(file.read_text().replace("pace = 20", "pace = 1"))
    kept = run("source", "record", str(file), "--terms-read", "2026-11-24")
    assert "4 contact details replaced" in kept
    page = (tmp_path / "sample_council" / "page.html").read_text()
    assert not re.search("Bloggs|8555|mr.other|Al Other", page)
    assert "Sample hedge cutting" in page
    assert (tmp_path / "sample_council" / "origin.txt").read_text().startswith("Recorded on 20")

    unfilled = run("source", "check", str(file))
    assert unfilled.startswith("1\n")
    assert "it still says FILL IN" in unfilled
    file.write_text(re.sub("FILL IN:? ?", "", file.read_text()))
    good = run("source", "check", str(file))
    assert good.startswith("0\n"), good
    assert "3 would become notices" in good
    assert "deadline     11 Dec 2026 12:00" in good
    assert "Every rule holds." in good

    file.write_text(file.read_text().replace('column = "Closing date"', 'column = "Contact"'))
    broken = run("source", "check", str(file))
    assert broken.startswith("1\n")
    assert "BROKEN deadline: 3 of 3 values cannot be read" in broken
    assert "! Contact: Sample Person" in broken
    file.write_text(file.read_text().replace('kind = "html_list"', 'kind = "html"'))
    with pytest.raises(WrongRules, match=r"sample_council\.toml, line 5: kind: "):
        run("source", "check", str(file))


@pytest.mark.parametrize("kind", ["html_list", "csv_file", "json_api", "feed"])
def test_every_skeleton_can_be_read_as_it_is(tmp_path: Path, kind: str) -> None:
    from scrapers.kinds.rules_file import rules_in

    run(
        *("source", "new", "--key", "sample", "--name", "Sample", "--url", "https://x.example/list"),
        *("--kind", kind, "--folder", str(tmp_path)),
    )
    rules = rules_in(tmp_path / "sample.toml")
    assert (rules.kind, rules.card.permission) == (kind, "needs_permission")


def test_a_robots_file_is_obeyed_when_a_page_is_recorded(tmp_path: Path, site: str) -> None:
    new(tmp_path, f"{site}private/tenders")
    file = tmp_path / "sample_council.toml"
    file.write_text(file.read_text().replace("pace = 20", "pace = 1"))
    with pytest.raises(NotLetIn, match=r"robots\.txt closes /private/tenders"):
        run("source", "record", str(file), "--terms-read", "2026-11-24")


def test_what_is_prohibited_is_not_recorded() -> None:
    with pytest.raises(NotLetIn, match="never asked"):
        run("source", "record", "competefor", "--terms-read", "2026-11-24")


@pytest.mark.parametrize(
    ("key", "url", "why"),
    [("Bad Key", "https://x.example/", "--key"), ("sample", "x.example", "--url")],
)
def test_a_wrong_word_is_told(tmp_path: Path, key: str, url: str, why: str) -> None:
    with pytest.raises(AskedWrongly, match=why):
        new(tmp_path, url, key)


def test_no_file_is_written_over(tmp_path: Path) -> None:
    new(tmp_path, "https://x.example/")
    with pytest.raises(AskedWrongly, match="there already"):
        new(tmp_path, "https://x.example/")


def test_a_poll_that_may_ask_nobody_says_why(tmp_path: Path) -> None:
    environment = {"BOWBELL_HOME": str(tmp_path), "BOWBELL_SOURCES": "haringey_page"}
    done = CliRunner().invoke(app, ["collect", "--once"], env=environment)
    assert done.exit_code == 1
    assert "haringey_page: " in done.stderr
    assert "permit" in done.stderr
