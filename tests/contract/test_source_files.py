"""Every source file keeps the same promises, whatever its kind: in good times, and in each of the bad ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from typing import Any

import orjson
import pytest

from scrapers.kinds.apart import read_apart
from scrapers.kinds.declared import DeclaredSource
from scrapers.kinds.rules_file import rules_from
from scrapers.kinds.scrubbing import scrubbed_bytes
from service.domain.gazetteer import gazetteer
from service.domain.notice import SetAside
from service.domain.opportunity import Reading
from service.errors import FarSideDown, GoneStale, LayoutDrift, NotLetIn, SlowDown, UnexpectedAnswer, WrongSettings
from service.ports import Access, Page
from service.registry import all_sources
from tests.listing_world import FIXTURES, MIRROR, SEEN, Canned, declared_sources, polled, readings, recorded_page
from tests.mutations import ERROR, LOGIN, mutations

SOURCES = declared_sources()
EVERY = pytest.mark.parametrize("source", SOURCES, ids=[source.key for source in SOURCES])
KINDS = {"html_list", "csv_file", "json_api", "feed"}


def expected_of(source: DeclaredSource) -> dict[str, Any]:
    """What a person read in the recorded page."""
    said: dict[str, Any] = json.loads((FIXTURES / source.key / "expected.json").read_text(encoding="utf-8"))
    return said


def empty_page(source: DeclaredSource) -> bytes:
    """The recorded page without a row, saying in the site's own words that there is none."""
    page = next(each.body for each in mutations(source, recorded_page(source)) if each.name == "no rows")
    words = source.rules.rows.empty[0]
    if source.rules.kind == "json_api":
        return orjson.dumps(orjson.loads(page) | {words: 0})
    return page.replace(b"</body>", f"<p>Sorry: {words} at present.</p></body>".encode())


def test_the_files_are_found_and_there_is_one_of_every_kind() -> None:
    names = {entry.name for entry in files("scrapers.sources").iterdir() if entry.name.endswith(".toml")}
    assert names == {f"{key}.toml" for key, source in all_sources().items() if isinstance(source, DeclaredSource)}
    assert {source.rules.kind for source in SOURCES} == KINDS


@EVERY
def test_no_source_file_may_be_asked_before_an_operator_permits_it(source: DeclaredSource) -> None:
    assert source.card.permission == "needs_permission"


async def test_what_is_prohibited_is_never_asked() -> None:
    source, http = all_sources()["competefor"], Canned()
    assert source.card.permission == "prohibited"
    with pytest.raises(NotLetIn, match="its terms forbid reading it"):
        await anext(aiter(source.pages(http, access=MIRROR, bookmark=None, since=None, until=SEEN, seen=SEEN)))
    assert http.asked == []


@EVERY
def test_a_page_says_whether_it_is_recorded_or_invented(source: DeclaredSource) -> None:
    origin = FIXTURES / source.key / "origin.txt"
    assert origin.is_file() != (b"SYNTHETIC" in recorded_page(source)[:400])
    assert not origin.is_file() or "contact details were replaced" in origin.read_text(encoding="utf-8")


@EVERY
def test_no_contact_of_a_person_is_in_a_page(source: DeclaredSource) -> None:
    body = recorded_page(source)
    assert scrubbed_bytes(body)[0] == body


@EVERY
async def test_every_row_of_the_recorded_page_is_read(source: DeclaredSource) -> None:
    (page,) = await polled(source, Canned(body=recorded_page(source)))
    assert len(readings(source, page.notices)) == len(page.notices) > 0


@pytest.mark.parametrize("source", [each for each in SOURCES if (FIXTURES / each.key / "expected.json").is_file()])
async def test_success_every_row_a_person_saw_is_read_as_the_person_read_it(source: DeclaredSource) -> None:
    expected = expected_of(source)
    (page,) = await polled(source, Canned(body=recorded_page(source)))
    found = readings(source, page.notices)
    assert (page.set_aside, page.done, page.empty) == ((), True, False)
    assert len(found) == len(page.notices)
    if "ids" in expected:
        assert [each.notice_id for each in found] == expected["ids"]
    else:
        assert len(found) == expected["count"]
    assert told(found[0]) == {"award": None, "starts": None, "ends": None, "supplier": None} | expected["first"]
    buyers = {gazetteer().buyer(each.details.buyer.name) for each in found if each.details.buyer is not None}
    assert sorted(buyer.home for buyer in buyers if buyer is not None) == expected["boroughs"]


def told(reading: Reading) -> dict[str, Any]:
    """A reading in the words of expected.json; an unstated date of publication is that of the poll."""
    details = reading.details
    return {
        "title": details.title,
        "buyer": details.buyer.name if details.buyer else None,
        "published": None if reading.published == SEEN else reading.published.isoformat(),
        "deadline": details.deadline.at.isoformat() if details.deadline else None,
        "value": str(details.value.net) if details.value else None,
        "award": str(details.award_value.amount) if details.award_value else None,
        "starts": details.starts.isoformat() if details.starts else None,
        "ends": details.ends.isoformat() if details.ends else None,
        "supplier": details.suppliers[0] if details.suppliers else None,
        "stage": reading.stage.value,
        "url": details.official_url,
    }


@EVERY
async def test_a_process_of_its_own_reads_a_page_just_as_this_one_does(source: DeclaredSource) -> None:
    apart = DeclaredSource(source.rules, reader=read_apart)
    body = recorded_page(source)
    assert await polled(apart, Canned(body=body)) == await polled(source, Canned(body=body))


@EVERY
async def test_empty_is_believed_where_the_site_says_so_and_is_drift_where_it_does_not(source: DeclaredSource) -> None:
    if source.rules.rows.empty:
        (page,) = await polled(source, Canned(body=empty_page(source)))
        assert (page.notices, page.empty, page.done) == ((), True, True)
    silent = next(each.body for each in mutations(source, recorded_page(source)) if each.name == "no rows")
    with pytest.raises(LayoutDrift, match=r"rows: .* 0 found where there are at least"):
        await polled(source, Canned(body=silent))


@EVERY
@pytest.mark.parametrize("status", [401, 403, 451])
async def test_blocked_a_refusal_is_told_as_one(source: DeclaredSource, status: int) -> None:
    with pytest.raises(NotLetIn, match=f"answered {status}"):
        await polled(source, Canned(trouble=UnexpectedAnswer(status=status)))


@EVERY
@pytest.mark.parametrize(
    ("body", "why"),
    [
        (LOGIN, "a login page"),
        (b"<html><head><title>Just a moment...</title></head><body>Checking</body></html>", "a challenge for browsers"),
        (b"<html><body><p>Please solve the CAPTCHA to go on</p></body></html>", "a challenge for people"),
        (b"<!-- x --><html><title>Access Denied</title><body>Blocked by upstream</body></html>", "a refusal"),
    ],
)
async def test_blocked_a_page_that_stands_before_the_list_is_told_by_its_name(
    source: DeclaredSource, body: bytes, why: str
) -> None:
    with pytest.raises(NotLetIn, match=why):
        await polled(source, Canned(body=body))


@EVERY
async def test_blocked_an_address_that_leads_to_a_login_is_one(source: DeclaredSource) -> None:
    body = b"<html><body><p>Welcome</p></body></html>"
    with pytest.raises(NotLetIn, match=r"a login page|a web page where"):
        await polled(source, Canned(body=body, url="http://127.0.0.1:1/Login?back=list"))


@EVERY
async def test_blocked_a_request_to_slow_down_is_passed_on(source: DeclaredSource) -> None:
    with pytest.raises(SlowDown):
        await polled(source, Canned(trouble=SlowDown(after=60)))


@EVERY
async def test_drift_an_error_page_with_status_200_is_no_list(source: DeclaredSource) -> None:
    with pytest.raises((LayoutDrift, NotLetIn), match=r"rows: .*Something went wrong|a web page where"):
        await polled(source, Canned(body=ERROR))


@EVERY
@pytest.mark.parametrize("body", [b"", b" \n", b"\x00\xff\xfe\x00", b"{}", b"[]", b"a,b\n1,2\n", b"<rss></rss>"])
async def test_drift_a_body_of_another_kind_is_told_and_never_a_crash(source: DeclaredSource, body: bytes) -> None:
    with pytest.raises((LayoutDrift, NotLetIn)):
        await polled(source, Canned(body=body))


@EVERY
async def test_stale_silence_is_told_after_everything_was_given(source: DeclaredSource) -> None:
    pages: list[Page] = []
    later = SEEN + timedelta(days=300)
    http = Canned(body=recorded_page(source))
    poll = source.pages(http, access=MIRROR, bookmark=None, since=None, until=later, seen=later)
    speaks_of_dates = source.card.silence is not None and "published" in source.rules.fields
    if speaks_of_dates:
        with pytest.raises(GoneStale, match=r"the newest entry is of 2\d November 2026, 20\d working days ago"):
            pages += [page async for page in poll]
    pages = [page async for page in source.pages(http, access=MIRROR, bookmark=None, since=None, until=SEEN, seen=SEEN)]
    assert pages


@EVERY
async def test_down_an_answer_that_does_not_come_is_passed_on(source: DeclaredSource) -> None:
    with pytest.raises(FarSideDown):
        await polled(source, Canned(trouble=FarSideDown("no connection")))


@EVERY
async def test_robots_are_obeyed_and_the_source_is_asked_gently(source: DeclaredSource) -> None:
    assert source.rules.request is not None
    http = Canned(body=recorded_page(source))
    access = Access(base_url="http://127.0.0.1:1")
    async for _ in source.pages(http, access=access, bookmark=None, since=None, until=SEEN, seen=SEEN):
        pass
    assert all(
        policy.robots and policy.pace == source.rules.request.pace and policy.max_bytes <= 20_000_000
        for policy in http.policies
    )


@EVERY
async def test_a_source_without_a_confirmed_address_says_how_to_give_one(source: DeclaredSource) -> None:
    assert source.rules.request is not None
    if source.rules.request.base:
        return
    poll = source.pages(Canned(), access=Access(), bookmark=None, since=None, until=SEEN, seen=SEEN)
    with pytest.raises(WrongSettings, match=f"BOWBELL_SOURCE_{source.key.upper()}_URL"):
        await anext(aiter(poll))


@EVERY
def test_a_saved_page_is_recognised_by_its_own_source_and_by_no_other(source: DeclaredSource) -> None:
    page = recorded_page(source)
    knowing = [key for key, each in all_sources().items() if each.recognises(page)]
    # A feed of no confirmed site carries no mark of its own.
    assert knowing == ([source.key] if source.key != "council_news_feed" else [])


async def test_a_row_that_changed_is_news_of_now_and_one_that_did_not_is_not() -> None:
    source = next(each for each in SOURCES if each.key == "procontract")
    first = await polled(source, Canned(body=recorded_page(source)))
    moved = recorded_page(source).replace(b"14/12/2026 12:00", b"18/12/2026 12:00")
    later = SEEN + timedelta(days=1)
    (page,) = await polled(source, Canned(body=moved), bookmark=first[-1].bookmark, seen=later)
    published = {notice.source_id: notice.published for notice in page.notices}
    assert published["DN900001"] == later
    assert published["DN900002"] == first[0].notices[1].published
    assert published["DN900008"] != later


async def test_a_row_without_its_deadline_is_set_aside_by_name_and_the_rest_is_used() -> None:
    source = next(each for each in SOURCES if each.key == "haringey_page")
    body = recorded_page(source).replace(b"<td>11 December 2026 12:00</td>", b"<td></td>")
    (page,) = await polled(source, Canned(body=body))
    assert len(page.notices) == 5
    assert [row.reason for row in page.set_aside] == [
        f"{source.card.name}: A field of a notice cannot be read. deadline: it is needed and not there (it says '')."
    ]


async def test_pages_are_asked_for_until_one_brings_nothing_new() -> None:
    source = next(each for each in SOURCES if each.key == "procontract")
    http = Canned(body=recorded_page(source))
    await polled(source, http)
    assert [url.partition("Page=")[2].partition("&")[0] for url in http.asked] == ["1", "2"]


async def test_a_second_page_that_drifts_leaves_the_first_unused_too() -> None:
    source = next(each for each in SOURCES if each.key == "procontract")
    other = recorded_page(source).replace(b"DN9", b"DN8").replace(b"<th>Closing</th>", b"<th>Contact</th>")
    with pytest.raises(LayoutDrift) as raised:
        await polled(source, Canned(body=recorded_page(source), later=other))
    assert raised.value.field == "deadline"


def test_a_script_in_a_title_is_text_of_a_title_at_most() -> None:
    source = next(each for each in SOURCES if each.key == "procontract")
    hostile = b'title="DN900001"><script>alert(1)</script>&lt;script&gt;alert(2)&lt;/script&gt; tree pruning</a>'
    body = recorded_page(source).replace(b'title="DN900001">Sample: tree pruning in four parks</a>', hostile)
    read = source.read(next(iter(source.notices_in(body, seen=SEEN))))  # type: ignore[arg-type]
    assert not isinstance(read, SetAside)
    assert read.details.title == "<script>alert(2)</script> tree pruning"


def test_bad_bodies_of_stored_rows_are_set_aside() -> None:
    source = SOURCES[0]
    notice = next(iter(source.notices_in(recorded_page(source), seen=SEEN)))
    assert not isinstance(notice, SetAside)
    for body in (b"", b"[]", b"null", b'{"title": 5}', b"\xff"):
        assert isinstance(source.read(replace(notice, body=body)), SetAside)


def test_the_rules_of_a_file_are_the_same_read_from_text() -> None:
    text = (files("scrapers.sources") / "procontract.toml").read_text(encoding="utf-8")
    assert (
        rules_from(text, file="procontract.toml") == next(each for each in SOURCES if each.key == "procontract").rules
    )
